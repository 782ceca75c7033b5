// Tests as text: the profile given, the instants of each block, its events and expectations.
#include <fmt/format.h>

#include "compiler/sema/print.h"
#include "runtime/abi/zones.h"

namespace wend {
namespace {

struct TestPrinter {
  const Program& program;
  std::string& out;

  void attributes(const std::vector<TestProperty>& given, std::string& text) {
    for (const TestProperty& p : given) {
      const Attribute& attribute = program.attributes[p.property];
      text += fmt::format(" {}: {}", attribute.name, print_value(program, attribute.type, p.value));
    }
  }

  void event(const TestEvent& e) {
    std::string text = e.event.valid() ? program.events[e.event.index()].name : "identify";
    if (!e.event.valid()) attributes(e.properties, text);
    else for (const TestProperty& p : e.properties) {
      const Property& property = program.events[e.event.index()].properties[p.property];
      text += fmt::format(" {}: {}", property.name, print_value(program, property.type, p.value));
    }
    if (e.at) text += " at " + instant(*e.at);
    if (!e.id.empty()) text += " id " + e.id;
    out += "    " + text + "\n";
  }

  void done(const Expectation& e, std::string& text) {
    text += e.negated ? "not " : "";
    const std::vector<Property>* properties = nullptr;
    if (e.kind == Expectation::Kind::raised) {
      text += "raised " + program.events[e.event.index()].name;
      properties = &program.events[e.event.index()].properties;
    } else if (e.kind == Expectation::Kind::called) {
      text += "called " + program.hooks[e.hook.index()].name;
      properties = &program.hooks[e.hook.index()].fields;
    } else {
      const Attribute& attribute = program.attributes[e.attribute.index()];
      text += "set " + attribute.name;
      if (!e.any_value) text += " to " + (e.value.known ? print_value(program, attribute.type, e.value) : "unknown");
    }
    if (e.times >= 0) text += fmt::format(" {} times", e.times);
    for (const TestProperty& p : e.properties)
      text += fmt::format(" {}: {}", (*properties)[p.property].name, print_value(program, (*properties)[p.property].type, p.value));
  }

  void expectation(const Expectation& e) {
    std::string text = "expect ";
    if (e.kind == Expectation::Kind::condition) {
      text += print_expr(program, *e.condition);
    } else if (e.kind == Expectation::Kind::place) {
      const Journey& journey = program.journeys[e.journey.index()];
      text += fmt::format("{}in {}", e.inside ? "" : "not ", journey.name);
      if (e.key) text += " for " + *e.key;
      if (e.step.valid()) text += " at " + journey.steps[e.step.index()].name;
    } else if (e.kind == Expectation::Kind::left || e.kind == Expectation::Kind::goal) {
      text += fmt::format("{}{} {}", e.inside ? "" : "not ", e.kind == Expectation::Kind::goal ? "goal of" : "left", program.journeys[e.journey.index()].name);
      if (e.key) text += " for " + *e.key;
      if (!e.leave.empty()) text += " by " + e.leave;
    } else if (e.kind != Expectation::Kind::message) {
      done(e, text);
    } else {
      static constexpr const char* words[] = {"sent", "not sent", "deferred", "suppressed"};
      text += fmt::format("{} {}", words[static_cast<size_t>(e.outcome)], program.messages[e.message.index()].name);
      if (e.channel.valid()) text += " by " + program.channels[e.channel.index()].name;
      if (!e.reason.empty()) text += " because " + e.reason;
      if (e.times >= 0) text += fmt::format(" {} times", e.times);
      for (const auto& [field, content] : e.content) text += fmt::format(" {}: {}", field, content);
    }
    out += "    " + text + "\n";
  }

  static std::string instant(const TestInstant& at) {
    if (!at.user_time) return format_instant(at.instant_us);
    return fmt::format("{} {:02}:{:02} user time", format_date(at.day), at.time_of_day_us / 3'600'000'000, at.time_of_day_us / 60'000'000 % 60);
  }

  static std::string instants(const TestBlock& block) {
    if (block.after_us) return "after " + print_span_us(*block.after_us);
    if (block.instants.empty()) return "never";
    std::string text = "at " + instant(block.instants.front());
    if (block.instants.size() > 1) text += fmt::format(" … {} ({} instants)", instant(block.instants.back()), block.instants.size());
    return text;
  }
};

}  // namespace

void print_tests(const Program& program, std::string& out) {
  TestPrinter printer{program, out};
  for (const Test& test : program.tests) {
    out += fmt::format("\ntest {}\n  user {}{}", test.name, test.user_id, test.held_out ? " held out" : "");
    printer.attributes(test.given, out);
    for (const auto& [experiment, variant] : test.pinned) {
      const Experiment& e = program.experiments[experiment.index()];
      out += fmt::format(" in {} of {}", e.variants[variant].name, e.name);
    }
    out += "\n";
    for (const TestBlock& block : test.blocks) {
      out += "  " + printer.instants(block) + "\n";
      for (const auto& item : block.body) {
        if (const auto* event = std::get_if<TestEvent>(&item)) printer.event(*event);
        else printer.expectation(std::get<Expectation>(item));
      }
    }
  }
}

}  // namespace wend
