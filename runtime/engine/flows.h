// How many went where on each day: from state to state, into and out of each journey and to each of its steps, and what was decided
// of each message. Counted as decisions are made, in the batch that makes them durable, so that asking reads a few rows and no
// user. Says nothing of anybody. Tested by tests/unit/hosts/read_api_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/store/store.h"

namespace wend {

// `what` and names, by name, so that they outlive a version:
//   {"state", BLOCK, FROM, TO}            FROM "" where there was none
//   {"enter", JOURNEY}  {"leave", JOURNEY, OUTCOME}  {"step", JOURNEY, STEP}  {"goal", JOURNEY}
//   {"message", MESSAGE, OUTCOME, REASON} REASON "" where there is none
struct Flow { int32_t day = 0; std::vector<std::string> what; uint64_t count = 0; };   // day: in the project's zone, of the epoch

class Flows {
 public:
  explicit Flows(const StoreReader& store) : store_(store) {}
  void note(const Module& module, const Decision& decision);
  // What has come since the last time, and before a day nothing any more. A read or two of rows that have not been touched of late.
  StoreFailure put(Batch& batch);
  // Days before this one are let go with the next put().
  void forget_before(int32_t day) { forget_ = day; }

  // Of days from `first` to `last`, in their order; false from `visit` stops.
  static StoreFailure visit(const StoreReader& store, int32_t first, int32_t last, const std::function<bool(const Flow&)>& visit);

 private:
  const StoreReader& store_;
  std::map<std::string, uint64_t> pending_, known_;   // by key: to be added; what there is
  int32_t forget_ = INT32_MIN, forgotten_ = INT32_MIN;
};

}  // namespace wend
