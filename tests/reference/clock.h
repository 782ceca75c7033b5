// Clocks and calendars for the reference evaluator, over Howard Hinnant's date library: local time, the instant of
// a wall time, and calendar units ("panes") counted from 1970. Instants are microseconds.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/sema/program.h"

namespace wend::reference {

constexpr int64_t kSecond = 1'000'000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

int64_t floor_div(int64_t a, int64_t b);

struct Civil { int64_t year; int month; int day; };
Civil civil(int64_t days);
int64_t days_of(int64_t year, int month, int day);
int days_in_month(int64_t year, int month);
int weekday_of(int64_t days);  // 0 is Monday

class Zone {
 public:
  static const Zone* find(std::string_view name);  // null when there is none; lives as long as the process

  int64_t local(int64_t instant_us) const;         // what the wall shows, as microseconds since 1970-01-01 00:00
  int64_t local_day(int64_t instant_us) const { return floor_div(local(instant_us), kDay); }
  // The first instant at which the wall shows this date and time, or where it never does, the end of the gap.
  int64_t instant(int64_t day, int64_t time_of_day_us) const;

 private:
  const void* zone_ = nullptr;
  mutable int64_t from_ = 1, until_ = 0, offset_ = 0;  // the last answer: [from_, until_) has offset_
};

// Minutes and hours are of UTC, days, weeks (from Monday) and months of the zone.
int64_t pane_of(const Zone& zone, TimeUnit unit, int64_t instant_us);
int64_t pane_start(const Zone& zone, TimeUnit unit, int64_t pane);
// The same wall time `count` units on; a day the month lacks is its last.
int64_t units_on(const Zone& zone, TimeUnit unit, int64_t count, int64_t instant_us);

std::string print_instant(int64_t instant_us);  // 2026-02-17T03:00:00Z
std::string print_date(int64_t days);
std::string print_time_of_day(int64_t micros);
bool read_instant(std::string_view text, const Zone& zone, int64_t& instant_us);
bool read_date(std::string_view text, int64_t& days);
bool read_time_of_day(std::string_view text, int64_t& micros);

}  // namespace wend::reference
