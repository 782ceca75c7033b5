// Protection: the order in which the sends of an input are judged, the rules each must pass, and the floor.
// Tested by tests/unit/core.
#include <algorithm>
#include <tuple>

#include "runtime/abi/hash.h"
#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {

bool counts_for(const ModuleSubject& subject, const SentStamp& stamp);   // sending.cpp

void Input::protect() {
  if (UserState::More* more = user_.more_or_null()) {
    size_t waiting = 0;
    for (PendingSend& send : more->deferred) {
      if (send.until <= now_ || (send.held && !still_held(send)) || (send.paused && !paused(send))) scratch_.gathered.push_back({std::move(send), {}, 0});
      else if (PendingSend& place = more->deferred[waiting++]; &place != &send) place = std::move(send);
    }
    more->deferred.resize(waiting);
  }
  if (!scratch_.gathered.empty()) {
    arbitrate();
    for (size_t i = 0; i < scratch_.gathered.size(); ++i) settle(scratch_.gathered[i]);
    scratch_.gathered.clear();
  }
  fire_floors();
}

// Highest category, highest priority, journey, key, then as reached.
void Input::arbitrate() {
  const auto rank = [&](const GatheredSend& gathered) {
    const PendingSend& send = gathered.send;
    const int64_t priority = send.journey < 0 ? 0 : module_.journeys[static_cast<size_t>(send.journey)].priority;
    const int64_t fired = send.floor < 0 ? 0 : send.reached;
    return std::tuple(module_.messages[send.message].category, priority == INT64_MIN ? INT64_MAX : -priority, send.journey < 0 ? INT32_MAX : send.journey,
                      context_.texts.at(send.key), send.entry, send.activation, fired, send.floor, send.leg, send.instead);
  };
  std::stable_sort(scratch_.gathered.begin(), scratch_.gathered.end(),
                   [&](const GatheredSend& a, const GatheredSend& b) { return rank(a) < rank(b); });
}

bool Input::paused(const PendingSend& send) const {
  return send.journey >= 0 && module_.journeys[static_cast<size_t>(send.journey)].paused;
}

int32_t Input::hold_out_of(uint32_t category) const {
  if (step_.overrides_ && step_.overrides_->never_held_out && !step_.overrides_->held_out) return -1;
  for (size_t i = 0; i < module_.hold_outs.size(); ++i) {
    const ModuleHoldOut& rule = module_.hold_outs[i];
    if (std::find(rule.categories.begin(), rule.categories.end(), category) == rule.categories.end()) continue;
    if (step_.overrides_ && step_.overrides_->held_out) return static_cast<int32_t>(i);
    if (chance_bucket("hold out", "", context_.texts.at(user_.unit)) < rule.millionths) return static_cast<int32_t>(i);
  }
  return -1;
}

bool Input::held_out_of_any() const {
  for (const ModuleHoldOut& rule : module_.hold_outs) {
    for (const uint32_t category : rule.categories) {
      if (held_out_of(category)) return true;
    }
  }
  return false;
}

Input::Verdict Input::judge(const GatheredSend& gathered) const {
  using Reason = Decision::Reason;
  const PendingSend& send = gathered.send;
  const ModuleMessage& message = module_.messages[send.message];
  Verdict verdict;
  const auto asked_for = [&] {
    const Written written = written_channels(send);
    return written.channels.empty() ? -1 : static_cast<int32_t>(written.channels[0]);
  };
  if (send.reached > now_) {   // by request, before any rule is asked
    verdict.channel = asked_for();
    verdict.defer = true;
    verdict.until = send.reached;
    return verdict;
  }
  if (paused(send)) {
    const int64_t end = add_micros(send.reached, message.valid_for_us);
    verdict.channel = send.channel >= 0 ? send.channel : asked_for();
    verdict.reason = Reason::paused;
    verdict.defer = now_ < end;
    verdict.until = end;
    return verdict;
  }
  if (!category_of(send).exempt) verdict.rule = hold_out_of(message.category);
  if (verdict.rule >= 0) {
    verdict.channel = asked_for();
    verdict.reason = Reason::holdout;
    return verdict;
  }
  if (!find_channel(send, verdict)) return verdict;
  const auto channel = static_cast<uint32_t>(verdict.channel);
  const int64_t end = add_micros(send.reached, message.valid_for_us);
  Block block{Reason::none, end, ThenKind::drop, 0};
  if (const ModuleNever* rule = never_rule(send, channel)) {
    block = {Reason::never, end, rule->then, rule->message, static_cast<int32_t>(rule - module_.nevers.data())};
    verdict.held = rule->then == ThenKind::wait && now_ < end;
  } else if (now_ >= end) {
    block.reason = Reason::expired;
  } else if (category_of(send).exempt || !find_block(send, channel, block)) {
    return verdict;
  }
  verdict.reason = block.reason;
  verdict.rule = block.rule;
  verdict.used = std::move(block.used);
  // A message sent instead of another is not replaced again, and a cap drops it.
  const bool waits = block.then == ThenKind::wait && !(send.instead && block.reason == Reason::cap);
  if (verdict.held || (waits && block.until < end)) {
    verdict.defer = true;
    verdict.until = block.until;
  } else if (block.then == ThenKind::send && !send.instead && block.message < module_.messages.size()) {
    verdict.instead = static_cast<int32_t>(block.message);
  }
  return verdict;
}

// Why a message does not reach the user on a channel; `none` when it does.
Decision::Reason Input::channel_blocks(uint32_t index, const ModuleMessage& message) const {
  const uint8_t* record = user_.record.bytes();
  const ModuleChannel& channel = module_.channels[index];
  const auto& excepted = channel.consent_except;
  wend_slot slot{};
  if (channel.consent >= 0 && std::find(excepted.begin(), excepted.end(), message.category) == excepted.end()) {
    const ModuleAttribute& consent = module_.attributes[static_cast<size_t>(channel.consent)];
    const bool known = read_field(record, consent.field, ValueKind::boolean, context_, slot);
    if (!known || (slot.integer != 0) == channel.consent_negated) return Decision::Reason::consent;
  }
  const ModuleAttribute& address = module_.attributes[channel.reaches];
  const bool known = read_field(record, address.field, address.type.kind, context_, slot);
  if (!known || (is_text(address.type.kind) && slot.size == 0)) return Decision::Reason::unreachable;
  if (const UserState::More* more = user_.more_or_null()) {
    const std::string_view text(slot.data, static_cast<size_t>(std::max<int64_t>(slot.size, 0)));
    for (const DeadAddress& dead : more->dead) {
      if (dead.attribute == channel.reaches && context_.texts.at(dead.text) == text) return Decision::Reason::unreachable;
    }
  }
  if (message.topic < 0) return Decision::Reason::none;
  read_field(record, module_.attributes[static_cast<size_t>(message.topic)].field, ValueKind::boolean, context_, slot);
  return slot.integer != 0 ? Decision::Reason::none : Decision::Reason::topic;
}

// The first channel that nothing blocks, or of all those the best; else the first one's reason.
bool Input::find_channel(const PendingSend& send, Verdict& verdict) const {
  const ModuleMessage& message = module_.messages[send.message];
  const Written written = written_channels(send);
  bool found = false;
  for (const uint32_t channel : written.channels) {
    const Decision::Reason reason = channel_blocks(channel, message);
    const bool usable = reason == Decision::Reason::none;
    if (!usable) verdict.passed_over.push_back({static_cast<int32_t>(channel), reason});
    const bool takes = found ? usable && is_better(channel, static_cast<uint32_t>(verdict.channel)) : usable || verdict.channel < 0;
    if (takes) {
      verdict.channel = static_cast<int32_t>(channel);
      verdict.reason = reason;
    }
    found |= usable;
    if (found && !written.best) break;
  }
  if (verdict.channel < 0) verdict.reason = Decision::Reason::unreachable;
  return found;
}

bool covers(const ModuleSubject& subject, const Module& module, uint32_t message, uint32_t channel) {
  switch (subject.kind) {
    case ModuleSubject::Kind::messages: return true;
    case ModuleSubject::Kind::channel: return subject.id == channel;
    case ModuleSubject::Kind::category: return subject.id == module.messages[message].category;
    case ModuleSubject::Kind::message: return subject.id == message;
  }
  return false;
}

// The first `never` that blocks; null: none does.
const ModuleNever* Input::never_rule(const PendingSend& send, uint32_t channel) const {
  for (const ModuleNever& rule : module_.nevers) {
    if (!covers(rule.subject, module_, send.message, channel)) continue;
    if (rule.condition(user_.record.bytes(), nullptr, event_, &context_)) return &rule;
  }
  return nullptr;
}

bool Input::still_held(const PendingSend& send) const {
  const ModuleNever* rule = send.channel < 0 ? nullptr : never_rule(send, static_cast<uint32_t>(send.channel));
  return rule && rule->then == ThenKind::wait;
}

// Quiet hours, gap, caps: the first that blocks.
bool Input::find_block(const PendingSend& send, uint32_t channel, Block& block) const {
  const auto number = [](const auto& rules, const auto& rule) { return static_cast<int32_t>(&rule - rules.data()); };
  for (const ModuleQuiet& quiet : module_.quiets) {
    const int64_t until = quiet_until(zone(quiet.user_time), quiet.from_us, quiet.to_us, now_);
    if (until == 0) continue;
    block = {Decision::Reason::quiet, until, quiet.then, quiet.message, number(module_.quiets, quiet)};
    return true;
  }
  const int64_t last = module_.gaps.empty() || send.slot != 0 ? WEND_NEVER : last_slot();
  if (last != WEND_NEVER) {
    for (const ModuleGap& gap : module_.gaps) {
      const int64_t until = add_micros(last, gap.length_us);
      if (now_ >= until) continue;
      block = {Decision::Reason::gap, until, gap.then, gap.message, number(module_.gaps, gap), {last_counted(last)}};
      return true;
    }
  }
  for (const ModuleCap& cap : module_.caps) {
    int64_t until = 0;
    std::vector<Decision::Used> used;
    if (!cap_blocks(cap, send, channel, until, used)) continue;
    block = {Decision::Reason::cap, until, cap.then, cap.message, number(module_.caps, cap), std::move(used)};
    return true;
  }
  return false;
}

// The latest send the gap counts from; of one that is forgotten only when it was.
Decision::Used Input::last_counted(int64_t at) const {
  const UserState::More* more = user_.more_or_null();
  for (size_t i = more ? more->sent.size() : 0; i-- > 0;) {
    const SentStamp& stamp = more->sent[i];
    if (stamp.at == at && !stamp.exempt && stamp.holds_slot()) return {stamp.at, stamp.id, stamp.message, stamp.channel};
  }
  return {at};
}

bool Input::cap_blocks(const ModuleCap& cap, const PendingSend& send, uint32_t channel, int64_t& until, std::vector<Decision::Used>& used) const {
  if (!covers(cap.subject, module_, send.message, channel)) return false;
  if (send.slot != 0 && cap.subject.kind != ModuleSubject::Kind::channel) return false;
  const bool rolling = cap.within_us > 0;
  const Zone& clock = zone(cap.user_time);
  const int32_t pane = rolling ? 0 : pane_of(clock, cap.per, now_);
  const int64_t from = rolling ? add_micros(now_, -cap.within_us) + 1 : pane_start(clock, cap.per, pane);
  const UserState::More* more = user_.more_or_null();
  until = rolling ? WEND_FOREVER : pane_start(clock, cap.per, pane + 1);
  int64_t count = 0;
  for (size_t i = more ? more->sent.size() : 0; i-- > 0 && count < cap.count;) {   // latest first
    const SentStamp& stamp = more->sent[i];
    if (stamp.at < from) break;
    if (!counts_for(cap.subject, stamp)) continue;
    ++count;
    if (rolling) until = add_micros(stamp.at, cap.within_us);   // of the N-th latest: then the cap opens
  }
  if (count < cap.count) return false;
  for (size_t i = more ? more->sent.size() : 0; i-- > 0 && used.size() < kUsedMost && more->sent[i].at >= from;) {
    const SentStamp& stamp = more->sent[i];
    if (counts_for(cap.subject, stamp)) used.push_back({stamp.at, stamp.id, stamp.message, stamp.channel});
  }
  return true;
}

int64_t Input::floor_due(uint32_t index) const {
  const int64_t fired = tail_value(user_.record.bytes(), tables_.tail.floors, index);
  return add_micros(std::max({user_.first_sight, last_message(), fired}), module_.floors[index].within_us);
}

void Input::fire_floors() {
  for (uint32_t i = 0; i < module_.floors.size(); ++i) {
    const int64_t due = floor_due(i);
    if (due > now_) continue;
    tail_value(user_.record.bytes(), tables_.tail.floors, i) = now_;
    const ModuleFloor& floor = module_.floors[i];
    const size_t legs = floor.all_channels ? floor.channels.size() : 1;
    uint32_t slot = 0;
    for (size_t leg = 1; leg <= legs; ++leg) {
      GatheredSend gathered;
      PendingSend& send = gathered.send;
      send.floor = static_cast<int32_t>(i);
      send.unit = user_.unit;
      send.floor_due = due;
      send.leg = static_cast<uint32_t>(leg);
      send.message = floor.message;
      send.reached = now_;
      send.slot = slot;
      settle(gathered);
      slot = send.slot;
    }
  }
}

}  // namespace wend
