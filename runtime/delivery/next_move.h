// What follows an attempt to deliver a message: done, again and when, given up, or held because nobody can say whether it
// arrived. Pure, and the same on every host: a retry's instant is drawn from the message id. Tested by tests/unit/delivery.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/channels/channel.h"

namespace wend {

// What becomes of a message that a provider may have taken, or not.
//   hold            it stays unknown until somebody finds out
//   retry_same_key  it is tried again under the same id, where the provider takes an id once
//   drop            it is given up
enum class OnAmbiguous : uint8_t { hold, retry_same_key, drop };

// Of one channel. The defaults are right for most.
struct DeliveryPolicy {
  static constexpr int64_t kSecondUs = 1'000'000, kMinuteUs = 60 * kSecondUs, kHourUs = 60 * kMinuteUs;

  OnAmbiguous on_ambiguous = OnAmbiguous::hold;
  uint32_t attempts_max = 20;
  int64_t retry_base_us = kSecondUs, retry_cap_us = 15 * kMinuteUs;   // the longest a first and any retry waits
  int64_t key_window_us = 23 * kHourUs;    // for how long the provider surely knows an id again, counted from the first attempt
  double per_second = 0;                   // messages handed over; 0: as many as there are
  uint32_t burst = 1;                      // of them at once after a pause
  uint32_t at_once = 8;                    // attempts under way
  int64_t attempt_timeout_us = 30 * kSecondUs;
  uint32_t breaker_failures = 5;           // in a row that stop the channel; 0: none does
  int64_t breaker_open_us = 30 * kSecondUs, breaker_open_max_us = 5 * kMinuteUs;   // the first pause, and the longest; each doubles
};

// What is wrong with it, in words that follow the channel's name; empty: nothing. `takes_once` is the connector's.
std::vector<std::string> problems_of(const DeliveryPolicy& policy, bool takes_once);

// An attempt that was started, as the outbox knows it.
struct Attempt {
  std::string_view message_id;
  uint32_t number = 1;             // counted from 1
  int64_t first_at = 0;            // when attempt 1 was started
  int64_t not_after = INT64_MAX;   // the message is worth nothing from here on
  bool perhaps_taken = false;      // an attempt before this one ended unknown
};

struct NextMove {
  enum class Kind : uint8_t {
    delivered,
    failed,    // for good: the provider surely has not taken it in any attempt
    retry,     // at `at`, under the same id
    unknown,   // held until somebody finds out
    dropped,   // given up, though it may have arrived
  };
  Kind kind = Kind::unknown;
  int64_t at = 0;
  bool perhaps_taken = false;      // retry: to be kept for the attempts to come
  std::string reason;              // the outcome's, or `expired`, `attempts`, `key window`
};

// `takes_once`: the provider keeps a message with a known id from being taken twice (connectors.def).
NextMove next_move(const Outcome& outcome, const DeliveryPolicy& policy, bool takes_once, const Attempt& attempt, int64_t now);

// The outcome of an attempt that an earlier process started and whose end nobody heard.
Outcome unheard();
// Why an attempt was not begun: too long after its permit (Delivery::begin_by_us).
constexpr std::string_view kTooLate = "too late";

// What forbids to start this attempt now; nothing: it may start. Time passes between a retry's instant and its turn.
std::optional<NextMove> forbids(const DeliveryPolicy& policy, bool takes_once, const Attempt& attempt, int64_t now);

// How long the retry behind attempt `number` waits: anything from 0 to base × 2^(number − 1), at most the cap; the same for
// the same message and number.
int64_t retry_wait(const DeliveryPolicy& policy, std::string_view message_id, uint32_t number);

// What an outcome says of the provider, whatever it says of the message: it answers, it is in trouble, or nothing.
enum class Sign : uint8_t { well, trouble, none };
Sign sign_of(const Outcome& outcome);

}  // namespace wend
