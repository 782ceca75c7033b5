// Baselines, and the least instant at which a user must be woken. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

BaselineCell& cell_of(const UserState& user, const ModuleBaseline& baseline) {
  return *reinterpret_cast<BaselineCell*>(user.record.bytes() + baseline.cell);
}

// The baseline's formula is that of language.md 5, in its order of operations.
void sample(BaselineCell& cell, double x, int32_t weeks) {
  if (cell.samples == 0) {
    cell.mean = x;
    cell.variance = 0;
  } else {
    const double weight = 2.0 / (static_cast<double>(weeks) + 1.0);
    const double distance = x - cell.mean;
    cell.mean += weight * distance;
    cell.variance = (1.0 - weight) * (cell.variance + weight * distance * distance);
  }
  ++cell.samples;
}

}  // namespace

void Input::begin_baselines() {
  for (const ModuleBaseline& baseline : module_.baselines) begin_baseline(baseline);
}

void Input::begin_baseline(const ModuleBaseline& baseline) {
  const int64_t covered = baseline.calendar ? units_on(*module_.zone, baseline.unit, baseline.count, now_)
                                            : add_micros(now_, baseline.length_us);
  cell_of(user_, baseline).next = covered > kLatest ? WEND_FOREVER : monday_at_or_after(*module_.zone, covered);
}

void Input::sample_baselines() {
  for (const ModuleBaseline& baseline : module_.baselines) {
    BaselineCell& cell = cell_of(user_, baseline);
    if (cell.next > now_) continue;
    wend_slot slot{};
    if (baseline.value(user_.record.bytes(), nullptr, nullptr, &context_, &slot)) {
      sample(cell, slot.number, baseline.weeks);
      touch(tables_.asking.by_baselines);
    }
    cell.next = monday_after(*module_.zone, now_);
  }
}

// A change that is not ahead would wake for ever; asked again at the next quarter of an hour it does no harm.
int64_t Input::next_of(NextFn next, const uint8_t* record, const uint8_t* instance) const {
  const int64_t instant = next(record, instance, nullptr, &context_);
  return instant > now_ ? instant : (floor_div(now_, 15 * kMicrosPerMinute) + 1) * 15 * kMicrosPerMinute;
}

void Input::schedule() {
  uint8_t* record = user_.record.bytes();
  int64_t due = WEND_FOREVER;
  const auto at = [&](int64_t instant) { due = std::min(due, instant); };
  const auto asked = [&](NextFn next, const uint8_t* instance) { return next_of(next, record, instance); };

  const Asking& asking = tables_.asking;
  each_bit(scratch_.asked, asking.block(0), [&](uint32_t watch) {
    const NextFn next = module_.watches[watch].next;
    note_next(watch, next ? asked(next, nullptr) : WEND_FOREVER);
  });
  for (uint32_t i = 0; i < module_.states.size(); ++i) {
    const ModuleStates& states = module_.states[i];
    StateSlot* slot = state_slot(user_, states);
    if (states.cadence == ModuleStates::Cadence::continuously && has_bit(scratch_.asked, asking.block(i))) {
      slot->due = states.next ? asked(states.next, nullptr) : WEND_FOREVER;
      note_next(asking.block(i), slot->due);
    }
    at(slot->due);
  }
  for (const StaysRule& rule : tables_.stays) {
    const StateSlot* slot = state_slot(user_, module_.states[rule.states]);
    if (slot->current != rule.state) continue;
    const int64_t reached = add_micros(slot->since, rule.length_us);
    if (reached > now_) at(reached);
  }
  for (const ModuleBaseline& baseline : module_.baselines) at(cell_of(user_, baseline).next);
  find_soonest();
  at(tail_value(record, tables_.tail.soonest, 0));
  for (uint32_t i = 0; i < module_.floors.size(); ++i) at(floor_due(i));
  at(set_clocks());
  at(signal_deadline());

  if (const UserState::More* more = user_.more_or_null()) {
    for (const Instance& instance : more->instances) {
      const ModuleJourney& journey = module_.journeys[instance.journey];
      if (instance.phase == Instance::Phase::waiting) {
        at(instance.due);
        const ModuleNode& node = journey.nodes[instance.node];
        if (node.condition_next) at(asked(node.condition_next, bytes_of(instance)));
      }
      if (instance.phase == Instance::Phase::ended_wait && !journey.paused) at(now_);
      if (journey.goal_next && goal_open(instance)) at(asked(journey.goal_next, bytes_of(instance)));
      for (const ModuleExit& exit : journey.exits) {
        if (exit.next) at(asked(exit.next, bytes_of(instance)));
      }
    }
    for (const Instance& instance : more->watched) {
      if (const NextFn next = module_.journeys[instance.journey].goal_next) at(asked(next, bytes_of(instance)));
    }
    bool held = false;
    for (const PendingSend& send : more->deferred) {
      at(send.until);
      held |= send.held;
    }
    for (const ModuleNever& rule : module_.nevers) {
      if (held && rule.then == ThenKind::wait && rule.next) at(asked(rule.next, nullptr));
    }
  }
  user_.due = due > kLatest ? WEND_FOREVER : due;
}

void Input::schedule_watches() {
  uint8_t* record = user_.record.bytes();
  const int64_t waited_for = user_.due;
  bool passed = false;   // what it waited for may lie behind it now
  each_bit(scratch_.asked, tables_.asking.watches, [&](uint32_t watch) {
    const NextFn next = module_.watches[watch].next;
    const int64_t before = tail_value(record, tables_.tail.nexts, watch), instant = next ? next_of(next, record, nullptr) : WEND_FOREVER;
    if (before == instant) return;
    note_next(watch, instant);
    passed |= before == waited_for && before != WEND_FOREVER;
    if (instant <= kLatest) user_.due = std::min(user_.due, instant);
  });
  find_soonest();
  if (passed) schedule();
}

}  // namespace wend
