// All that happens to the users of a running project, on one thread and in one order: what comes in is handled, what is due is
// woken, what is sent is claimed, what came of it is written down; then one commit makes it durable. The host owns threads,
// sockets and the wall clock. Tested by tests/unit/engine/desk_test.cpp and tests/simulation.
//
// Everything a call changes is durable when the next commit() returns, and not before. Or with begin_commit(): when landed(), or
// the begin_commit() behind it, returns.
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
#include "runtime/engine/flows.h"
#include "runtime/engine/history.h"
#include "runtime/engine/outbox.h"
#include "runtime/engine/programs.h"
#include "runtime/engine/shard.h"
#include "runtime/store/store.h"

namespace wend {

class Breadcrumb;

class Desk {
 public:
  struct Options {
    bool keep_log = true;                        // records as they were accepted
    bool keep_audit = true;                      // decisions
    // How long what is over is kept; no less than duplicates are known for (the language's own setting).
    struct Keep { int64_t log = INT64_MAX, sent = INT64_MAX, dead_letters = INT64_MAX; } keep;   // log: decisions, too
    Breadcrumb* breadcrumb = nullptr;            // null: records that bring the process down are tried for ever
    std::function<void(const Shard::Told&)> tell;             // a decision that is durable; may be empty
    std::function<void(std::string, Outcome)> came_back;      // see Courier::Hooks
    std::function<void(std::string_view)> warn;               // what an operator should know; may be empty
  };
  // A version of the project, and how it was made; both must outlive the desk.
  struct Version { std::shared_ptr<const Module> module; ProgramRecord record; std::vector<std::vector<ProgramPlace>> written; };
  // Raises the epoch: leases of an earlier process are void. `before`: of which users may still be. Throws ShardFault.
  Desk(Version live, std::optional<Version> before, Store& store, Dispatcher& dispatcher, std::map<std::string, Courier::Way> ways, Options options);
  ~Desk();

  // The last instant that was handled before the process ended; INT64_MIN: none was.
  static int64_t last_instant(const StoreReader& store);

  struct Receipt {
    uint64_t applied = 0, duplicates = 0, conflicts = 0, rejected = 0, ignored = 0, set_aside = 0;
    uint64_t ahead = 0;                          // said they lie in the future
    struct Why { size_t place; std::string reason, group; };
    std::vector<Why> why;                        // rejected, by place in the request; at most a hundred
    void add(const Receipt& other, size_t place);
  };
  Receipt take(const Arrivals& arrivals);
  static uint64_t record_hash(std::string_view raw);
  // True: there is more to wake, but not for this batch: commit, and call again.
  bool tick(int64_t now);
  // Once, before anything else, at the first instant: a store that was restored does not know what was sent since its copy was made,
  // so every send that waits in it, or was due since, is unknown.
  void begin(int64_t now);
  // Looks at so many rows of what is kept for a time, and lets go what is older; goes round and round.
  void sweep(size_t most);
  // True: there may be more to claim.
  bool claim(int64_t now, size_t most) { return courier_->claim(now, most); }
  void outcome(const std::string& id, const Outcome& outcome, int64_t now);
  // Decisions are told and what was claimed is handed over when they are durable.
  void begin_commit();
  void landed();
  void commit() {
    begin_commit();
    landed();
  }

  // Another version decides from the next instant on. There must be none of which users may still be. Commits.
  void change(Version version, const ProgramFiles& files);
  // Users who have not been touched since the change are taken over, so many at once; in the next commit. False: none is left.
  bool take_over(size_t most);
  bool changing() const { return before_.has_value(); }
  const Version& live() const { return live_; }
  // The steps that people stand in, and how many, as the compiler of the next version must know it; those that only sends of theirs
  // wait in, with none. `all`: every step that somebody may come to, too.
  std::vector<ProgramPlace> places(bool all = false) const;
  int64_t last() const { return last_; }

  Shard& shard() { return *shard_; }
  Outbox& outbox() { return *outbox_; }
  Courier& courier() { return *courier_; }
  const Module& module() const { return *live_.module; }
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
  using Entry = HistoryEntry;
  void history(UserId user, const std::function<bool(const Entry&)>& visit);

  // Nothing of a user is left but a mark that keeps them from coming back. What was claimed goes on. Commits.
  struct Erased { uint64_t rows = 0, sends = 0; };
  Erased erase(UserId user);

  struct DeadLetter { uint64_t sequence; int64_t received; std::string reason, raw; };
  void dead_letters(uint64_t from, const std::function<bool(const DeadLetter&)>& visit) const;
  bool drop_dead_letter(uint64_t sequence);
  // Reads it once more, as a record that comes now; it is gone afterwards, or buried anew. Nothing: there is none.
  std::optional<Receipt> replay(uint64_t sequence);

  // What became of a send, as a built-in event says it, where nobody knows; the user's history hears of it. False: it is known.
  bool settle(std::string_view id, std::string_view event) { return settle_by(id, event, false); }

  // JSON lines: identities and profile, where in states and journeys, every record and decision kept, sends under way.
  std::string export_user(UserId user);

 private:
  void take_one(const Arrivals& arrivals, size_t place, Receipt& receipt);
  // A record of our own making, or one that came before.
  Receipt take_text(const std::string& raw, std::optional<int64_t> timestamp = {}, std::optional<int64_t> sent_at = {});
  // What came of a send, as an event of its user. `key`: by it the same one that comes again is known.
  struct Feedback { std::string_view id, message, channel, event; std::string key; std::optional<int64_t> at; std::string_view more_properties; };
  Receipt feedback(UserId user, const Feedback& what);
  void feedback(UserId user, const OutboxRow& row, std::string_view event, std::string_view more_properties = "");
  void take_report(const ProviderReport& report, size_t place, Receipt& receipt);
  // `said`: the user's history has heard the event itself.
  bool settle_by(std::string_view id, std::string_view event, bool said);
  void bury(int64_t received, std::string_view reason, std::string_view raw);
  void load_holds();
  void learn_poison();
  std::string mark_of(std::string_view what, std::string_view text) const;
  bool erased(std::string_view text);
  bool names_erased(std::string_view raw);
  void learn_erased();
  void erase_due();
  uint64_t next() { return ++sequence_; }

  void make_shard();
  void note_effect(UserId id, const Module& module, const Decision& decision);
  void visit_log(UserId id, const std::function<void(const Shard::Kept&)>& visit) const;

  Version live_;
  std::optional<Version> before_;
  UserId take_over_from_ = 0;
  Store& store_;
  Options options_;
  std::unique_ptr<Shard> shard_;
  Flows flows_;
  std::unique_ptr<Outbox> outbox_;
  std::unique_ptr<Courier> courier_;
  uint64_t epoch_ = 0, sequence_ = 0;
  int64_t last_ = INT64_MIN;                     // instant handled
  std::string key_;                              // of the marks
  int64_t clock_ = INT64_MIN;                    // the instant of what is being handled
  int64_t unknown_until_ = INT64_MIN;            // sends decided for an instant up to here may have gone out before
  bool any_erased_ = false;                      // somebody has been
  std::set<uint64_t> poison_;                    // hashes of records that brought the process down
  struct Sweep { size_t space = 0; std::string from; } sweep_;
  int64_t swept_day_ = INT64_MIN;                // marks of duplicates before it are gone
};

}  // namespace wend
