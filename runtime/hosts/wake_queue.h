// Which users must be woken when. Very many share one instant (a daily cadence), so the heap holds each instant once, with
// a list of users behind it. A user stands in the queue under one instant; earlier places left behind are passed over.
#pragma once

#include <cstdint>
#include <queue>
#include <unordered_map>
#include <vector>

#include "runtime/abi/value.h"

namespace wend {

class WakeQueue {
 public:
  // The user is due at `instant` (WEND_FOREVER: never). A user already waiting for an earlier instant stays there: being
  // woken too early does nothing.
  void schedule(uint32_t user, int64_t instant);
  // The next instant at which someone may be due; WEND_FOREVER when nobody is.
  int64_t next() const { return instants_.empty() ? WEND_FOREVER : instants_.top(); }
  // Takes everyone off the instant next().
  void take(std::vector<uint32_t>& users);
  // When the user will be taken at the latest.
  int64_t due(uint32_t user) const { return user < scheduled_.size() ? scheduled_[user] : WEND_FOREVER; }

 private:
  std::priority_queue<int64_t, std::vector<int64_t>, std::greater<>> instants_;
  std::unordered_map<int64_t, std::vector<uint32_t>> users_;
  std::vector<std::vector<uint32_t>> spare_;
  std::vector<int64_t> scheduled_;
};

}  // namespace wend
