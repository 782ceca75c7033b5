// Users by the maps of migration.cpp: part by part as codec.cpp packs them. Tested by tests/changes and
// tests/differential/changes_test.cpp.
#include <algorithm>

#include "runtime/core/cell_codec.h"
#include "runtime/core/convert.h"
#include "runtime/core/input.h"
#include "runtime/core/migration.h"
#include "runtime/core/tables.h"
#include "runtime/core/values.h"

namespace wend {

uint32_t Migration::text(uint32_t id) const { return to_.context().intern(from_.context().texts.at(id)); }

// ---- a user

UserState Migration::move(UserState& user, int64_t at, std::vector<Decision>& given_up) const {
  UserState out;
  if (!user.begun()) return out;
  out.record = OwnedRecord(to_.tables().fresh_user, new_.cells);
  out.first_sight = user.first_sight;
  out.now = user.now;
  out.due = user.due;
  out.unit = text(user.unit);
  move_attributes(user, out);
  move_states(user, out);
  move_cells(old_.cells, user.record.bytes(), new_.cells, out.record.bytes(), cells_);
  move_tail(user, out);
  if (const UserState::More* more = user.more_or_null(); more && !more->empty()) {
    std::vector<const PendingSend*> lost;
    move_more(*more, out.more(), lost);
    for (const PendingSend* send : lost) given_up.push_back(from_.given_up(user, *send, at));
  }
  return out;
}

void Migration::copy_field(const Context& from, const uint8_t* old, const Field& old_field, const ValueType& old_type, uint8_t* record, const Field& field,
                           const ValueType& type) const {
  wend_slot value{};
  if (!read_field(old, old_field, old_type.kind, from, value)) {
    clear_field(record, field);
    return;
  }
  std::string block;
  if (convert(old_type, type, value, block)) write_field(record, field, type.kind, value, to_.context());
}

// What nobody has said is what the version now live says.
bool Migration::never_written(const UserState& user, size_t attribute) const {
  return tail_value(user.record.bytes(), from_.tables().tail.writes, static_cast<uint32_t>(attribute)) == WEND_NEVER;
}

void Migration::move_attributes(const UserState& user, UserState& out) const {
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i] < 0 || never_written(user, static_cast<size_t>(attributes_[i]))) continue;
    const ModuleAttribute &now = new_.attributes[i], &old = old_.attributes[static_cast<size_t>(attributes_[i])];
    copy_field(from_.context(), user.bytes(), old.field, old.type, out.record.bytes(), now.field, now.type);
  }
}

void Migration::move_states(const UserState& user, UserState& out) const {
  for (size_t i = 0; i < states_.size(); ++i) {
    if (states_[i] < 0) continue;
    StateSlot slot = *state_slot(user, old_.states[static_cast<size_t>(states_[i])]);
    const auto now = [&](uint8_t state) { return state == 0xff ? state : state_names_[i][state]; };
    slot.current = now(slot.current);
    slot.candidate = now(slot.candidate);
    if (slot.candidate == 0xff) slot.found = 0;
    *state_slot(out, new_.states[i]) = slot;
  }
}

void Migration::move_cells(const std::vector<ModuleCell>& old, const uint8_t* from, const std::vector<ModuleCell>& now, uint8_t* to,
                           const Places& map) const {
  for (size_t i = 0; i < now.size(); ++i)
    if (map[i] >= 0) copy_cell(from_.context(), old[static_cast<size_t>(map[i])], from, to_.context(), now[i], to);
}

void Migration::move_tail(const UserState& user, UserState& out) const {
  const TailLayout &old = from_.tables().tail, &now = to_.tables().tail;
  uint8_t *from = user.record.bytes(), *to = out.record.bytes();
  const auto place = [](size_t i) { return static_cast<uint32_t>(i); };
  for (size_t i = 0; i < experiments_.size(); ++i)
    if (experiments_[i] >= 0) set_tail_bit(to, now.exposures, place(i), tail_bit(from, old.exposures, static_cast<uint32_t>(experiments_[i])));
  for (size_t i = 0; i < watches_.size(); ++i) {
    if (watches_[i] < 0) continue;
    const auto was = static_cast<uint32_t>(watches_[i]);
    const bool known = tail_bit(from, old.truths, was);
    set_tail_bit(to, now.truths, place(i), known);
    const int64_t value = tail_value(from, old.values, was);
    const bool is_text = new_.watches[i].kind == ModuleWatch::Kind::change && held_as_bytes(new_.watches[i].type.kind);
    tail_value(to, now.values, place(i)) = known && is_text ? text(static_cast<uint32_t>(value)) : value;
  }
  for (size_t i = 0; i < floors_.size(); ++i)
    if (floors_[i] >= 0) tail_value(to, now.floors, place(i)) = tail_value(from, old.floors, static_cast<uint32_t>(floors_[i]));
  for (size_t i = 0; i < clocks_.size(); ++i)
    if (clocks_[i] >= 0) clock_slot(to, now.clocks, place(i)) = clock_slot(from, old.clocks, static_cast<uint32_t>(clocks_[i]));
  for (size_t i = 0; i < attributes_.size(); ++i)
    if (attributes_[i] >= 0) tail_value(to, now.writes, place(i)) = tail_value(from, old.writes, static_cast<uint32_t>(attributes_[i]));
}

// ---- what few users have

bool Migration::move_instance(const Instance& instance, bool left, Instance& out) const {
  const JourneyMap& map = journeys_[instance.journey];
  if (map.to < 0) return false;
  const ModuleJourney &old = old_.journeys[instance.journey], &now = new_.journeys[static_cast<size_t>(map.to)];
  if (left && !(now.goal && now.goal_within_us > 0)) return false;
  out.journey = static_cast<uint32_t>(map.to);
  out.key = text(instance.key);
  out.entry = instance.entry;
  out.unit = text(instance.unit);
  out.activations = instance.activations;
  out.phase = instance.phase;
  out.outcome = instance.outcome;
  out.entered_at = instance.entered_at;
  out.begun = instance.begun;
  out.due = instance.due;
  for (const uint32_t experiment : instance.exposed)
    if (old_experiments_[experiment] >= 0) out.exposed.push_back(static_cast<uint32_t>(old_experiments_[experiment]));
  if (!left) {
    out.node = instance.node == kNoNode ? kNoNode : map.nodes[instance.node];
    if (out.node == kLost) return false;
    out.step = map.steps[instance.step];
  }
  if (now.instance_bytes == 0) return true;
  out.record = OwnedRecord(to_.tables().fresh_instances[out.journey], now.cells);
  for (size_t i = 0; i < now.entry.size() && instance.record.bytes(); ++i) {
    if (map.entry[i] < 0) continue;
    const ModuleEntryProperty& was = old.entry[static_cast<size_t>(map.entry[i])];
    copy_field(from_.context(), instance.record.bytes(), was.field, was.type, out.record.bytes(), now.entry[i].field, now.entry[i].type);
  }
  if (instance.record.bytes()) move_cells(old.cells, instance.record.bytes(), now.cells, out.record.bytes(), map.cells);
  return true;
}

std::vector<FixedValue> Migration::move_parameters(const PendingSend& send, uint32_t message) const {
  const auto &old = old_.messages[send.message].parameters, &now = new_.messages[message].parameters;
  std::vector<FixedValue> out;
  if (send.parameters.empty() && now.empty()) return out;
  for (const ModuleParameter& parameter : now) {
    FixedValue value;
    for (size_t i = 0; i < old.size() && i < send.parameters.size(); ++i) {
      if (old[i].name != parameter.name || !send.parameters[i].known) continue;
      wend_slot slot = slot_of(send.parameters[i], old[i].type.kind);
      std::string block;
      if (convert(old[i].type, parameter.type, slot, block)) value = fixed_of(true, slot, parameter.type.kind);
    }
    out.push_back(std::move(value));
  }
  return out;
}

bool Migration::move_send(const PendingSend& send, PendingSend& out) const {
  out = send;
  out.unit = text(send.unit);
  out.channel = send.channel < 0 ? -1 : channels_[static_cast<size_t>(send.channel)];
  const int32_t message = messages_[send.message];
  uint32_t written = static_cast<uint32_t>(message);
  size_t legs = 1;
  if (send.journey >= 0) {
    const JourneyMap& map = journeys_[static_cast<size_t>(send.journey)];
    if (map.to < 0 || map.nodes[send.node] == kLost) return false;
    out.journey = map.to;
    out.key = text(send.key);
    out.node = map.nodes[send.node];
    const ModuleNode& node = new_.journeys[static_cast<size_t>(map.to)].nodes[out.node];
    written = node.message;
    if (node.all_channels) legs = node.channels.size();
  } else {
    out.floor = old_floors_[static_cast<size_t>(send.floor)];
    if (out.floor < 0) return false;
    const ModuleFloor& floor = new_.floors[static_cast<size_t>(out.floor)];
    written = floor.message;
    if (floor.all_channels) legs = floor.channels.size();
  }
  if (send.instead && message < 0) return false;
  out.message = send.instead ? static_cast<uint32_t>(message) : written;   // a floor may send another one now
  if (send.leg > legs) return false;
  out.parameters = move_parameters(send, out.message);
  return true;
}

void Migration::move_more(const UserState::More& more, UserState::More& out, std::vector<const PendingSend*>& given_up) const {
  for (const Instance& instance : more.instances)
    if (Instance moved; move_instance(instance, false, moved)) out.instances.push_back(std::move(moved));
  std::sort(out.instances.begin(), out.instances.end(), [this](const Instance& a, const Instance& b) {
    const auto& texts = to_.context().texts;
    return std::pair(a.journey, texts.at(a.key)) < std::pair(b.journey, texts.at(b.key));
  });
  for (const Instance& instance : more.watched)
    if (Instance moved; move_instance(instance, true, moved)) out.watched.push_back(std::move(moved));
  for (const JourneyMemory& memory : more.memories) {
    const int32_t journey = journeys_[memory.journey].to;
    if (journey < 0) continue;
    JourneyMemory moved{static_cast<uint32_t>(journey), memory.entries, memory.last_exit, {}};
    const ModuleJourney& now = new_.journeys[moved.journey];
    if (now.keyed && now.re_enter == ModuleJourney::ReEnter::after)
      for (const JourneyMemory::Key& key : memory.keys) moved.keys.push_back({text(key.key), key.last_exit});
    out.memories.push_back(std::move(moved));
  }
  std::sort(out.memories.begin(), out.memories.end(), [](const JourneyMemory& a, const JourneyMemory& b) { return a.journey < b.journey; });
  for (const PendingSend& send : more.deferred)
    if (PendingSend moved; move_send(send, moved)) out.deferred.push_back(std::move(moved));
    else given_up.push_back(&send);
  const auto place = [](const std::vector<int32_t>& map, int32_t at) { return at < 0 ? -1 : map[static_cast<size_t>(at)]; };
  for (SentStamp stamp : more.sent) {   // what was sent counts as what it was
    stamp.message = place(messages_, stamp.message);
    stamp.channel = place(channels_, stamp.channel);
    stamp.category = place(categories_, stamp.category);
    out.sent.push_back(stamp);
  }
  out.sent_count = more.sent_count;
  out.last_slot = more.last_slot;
  out.last_message = more.last_message;
  for (const OpenSignal& open : more.opened) {
    const int32_t signal = signals_[open.signal];
    if (signal < 0) continue;
    out.opened.push_back(open);
    out.opened.back().signal = static_cast<uint32_t>(signal);
  }
  std::stable_sort(out.opened.begin(), out.opened.end(), [](const OpenSignal& a, const OpenSignal& b) { return a.signal < b.signal; });
  for (const DeadAddress& dead : more.dead)
    if (const int32_t attribute = old_attributes_[dead.attribute]; attribute >= 0) out.dead.push_back({static_cast<uint32_t>(attribute), text(dead.text)});
  std::sort(out.dead.begin(), out.dead.end(), [](const DeadAddress& a, const DeadAddress& b) { return a.attribute < b.attribute; });
}

void Migration::count_misfits(const UserState& user, std::map<std::string, uint64_t>& counts) const {
  if (!user.begun()) return;
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i] < 0) continue;
    const ModuleAttribute &now = new_.attributes[i], &old = old_.attributes[static_cast<size_t>(attributes_[i])];
    wend_slot value{};
    if (same_type(old.type, now.type) || never_written(user, static_cast<size_t>(attributes_[i])) ||
        !read_field(user.bytes(), old.field, old.type.kind, from_.context(), value))
      continue;
    std::string told = "`" + old.name + "`", block;
    if (old.type.kind == ValueKind::one_of) told += " `" + old.type.words[static_cast<size_t>(value.integer)] + "`";
    else if (is_text(old.type.kind)) told += " \"" + std::string(value.data, static_cast<size_t>(std::clamp<int64_t>(value.size, 0, 40))) + "\"";
    if (!convert(old.type, now.type, value, block)) ++counts[told];
  }
}

bool Migration::may_misfit() const {
  for (size_t i = 0; i < attributes_.size(); ++i)
    if (attributes_[i] >= 0 && !same_type(old_.attributes[static_cast<size_t>(attributes_[i])].type, new_.attributes[i].type)) return true;
  return false;
}

std::string Migration::refusal_of(const std::map<std::string, uint64_t>& misfits) {
  std::string told;
  for (const auto& [value, count] : misfits) told += (told.empty() ? "" : ", ") + value + " of " + std::to_string(count) + (count == 1 ? " user" : " users");
  if (told.empty()) return told;
  return "the new version has no place for what users have: " + told + ": keep it until nobody has it, or give the attribute another name";
}

// ---- what is new

Step::Overrides Migration::shadow_overrides() {
  Step::Overrides overrides;
  overrides.nobody_enters = true;
  return overrides;
}

// What the shadow has counted and been told, of what is new.
void Migration::fill(UserState& user, const UserState& shadow) const {
  uint8_t* record = user.record.bytes();
  for (size_t i = 0; i < cells_.size(); ++i)
    if (cells_[i] < 0) copy_cell(to_.context(), new_.cells[i], shadow.bytes(), to_.context(), new_.cells[i], record);
  const uint32_t writes = to_.tables().tail.writes;
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i] >= 0) continue;
    const ModuleAttribute& attribute = new_.attributes[i];
    copy_field(to_.context(), shadow.bytes(), attribute.field, attribute.type, record, attribute.field, attribute.type);
    tail_value(record, writes, static_cast<uint32_t>(i)) = tail_value(shadow.record.bytes(), writes, static_cast<uint32_t>(i));
  }
  const UserState::More* more = shadow.more_or_null();
  if (!more) return;
  for (const OpenSignal& open : more->opened)
    if (fresh_signals_[open.signal]) user.more().opened.push_back(open);
  if (UserState::More* own = user.more_or_null())
    std::stable_sort(own->opened.begin(), own->opened.end(), [](const OpenSignal& a, const OpenSignal& b) { return a.signal < b.signal; });
}

void Migration::take_over(UserState& user, UserState& shadow, int64_t at) const {
  if (!user.begun()) return;
  const bool filled = shadow.begun();
  if (filled) fill(user, shadow);
  Input::Fresh fresh;
  fresh.baselines = !filled;
  for (uint32_t i = 0; i < states_.size(); ++i)
    if (!same_states_[i] || state_slot(user, new_.states[i])->current == 0xff)
      fresh.states.push_back({i, filled ? *state_slot(shadow, new_.states[i]) : StateSlot{WEND_NEVER, WEND_FOREVER, INT32_MIN, 0xff, 0xff, 0}});
  const auto add = [](const Places& map, std::vector<uint32_t>& out) {
    for (uint32_t i = 0; i < map.size(); ++i) if (map[i] < 0) out.push_back(i);
  };
  for (size_t i = 0; i < cells_.size(); ++i)
    if (cells_[i] < 0) fresh.cells.push_back(new_.cells[i].offset);
  add(watches_, fresh.watches);
  add(clocks_, fresh.clocks);
  add(floors_, fresh.floors);
  std::vector<Decision> nothing;
  Input(to_, user, nullptr, std::max(at - 1, user.now), nothing).take_over(fresh);
}

void Migration::adopt(UserState& shadow, int64_t at) const {
  if (UserState::More* more = shadow.more_or_null()) {
    std::vector<OpenSignal> opened = std::move(more->opened);
    *more = UserState::More();
    more->opened = std::move(opened);
  }
  Input::Fresh fresh;
  for (uint32_t i = 0; i < floors_.size(); ++i) fresh.floors.push_back(i);
  std::vector<Decision> nothing;
  Input(to_, shadow, nullptr, std::max(at - 1, shadow.now), nothing).take_over(fresh);
}

}  // namespace wend
