// The clock of a host that stays up: an interface, so that tests own time, and a guard that never lets it go back and does
// not believe a wall clock that jumps. All instants in microseconds. Tested by tests/unit/engine/clock_test.cpp.
#pragma once

#include <cstdint>
#include <mutex>

namespace wend {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual int64_t wall() const = 0;     // since 1970, as the machine says
  virtual int64_t steady() const = 0;   // since some instant; never goes back, whatever happens to the wall clock
};
const Clock& system_clock();

// What the runtime goes by. Any thread may ask.
//
// A wall clock that moves against the steady one by more than `jump` is suspect, and so is one that at the start stands more
// than `jump` before the last instant given: nothing may be sent then, and time runs on by the steady clock. It is believed
// again when it has gone evenly for `stable`, unless that would be going back; then only an operator can say that all is
// well, and time goes on from where it is.
class TrustedClock {
 public:
  struct Limits { int64_t jump = 300'000'000, stable = 60'000'000; };
  // `last`: the last instant given before the process ended; INT64_MIN: none.
  TrustedClock(const Clock& clock, int64_t last, Limits limits);
  TrustedClock(const Clock& clock, int64_t last) : TrustedClock(clock, last, Limits()) {}

  int64_t now();
  bool trusted();
  void agree();                         // an operator: the wall clock is right
  uint64_t jumps() const;

 private:
  void look();                          // with the mutex held
  void believe(int64_t wall);

  const Clock& clock_;
  const Limits limits_;
  mutable std::mutex mutex_;
  int64_t last_;                        // given
  int64_t wall_ = 0, steady_ = 0;       // the readings before
  int64_t ahead_ = 0;                   // of the wall clock, since an operator believed one that had gone back
  bool suspect_ = false;
  int64_t odd_wall_ = 0, odd_since_ = 0;   // while suspect: the reading before, and since when (steady) it goes evenly
  uint64_t jumps_ = 0;
};

}  // namespace wend
