// See limits.h.
#include "runtime/delivery/limits.h"

#include <algorithm>
#include <cmath>

#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr int64_t kToken = 1'000'000'000'000;      // at a token a second, a microsecond makes 1'000'000 of it
constexpr uint32_t kBurstMax = 1'000'000;

}  // namespace

TokenBucket::TokenBucket(double per_second, uint32_t burst) {
  if (!(per_second > 0)) return;
  rate_ = std::max<int64_t>(1, std::llround(std::min(per_second, 1e6) * 1e6));
  level_ = std::clamp(burst, 1u, kBurstMax) * kToken;
  capacity_ = level_ + rate_ - 1;   // a token comes within a microsecond; what is over belongs to the next
  last_ = INT64_MIN;
}

void TokenBucket::refill(int64_t now) {
  if (now > last_) {
    const uint64_t passed = static_cast<uint64_t>(now) - static_cast<uint64_t>(last_);
    const uint64_t lacks = static_cast<uint64_t>(capacity_ - level_), rate = static_cast<uint64_t>(rate_);
    if (passed > lacks / rate) level_ = capacity_;
    else level_ += static_cast<int64_t>(passed * rate);
  }
  last_ = now;   // one that jumped back counts on from there
}

int64_t TokenBucket::ready_at(int64_t now) {
  if (rate_ == 0) return now;
  refill(now);
  if (level_ >= kToken) return now;
  return add_micros(now, (kToken - level_ + rate_ - 1) / rate_);
}

void TokenBucket::take(int64_t now) {
  if (rate_ == 0) return;
  refill(now);
  level_ = std::max(level_ - kToken, -static_cast<int64_t>(kBurstMax) * kToken);
}

void TokenBucket::give_back() {
  if (rate_ != 0) level_ = std::min(level_ + kToken, capacity_);
}

Breaker::Breaker(const DeliveryPolicy& policy)
    : failures_max_(policy.breaker_failures), pause_first_(std::max<int64_t>(policy.breaker_open_us, 0)),
      pause_max_(std::max(policy.breaker_open_max_us, pause_first_)), pause_(pause_first_) {}

int64_t Breaker::ready_at(int64_t now) {
  if (open_ && trial_) return INT64_MAX;
  until_ = std::min(until_, add_micros(now, pause_max_));   // the clock jumped back
  return std::max(now, until_);
}

bool Breaker::begin() {
  if (!open_ || trial_) return false;
  trial_ = true;
  return true;
}

void Breaker::give_back(bool trial) {
  if (trial) trial_ = false;
}

void Breaker::stop(int64_t now) {
  open_ = true;
  until_ = std::max(until_, add_micros(now, pause_));
  pause_ = pause_ > pause_max_ / 2 ? pause_max_ : pause_ * 2;
}

void Breaker::end(bool trial, Sign sign, int64_t retry_at, int64_t now) {
  if (trial) trial_ = false;
  // What began before it stopped says nothing new of the provider.
  const bool counts = !open_ || trial;
  if (sign == Sign::well && counts) {
    open_ = false;
    failures_ = 0;
    pause_ = pause_first_;
  }
  if (sign != Sign::trouble) return;
  if (retry_at > now) until_ = std::max(until_, std::min(retry_at, add_micros(now, pause_max_)));
  if (!counts || failures_max_ == 0) return;
  if (failures_ < failures_max_) ++failures_;
  if (failures_ >= failures_max_) stop(now);
}

}  // namespace wend
