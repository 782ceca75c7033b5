// Wall-clock instants: the next time a clock shows something. Pure functions. Tested by tests/unit/core.
#pragma once

#include <cstdint>

#include "runtime/abi/module.h"
#include "runtime/abi/zones.h"

namespace wend {

// Instants of the calendar stay inside the years 0001 to 9999, so that sums of them cannot overflow.
constexpr int64_t kLatest = 253'402'300'799'999'999;
constexpr int64_t kEarliest = -62'135'596'800'000'000;

// a + b, saturated.
inline int64_t add_micros(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? (b > 0 ? INT64_MAX : INT64_MIN) : sum;
}

// The first instant after `after` at which the wall shows `time_us` on one of `weekdays` (bit 0 is Monday).
int64_t next_wall_time(const Zone& zone, int64_t time_us, uint32_t weekdays, int64_t after);

// The next evaluation of a block by cadence: that of the first nominal date (hourly: hour) behind `nominal` whose
// instant is after `now`.
struct CadenceInstant { int32_t nominal; int64_t due; };
CadenceInstant next_cadence(const ModuleStates& states, const Zone& zone, int32_t nominal, int64_t now);

// The next date an entry by the clock stands for: the first behind `last` whose instant is after `now`; due is
// INT64_MAX when there is none. `date`: what a clock of that kind reckons from.
CadenceInstant next_clock(const ModuleClock& clock, const Zone& zone, int32_t date, int32_t last, int64_t now);
// The instant of a date, inside the years there are.
int64_t instant_of_date(const Zone& zone, int64_t date, int64_t time_us);

// Whether `now` is inside [from, to) of some day, and if so the instant at which that ends; else 0. A wall time that
// occurs twice means the first here too, so that quiet hours cannot begin again when clocks go back.
int64_t quiet_until(const Zone& zone, int64_t from_us, int64_t to_us, int64_t now);

// The same wall time `count` units on (minute and hour: exactly).
int64_t units_on(const Zone& zone, PaneUnit unit, int32_t count, int64_t at);
// The first start of a Monday at or after `at`, and the one after `at`.
int64_t monday_at_or_after(const Zone& zone, int64_t at);
int64_t monday_after(const Zone& zone, int64_t at);

}  // namespace wend
