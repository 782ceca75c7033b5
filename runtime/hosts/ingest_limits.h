// How fast one write key and one user may send events: who goes faster is told when to come again, before they take room in the
// queue that everybody shares. Any thread. Tested by tests/unit/hosts/ingest_limits_test.cpp.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

namespace wend {

class IngestLimits {
 public:
  // Events a second, and as many at once after a pause; 0: as fast as it goes.
  IngestLimits(uint32_t per_key, uint32_t per_user);

  struct Answer {
    enum class Who : uint8_t { nobody, key, user } who = Who::nobody;   // nobody is too fast: it may go
    int64_t wait_us = 0;                // after which it may
  };
  // One request: whose key, and the user of each event (a hash, or kNobody). All of it is charged or nothing; it goes if its key is within its
  // rate and at most half of its events are of users who are not, so that one user does not stop a batch that is mostly of others.
  // A request larger than the rate goes, and the next one waits the longer, at most a minute. `now` by a steady clock.
  Answer take(size_t key, std::span<const uint64_t> users, int64_t now);
  // Whether the key must wait, before anything is read of its request.
  Answer look(size_t key, int64_t now);

  static constexpr uint64_t kNobody = 0;
  static constexpr size_t kUsersMost = 65'536;   // who are remembered; beyond, one more is not counted

 private:
  using Pace = int64_t;                 // the instant at which all that was taken is paid for
  int64_t wait_of(Pace pace, int64_t now) const;
  void charge(Pace& pace, uint32_t rate, uint64_t events, int64_t now) const;
  void forget(int64_t now);

  const uint32_t per_key_, per_user_;
  std::mutex mutex_;
  std::vector<Pace> keys_;
  std::unordered_map<uint64_t, Pace> users_;
  int64_t forgot_ = INT64_MIN;
};

}  // namespace wend
