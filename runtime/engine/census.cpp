#include "runtime/engine/census.h"

#include <algorithm>
#include <iterator>

#include "runtime/store/keys.h"

namespace wend {
namespace {

const std::string kPrefix = "census/";
enum Kind : uint64_t { user, state, journey, deferred };   // in the top byte; then block or journey, then state or step
uint64_t place(Kind kind, uint64_t first, uint64_t second) { return uint64_t{kind} << 56 | first << 28 | second; }

}  // namespace

StoreFailure Census::load(const StoreReader& store) {
  return store.scan(Space::meta, {kPrefix, behind_prefix(kPrefix), false}, [&](std::string_view key, std::string_view value) {
    counts_[std::string(key.substr(kPrefix.size()))] = read_big_endian_signed(value);
    return true;
  });
}

std::vector<uint64_t> Census::places_of(const UserState& state_of_user) const {
  std::vector<uint64_t> places;
  if (!state_of_user.begun()) return places;
  places.push_back(place(Kind::user, 0, 0));
  for (size_t i = 0; i < module_.states.size(); ++i) {
    const StateSlot* slot = state_slot(state_of_user, module_.states[i]);
    if (slot->current != 0xff) places.push_back(place(Kind::state, i, slot->current));
  }
  if (const UserState::More* more = state_of_user.more_or_null()) {
    for (const Instance& instance : more->instances) places.push_back(place(Kind::journey, instance.journey, instance.step));
    for (const PendingSend& send : more->deferred)
      if (send.journey >= 0) places.push_back(place(Kind::deferred, static_cast<uint64_t>(send.journey), module_.journeys[static_cast<size_t>(send.journey)].nodes[send.node].step));
  }
  std::sort(places.begin(), places.end());
  return places;
}

void Census::add(const Place& place, int64_t by) {
  const auto found = pending_.try_emplace(place, 0).first;
  found->second += by;
  if (found->second == 0) pending_.erase(found);
}

void Census::change(const std::vector<uint64_t>& before, const std::vector<uint64_t>& after) {
  if (before == after) return;
  std::vector<uint64_t> gone, come;   // both lists are sorted
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(), std::back_inserter(gone));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(), std::back_inserter(come));
  for (const uint64_t place : gone) add(name_of(place), -1);
  for (const uint64_t place : come) add(name_of(place), 1);
}

Census::Place Census::name_of(uint64_t place) const {
  const uint64_t kind = place >> 56, first = place >> 28 & 0xfffffff, second = place & 0xfffffff;
  if (kind == Kind::user) return "users";
  if (kind == Kind::state) return "state/" + module_.states[first].name + "/" + module_.states[first].names[second];
  return (kind == Kind::deferred ? "deferred/" : "journey/") + step_of(module_, static_cast<uint32_t>(first), static_cast<uint32_t>(second));
}

Census::Place Census::step_of(const Module& module, uint32_t journey, uint32_t step) {
  const std::vector<std::string>& steps = module.journeys[journey].steps;
  const Place name = module.journeys[journey].name + "/" + steps[step];
  return std::find(steps.begin(), steps.begin() + step, steps[step]) == steps.begin() + step ? name : name + "#" + std::to_string(step);
}

void Census::leave(const std::vector<Place>& places) {
  for (const Place& place : places) add(place, -1);
}

std::vector<Census::Place> Census::names_of(const UserState& user) const {
  std::vector<Place> names;
  for (const uint64_t place : places_of(user)) names.push_back(name_of(place));
  return names;
}

void Census::put(Batch& batch) {
  for (const auto& [name, by] : pending_) {
    std::string value;
    append_big_endian_signed(value, counts_[name] += by);
    batch.put(Space::meta, kPrefix + name, value);
  }
  pending_.clear();
}

}  // namespace wend
