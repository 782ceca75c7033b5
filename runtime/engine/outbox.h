// Sends decided and not finished. A row waits until it is ready, is claimed (started) for one attempt, and then is finished,
// put back, or kept as unknown until somebody says what became of it; one that an operator holds is set aside. How each ended is kept for a while under its id.
//
// Rows of one channel and category are a lane; a lane knows a bounded number of its rows, and reads on in the store when it
// needs more, so that one channel that stands still keeps no other waiting. One thread. Tested by tests/unit/engine.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/engine/user_row.h"
#include "runtime/store/store.h"

namespace wend {

struct OutboxRow {
  std::string id;                                          // 32 hex digits
  UserId user = kNoUser;
  std::string channel, message, category, journey, step;   // journey "": of a floor
  int64_t decided = 0, reached = 0;                        // its validity begins with `reached`
  int64_t not_after = INT64_MAX;
  uint32_t attempts = 0;                                   // begun
  int64_t first_attempt = 0;
  bool perhaps_taken = false;                              // by an attempt that ended unknown
  uint64_t epoch = 0;                                      // of the process that began the last
  std::string reason;                                      // why it waits, or is unknown
  std::vector<std::pair<std::string, std::string>> content;
};

// How a send ended, or that it is unknown how.
struct SentRow {
  enum class How : uint8_t { delivered, failed, blocked, expired, unknown, dropped, cancelled } how = How::delivered;
  int64_t at = 0, decided = 0;
  UserId user = kNoUser;
  std::string channel, message, category, reason, provider_id;
  uint32_t attempts = 0;
};
std::string_view word(SentRow::How how);

std::string encode(const OutboxRow& row);
bool decode(std::span<const uint8_t> bytes, OutboxRow& row);   // false: these are no bytes of a row
std::string encode(const SentRow& row);
bool decode(std::span<const uint8_t> bytes, SentRow& row);

class Outbox {
 public:
  static constexpr int64_t kHeld = INT64_MAX - 2, kStarted = INT64_MAX - 1, kUnknown = INT64_MAX;   // where rows stand that are not waiting
  static constexpr size_t kRowsOfALane = 2048;

  // A row that cannot be read is told to `damaged`, once, and stays where it is.
  Outbox(const StoreReader& store, std::function<void(std::string_view key)> damaged);

  using Lane = std::pair<std::string, std::string>;        // channel, category
  std::vector<Lane> lanes() const;                         // in which something was ever put
  // The row that waits longest in a lane and is ready at `now`; nothing: none is. What is in the batch under way counts only
  // once that is written.
  std::optional<OutboxRow> first(const Lane& lane, int64_t now, int64_t& ready);

  void add(const OutboxRow& row, int64_t ready, Batch& batch);
  // `row` stands at `from` (an instant, kHeld, kStarted or kUnknown).
  void move(const OutboxRow& row, int64_t from, int64_t to, Batch& batch);
  void finish(const OutboxRow& row, int64_t from, const SentRow& ended, Batch& batch);

  // All rows at kHeld, kStarted or kUnknown, or all there are; false from `visit` stops.
  void visit(int64_t at, const std::function<bool(OutboxRow)>& visit) const;
  void visit_all(const std::function<bool(OutboxRow, int64_t at)>& visit) const;
  // With what the batch under way says of rows that were tried before, are unknown, or have ended.
  std::optional<OutboxRow> find(int64_t at, std::string_view id) const;
  std::optional<SentRow> ended(std::string_view id) const;

  bool adding() const { return !added_.empty(); }   // in the batch under way: rows that can be claimed in the next
  void begin_commit(Batch& batch);   // last: what the batch should say beside
  void committed();

 private:
  struct Known {
    std::map<std::string, int64_t> rows;   // key -> ready, of all rows of the lane before `read_to` that wait
    std::string read_to;                   // so far its rows have been looked for
    int64_t read_until = INT64_MIN;        // and up to this instant there are no others
  };
  void note(const Lane& lane, const std::string& key, int64_t ready);
  void read_on(const Lane& lane, Known& known, int64_t now);

  const StoreReader& store_;
  std::function<void(std::string_view)> damaged_;
  std::map<Lane, Known> lanes_;
  struct Added { Lane lane; std::string key; int64_t ready; };
  std::vector<Added> added_;               // in the batch under way
  std::set<std::string> gone_;             // from where they stood, in the batch under way
  std::map<std::string, std::string> put_; // in the batch under way: rows somebody may have heard of
  std::map<std::string, SentRow> finished_;
  std::set<std::string> told_;             // damaged
  int64_t marked_ = 0;                     // nothing is left before it
};

}  // namespace wend
