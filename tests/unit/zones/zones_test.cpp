// Zones by name, and wall times at the edges: gaps, repeats, midnights that do not exist, years after 2037.
#include <catch2/catch.hpp>

#include <thread>
#include <vector>

#include "runtime/abi/zones.h"

using namespace wend;

namespace {

const Zone& zone(std::string_view name) {
  const Zone* found = find_zone(name);
  if (found == nullptr) throw std::runtime_error("no zone " + std::string(name));
  return *found;
}

// The instant of a wall time "2026-03-28" + hours and minutes, as text.
std::string at(std::string_view name, std::string_view date, int64_t hours, int64_t minutes = 0) {
  int32_t day = 0;
  REQUIRE(parse_date(date, day));
  return format_instant(to_instant(zone(name), day, hours * kMicrosPerHour + minutes * kMicrosPerMinute));
}

std::string wall(std::string_view name, std::string_view instant) {
  int64_t us = 0;
  REQUIRE(parse_instant(instant, zone("UTC"), us));
  const LocalTime local = to_local(zone(name), us);
  const std::string text = format_instant(local.day * kMicrosPerDay + local.time_us);
  return text.substr(0, text.size() - 1);
}

std::string midnight(std::string_view name, std::string_view date) {
  int32_t day = 0;
  REQUIRE(parse_date(date, day));
  return format_instant(start_of_day(zone(name), day));
}

}  // namespace

TEST_CASE("zones are found by their IANA name and are one object each") {
  REQUIRE(find_zone("Europe/Stockholm") != nullptr);
  CHECK(find_zone("Europe/Stockholm") == find_zone("Europe/Stockholm"));
  CHECK(zone_name(zone("Europe/Stockholm")) == "Europe/Stockholm");
  CHECK(find_zone("UTC") != nullptr);
  CHECK(find_zone("Etc/GMT+12") != nullptr);
  CHECK(find_zone("America/Argentina/ComodRivadavia") != nullptr);
  CHECK(tzdata_version().size() >= 5);
  CHECK(tzdata_version().substr(0, 2) == "20");
}

TEST_CASE("what is no IANA name is refused") {
  for (const char* name : {"", "/", ".", "..", "../etc/passwd", "/etc/passwd", "Europe/../Europe/Stockholm", "Europe//Stockholm",
                           "Europe/", "/Europe/Stockholm", "Europe", "europe/stockholm", "Europe/Stockholm ", "Europe/Atlantis",
                           "..%2fetc%2fpasswd", "posix/Europe/Stockholm", "right/Europe/Stockholm", "posixrules", "localtime",
                           "tzdata.zi", "zone.tab", "CET-1CEST"}) {
    INFO(name);
    CHECK(find_zone(name) == nullptr);
  }
  CHECK(find_zone(std::string_view("UTC\0", 4)) == nullptr);
  CHECK(find_zone(std::string(100'000, 'A')) == nullptr);
}

TEST_CASE("zones are found from many threads at once") {
  const char* names[] = {"Asia/Tokyo", "Africa/Cairo", "America/Lima", "Pacific/Apia", "Europe/Dublin", "Asia/Gaza"};
  std::vector<const Zone*> found(8 * 6);
  std::vector<std::thread> threads;
  for (size_t t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] { for (size_t i = 0; i < 6; ++i) found[t * 6 + (i + t) % 6] = find_zone(names[(i + t) % 6]); });
  }
  for (std::thread& thread : threads) thread.join();
  for (size_t i = 0; i < found.size(); ++i) CHECK((found[i] != nullptr && found[i] == found[i % 6]));
}

TEST_CASE("summer time goes on after 2037") {
  CHECK(wall("Europe/Stockholm", "2038-07-01T10:00Z") == "2038-07-01T12:00:00");
  CHECK(wall("Europe/Stockholm", "2038-01-01T10:00Z") == "2038-01-01T11:00:00");
  CHECK(wall("America/New_York", "2099-07-01T10:00Z") == "2099-07-01T06:00:00");
  CHECK(wall("Europe/Dublin", "2050-07-01T10:00Z") == "2050-07-01T11:00:00");      // summer is its standard time
  CHECK(wall("Europe/Dublin", "2050-12-01T10:00Z") == "2050-12-01T10:00:00");
  CHECK(wall("Australia/Lord_Howe", "2060-01-15T00:00Z") == "2060-01-15T11:00:00");
  CHECK(wall("Australia/Lord_Howe", "2060-07-15T00:00Z") == "2060-07-15T10:30:00");
  CHECK(wall("Africa/Lagos", "2060-07-15T00:00Z") == "2060-07-15T01:00:00");
  // 2438-03-28 is the last Sunday of its month: beyond the first 400 years of the rule
  CHECK(wall("Europe/Stockholm", "2438-03-28T00:59:59Z") == "2438-03-28T01:59:59");
  CHECK(wall("Europe/Stockholm", "2438-03-28T01:00:00Z") == "2438-03-28T03:00:00");
  CHECK(wall("Europe/Stockholm", "9999-07-01T10:00Z") == "9999-07-01T12:00:00");
}

TEST_CASE("the rule repeats every 400 years, change by change") {
  const Zone& stockholm = zone("Europe/Stockholm");
  constexpr int64_t period = int64_t{146'097} * kMicrosPerDay;
  int64_t us = 0;
  REQUIRE(parse_instant("2040-01-01T00:00Z", stockholm, us));
  for (int64_t change = 0; change < 1'000; ++change) {
    const OffsetSpan near = offset_at(stockholm, us), far = offset_at(stockholm, us + period);
    REQUIRE(near.seconds == far.seconds);
    REQUIRE(near.until_us + period == far.until_us);
    REQUIRE(near.from_us + period == far.from_us);
    REQUIRE(offset_at(stockholm, near.until_us).from_us == near.until_us);
    us = near.until_us;
  }
}

TEST_CASE("a wall time in a gap moves to the first instant behind it") {
  CHECK(at("Europe/Stockholm", "2026-03-29", 2, 30) == "2026-03-29T01:00:00Z");
  CHECK(at("Europe/Stockholm", "2026-03-29", 1, 59) == "2026-03-29T00:59:00Z");
  CHECK(at("Europe/Stockholm", "2026-03-29", 3) == "2026-03-29T01:00:00Z");
  CHECK(at("America/New_York", "2026-03-08", 2, 15) == "2026-03-08T07:00:00Z");
  CHECK(at("Australia/Lord_Howe", "2026-10-04", 2, 15) == "2026-10-03T15:30:00Z");  // half an hour
  CHECK(at("Pacific/Apia", "2011-12-30", 12) == "2011-12-30T10:00:00Z");            // a whole day that was skipped
}

TEST_CASE("a wall time that occurs twice means the first") {
  CHECK(at("Europe/Stockholm", "2026-10-25", 2, 30) == "2026-10-25T00:30:00Z");
  CHECK(at("Europe/Stockholm", "2026-10-25", 3) == "2026-10-25T02:00:00Z");
  CHECK(at("America/New_York", "2026-11-01", 1, 15) == "2026-11-01T05:15:00Z");
  CHECK(at("Australia/Lord_Howe", "2026-04-05", 1, 45) == "2026-04-04T14:45:00Z");
}

TEST_CASE("times of day outside the day carry into the next and the last") {
  CHECK(at("Europe/Stockholm", "2026-06-01", 26) == "2026-06-02T00:00:00Z");
  CHECK(at("Europe/Stockholm", "2026-06-01", -1) == "2026-05-31T21:00:00Z");
}

TEST_CASE("zones without summer time, and offsets of half hours") {
  CHECK(wall("Asia/Kolkata", "2026-02-17T03:00Z") == "2026-02-17T08:30:00");
  CHECK(at("Asia/Kolkata", "2026-07-01", 0) == "2026-06-30T18:30:00Z");
  CHECK(wall("Asia/Kathmandu", "2026-02-17T03:00Z") == "2026-02-17T08:45:00");
  CHECK(offset_at(zone("Asia/Kolkata"), 1'770'000'000'000'000).until_us == INT64_MAX);
}

TEST_CASE("midnights that do not exist give the first instant of the date") {
  CHECK(midnight("America/Sao_Paulo", "2018-11-04") == "2018-11-04T03:00:00Z");  // 00:00 to 01:00 is skipped
  CHECK(wall("America/Sao_Paulo", "2018-11-04T03:00Z") == "2018-11-04T01:00:00");
  CHECK(midnight("Asia/Beirut", "2026-03-29") == "2026-03-28T22:00:00Z");
  CHECK(wall("Asia/Beirut", "2026-03-28T22:00Z") == "2026-03-29T01:00:00");
  CHECK(midnight("Asia/Beirut", "2026-03-28") == "2026-03-27T22:00:00Z");
}

TEST_CASE("a wall time that is skipped over midnight comes on the next date") {
  CHECK(at("America/Nuuk", "2026-03-28", 23, 30) == "2026-03-29T01:00:00Z");
  CHECK(wall("America/Nuuk", "2026-03-29T01:00Z") == "2026-03-29T00:00:00");
  CHECK(wall("America/Nuuk", "2026-03-29T00:59:59Z") == "2026-03-28T22:59:59");
}

TEST_CASE("instants at the ends of what a number holds do no harm") {
  for (const char* name : {"UTC", "Europe/Stockholm", "Pacific/Apia", "America/New_York"}) {
    for (const int64_t us : {INT64_MIN, INT64_MIN + 1, int64_t{0}, INT64_MAX - 1, INT64_MAX}) {
      const OffsetSpan span = offset_at(zone(name), us);
      CHECK(span.from_us < span.until_us);
      const LocalTime local = to_local(zone(name), us);
      CHECK((local.time_us >= 0 && local.time_us < kMicrosPerDay));
      for (const auto unit : {PaneUnit::minute, PaneUnit::hour, PaneUnit::day, PaneUnit::week, PaneUnit::month}) {
        pane_of(zone(name), unit, us);
        pane_start(zone(name), unit, us < 0 ? INT32_MIN : INT32_MAX);
      }
      to_instant(zone(name), INT32_MAX, us);
      to_instant(zone(name), INT32_MIN, us);
    }
  }
}
