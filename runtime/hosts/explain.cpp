// The proof is put together from the history; where a send stands behind its decision is told by the outbox, and where the
// user stands now by their state.
#include "runtime/hosts/explain.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "runtime/abi/text_format.h"
#include "runtime/hosts/explain_parts.h"
#include "runtime/hosts/test_timeline.h"

namespace wend {
namespace {

using Kind = ProofStep::Kind;
using Mark = ProofStep::Mark;
using Answer = Proof::Answer;

constexpr size_t kRowsMost = 20'000;     // of the history that are looked at, the latest
constexpr size_t kMessagesShown = 10;
constexpr size_t kIdDigitsMin = 8;

std::string text_at(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

bool is_id(std::string_view text) {
  return text.size() >= kIdDigitsMin && text.size() <= 32 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string duration_words(int64_t micros) {
  std::string text;
  append_duration(text, micros);
  return text;
}

ProofStep proof_step(const Module& module, Kind kind, int64_t at, std::string text, SourcePlace place) {
  ProofStep step;
  step.kind = kind;
  step.at = at;
  if (at != INT64_MIN) step.when = local_text(module, at);
  step.text = std::move(text);
  step.place = std::move(place);
  return step;
}

Happened taken_apart(const HistoryEntry& entry) {
  Happened out;
  out.entry = entry;
  const nlohmann::json json = nlohmann::json::parse(entry.text, nullptr, false);
  if (!json.is_object()) return out;
  if (entry.decision) {
    out.kind = text_at(json, "kind");
    for (auto [member, key] : {std::pair{&out.journey, "journey"}, {&out.key, "key"}, {&out.step, "step"}, {&out.message, "message"}, {&out.channel, "channel"},
                               {&out.category, "category"}, {&out.outcome, "outcome"}, {&out.reason, "reason"}, {&out.id, "id"}, {&out.states, "states"},
                               {&out.from, "from"}, {&out.to, "to"}, {&out.signal, "signal"}, {&out.experiment, "experiment"}, {&out.variant, "variant"}})
      *member = text_at(json, key);
    if (int64_t until = 0; parse_instant(text_at(json, "until"), *find_zone("UTC"), until)) out.until = until;
    if (out.kind == "message") out.key = entry.why.key;
    return out;
  }
  out.kind = text_at(json, "type");
  out.event = text_at(json, "event");
  out.id = text_at(json, "messageId");
  if (const auto properties = json.find("properties"); properties != json.end() && properties->is_object()) out.about = text_at(*properties, "message_id");
  const auto traits = [&](const nlohmann::json& holder) {
    const auto found = holder.is_object() ? holder.find("traits") : holder.end();
    if (!holder.is_object() || found == holder.end() || !found->is_object()) return;
    for (const auto& [name, value] : found->items()) out.traits.push_back(name);
  };
  traits(json);
  if (const auto context = json.find("context"); context != json.end()) traits(*context);
  return out;
}

namespace {

class Explanation {
 public:
  Explanation(Ledger& ledger, const ExplainQuestion& question) : ledger_(ledger), module_(ledger.module()), question_(question) {}

  Proof run() {
    proof_.user = question_.user;
    proof_.time_zone = zone_name(*module_.zone);
    if (!find_user()) return std::move(proof_);
    read_history();
    if (question_.message.empty()) overview();
    else if (const Happened* last = last_decision()) one_message(*last);
    else not_reached();
    return std::move(proof_);
  }

 private:
  // ---- who

  bool find_user() {
    const UserId id = ledger_.user_named(question_.user);
    if (id == kNoUser) {
      const bool erased = ledger_.erased(question_.user);
      proof_.answer = erased ? Answer::erased : Answer::nobody;
      proof_.verdict = erased ? question_.user + " was erased: nothing is kept of them, and nothing that names them is taken" : "nobody is known as " + question_.user;
      if (erased) return false;
      std::string asked;
      for (const std::string& identity : module_.identities) asked += (asked.empty() ? "" : ", ") + identity;
      proof_.untold.push_back("it was looked for as " + asked + "; an event that was refused makes nobody known");
      return false;
    }
    user_ = ledger_.look(id);
    if (!user_.row.name.second.empty()) proof_.user = user_.row.name.second;
    if (user_.outdated) proof_.untold.push_back("a new version went live and they have not been taken over yet: where they stand is told by their history alone");
    if (user_.readable || user_.outdated) return true;
    proof_.answer = Answer::unreadable;
    proof_.verdict = "what is kept of " + proof_.user + " cannot be read: their events are set aside until the row is mended";
    return false;
  }

  void read_history() {
    bool any_decision = false;
    const HistoryRead read = ledger_.history(user_, {0, kRowsMost, true}, [&](const HistoryEntry& entry) {
      any_decision |= entry.decision;
      if (!question_.at || entry.received <= *question_.at) history_.push_back(taken_apart(entry));
      return true;
    });
    if (read.cut) proof_.untold.push_back("only the latest rows of their history were looked at");
    if (read.unread > 0) proof_.untold.push_back("a later version of wend wrote a part of their history: it cannot be read here");
    if (!any_decision && question_.of_files) proof_.untold.push_back("no decision was made for them");
    else if (!any_decision) proof_.untold.push_back("no decision of theirs is kept: none was made, it is too long ago, or `keep_audit` is off");
    else if (question_.of_files) proof_.untold.push_back("decided over files: no provider was asked");
  }

  // ---- one message

  bool is_asked(const Happened& line) const {
    if (!line.entry.decision || line.kind != "message") return false;
    return line.message == question_.message || (is_id(question_.message) && line.id.starts_with(question_.message));
  }

  const Happened* last_decision() const {
    for (size_t i = history_.size(); i-- > 0;) if (is_asked(history_[i])) return &history_[i];
    return nullptr;
  }

  void one_message(const Happened& last) {
    proof_.message = last.message;
    proof_.id = last.id;
    std::vector<const Happened*> lines;
    for (const Happened& line : history_)
      if (line.entry.decision && line.kind == "message" && line.id == last.id) lines.push_back(&line);
    way_to(*lines.front());
    for (const Happened* line : lines) judged(*line);
    const bool gone_on = last.outcome == "sent";
    const Ledger::Send send = gone_on ? ledger_.send(last.id, last.entry.at) : Ledger::Send();
    const Status status = status_of(last, send);
    if (gone_on) behind_decision(last, send, status);
    heard(last.id);
    after(last);
    std::stable_sort(steps_.begin(), steps_.end(), [](const Group& a, const Group& b) { return a.at < b.at; });
    proof_.sections.push_back({"", {}});
    for (Group& group : steps_) std::move(group.steps.begin(), group.steps.end(), std::back_inserter(proof_.sections.back().steps));
    proof_.answer = status.answer;
    proof_.decided_by = status.place;
    proof_.verdict = last.message + " " + status.text;
    other_sends(last);
  }

  void other_sends(const Happened& last) {
    if (last.message != question_.message) return;
    std::vector<std::string> ids;
    for (const Happened& line : history_)
      if (is_asked(line) && line.id != last.id && std::find(ids.begin(), ids.end(), line.id) == ids.end()) ids.push_back(line.id);
    if (ids.empty()) return;
    proof_.sections.push_back({"earlier sends of it", {}});
    messages(ids, proof_.sections.back().steps);
  }

  struct Group { int64_t at; std::vector<ProofStep> steps; };   // a step and what is inside it

  void add(Kind kind, int64_t at, std::string text, SourcePlace place = {}, Mark mark = Mark::none) {
    steps_.push_back({at, {proof_step(module_, kind, at, std::move(text), std::move(place))}});
    steps_.back().steps.back().mark = mark;
  }

  void add_record(const Happened& record) {
    std::string text = (!record.event.empty() ? record.event : record.kind.empty() ? "a record" : record.kind) + " came in";
    if (record.event.empty())
      for (size_t i = 0; i < record.traits.size(); ++i) text += (i == 0 ? " with " : ", ") + record.traits[i];
    add(Kind::record, record.now(), std::move(text));
  }

  // From what let the user in to the send.
  void way_to(const Happened& first) {
    if (first.journey.empty()) {
      add(Kind::floor, first.now(), "the floor asks for " + first.message, first.entry.why.node_place);
      return;
    }
    size_t end = 0, begin = SIZE_MAX;
    while (end < history_.size() && &history_[end] != &first) ++end;
    const bool keyed = first.entry.why.version != 0;
    const auto mine = [&](const Happened& line) { return line.entry.decision && line.journey == first.journey && (!keyed || line.key == first.key); };
    for (size_t i = end; i-- > 0 && begin == SIZE_MAX;) if (history_[i].kind == "enter" && mine(history_[i])) begin = i;
    if (begin == SIZE_MAX) {
      proof_.untold.push_back("how they came into " + first.journey + " is not kept");
    } else {
      let_in(begin);
      add(Kind::enter, history_[begin].now(), "entered " + first.journey + (first.key.empty() ? "" : " for \"" + first.key + "\""), history_[begin].entry.why.rule_place);
    }
    const Happened* before = begin == SIZE_MAX ? nullptr : &history_[begin];
    for (size_t i = begin == SIZE_MAX ? 0 : begin + 1; i < end; ++i) {
      const Happened& line = history_[i];
      if (line.entry.decision && line.kind == "exposure" && begin != SIZE_MAX && chooses(first.journey, line.experiment))
        add(Kind::exposure, line.now(), "experiment " + line.experiment + ": " + line.variant);
      if (line.kind != "step" || !mine(line)) continue;
      waited(before, line);
      add(Kind::step, line.now(), "step " + line.step, line.entry.why.node_place);
      before = &line;
    }
    waited(before, first);
  }

  bool chooses(const std::string& journey, const std::string& experiment) const {
    const int32_t index = index_of(module_.journeys, journey), chosen = index_of(module_.experiments, experiment);
    if (index < 0 || chosen < 0) return true;
    const ModuleJourney& declared = module_.journeys[static_cast<size_t>(index)];
    const auto is = [&](const auto& one) { return static_cast<int32_t>(one.experiment) == chosen; };
    return std::any_of(declared.enters.begin(), declared.enters.end(), is) ||
           std::any_of(declared.nodes.begin(), declared.nodes.end(), [&](const ModuleNode& node) { return node.kind == ModuleNode::Kind::experiment && is(node); });
  }

  // What the `enter` line was about: the event that came in, the signal that was raised, the state that was taken.
  void let_in(size_t enter) {
    const Happened& line = history_[enter];
    const int32_t index = index_of(module_.journeys, line.journey);
    const int32_t rule = line.entry.why.version == module_.version ? line.entry.why.rule : -1;
    if (index < 0 || rule < 0 || static_cast<size_t>(rule) >= module_.journeys[static_cast<size_t>(index)].enters.size()) return;
    const ModuleEnter& way = module_.journeys[static_cast<size_t>(index)].enters[static_cast<size_t>(rule)];
    const Happened *record = nullptr, *made = nullptr;   // what came in, and the state or signal it made
    for (size_t i = enter; i-- > 0 && history_[i].now() == line.now() && !record;) {
      const Happened& cause = history_[i];
      const bool state = way.kind == ModuleEnter::Kind::trigger && cause.kind == "state" && cause.states == module_.states[way.trigger.states].name;
      const bool signal = way.kind == ModuleEnter::Kind::event && cause.kind == "signal" && cause.signal == module_.events[way.event].name;
      if (cause.entry.decision && !made && (state || signal)) made = &cause;
      if (!cause.entry.decision) record = &cause;
    }
    if (record && (made || way.kind != ModuleEnter::Kind::event || record->event == module_.events[way.event].source_name)) add_record(*record);
    if (!made) return;
    if (!made->signal.empty()) add(Kind::signal, made->now(), "signal " + made->signal);
    else add(Kind::state, made->now(), made->states + (made->from.empty() ? " is " : " moved from " + made->from + " to ") + made->to);
  }

  void waited(const Happened* before, const Happened& line) {
    if (!before || line.now() <= before->now()) return;
    SourcePlace place;
    const int32_t index = index_of(module_.journeys, before->journey);
    if (index >= 0 && before->entry.why.version == module_.version) {
      const ModuleJourney& journey = module_.journeys[static_cast<size_t>(index)];
      const std::string step = before->step.empty() && !journey.steps.empty() ? journey.steps.front() : before->step;
      size_t waits = 0;
      for (const ModuleNode& node : journey.nodes) {
        using Node = ModuleNode::Kind;
        const bool is = node.kind == Node::wait || node.kind == Node::wait_until_time || node.kind == Node::wait_for || node.kind == Node::wait_until_date || node.kind == Node::wait_until;
        if (is && journey.steps[node.step] == step && ++waits == 1) place = node.place;
      }
      if (waits != 1) place = {};   // which of them is not kept
    }
    add(Kind::wait, before->now(), "waited " + duration_words(line.now() - before->now()), place);
  }

  void judged(const Happened& line) {
    std::string text = line.message;
    Mark mark = Mark::passed;
    if (line.outcome == "sent") {
      text += " may go by " + line.channel;
    } else if (line.outcome == "deferred") {
      mark = Mark::waits;
      text += " waits" + (line.until ? " until " + local_text(module_, *line.until) : "") + ": " + because(module_, line);
    } else {
      mark = Mark::stopped;
      text += " is not sent: " + because(module_, line);
    }
    add(Kind::judged, line.now(), std::move(text), line.journey.empty() ? SourcePlace() : line.entry.why.node_place, mark);
    std::vector<ProofStep> rules = rules_of(module_, line);
    std::move(rules.begin(), rules.end(), std::back_inserter(steps_.back().steps));
    if (line.entry.why.version != 0 && line.entry.why.version != module_.version) {
      const std::string said = "an earlier version of the program judged it: the rules it passed are not told, and places are those of that version";
      if (std::find(proof_.untold.begin(), proof_.untold.end(), said) == proof_.untold.end()) proof_.untold.push_back(said);
    }
  }

  // ---- behind the decision

  struct Status { Answer answer; std::string text; SourcePlace place; };

  SourcePlace channel_place(const std::string& name) const {
    const int32_t index = index_of(module_.channels, name);
    return index < 0 ? SourcePlace{} : module_.channels[static_cast<size_t>(index)].place;
  }

  // The hold that keeps a row from being claimed.
  std::optional<HoldRow> hold_of(const OutboxRow& row) const {
    for (const HoldRow& hold : ledger_.holds())
      if (hold.kind == "all" || (hold.kind == "channel" && hold.name == row.channel) || (hold.kind == "journey" && hold.name == row.journey) || (hold.kind == "message" && hold.name == row.message)) return hold;
    return std::nullopt;
  }

  bool later(int64_t at) const { return question_.at && at > *question_.at; }

  SourcePlace claim_place(const Happened& line, std::string_view reason) const {
    if (reason == "consent" || reason == "unreachable") return channel_place(line.channel);
    const int32_t message = index_of(module_.messages, line.message);
    if (message >= 0 && reason == "expired") return {module_.messages[static_cast<size_t>(message)].place.at, "valid for " + duration_words(module_.messages[static_cast<size_t>(message)].valid_for_us)};
    if (message >= 0 && reason == "topic") return module_.messages[static_cast<size_t>(message)].place;
    if (reason == "quiet" && module_.quiets.size() == 1) return module_.quiets[0].place;
    return {};
  }

  static std::string claim_words(const Happened& line, const std::string& reason) {
    if (reason == "consent") return "consent to " + line.channel + " was withdrawn meanwhile";
    if (reason == "unreachable") return "the address is gone";
    if (reason == "topic") return "its topic was turned off meanwhile";
    if (reason == "never") return "a `never` rule holds now";
    if (reason == "expired") return "it is no longer valid";
    if (reason == "quiet") return "these are quiet hours";
    if (reason == "cap") return "two histories became one, and a cap was full already";
    if (reason == "suppressed") return "nothing may be sent to that address";
    if (reason == "removed") return "the version that went live has no place for it";
    return reason;
  }

  static std::string waits_for(const Happened& last, const OutboxRow& row) {
    if (row.reason.empty()) return "it waits for its turn";
    return row.attempts > 0 ? "the provider said " + row.reason : claim_words(last, row.reason);
  }

  Status status_of(const Happened& last, const Ledger::Send& send) const {
    const std::string to = " to " + proof_.user;
    if (last.outcome == "suppressed") return {Answer::not_sent, "was not sent" + to + ": " + because(module_, last), last.entry.why.rule_place};
    if (last.outcome == "deferred") return {Answer::waiting, "has not gone" + to + " yet: " + because(module_, last), last.entry.why.rule_place};
    const SourcePlace place = last.entry.why.node_place;
    if (question_.of_files) return {Answer::sent, "was sent" + to + " by " + last.channel, place};
    if (send.ended && !later(send.ended->at)) return ended_status(last, *send.ended, to, place);
    if (!send.row || later(last.entry.received)) return {Answer::waiting, "was to go" + to + (question_.at ? "; what the outbox said then is not kept" : "; nothing is kept of what became of it"), place};
    if (question_.at) return {Answer::waiting, "was to go" + to + "; what the outbox said then is not kept", place};
    if (send.at == Outbox::kUnknown) return {Answer::unknown, "may or may not have reached " + proof_.user + ": " + (send.row->reason == "restored" ? "the store was restored from a copy" : "nobody heard how the attempt ended"), place};
    if (send.at == Outbox::kStarted) return {Answer::waiting, "is on its way" + to, place};
    if (send.at == Outbox::kHeld || hold_of(*send.row)) return {Answer::waiting, "has not gone" + to + " yet: an operator holds it", place};
    return {Answer::waiting, "has not gone" + to + " yet: " + waits_for(last, *send.row), place};
  }

  Status ended_status(const Happened& last, const SentRow& ended, const std::string& to, const SourcePlace& place) const {
    using How = SentRow::How;
    switch (ended.how) {
      case How::delivered: return {Answer::sent, "was sent" + to + " by " + last.channel, place};
      case How::blocked: return {Answer::not_sent, "was not sent" + to + ": " + claim_words(last, ended.reason), claim_place(last, ended.reason)};
      case How::expired: return {Answer::not_sent, "was not sent" + to + ": it was no longer valid when it could have gone", claim_place(last, "expired")};
      case How::failed: return {Answer::not_sent, "did not reach " + proof_.user + ": " + (ended.reason.empty() ? "it failed" : ended.reason), place};
      case How::dropped: return {Answer::unknown, "may or may not have reached " + proof_.user + ": it was given up (" + ended.reason + ")", place};
      case How::unknown: return {Answer::unknown, "may or may not have reached " + proof_.user, place};
      case How::cancelled: return {Answer::not_sent, "was not sent" + to + ": " + (ended.reason == "erased" ? "they were erased" : "they are not known any more"), place};
    }
    return {};
  }

  void behind_decision(const Happened& last, const Ledger::Send& send, const Status& status) {
    if (send.ended && !later(send.ended->at)) return ended(last, *send.ended);
    if (!send.row || question_.at) return;
    const OutboxRow& row = *send.row;
    const int64_t now = std::max(ledger_.last_instant(), last.now());
    if (row.attempts > 0) add(Kind::outbox, std::max(row.first_attempt, last.now()), row.attempts == 1 ? "handed to " + row.channel : "handed to " + row.channel + ", " + std::to_string(row.attempts) + " attempts since", channel_place(row.channel));
    if (send.at == Outbox::kUnknown) {
      const std::string why = row.reason == "restored" ? "the store was restored from a copy, and it may have gone out since" : "no answer is known (" + row.reason + ")";
      add(Kind::provider, now, why + ": it is not sent again by itself", {}, Mark::waits);
      return;
    }
    if (send.at == Outbox::kStarted) return;
    if (const auto hold = hold_of(row)) {
      add(Kind::outbox, std::max(hold->since, last.now()), "held by an operator" + (hold->kind == "all" ? std::string(", as all sends are") : ", with " + hold->kind + " " + hold->name) + (hold->why.empty() ? "" : ": " + hold->why), {}, Mark::waits);
    } else {
      std::string text = "waits";
      if (send.at < Outbox::kHeld && send.at > now) text += " until " + local_text(module_, send.at);
      add(Kind::outbox, now, text + ": " + waits_for(last, row), row.attempts > 0 ? SourcePlace{} : claim_place(last, row.reason), Mark::waits);
    }
    if (row.not_after == INT64_MAX) return;
    steps_.back().steps.push_back(proof_step(module_, Kind::say, INT64_MIN, "valid until " + local_text(module_, row.not_after)));
    steps_.back().steps.back().inside = true;
  }

  void ended(const Happened& last, const SentRow& ended) {
    using How = SentRow::How;
    if (ended.how == How::blocked && (ended.reason == "consent" || ended.reason == "topic" || ended.reason == "unreachable")) changed_between(last, ended.at);
    const std::string attempts = ended.attempts > 1 ? " at attempt " + std::to_string(ended.attempts) : "";
    switch (ended.how) {
      case How::delivered:
        return add(Kind::provider, ended.at, ended.channel + " took it" + attempts + (ended.provider_id.empty() ? "" : " as " + ended.provider_id), channel_place(ended.channel), Mark::passed);
      case How::blocked:
      case How::expired:
        return add(Kind::outbox, ended.at, "stopped before it was handed over: " + claim_words(last, ended.reason), claim_place(last, ended.reason), Mark::stopped);
      case How::failed: return add(Kind::provider, ended.at, ended.channel + " did not take it" + attempts + (ended.reason.empty() ? "" : ": " + ended.reason), channel_place(ended.channel), Mark::stopped);
      case How::dropped: return add(Kind::provider, ended.at, "given up" + attempts + ": " + ended.reason, {}, Mark::stopped);
      case How::unknown: return add(Kind::provider, ended.at, "no answer is known", {}, Mark::waits);
      case How::cancelled: return add(Kind::outbox, ended.at, "withdrawn: " + ended.reason, {}, Mark::stopped);
    }
  }

  // Records between the decision and the claim that may have changed what the channel asks of the profile.
  void changed_between(const Happened& last, int64_t until) {
    const int32_t index = index_of(module_.channels, last.channel), message = index_of(module_.messages, last.message);
    std::vector<std::string> asked;
    if (index >= 0) {
      const ModuleChannel& channel = module_.channels[static_cast<size_t>(index)];
      asked.push_back(module_.attributes[channel.reaches].name);
      if (channel.consent >= 0) asked.push_back(module_.attributes[static_cast<size_t>(channel.consent)].name);
    }
    if (message >= 0 && module_.messages[static_cast<size_t>(message)].topic >= 0) asked.push_back(module_.attributes[static_cast<size_t>(module_.messages[static_cast<size_t>(message)].topic)].name);
    for (const Happened& record : history_) {
      if (record.entry.decision || record.entry.sequence < last.entry.sequence || record.now() > until) continue;
      const bool names = std::any_of(record.traits.begin(), record.traits.end(), [&](const std::string& trait) { return std::find(asked.begin(), asked.end(), trait) != asked.end(); });
      if (record.event == "unsubscribed" || record.event == "bounced" || (names && record.kind == "identify")) add_record(record);
    }
  }

  // What was said of it afterwards, by others: what the desk itself noted is told by the outbox.
  void heard(const std::string& id) {
    for (const Happened& record : history_)
      if (!record.entry.decision && record.about == id && !record.id.starts_with(id + "/")) add_record(record);
  }

  // How the stay in the journey went on.
  void after(const Happened& last) {
    if (last.journey.empty()) return;
    for (const Happened& line : history_) {
      if (!line.entry.decision || line.entry.sequence < last.entry.sequence || line.kind == "message" || line.journey != last.journey || line.key != last.key) continue;
      if (line.kind == "enter") return;
      if (line.kind == "goal") add(Kind::goal, line.now(), "reached the goal of " + line.journey);
      if (line.kind == "leave") return add(Kind::leave, line.now(), "left " + line.journey + ": " + line.outcome, line.entry.why.rule_place);
    }
  }

  // ---- nothing of it, or no message named

  JourneyView view() { return {ledger_, user_, history_, question_.at || !user_.readable}; }

  void cannot_tell_entries() {
    proof_.untold.push_back("whether an `enter` line fired and `only if`, re-entry or a goal kept them out at that moment is not kept");
    if (question_.at) proof_.untold.push_back("their profile as it was then is not kept");
  }

  void not_reached() {
    proof_.message = question_.message;
    const int32_t message = index_of(module_.messages, question_.message);
    if (message < 0) {
      proof_.answer = Answer::no_message;
      proof_.verdict = is_id(question_.message) ? "no message " + question_.message + " of " + proof_.user + " is kept" : "the program has no message " + question_.message;
      return;
    }
    proof_.answer = Answer::not_reached;
    proof_.verdict = question_.message + " was never up for " + proof_.user + ": no journey or floor has sent it to them";
    proof_.decided_by = module_.messages[static_cast<size_t>(message)].place;
    proof_.sections.push_back({"what would send it", {}});
    std::vector<ProofStep>& steps = proof_.sections.back().steps;
    JourneyView look = view();
    for (uint32_t j = 0; j < module_.journeys.size(); ++j) {
      const ModuleJourney& journey = module_.journeys[j];
      bool sends = false;
      for (const ModuleNode& node : journey.nodes) {
        if (node.kind != ModuleNode::Kind::send || static_cast<int32_t>(node.message) != message) continue;
        steps.push_back(proof_step(module_, Kind::say, INT64_MIN, journey.name + " sends it at " + journey.steps[node.step], node.place));
        sends = true;
      }
      if (!sends) continue;
      for (ProofStep& step : journey_steps(look, j)) {
        step.inside = true;
        steps.push_back(std::move(step));
      }
    }
    for (const ModuleFloor& floor : module_.floors)
      if (static_cast<int32_t>(floor.message) == message) steps.push_back(proof_step(module_, Kind::say, INT64_MIN, "the floor sends it", floor.place));
    instead_of(message, steps);
    if (steps.empty()) steps.push_back(proof_step(module_, Kind::say, INT64_MIN, "nothing in the program sends it", proof_.decided_by));
    cannot_tell_entries();
  }

  void instead_of(int32_t message, std::vector<ProofStep>& steps) {
    const auto rules = [&](const auto& list) {
      for (const auto& rule : list)
        if (rule.then == ThenKind::send && static_cast<int32_t>(rule.message) == message) steps.push_back(proof_step(module_, Kind::say, INT64_MIN, "a rule sends it instead of what it stops", rule.place));
    };
    rules(module_.nevers);
    rules(module_.quiets);
    rules(module_.gaps);
    rules(module_.caps);
  }

  void overview() {
    proof_.answer = Answer::overview;
    proof_.verdict = "what is kept of " + proof_.user;
    std::vector<std::string> ids;
    for (const Happened& line : history_) {
      if (!line.entry.decision || line.kind != "message") continue;
      std::erase(ids, line.id);
      ids.push_back(line.id);
    }
    proof_.sections.push_back({"messages, the latest first", {}});
    messages(ids, proof_.sections.back().steps);
    if (ids.size() > kMessagesShown) proof_.untold.push_back(std::to_string(ids.size() - kMessagesShown) + " earlier messages are not shown; name one to see it");
    if (!question_.at && user_.readable) states();
    proof_.sections.push_back({"journeys", {}});
    JourneyView look = view();
    for (uint32_t j = 0; j < module_.journeys.size(); ++j)
      for (ProofStep& step : journey_steps(look, j)) proof_.sections.back().steps.push_back(std::move(step));
    cannot_tell_entries();
  }

  // A line each, the latest first.
  void messages(const std::vector<std::string>& ids, std::vector<ProofStep>& out) {
    for (size_t shown = 0; shown < std::min(ids.size(), kMessagesShown); ++shown) {
      const std::string& id = ids[ids.size() - 1 - shown];
      const Happened* last = nullptr;
      for (const Happened& line : history_) if (line.entry.decision && line.kind == "message" && line.id == id) last = &line;
      if (!last) continue;
      const Status status = status_of(*last, last->outcome == "sent" ? ledger_.send(id, last->entry.at) : Ledger::Send());
      ProofStep step = proof_step(module_, Kind::judged, last->now(), last->message + " " + id.substr(0, kIdDigitsMin) + " " + status.text, status.place);
      step.mark = status.answer == Answer::sent ? Mark::passed : status.answer == Answer::not_sent ? Mark::stopped : Mark::waits;
      out.push_back(std::move(step));
    }
    if (ids.empty()) out.push_back(proof_step(module_, Kind::say, INT64_MIN, "none, as far as is kept"));
  }

  void states() {
    proof_.sections.push_back({"states", {}});
    for (const ModuleStates& states : module_.states) {
      const StateSlot* slot = state_slot(user_.state, states);
      if (slot->current < states.names.size()) proof_.sections.back().steps.push_back(proof_step(module_, Kind::state, slot->since, states.name + " is " + states.names[slot->current]));
    }
    if (proof_.sections.back().steps.empty()) proof_.sections.pop_back();
  }

  Ledger& ledger_;
  const Module& module_;
  const ExplainQuestion& question_;
  Ledger::Seen user_;
  std::vector<Happened> history_;
  std::vector<Group> steps_;
  Proof proof_;
};

}  // namespace

std::optional<int64_t> explain_instant(const Module& module, std::string_view text) {
  int64_t at = 0;
  int32_t day = 0;
  if (parse_instant(text, *module.zone, at)) return at;
  if (parse_date(text, day)) return start_of_day(*module.zone, day);
  return std::nullopt;
}

Proof explain(Ledger& ledger, const ExplainQuestion& question) { return Explanation(ledger, question).run(); }

}  // namespace wend
