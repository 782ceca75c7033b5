// Every zone against an independent reader (Howard Hinnant's `date`), 1970 to 2037: at each change of clocks, one
// microsecond to both sides, at random instants, and for wall times round the changes.
#include <catch2/catch.hpp>

#include <date/tz.h>

#include <random>

#include "runtime/abi/zones.h"

namespace {

using Micros = std::chrono::microseconds;
using Instant = date::sys_time<Micros>;

constexpr int64_t kFrom = 0;
constexpr int64_t kUntil = int64_t{2'145'916'800} * 1'000'000;  // 2038-01-01

int32_t their_offset(const date::time_zone& zone, int64_t us) {
  return static_cast<int32_t>(zone.get_info(Instant(Micros(us))).offset.count());
}

// The instant a wall time means: the first of two, and behind a gap.
int64_t their_instant(const date::time_zone& zone, int64_t local_us) {
  const auto info = zone.get_info(date::local_time<Micros>(Micros(local_us)));
  if (info.result == date::local_info::nonexistent) return info.second.begin.time_since_epoch().count() * 1'000'000;
  return local_us - info.first.offset.count() * 1'000'000;
}

}  // namespace

TEST_CASE("every zone of the data base agrees with `date` until 2037") {
  std::mt19937_64 random(1970);
  std::uniform_int_distribution<int64_t> any(kFrom, kUntil - 1);
  size_t compared = 0, changes = 0;
  for (const date::time_zone& theirs : date::get_tzdb().zones) {
    const wend::Zone* ours = wend::find_zone(theirs.name());
    if (ours == nullptr) continue;  // names of the machine, such as posixrules
    ++compared;
    INFO(theirs.name());
    const auto same = [&](int64_t us) { return wend::offset_at(*ours, us).seconds == their_offset(theirs, us); };
    for (int i = 0; i < 50; ++i) {
      const int64_t us = any(random);
      if (!same(us)) FAIL(us);
      const int64_t instant = wend::to_instant(*ours, static_cast<int32_t>(us / wend::kMicrosPerDay), us % wend::kMicrosPerDay);
      if (instant != their_instant(theirs, us)) FAIL("wall " << us);
    }
    for (int64_t us = wend::offset_at(*ours, kFrom).until_us; us < kUntil; us = wend::offset_at(*ours, us).until_us) {
      ++changes;
      if (!same(us - 1) || !same(us) || !same(us + 1)) FAIL(us);
      // our change is theirs: no change of clocks between two of ours was left out
      const wend::OffsetSpan span = wend::offset_at(*ours, us);
      for (int64_t t = us; t < std::min(span.until_us, kUntil); t += 20 * wend::kMicrosPerDay) {
        if (!same(t)) FAIL(t);
      }
      const int64_t local = us + span.seconds * wend::kMicrosPerSecond;
      for (int64_t minutes = -90; minutes <= 90; minutes += 15) {
        const int64_t wall = local + minutes * wend::kMicrosPerMinute;
        const int64_t day = wend::floor_div(wall, wend::kMicrosPerDay);
        const int64_t instant = wend::to_instant(*ours, static_cast<int32_t>(day), wall - day * wend::kMicrosPerDay);
        if (instant != their_instant(theirs, wall)) FAIL("wall " << wall);
      }
    }
  }
  CHECK(compared > 400);
  CHECK(changes > 20'000);
}
