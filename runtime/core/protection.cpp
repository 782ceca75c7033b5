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
    for (PendingSend& send : more->deferred) {
      if (send.until <= now_) scratch_.gathered.push_back({std::move(send), {}, 0});
    }
    std::erase_if(more->deferred, [&](const PendingSend& send) { return send.until <= now_; });
  }
  if (!scratch_.gathered.empty()) {
    arbitrate();
    for (size_t i = 0; i < scratch_.gathered.size(); ++i) settle(scratch_.gathered[i]);
  }
  fire_floors();
}

// Highest category, highest priority, journey, key, then as reached.
void Input::arbitrate() {
  const auto rank = [&](const GatheredSend& gathered) {
    const PendingSend& send = gathered.send;
    const int64_t priority = send.journey < 0 ? 0 : module_.journeys[static_cast<size_t>(send.journey)].priority;
    return std::tuple(module_.messages[send.message].category, priority == INT64_MIN ? INT64_MAX : -priority, send.journey < 0 ? INT32_MAX : send.journey,
                      context_.texts.at(send.key), send.entry, send.activation, send.leg, send.instead, send.floor, send.floor_due);
  };
  std::stable_sort(scratch_.gathered.begin(), scratch_.gathered.end(),
                   [&](const GatheredSend& a, const GatheredSend& b) { return rank(a) < rank(b); });
}

bool Input::held_out_of(uint32_t category) const {
  if (step_.overrides_ && step_.overrides_->never_held_out && !step_.overrides_->held_out) return false;
  for (const ModuleHoldOut& rule : module_.hold_outs) {
    if (std::find(rule.categories.begin(), rule.categories.end(), category) == rule.categories.end()) continue;
    if (step_.overrides_ && step_.overrides_->held_out) return true;
    if (chance_bucket("hold out", "", context_.texts.at(user_.unit)) < rule.millionths) return true;
  }
  return false;
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
  const bool has_channel = find_channel(send, verdict);
  if (!category_of(send).exempt && held_out_of(message.category)) {
    const std::span<const uint32_t> written = written_channels(send);
    verdict.channel = written.empty() ? -1 : static_cast<int32_t>(written[0]);
    verdict.reason = Reason::holdout;
    return verdict;
  }
  if (!has_channel) return verdict;
  const auto channel = static_cast<uint32_t>(verdict.channel);
  const int64_t end = add_micros(send.reached, message.valid_for_us);
  if (never_allowed(send, channel)) verdict.reason = Reason::never;
  else if (now_ >= end) verdict.reason = Reason::expired;
  Block block;
  if (verdict.reason != Reason::none || category_of(send).exempt || !find_block(send, channel, block)) return verdict;
  verdict.reason = block.reason;
  // A message sent instead of another is not replaced again, and a cap drops it.
  const bool waits = block.then == ThenKind::wait && !(send.instead && block.reason == Reason::cap);
  if (waits && block.until < end) {
    verdict.defer = true;
    verdict.until = block.until;
  } else if (block.then == ThenKind::send && !send.instead && block.message < module_.messages.size()) {
    verdict.instead = static_cast<int32_t>(block.message);
  }
  return verdict;
}

// The first channel whose consent, address and topic are there; else the first one's reason.
bool Input::find_channel(const PendingSend& send, Verdict& verdict) const {
  const uint8_t* record = user_.record.bytes();
  const uint32_t category = module_.messages[send.message].category;
  for (const uint32_t index : written_channels(send)) {
    const ModuleChannel& channel = module_.channels[index];
    Decision::Reason reason = Decision::Reason::none;
    const auto& excepted = channel.consent_except;
    if (channel.consent >= 0 && std::find(excepted.begin(), excepted.end(), category) == excepted.end()) {
      const ModuleAttribute& consent = module_.attributes[static_cast<size_t>(channel.consent)];
      wend_slot slot{};
      const bool known = read_field(record, consent.field, ValueKind::boolean, context_, slot);
      if (!known || (slot.integer != 0) == channel.consent_negated) reason = Decision::Reason::consent;
    }
    if (reason == Decision::Reason::none) {
      const ModuleAttribute& address = module_.attributes[channel.reaches];
      wend_slot slot{};
      if (!read_field(record, address.field, address.type.kind, context_, slot) || (is_text(address.type.kind) && slot.size == 0)) {
        reason = Decision::Reason::unreachable;
      }
    }
    if (reason == Decision::Reason::none) {
      verdict.channel = static_cast<int32_t>(index);
      verdict.reason = reason;
      return true;
    }
    if (verdict.channel < 0) {
      verdict.channel = static_cast<int32_t>(index);
      verdict.reason = reason;
    }
  }
  if (verdict.channel < 0) verdict.reason = Decision::Reason::unreachable;
  return false;
}

namespace {
bool covers(const ModuleSubject& subject, const ModuleMessage& message, uint32_t message_index, uint32_t channel) {
  switch (subject.kind) {
    case ModuleSubject::Kind::messages: return true;
    case ModuleSubject::Kind::channel: return subject.id == channel;
    case ModuleSubject::Kind::category: return subject.id == message.category;
    case ModuleSubject::Kind::message: return subject.id == message_index;
  }
  return false;
}
}  // namespace

bool Input::never_allowed(const PendingSend& send, uint32_t channel) const {
  for (const ModuleNever& rule : module_.nevers) {
    if (!covers(rule.subject, module_.messages[send.message], send.message, channel)) continue;
    if (rule.condition(user_.record.bytes(), nullptr, event_, &context_)) return true;
  }
  return false;
}

// Quiet hours, gap, caps: the first that blocks.
bool Input::find_block(const PendingSend& send, uint32_t channel, Block& block) const {
  for (const ModuleQuiet& quiet : module_.quiets) {
    const int64_t until = quiet_until(zone(quiet.user_time), quiet.from_us, quiet.to_us, now_);
    if (until == 0) continue;
    block = {Decision::Reason::quiet, until, quiet.then, quiet.message};
    return true;
  }
  const UserState::More* more = user_.more_or_null();
  if (more && more->last_slot != WEND_NEVER && !send.slot_taken) {
    for (const ModuleGap& gap : module_.gaps) {
      const int64_t until = add_micros(more->last_slot, gap.length_us);
      if (now_ >= until) continue;
      block = {Decision::Reason::gap, until, gap.then, gap.message};
      return true;
    }
  }
  for (const ModuleCap& cap : module_.caps) {
    int64_t until = 0;
    if (!cap_blocks(cap, send, channel, until)) continue;
    block = {Decision::Reason::cap, until, cap.then, cap.message};
    return true;
  }
  return false;
}

bool Input::cap_blocks(const ModuleCap& cap, const PendingSend& send, uint32_t channel, int64_t& until) const {
  if (!covers(cap.subject, module_.messages[send.message], send.message, channel)) return false;
  if (send.slot_taken && cap.subject.kind != ModuleSubject::Kind::channel) return false;
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
  return count >= cap.count;
}

int64_t Input::floor_due(uint32_t index) const {
  const UserState::More* more = user_.more_or_null();
  const int64_t message = more ? more->last_message : WEND_NEVER;
  const int64_t fired = tail_value(user_.record.bytes(), tables_.tail.floors, index);
  return add_micros(std::max({user_.first_sight, message, fired}), module_.floors[index].within_us);
}

void Input::fire_floors() {
  for (uint32_t i = 0; i < module_.floors.size(); ++i) {
    const int64_t due = floor_due(i);
    if (due > now_) continue;
    tail_value(user_.record.bytes(), tables_.tail.floors, i) = now_;
    GatheredSend gathered;
    gathered.send.floor = static_cast<int32_t>(i);
    gathered.send.floor_due = due;
    gathered.send.message = module_.floors[i].message;
    gathered.send.reached = now_;
    settle(gathered);
  }
}

}  // namespace wend
