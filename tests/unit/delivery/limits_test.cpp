// The rate and the breaker, under clocks that behave and clocks that do not.
#include <catch2/catch.hpp>

#include "runtime/delivery/limits.h"

using namespace wend;

namespace {

constexpr int64_t kSecond = 1'000'000, kHour = 3600 * kSecond;
constexpr int64_t kNow = 1'772'359'200 * kSecond;

// How many go from `from` to `to` when each goes as soon as it may, looked at every `every` µs.
int64_t sent(TokenBucket& bucket, int64_t from, int64_t to, int64_t every) {
  int64_t count = 0;
  for (int64_t now = from; now < to; now += every)
    while (bucket.ready_at(now) <= now) {
      bucket.take(now);
      ++count;
    }
  return count;
}

DeliveryPolicy breaker_policy() {
  DeliveryPolicy policy;
  policy.breaker_failures = 3;
  policy.breaker_open_us = 30 * kSecond;
  policy.breaker_open_max_us = 100 * kSecond;
  return policy;
}

// One attempt after another, none of them a trial.
void fail(Breaker& breaker, int times, int64_t now) {
  for (int i = 0; i < times; ++i) {
    CHECK_FALSE(breaker.begin());
    breaker.end(false, Sign::trouble, 0, now);
  }
}

}  // namespace

TEST_CASE("the rate is kept exactly, however odd it is and however it is looked at") {
  for (const double per_second : {0.3, 1.0, 3.0, 7.0, 14.5, 333.0})
    for (const int64_t every : {int64_t{999}, int64_t{9'973}, int64_t{100'003}}) {
      TokenBucket bucket(per_second, 500);
      sent(bucket, kNow, kNow + 1, 1);                     // the burst goes
      const int64_t count = sent(bucket, kNow, kNow + kHour / 10, every);
      INFO(per_second << " a second, every " << every);
      CHECK(std::abs(static_cast<double>(count) - per_second * 360) <= 1 + per_second * static_cast<double>(every) / 1e6);
    }
}

TEST_CASE("asking when the next may go, and coming then, neither loses nor gains") {
  TokenBucket bucket(3, 1);
  int64_t now = kNow;
  for (int i = 0; i < 30'001; ++i) {
    now = bucket.ready_at(now);
    REQUIRE(bucket.ready_at(now) == now);
    bucket.take(now);
  }
  // 30'000 after the first, each instant rounded up to a whole microsecond, and the rest kept.
  CHECK(now == kNow + 10'000 * kSecond);
}

TEST_CASE("after a pause of any length there is the burst and no more") {
  TokenBucket bucket(10, 5);
  CHECK(sent(bucket, kNow, kNow + 1, 1) == 5);
  CHECK(sent(bucket, kNow + 24 * kHour, kNow + 24 * kHour + 1, 1) == 5);
  CHECK(sent(bucket, INT64_MAX - 1, INT64_MAX, 1) == 5);
}

TEST_CASE("a clock that stands still gives nothing, one that jumps back takes nothing") {
  TokenBucket bucket(1, 2);
  CHECK(sent(bucket, kNow, kNow + 1, 1) == 2);
  for (int i = 0; i < 100; ++i) CHECK(bucket.ready_at(kNow) == kNow + kSecond);
  CHECK(bucket.ready_at(kNow - kHour) == kNow - kHour + kSecond);   // a second from what it says now
  CHECK(bucket.ready_at(kNow - kHour + kSecond) == kNow - kHour + kSecond);
  bucket.take(kNow - kHour + kSecond);
  CHECK(bucket.ready_at(INT64_MIN) == INT64_MIN + kSecond);
}

TEST_CASE("a token that was not needed goes back, a debt is paid before anything goes") {
  TokenBucket bucket(1, 1);
  bucket.take(kNow);
  bucket.give_back();
  bucket.give_back();
  CHECK(sent(bucket, kNow, kNow + 1, 1) == 1);
  bucket.take(kNow);
  bucket.take(kNow);
  CHECK(bucket.ready_at(kNow) == kNow + 3 * kSecond);
}

TEST_CASE("without a rate there is always a token") {
  TokenBucket bucket(0, 1);
  for (int i = 0; i < 1000; ++i) {
    CHECK(bucket.ready_at(kNow) == kNow);
    bucket.take(kNow);
  }
}

TEST_CASE("failures in a row stop a channel, anything taken between them does not let them add up") {
  Breaker breaker(breaker_policy());
  fail(breaker, 2, kNow);
  breaker.end(false, Sign::well, 0, kNow);
  fail(breaker, 2, kNow);
  CHECK_FALSE(breaker.open());
  breaker.end(false, Sign::none, 0, kNow);   // says nothing, and starts no new row
  CHECK(breaker.ready_at(kNow) == kNow);
  fail(breaker, 1, kNow);
  CHECK(breaker.open());
  CHECK(breaker.ready_at(kNow) == kNow + 30 * kSecond);
}

TEST_CASE("after the pause one is let through: it closes the breaker, or the pause doubles up to its bound") {
  Breaker breaker(breaker_policy());
  fail(breaker, 3, kNow);
  int64_t now = kNow + 30 * kSecond;
  for (const int64_t pause : {60, 100, 100}) {
    CHECK(breaker.ready_at(now) == now);
    CHECK(breaker.begin());
    CHECK(breaker.ready_at(now) == INT64_MAX);
    breaker.end(true, Sign::trouble, 0, now);
    CHECK(breaker.ready_at(now) == now + pause * kSecond);
    now += pause * kSecond;
  }
  CHECK(breaker.begin());
  breaker.end(true, Sign::well, 0, now);
  CHECK_FALSE(breaker.open());
  CHECK(breaker.ready_at(now) == now);
  fail(breaker, 3, now);
  CHECK(breaker.ready_at(now) == now + 30 * kSecond);   // and it begins anew
}

TEST_CASE("a trial that says nothing, or never began, makes room for another") {
  Breaker breaker(breaker_policy());
  fail(breaker, 3, kNow);
  const int64_t now = kNow + 30 * kSecond;
  CHECK(breaker.begin());
  breaker.give_back(true);
  CHECK(breaker.ready_at(now) == now);
  CHECK(breaker.begin());
  breaker.end(true, Sign::none, 0, now);
  CHECK(breaker.ready_at(now) == now);
  CHECK(breaker.open());
}

TEST_CASE("what comes back from before the stop neither closes the breaker nor makes the pause longer") {
  Breaker breaker(breaker_policy());
  fail(breaker, 3, kNow);
  for (int i = 0; i < 5; ++i) breaker.end(false, Sign::trouble, 0, kNow + kSecond);
  breaker.end(false, Sign::well, 0, kNow + kSecond);
  CHECK(breaker.open());
  CHECK(breaker.ready_at(kNow + kSecond) == kNow + 30 * kSecond);
}

TEST_CASE("when a provider says until when, the channel rests until then, within the longest pause") {
  Breaker breaker(breaker_policy());
  breaker.end(false, Sign::trouble, kNow + 7 * kSecond, kNow);
  CHECK_FALSE(breaker.open());
  CHECK(breaker.ready_at(kNow) == kNow + 7 * kSecond);
  breaker.end(false, Sign::trouble, kNow + 24 * kHour, kNow);
  CHECK(breaker.ready_at(kNow) == kNow + 100 * kSecond);
  breaker.end(false, Sign::none, kNow + 24 * kHour, kNow);
  CHECK(breaker.ready_at(kNow) == kNow + 100 * kSecond);
}

TEST_CASE("a clock that jumps back does not keep a channel stopped for longer than the longest pause") {
  Breaker breaker(breaker_policy());
  fail(breaker, 3, kNow);
  CHECK(breaker.ready_at(kNow - kHour) == kNow - kHour + 100 * kSecond);
  CHECK(breaker.ready_at(kNow - kHour + 100 * kSecond) == kNow - kHour + 100 * kSecond);
}

TEST_CASE("a breaker that no failure opens never does") {
  DeliveryPolicy policy = breaker_policy();
  policy.breaker_failures = 0;
  Breaker breaker(policy);
  fail(breaker, 1000, kNow);
  CHECK(breaker.ready_at(kNow) == kNow);
}
