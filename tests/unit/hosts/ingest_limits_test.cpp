// I20: how fast a write key and a user may send, and that nobody pays for another.
#include <catch2/catch.hpp>

#include <string>

#include "runtime/hosts/ingest_limits.h"

using namespace wend;

namespace {

using Who = IngestLimits::Answer::Who;
constexpr int64_t kSecond = 1'000'000, kStart = 5'000 * kSecond;

std::vector<uint64_t> of(uint64_t user, size_t events) { return std::vector<uint64_t>(events, user); }

}  // namespace

TEST_CASE("I20: a key sends as many events a second as it may, another key as many as it may") {
  IngestLimits limits(100, 0);
  uint64_t taken = 0, others = 0;
  for (int64_t now = kStart; now < kStart + 10 * kSecond; now += 1'000) {   // a thousand a second
    taken += limits.take(0, of(7, 1), now).who == Who::nobody;
    if (now % 20'000 == 0) others += limits.take(1, of(7, 1), now).who == Who::nobody;
  }
  CHECK(taken >= 1'090);   // a second's worth at once, and 100 in each of ten seconds
  CHECK(taken <= 1'110);
  CHECK(others == 500);
}

TEST_CASE("I20: one user who floods is told to wait, and nobody else is") {
  IngestLimits limits(0, 50);
  uint64_t flood = 0, others = 0, asked = 0;
  for (int64_t now = kStart; now < kStart + 4 * kSecond; now += 100) {   // 10,000 a second
    flood += limits.take(0, of(1, 1), now).who == Who::nobody;
    if (now % 10'000 != 0) continue;
    ++asked;
    others += limits.take(0, of(100 + asked % 40, 1), now).who == Who::nobody;
  }
  CHECK(flood >= 245);
  CHECK(flood <= 255);
  CHECK(others == asked);
}

TEST_CASE("who is told to wait may go after that, and not before") {
  IngestLimits limits(10, 0);
  CHECK(limits.take(0, of(1, 10), kStart).who == Who::nobody);
  const IngestLimits::Answer full = limits.take(0, of(1, 1), kStart);
  CHECK(full.who == Who::key);
  CHECK(full.wait_us > 0);
  CHECK(limits.look(0, kStart + full.wait_us - 1).who == Who::key);
  CHECK(limits.look(0, kStart + full.wait_us).who == Who::nobody);
}

TEST_CASE("a batch larger than the rate goes, and what comes next waits the longer, a minute at most") {
  IngestLimits limits(0, 100);
  CHECK(limits.take(0, of(1, 500), kStart).who == Who::nobody);
  const IngestLimits::Answer after = limits.take(0, of(1, 1), kStart);
  CHECK(after.who == Who::user);
  CHECK(after.wait_us > 3'900'000);
  CHECK(after.wait_us <= 4'000'001);
  CHECK(limits.take(0, of(2, 1'000'000), kStart).who == Who::nobody);
  CHECK(limits.take(0, of(2, 1), kStart).wait_us <= 60 * kSecond + 1);
}

TEST_CASE("a batch mostly of others is not stopped by one user, one mostly of theirs is, and is not charged") {
  IngestLimits limits(1'000, 10);
  REQUIRE(limits.take(0, of(1, 100), kStart).who == Who::nobody);
  std::vector<uint64_t> half = {1, 1, 2, 3}, most = {1, 1, 1, 4};
  CHECK(limits.take(0, half, kStart).who == Who::nobody);
  for (int i = 0; i < 10'000; ++i) CHECK(limits.take(0, most, kStart).who == Who::user);
  CHECK(limits.take(0, of(4, 10), kStart).who == Who::nobody);      // nothing was charged to 4, nor to the key
  CHECK(limits.take(0, of(IngestLimits::kNobody, 50), kStart).who == Who::nobody);
}

TEST_CASE("however many users come, no more are remembered than may be, and who has paid is forgotten") {
  IngestLimits limits(0, 1);
  for (uint64_t user = 1; user <= 3 * IngestLimits::kUsersMost; ++user) limits.take(0, of(user, 1), kStart);
  CHECK(limits.take(0, of(1, 1), kStart).who == Who::user);
  CHECK(limits.take(0, of(2 * IngestLimits::kUsersMost, 5), kStart).who == Who::nobody);   // not counted
  const int64_t later = kStart + 2 * kSecond;
  CHECK(limits.take(0, of(2 * IngestLimits::kUsersMost, 5), later).who == Who::nobody);
  CHECK(limits.take(0, of(2 * IngestLimits::kUsersMost, 1), later).who == Who::user);      // counted again
}

TEST_CASE("without a rate nothing is counted") {
  IngestLimits limits(0, 0);
  for (int i = 0; i < 100; ++i) CHECK(limits.take(0, of(1, 100'000), kStart).who == Who::nobody);
}
