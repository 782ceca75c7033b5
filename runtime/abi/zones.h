// Time zones and the civil calendar, pure functions over tables read once.
//
// Instants are int64 microseconds since 1970-01-01T00:00Z, days int32 since 1970-01-01 (proleptic
// Gregorian), times of day int64 microseconds since midnight. Zone data is the system's compiled IANA files
// (RFC 8536), its last line (a POSIX rule) included, so instants after 2037 are right too.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wend {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
constexpr int64_t kMicrosPerHour = 60 * kMicrosPerMinute;
constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;

class Zone;  // immutable, lives as long as the process

// The zone of an IANA name ("Europe/Stockholm"), or null; "UTC" is never null. Thread-safe. Refuses names that leave
// the zone folder, however spelled.
const Zone* find_zone(std::string_view name);
std::string_view zone_name(const Zone& zone);
std::string tzdata_version();  // "2024a", from tzdata.zi's first line; "unknown" when it cannot be read

// Seconds to add to UTC at an instant, and the instants [from, until) during which that holds.
struct OffsetSpan {
  int32_t seconds;
  int64_t from_us;
  int64_t until_us;
};
OffsetSpan offset_at(const Zone& zone, int64_t instant_us);

struct LocalTime {
  int32_t day;         // since 1970-01-01
  int64_t time_us;     // since local midnight by the clock on the wall, [0, 24 h)
};
LocalTime to_local(const Zone& zone, int64_t instant_us);

// The instant at which a wall clock shows `day`, `time_us` (which may be outside [0, 24 h): it carries).
// A wall time that does not exist gives the first instant that does after the gap; one that occurs twice, the first.
int64_t to_instant(const Zone& zone, int32_t day, int64_t time_us);

// The first instant of a local date: midnight, or where midnight is skipped the first instant of that date.
int64_t start_of_day(const Zone& zone, int32_t day);

// ---- calendar, no zone ----
struct CivilDate { int32_t year; int32_t month; int32_t day; };  // month 1..12, day 1..31
CivilDate civil_from_days(int32_t days);
int32_t days_from_civil(int32_t year, int32_t month, int32_t day);
int32_t days_in_month(int32_t year, int32_t month);
int weekday_of(int32_t days);                 // 0 is Monday
// Rounds towards minus infinity; b > 0.
inline int64_t floor_div(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b < 0 ? quotient - 1 : quotient;
}

// ---- panes: calendar units counted from 1970 (language.md 4) ----
enum class PaneUnit : uint8_t { minute, hour, day, week, month };  // minute and hour are of UTC, the others of a zone
constexpr int kPaneUnits = 5;
int32_t pane_of(const Zone& zone, PaneUnit unit, int64_t instant_us);
int64_t pane_start(const Zone& zone, PaneUnit unit, int32_t pane);  // the pane is [start(p), start(p + 1))

// "2026-02-17T03:00:00Z", microseconds only if not zero. Years 0001..9999.
std::string format_instant(int64_t instant_us);
// Reads ISO 8601 date-times (zone optional: then `zone`), into microseconds. False if it is not one.
bool parse_instant(std::string_view text, const Zone& zone, int64_t& instant_us);
// "2026-02-17"
std::string format_date(int32_t days);
bool parse_date(std::string_view text, int32_t& days);

}  // namespace wend
