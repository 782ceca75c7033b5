// Entering journeys: who wants in, who may, and what is remembered of those who were there. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/abi/text_format.h"
#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {

JourneyMemory& Input::memory_of(uint32_t journey) {
  UserState::More& more = user_.more();
  auto place = std::lower_bound(more.memories.begin(), more.memories.end(), journey,
                                [](const JourneyMemory& memory, uint32_t wanted) { return memory.journey < wanted; });
  if (place == more.memories.end() || place->journey != journey) place = more.memories.insert(place, JourneyMemory{journey, 0, WEND_NEVER, {}});
  return *place;
}

void Input::remember_exit(const Instance& instance) {
  const ModuleJourney& journey = module_.journeys[instance.journey];
  JourneyMemory& memory = memory_of(instance.journey);
  memory.last_exit = now_;
  if (!journey.keyed || journey.re_enter != ModuleJourney::ReEnter::after) return;
  std::erase_if(memory.keys, [&](const JourneyMemory::Key& known) { return known.key == instance.key; });
  memory.keys.push_back({instance.key, now_});
  if (memory.keys.size() > kKeysRemembered) memory.keys.erase(memory.keys.begin());
}

void Input::enter_journeys() {
  if (!late_ && !(step_.overrides_ && step_.overrides_->nobody_enters)) {
    if (event_) add_bits(scratch_.entering, tables_.asking.entered_by_event[event_->type]);
    add_bits(scratch_.entering, tables_.asking.entered_by_stays);
    each_bit(scratch_.entering, static_cast<uint32_t>(module_.journeys.size()), [&](uint32_t i) {
      const ModuleEnter* by = nullptr;
      int32_t way = -1;
      if (!wants_in(module_.journeys[i], by, way)) return;
      const uint32_t key = by && by->key ? key_of(*by) : 0;
      if (may_enter(i, key)) enter(i, key, by, way);
    });
  }
  for (uint64_t& word : scratch_.entering) word = 0;
}

bool Input::wants_in(const ModuleJourney& journey, const ModuleEnter*& by, int32_t& first) const {
  if (journey.closed || journey.paused) return false;
  for (const ModuleEnter& way : journey.enters) {
    if (!way_fires(way)) continue;
    if (first < 0) first = static_cast<int32_t>(&way - journey.enters.data());
    if (!by && way.kind == ModuleEnter::Kind::event) by = &way;
  }
  return first >= 0;
}

std::string key_text(const ModuleEnter& way, const uint8_t* record, const wend_event& event, Context& context) {
  wend_slot slot{};
  way.key(record, nullptr, &event, &context, &slot);
  const ValueKind kind = way.key_type.kind;
  if (is_text(kind)) return {slot.data, static_cast<size_t>(slot.size)};
  std::string text;
  if (kind == ValueKind::one_of && static_cast<uint64_t>(slot.integer) < way.key_type.words.size()) text = way.key_type.words[static_cast<size_t>(slot.integer)];
  else if (kind == ValueKind::date) text = format_date(static_cast<int32_t>(slot.integer));
  else if (kind == ValueKind::time) text = format_instant(slot.integer);
  else append_int(text, slot.integer);
  return text;
}

void write_entry(const ModuleEntryProperty& kept, const wend_event& event, uint8_t* record, Context& context) {
  if (kept.property == ModuleEntryProperty::kAt) {
    wend_slot at{};
    at.integer = event.at;
    write_field(record, kept.field, ValueKind::time, at, context);
  } else if (event.known >> kept.property & 1) {
    write_field(record, kept.field, kept.type.kind, event.slots[kept.property], context);
  }
}

uint32_t Input::key_of(const ModuleEnter& way) { return context_.intern(key_text(way, user_.record.bytes(), *event_, context_)); }

bool Input::way_fires(const ModuleEnter& way) const {
  switch (way.kind) {
    case ModuleEnter::Kind::event:
      return event_ && event_->type == way.event && (!way.where || way.where(user_.record.bytes(), nullptr, event_, &context_));
    case ModuleEnter::Kind::watch: return scratch_.fired[way.watch];
    case ModuleEnter::Kind::trigger: return fires(way.trigger);
    case ModuleEnter::Kind::clock: return scratch_.rung[way.clock] == Scratch::rings;
  }
  return false;
}

bool Input::may_enter(uint32_t index, uint32_t key) const {
  const UserState::More* more = user_.more_or_null();
  if (!more) return true;
  const ModuleJourney& journey = module_.journeys[index];
  int64_t at_once = 0;
  for (const Instance& instance : more->instances) {
    if (instance.phase == Instance::Phase::gone || instance.journey != index) continue;
    if (instance.key == key || !journey.keyed) return false;   // without keys once, though an earlier version had some
    ++at_once;
  }
  if (journey.at_most > 0 && at_once >= journey.at_most) return false;
  for (const JourneyMemory& memory : more->memories) {
    if (memory.journey != index) continue;
    if (journey.re_enter == ModuleJourney::ReEnter::never) return false;
    if (journey.re_enter == ModuleJourney::ReEnter::always) return true;
    int64_t last_exit = journey.keyed ? WEND_NEVER : memory.last_exit;
    for (const JourneyMemory::Key& known : memory.keys) {
      if (known.key == key) last_exit = known.last_exit;
    }
    if (last_exit != WEND_NEVER && add_micros(last_exit, journey.re_enter_after_us) > now_) return false;
  }
  return true;
}

bool Input::inside_too_often() const {
  const UserState::More* more = user_.more_or_null();
  return more && static_cast<size_t>(std::count_if(more->instances.begin(), more->instances.end(), [](const Instance& instance) {
           return instance.phase != Instance::Phase::gone;
         })) >= kInstancesOfAUser;
}

void Input::enter(uint32_t index, uint32_t key, const ModuleEnter* by, int32_t way) {
  const ModuleJourney& journey = module_.journeys[index];
  Instance fresh;
  fresh.journey = index;
  fresh.key = key;
  fresh.entered_at = now_;
  fresh.unit = user_.unit;
  if (journey.instance_bytes) fresh.record = OwnedRecord(tables_.fresh_instances[index], journey.cells);
  if (by) {
    for (const ModuleEntryProperty& kept : journey.entry)
      if (kept.event == event_->type) write_entry(kept, *event_, bytes_of(fresh), context_);
  }
  if (journey.only_if && !journey.only_if(user_.record.bytes(), bytes_of(fresh), event_, &context_)) return;
  Decision::Leave outcome;
  int32_t rule = -1;
  if (rule_holds(fresh, outcome, rule)) return;
  if (inside_too_often()) {
    Decision line = journey_line(Decision::Kind::refused, fresh);
    line.reason = Decision::Reason::limit;
    out_.push_back(std::move(line));
    return;
  }
  if (!finds_a_way(journey, fresh)) return;

  UserState::More& more = user_.more();
  fresh.entry = ++memory_of(index).entries;
  // One that left within this input may still stand there: the new one comes behind it.
  const auto rank = [&](const Instance& instance) { return std::pair(instance.journey, context_.texts.at(instance.key)); };
  const auto place = std::upper_bound(more.instances.begin(), more.instances.end(), fresh,
                                      [&](const Instance& a, const Instance& b) { return rank(a) < rank(b); });
  Instance& instance = *more.instances.insert(place, std::move(fresh));
  out_.push_back(journey_line(Decision::Kind::enter, instance));
  out_.back().why.rule = by ? static_cast<int32_t>(by - journey.enters.data()) : way;
  run(instance, journey.first);
}

}  // namespace wend
