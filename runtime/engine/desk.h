// All that happens to the users of a running project, on one thread and in one order: what comes in is handled, what is due is
// woken, what is sent is claimed, what came of it is written down; then one commit makes it durable. The host owns threads,
// sockets and the wall clock. Tested by tests/unit/engine/desk_test.cpp and tests/simulation.
//
// Everything a call changes is durable when the next commit() returns, and not before.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/arrival.h"
#include "runtime/engine/courier.h"
#include "runtime/engine/outbox.h"
#include "runtime/engine/shard.h"
#include "runtime/store/store.h"

namespace wend {

class Desk {
 public:
  struct Options {
    bool keep_log = true;                        // records as they were accepted
    bool keep_audit = true;                      // decisions
    std::function<void(const Shard::Told&)> tell;             // a decision that is durable; may be empty
    std::function<void(std::string, Outcome)> came_back;      // see Courier::Hooks
    std::function<void(std::string_view)> warn;               // what an operator should know; may be empty
  };
  // Raises the epoch: leases of an earlier process are void. Throws ShardFault.
  Desk(const Module& module, Store& store, Dispatcher& dispatcher, std::map<std::string, Courier::Way> ways, Options options);
  ~Desk();

  // The last instant that was handled before the process ended; INT64_MIN: none was.
  static int64_t last_instant(const StoreReader& store);

  struct Receipt {
    uint64_t applied = 0, duplicates = 0, conflicts = 0, rejected = 0, ignored = 0, set_aside = 0;
    uint64_t ahead = 0;                          // said they lie in the future
    struct Why { size_t place; std::string reason, group; };
    std::vector<Why> why;                        // rejected, by place in the request; at most a hundred
  };
  Receipt take(const Arrivals& arrivals);
  // True: there is more to wake, but not for this batch: commit, and call again.
  bool tick(int64_t now);
  // True: there may be more to claim.
  bool claim(int64_t now, size_t most) { return courier_->claim(now, most); }
  void outcome(const std::string& id, const Outcome& outcome, int64_t now);
  void commit();

  Shard& shard() { return *shard_; }
  Outbox& outbox() { return *outbox_; }
  Courier& courier() { return *courier_; }
  const Module& module() const { return module_; }
  const StoreReader& store() const { return store_; }
  uint64_t epoch() const { return epoch_; }

  // The red button and its opposite; part of the next commit. `kind`: all, channel, journey or message.
  bool hold(std::string_view kind, std::string_view name, std::string_view why);
  bool release(std::string_view kind, std::string_view name);

  // A user by any of their identities; kNoUser: nobody.
  UserId user_named(std::string_view identity, std::string_view text);
  // One of whatever kind it is, strongest first.
  UserId user_named(std::string_view text);

  // What is kept of a user, of all parts of theirs, oldest first; false from `visit` stops.
  struct Entry { uint64_t sequence; bool decision; int64_t at, received; std::string text; };
  void history(UserId user, const std::function<bool(const Entry&)>& visit);

  // Nothing of a user is left but a mark that keeps them from coming back. What was claimed goes on. In the next commit.
  struct Erased { uint64_t rows = 0, sends = 0; };
  Erased erase(UserId user);

  struct DeadLetter { uint64_t sequence; int64_t received; std::string reason, raw; };
  void dead_letters(uint64_t from, const std::function<bool(const DeadLetter&)>& visit) const;
  bool drop_dead_letter(uint64_t sequence);
  // Reads it once more, as a record that comes now; it is gone afterwards, or buried anew. Nothing: there is none.
  std::optional<Receipt> replay(uint64_t sequence);

  // What became of an unknown send; the user's history hears of it. False: it is not unknown.
  bool settle(std::string_view id, std::string_view event);

  // JSON lines: identities and profile, where in states and journeys, every record and decision kept, sends under way.
  std::string export_user(UserId user);

 private:
  void take_one(const Arrivals& arrivals, size_t place, Receipt& receipt);
  Receipt take_text(const std::string& raw);   // a record of our own making, or one that came before
  void feedback(UserId user, const OutboxRow& row, std::string_view event, std::string_view more);
  void bury(int64_t received, std::string_view reason, std::string_view raw);
  void load_holds();
  std::string mark_of(std::string_view what, std::string_view text) const;
  bool erased(std::string_view text);
  uint64_t next() { return ++sequence_; }

  const Module& module_;
  Store& store_;
  Options options_;
  std::unique_ptr<Shard> shard_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Courier> courier_;
  uint64_t epoch_ = 0, sequence_ = 0;
  int64_t last_ = INT64_MIN;                     // instant handled
  std::string key_;                              // of the marks
  int64_t clock_ = INT64_MIN;                    // the instant of what is being handled
};

}  // namespace wend
