// The order within one input, and its first part: what an event says is written down. Tested by tests/unit/core.
#include "runtime/core/input.h"

#include <algorithm>

#include "runtime/core/wall.h"

namespace wend {

Input::Input(Step& step, UserState& user, const EventInput* event, int64_t now, std::vector<Decision>& out)
    : step_(step), module_(step.module_), context_(step.context_), tables_(*step.tables_), scratch_(*step.scratch_),
      user_(user), input_(event), now_(now), before_(user.now), timers_(event == nullptr), out_(out) {
  if (!input_) return;
  facts_ = input_->event;
  facts_.at = std::clamp(facts_.at, kEarliest, kLatest);
  late_ = facts_.late || (user.begun() && facts_.at < add_micros(user.now, -module_.late_after_us)) ||
          facts_.at < add_micros(input_->arrival, -module_.late_after_us);
  facts_.late = late_;
  if (facts_.type < module_.events.size()) event_ = &facts_;
}

void Input::begin() {
  context_.reset_scratch();
  context_.set_now(now_);
  begin_asking();
  scratch_.gathered.clear();
  scratch_.withdrawn.clear();
  scratch_.messages.clear();
  if (!scratch_.raised.empty()) scratch_.raised.clear();
}

void Input::end() {
  protect();
  go_on();
  drop_gone();
  for (Decision& line : scratch_.withdrawn) out_.push_back(std::move(line));
  for (Decision& line : scratch_.messages) out_.push_back(std::move(line));
  leave_asks();
  schedule();
}

void Input::handle() {
  begin();
  if (!user_.begun()) begin_user();
  user_.now = now_;

  if (input_) {
    apply_attributes();
    apply_feedback();
    apply_measures();
  } else {
    sample_baselines();
  }
  const bool first = first_;
  conclude();
  if (quiet_) return schedule_watches();
  handle_raised();
  first_ = first;
  end();
}

void Input::begin_user() {
  first_ = true;
  user_.record = OwnedRecord(tables_.fresh_user, module_.cells);
  user_.first_sight = now_;
  user_.unit = context_.intern(input_ ? input_->user : std::string_view());
  forget_watches();
  begin_baselines();
}

void Input::apply_attributes() {
  uint8_t* record = user_.record.bytes();
  bool zone_set = false;
  for (const AttributeChange& change : input_->attributes) {
    if (change.attribute >= module_.attributes.size()) continue;
    const ModuleAttribute& attribute = module_.attributes[change.attribute];
    const ValueKind kind = attribute.type.kind;
    if (!attribute.identity && outdated(change.attribute)) continue;
    if (change.known) write_field(record, attribute.field, kind, change.value, context_);
    else if (attribute.initial.known) write_field(record, attribute.field, kind, slot_of(attribute.initial, kind), context_);
    else clear_field(record, attribute.field);
    note_written(change.attribute, attribute.identity ? now_ : facts_.at);
    zone_set |= static_cast<int32_t>(change.attribute) == module_.user_time;
  }
  if (zone_set && !first_) zone_changed();
}

void Input::zone_changed() {
  for (const ModuleStates& states : module_.states) {   // the next local date may come at another instant now
    if (!states.user_time || states.cadence == ModuleStates::Cadence::continuously) continue;
    StateSlot* slot = state_slot(user_, states);
    slot->due = next_cadence(states, user_zone(), slot->nominal, now_).due;
  }
}

void Input::apply_measures() {
  if (!event_) {
    if (late_) note_late();
    return;
  }
  context_.set_event_at(event_->at);
  uint8_t* record = user_.record.bytes();
  const ModuleEvent& declared = module_.events[event_->type];
  touch(tables_.asking.by_event[event_->type]);
  if (declared.update) declared.update(record, nullptr, event_, &context_);
  UserState::More* more = user_.more_or_null();
  if (more && (!more->instances.empty() || !more->watched.empty())) {
    for (const auto& [journey, update] : declared.instance_updates) {
      for (std::vector<Instance>* kept : {&more->instances, &more->watched}) {
        for (Instance& instance : *kept) {   // `since entry` begins with the entry
          if (instance.journey == journey && event_->at >= instance.entered_at) {
            update(record, bytes_of(instance), event_, &context_);
          }
        }
      }
    }
  }
  if (late_) note_late();
}

void Input::note_late() {
  Decision line;
  line.kind = Decision::Kind::late;
  line.at = now_;
  line.subject = event_ ? static_cast<int32_t>(event_->type) : -1;
  line.id = input_->id;
  line.event_at = facts_.at;
  out_.push_back(std::move(line));
}

const Zone& Input::user_zone() const {
  if (module_.user_time < 0) return *module_.zone;
  const Field& field = module_.attributes[static_cast<size_t>(module_.user_time)].field;
  const uint8_t* record = user_.record.bytes();
  if (!is_present(record, field)) return *module_.zone;
  const uint32_t id = *reinterpret_cast<const uint32_t*>(record + field.offset);
  const auto [place, is_new] = tables_.zones.try_emplace(id, nullptr);
  if (is_new) place->second = find_zone(context_.texts.at(id));
  return place->second ? *place->second : *module_.zone;
}

}  // namespace wend
