// See next_move.h. Whatever happens behind an attempt that may have been taken, the message never counts as failed: only an
// answer to that attempt could say so.
#include "runtime/delivery/next_move.h"

#include <algorithm>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/core/wall.h"

namespace wend {
namespace {

// Whether the provider would know the id again at `at`. A clock that stands before the first attempt is not believed.
bool inside_key_window(const DeliveryPolicy& policy, const Attempt& attempt, int64_t at) {
  return at >= attempt.first_at && at <= add_micros(attempt.first_at, policy.key_window_us);
}

bool repeats_safely(const DeliveryPolicy& policy, bool takes_once) {
  return takes_once && policy.on_ambiguous == OnAmbiguous::retry_same_key;
}

NextMove given_up(const DeliveryPolicy& policy, bool perhaps_taken, std::string reason) {
  NextMove move;
  if (!perhaps_taken) move.kind = NextMove::Kind::failed;
  else move.kind = policy.on_ambiguous == OnAmbiguous::drop ? NextMove::Kind::dropped : NextMove::Kind::unknown;
  move.perhaps_taken = perhaps_taken;
  move.reason = std::move(reason);
  return move;
}

}  // namespace

NextMove next_move(const Outcome& outcome, const DeliveryPolicy& policy, bool takes_once, const Attempt& attempt, int64_t now) {
  if (outcome.kind == Outcome::Kind::delivered) return {.kind = NextMove::Kind::delivered};
  const bool perhaps_taken = attempt.perhaps_taken || outcome.kind == Outcome::Kind::unknown;
  const auto give_up = [&](std::string reason) { return given_up(policy, perhaps_taken, std::move(reason)); };
  if (outcome.kind == Outcome::Kind::failed && outcome.permanent) return give_up(outcome.reason);
  if (perhaps_taken && !repeats_safely(policy, takes_once)) return give_up(outcome.reason);
  if (attempt.number >= policy.attempts_max) return give_up("attempts");
  const int64_t at = add_micros(std::max(now, outcome.retry_at_us), retry_wait(policy, attempt.message_id, attempt.number));
  if (at >= attempt.not_after) return give_up("expired");
  if (perhaps_taken && !inside_key_window(policy, attempt, at)) return give_up("key window");
  return {.kind = NextMove::Kind::retry, .at = at, .perhaps_taken = perhaps_taken, .reason = outcome.reason};
}

Outcome unheard() { return {.kind = Outcome::Kind::unknown, .reason = "not heard"}; }

std::optional<NextMove> forbids(const DeliveryPolicy& policy, bool takes_once, const Attempt& attempt, int64_t now) {
  if (now >= attempt.not_after) return given_up(policy, attempt.perhaps_taken, "expired");
  if (!attempt.perhaps_taken) return std::nullopt;
  if (!repeats_safely(policy, takes_once)) return given_up(policy, true, "not heard");
  if (!inside_key_window(policy, attempt, now)) return given_up(policy, true, "key window");
  return std::nullopt;
}

int64_t retry_wait(const DeliveryPolicy& policy, std::string_view message_id, uint32_t number) {
  const int64_t cap = std::max<int64_t>(policy.retry_cap_us, 0);
  int64_t longest = std::clamp<int64_t>(policy.retry_base_us, 0, cap);
  for (uint32_t i = 1; i < std::min<uint32_t>(number, 64) && longest < cap; ++i) longest = longest > cap / 2 ? cap : longest * 2;
  const uint64_t hash = XXH3_64bits_withSeed(message_id.data(), message_id.size(), number);
  // The high half of the product is even over 0 to `longest`.
  return static_cast<int64_t>((static_cast<unsigned __int128>(hash) * (static_cast<uint64_t>(longest) + 1)) >> 64);
}

// Failing for now mostly concerns every message: the way there, the keys, a limit. Not so a mail server's 4yz of one mailbox
// (greylisting), but for 421 and 454; nor what fails for good, by the connector's word or the provider's.
Sign sign_of(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::delivered) return Sign::well;
  if (outcome.kind == Outcome::Kind::unknown) return Sign::trouble;
  if (outcome.permanent || outcome.address_dead || outcome.reason == "memory" || outcome.reason == kTooLate) return Sign::none;
  const bool mailbox = outcome.reason.rfind("reply ", 0) == 0 && outcome.reason != "reply 421" && outcome.reason != "reply 454";
  return mailbox ? Sign::none : Sign::trouble;
}

std::vector<std::string> problems_of(const DeliveryPolicy& policy, bool takes_once) {
  constexpr int64_t kDayUs = 24 * DeliveryPolicy::kHourUs;
  std::vector<std::string> problems;
  const auto within = [&](const char* name, auto value, auto least, auto most, const char* words) {
    if (!(value >= least && value <= most)) problems.push_back(std::string("`") + name + "` must be " + words);
  };
  if (policy.on_ambiguous == OnAmbiguous::retry_same_key && !takes_once)
    problems.push_back("`on_ambiguous` cannot be `retry_same_key`: this provider does not know a message again by its id");
  within("attempts_max", policy.attempts_max, 1u, 1000u, "from 1 to 1000");
  within("retry_base", policy.retry_base_us, int64_t{1000}, kDayUs, "from a millisecond to a day");
  within("retry_cap", policy.retry_cap_us, policy.retry_base_us, kDayUs, "from `retry_base` to a day");
  within("key_window", policy.key_window_us, int64_t{0}, 30 * kDayUs, "from 0 to 30 days");
  if (policy.per_second != 0) within("per_second", policy.per_second, 0.0001, 100'000.0, "0, or from 0.0001 to 100000");
  within("burst", policy.burst, 1u, 100'000u, "from 1 to 100000");
  within("at_once", policy.at_once, 1u, 256u, "from 1 to 256");
  within("attempt_timeout", policy.attempt_timeout_us, int64_t{100'000}, 10 * DeliveryPolicy::kMinuteUs, "from 0.1 seconds to 10 minutes");
  within("breaker_failures", policy.breaker_failures, 0u, 10'000u, "from 0 to 10000");
  within("breaker_open", policy.breaker_open_us, int64_t{100'000}, kDayUs, "from 0.1 seconds to a day");
  within("breaker_open_max", policy.breaker_open_max_us, policy.breaker_open_us, kDayUs, "from `breaker_open` to a day");
  return problems;
}

}  // namespace wend
