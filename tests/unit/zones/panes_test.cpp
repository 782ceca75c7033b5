// Calendar panes: where they begin, that they lie end to end, and that every instant is in the one it is told.
#include <catch2/catch.hpp>

#include <random>

#include "runtime/abi/zones.h"

using namespace wend;

namespace {
constexpr PaneUnit kUnits[] = {PaneUnit::minute, PaneUnit::hour, PaneUnit::day, PaneUnit::week, PaneUnit::month};

int64_t instant(std::string_view text) {
  int64_t us = 0;
  if (!parse_instant(text, *find_zone("UTC"), us)) throw std::runtime_error(std::string(text));
  return us;
}

std::string start(std::string_view zone, PaneUnit unit, std::string_view text) {
  const Zone& z = *find_zone(zone);
  return format_instant(pane_start(z, unit, pane_of(z, unit, instant(text))));
}
}  // namespace

TEST_CASE("panes begin with the unit, in the zone for calendar units and in UTC for the others") {
  const char* t = "2026-02-18T23:15:42.5Z";  // a Wednesday; in Stockholm already Thursday
  CHECK(start("Europe/Stockholm", PaneUnit::minute, t) == "2026-02-18T23:15:00Z");
  CHECK(start("Asia/Kolkata", PaneUnit::hour, t) == "2026-02-18T23:00:00Z");
  CHECK(start("Europe/Stockholm", PaneUnit::day, t) == "2026-02-18T23:00:00Z");
  CHECK(start("UTC", PaneUnit::day, t) == "2026-02-18T00:00:00Z");
  CHECK(start("Europe/Stockholm", PaneUnit::week, t) == "2026-02-15T23:00:00Z");  // Monday the 16th
  CHECK(start("Europe/Stockholm", PaneUnit::week, "2026-02-22T22:59:59Z") == "2026-02-15T23:00:00Z");
  CHECK(start("Europe/Stockholm", PaneUnit::week, "2026-02-22T23:00:00Z") == "2026-02-22T23:00:00Z");
  CHECK(start("Europe/Stockholm", PaneUnit::month, "2026-01-31T23:00Z") == "2026-01-31T23:00:00Z");
  CHECK(start("Europe/Stockholm", PaneUnit::month, "2026-01-31T22:59Z") == "2025-12-31T23:00:00Z");
}

TEST_CASE("panes are counted from 1970") {
  const Zone& utc = *find_zone("UTC");
  for (const PaneUnit unit : kUnits) CHECK(pane_of(utc, unit, 0) == 0);
  CHECK(pane_of(utc, PaneUnit::week, instant("1970-01-05T00:00Z")) == 1);
  CHECK(pane_of(utc, PaneUnit::week, instant("1969-12-28T23:59Z")) == -1);
  CHECK(pane_of(utc, PaneUnit::month, instant("1969-12-31T23:59Z")) == -1);
  CHECK(pane_of(utc, PaneUnit::month, instant("2026-02-17T00:00Z")) == 56 * 12 + 1);
  CHECK(pane_of(utc, PaneUnit::day, -1) == -1);
  CHECK(pane_of(utc, PaneUnit::minute, -1) == -1);
}

TEST_CASE("days are 23, 24 and 25 hours long") {
  const Zone& zone = *find_zone("Europe/Stockholm");
  const auto hours = [&](std::string_view text) {
    const int32_t day = pane_of(zone, PaneUnit::day, instant(text));
    return (pane_start(zone, PaneUnit::day, day + 1) - pane_start(zone, PaneUnit::day, day)) / kMicrosPerHour;
  };
  CHECK(hours("2026-03-29T12:00Z") == 23);
  CHECK(hours("2026-10-25T12:00Z") == 25);
  CHECK(hours("2026-10-26T12:00Z") == 24);
}

TEST_CASE("an instant is in its pane, and the panes lie end to end") {
  std::mt19937_64 random(20260217);
  std::uniform_int_distribution<int64_t> any(instant("1960-01-01T00:00Z"), instant("2100-01-01T00:00Z"));
  for (const char* name : {"UTC", "Europe/Stockholm", "America/Nuuk", "America/Sao_Paulo", "Asia/Beirut", "America/St_Johns",
                           "America/Havana", "Pacific/Apia", "Pacific/Kiritimati", "Australia/Lord_Howe", "Africa/Cairo"}) {
    const Zone& zone = *find_zone(name);
    INFO(name);
    const auto in_its_pane = [&](int64_t us) {
      for (const PaneUnit unit : kUnits) {
        const int32_t pane = pane_of(zone, unit, us);
        if (!(pane_start(zone, unit, pane) <= us && us < pane_start(zone, unit, pane + 1))) return false;
      }
      return true;
    };
    for (int i = 0; i < 2'000; ++i) REQUIRE(in_its_pane(any(random)));
    // round every change of clocks, where dates are skipped and repeated
    for (int64_t us = offset_at(zone, instant("1960-01-01T00:00Z")).until_us; us < instant("2100-01-01T00:00Z");) {
      for (int64_t minutes = -120; minutes <= 120; minutes += 15) REQUIRE(in_its_pane(us + minutes * kMicrosPerMinute));
      REQUIRE(in_its_pane(us - 1));
      us = offset_at(zone, us).until_us;
    }
  }
}

TEST_CASE("panes never go back as time goes on, also where clocks go back over midnight") {
  // In St. John's, 1987 to 2011, clocks went from 00:01 back to 23:01 of the day before.
  const Zone& zone = *find_zone("America/St_Johns");
  const int64_t change = instant("2010-11-07T02:31:00Z");
  REQUIRE(offset_at(zone, change).from_us == change);
  int32_t last = pane_of(zone, PaneUnit::day, change - kMicrosPerHour);
  for (int64_t us = change - kMicrosPerHour; us < change + 2 * kMicrosPerHour; us += kMicrosPerMinute / 2) {
    const int32_t pane = pane_of(zone, PaneUnit::day, us);
    REQUIRE(pane >= last);
    last = pane;
  }
}
