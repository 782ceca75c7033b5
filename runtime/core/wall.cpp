// The next time a clock shows something. Tested by tests/unit/core.
#include "runtime/core/wall.h"

#include <algorithm>

namespace wend {
namespace {

// The first date not before `from` on which the block is evaluated.
int32_t cadence_date(const ModuleStates& states, int32_t from) {
  switch (states.cadence) {
    case ModuleStates::Cadence::weekly: return from + (states.weekday - weekday_of(from) + 7) % 7;
    case ModuleStates::Cadence::monthly: {
      CivilDate date = civil_from_days(from);
      for (int i = 0; i < 2; ++i) {
        const int32_t day = std::min(states.day, days_in_month(date.year, date.month));
        const int32_t found = days_from_civil(date.year, date.month, day);
        if (found >= from) return found;
        date.year += date.month == 12;
        date.month = date.month % 12 + 1;
      }
      return from;   // not reached: the next month's date is behind `from`
    }
    default: return from;
  }
}

int64_t date_instant(const Zone& zone, int32_t day, int64_t time_us) { return to_instant(zone, day, time_us); }

}  // namespace

int64_t next_wall_time(const Zone& zone, int64_t time_us, uint32_t weekdays, int64_t after) {
  const int32_t first = to_local(zone, after).day - 1;   // a date's instant can stand on the date behind it
  for (int32_t day = first; day < first + 16; ++day) {
    if (!(weekdays >> weekday_of(day) & 1)) continue;
    const int64_t instant = date_instant(zone, day, time_us);
    if (instant > after) return instant;
  }
  return add_micros(after, 7 * kMicrosPerDay);   // only without any weekday
}

CadenceInstant next_cadence(const ModuleStates& states, const Zone& zone, int32_t nominal, int64_t now) {
  if (states.cadence == ModuleStates::Cadence::hourly) {
    const auto hour = static_cast<int32_t>(floor_div(now, kMicrosPerHour) + 1);
    return {hour, hour * kMicrosPerHour};
  }
  int32_t day = to_local(zone, now).day - 1;
  if (nominal >= day) day = nominal + 1;
  for (;;) {   // at most a few dates: instants grow with dates
    day = cadence_date(states, day);
    const int64_t due = date_instant(zone, day, states.time_of_day_us);
    if (due > now) return {day, due};
    ++day;
  }
}

int64_t instant_of_date(const Zone& zone, int64_t date, int64_t time_us) {
  const int64_t day = std::clamp(date, floor_div(kEarliest, kMicrosPerDay) + 1, floor_div(kLatest, kMicrosPerDay) - 1);
  return to_instant(zone, static_cast<int32_t>(day), time_us);
}

namespace {

// The anniversary in a year; that of 29 February comes on the 28th where the year has none.
int32_t anniversary(const CivilDate& date, int32_t year) {
  return days_from_civil(year, date.month, std::min(date.day, days_in_month(year, date.month)));
}

}  // namespace

CadenceInstant next_clock(const ModuleClock& clock, const Zone& zone, int32_t date, int32_t last, int64_t now) {
  const CadenceInstant never{0, INT64_MAX};
  const auto at = [&](int32_t day) { return CadenceInstant{day, instant_of_date(zone, day, clock.time_of_day_us)}; };
  const int32_t today = to_local(zone, now).day;
  if (clock.kind == ModuleClock::Kind::every) {
    const int32_t first = last >= today - 1 ? last + 1 : today - 1;
    for (int32_t day = first; day < first + 16; ++day) {
      if (!(clock.weekdays >> weekday_of(day) & 1)) continue;
      if (const CadenceInstant next = at(day); next.due > now) return next;
    }
    return never;   // only without any weekday
  }
  if (!clock.yearly) {
    const CadenceInstant next = at(date);
    return date > last && next.due > now ? next : never;
  }
  const CivilDate born = civil_from_days(date);
  const int32_t first = std::max(born.year, civil_from_days(today).year - 1);
  for (int32_t year = first; year < first + 5; ++year) {
    const CadenceInstant next = at(anniversary(born, year));
    if (next.nominal > last && next.due > now) return next;
  }
  return never;
}

int64_t quiet_until(const Zone& zone, int64_t from_us, int64_t to_us, int64_t now) {
  if (from_us == to_us) return 0;
  const int32_t today = to_local(zone, now).day;
  for (int32_t day = today - 2; day <= today + 1; ++day) {
    const int64_t from = date_instant(zone, day, from_us);
    const int64_t to = date_instant(zone, from_us < to_us ? day : day + 1, to_us);
    if (now >= from && now < to) return to;
  }
  return 0;
}

int64_t units_on(const Zone& zone, PaneUnit unit, int32_t count, int64_t at) {
  if (unit == PaneUnit::minute) return add_micros(at, count * kMicrosPerMinute);
  if (unit == PaneUnit::hour) return add_micros(at, count * kMicrosPerHour);
  const LocalTime local = to_local(zone, at);
  if (unit == PaneUnit::day) return date_instant(zone, local.day + count, local.time_us);
  if (unit == PaneUnit::week) return date_instant(zone, local.day + count * 7, local.time_us);
  const CivilDate date = civil_from_days(local.day);
  const int64_t months = date.year * int64_t{12} + date.month - 1 + count;
  const auto year = static_cast<int32_t>(floor_div(months, 12));
  const auto month = static_cast<int32_t>(months - year * int64_t{12}) + 1;
  const int32_t day = std::min(date.day, days_in_month(year, month));
  return date_instant(zone, days_from_civil(year, month, day), local.time_us);
}

int64_t monday_at_or_after(const Zone& zone, int64_t at) {
  const int64_t start = pane_start(zone, PaneUnit::week, pane_of(zone, PaneUnit::week, at));
  return start == at ? at : monday_after(zone, at);
}

int64_t monday_after(const Zone& zone, int64_t at) {
  return pane_start(zone, PaneUnit::week, pane_of(zone, PaneUnit::week, at) + 1);
}

}  // namespace wend
