// Entries by the clock: each weekday, once, on a date. Every one is asked anew at the end of each input for the next local
// date it stands for that lies behind the last one it rang for.
#include <algorithm>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

struct Ring { int64_t instant, date; };

std::optional<Ring> first_after(const std::vector<int64_t>& dates, const Zone& zone, int64_t time_us, int64_t last, int64_t now) {
  for (int64_t date : dates) {
    int64_t instant = zone.instant(date, time_us);
    if (date > last && instant > now) return Ring{instant, date};
  }
  return std::nullopt;
}

std::optional<Ring> next_ring(const Moment& m, const Enter& enter, int64_t last) {
  if (const auto* every = std::get_if<EnterEvery>(&enter.node)) {
    const Zone& zone = m.world.zone_of(m.user, every->user_time);
    std::vector<int64_t> dates;
    int64_t from = std::max(zone.local_day(m.now) - 2, last);   // a first ring has no last
    for (int64_t date = from; date < from + 20; ++date)
      if (every->weekdays >> weekday_of(date) & 1) dates.push_back(date);
    return first_after(dates, zone, every->time_of_day_us, last, m.now);
  }
  if (const auto* once = std::get_if<EnterOnce>(&enter.node))
    return first_after({once->day}, m.world.zone_of(m.user, once->user_time), once->time_of_day_us, last, m.now);
  const auto* on = std::get_if<EnterOnDate>(&enter.node);
  if (!on) return std::nullopt;
  Value date = evaluate(*on->date, m.plain());
  if (!date.known) return std::nullopt;
  std::vector<int64_t> dates = {date.integer};
  Civil born = civil(date.integer);
  int64_t this_year = civil(m.now / kDay).year;
  for (int64_t year = std::max(born.year, this_year - 2); on->yearly && year <= std::max(born.year, this_year) + 5; ++year)
    dates.push_back(days_of(year, born.month, std::min(born.day, days_in_month(year, born.month))));
  return first_after(dates, m.world.zone_of(m.user, on->user_time), on->time_of_day_us, last, m.now);
}

}  // namespace

void ring_clocks(Moment& m) {
  for (auto& [place, clock] : m.user.clocks) {
    if (!clock.due || *clock.due > m.now) continue;
    clock.last = clock.date;
    m.entered_by.insert(place);
  }
}

void set_clocks(Moment& m) {
  for (size_t j = 0; j < m.program().journeys.size(); ++j) {
    const auto& enters = m.program().journeys[j].enters;
    for (size_t k = 0; k < enters.size(); ++k) {
      if (std::holds_alternative<EnterOn>(enters[k].node) || std::holds_alternative<EnterWhen>(enters[k].node)) continue;
      User::Clock& clock = m.user.clocks[{j, k}];
      auto ring = next_ring(m, enters[k], clock.last);
      clock.due = ring ? std::optional(ring->instant) : std::nullopt;
      if (ring) clock.date = ring->date;
    }
  }
}

}  // namespace wend::reference
