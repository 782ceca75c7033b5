// What the reference evaluator keeps: the project and its zone, every event of a user, the user's states, instances
// and sends. Everything that can be worked out from the events is not kept.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sema/program.h"
#include "tests/reference/clock.h"

namespace re2 { class RE2; }

namespace wend::reference {

// One event as it was handled.
struct Happening {
  EventId event;
  int64_t at = 0;
  size_t number = 0;                // order of handling within the user, from 1
  std::vector<Value> properties;
  std::vector<Value> profile;       // attributes as they were then
  int64_t now = 0;                  // when it was handled
  std::vector<bool> counts;         // by aggregate: of its event, its `where` held then, its property is known
  std::map<uint32_t, std::vector<bool>> hops;   // by aggregate that is a sequence: as which of its events this one may serve
};

struct BlockState {
  bool evaluated = false;
  uint32_t state = 0;
  int64_t since = 0;
  uint32_t found = 0;               // by the last evaluation
  int32_t found_in_a_row = 0;       // evaluations that found `found`, while it is not the present state
  int64_t last_date = INT64_MIN;    // the last local date (or hour of UTC) a cadence stood for
};

struct Baseline {
  int32_t samples = 0;
  double mean = 0, var = 0;
  int64_t last_monday = INT64_MIN;  // instant of the last one due
};

// A condition or value that fires on its change: what it was at the input before.
struct Watch {
  bool seen = false;
  bool held = false;
  Value value;
};

// A leg that was sent, by us or by others: for caps, gap, floor and the best channel. Never dropped.
struct Sent {
  int64_t at = 0;
  uint32_t channel = UINT32_MAX, category = UINT32_MAX, message = UINT32_MAX;
  size_t slot = 0;                  // which leg holds the send's slot, counted from 1; its own place: it does
  bool exempt = false, given_back = false, answered = false;
  std::string id, address;          // empty: sent by others
};

struct Leg {
  int number = 1;
  std::vector<ChannelId> channels;
  ChannelId judged;                 // the channel of the last judgement
  bool decided = false;
  bool deferred = false;
  bool held = false;                // by a `never … then wait`
  int64_t until = 0;
};

struct Send {
  MessageId message;
  JourneyId journey;                // not valid: a floor's
  std::string key;                  // of the instance
  std::string step;
  std::vector<Value> arguments;
  std::vector<std::string> id_parts;  // all but the leg
  bool instead = false;             // stands for a blocked message; is not replaced again
  bool best = false;                // by the channel the user answers best
  int64_t not_before = INT64_MIN;   // `at T`
  int64_t valid_until = 0;
  size_t order = 0;                 // in which it was reached
  size_t slot = 0;                  // the leg sent that took the slot; 0: none yet
  std::vector<Leg> legs;
  size_t instance = 0;              // Instance::id; 0: a floor's
  bool decided() const {
    for (const Leg& leg : legs) if (!leg.decided) return false;
    return true;
  }
};

struct Frame { const Block* block; size_t next; };

struct Instance {
  size_t id = 0;
  JourneyId journey;
  size_t entry_number = 0;
  int64_t entered_at = 0;
  size_t entered_after = 0;         // history size at entry: what is handled later counts `since entry`
  std::vector<std::pair<size_t, size_t>> foreign;   // numbers (first, last) that came by a merge, which do not
  std::string unit;                 // the user's at entry
  std::optional<Happening> entry;   // the event that entered it
  size_t step = 0;
  std::vector<Frame> frames;
  size_t activations = 0;
  std::string key;
  std::set<size_t> exposed;         // experiments of a unit of their own
  // Where it stands: at a wait, or behind sends that are not all decided (then `held_wait` or `held_outcome` is next).
  const Stmt* wait = nullptr;
  int64_t begun = 0, due = 0;
  bool over = false;                // the wait was over as it began: goes on with the next input
  const Stmt* held_wait = nullptr;
  std::string held_outcome;
  bool held() const { return held_wait || !held_outcome.empty(); }
};

// What a window `since …` counts from.
struct Anchor {
  size_t handled = 0;               // events handled by then
  int64_t at = INT64_MIN;
  std::vector<std::pair<size_t, size_t>> foreign = {};   // numbers (first, last) that came by a merge, which do not count
};

// Where the events of somebody who joined begin and end in the history: behind so many.
struct Seam { size_t after = 0; bool opens = false; };

struct OpenSignal { Value key; int64_t at = 0; std::vector<Value> carried; };   // may yet be followed

struct User {
  std::string unit;
  std::vector<std::pair<AttributeId, std::string>> identities;
  std::string name;                 // the strongest identity known, or the last one lost
  size_t parts = 0;                 // users that have joined this one
  std::vector<Value> attributes;
  std::vector<std::optional<int64_t>> written;   // by attribute: when it was set last
  int64_t first_sight = 0, now = 0;
  bool begun = false;
  std::vector<Happening> history;
  std::vector<BlockState> states;
  std::vector<Seam> seams;          // of the history, in its order
  std::map<std::pair<size_t, uint32_t>, Anchor> became;   // by block and state
  std::map<std::pair<uint32_t, bool>, Anchor> anchors;    // as of the last merge: of the last event of a type, and of the first
  size_t merged_after = 0;          // events handled by then
  std::vector<Baseline> baselines;  // by measure
  std::map<std::pair<size_t, size_t>, Watch> enter_watches, exit_watches;  // by journey and place
  std::map<std::pair<size_t, std::string>, std::unique_ptr<Instance>> live;   // by journey and key
  std::vector<std::unique_ptr<Instance>> watched;   // left by themselves, their goal still open, as they left
  std::map<size_t, size_t> entries;
  std::map<size_t, std::vector<std::pair<std::string, int64_t>>> exits;    // by journey: every exit so far, with its key
  struct Clock { int64_t last = INT64_MIN; std::optional<int64_t> due; int64_t date = 0; };
  std::map<std::pair<size_t, size_t>, Clock> clocks;                       // by journey and place
  std::set<size_t> exposed;
  std::map<size_t, std::vector<OpenSignal>> open_signals;                  // by signal, as they were opened
  std::vector<Sent> sent;
  std::vector<std::optional<int64_t>> floor_fired;
  std::map<size_t, std::string> dead_addresses;  // attribute: the address a permanent bounce named
  std::vector<std::shared_ptr<Send>> open;       // sends with a leg that is not decided
  size_t sends_reached = 0;
  size_t instances_made = 0;
};

struct World {
  const Program& program;
  const Zone* zone;                 // the project's
  mutable std::map<const Expr*, std::shared_ptr<re2::RE2>> patterns;

  // The zone `user time` means for this user.
  const Zone& zone_of(const User& user, bool user_time) const;
};

// A template being shown: its variables and loops, and what counts against its bounds.
struct TemplateFrame {
  struct Turn { int64_t at = 0, of = 0; };
  std::map<uint32_t, Value> locals;      // absent: unknown
  std::map<uint32_t, int64_t> counters;
  std::map<uint32_t, Turn> loops;
  int64_t turns = 0, made_bytes = 0;
};

// What an expression sees.
struct Scene {
  const World& world;
  const User& user;
  int64_t now = 0;
  const Happening* event = nullptr;
  const Instance* instance = nullptr;
  const std::vector<Value>* parameters = nullptr;
  TemplateFrame* frame = nullptr;
  std::vector<const Value*> items = {};   // of the loops around, outermost first
};

}  // namespace wend::reference
