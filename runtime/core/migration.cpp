// What of one version is what of the other. Moving users by it stands in migration_move.cpp. Tested by tests/changes and
// tests/differential/changes_test.cpp.
#include "runtime/core/migration.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "runtime/core/convert.h"

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
const auto by_cell = [](const ModuleCell& cell) { return std::tuple(cell.meaning, cell.kind, cell.words, cell.bound, cell.text_value, cell.number_value); };

// A type as a key: watches compare raw values.
std::string type_key(const ValueType& type) {
  std::string key = std::to_string(static_cast<int>(type.kind)) + type.currency;
  for (const std::string& word : type.words) key += "|" + word;
  for (const ValueField& field : type.fields) key += "{" + field.name + " " + type_key(field.type) + "}";
  return key;
}

}  // namespace

Migration::Migration(Step& from, Step& to) : from_(from), to_(to), old_(from.module()), new_(to.module()) {
  attributes_ = places(new_.attributes, old_.attributes, by_name);
  old_attributes_ = turned(attributes_, old_.attributes.size());
  states_ = places(new_.states, old_.states, [](const ModuleStates& states) { return states.kept; });
  for (size_t i = 0; i < states_.size(); ++i) {
    state_names_.emplace_back();
    same_states_.push_back(states_[i] >= 0 && old_.states[static_cast<size_t>(states_[i])].meaning == new_.states[i].meaning);
    if (states_[i] < 0) continue;
    for (const std::string& name : old_.states[static_cast<size_t>(states_[i])].kept_names) {
      const auto& names = new_.states[i].kept_names;
      const auto found = std::find(names.begin(), names.end(), name);
      state_names_.back().push_back(found == names.end() ? 0xff : static_cast<uint8_t>(found - names.begin()));
    }
  }
  watches_ = places(new_.watches, old_.watches, [](const ModuleWatch& watch) {
    return std::tuple(watch.kind, watch.meaning, watch.kind == ModuleWatch::Kind::change ? type_key(watch.type) : std::string());
  });
  clocks_ = places(new_.clocks, old_.clocks, by_meaning);
  experiments_ = places(new_.experiments, old_.experiments, [](const ModuleExperiment& experiment) {
    return std::tuple(experiment.hashed, experiment.salt, experiment.bucketing, experiment.seed);   // otherwise others have each variant
  });
  old_experiments_ = turned(experiments_, old_.experiments.size());
  floors_ = places(new_.floors, old_.floors, [](const ModuleFloor& floor) { return std::pair(floor.protect, floor.within_us); });
  old_floors_ = turned(floors_, old_.floors.size());
  messages_ = places(old_.messages, new_.messages, by_name);
  channels_ = places(old_.channels, new_.channels, by_name);
  categories_ = places(old_.categories, new_.categories, by_name);
  signals_ = places(old_.signals, new_.signals, by_meaning);
  for (const int32_t signal : turned(signals_, new_.signals.size())) fresh_signals_.push_back(signal < 0);
  cells_ = places(new_.cells, old_.cells, by_cell);
  map_journeys();

  const auto fresh = [](const std::vector<int32_t>& map) { return std::find(map.begin(), map.end(), -1) != map.end(); };
  wants_shadow_ = fresh(cells_) || fresh(attributes_) || std::find(same_states_.begin(), same_states_.end(), false) != same_states_.end() ||
                  std::find(fresh_signals_.begin(), fresh_signals_.end(), true) != fresh_signals_.end();
}

// ---- journeys

void Migration::map_journeys() {
  gaps_.resize(new_.journeys.size());
  for (const ModuleJourney& journey : old_.journeys) {
    JourneyMap map;
    const auto named = [&](auto same) { return std::find_if(new_.journeys.begin(), new_.journeys.end(), same); };
    auto found = named([&](const ModuleJourney& now) { return now.name == journey.name; });
    if (found == new_.journeys.end()) found = named([&](const ModuleJourney& now) { return now.kept == journey.name || now.kept == journey.kept; });
    if (found != new_.journeys.end()) {
      map.to = static_cast<int32_t>(found - new_.journeys.begin());
      map_nodes(journey, *found, map);
      map.cells = places(found->cells, journey.cells, by_cell);
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
      Gaps& gaps = gaps_[static_cast<size_t>(map.to)];
      for (uint32_t i = 0; i < map.cells.size(); ++i) if (map.cells[i] < 0) gaps.cells.push_back(i);
      for (uint32_t i = 0; i < map.entry.size(); ++i) if (map.entry[i] < 0) gaps.entry.push_back(i);
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

}  // namespace wend
