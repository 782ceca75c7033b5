// Funnels over a log: one pass over columns of events, in the order in which they are handled. Per user it keeps an instant a
// step; nothing is allocated while events come. Tested against a slow evaluation in tests/unit/engine/funnel_test.cpp, and timed
// by tests/bench/funnel_bench.cpp.
//
// A user has come to step k when k events, each handled behind the one before, fit the steps 1 to k in their order and the last
// of them happened less than `within` after the first. For that it is enough to keep, of each step, the latest instant at which a way
// that got there began: a way that began earlier can do nothing that it cannot.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace wend {

// A block of a log. Users are numbers from 0; `fits`: bit i says that the event may be step i. Equally long.
struct FunnelEvents {
  std::span<const uint32_t> users;
  std::span<const int64_t> at;      // microseconds since 1970; never back from event to event
  std::span<const uint8_t> fits;
};

class Funnel {
 public:
  // 2 to 8 steps; `users`: how many there are.
  Funnel(uint32_t steps, int64_t within_us, uint32_t users);
  void add(const FunnelEvents& events);

  // By step: how many users have come there.
  std::vector<uint64_t> reached() const;
  // Of those who have come to the step (from 1), how long after the first step of the way that brought them there first: half of
  // them took no longer. Nothing where nobody came.
  std::optional<int64_t> median_us(uint32_t step) const;

 private:
  template <uint32_t Steps>
  void run(const FunnelEvents& events);

  uint32_t steps_;
  int64_t within_us_;
  uint32_t users_;
  std::vector<int64_t> began_;      // user × (steps − 1): the latest way that got so far
  std::vector<int64_t> took_;       // (step − 1) × users: when the step was reached first; -1: never
};

// A then no B in time: `fits` has bit 0 for A and bit 1 for B.
class Unfollowed {
 public:
  Unfollowed(int64_t within_us, uint32_t users);
  void add(const FunnelEvents& events);

  struct Counts {
    uint64_t began = 0;      // users with an A
    uint64_t without = 0;    // of them: with an A that no B came less than `within` after
    uint64_t open = 0;       // the others whose last word is not spoken: an A without a B, less than `within` before the end
    uint64_t followed = 0;   // the rest
  };
  Counts counts(int64_t end_us) const;   // when the log ends

 private:
  int64_t within_us_;
  std::vector<int64_t> waiting_;    // by user: the first A that waits for its B, or one of the marks
};

}  // namespace wend
