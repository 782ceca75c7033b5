// Decisions as JSON lines: keys in a fixed order, all present (step.md, "Lines"). Tested by tests/unit/core.
#include "runtime/abi/lists.h"
#include "runtime/abi/text_format.h"
#include "runtime/core/step.h"
#include "runtime/core/values.h"

namespace wend {
using Kind = Decision::Kind;

std::string_view word(Decision::Outcome outcome) {
  static constexpr std::string_view kWords[] = {"sent", "deferred", "suppressed"};
  return kWords[static_cast<size_t>(outcome)];
}

std::string_view word(Decision::Reason reason) {
  static constexpr std::string_view kWords[] = {"",      "holdout", "consent", "unreachable", "topic",  "never",   "expired",
                                                "quiet", "gap",     "cap",     "left",        "paused", "removed", "limit"};
  return kWords[static_cast<size_t>(reason)];
}

std::string_view word(Decision::Leave leave) {
  static constexpr std::string_view kWords[] = {"goal", "exit", "finished", "left", "merged", "removed"};
  return kWords[static_cast<size_t>(leave)];
}

std::string_view word(Kind kind) {
  static constexpr std::string_view kWords[] = {"state", "enter", "step", "leave", "exposure", "message", "late", "signal", "goal", "refused", "set", "call"};
  return kWords[static_cast<size_t>(kind)];
}

namespace {

// A line being written: `key` begins the next member.
class Line {
 public:
  explicit Line(std::string& out) : out_(out) {}
  Line& text(std::string_view key, std::string_view value) { begin(key); append_json_string(out_, value); return *this; }
  Line& text_or_null(std::string_view key, bool known, std::string_view value) {
    if (known) return text(key, value);
    begin(key);
    out_ += "null";
    return *this;
  }
  void begin(std::string_view key) {
    out_ += out_.empty() || out_.back() == '{' ? "" : ",";
    append_json_string(out_, key);
    out_ += ':';
  }

 private:
  std::string& out_;
};

template <class List>
std::string_view name_at(const List& list, int32_t index) {
  return index >= 0 && static_cast<size_t>(index) < list.size() ? std::string_view(list[static_cast<size_t>(index)].name) : "";
}

std::string_view name_at(const std::vector<std::string>& list, int32_t index) {
  return index >= 0 && static_cast<size_t>(index) < list.size() ? std::string_view(list[static_cast<size_t>(index)]) : "";
}

std::string_view step_name(const Module& module, const Decision& decision) {
  if (decision.journey < 0) return "";
  return name_at(module.journeys[static_cast<size_t>(decision.journey)].steps, decision.step);
}

// "09:00", with seconds where there are some.
std::string clock_text(int64_t micros) {
  const int64_t seconds = micros / kMicrosPerSecond;
  std::string out;
  const auto two = [&out](int64_t value) { out += {static_cast<char>('0' + value / 10 % 10), static_cast<char>('0' + value % 10)}; };
  two(seconds / 3600);
  out += ':';
  two(seconds / 60 % 60);
  if (seconds % 60 == 0) return out;
  out += ':';
  two(seconds % 60);
  return out;
}

void append_value(std::string& out, const ValueType& type, const OwnedValue& value);

// [1,2] · [{"name":"a","price":"5"}]
void append_list(std::string& out, const ValueType& type, const std::string& block) {
  const ListView list(block.data(), static_cast<int64_t>(block.size()));
  const bool plain = type.fields.size() == 1 && type.fields[0].name.empty();
  out += '[';
  for (uint32_t i = 0; i < list.count(); ++i) {
    out += i > 0 ? "," : "";
    out += plain ? "" : "{";
    for (uint32_t f = 0; f < type.fields.size(); ++f) {
      const ValueField& field = type.fields[f];
      wend_slot slot{};
      const bool known = list.field(i, f, field.type.kind, slot);
      if (!plain) {
        out += f > 0 ? "," : "";
        append_json_string(out, field.name);
        out += ':';
      }
      append_value(out, field.type, owned_of(fixed_of(known, slot, field.type.kind), field.type.kind));
    }
    out += plain ? "" : "}";
  }
  out += ']';
}

// A value as JSON: numbers and bools bare, money as a decimal text, durations in seconds, shares as numbers.
void append_value(std::string& out, const ValueType& type, const OwnedValue& value) {
  static constexpr std::string_view kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  if (!value.known) {
    out += "null";
    return;
  }
  switch (type.kind) {
    case ValueKind::boolean: out += value.integer != 0 ? "true" : "false"; break;
    case ValueKind::integer: append_int(out, value.integer); break;
    case ValueKind::number: append_number(out, value.number); break;
    case ValueKind::percent: append_decimal(out, value.integer); break;
    case ValueKind::duration: append_seconds(out, value.integer); break;
    case ValueKind::money: {
      std::string text;
      append_decimal(text, value.integer);
      append_json_string(out, text);
      break;
    }
    case ValueKind::time: append_json_string(out, format_instant(value.integer)); break;
    case ValueKind::date: append_json_string(out, format_date(static_cast<int32_t>(value.integer))); break;
    case ValueKind::time_of_day: append_json_string(out, clock_text(value.integer)); break;
    case ValueKind::weekday: append_json_string(out, kWeekdays[static_cast<size_t>(value.integer) % 7]); break;
    case ValueKind::one_of:
      append_json_string(out, static_cast<size_t>(value.integer) < type.words.size() ? std::string_view(type.words[static_cast<size_t>(value.integer)]) : "");
      break;
    case ValueKind::text: case ValueKind::html: case ValueKind::url: case ValueKind::email: case ValueKind::timezone:
      append_json_string(out, value.text);
      break;
    case ValueKind::list: case ValueKind::set: append_list(out, type, value.text); break;
  }
}

// {"total":"30","cart_id":"a"}
void append_values(const std::vector<ModuleProperty>& properties, const Decision& decision, std::string_view key, Line& line, std::string& out) {
  line.begin(key);
  out += '{';
  for (size_t i = 0; i < properties.size() && i < decision.values.size(); ++i) {
    line.begin(properties[i].name);
    append_value(out, properties[i].type, decision.values[i]);
  }
  out += '}';
}

void append_message(const Module& module, const Decision& decision, Line& line, std::string& out) {
  const ModuleMessage& message = module.messages[static_cast<size_t>(decision.subject)];
  line.text("message", message.name);
  line.text_or_null("channel", decision.channel >= 0, name_at(module.channels, decision.channel));
  line.text_or_null("journey", decision.journey >= 0, name_at(module.journeys, decision.journey));
  line.text_or_null("step", decision.step >= 0, step_name(module, decision));
  line.text("category", module.categories[message.category].name);
  line.text("outcome", word(decision.outcome));
  line.text_or_null("reason", decision.reason != Decision::Reason::none, word(decision.reason));
  const bool deferred = decision.outcome == Decision::Outcome::deferred;
  line.text_or_null("until", deferred, deferred ? format_instant(decision.until) : "");
  line.text("id", decision.id);
  if (decision.outcome != Decision::Outcome::sent) return;
  line.begin("content");
  out += '{';
  const std::vector<ModuleField>& fields = module.channels[static_cast<size_t>(decision.channel)].fields;
  for (size_t i = 0; i < fields.size(); ++i) {
    const bool known = i < decision.content.size() && decision.content_known[i];
    line.text_or_null(fields[i].name, known, known ? std::string_view(decision.content[i]) : "");
  }
  out += '}';
}

}  // namespace

void append_json_value(const ValueType& type, const OwnedValue& value, std::string& out) { append_value(out, type, value); }

void append_json(const Module& module, const Decision& decision, std::string_view user, std::string& out) {
  out += '{';
  Line line(out);
  line.text("at", format_instant(decision.at)).text("user", user).text("kind", word(decision.kind));
  const auto journey = [&] {
    line.text("journey", name_at(module.journeys, decision.journey));
    const bool keyed = decision.journey >= 0 && module.journeys[static_cast<size_t>(decision.journey)].keyed;
    line.text_or_null("key", keyed, decision.key);
  };
  switch (decision.kind) {
    case Kind::state: {
      const ModuleStates& states = module.states[static_cast<size_t>(decision.subject)];
      line.text("states", states.name).text_or_null("from", decision.from >= 0, name_at(states.names, decision.from));
      line.text("to", name_at(states.names, decision.to));
      break;
    }
    case Kind::enter: journey(); break;
    case Kind::step: journey(); line.text("step", step_name(module, decision)); break;
    case Kind::leave: journey(); line.text("outcome", word(decision.leave)); break;
    case Kind::goal: journey(); break;
    case Kind::refused: journey(); line.text("reason", word(decision.reason)); break;
    case Kind::exposure: {
      const ModuleExperiment& experiment = module.experiments[static_cast<size_t>(decision.subject)];
      line.text("experiment", experiment.name).text("variant", name_at(experiment.variants, decision.to));
      break;
    }
    case Kind::message: append_message(module, decision, line, out); break;
    case Kind::late:
      line.text_or_null("event", decision.subject >= 0, name_at(module.events, decision.subject));
      line.text_or_null("id", !decision.id.empty(), decision.id).text("event_at", format_instant(decision.event_at));
      break;
    case Kind::signal: {
      const ModuleEvent& event = module.events[static_cast<size_t>(decision.subject)];
      line.text("signal", event.name);
      append_values(event.properties, decision, "properties", line, out);
      break;
    }
    case Kind::set: {
      const ModuleAttribute& attribute = module.attributes[static_cast<size_t>(decision.subject)];
      line.text("attribute", attribute.name);
      line.begin("to");
      append_value(out, attribute.type, decision.values.front());
      journey();
      line.text("step", step_name(module, decision));
      break;
    }
    case Kind::call: {
      const ModuleHook& hook = module.hooks[static_cast<size_t>(decision.subject)];
      line.text("hook", hook.name);
      journey();
      line.text("step", step_name(module, decision)).text("id", decision.id);
      append_values(hook.fields, decision, "with", line, out);
      break;
    }
  }
  out += '}';
}

}  // namespace wend
