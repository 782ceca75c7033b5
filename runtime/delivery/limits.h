// What a channel may send now: a bucket of tokens for the rate, and a breaker that stops it while its provider is in trouble.
// Both are told the time and believe it only as far as no harm follows: a clock that stands, jumps ahead or jumps back
// neither lets a flood through nor stops anything for longer than it was stopped for. Tested by tests/unit/delivery.
#pragma once

#include <cstdint>

#include "runtime/delivery/next_move.h"

namespace wend {

// In whole millionths of a millionth of a token, so that no rate drifts.
class TokenBucket {
 public:
  TokenBucket(double per_second, uint32_t burst);   // per_second 0: there is always one

  int64_t ready_at(int64_t now);   // <= now: there is a token
  void take(int64_t now);          // may run up a debt
  void give_back();

 private:
  void refill(int64_t now);

  int64_t rate_ = 0;               // a microsecond; 0: no limit
  int64_t capacity_ = 0, level_ = 0;
  int64_t last_ = 0;
};

class Breaker {
 public:
  explicit Breaker(const DeliveryPolicy& policy);

  // <= now: an attempt may begin; INT64_MAX: when the one under way comes back.
  int64_t ready_at(int64_t now);
  bool begin();                    // an attempt begins; true: it is the trial by which the breaker may close
  void give_back(bool trial);      // it did not begin after all
  // `retry_at`: what the provider asks for; the channel rests until then, at most for the longest pause.
  void end(bool trial, Sign sign, int64_t retry_at, int64_t now);
  bool open() const { return open_; }

 private:
  void stop(int64_t now);

  const uint32_t failures_max_;
  const int64_t pause_first_, pause_max_;
  uint32_t failures_ = 0;          // in a row
  bool open_ = false, trial_ = false;
  int64_t pause_;                  // the next one's length
  int64_t until_ = INT64_MIN;      // nothing begins before
};

}  // namespace wend
