// The file host: events in, decisions out, in time order, with everything in memory. `wend run`, `wend snapshot` and the
// differential tests are this.
#pragma once

#include <cstdint>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/module.h"

namespace wend {

struct Decision;
class Step;
class UserState;

struct InputFile {
  std::string path;          // "-" is standard input
  std::string as_event;      // CSV: the event its rows are; empty: a column `event` says
  std::string user_column;   // CSV: default `user_id`, `userId` or the first identity's name
  std::string time_column;   // CSV: default `at`, `timestamp` or `time`
};

// Who looks on while a run is on: nothing is decided by it. Users are by profile; one that joined another is not begun any more.
class BatchObserver {
 public:
  virtual ~BatchObserver() = default;
  virtual void begin(int64_t first_at, int64_t last_at) {}       // the first event, and the last instant that is run to; there is one
  virtual int64_t next_look() const { return WEND_FOREVER; }     // an instant: look() is called before what happens from it on
  virtual void look(int64_t at, std::span<const UserState> users) {}
  virtual void decided(uint32_t profile, const Decision& decision) {}
  virtual void end(std::span<const UserState> users) {}
};

struct BatchOptions {
  std::vector<InputFile> files;
  std::optional<int64_t> until_us;          // let the clock run on to here
  std::optional<int64_t> snapshot_us;       // stop before the events at this instant, all timers due at it handled
  std::function<void(Step& step, std::string_view name, UserState& user)> each_user;   // given each at the end, by name; not empty: instead of rows
  bool strict = false;                      // stop at the first rejected event
  std::function<void(std::string_view)> line;        // a decision line, without its line end; may be empty
  std::function<void(uint64_t done, uint64_t total)> progress;   // now and then; may be empty
  BatchObserver* observer = nullptr;                 // not told of a version that is replaced (run_changed)
};

// What a marketer is told at the end. Counts are by name, so that the printing needs no module.
struct Summary {
  uint64_t users = 0, events = 0;
  int64_t first_at = 0, last_at = 0;
  std::map<std::string, uint64_t> events_by_name;
  uint64_t duplicates = 0, late = 0, unknown_events = 0, unknown_traits = 0, unmerged = 0, merged = 0, saturations = 0;
  uint64_t list_entries_dropped = 0, open_dropped = 0, values_dropped = 0, raised_dropped = 0, sets_refused = 0;
  uint64_t unknown_properties = 0, bad_traits = 0, aliases = 0, not_handled = 0;   // not handled: group calls
  std::map<std::string, uint64_t> unknown_by_name;
  uint64_t rejected = 0;
  std::map<std::string, uint64_t> rejected_by_reason;
  std::vector<std::string> rejected_examples;        // "plays.ndjson:17: …", the first few
  struct States { std::map<std::string, uint64_t> population; std::map<std::pair<std::string, std::string>, uint64_t> moves; };
  std::map<std::string, States> states;
  // goals_later: met after leaving, while still watched; refused: not entered, since a bound was reached
  struct Journey { uint64_t entered = 0, inside = 0, goals_later = 0, refused = 0; std::map<std::string, uint64_t> left; };
  std::map<std::string, Journey> journeys;
  struct Channel { uint64_t sent = 0, deferred = 0; std::map<std::string, uint64_t> suppressed; };
  std::map<std::string, Channel> channels;
  std::map<std::string, uint64_t> raised, sets, calls;                // signals and emitted events, attributes, hooks
  std::map<std::string, std::map<std::string, uint64_t>> exposures;   // experiment -> variant
};

// Something outside went wrong (a file that cannot be read, a truncated archive): exit code 5, or 1 for bad content under strict.
struct BatchError { std::string message; int exit_code = 5; };

struct BatchResult {
  Summary summary;
  std::string snapshot_csv;                          // when asked for
  std::optional<BatchError> error;                   // what was good before it is in the summary all the same
};

BatchResult run_batch(const Module& module, const BatchOptions& options);
// The same over a text in memory (tests, differential): one NDJSON stream.
BatchResult run_batch_text(const Module& module, std::string_view ndjson, const BatchOptions& options);

// A new version goes live at `at`: what happens before is decided by `before`, what happens from then on by what `next` gives,
// which is told where people are then. Null: the new version is refused; `next` has said why, and nothing more is decided.
struct Change {
  struct Place { uint32_t journey = 0, step = 0; uint64_t people = 0, sends = 0; };   // of `before`; people in it, sends of it under way
  int64_t at = 0;
  std::function<std::shared_ptr<const Module>(const std::vector<Place>&)> next;
};
struct ChangedResult { BatchResult result; std::shared_ptr<const Module> live; };   // live: null where it was refused
ChangedResult run_changed(const Module& before, const Change& change, const BatchOptions& options);
ChangedResult run_changed_text(const Module& before, const Change& change, std::string_view ndjson, const BatchOptions& options);

// The summary as people read it. `width` bounds lines; no colour.
std::string render_summary(const Module& module, const Summary& summary);

}  // namespace wend
