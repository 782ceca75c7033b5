// The lists of asking.h, and what of them an input looks at. Tested by tests/unit/core/asking_test.cpp and by tests/differential.
#include "runtime/core/asking.h"

#include <algorithm>

#include "runtime/core/input.h"

namespace wend {

Asking::Asking(const Module& module)
    : watches(static_cast<uint32_t>(module.watches.size())), blocks(static_cast<uint32_t>(module.states.size())),
      clocks(static_cast<uint32_t>(module.clocks.size())), by_event(module.events.size(), bits_for(size())),
      by_attribute(module.attributes.size(), bits_for(size())), by_states(module.states.size(), bits_for(size())), by_baselines(bits_for(size())),
      always(bits_for(size())), all(bits_for(size())), watching(bits_for(size())), entered_by_event(module.events.size(), bits_for(module.journeys.size())),
      entered_by_states(module.states.size(), bits_for(module.journeys.size())), entered_by_watch(watches), entered_by_clock(clocks),
      entered_by_stays(bits_for(module.journeys.size())), signals_of(module.events.size()) {
  const auto note = [&](uint32_t number, const Reads& reads) {
    set_bit(all, number);
    if (reads.always) return set_bit(always, number);
    for (const uint32_t event : reads.events) set_bit(by_event[event], number);
    for (const uint32_t attribute : reads.attributes) set_bit(by_attribute[attribute], number);
    for (const uint32_t states : reads.states) set_bit(by_states[states], number);
    if (reads.baselines) set_bit(by_baselines, number);
  };
  for (uint32_t i = 0; i < watches; ++i) {
    note(i, module.watches[i].reads);
    set_bit(watching, i);
  }
  for (uint32_t i = 0; i < blocks; ++i)
    if (module.states[i].cadence == ModuleStates::Cadence::continuously) note(block(i), module.states[i].reads);
  for (uint32_t i = 0; i < clocks; ++i) {
    const ModuleClock& one = module.clocks[i];
    if (one.kind != ModuleClock::Kind::date && !one.user_time) continue;
    note(clock(i), one.kind == ModuleClock::Kind::date ? one.reads : Reads{{}, {}, {}, false, false});
    if (one.user_time && module.user_time >= 0) set_bit(by_attribute[static_cast<size_t>(module.user_time)], clock(i));
  }

  for (uint32_t i = 0; i < module.journeys.size(); ++i) {
    if (module.journeys[i].closed || module.journeys[i].paused) continue;
    for (const ModuleEnter& way : module.journeys[i].enters) {
      switch (way.kind) {
        case ModuleEnter::Kind::event: set_bit(entered_by_event[way.event], i); break;
        case ModuleEnter::Kind::watch: entered_by_watch[way.watch].push_back(i); break;
        case ModuleEnter::Kind::clock: entered_by_clock[way.clock].push_back(i); break;
        case ModuleEnter::Kind::trigger:
          if (way.trigger.kind == StateTrigger::Kind::stays) set_bit(entered_by_stays, i);
          else set_bit(entered_by_states[way.trigger.states], i);
          break;
      }
    }
  }

  for (uint32_t i = 0; i < module.signals.size(); ++i) {
    const ModuleSignal& signal = module.signals[i];
    signals_of[signal.from].push_back(i);
    if (signal.follow != ModuleSignal::Follow::none && signal.by != signal.from) signals_of[signal.by].push_back(i);
  }
  for (uint32_t i = 0; i < module.events.size(); ++i) {
    const bool lets_in = std::any_of(entered_by_event[i].begin(), entered_by_event[i].end(), [](uint64_t word) { return word != 0; });
    calm.push_back(!module.events[i].builtin && signals_of[i].empty() && !lets_in);
  }
}

void Input::begin_asking() {
  const Bits& always = tables_.asking.always;
  for (size_t i = 0; i < always.size(); ++i) {
    scratch_.ask[i] = always[i];
    scratch_.asked[i] = 0;
  }
  for (uint64_t& word : scratch_.entering) word = 0;
}

// What is due by time or was left from the input before, too.
void Input::gather_asks() {
  uint8_t* record = user_.record.bytes();
  uint64_t* again = reinterpret_cast<uint64_t*>(record + tables_.tail.again);
  for (size_t i = 0; i < scratch_.ask.size(); ++i) {
    scratch_.ask[i] |= again[i];
    again[i] = 0;
  }
  if (tail_value(record, tables_.tail.soonest, 0) > now_) return;
  for (uint32_t i = 0; i < tables_.asking.size(); ++i)
    if (tail_value(record, tables_.tail.nexts, i) <= now_) set_bit(scratch_.ask, i);
}

// What is touched from here on, by what journeys set, is asked by the further input that raises.
void Input::done_asking() {
  const Bits& always = tables_.asking.always;
  for (size_t i = 0; i < always.size(); ++i) {
    scratch_.asked[i] |= scratch_.ask[i];
    scratch_.ask[i] = always[i];
  }
}

// What nobody asked, since too much was raised, is asked by the input that comes next. The next change of all that is or was to be
// asked may be another now.
void Input::leave_asks() {
  uint64_t* again = reinterpret_cast<uint64_t*>(user_.record.bytes() + tables_.tail.again);
  for (size_t i = 0; i < scratch_.ask.size(); ++i) {
    again[i] |= scratch_.ask[i] & ~tables_.asking.always[i];
    scratch_.asked[i] |= scratch_.ask[i] | again[i];
  }
}

void Input::ask_again(uint32_t number) { set_tail_bit(user_.record.bytes(), tables_.tail.again, number, true); }

void Input::ask_all() {
  uint64_t* again = reinterpret_cast<uint64_t*>(user_.record.bytes() + tables_.tail.again);
  for (size_t i = 0; i < tables_.asking.all.size(); ++i) again[i] = tables_.asking.all[i];
}

void Input::forget_watches() {
  uint64_t* again = reinterpret_cast<uint64_t*>(user_.record.bytes() + tables_.tail.again);
  for (size_t i = 0; i < tables_.asking.watching.size(); ++i) again[i] &= ~tables_.asking.watching[i];
}

void Input::note_next(uint32_t number, int64_t instant) {
  uint8_t* record = user_.record.bytes();
  int64_t& next = tail_value(record, tables_.tail.nexts, number);
  int64_t& soonest = tail_value(record, tables_.tail.soonest, 0);
  soonest_passed_ |= next == soonest && instant > next;
  next = instant;
  soonest = std::min(soonest, instant);
}

// Once for all that were noted: until then it may be too early.
void Input::find_soonest() {
  if (!soonest_passed_) return;
  soonest_passed_ = false;
  uint8_t* record = user_.record.bytes();
  int64_t soonest = WEND_FOREVER;
  for (uint32_t i = 0; i < tables_.asking.size(); ++i) soonest = std::min(soonest, tail_value(record, tables_.tail.nexts, i));
  tail_value(record, tables_.tail.soonest, 0) = soonest;
}

}  // namespace wend
