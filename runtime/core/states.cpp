// States, and the conditions whose turning is a trigger. Tested by tests/unit/core.
#include <algorithm>
#include <bit>
#include <cstring>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {

void Input::evaluate_states() {
  for (Move& move : scratch_.moves) move = Move{};
  for (const uint32_t block : module_.states_order) {
    const ModuleStates& states = module_.states[block];
    StateSlot& slot = *state_slot(user_, states);
    if (states.cadence == ModuleStates::Cadence::continuously) {
      const uint32_t number = tables_.asking.block(block);
      if (has_bit(scratch_.ask, number) && !evaluate(block)) ask_again(number);
    } else if (first_ || slot.due <= now_) {
      if (!first_) slot.nominal = cadence_behind(block, slot.nominal, slot.due - 1).nominal;
      slot.due = cadence_behind(block, slot.nominal, now_).due;
      evaluate(block);
    }
  }
}

CadenceInstant Input::cadence_behind(uint32_t block, int32_t nominal, int64_t at) const {
  const ModuleStates& states = module_.states[block];
  const Zone& clock = zone(states.user_time);
  CadenceMemo& memo = tables_.cadences[block * kCadenceMemos + static_cast<uint32_t>(nominal) % kCadenceMemos];
  if (memo.zone != &clock || memo.nominal != nominal || at < memo.from || at >= memo.next.due)
    memo = {&clock, nominal, at, next_cadence(states, clock, nominal, at)};
  return memo.next;
}

void Input::take_over(const Fresh& fresh) {
  begin();
  user_.now = now_;
  ask_all();
  for (Move& move : scratch_.moves) move = Move{};
  for (Scratch::Rung& rung : scratch_.rung) rung = Scratch::silent;
  scratch_.rang = true;
  for (const uint32_t block : module_.states_order)
    for (const Fresh::Block& one : fresh.states)
      if (one.block == block) take_value(one);
  for (const uint32_t watch : fresh.watches) watch_fires(watch);
  for (const uint32_t clock : fresh.clocks) scratch_.rung[clock] = Scratch::rang_before;   // set anew
  for (const uint32_t floor : fresh.floors) tail_value(user_.record.bytes(), tables_.tail.floors, floor) = now_ + 1;   // when it goes live
  for (const ModuleBaseline& baseline : module_.baselines)
    if (fresh.baselines && std::find(fresh.cells.begin(), fresh.cells.end(), baseline.cell) != fresh.cells.end()) begin_baseline(baseline);
  leave_asks();
  schedule();
  // What may have come to hold by the change alone is asked when the version goes live, and nothing is due before that.
  int64_t due = user_.due;
  if (const UserState::More* more = user_.more_or_null()) {
    const bool asks = std::any_of(more->deferred.begin(), more->deferred.end(), [](const PendingSend& send) { return send.held || send.paused; }) ||
                      std::any_of(more->instances.begin(), more->instances.end(), [&](const Instance& instance) {
                        return instance.phase == Instance::Phase::waiting && module_.journeys[instance.journey].nodes[instance.node].kind == ModuleNode::Kind::wait_until;
                      });
    if (asks) due = now_ + 1;
  }
  user_.due = std::max(due, now_ + 1);
}

// Where it would have come to counts for how long it has been that, and where nothing is known yet for what it was.
void Input::take_value(const Fresh::Block& fresh) {
  const ModuleStates& states = module_.states[fresh.block];
  StateSlot& slot = *state_slot(user_, states);
  const StateSlot was = slot;
  slot = fresh.shadow;
  if (fresh.shadow.current == 0xff && states.cadence != ModuleStates::Cadence::continuously) {
    slot.nominal = INT32_MIN;
    slot.due = next_cadence(states, zone(states.user_time), slot.nominal, now_).due;
  }
  slot.current = was.current != 0xff ? was.current : fresh.shadow.current;
  slot.candidate = 0xff;
  slot.found = 0;
  const int32_t before = slot.current == 0xff ? -1 : slot.current;
  const int32_t found = states.find(user_.record.bytes(), &context_, before);
  if (found < 0 || static_cast<size_t>(found) >= states.names.size()) return;
  slot.current = static_cast<uint8_t>(found);
  slot.since = found == was.current ? was.since : found == fresh.shadow.current ? fresh.shadow.since : now_;
  if (found == fresh.shadow.current) return;
  for (const auto& [state, begin_anew] : states.anchors)
    if (state == static_cast<uint32_t>(found)) begin_anew(user_.record.bytes(), nullptr, nullptr, &context_);
}

bool Input::evaluate(uint32_t block) {
  const ModuleStates& states = module_.states[block];
  StateSlot& slot = *state_slot(user_, states);
  const bool settled = slot.current != 0xff;
  const int32_t found = states.find(user_.record.bytes(), &context_, settled ? slot.current : -1);
  if (found < 0 || static_cast<size_t>(found) >= states.names.size()) return false;
  if (!settled) {
    take_state(block, slot, found);
    return false;
  }

  const int32_t before = slot.candidate != 0xff ? slot.candidate : slot.current;
  const bool time_alone = timers_ && states.cadence == ModuleStates::Cadence::continuously;
  if (time_alone && found == before) return found == slot.current;
  if (found == slot.current) {
    slot.candidate = 0xff;
    slot.found = 0;
    return true;
  }
  if (slot.candidate != found) {
    slot.candidate = static_cast<uint8_t>(found);
    slot.found = 0;
  }
  if (++slot.found >= states.settle) take_state(block, slot, found);
  return false;
}

void Input::take_state(uint32_t block, StateSlot& slot, int32_t found) {
  const int32_t from = slot.current == 0xff ? -1 : slot.current;
  slot.current = static_cast<uint8_t>(found);
  slot.since = now_;
  slot.candidate = 0xff;
  slot.found = 0;
  scratch_.moves[block] = {from, found};
  touch(tables_.asking.by_states[block]);
  add_bits(scratch_.entering, tables_.asking.entered_by_states[block]);
  for (const auto& [state, begin_anew] : module_.states[block].anchors)
    if (state == static_cast<uint32_t>(found)) begin_anew(user_.record.bytes(), nullptr, nullptr, &context_);
  Decision line;
  line.kind = Decision::Kind::state;
  line.at = now_;
  line.subject = static_cast<int32_t>(block);
  line.from = from;
  line.to = found;
  out_.push_back(std::move(line));
}

bool Input::test_watches() {
  for (const uint32_t watch : scratch_.firing) scratch_.fired[watch] = 0;
  scratch_.firing.clear();
  if (first_) take_fresh_watches();
  each_bit(scratch_.ask, tables_.asking.watches, [&](uint32_t watch) {
    if (watch_fires(watch)) fire(watch);
  });
  done_asking();
  return !scratch_.firing.empty();
}

void Input::fire(uint32_t watch) {
  scratch_.fired[watch] = 1;
  scratch_.firing.push_back(watch);
  for (const uint32_t journey : tables_.asking.entered_by_watch[watch]) set_bit(scratch_.entering, journey);
}

bool Input::ask_watch(const ModuleWatch& watch, const uint8_t* record, int64_t& value) const {
  if (watch.kind == ModuleWatch::Kind::edge) return watch.condition(record, nullptr, event_, &context_) != 0;
  wend_slot slot{};
  if (!watch.value(record, nullptr, event_, &context_, &slot)) return false;
  if (held_as_bytes(watch.type.kind)) value = context_.intern({slot.data, static_cast<size_t>(slot.size)});
  else if (watch.type.kind == ValueKind::number) value = std::bit_cast<int64_t>(slot.number + 0.0);   // so that -0 is 0
  else value = slot.integer;
  return true;
}

bool Input::watch_fires(uint32_t index) {
  const ModuleWatch& watch = module_.watches[index];
  uint8_t* record = user_.record.bytes();
  const bool before = tail_bit(record, tables_.tail.truths, index);
  int64_t value = 0;
  const bool now = ask_watch(watch, record, value);
  if (now != before) set_tail_bit(record, tables_.tail.truths, index, now);
  if (watch.kind == ModuleWatch::Kind::edge) return now && !before;
  int64_t& kept = tail_value(record, tables_.tail.values, index);
  const bool changed = now != before || kept != value;
  kept = value;
  return changed && !first_;
}

void Input::take_fresh_watches() {
  const FreshWatches& fresh = tables_.fresh_watches;
  if (now_ < fresh.from || now_ >= fresh.until) find_fresh_watches();
  uint8_t* record = user_.record.bytes();
  const auto untouched = [&](uint32_t watch) { return !has_bit(scratch_.ask, watch); };
  each_bit(fresh.truths, tables_.asking.watches, [&](uint32_t watch) {
    if (!untouched(watch)) return;
    set_tail_bit(record, tables_.tail.truths, watch, true);
    if (module_.watches[watch].kind == ModuleWatch::Kind::edge) fire(watch);
  });
  for (const auto& [watch, value] : fresh.values)
    if (untouched(watch)) tail_value(record, tables_.tail.values, watch) = value;
  for (const auto& [watch, instant] : fresh.nexts)
    if (untouched(watch)) note_next(watch, instant);
}

void Input::find_fresh_watches() {
  FreshWatches& fresh = tables_.fresh_watches;
  const uint64_t saturations = context_.saturations;   // counted where a user has them
  fresh = {now_, WEND_FOREVER, bits_for(tables_.asking.watches), {}, {}};
  const OwnedRecord record(tables_.fresh_user, module_.cells);
  for (uint32_t i = 0; i < tables_.asking.watches; ++i) {
    const ModuleWatch& watch = module_.watches[i];
    if (watch.reads.always) continue;
    int64_t value = 0;
    if (ask_watch(watch, record.bytes(), value)) set_bit(fresh.truths, i);
    if (value != 0) fresh.values.push_back({i, value});
    if (!watch.next) continue;
    const int64_t next = next_of(watch.next, record.bytes(), nullptr);
    fresh.until = std::min(fresh.until, next);
    if (next != WEND_FOREVER) fresh.nexts.push_back({i, next});
  }
  context_.saturations = saturations;
}

bool Input::fires(const StateTrigger& trigger) const {
  using Kind = StateTrigger::Kind;
  const Move move = scratch_.moves[trigger.states];
  const bool moved = move.to >= 0 && move.from >= 0;
  const auto from = static_cast<int32_t>(trigger.from), to = static_cast<int32_t>(trigger.to);
  switch (trigger.kind) {
    case Kind::moves: return moved && move.from == from && move.to == to;
    case Kind::becomes: return move.to == to;
    case Kind::leaves: return moved && move.from == from;
    case Kind::changes: return moved;
    case Kind::drops: return moved && move.to > move.from;
    case Kind::rises: return moved && move.to < move.from;
    case Kind::stays: {
      const StateSlot& slot = *state_slot(user_, module_.states[trigger.states]);
      if (slot.current != from) return false;
      const int64_t reached = add_micros(slot.since, trigger.length_us);
      return before_ < reached && reached <= now_;
    }
  }
  return false;
}

}  // namespace wend
