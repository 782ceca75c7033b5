// Entries by the clock: each weekday, once, and on dates of the profile. One rings once for each local date it stands for,
// and is set anew at the end of an input, so that a date that moves before it is due moves it. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {

void Input::ring_clocks() {
  if (depth_ > 0) {   // what was raised is no timer: what rang has rung
    for (Scratch::Rung& rung : scratch_.rung) rung = rung == Scratch::silent ? Scratch::silent : Scratch::rang_before;
    return;
  }
  scratch_.rung.assign(module_.clocks.size(), Scratch::silent);
  for (uint32_t i = 0; i < module_.clocks.size(); ++i) {
    ClockSlot& slot = clock_slot(user_.record.bytes(), tables_.tail.clocks, i);
    if (slot.due > now_) continue;
    scratch_.rung[i] = Scratch::rings;
    slot.last = slot.date;
    slot.due = WEND_FOREVER;
  }
}

int64_t Input::set_clocks() {
  uint8_t* record = user_.record.bytes();
  int64_t least = WEND_FOREVER;
  for (uint32_t i = 0; i < module_.clocks.size(); ++i) {
    const ModuleClock& clock = module_.clocks[i];
    ClockSlot& slot = clock_slot(record, tables_.tail.clocks, i);
    const bool moves = clock.kind == ModuleClock::Kind::date || clock.user_time;
    if (moves || first_ || scratch_.rung[i] != Scratch::silent) {
      int32_t date = clock.day;
      bool known = true;
      if (clock.date) {
        wend_slot value{};
        known = clock.date(record, nullptr, nullptr, &context_, &value) != 0;
        date = static_cast<int32_t>(std::clamp(value.integer, floor_div(kEarliest, kMicrosPerDay), floor_div(kLatest, kMicrosPerDay)));
      }
      const CadenceInstant next = known ? next_clock(clock, zone(clock.user_time), date, slot.last, now_) : CadenceInstant{0, INT64_MAX};
      slot.date = next.nominal;
      slot.due = next.due > kLatest ? WEND_FOREVER : next.due;
    }
    least = std::min(least, slot.due);
  }
  return least;
}

}  // namespace wend
