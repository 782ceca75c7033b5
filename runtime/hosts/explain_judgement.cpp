// A judgement told rule by rule, in the order of step.md ("Protection").
#include "runtime/abi/text_format.h"
#include "runtime/hosts/explain_parts.h"
#include "runtime/hosts/test_timeline.h"

namespace wend {
namespace {

using Kind = ProofStep::Kind;
using Mark = ProofStep::Mark;

class Judgement {
 public:
  Judgement(const Module& module, const Happened& line) : module_(module), line_(line), message_(index_of(module.messages, line.message)), channel_(index_of(module.channels, line.channel)) {}

  std::vector<ProofStep> run() {
    if (asked_nothing()) return std::move(out_);
    const bool known = line_.entry.why.version == module_.version && message_ >= 0;
    if (!known) {
      if (!line_.reason.empty()) stop(line_.reason, line_.entry.why.rule_place);
      return std::move(out_);
    }
    const ModuleMessage& message = module_.messages[static_cast<size_t>(message_)];
    const ModuleCategory& category = module_.categories[message.category];
    if (!category.exempt && ask("holdout", module_.hold_outs, "hold-out: not held out", "hold-out: held out", [&](const ModuleHoldOut& rule) {
          return std::find(rule.categories.begin(), rule.categories.end(), message.category) != rule.categories.end();
        })) return std::move(out_);
    if (channels(message)) return std::move(out_);
    if (ask("never", module_.nevers, "never: does not hold", "never: holds", [&](const ModuleNever& rule) { return is_about(rule.subject); })) return std::move(out_);
    if (valid(message)) return std::move(out_);
    if (category.exempt) {
      row(Mark::passed, category.name + " is exempt: hold-out, quiet hours, gap and caps are not asked", {});
      return std::move(out_);
    }
    const auto every = [](const auto&) { return true; };
    if (ask("quiet", module_.quiets, "quiet hours: not now", "quiet hours" + until(), every)) return std::move(out_);
    if (ask("gap", module_.gaps, "gap: long enough after the last", "gap: too soon after the last" + until(), every)) return std::move(out_);
    ask("cap", module_.caps, "cap: there is room", "cap: full" + until(), [&](const ModuleCap& rule) { return is_about(rule.subject); });
    return std::move(out_);
  }

 private:
  void row(Mark mark, std::string text, SourcePlace place) {
    out_.push_back(proof_step(module_, Kind::rule, INT64_MIN, std::move(text), std::move(place)));
    out_.back().mark = mark;
    out_.back().inside = true;
  }
  Mark against() const { return line_.outcome == "deferred" ? Mark::waits : Mark::stopped; }
  std::string until() const { return line_.until ? ", until " + local_text(module_, *line_.until) : ""; }
  bool is_about(const ModuleSubject& subject) const { return covers(subject, module_, static_cast<uint32_t>(message_), static_cast<uint32_t>(std::max(channel_, 0))); }

  void stop(const std::string& text, const SourcePlace& place) {
    row(against(), text, place);
    for (const DecisionWhy::Used& used : line_.entry.why.used) {
      std::string by = used.message.empty() ? "a message" : used.message;
      if (!used.channel.empty()) by += " by " + used.channel;
      by += used.id.empty() ? ", sent by others" : " " + used.id.substr(0, 8) + "…";
      out_.push_back(proof_step(module_, Kind::used, used.at, (line_.reason == "cap" ? "used up by " : "the last was ") + by));
      out_.back().inside = true;
    }
  }

  // What is decided before any rule is asked, or without one.
  bool asked_nothing() {
    if (line_.reason.empty() && line_.outcome == "deferred") row(Mark::waits, "not before " + (line_.until ? local_text(module_, *line_.until) : "its time") + ", as the send asks", {});
    else if (line_.reason == "paused") row(against(), "the journey is paused" + until(), line_.entry.why.rule_place);
    else if (line_.reason == "left") row(Mark::stopped, "the journey was left before it could go", {});
    else if (line_.reason == "removed") row(Mark::stopped, "the version that went live has no place for it", {});
    else if (line_.reason == "limit") row(Mark::stopped, "too many sends of this user were waiting", {});
    else return false;
    return true;
  }

  // The rules of one kind that are about the message, in order. True: one of them decided.
  template <class Rules, class About>
  bool ask(std::string_view reason, const Rules& rules, const std::string& passed, const std::string& stopped, const About& about) {
    for (size_t i = 0; i < rules.size(); ++i) {
      if (!about(rules[i])) continue;
      if (line_.reason == reason && static_cast<int32_t>(i) == line_.entry.why.rule) return stop(stopped, rules[i].place), true;
      row(Mark::passed, passed, rules[i].place);
    }
    if (line_.reason != reason) return false;
    stop(stopped, line_.entry.why.rule_place);
    return true;
  }

  std::string blocked_text(const ModuleChannel& channel, const ModuleMessage& message, std::string_view reason) const {
    const auto name = [&](int32_t attribute) { return attribute < 0 ? std::string("?") : module_.attributes[static_cast<size_t>(attribute)].name; };
    if (reason == "consent") return channel.name + ": no consent (" + name(channel.consent) + ")";
    if (reason == "topic") return channel.name + ": the topic " + name(message.topic) + " is off";
    return channel.name + ": no address (" + name(static_cast<int32_t>(channel.reaches)) + " is unknown, or nothing arrives there)";
  }

  bool channels(const ModuleMessage& message) {
    const bool none = line_.reason == "consent" || line_.reason == "unreachable" || line_.reason == "topic";
    for (const DecisionWhy::PassedOver& over : line_.entry.why.passed_over) {
      const int32_t index = index_of(module_.channels, over.channel);
      if (index < 0) continue;
      const ModuleChannel& channel = module_.channels[static_cast<size_t>(index)];
      row(none && index == channel_ ? Mark::stopped : Mark::none, blocked_text(channel, message, over.reason), channel.place);
    }
    if (none || channel_ < 0) return none;
    const ModuleChannel& channel = module_.channels[static_cast<size_t>(channel_)];
    const bool asks = channel.consent >= 0 && std::find(channel.consent_except.begin(), channel.consent_except.end(), message.category) == channel.consent_except.end();
    std::string text = channel.name + ": ";
    if (asks) text += "consent (" + module_.attributes[static_cast<size_t>(channel.consent)].name + "), ";
    text += "address (" + module_.attributes[channel.reaches].name + ")";
    if (message.topic >= 0) text += ", topic (" + module_.attributes[static_cast<size_t>(message.topic)].name + ")";
    row(Mark::passed, std::move(text), channel.place);
    return false;
  }

  bool valid(const ModuleMessage& message) {
    const SourcePlace place{message.place.at, "valid for " + duration_words(message.valid_for_us)};
    if (line_.reason == "expired") return stop("validity: over", place), true;
    row(Mark::passed, "validity: not over", place);
    return false;
  }

  const Module& module_;
  const Happened& line_;
  const int32_t message_, channel_;
  std::vector<ProofStep> out_;
};

}  // namespace

std::vector<ProofStep> rules_of(const Module& module, const Happened& line) { return Judgement(module, line).run(); }

std::string because(const Module& module, const Happened& line) {
  const std::string& reason = line.reason;
  const bool waits = line.outcome == "deferred";
  if (line.entry.why.passed_over.size() > 1 && (reason == "consent" || reason == "unreachable" || reason == "topic")) {
    std::string channels;
    for (const DecisionWhy::PassedOver& over : line.entry.why.passed_over)
      channels += (channels.empty() ? "" : ", ") + over.channel + (over.reason == "consent" ? ": no consent" : over.reason == "topic" ? ": the topic is off" : ": no address");
    return "no channel is open to them (" + channels + ")";
  }
  if (reason == "holdout") return "they are held out";
  if (reason == "consent") return "they have not agreed to " + line.channel;
  if (reason == "unreachable") return "there is no address for " + line.channel;
  if (reason == "topic") return "they have turned its topic off";
  if (reason == "never") return "a `never` rule holds";
  if (reason == "expired") return "it was no longer valid when it could have gone";
  if (reason == "quiet") return waits ? "these are quiet hours" : "these were quiet hours";
  if (reason == "gap") return waits ? "it is too soon after the last message" : "it was too soon after the last message";
  if (reason == "cap") return waits ? "a cap is full" : "a cap was full";
  if (reason == "left") return "they left the journey before it could go";
  if (reason == "paused") return waits ? "its journey is paused" : "its journey was paused until it was no longer valid";
  if (reason == "removed") return "the version that went live has no place for it";
  if (reason == "limit") return "too many sends of theirs were waiting";
  if (reason.empty() && waits) return "it is asked for later";
  return reason;
}

}  // namespace wend
