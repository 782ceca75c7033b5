// All that is kept of users, for whoever only looks: it writes nothing. So it serves beside a running desk, over a snapshot on
// another thread, and over the store of a server that has stopped. Tested by tests/unit/engine/ledger_test.cpp.
//
// Its functions throw ShardFault where the store cannot be read. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/engine/history.h"
#include "runtime/engine/outbox.h"
#include "runtime/store/store.h"

namespace wend {

// What an operator has stopped, as the store keeps it. `kind`: all, channel, journey or message.
struct HoldRow { std::string kind, name, why; int64_t since = 0; };
StoreFailure read_holds(const StoreReader& store, const std::function<void(HoldRow)>& visit);

// The mark that keeps somebody from coming back who was erased.
std::string mark_of(std::string_view mark_key, std::string_view what, std::string_view text);

class Ledger {
 public:
  // The module is that of the version that is live; both must outlive it.
  Ledger(const Module& module, const StoreReader& store);
  const StoreReader& store() const { return store_; }

  // A user by one of their identities, whatever its kind, strongest first; kNoUser: nobody.
  UserId user_named(std::string_view text) const;
  UserId user_named(std::string_view identity, std::string_view text) const;
  bool erased(std::string_view text) const;                 // by that identity

  // readable: `state` is. outdated: they are still of the version before, and it is not. Neither: the row is damaged, and
  // `row.name` may be empty.
  struct Seen { UserId id = kNoUser; UserRow row; UserState state; bool readable = false, outdated = false; };
  // As they were at the last commit.
  Seen look(UserId id);
  HistoryRead history(const Seen& user, const HistoryRange& range, const std::function<bool(const HistoryEntry&)>& visit) const;

  // Where a send stands. `at`: an instant it waits for, or Outbox::kHeld, kStarted, kUnknown.
  struct Send { std::optional<SentRow> ended; std::optional<OutboxRow> row; int64_t at = 0; };
  // `decided`: when, if that is known; it is found sooner then.
  Send send(std::string_view id, std::optional<int64_t> decided) const;
  std::vector<HoldRow> holds() const;
  // Values that have no place in the types of another version, and how many users have each; as Migration tells them. Reads every
  // user where a type changes, and nobody where none does.
  std::map<std::string, uint64_t> misfits(const Module& next) const;
  int64_t last_instant() const;                             // handled; INT64_MIN: none

  const Module& module() const { return module_; }
  Step& step() { return step_; }
  const Outbox& outbox() const { return outbox_; }

 private:
  const Module& module_;
  const StoreReader& store_;
  Context context_;
  Step step_;
  Outbox outbox_;
  std::optional<uint64_t> live_;     // number of the version; nothing: the store says none
};

}  // namespace wend
