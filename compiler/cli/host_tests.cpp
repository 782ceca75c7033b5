// Places are found by name, so that the order of the Module's tables is its own affair.
#include "compiler/cli/host_tests.h"

#include <stdexcept>

#include "compiler/service/owned_value.h"

namespace wend::cli {

namespace {

constexpr size_t kReadingsMax = 8;   // told of one condition

template <class Table>
uint32_t place_of(const Table& table, const std::string& name) {
  for (uint32_t i = 0; i < table.size(); ++i) if (table[i].name == name) return i;
  throw std::logic_error("a test names `" + name + "`, which the module does not have");
}

class Conversion {
 public:
  Conversion(const Project& project, const Module& module) : project_(project), program_(project.program()), module_(module) {}

  std::vector<HostTest> all() {
    std::vector<HostTest> tests;
    for (const Test& test : program_.tests) tests.push_back(one(test));
    return tests;
  }

 private:
  uint32_t line_of(Span span) const { return project_.sources().file(span.file).position(span.begin).line; }

  TestRange range_of(Span span) const {
    const SourceFile& file = project_.sources().file(span.file);
    const Position start = file.position(span.begin), end = file.position(span.end);
    return {start.line, start.column, end.line, end.column};
  }

  // As written, on one line.
  std::string text_of(Span span) const {
    std::string out;
    for (char c : project_.sources().text(span)) {
      const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!blank) out += c;
      else if (!out.empty() && out.back() != ' ') out += ' ';
    }
    while (out.ends_with(' ')) out.pop_back();
    return out;
  }

  TestValue attribute(const TestProperty& given) const {
    const uint32_t place = place_of(module_.attributes, program_.attributes[given.property].name);
    return {place, owned_value(given.value, module_.attributes[place].type)};
  }

  // The zone the test gives its user; the project's where it gives none.
  const Zone* zone_of_user(const HostTest& test) const {
    const Zone* zone = nullptr;
    if (module_.user_time >= 0) {
      const auto attribute = static_cast<uint32_t>(module_.user_time);
      const OwnedValue* value = &module_.attributes[attribute].initial;
      for (const TestValue& given : test.given)
        if (given.place == attribute) value = &given.value;
      if (value->known) zone = find_zone(value->text);
    }
    return zone != nullptr ? zone : module_.zone;
  }

  HostTest one(const Test& test) {
    HostTest out;
    out.name = test.name;
    out.file = project_.sources().file(test.span.file).path();
    out.line = line_of(test.span);
    out.end_line = range_of(test.span).end_line;
    out.user_id = test.user_id;
    out.held_out = test.held_out;
    for (const TestProperty& given : test.given) out.given.push_back(attribute(given));
    user_zone_ = zone_of_user(out);
    for (const auto& [experiment, variant] : test.pinned) {
      const Experiment& declared = program_.experiments[experiment.index()];
      const uint32_t place = place_of(module_.experiments, declared.name);
      out.pinned.emplace_back(place, variant);
    }
    for (const wend::TestBlock& block : test.blocks) out.blocks.push_back(block_of(block));
    return out;
  }

  HostTestBlock block_of(const wend::TestBlock& block) {
    HostTestBlock out;
    out.after_us = block.after_us;
    for (const wend::TestBlock::At& at : block.instants) out.instants.push_back({at.instant_us, at.user_time, at.day, at.time_of_day_us});
    for (const auto& part : block.body) {
      if (const auto* event = std::get_if<TestEvent>(&part)) out.body.emplace_back(event_of(*event));
      else out.body.emplace_back(expectation_of(std::get<Expectation>(part)));
    }
    return out;
  }

  HostTestEvent event_of(const TestEvent& event) const {
    HostTestEvent out;
    if (event.at) out.at_us = event.at->user_time ? to_instant(*user_zone_, event.at->day, event.at->time_of_day_us) : event.at->instant_us;
    out.id = event.id;
    if (!event.event.valid()) {
      for (const TestProperty& trait : event.properties) out.values.push_back(attribute(trait));
      return out;
    }
    const EventDecl& declared = program_.events[event.event.index()];
    out.type = place_of(module_.events, declared.name);
    for (const TestProperty& given : event.properties) {
      const std::string& name = declared.properties[given.property].name;
      const uint32_t place = place_of(module_.events[out.type].properties, name);
      out.values.push_back({place, owned_value(given.value, module_.events[out.type].properties[place].type)});
    }
    return out;
  }

  HostExpectation expectation_of(const Expectation& e) {
    HostExpectation out;
    out.source = text_of(e.span);
    out.range = range_of(e.span);
    out.kind = static_cast<HostExpectation::Kind>(e.kind);
    switch (e.kind) {
      case Expectation::Kind::condition:
        out.condition = conditions_++;
        readings_of(*e.condition, true, out.readings);
        break;
      case Expectation::Kind::message:
        out.outcome = static_cast<HostExpectation::Outcome>(e.outcome);
        out.message = place_of(module_.messages, program_.messages[e.message.index()].name);
        if (e.channel.valid()) out.channel = static_cast<int32_t>(place_of(module_.channels, program_.channels[e.channel.index()].name));
        out.reason = e.reason;
        if (e.until) out.until = {e.until->instant_us, e.until->user_time, e.until->day, e.until->time_of_day_us};
        out.times = e.times;
        out.content = e.content;
        break;
      case Expectation::Kind::raised: case Expectation::Kind::set: case Expectation::Kind::called: effect(e, out); break;
      case Expectation::Kind::place: case Expectation::Kind::left: case Expectation::Kind::goal: {
        const wend::Journey& journey = program_.journeys[e.journey.index()];
        out.journey = place_of(module_.journeys, journey.name);
        out.inside = e.inside;
        out.key = e.key;
        out.leave = e.leave;
        if (e.step.valid()) out.step = step_of(module_.journeys[out.journey], journey.steps[e.step.index()].name);
        break;
      }
    }
    return out;
  }

  // What the condition names, each once. An audience that is all of it is told by what it reads: that it is false is seen.
  void readings_of(const Expr& expr, bool whole, std::vector<HostReading>& out) const {
    using Kind = HostReading::Kind;
    const auto add = [&out](Kind kind, uint32_t place) {
      for (const HostReading& known : out) if (known.kind == kind && known.place == place) return;
      if (out.size() < kReadingsMax) out.push_back({kind, place});
    };
    const auto measure = [&](uint32_t id) {
      const Measure& read = program_.measures[id];
      if (read.score) add(Kind::score, place_of(module_.scores, read.name));
      else add(Kind::measure, place_of(module_.measures, read.name));
    };
    const auto usual = [&](uint32_t id) {
      for (uint32_t i = 0; i < module_.baselines.size(); ++i) if (module_.baselines[i].measure == program_.measures[id].name) add(Kind::usual, i);
    };
    switch (expr.kind) {
      case ExprKind::attribute: add(Kind::attribute, place_of(module_.attributes, program_.attributes[expr.id].name)); break;
      case ExprKind::measure: measure(expr.id); break;
      case ExprKind::state: add(Kind::states, place_of(module_.states, program_.states[expr.id].name)); break;
      case ExprKind::usual: usual(expr.id); break;
      case ExprKind::below_usual: case ExprKind::above_usual: measure(expr.id), usual(expr.id); break;
      case ExprKind::audience: {
        const Audience& read = program_.audiences[expr.id];
        if (whole) readings_of(*read.condition, true, out);
        else add(Kind::audience, place_of(module_.audiences, read.name));
        break;
      }
      default: break;
    }
    for (const ExprPtr& argument : expr.args) readings_of(*argument, whole && expr.kind == ExprKind::not_, out);
  }

  void effect(const Expectation& e, HostExpectation& out) const {
    out.negated = e.negated;
    out.times = e.times;
    if (e.kind == Expectation::Kind::raised) out.subject = place_of(module_.events, program_.events[e.event.index()].name);
    if (e.kind == Expectation::Kind::called) out.subject = place_of(module_.hooks, program_.hooks[e.hook.index()].name);
    if (e.kind != Expectation::Kind::set) {
      const std::vector<ModuleProperty>& properties = e.kind == Expectation::Kind::raised ? module_.events[out.subject].properties : module_.hooks[out.subject].fields;
      for (const TestProperty& wanted : e.properties) out.values.push_back({wanted.property, owned_value(wanted.value, properties[wanted.property].type)});
      return;
    }
    out.subject = place_of(module_.attributes, program_.attributes[e.attribute.index()].name);
    out.any_value = e.any_value;
    out.value = owned_value(e.value, module_.attributes[out.subject].type);
  }

  static int32_t step_of(const ModuleJourney& journey, const std::string& name) {
    for (size_t i = 0; i < journey.steps.size(); ++i) if (journey.steps[i] == name) return static_cast<int32_t>(i);
    throw std::logic_error("a test names the step `" + name + "`, which the module does not have");
  }

  const Project& project_;
  const Program& program_;
  const Module& module_;
  const Zone* user_zone_ = nullptr;   // of the test at hand
  uint32_t conditions_ = 0;
};

static_assert(static_cast<int>(HostExpectation::Kind::called) == static_cast<int>(Expectation::Kind::called));
static_assert(static_cast<int>(HostExpectation::Outcome::suppressed) == static_cast<int>(Expectation::Outcome::suppressed));

}  // namespace

std::vector<HostTest> host_tests(const Project& project, const Module& module) { return Conversion(project, module).all(); }

}  // namespace wend::cli
