// The pure step: one user's state and one input -> new state and decisions. No clock, random source, thread, file or
// global is reachable from here; the timers of one instant are an input; chance is a hash. What it does, in which
// order, is written down in grammar/reference/step.md.
//
// A host keeps a UserState a user, calls advance() up to the time of an event, then handle(); next_due() says when the
// user must be woken at the latest.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/context.h"
#include "runtime/abi/module.h"
#include "runtime/core/user_state.h"

namespace wend {

// A trait or identity that an input sets: `known` false sets a `T?` to unknown.
struct AttributeChange {
  uint32_t attribute = 0;
  bool known = true;
  wend_slot value{};
};

// An event as a host hands it over: validated, identities resolved, duplicates dropped, defaults filled in.
struct EventInput {
  wend_event event{};                          // type WEND_IDENTIFY: only attributes change
  std::span<const AttributeChange> attributes; // traits, identities; applied before the event
  std::string_view id;                         // message id, may be empty
  std::string_view user;                       // the strongest known identity's value, for a new user
  int64_t arrival = INT64_MIN;                 // when it arrived; in a file its `at`
};

// What was decided. Numbers are indexes into the Module's tables, -1 where the line says null.
struct Decision {
  enum class Kind : uint8_t { state, enter, step, leave, exposure, message, late, signal, goal, refused, set, call } kind = Kind::state;
  enum class Outcome : uint8_t { sent, deferred, suppressed } outcome = Outcome::sent;
  enum class Reason : uint8_t { none, holdout, consent, unreachable, topic, never, expired, quiet, gap, cap, left, paused, removed, limit } reason = Reason::none;
  enum class Leave : uint8_t { goal, exit, finished, left, merged, removed } leave = Leave::finished;
  int64_t at = 0;
  int32_t subject = -1;      // states, journey (enter, step, leave, goal, refused), experiment, message, event (late, signal),
                             // attribute (set), hook (call)
  int32_t from = -1, to = -1;   // state: indexes; exposure: `to` is the variant
  int32_t journey = -1, step = -1, channel = -1;
  int64_t until = 0;         // deferred
  int64_t event_at = 0;      // late
  int64_t reached = 0;       // message: since when it is valid
  std::string key;           // of the journey instance; empty: null
  std::string id;            // message id; late: event id; call: its id
  std::vector<std::string> content;   // sent: one a channel field
  std::vector<bool> content_known;
  std::vector<OwnedValue> values;     // signal: of the event's properties; call: of the hook's fields; set: the one value

  // What the line does not say, for whoever asks why; nothing is decided by it.
  struct Used { int64_t at = 0; uint64_t id = 0; int32_t message = -1, channel = -1; };   // a send that counted; id: the first half of its, 0: sent by others
  struct PassedOver { int32_t channel = -1; Reason reason = Reason::none; };
  struct Why {
    int32_t rule = -1;      // enter: which line of the journey lets in; leave: which exit; message: which hold-out, never, quiet hours,
                            // gap or cap decided, by the reason
    int32_t node = -1;      // message, set, call: of the journey's; message of a floor: the floor
    std::string key;        // message: of its instance
    std::vector<Used> used; // cap, gap: the sends that stood in the way, latest first, at most kUsedMost
    std::vector<PassedOver> passed_over;   // message: channels asked before the one taken
  } why;
};
constexpr size_t kUsedMost = 10;

// A leg that was sent, as it is claimed for delivery: what was decided of it, and since when it is valid.
struct ClaimedSend {
  uint32_t message = 0, channel = 0;
  std::string_view id;
  int64_t reached = 0;
};
// Whether it may still go. Deciding it took its slot and passed every rule; what can have changed since is asked again.
struct Permit {
  enum class Answer : uint8_t { go, wait, blocked } answer = Answer::blocked;
  Decision::Reason reason = Decision::Reason::none;   // wait, blocked
  int64_t until = 0;                                  // wait: ask again then
  std::string address;                                // go: where to, now
};

// A place of a journey at which there was a choice, and which way was gone: of a branch 0 where its condition held, 1 where not;
// of a wait that may end in two ways 0 where what it waited for came, 1 where its time was up; of a split the arm; of an
// experiment the variant, behind them one for those outside.
struct Passage { uint32_t journey = 0, node = 0, arm = 0; };

struct Tables;    // tables.h
struct Scratch;   // input.h

class Step {
 public:
  // Both must outlive the Step. Overrides serve `wend test` and shadows (migration.h) only.
  struct Overrides {
    bool nobody_enters = false;     // shadows: journeys let nobody in
    bool never_held_out = false;    // tests: unless the test says `held out`
    bool held_out = false;
    std::vector<std::pair<uint32_t, uint32_t>> pinned;   // experiment -> variant
    std::vector<Passage>* passages = nullptr;            // where choices are told, for coverage
  };
  Step(const Module& module, Context& context);
  ~Step();
  Step(const Step&) = delete;

  void set_overrides(const Overrides* overrides) { overrides_ = overrides; }

  // Handles every timer due at or before `until`, each instant as one input, in order.
  void advance(UserState& user, int64_t until, std::vector<Decision>& out);
  // Handles one event; the caller has advanced to its time. The first event of a fresh UserState is its first sight.
  void handle(UserState& user, const EventInput& input, std::vector<Decision>& out);
  // Two records turned out to be one user's: `other` joins `user` and is left fresh. `input` says when, and which identities
  // are known now. The caller has advanced both to that time.
  void merge(UserState& user, UserState& other, const EventInput& input, std::vector<Decision>& out);
  // The least instant at which a timer is due; WEND_FOREVER when none is.
  int64_t next_due(const UserState& user);

  // A hint, for hosts that know the users of the next inputs: brings a user's memory near, a layer a call. Each layer is found through
  // the one before, so calls for one user stand some inputs apart; users of many inputs then come in side by side.
  enum class Layer : uint8_t { state, record, blocks };
  static constexpr size_t kLayersApart = 6;   // inputs between the layers of a user, and between the last and its input
  void expect(const UserState& user, Layer layer) const;

  // At `now`, to which the caller has advanced. Changes nothing.
  Permit permit(UserState& user, const ClaimedSend& send, int64_t now);

  // A deferred send that nothing will decide any more, as it is told: suppressed, `removed`.
  Decision given_up(UserState& user, const PendingSend& send, int64_t at);

  // Where a user is: for tests and snapshots. Sets the context to the user's `now` moved to `at`.
  void look(UserState& user, int64_t at);
  // step -1: anywhere in it; key: of that instance only
  bool inside(const UserState& user, uint32_t journey, int32_t step, const std::string* key = nullptr) const;

  const Module& module() const { return module_; }
  Context& context() const { return context_; }
  const Tables& tables() const { return *tables_; }

 private:
  friend class Input;   // input.h: one input on its way through the order of language.md 11
  const Module& module_;
  Context& context_;
  const Overrides* overrides_ = nullptr;
  std::unique_ptr<Tables> tables_;
  std::unique_ptr<Scratch> scratch_;   // lists reused from input to input
};

// A value as decision lines have it.
void append_json_value(const ValueType& type, const OwnedValue& value, std::string& out);

// Whether a rule is about a message on a channel.
bool covers(const ModuleSubject& subject, const Module& module, uint32_t message, uint32_t channel);

// One decision as its JSON line, without a line end.
void append_json(const Module& module, const Decision& decision, std::string_view user, std::string& out);
// As a decision's line says it; `none` is "".
std::string_view word(Decision::Kind kind);
std::string_view word(Decision::Outcome outcome);
std::string_view word(Decision::Reason reason);
std::string_view word(Decision::Leave leave);

}  // namespace wend
