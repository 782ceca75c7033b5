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
  for (Scratch::Rung& rung : scratch_.rung) rung = Scratch::silent;
  scratch_.rang = false;
  if (tail_value(user_.record.bytes(), tables_.tail.soonest, 1) > now_) return;
  for (uint32_t i = 0; i < module_.clocks.size(); ++i) {
    ClockSlot& slot = clock_slot(user_.record.bytes(), tables_.tail.clocks, i);
    if (slot.due > now_) continue;
    scratch_.rung[i] = Scratch::rings;
    scratch_.rang = true;
    for (const uint32_t journey : tables_.asking.entered_by_clock[i]) set_bit(scratch_.entering, journey);
    slot.last = slot.date;
    slot.due = WEND_FOREVER;
  }
}

// Behind what was asked: those that rang, and those that something has moved, are set anew.
int64_t Input::set_clocks() {
  const Asking& asking = tables_.asking;
  uint8_t* record = user_.record.bytes();
  int64_t& soonest = tail_value(record, tables_.tail.soonest, 1);
  bool moved = false;
  for (uint32_t i = 0; i < module_.clocks.size() && !moved; ++i) moved = has_bit(scratch_.asked, asking.clock(i));
  if (!first_ && !scratch_.rang && !moved && soonest != WEND_NEVER) return soonest;
  int64_t least = WEND_FOREVER;
  for (uint32_t i = 0; i < module_.clocks.size(); ++i) {
    const ModuleClock& clock = module_.clocks[i];
    ClockSlot& slot = clock_slot(record, tables_.tail.clocks, i);
    if (first_ || has_bit(scratch_.asked, asking.clock(i)) || scratch_.rung[i] != Scratch::silent) {
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
  soonest = least;
  return least;
}

}  // namespace wend
