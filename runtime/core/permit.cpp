// Whether a send that was decided may still go when it is claimed for delivery: consent, reachability and topic as they are
// now, `never`, validity, quiet hours, and its slot where two histories have become one. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {

bool counts_for(const ModuleSubject& subject, const SentStamp& stamp);   // sent_history.cpp

namespace {
constexpr int64_t kAskAgain = 15 * kMicrosPerMinute;   // a `never` that holds what nothing wakes
}  // namespace

// At the instant it was sent, as many had gone before it as the cap lets through: only a merge can bring that about.
bool Input::past_a_cap(const ModuleCap& cap, const SentStamp& stamp) const {
  if (!counts_for(cap.subject, stamp)) return false;
  const bool rolling = cap.within_us > 0;
  const Zone& clock = zone(cap.user_time);
  const int64_t from = rolling ? add_micros(stamp.at, -cap.within_us) + 1 : pane_start(clock, cap.per, pane_of(clock, cap.per, stamp.at));
  int64_t before = 0;
  for (const SentStamp& other : user_.more_or_null()->sent)
    before += other.number < stamp.number && other.at >= from && counts_for(cap.subject, other);
  return before >= cap.count;
}

Permit Input::permit(const ClaimedSend& claimed) {
  begin();
  PendingSend send;
  send.message = claimed.message;
  send.channel = static_cast<int32_t>(claimed.channel);
  const ModuleMessage& message = module_.messages[claimed.message];
  const int64_t end = add_micros(claimed.reached, message.valid_for_us);
  const auto blocked = [](Decision::Reason reason) { return Permit{Permit::Answer::blocked, reason, 0, {}}; };
  const auto unless_over = [&](Decision::Reason reason, bool waits, int64_t until) {
    return waits && until < end ? Permit{Permit::Answer::wait, reason, until, {}} : blocked(reason);
  };
  if (!user_.begun()) return blocked(Decision::Reason::removed);
  if (const Decision::Reason reason = channel_blocks(claimed.channel, message); reason != Decision::Reason::none) return blocked(reason);
  if (const ModuleNever* rule = never_rule(send, claimed.channel))
    return unless_over(Decision::Reason::never, rule->then == ThenKind::wait && now_ < end, std::min(add_micros(now_, kAskAgain), end - 1));
  if (now_ >= end) return blocked(Decision::Reason::expired);
  if (!category_of(send).exempt) {
    for (const ModuleQuiet& quiet : module_.quiets) {
      const int64_t until = quiet_until(zone(quiet.user_time), quiet.from_us, quiet.to_us, now_);
      if (until != 0) return unless_over(Decision::Reason::quiet, quiet.then == ThenKind::wait, until);
    }
    const UserState::More* more = user_.more_or_null();
    const uint64_t id = std::stoull(std::string(claimed.id.substr(0, 16)), nullptr, 16);
    for (const SentStamp& stamp : more ? std::span(more->sent) : std::span<const SentStamp>()) {
      if (stamp.id != id) continue;
      for (const ModuleCap& cap : module_.caps) if (past_a_cap(cap, stamp)) return blocked(Decision::Reason::cap);
    }
  }
  Permit permit{Permit::Answer::go, Decision::Reason::none, 0, {}};
  wend_slot slot{};
  const ModuleAttribute& address = module_.attributes[module_.channels[claimed.channel].reaches];
  if (read_field(user_.record.bytes(), address.field, address.type.kind, context_, slot)) {
    permit.address = held_as_bytes(address.type.kind) ? std::string(slot.data, static_cast<size_t>(slot.size)) : std::to_string(slot.integer);
  }
  return permit;
}

}  // namespace wend
