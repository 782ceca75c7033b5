// Decisions as JSON lines: keys in a fixed order, all present (step.md, "Lines"). Tested by tests/unit/core.
#include "runtime/abi/text_format.h"
#include "runtime/core/step.h"

namespace wend {
namespace {

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
  static constexpr std::string_view kWords[] = {"state", "enter", "step", "leave", "exposure", "message", "late", "signal", "goal", "refused"};
  return kWords[static_cast<size_t>(kind)];
}

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
    case Kind::signal: line.text("signal", name_at(module.events, decision.subject)); break;
  }
  out += '}';
}

}  // namespace wend
