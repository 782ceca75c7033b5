// F10: a clock that jumps, stops or goes back. What a project goes by never goes back, and nothing is sent while it is not trusted.
#include <catch2/catch.hpp>

#include <random>

#include "runtime/engine/clock.h"

using namespace wend;

namespace {

constexpr int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kDay = 24 * 60 * kMinute, kYear = 365 * kDay;
constexpr int64_t kNoon = 1'767'268'800 * kSecond;

struct TestClock : Clock {
  int64_t wall_now = kNoon, steady_now = 1'000 * kSecond;
  int64_t wall() const override { return wall_now; }
  int64_t steady() const override { return steady_now; }
  void pass(int64_t time) {
    wall_now += time;
    steady_now += time;
  }
};

}  // namespace

TEST_CASE("F10: time goes with the wall clock, also where that is set right by a little") {
  TestClock clock;
  TrustedClock trusted(clock, INT64_MIN);
  CHECK(trusted.now() == kNoon);
  clock.pass(kMinute);
  clock.wall_now += 10 * kSecond;
  CHECK(trusted.now() == kNoon + kMinute + 10 * kSecond);
  clock.wall_now -= 20 * kSecond;   // it waits until the clock has caught up
  CHECK(trusted.now() == kNoon + kMinute + 10 * kSecond);
  clock.pass(kMinute);
  CHECK(trusted.now() == kNoon + 2 * kMinute - 10 * kSecond);
  CHECK(trusted.trusted());
  CHECK(trusted.jumps() == 0);
}

TEST_CASE("F10: a jump ahead is not believed until the clock has gone evenly for a minute") {
  TestClock clock;
  TrustedClock trusted(clock, INT64_MIN);
  clock.pass(kSecond);
  clock.wall_now += kDay;
  CHECK_FALSE(trusted.trusted());
  CHECK(trusted.now() == kNoon + kSecond);
  for (int i = 0; i < 59; ++i) {
    clock.pass(kSecond);
    CHECK_FALSE(trusted.trusted());
  }
  CHECK(trusted.now() == kNoon + 60 * kSecond);
  clock.pass(kSecond);
  CHECK(trusted.trusted());
  CHECK(trusted.now() == kNoon + kDay + 61 * kSecond);
  CHECK(trusted.jumps() == 1);
}

TEST_CASE("F10: a clock that goes on jumping is not believed") {
  TestClock clock;
  TrustedClock trusted(clock, INT64_MIN);
  for (int i = 0; i < 300; ++i) {
    clock.pass(kSecond);
    clock.wall_now += 10 * kMinute;
    CHECK_FALSE(trusted.trusted());
    CHECK(trusted.now() == kNoon + (i + 1) * kSecond);
  }
}

TEST_CASE("F10: a clock that has gone back is believed when an operator says so, and time goes on from where it is") {
  TestClock clock;
  TrustedClock trusted(clock, INT64_MIN);
  clock.wall_now -= 10 * kYear;
  for (int i = 0; i < 300; ++i) {
    clock.pass(kSecond);
    CHECK_FALSE(trusted.trusted());
  }
  CHECK(trusted.now() == kNoon + 300 * kSecond);
  trusted.agree();
  CHECK(trusted.trusted());
  clock.pass(kMinute);
  CHECK(trusted.now() == kNoon + 360 * kSecond);
}

TEST_CASE("K8: a machine that starts in 1970 begins with sends held, one that starts after a week of rest does not") {
  TestClock clock;
  TrustedClock rested(clock, kNoon - 7 * kDay);
  CHECK(rested.trusted());
  CHECK(rested.now() == kNoon);
  clock.wall_now = 0;
  TrustedClock lost(clock, kNoon);
  CHECK_FALSE(lost.trusted());
  CHECK(lost.now() == kNoon);
  clock.pass(kSecond);
  CHECK(lost.now() == kNoon + kSecond);
  clock.wall_now = kNoon + 10 * kSecond;   // the network has told it the time
  lost.trusted();
  clock.pass(kMinute);
  CHECK(lost.trusted());
}

TEST_CASE("F10: whatever the wall clock does, time does not go back") {
  std::mt19937_64 random(11);
  for (int run = 0; run < 200; ++run) {
    TestClock clock;
    TrustedClock trusted(clock, kNoon - static_cast<int64_t>(random() % kDay));
    int64_t last = INT64_MIN;
    for (int i = 0; i < 500; ++i) {
      clock.pass(static_cast<int64_t>(random() % (2 * kMinute)));
      if (random() % 5 == 0) clock.wall_now += static_cast<int64_t>(random() % (2 * kYear)) - kYear;
      if (random() % 50 == 0) trusted.agree();
      const int64_t now = trusted.now();
      REQUIRE(now >= last);
      last = now;
    }
  }
}
