// The reader of compiled zone files: rules of every form, and bytes that are no zone file.
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <random>

#include "runtime/abi/zone_data.h"
#include "runtime/abi/zones.h"

using namespace wend;

namespace {

void put(std::string& out, uint64_t value, int size) {
  while (size-- > 0) out += static_cast<char>(value >> (8 * size) & 0xFF);
}

std::string header(uint32_t leaps, uint32_t changes, uint32_t types) {
  std::string out = "TZif2" + std::string(15, '\0');
  for (const uint32_t count : {0u, 0u, leaps, changes, types, 4u}) put(out, count, 4);
  return out;
}

// A file with one type (UTC+1), no changes, and the rule given.
std::string file_with(const std::string& rule) {
  const auto type = [](std::string& out) { put(out, 3600, 4); put(out, 0, 2); out.append("AAA\0", 4); };
  std::string out = header(0, 0, 1);
  type(out);
  out += header(0, 0, 1);
  type(out);
  return out + "\n" + rule + "\n";
}

int32_t offset(const ZoneData& zone, std::string_view text) {
  int64_t us = 0;
  REQUIRE(parse_instant(text, *find_zone("UTC"), us));
  int32_t found = zone.first_offset;
  for (size_t i = 0; i < zone.changes_us.size() && zone.changes_us[i] <= us; ++i) found = zone.offsets[i];
  return found / 60;
}

std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("rules by month and week, by day of the year, with and without leap days") {
  ZoneData zone;
  REQUIRE(read_zone_data(file_with("AAA-1BBB,M3.5.0,M10.5.0/3"), zone));
  CHECK(offset(zone, "2026-03-29T00:59Z") == 60);
  CHECK(offset(zone, "2026-03-29T01:00Z") == 120);
  CHECK(offset(zone, "2026-10-25T00:59Z") == 120);
  CHECK(offset(zone, "2026-10-25T01:00Z") == 60);
  REQUIRE(read_zone_data(file_with("<+01>-1<+0130>-1:30,J60/0,J300/0:30:30"), zone));
  CHECK(offset(zone, "2024-02-29T22:59Z") == 60);  // J60 is 1 March also in a leap year
  CHECK(offset(zone, "2024-02-29T23:00Z") == 90);
  CHECK(offset(zone, "2026-02-28T23:00Z") == 90);
  REQUIRE(read_zone_data(file_with("AAA-1BBB-2,59/0,300/0"), zone));
  CHECK(offset(zone, "2024-02-28T23:00Z") == 120);  // day 59 counts the leap day
  CHECK(offset(zone, "2026-02-28T23:00Z") == 120);
  CHECK(offset(zone, "2026-02-28T22:59Z") == 60);
}

TEST_CASE("rule times may be negative or past the day, and summer may last all year") {
  ZoneData zone;
  REQUIRE(read_zone_data(file_with("AAA2BBB,M3.5.0/-1,M10.5.0/-1"), zone));  // as in Nuuk
  CHECK(offset(zone, "2026-03-29T00:59Z") == -120);
  CHECK(offset(zone, "2026-03-29T01:00Z") == -60);
  REQUIRE(read_zone_data(file_with("EEE5FFF,0/0,J365/25"), zone));
  for (const char* t : {"2026-01-01T05:00Z", "2026-07-01T00:00Z", "2027-01-01T04:59Z", "2027-01-01T05:00Z", "2300-01-01T05:00Z"}) {
    INFO(t);
    CHECK(offset(zone, t) == -240);
  }
}

TEST_CASE("a file without a rule keeps its last offset") {
  ZoneData zone;
  REQUIRE(read_zone_data(file_with(""), zone));
  CHECK(zone.changes_us.empty());
  CHECK(zone.first_offset == 3600);
  REQUIRE(read_zone_data(file_with("AAA-1"), zone));
  CHECK_FALSE(zone.repeats);
}

TEST_CASE("a bad rule makes the file bad") {
  for (const char* rule : {"A", "AAA", "AA-1", "AAA-1BBB", "AAA-1BBB,", "AAA-1BBB,M3.5.0", "AAA-1BBB,M3.5.0,", "AAA-1BBB,M13.5.0,M10.5.0",
                           "AAA-1BBB,M3.6.0,M10.5.0", "AAA-1BBB,M3.5.7,M10.5.0", "AAA-1BBB,J0,J9", "AAA-1BBB,J366,J9", "AAA-1BBB,366,9",
                           "AAA-25", "AAA-1:60", "<AAA-1", "AAA-1BBB,M3.5.0/168,M10.5.0", "AAA-1BBB,M3.5.0,M10.5.0x"}) {
    INFO(rule);
    ZoneData zone;
    CHECK_FALSE(read_zone_data(file_with(rule), zone));
  }
}

TEST_CASE("a file that counts leap seconds is refused") {
  ZoneData zone;
  std::string file = file_with("AAA-1");
  REQUIRE(read_zone_data(file, zone));
  const size_t second = file.find("TZif2", 1);
  file[second + 20 + 11] = 1;
  CHECK_FALSE(read_zone_data(file, zone));
}

TEST_CASE("cut and damaged files are refused or read, never more") {
  const std::string whole = bytes_of("/usr/share/zoneinfo/Europe/Stockholm");
  REQUIRE(whole.size() > 500);
  ZoneData zone;
  REQUIRE(read_zone_data(whole, zone));
  for (size_t size = 0; size < whole.size(); ++size) CHECK_FALSE(read_zone_data(std::string_view(whole).substr(0, size), zone));
  std::mt19937 random(7);
  for (int round = 0; round < 3'000; ++round) {
    std::string bad = whole;
    for (int i = 0; i < 4; ++i) bad[random() % bad.size()] = static_cast<char>(random());
    if (!read_zone_data(bad, zone)) continue;
    CHECK(zone.changes_us.size() == zone.offsets.size());
    CHECK(std::is_sorted(zone.changes_us.begin(), zone.changes_us.end()));
  }
  CHECK_FALSE(read_zone_data("", zone));
  CHECK_FALSE(read_zone_data(std::string(100, '\xFF'), zone));
}
