#include "tests/bench/peers/cpp/sequences.h"

#include <algorithm>

namespace peers::cpp {
namespace {

constexpr int64_t kHour = 3'600, kDay = 24 * kHour, kLongAgo = -100 * kDay;

size_t users_of(const std::vector<LoggedEvent>& log) {
  uint32_t last = 0;
  for (const LoggedEvent& event : log) last = std::max(last, event.user);
  return last + size_t{1};
}

// `whole`: the span counts from the view; otherwise from the step before.
uint64_t three_steps(const std::vector<LoggedEvent>& log, int64_t less_than, bool whole) {
  struct State { int64_t view = kLongAgo, add = kLongAgo; bool reached = false; };
  std::vector<State> users(users_of(log));
  uint64_t reached = 0;
  for (const LoggedEvent& event : log) {
    State& user = users[event.user];
    switch (event.kind) {
      case EventKind::play: break;
      case EventKind::view: user.view = event.at; break;
      case EventKind::add_to_cart:
        if (event.at - user.view < less_than) user.add = whole ? user.view : event.at;
        break;
      case EventKind::purchase:
        if (!user.reached && event.at - user.add < less_than) user.reached = true, ++reached;
    }
  }
  return reached;
}

}  // namespace

uint64_t funnel(const std::vector<LoggedEvent>& log) { return three_steps(log, 7 * kDay, true); }
uint64_t chain(const std::vector<LoggedEvent>& log) { return three_steps(log, kDay, false); }

uint64_t abandoned(const std::vector<LoggedEvent>& log) {
  constexpr int64_t kNone = -1;
  std::vector<int64_t> added(users_of(log), kNone);
  uint64_t count = 0;
  for (const LoggedEvent& event : log) {
    if (event.kind != EventKind::add_to_cart && event.kind != EventKind::purchase) continue;
    int64_t& since = added[event.user];
    count += since != kNone && event.at - since >= kHour;
    since = event.kind == EventKind::add_to_cart ? event.at : kNone;
  }
  for (int64_t since : added) count += since != kNone && log.back().at - since >= kHour;
  return count;
}

}  // namespace peers::cpp
