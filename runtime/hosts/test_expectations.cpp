// One function a kind of expectation; the words say what was there instead.
#include "runtime/hosts/test_expectations.h"

#include "runtime/hosts/tally.h"
#include "runtime/hosts/test_timeline.h"

namespace wend {
namespace {

using Outcome = HostExpectation::Outcome;

bool has_content(const Module& module, const HostExpectation& e, const Decision& d) {
  if (e.content.empty()) return true;
  if (d.channel < 0) return false;
  const std::vector<ModuleField>& fields = module.channels[d.channel].fields;
  for (const auto& [name, text] : e.content) {
    bool same = false;
    for (size_t f = 0; f < fields.size() && f < d.content.size(); ++f) {
      same |= fields[f].name == name && d.content_known[f] && d.content[f] == text;
    }
    if (!same) return false;
  }
  return true;
}

bool matches(const Module& module, const HostExpectation& e, const Decision& d, std::optional<int64_t> until) {
  if (d.kind != Decision::Kind::message || d.subject != static_cast<int32_t>(e.message)) return false;
  if (e.channel >= 0 && d.channel != e.channel) return false;
  switch (e.outcome) {
    case Outcome::sent: case Outcome::not_sent: return d.outcome == Decision::Outcome::sent && has_content(module, e, d);
    case Outcome::deferred: return d.outcome == Decision::Outcome::deferred && (!until || d.until == *until) && (e.reason.empty() || e.reason == reason_word(d.reason));
    case Outcome::suppressed: return d.outcome == Decision::Outcome::suppressed && (e.reason.empty() || e.reason == reason_word(d.reason));
  }
  return false;
}

std::string times_words(size_t count) {
  return count == 0 ? "never" : count == 1 ? "once" : count == 2 ? "twice" : std::to_string(count) + " times";
}

// The differing field of the last message sent, where only the content is wrong.
std::string other_content(const Module& module, const HostExpectation& e, const Decision& d) {
  if (d.channel < 0) return "";
  const std::vector<ModuleField>& fields = module.channels[d.channel].fields;
  for (const auto& [name, text] : e.content) {
    for (size_t f = 0; f < fields.size() && f < d.content.size(); ++f) {
      if (fields[f].name != name || (d.content_known[f] && d.content[f] == text)) continue;
      return "its `" + name + "` was " + (d.content_known[f] ? "\"" + d.content[f] + "\"" : "absent");
    }
  }
  return "";
}

std::optional<std::string> message_unmet(const HostExpectation& e, const TestSoFar& test) {
  const Module& module = test.step.module();
  size_t count = 0;
  const Decision* last = nullptr;
  for (const Decision& d : test.decisions) {
    if (d.kind == Decision::Kind::message && d.subject == static_cast<int32_t>(e.message)) last = &d;
    if (matches(module, e, d, test.until)) ++count;
  }
  const bool holds = e.outcome == Outcome::not_sent ? count == 0 : e.times < 0 ? count > 0 : count == static_cast<size_t>(e.times);
  if (holds) return std::nullopt;
  if (e.outcome == Outcome::not_sent || count > 0) return "it was so " + times_words(count);
  if (last == nullptr) return "it was never to be sent";
  if (e.outcome == Outcome::sent && last->outcome == Decision::Outcome::sent && !e.content.empty()) {
    if (std::string words = other_content(module, e, *last); !words.empty()) return words;
  }
  return "the latest is `" + decision_text(module, *last) + "` at " + local_text(module, last->at);
}

std::optional<std::string> place_unmet(const HostExpectation& e, const TestSoFar& test) {
  const ModuleJourney& journey = test.step.module().journeys[e.journey];
  const auto at = [&](int32_t step) { return test.seen && test.step.inside(test.user, e.journey, step, e.key ? &*e.key : nullptr); };
  const bool inside = at(-1);
  if ((inside && at(e.step)) == e.inside) return std::nullopt;
  const std::string where = journey.name + (e.key ? " for \"" + *e.key + "\"" : "");
  if (!inside) return "the user is not in " + where;
  for (size_t step = 0; step < journey.steps.size(); ++step) {
    if (at(static_cast<int32_t>(step))) return "the user is at " + journey.steps[step];
  }
  return "the user is in " + where;
}

// Leaving, and goals: those of a `leave` and those met later.
std::optional<std::string> end_unmet(const HostExpectation& e, const TestSoFar& test) {
  const Module& module = test.step.module();
  size_t count = 0;
  const Decision* last = nullptr;
  for (const Decision& d : test.decisions) {
    const bool left = d.kind == Decision::Kind::leave, watched = d.kind == Decision::Kind::goal;
    if ((!left && !watched) || d.journey != static_cast<int32_t>(e.journey) || (e.key && d.key != *e.key)) continue;
    last = &d;
    const bool goal = watched || d.leave == Decision::Leave::goal;
    count += e.kind == HostExpectation::Kind::goal ? goal : left && (e.leave.empty() || e.leave == outcome_word(d.leave));
  }
  if ((count > 0) == e.inside) return std::nullopt;
  if (count > 0) return "it was so " + times_words(count);
  if (last == nullptr) return "the user has not left " + module.journeys[e.journey].name;
  return "the latest is `" + decision_text(module, *last) + "` at " + local_text(module, last->at);
}

std::string reading_words(const TestSoFar& test, const HostReading& reading) {
  using Kind = HostReading::Kind;
  const Module& module = test.step.module();
  Context& context = test.step.context();
  wend_slot value{};
  const auto named = [](const std::string& name, const std::string& words) { return name + " is " + words; };
  const auto computed = [&](const ModuleReading& r) {
    const bool known = r.value(test.user.bytes(), nullptr, nullptr, &context, &value) != 0;
    return named(r.name, known ? value_words(r.type, value) : "unknown");
  };
  switch (reading.kind) {
    case Kind::measure: return computed(module.measures[reading.place]);
    case Kind::score: return computed(module.scores[reading.place]);
    case Kind::audience: return computed(module.audiences[reading.place]);
    case Kind::attribute: {
      const ModuleAttribute& attribute = module.attributes[reading.place];
      const bool known = read_field(test.user.bytes(), attribute.field, attribute.type.kind, context, value);
      return named(attribute.name, known ? value_words(attribute.type, value) : "unknown");
    }
    case Kind::states: {
      const ModuleStates& block = module.states[reading.place];
      const uint8_t current = state_slot(test.user, block)->current;
      return named(block.name, current < block.names.size() ? block.names[current] : "unknown");
    }
    case Kind::usual: {
      const ModuleBaseline& baseline = module.baselines[reading.place];
      const auto* cell = reinterpret_cast<const BaselineCell*>(test.user.bytes() + baseline.cell);
      value.number = cell->mean;
      return named("usual " + baseline.measure, cell->samples < 3 ? "unknown" : value_words({ValueKind::number, false, {}, {}, {}}, value));
    }
  }
  return "";
}

std::optional<std::string> condition_unmet(const HostExpectation& e, const TestSoFar& test) {
  if (!test.seen) return "the user has not been seen yet: no event stands above";
  const Module& module = test.step.module();
  test.step.look(test.user, test.at);
  const bool holds = module.test_conditions[e.condition](test.user.bytes(), nullptr, nullptr, &test.step.context()) != 0;
  if (holds) return std::nullopt;
  std::string found;
  for (const HostReading& reading : e.readings) found += (found.empty() ? "" : ", ") + reading_words(test, reading);
  return found.empty() ? "it does not hold" : found;
}

bool same_value(const ValueType& type, const OwnedValue& a, const OwnedValue& b) {
  if (!a.known || !b.known) return a.known == b.known;
  if (is_text(type.kind) || type.kind == ValueKind::timezone) return a.text == b.text;
  return type.kind == ValueKind::number ? a.number == b.number : a.integer == b.integer;
}

bool is_the_effect(const Module& module, const HostExpectation& e, const Decision& d) {
  using Kind = HostExpectation::Kind;
  const Decision::Kind kind = e.kind == Kind::raised ? Decision::Kind::signal : e.kind == Kind::set ? Decision::Kind::set : Decision::Kind::call;
  if (d.kind != kind || d.subject != static_cast<int32_t>(e.subject)) return false;
  if (e.kind == Kind::set) return e.any_value || same_value(module.attributes[e.subject].type, d.values.front(), e.value);
  const std::vector<ModuleProperty>& properties = e.kind == Kind::raised ? module.events[e.subject].properties : module.hooks[e.subject].fields;
  for (const TestValue& wanted : e.values) {
    if (!same_value(properties[wanted.place].type, d.values[wanted.place], wanted.value)) return false;
  }
  return true;
}

std::optional<std::string> effect_unmet(const HostExpectation& e, const TestSoFar& test) {
  const Module& module = test.step.module();
  size_t count = 0;
  const Decision* other = nullptr;
  for (const Decision& d : test.decisions) {
    if (is_the_effect(module, e, d)) {
      ++count;
      continue;
    }
    HostExpectation any = e;
    any.any_value = true;
    any.values.clear();
    if (is_the_effect(module, any, d)) other = &d;
  }
  if (e.negated ? count == 0 : e.times < 0 ? count > 0 : count == static_cast<size_t>(e.times)) return std::nullopt;
  if (count == 0 && other) return "the latest is `" + decision_text(module, *other) + "` at " + local_text(module, other->at);
  return "it was so " + times_words(count);
}

}  // namespace

std::optional<std::string> unmet(const HostExpectation& e, TestSoFar& test) {
  switch (e.kind) {
    case HostExpectation::Kind::condition: return condition_unmet(e, test);
    case HostExpectation::Kind::message: return message_unmet(e, test);
    case HostExpectation::Kind::place: return place_unmet(e, test);
    case HostExpectation::Kind::left: case HostExpectation::Kind::goal: return end_unmet(e, test);
    case HostExpectation::Kind::raised: case HostExpectation::Kind::set: case HostExpectation::Kind::called: return effect_unmet(e, test);
  }
  return std::nullopt;
}

}  // namespace wend
