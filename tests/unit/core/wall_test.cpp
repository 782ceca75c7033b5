// Wall-clock instants: waits until a time, quiet hours, cadences, over changes of clocks.
#include <catch2/catch.hpp>

#include "runtime/core/wall.h"
#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {
std::string next_at(std::string_view zone, int64_t time, uint32_t weekdays, std::string_view after) {
  return format_instant(next_wall_time(*find_zone(zone), time, weekdays, time_of(after)));
}
std::vector<std::string> cadence(const ModuleStates& states, std::string_view zone, std::string_view from, int times) {
  std::vector<std::string> found;
  int64_t now = time_of(from);
  int32_t nominal = INT32_MIN;
  for (int i = 0; i < times; ++i) {
    const CadenceInstant next = next_cadence(states, *find_zone(zone), nominal, now);
    nominal = next.nominal;
    now = next.due;
    found.push_back(format_instant(next.due));
  }
  return found;
}
using Lines = std::vector<std::string>;
}  // namespace

TEST_CASE("a weekday is that of the clock asked for") {
  CHECK(next_at("Asia/Tokyo", 8 * kHour, 1 << 4, "2026-03-06T03:00") == "2026-03-12T23:00:00Z");
  CHECK(next_at("Asia/Tokyo", 8 * kHour, 1 << 0, "2026-03-06T03:00") == "2026-03-08T23:00:00Z");
}

TEST_CASE("nine o'clock stays nine o'clock over a change of clocks") {
  CHECK(next_at("America/New_York", 9 * kHour, 0x7f, "2026-03-07T17:00") == "2026-03-08T13:00:00Z");
  CHECK(next_at("America/New_York", 9 * kHour, 0x7f, "2026-10-31T16:00") == "2026-11-01T14:00:00Z");
}

TEST_CASE("a wall time reached now is not the next one") {
  CHECK(next_at("UTC", 9 * kHour, 0x7f, "2026-03-07T09:00") == "2026-03-08T09:00:00Z");
}

TEST_CASE("a daily cadence that falls into the gap comes once, behind it") {
  ModuleStates daily;
  daily.time_of_day_us = 2 * kHour + 30 * kMinute;
  CHECK(cadence(daily, "America/New_York", "2026-03-07T12:00", 2) == Lines{"2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"});
  daily.time_of_day_us = 90 * kMinute;
  CHECK(cadence(daily, "America/New_York", "2026-10-31T12:00", 2) == Lines{"2026-11-01T05:30:00Z", "2026-11-02T06:30:00Z"});
  daily.time_of_day_us = 23 * kHour + 30 * kMinute;
  CHECK(cadence(daily, "America/Nuuk", "2026-03-28T12:00", 2) == Lines{"2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"});
}

TEST_CASE("each date of 25 years has exactly one daily instant") {
  ModuleStates daily;
  for (const char* name : {"Europe/Stockholm", "America/New_York", "America/Nuuk", "Australia/Lord_Howe", "Africa/Casablanca"}) {
    for (const int64_t time : {int64_t{0}, 90 * kMinute, 150 * kMinute, 23 * kHour + 30 * kMinute}) {
      daily.time_of_day_us = time;
      const Zone& zone = *find_zone(name);
      CadenceInstant at = next_cadence(daily, zone, INT32_MIN, time_of("2020-01-01T00:00"));
      int gaps = 0;
      for (int i = 0; i < 25 * 365; ++i) {
        const CadenceInstant next = next_cadence(daily, zone, at.nominal, at.due);
        gaps += next.nominal != at.nominal + 1 || next.due <= at.due;
        at = next;
      }
      CHECK(gaps == 0);
    }
  }
}

TEST_CASE("weekly and monthly cadences go by date") {
  ModuleStates weekly;
  weekly.cadence = ModuleStates::Cadence::weekly;
  weekly.weekday = 2;
  weekly.time_of_day_us = 4 * kHour;
  CHECK(cadence(weekly, "Europe/Stockholm", "2026-03-23T00:00", 2) == Lines{"2026-03-25T03:00:00Z", "2026-04-01T02:00:00Z"});
  ModuleStates monthly;
  monthly.cadence = ModuleStates::Cadence::monthly;
  monthly.day = 31;
  CHECK(cadence(monthly, "UTC", "2026-01-31T00:00", 3) ==
        Lines{"2026-02-28T00:00:00Z", "2026-03-31T00:00:00Z", "2026-04-30T00:00:00Z"});
  ModuleStates hourly;
  hourly.cadence = ModuleStates::Cadence::hourly;
  CHECK(cadence(hourly, "Asia/Kolkata", "2026-01-31T10:00", 2) == Lines{"2026-01-31T11:00:00Z", "2026-01-31T12:00:00Z"});
}

TEST_CASE("quiet hours end at the next wall time, and clocks that go back do not begin them again") {
  const Zone& zone = *find_zone("Europe/Stockholm");
  const auto until = [&](std::string_view at, int64_t from, int64_t to) {
    const int64_t end = quiet_until(zone, from, to, time_of(at));
    return end ? format_instant(end) : "";
  };
  CHECK(until("2026-01-15T22:30", 22 * kHour, 8 * kHour) == "2026-01-16T07:00:00Z");
  CHECK(until("2026-01-16T06:59", 22 * kHour, 8 * kHour) == "2026-01-16T07:00:00Z");
  CHECK(until("2026-01-16T07:00", 22 * kHour, 8 * kHour) == "");
  CHECK(until("2026-01-15T21:00", 22 * kHour, 8 * kHour) == "2026-01-16T07:00:00Z");
  CHECK(until("2026-01-15T20:59", 22 * kHour, 8 * kHour) == "");
  CHECK(until("2026-03-28T22:00", 22 * kHour, 8 * kHour) == "2026-03-29T06:00:00Z");
  CHECK(until("2026-10-25T00:10", 22 * kHour, 150 * kMinute) == "2026-10-25T00:30:00Z");
  CHECK(until("2026-10-25T01:10", 22 * kHour, 150 * kMinute) == "");   // 02:10 for the second time
  CHECK(until("2026-01-15T12:00", 8 * kHour, 8 * kHour) == "");
}

TEST_CASE("units on keep the wall time, and short months end earlier") {
  const Zone& zone = *find_zone("Europe/Stockholm");
  const auto on = [&](std::string_view at, PaneUnit unit, int32_t count) { return format_instant(units_on(zone, unit, count, time_of(at))); };
  CHECK(on("2026-03-28T09:00", PaneUnit::day, 1) == "2026-03-29T08:00:00Z");
  CHECK(on("2026-01-31T09:00", PaneUnit::month, 1) == "2026-02-28T09:00:00Z");
  CHECK(on("2025-12-15T09:00", PaneUnit::month, 14) == "2027-02-15T09:00:00Z");
  CHECK(on("2026-03-28T09:00", PaneUnit::hour, 24) == "2026-03-29T09:00:00Z");
  CHECK(format_instant(monday_at_or_after(zone, time_of("2026-03-29T22:00"))) == "2026-03-29T22:00:00Z");
  CHECK(format_instant(monday_at_or_after(zone, time_of("2026-03-29T22:01"))) == "2026-04-05T22:00:00Z");
}
