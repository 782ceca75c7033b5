// How many users stand where: in each state, each journey and each of its steps. Kept from change to change, so that asking
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
  // By name, so that it outlives a version: "state/BLOCK/STATE", "journey/JOURNEY/STEP", "users".
  using Place = std::string;
  explicit Census(const Module& module) : module_(module) {}
  // False: the store cannot be read.
  StoreFailure load(const StoreReader& store);

  // Where a user stands, as numbers that change() understands; sorted.
  std::vector<uint64_t> places_of(const UserState& user) const;
  std::vector<Place> names_of(const UserState& user) const;
  void change(const std::vector<uint64_t>& before, const std::vector<uint64_t>& after);
  // What has changed since the last time.
  void put(Batch& batch);

  const std::map<Place, int64_t>& counts() const { return counts_; }   // none is zero, unless it was more before

 private:
  Place name_of(uint64_t place) const;
  void add(uint64_t place, int64_t by);

  const Module& module_;
  std::map<Place, int64_t> counts_;
  std::map<uint64_t, int64_t> pending_;
};

}  // namespace wend
