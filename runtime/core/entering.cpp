// Entering journeys: who wants in, who may, and what is remembered of those who were there. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr size_t kInstancesOfAUser = 64;  // past it nobody enters

}  // namespace

JourneyMemory& Input::memory_of(uint32_t journey) {
  UserState::More& more = user_.more();
  auto place = std::lower_bound(more.memories.begin(), more.memories.end(), journey,
                                [](const JourneyMemory& memory, uint32_t wanted) { return memory.journey < wanted; });
  if (place == more.memories.end() || place->journey != journey) place = more.memories.insert(place, JourneyMemory{journey, 0, WEND_NEVER});
  return *place;
}

void Input::enter_journeys() {
  if (late_) return;
  for (uint32_t i = 0; i < module_.journeys.size(); ++i) {
    bool by_event = false;
    if (!wants_in(module_.journeys[i], by_event) || !may_enter(i)) continue;
    enter(i, by_event);
  }
}

bool Input::wants_in(const ModuleJourney& journey, bool& by_event) const {
  if (journey.closed) return false;
  bool wants = false;
  for (const ModuleEnter& way : journey.enters) {
    switch (way.kind) {
      case ModuleEnter::Kind::event:
        if (!event_ || event_->type != way.event) break;
        if (way.where && !way.where(user_.record.bytes(), nullptr, event_, &context_)) break;
        by_event = true;
        return true;
      case ModuleEnter::Kind::watch: wants = wants || scratch_.fired[way.watch]; break;
      case ModuleEnter::Kind::trigger: wants = wants || fires(way.trigger); break;
    }
  }
  return wants;
}

bool Input::may_enter(uint32_t index) const {
  const UserState::More* more = user_.more_or_null();
  if (!more) return true;
  const ModuleJourney& journey = module_.journeys[index];
  size_t living = 0;
  for (const Instance& instance : more->instances) {
    if (instance.phase == Instance::Phase::gone) continue;
    if (instance.journey == index) return false;
    ++living;
  }
  if (living >= kInstancesOfAUser) return false;
  for (const JourneyMemory& memory : more->memories) {
    if (memory.journey != index) continue;
    if (journey.re_enter == ModuleJourney::ReEnter::never) return false;
    if (journey.re_enter == ModuleJourney::ReEnter::after && memory.last_exit != WEND_NEVER &&
        add_micros(memory.last_exit, journey.re_enter_after_us) > now_) return false;
  }
  return true;
}

void Input::enter(uint32_t index, bool by_event) {
  const ModuleJourney& journey = module_.journeys[index];
  Instance fresh;
  fresh.journey = index;
  fresh.entered_at = now_;
  if (journey.instance_bytes) fresh.record = OwnedRecord(tables_.fresh_instances[index], journey.cells);
  if (by_event) {
    for (const ModuleEntryProperty& kept : journey.entry) {
      if (kept.event != event_->type || !(event_->known >> kept.property & 1)) continue;
      write_field(bytes_of(fresh), kept.field, kept.type.kind, event_->slots[kept.property], context_);
    }
  }
  if (journey.only_if && !journey.only_if(user_.record.bytes(), bytes_of(fresh), event_, &context_)) return;
  Decision::Leave outcome;
  if (rule_holds(journey, bytes_of(fresh), outcome)) return;

  UserState::More& more = user_.more();
  fresh.entry = ++memory_of(index).entries;
  // One that left within this input may still stand there: the new one comes behind it.
  const auto place = std::upper_bound(more.instances.begin(), more.instances.end(), index,
                                      [](uint32_t wanted, const Instance& instance) { return wanted < instance.journey; });
  Instance& instance = *more.instances.insert(place, std::move(fresh));
  out_.push_back(journey_line(Decision::Kind::enter, instance));
  run(instance, journey.first);
}

}  // namespace wend
