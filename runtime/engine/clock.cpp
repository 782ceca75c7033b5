#include "runtime/engine/clock.h"

#include <algorithm>
#include <chrono>

namespace wend {
namespace {

constexpr int64_t kEven = 1'000'000;   // a clock that goes evenly strays no further than this

class SystemClock : public Clock {
 public:
  int64_t wall() const override { return micros(std::chrono::system_clock::now().time_since_epoch()); }
  int64_t steady() const override { return micros(std::chrono::steady_clock::now().time_since_epoch()); }

 private:
  template <class Duration>
  static int64_t micros(Duration since) { return std::chrono::duration_cast<std::chrono::microseconds>(since).count(); }
};

int64_t distance(int64_t a, int64_t b) { return a < b ? b - a : a - b; }

}  // namespace

const Clock& system_clock() {
  static const SystemClock clock;
  return clock;
}

TrustedClock::TrustedClock(const Clock& clock, int64_t last, Limits limits) : clock_(clock), limits_(limits), last_(last) {
  wall_ = odd_wall_ = clock.wall();
  steady_ = odd_since_ = clock.steady();
  suspect_ = last != INT64_MIN && wall_ < last - limits.jump;
  jumps_ = suspect_;
  if (!suspect_) last_ = std::max(last, wall_);
}

void TrustedClock::look() {
  const int64_t wall = clock_.wall(), steady = std::max(clock_.steady(), steady_), passed = steady - steady_;
  steady_ = steady;
  const bool even = distance(wall, (suspect_ ? odd_wall_ : wall_) + passed) <= (suspect_ ? kEven : limits_.jump);
  if (!suspect_ && even) {
    wall_ = wall;
    last_ = std::max(last_, wall + ahead_);
    return;
  }
  if (!even) odd_since_ = steady;
  jumps_ += !suspect_;
  suspect_ = true;
  odd_wall_ = wall;
  last_ += passed;
  if (steady - odd_since_ >= limits_.stable && wall >= last_ - limits_.jump) believe(wall);
}

void TrustedClock::believe(int64_t wall) {
  suspect_ = false;
  wall_ = wall;
  ahead_ = std::max<int64_t>(0, last_ - wall);
  last_ = wall + ahead_;
}

int64_t TrustedClock::now() {
  const std::lock_guard lock(mutex_);
  look();
  return last_;
}

bool TrustedClock::trusted() {
  const std::lock_guard lock(mutex_);
  look();
  return !suspect_;
}

void TrustedClock::agree() {
  const std::lock_guard lock(mutex_);
  look();
  believe(clock_.wall());
}

uint64_t TrustedClock::jumps() const {
  const std::lock_guard lock(mutex_);
  return jumps_;
}

}  // namespace wend
