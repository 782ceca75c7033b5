// Times are the project's zone, as in the test's own text.
#include "runtime/hosts/test_timeline.h"

#include <algorithm>

#include "runtime/abi/text_format.h"
#include "runtime/engine/convert.h"
#include "runtime/hosts/tally.h"
#include "runtime/hosts/value_text.h"

namespace wend {

namespace {

constexpr size_t kLinesBefore = 16, kLinesAfter = 4;
constexpr size_t kValueBytesMax = 40;

std::string value_words(const ValueType& type, const OwnedValue& value) {
  return value.known ? value_words(type, owned_slot(value, type.kind)) : "unknown";
}

const char* reason_words(Decision::Reason reason) {
  switch (reason) {
    case Decision::Reason::holdout: return "the user is held out";
    case Decision::Reason::consent: return "consent is missing";
    case Decision::Reason::unreachable: return "there is no address";
    case Decision::Reason::topic: return "the topic is off";
    case Decision::Reason::never: return "a `never` rule";
    case Decision::Reason::expired: return "no longer valid";
    case Decision::Reason::quiet: return "quiet hours";
    case Decision::Reason::gap: return "too soon after another message";
    case Decision::Reason::cap: return "a cap is reached";
    case Decision::Reason::left: return "the journey was left";
    case Decision::Reason::paused: return "paused";
    case Decision::Reason::removed: return "the step was removed";
    case Decision::Reason::limit: return "a limit";
    case Decision::Reason::none: break;
  }
  return "";
}

std::string values_text(const std::vector<ModuleProperty>& properties, const Decision& d) {
  std::string text;
  for (size_t i = 0; i < properties.size() && i < d.values.size(); ++i) {
    text += (text.empty() ? " { " : ", ") + properties[i].name + ": " + value_words(properties[i].type, d.values[i]);
  }
  return text.empty() ? text : text + " }";
}

std::string message_text(const Module& module, const Decision& d) {
  std::string text = module.messages[d.subject].name + ": ";
  switch (d.outcome) {
    case Decision::Outcome::sent: text += "sent"; break;
    case Decision::Outcome::deferred: text += "deferred until " + local_text(module, d.until); break;
    case Decision::Outcome::suppressed: text += "suppressed"; break;
  }
  if (d.channel >= 0) text += " by " + module.channels[d.channel].name;
  if (d.reason != Decision::Reason::none) text += std::string(", ") + reason_word(d.reason) + ": " + reason_words(d.reason);
  return text;
}

}  // namespace

std::string value_words(const ValueType& type, const wend_slot& value) {
  std::string text;
  if (type.kind == ValueKind::duration) {
    append_duration(text, value.integer);
    return text;
  }
  append_value(text, type, value);
  if (text.size() > kValueBytesMax) {
    size_t end = kValueBytesMax;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
    text = text.substr(0, end) + "…";
  }
  if (type.kind == ValueKind::money) return text + " " + type.currency;
  return is_text(type.kind) || type.kind == ValueKind::timezone ? "\"" + text + "\"" : text;
}

std::string local_text(const Module& module, int64_t at_us) {
  const LocalTime local = to_local(*module.zone, at_us);
  wend_slot time{};
  time.integer = local.time_us;
  std::string text = format_date(local.day) + " ";
  append_value(text, {ValueKind::time_of_day, false, {}, {}}, time);
  return text;
}

static std::string instance_name(const Module& module, const Decision& d) {
  return module.journeys[d.journey >= 0 ? d.journey : d.subject].name + (d.key.empty() ? "" : " for \"" + d.key + "\"");
}

std::string decision_text(const Module& module, const Decision& d) {
  switch (d.kind) {
    case Decision::Kind::state: {
      const ModuleStates& states = module.states[d.subject];
      return states.name + ": " + (d.from < 0 ? "" : states.names[d.from] + " → ") + states.names[d.to];
    }
    case Decision::Kind::enter: return instance_name(module, d) + ": entered";
    case Decision::Kind::step: {
      const ModuleJourney& journey = module.journeys[d.journey >= 0 ? d.journey : d.subject];
      return instance_name(module, d) + ": step " + (d.step >= 0 ? journey.steps[d.step] : "");
    }
    case Decision::Kind::leave: return instance_name(module, d) + ": left, " + outcome_word(d.leave);
    case Decision::Kind::goal: return instance_name(module, d) + ": its goal, after leaving";
    case Decision::Kind::refused: return instance_name(module, d) + ": not entered, too many at once";
    case Decision::Kind::exposure: return module.experiments[d.subject].name + ": " + module.experiments[d.subject].variants[d.to];
    case Decision::Kind::message: return message_text(module, d);
    case Decision::Kind::late: return "late: counted, but it enters nothing";
    case Decision::Kind::signal: {
      const ModuleEvent& event = module.events[d.subject];
      return "raised " + event.name + values_text(event.properties, d);
    }
    case Decision::Kind::set: {
      const ModuleAttribute& attribute = module.attributes[d.subject];
      return "set " + attribute.name + " to " + value_words(attribute.type, d.values.front());
    }
    case Decision::Kind::call: {
      const ModuleHook& hook = module.hooks[d.subject];
      return "called " + hook.name + values_text(hook.fields, d);
    }
  }
  return "";
}

void TestTimeline::event(int64_t at, const HostTestEvent& event, bool duplicate) {
  const bool identify = event.type == WEND_IDENTIFY;
  Entry entry{at, identify ? "identify" : module_.events[event.type].name, "", false};
  entry.repeats = entry.text;
  std::string values;
  for (const TestValue& value : event.values) {
    const std::string& name = identify ? module_.attributes[value.place].name : module_.events[event.type].properties[value.place].name;
    const ValueType& type = identify ? module_.attributes[value.place].type : module_.events[event.type].properties[value.place].type;
    values += (values.empty() ? "" : ", ") + name + ": " + value_words(type, value.value);
  }
  if (!values.empty()) entry.text += " { " + values + " }";
  if (event.at_us && *event.at_us != at) entry.text += ", happened " + local_text(module_, *event.at_us);
  if (duplicate) entry.text += ", a duplicate: dropped";
  if (duplicate || event.at_us) entry.repeats.clear();
  entries_.push_back(std::move(entry));
}

void TestTimeline::decision(const Decision& decision) {
  entries_.push_back({decision.at, "  " + decision_text(module_, decision), "", false});
}

void TestTimeline::failure(const TestFailure& failure) {
  entries_.push_back({failure.at_us, "expected `" + failure.expectation + "`, " + failure.found, "", true});
}

std::vector<TestTimeline::Line> TestTimeline::folded() const {
  std::vector<Line> lines;
  for (size_t i = 0; i < entries_.size();) {
    const Entry& entry = entries_[i];
    size_t next = i + 1;
    while (!entry.repeats.empty() && next < entries_.size() && entries_[next].repeats == entry.repeats) ++next;
    if (next - i < 3) next = i + 1;
    if (next - i == 1) lines.push_back({entry.at, entry.text, entry.failure});
    else lines.push_back({entry.at, entry.repeats + ", " + std::to_string(next - i) + " times until " + local_text(module_, entries_[next - 1].at), false});
    i = next;
  }
  return lines;
}

std::string TestTimeline::render() const {
  const std::vector<Line> lines = folded();
  std::vector<bool> shown(lines.size(), false);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!lines[i].failure) continue;
    for (size_t j = i - std::min(i, kLinesBefore); j <= i + kLinesAfter && j < lines.size(); ++j) shown[j] = true;
  }
  size_t width = 0;
  for (size_t i = 0; i < lines.size(); ++i) if (shown[i]) width = std::max(width, local_text(module_, lines[i].at).size());
  std::string out, before;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (!shown[i]) {
      if (i == 0 || shown[i - 1]) out += "    …\n", before.clear();
      continue;
    }
    std::string when = local_text(module_, lines[i].at);
    const std::string mark = lines[i].failure ? "  ✗ " : "    ";
    const bool same = when == before;
    before = when;
    if (same) when.clear();
    out += mark + when + std::string(width - when.size(), ' ') + "  " + lines[i].text + "\n";
  }
  return out;
}

}  // namespace wend
