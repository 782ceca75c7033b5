// Tested by tests/unit/core/migration_test.cpp, tests/changes and the differential test.
#include "runtime/core/migration.h"

#include <algorithm>
#include <cstring>
#include <map>
#include <tuple>

#include "runtime/core/bytes.h"
#include "runtime/core/cell_codec.h"
#include "runtime/core/input.h"
#include "runtime/core/tables.h"
#include "runtime/core/values.h"

namespace wend {
namespace {

// The place of each of `now` in `old` by a key that both have; of several with one key the first goes to the first.
template <class Now, class Old, class Key>
std::vector<int32_t> places(const Now& now, const Old& old, Key key) {
  std::multimap<decltype(key(old.front())), int32_t> known;
  for (size_t i = 0; i < old.size(); ++i) known.emplace(key(old[i]), static_cast<int32_t>(i));
  std::vector<int32_t> found;
  for (const auto& each : now) {
    const auto at = known.find(key(each));
    found.push_back(at == known.end() ? -1 : at->second);
    if (at != known.end()) known.erase(at);
  }
  return found;
}

std::vector<int32_t> turned(const std::vector<int32_t>& places, size_t old) {
  std::vector<int32_t> out(old, -1);
  for (size_t i = 0; i < places.size(); ++i)
    if (places[i] >= 0) out[static_cast<size_t>(places[i])] = static_cast<int32_t>(i);
  return out;
}

const auto by_name = [](const auto& each) { return each.name; };
const auto by_meaning = [](const auto& each) { return each.meaning; };

// Floors have no names: the n-th of a `protect` block.
std::vector<std::pair<std::string, int>> floor_keys(const Module& module) {
  std::vector<std::pair<std::string, int>> keys;
  std::map<std::string, int> count;
  for (const ModuleFloor& floor : module.floors) keys.push_back({floor.protect, count[floor.protect]++});
  return keys;
}

bool same_type(const ValueType& a, const ValueType& b) {
  if (a.kind != b.kind || a.currency != b.currency || a.fields.size() != b.fields.size()) return false;
  for (size_t i = 0; i < a.fields.size(); ++i) {
    const ValueField &x = a.fields[i], &y = b.fields[i];
    if (x.name != y.name || x.type.optional != y.type.optional || x.type.words != y.type.words || !same_type(x.type, y.type)) return false;
  }
  return true;
}

// A value of one type as one of another: the same kind, or a text among texts; a word by its name. False: it has no place.
bool fits(const ValueType& old, const ValueType& now, wend_slot& value) {
  if (old.kind == ValueKind::integer && now.kind == ValueKind::number) {
    value.number = static_cast<double>(value.integer);
    return true;
  }
  if (is_text(old.kind) && now.kind == ValueKind::text) return true;
  if (old.kind != ValueKind::one_of || now.kind != ValueKind::one_of) return same_type(old, now);
  const auto word = static_cast<size_t>(value.integer);
  const auto found = word < old.words.size() ? std::find(now.words.begin(), now.words.end(), old.words[word]) : now.words.end();
  if (found == now.words.end()) return false;
  value.integer = found - now.words.begin();
  return true;
}

}  // namespace

Step::Overrides Migration::shadow_overrides() {
  Step::Overrides overrides;
  overrides.nobody_enters = true;
  return overrides;
}

Migration::Migration(Step& from, Step& to) : from_(from), to_(to), old_(from.module()), new_(to.module()) {
  attributes_ = places(new_.attributes, old_.attributes, by_name);
  old_attributes_ = turned(attributes_, old_.attributes.size());
  for (size_t i = 0; i < attributes_.size(); ++i) {
    wend_slot any{};
    const bool words = attributes_[i] >= 0 && new_.attributes[i].type.kind == ValueKind::one_of && old_.attributes[static_cast<size_t>(attributes_[i])].type.kind == ValueKind::one_of;
    if (attributes_[i] >= 0 && !words && !fits(old_.attributes[static_cast<size_t>(attributes_[i])].type, new_.attributes[i].type, any)) attributes_[i] = -1;
  }
  states_ = places(new_.states, old_.states, [](const ModuleStates& states) { return states.kept; });
  for (size_t i = 0; i < states_.size(); ++i) {
    state_names_.emplace_back();
    if (states_[i] < 0) continue;
    for (const std::string& name : old_.states[static_cast<size_t>(states_[i])].kept_names) {
      const auto& names = new_.states[i].kept_names;
      const auto found = std::find(names.begin(), names.end(), name);
      state_names_.back().push_back(found == names.end() ? 0xff : static_cast<uint8_t>(found - names.begin()));
    }
  }
  watches_ = places(new_.watches, old_.watches, [](const ModuleWatch& watch) { return std::pair(watch.kind, watch.meaning); });
  clocks_ = places(new_.clocks, old_.clocks, by_meaning);
  experiments_ = places(new_.experiments, old_.experiments, [](const ModuleExperiment& experiment) { return experiment.hashed; });
  old_experiments_ = turned(experiments_, old_.experiments.size());
  floors_ = places(floor_keys(new_), floor_keys(old_), [](const auto& key) { return key; });
  old_floors_ = turned(floors_, old_.floors.size());
  messages_ = places(old_.messages, new_.messages, by_name);
  channels_ = places(old_.channels, new_.channels, by_name);
  categories_ = places(old_.categories, new_.categories, by_name);
  signals_ = places(old_.signals, new_.signals, by_meaning);
  cells_ = map_cells(old_.cells, new_.cells);
  map_journeys();

  const auto fresh = [](const std::vector<int32_t>& map) { return std::find(map.begin(), map.end(), -1) != map.end(); };
  wants_shadow_ = fresh(cells_) || fresh(attributes_);
  for (size_t i = 0; i < states_.size(); ++i)
    wants_shadow_ = wants_shadow_ || states_[i] < 0 || old_.states[static_cast<size_t>(states_[i])].meaning != new_.states[i].meaning;
}

std::vector<int32_t> Migration::map_cells(const std::vector<ModuleCell>& old, const std::vector<ModuleCell>& now) const {
  return places(now, old, [](const ModuleCell& cell) {
    return std::tuple(cell.meaning, cell.kind, cell.words, cell.bound, cell.text_value, cell.number_value);
  });
}

// ---- journeys

void Migration::map_journeys() {
  for (const ModuleJourney& journey : old_.journeys) {
    JourneyMap map;
    const auto named = [&](auto same) { return std::find_if(new_.journeys.begin(), new_.journeys.end(), same); };
    auto found = named([&](const ModuleJourney& now) { return now.name == journey.name; });
    if (found == new_.journeys.end()) found = named([&](const ModuleJourney& now) { return now.kept == journey.name || now.kept == journey.kept; });
    if (found != new_.journeys.end()) {
      map.to = static_cast<int32_t>(found - new_.journeys.begin());
      map_nodes(journey, *found, map);
      map.cells.from = map_cells(journey.cells, found->cells);
      const auto of = [](const Module& module) {
        return [&module](const ModuleEntryProperty& entry) {
          const ModuleEvent& event = module.events[entry.event];
          return event.name + "." + (entry.property == ModuleEntryProperty::kAt ? std::string() : event.properties[entry.property].name);
        };
      };
      std::map<std::string, int32_t> known;
      for (size_t i = 0; i < journey.entry.size(); ++i) known.emplace(of(old_)(journey.entry[i]), static_cast<int32_t>(i));
      for (const ModuleEntryProperty& entry : found->entry) {
        const auto at = known.find(of(new_)(entry));
        map.entry.push_back(at == known.end() ? -1 : at->second);
      }
    }
    journeys_.push_back(std::move(map));
  }
}

// The head of a step is where its comers go now. A node inside one is the node at the same place in the step that was
// written in the same version.
void Migration::map_nodes(const ModuleJourney& old, const ModuleJourney& now, JourneyMap& map) const {
  const auto inside = [](const ModuleJourney& journey) {
    std::vector<std::vector<uint32_t>> nodes(journey.steps.size());
    for (size_t i = journey.steps.size(); i < journey.nodes.size(); ++i) nodes[journey.nodes[i].step].push_back(static_cast<uint32_t>(i));
    return nodes;
  };
  const auto old_nodes = inside(old), new_nodes = inside(now);
  map.nodes.assign(old.nodes.size(), kLost);
  map.steps.assign(old.steps.size(), 0);
  std::map<uint64_t, size_t> written;
  for (size_t step = 0; step < now.origins.size(); ++step)
    for (const uint64_t origin : now.origins[step]) written.emplace(origin, step);
  for (size_t step = 0; step < old.steps.size(); ++step) {
    const auto landing = std::find_if(now.landings.begin(), now.landings.end(), [&](const auto& each) { return each.first == old.steps[step]; });
    const bool gone = old.nodes[step].kind == ModuleNode::Kind::leave;
    for (size_t i = 0; i < now.steps.size() && gone; ++i)
      if (now.nodes[i].kind == ModuleNode::Kind::leave) map.nodes[step] = static_cast<uint32_t>(i);
    if (!gone && landing != now.landings.end()) map.nodes[step] = map.steps[step] = landing->second;
    for (const uint64_t origin : step < old.origins.size() ? old.origins[step] : std::vector<uint64_t>{}) {
      const auto same = written.find(origin);
      if (same == written.end() || new_nodes[same->second].size() != old_nodes[step].size()) continue;
      bool alike = true;
      for (size_t i = 0; i < old_nodes[step].size(); ++i)
        alike = alike && old.nodes[old_nodes[step][i]].kind == now.nodes[new_nodes[same->second][i]].kind;
      if (!alike) continue;
      for (size_t i = 0; i < old_nodes[step].size(); ++i) map.nodes[old_nodes[step][i]] = new_nodes[same->second][i];
      map.steps[step] = static_cast<uint32_t>(same->second);
      break;
    }
  }
}

uint32_t Migration::text(uint32_t id) const { return to_.context().intern(from_.context().texts.at(id)); }

// ---- a user

UserState Migration::move(const UserState& user) const {
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
  if (const UserState::More* more = user.more_or_null(); more && !more->empty()) move_more(*more, out.more());
  return out;
}

void Migration::copy_field(const Context& from, const uint8_t* old, const Field& old_field, const ValueType& old_type, uint8_t* record, const Field& field,
                           const ValueType& type) const {
  wend_slot value{};
  if (!read_field(old, old_field, old_type.kind, from, value)) {
    clear_field(record, field);
    return;
  }
  if (fits(old_type, type, value)) write_field(record, field, type.kind, value, to_.context());
}

void Migration::move_attributes(const UserState& user, UserState& out) const {
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i] < 0) continue;
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

// Each through its bytes, as a packed state has them.
void Migration::move_cells(const std::vector<ModuleCell>& old, const uint8_t* from, const std::vector<ModuleCell>& now, uint8_t* to,
                           const std::vector<int32_t>& map) const {
  std::string bytes;
  for (size_t i = 0; i < now.size(); ++i) {
    if (map[i] < 0) continue;
    bytes.clear();
    ByteWriter writer(bytes);
    pack_cells(writer, from_.context(), {old[static_cast<size_t>(map[i])]}, from);
    ByteReader reader(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
    unpack_cells(reader, to_.context(), {now[i]}, to);
  }
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
  if (instance.record.bytes()) move_cells(old.cells, instance.record.bytes(), now.cells, out.record.bytes(), map.cells.from);
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
      if (fits(old[i].type, parameter.type, slot)) value = fixed_of(true, slot, parameter.type.kind);
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
  if (message < 0) return false;
  uint32_t written = 0;
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
  out.message = static_cast<uint32_t>(message);
  if (send.leg > legs || (!send.instead && out.message != written)) return false;
  out.parameters = move_parameters(send, out.message);
  return true;
}

void Migration::move_more(const UserState::More& more, UserState::More& out) const {
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

// ---- what is new

void Migration::take_over(UserState& user, UserState& shadow, int64_t now) const {
  if (!user.begun()) return;
  uint8_t* record = user.record.bytes();
  const bool filled = shadow.begun();
  Input::Fresh fresh;
  fresh.baselines = !filled;
  for (size_t i = 0; i < cells_.size(); ++i) {
    if (cells_[i] >= 0 || !filled) continue;
    std::string bytes;
    ByteWriter writer(bytes);
    pack_cells(writer, to_.context(), {new_.cells[i]}, shadow.bytes());
    ByteReader reader(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
    unpack_cells(reader, to_.context(), {new_.cells[i]}, record);
  }
  const uint32_t writes = to_.tables().tail.writes;
  for (size_t i = 0; i < attributes_.size(); ++i) {
    if (attributes_[i] >= 0 || !filled) continue;
    const ModuleAttribute& attribute = new_.attributes[i];
    copy_field(to_.context(), shadow.bytes(), attribute.field, attribute.type, record, attribute.field, attribute.type);
    tail_value(record, writes, static_cast<uint32_t>(i)) = tail_value(shadow.record.bytes(), writes, static_cast<uint32_t>(i));
  }
  for (size_t i = 0; i < states_.size(); ++i) {
    StateSlot& slot = *state_slot(user, new_.states[i]);
    const bool same = states_[i] >= 0 && old_.states[static_cast<size_t>(states_[i])].meaning == new_.states[i].meaning && slot.current != 0xff;
    if (same) continue;
    const StateSlot was = slot;
    if (filled) slot = *state_slot(shadow, new_.states[i]);
    else slot.current = 0xff;
    if (slot.current == 0xff) fresh.states.push_back(static_cast<uint32_t>(i));
    else if (slot.current == was.current) slot.since = was.since;
  }
  for (size_t i = 0; i < cells_.size(); ++i)
    if (cells_[i] < 0) fresh.cells.push_back(new_.cells[i].offset);
  for (size_t i = 0; i < watches_.size(); ++i)
    if (watches_[i] < 0) fresh.watches.push_back(static_cast<uint32_t>(i));
  for (size_t i = 0; i < clocks_.size(); ++i)
    if (clocks_[i] < 0) fresh.clocks.push_back(static_cast<uint32_t>(i));
  for (size_t i = 0; i < floors_.size(); ++i)
    if (floors_[i] < 0) fresh.floors.push_back(static_cast<uint32_t>(i));
  std::vector<Decision> nothing;
  Input(to_, user, nullptr, std::max(now, user.now), nothing).take_over(fresh);
}

}  // namespace wend
