// How many users stand where: in each state, in each step of each journey, and how many sends of a step wait for their time. Kept from change to change, so that asking
// costs nothing and a new version can be told who would be concerned. Tested by tests/unit/engine/desk_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/core/user_state.h"
#include "runtime/store/store.h"

namespace wend {

class Census {
 public:
  // By name, so that it outlives a version: "state/BLOCK/STATE", "journey/JOURNEY/STEP", "deferred/JOURNEY/STEP", "users". A step as
  // an earlier version has it, of a name that one before it has, is "STEP#INDEX".
  using Place = std::string;
  explicit Census(const Module& module) : module_(module) {}
  // False: the store cannot be read.
  StoreFailure load(const StoreReader& store);

  // Where a user stands, as numbers that change() understands; sorted.
  std::vector<uint64_t> places_of(const UserState& user) const;
  std::vector<Place> names_of(const UserState& user) const;
  // A user who was counted under another version's names is counted no more.
  void leave(const std::vector<Place>& places);
  static Place step_of(const Module& module, uint32_t journey, uint32_t step);   // "JOURNEY/STEP"
  void change(const std::vector<uint64_t>& before, const std::vector<uint64_t>& after);
  // What has changed since the last time.
  void put(Batch& batch);

  const std::map<Place, int64_t>& counts() const { return counts_; }   // none is zero, unless it was more before

 private:
  Place name_of(uint64_t place) const;
  void add(const Place& place, int64_t by);

  const Module& module_;
  std::map<Place, int64_t> counts_;
  std::map<Place, int64_t> pending_;
};

}  // namespace wend
