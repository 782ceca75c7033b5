// Funnels against what they mean, written out: every way of every user is tried.
#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>
#include <random>

#include "runtime/engine/funnel.h"

using namespace wend;

namespace {

struct Event { uint32_t user; int64_t at; uint8_t fits; };
struct Way { size_t last; int64_t began; };   // of a user's events: the place of its last one, and when its first happened

std::vector<Event> of_user(const std::vector<Event>& log, uint32_t user) {
  std::vector<Event> out;
  std::copy_if(log.begin(), log.end(), std::back_inserter(out), [user](const Event& event) { return event.user == user; });
  return out;
}

// Every way through the steps 1 to `step` of one user.
std::vector<Way> ways(const std::vector<Event>& events, uint32_t step, int64_t within) {
  std::vector<Way> out;
  const std::function<void(size_t, uint32_t, int64_t)> go = [&](size_t from, uint32_t next, int64_t began) {
    for (size_t i = from; i < events.size(); ++i) {
      if (!(events[i].fits >> next & 1) || (next > 0 && events[i].at - began >= within)) continue;
      const int64_t first = next == 0 ? events[i].at : began;
      if (next == step) out.push_back({i, first});
      else go(i + 1, next + 1, first);
    }
  };
  go(0, 0, 0);
  return out;
}

struct Expected { std::vector<uint64_t> reached; std::vector<std::optional<int64_t>> median; };

Expected expected(const std::vector<Event>& log, uint32_t users, uint32_t steps, int64_t within) {
  Expected out{std::vector<uint64_t>(steps), std::vector<std::optional<int64_t>>(steps)};
  for (uint32_t step = 0; step < steps; ++step) {
    std::vector<int64_t> took;
    for (uint32_t user = 0; user < users; ++user) {
      const std::vector<Event> events = of_user(log, user);
      const std::vector<Way> all = ways(events, step, within);
      if (all.empty()) continue;
      // The earliest that got there; of several the one that began last.
      const Way best = *std::min_element(all.begin(), all.end(), [](const Way& a, const Way& b) { return a.last != b.last ? a.last < b.last : a.began > b.began; });
      took.push_back(events[best.last].at - best.began);
    }
    out.reached[step] = took.size();
    std::sort(took.begin(), took.end());
    if (!took.empty() && step > 0) out.median[step] = took[(took.size() - 1) / 2];
  }
  return out;
}

// windowFunnel(window) of ClickHouse in its default mode, from AggregateFunctionWindowFunnel.h: of each level the instant at which the
// latest way began; `<=` where Wend has `<`; rows of one time by their level.
uint32_t window_funnel(std::vector<Event> events, uint32_t steps, int64_t window) {
  std::stable_sort(events.begin(), events.end(), [](const Event& a, const Event& b) { return std::pair(a.at, a.fits) < std::pair(b.at, b.fits); });
  std::vector<std::optional<int64_t>> began(steps);
  for (const Event& event : events) {
    const auto level = static_cast<uint32_t>(__builtin_ctz(event.fits));
    if (level == 0) began[0] = event.at;
    else if (began[level - 1] && event.at <= *began[level - 1] + window) {
      began[level] = began[level - 1];
      if (level + 1 == steps) return steps;
    }
  }
  for (uint32_t level = steps; level > 0; --level)
    if (began[level - 1]) return level;
  return 0;
}

// In blocks of any length, as a log comes.
template <class Kernel>
void feed(Kernel& kernel, const std::vector<Event>& log, std::mt19937& random) {
  std::vector<uint32_t> users;
  std::vector<int64_t> at;
  std::vector<uint8_t> fits;
  for (const Event& event : log) users.push_back(event.user), at.push_back(event.at), fits.push_back(event.fits);
  for (size_t from = 0; from < log.size();) {
    const size_t n = std::min<size_t>(log.size() - from, random() % 3000);
    kernel.add({{&users[from], n}, {&at[from], n}, {&fits[from], n}});
    from += n;
  }
}

std::vector<Event> made_up(std::mt19937& random, size_t events, uint32_t users, uint32_t steps, bool one_step, int64_t stride) {
  std::vector<Event> log;
  int64_t at = static_cast<int64_t>(random() % 100) - 50;   // before 1970 too
  for (size_t i = 0; i < events; ++i) {
    at += static_cast<int64_t>(random()) % stride + (one_step ? 1 : 0);
    const auto fits = static_cast<uint8_t>(one_step ? 1u << random() % steps : random() % (1u << steps));
    log.push_back({static_cast<uint32_t>(random() % users), at, fits});
  }
  return log;
}

struct Counted { uint64_t began, without, open, followed; };

Counted expected_unfollowed(const std::vector<Event>& log, uint32_t users, int64_t within, int64_t end) {
  Counted out{};
  for (uint32_t user = 0; user < users; ++user) {
    const std::vector<Event> events = of_user(log, user);
    bool any = false, without = false, open = false;
    for (size_t a = 0; a < events.size(); ++a) {
      if (!(events[a].fits & 1)) continue;
      any = true;
      const bool followed = std::any_of(events.begin() + static_cast<std::ptrdiff_t>(a) + 1, events.end(), [&](const Event& b) { return (b.fits & 2) && b.at - events[a].at < within; });
      if (!followed) (end - events[a].at >= within ? without : open) = true;
    }
    if (any) ++out.began, ++(without ? out.without : open ? out.open : out.followed);
  }
  return out;
}

}  // namespace

TEST_CASE("as many users reach each step as there are users with a way to it, and as fast") {
  std::mt19937 random(7);
  for (int round = 0; round < 600; ++round) {
    const uint32_t users = 1 + random() % 6, steps = 2 + random() % 7;
    const int64_t within = 1 + static_cast<int64_t>(random() % 40);
    const std::vector<Event> log = made_up(random, random() % (users * 10), users, steps, false, 6);
    Funnel funnel(steps, within, users);
    feed(funnel, log, random);
    const Expected want = expected(log, users, steps, within);
    INFO("round " << round);
    REQUIRE(funnel.reached() == want.reached);
    for (uint32_t step = 1; step < steps; ++step) REQUIRE(funnel.median_us(step) == want.median[step]);
  }
}

TEST_CASE("where no two events share a time or a step, users come as far as by windowFunnel of a microsecond less") {
  std::mt19937 random(11);
  for (int round = 0; round < 60; ++round) {
    const uint32_t users = 40, steps = 2 + random() % 7;
    const int64_t within = 2 + static_cast<int64_t>(random() % 400);
    const std::vector<Event> log = made_up(random, 4000, users, steps, true, 6);
    Funnel funnel(steps, within, users);
    feed(funnel, log, random);
    std::vector<uint64_t> want(steps);
    for (uint32_t user = 0; user < users; ++user)
      for (uint32_t level = window_funnel(of_user(log, user), steps, within - 1); level > 0; --level) ++want[level - 1];
    REQUIRE(funnel.reached() == want);
  }
}

TEST_CASE("the time of a funnel ends before its length is over") {
  std::mt19937 random(1);
  const auto reached = [&](int64_t later) {
    Funnel funnel(2, 100, 1);
    feed(funnel, {{0, 1000, 1}, {0, 1000 + later, 2}}, random);
    return funnel.reached()[1];
  };
  CHECK(reached(0) == 1);
  CHECK(reached(99) == 1);
  CHECK(reached(100) == 0);
}

TEST_CASE("A then no B: an A counts by itself, and those that are not over at the end are told apart") {
  std::mt19937 random(3);
  for (int round = 0; round < 2000; ++round) {
    const uint32_t users = 1 + random() % 8;
    const int64_t within = 1 + static_cast<int64_t>(random() % 30);
    const std::vector<Event> log = made_up(random, random() % 60, users, 2, false, 6);
    const int64_t end = (log.empty() ? 0 : log.back().at) + static_cast<int64_t>(random() % 40);
    Unfollowed kernel(within, users);
    feed(kernel, log, random);
    const Unfollowed::Counts counts = kernel.counts(end);
    const Counted want = expected_unfollowed(log, users, within, end);
    REQUIRE(counts.began == want.began);
    REQUIRE(counts.without == want.without);
    REQUIRE(counts.open == want.open);
    REQUIRE(counts.followed == want.followed);
  }
}
