// The order within one input, and its first part: what an event says is written down. Tested by tests/unit/core.
#include "runtime/core/input.h"

#include <algorithm>

#include "runtime/core/wall.h"

namespace wend {

Input::Input(Step& step, UserState& user, const EventInput* event, int64_t now, std::vector<Decision>& out)
    : step_(step), module_(step.module_), context_(step.context_), tables_(*step.tables_), scratch_(*step.scratch_),
      user_(user), input_(event), now_(now), before_(user.now), out_(out) {
  if (!input_) return;
  facts_ = input_->event;
  facts_.at = std::clamp(facts_.at, kEarliest, kLatest);
  late_ = facts_.late || (user.begun() && facts_.at < add_micros(user.now, -module_.late_after_us)) ||
          facts_.at < add_micros(input_->arrival, -module_.late_after_us);
  facts_.late = late_;
  if (facts_.type < module_.events.size()) event_ = &facts_;
}

void Input::handle() {
  context_.reset_scratch();
  context_.set_now(now_);
  scratch_.gathered.clear();
  scratch_.withdrawn.clear();
  scratch_.messages.clear();
  if (!user_.begun()) begin_user();
  user_.now = now_;

  if (input_) {
    apply_attributes();
    apply_feedback();
    apply_measures();
  } else {
    sample_baselines();
  }
  evaluate_states();
  test_watches();
  handle_instances();
  enter_journeys();
  protect();
  go_on();
  drop_gone();

  for (Decision& line : scratch_.withdrawn) out_.push_back(std::move(line));
  for (Decision& line : scratch_.messages) out_.push_back(std::move(line));
  schedule();
}

void Input::begin_user() {
  first_ = true;
  user_.record = OwnedRecord(tables_.fresh_user, module_.cells);
  user_.first_sight = now_;
  user_.unit = context_.intern(input_ ? input_->user : std::string_view());
  begin_baselines();
}

void Input::apply_attributes() {
  uint8_t* record = user_.record.bytes();
  bool zone_set = false;
  for (const AttributeChange& change : input_->attributes) {
    if (change.attribute >= module_.attributes.size()) continue;
    const ModuleAttribute& attribute = module_.attributes[change.attribute];
    const ValueKind kind = attribute.type.kind;
    if (change.known) write_field(record, attribute.field, kind, change.value, context_);
    else if (attribute.initial.known) write_field(record, attribute.field, kind, slot_of(attribute.initial, kind), context_);
    else clear_field(record, attribute.field);
    zone_set |= static_cast<int32_t>(change.attribute) == module_.user_time;
  }
  if (!zone_set || first_) return;
  for (const ModuleStates& states : module_.states) {   // the next local date may come at another instant now
    if (!states.user_time || states.cadence == ModuleStates::Cadence::continuously) continue;
    StateSlot* slot = state_slot(user_, states);
    slot->due = next_cadence(states, user_zone(), slot->nominal, now_).due;
  }
}

namespace {

// The text of a property, whether it is declared as text or as one of some words.
std::string_view word_of(const ModuleEvent& declared, const wend_event& event, int32_t property) {
  if (property < 0 || !(event.known >> property & 1)) return {};
  const ValueType& type = declared.properties[static_cast<size_t>(property)].type;
  const wend_slot& slot = event.slots[property];
  if (is_text(type.kind)) return {slot.data, static_cast<size_t>(slot.size)};
  if (type.kind != ValueKind::one_of || static_cast<uint64_t>(slot.integer) >= type.words.size()) return {};
  return type.words[static_cast<size_t>(slot.integer)];
}

template <class Named>
int32_t index_of(const std::vector<Named>& list, std::string_view name) {
  if (name.empty()) return -1;
  for (size_t i = 0; i < list.size(); ++i) {
    if (list[i].name == name) return static_cast<int32_t>(i);
  }
  return -1;
}

}  // namespace

void Input::apply_feedback() {
  if (!event_) return;
  const ModuleEvent& declared = module_.events[event_->type];
  if (static_cast<int32_t>(event_->type) == tables_.unsubscribed.event) {
    // A channel nobody knows leaves no consent standing: rather one message too few.
    const int32_t named = index_of(module_.channels, word_of(declared, *event_, tables_.unsubscribed.channel));
    for (size_t i = 0; i < module_.channels.size(); ++i) {
      const ModuleChannel& channel = module_.channels[i];
      if (channel.consent < 0 || (named >= 0 && named != static_cast<int32_t>(i))) continue;
      wend_slot no{};
      no.integer = channel.consent_negated ? 1 : 0;
      write_field(user_.record.bytes(), module_.attributes[static_cast<size_t>(channel.consent)].field,
                  ValueKind::boolean, no, context_);
    }
  } else if (static_cast<int32_t>(event_->type) == tables_.external_send.event) {
    const FeedbackEvent& places = tables_.external_send;
    SentStamp stamp;
    stamp.at = std::min(event_->at, now_);
    stamp.channel = index_of(module_.channels, word_of(declared, *event_, places.channel));
    stamp.message = index_of(module_.messages, word_of(declared, *event_, places.message));
    stamp.category = index_of(module_.categories, word_of(declared, *event_, places.category));
    if (stamp.category < 0 && stamp.message >= 0) {
      stamp.category = static_cast<int32_t>(module_.messages[static_cast<size_t>(stamp.message)].category);
    }
    if (stamp.category < 0 || !module_.categories[static_cast<size_t>(stamp.category)].exempt) remember_sent(stamp);
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
  if (declared.update) declared.update(record, nullptr, event_, &context_);
  UserState::More* more = user_.more_or_null();
  if (more) {
    for (const auto& [journey, update] : declared.instance_updates) {
      for (Instance& instance : more->instances) {   // `since entry` begins with the entry
        if (instance.journey == journey && event_->at >= instance.entered_at) {
          update(record, bytes_of(instance), event_, &context_);
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
