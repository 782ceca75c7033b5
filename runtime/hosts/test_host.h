// Runs one test of a program: a user, time skipped, expectations. `wend test` is this; nothing here knows the compiler's
// types, so the caller turns a Program's tests into these structs. Tested by tests/unit/hosts/test_host_test.cpp.
//
// What the expectations mean. Blocks run in time order, equal times as written. At a block's instant T every timer due at
// or before T is handled, then the events of the block as written, then timers that fell due at T by them; only then are
// its expectations looked at, wherever in the block they stand.
//   condition             it holds of the user at T
//   sent M                at least one decision `sent` of M since the test's start, up to and with T
//   sent M by C           the same, on channel C;  with content: one of them whose fields have exactly these texts
//   sent M once, N times  exactly so many such decisions
//   not sent M            none
//   deferred M            at least one decision `deferred` of M so far, whether or not it has been sent since; with a number
//                         exactly so many decisions (a deferral judged again and deferred again is two)
//   deferred M until T    one of those until exactly T
//   suppressed M because R   at least one decision `suppressed` of M so far, for that reason if one is named
//   raised E              at least one line `signal` of E so far; once, N times; with p: v those that carry these values
//   set A to V            at least one line `set` of A so far, to V if one is named
//   called H              at least one line `call` of H so far; with f: v as above;  not raised, set, called: none
//   in J, in J at S       the user is inside the journey, at that step, at T;  not in J: is not
//   left J by O           at least one `leave` of J so far, with that outcome if one is named;  not left J: none
//   goal of J             at least one goal of J so far: left by it, or met later within the time it is watched
//   … for "k"             of the instance with that key
// A condition before the user's first event fails: there is nobody yet whose state could be looked at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/core/step.h"

namespace wend {

// Where an expectation is written; 1-based, the end exclusive.
struct TestRange { uint32_t line = 0, column = 1, end_line = 0, end_column = 1; };

// Places in the Module's tables throughout; `line` is of the source.
struct TestValue {
  uint32_t place = 0;                          // property, or attribute
  OwnedValue value;                            // not known: null
};

struct HostTestEvent {
  uint32_t type = WEND_IDENTIFY;
  std::vector<TestValue> values;               // properties; for WEND_IDENTIFY attributes
  std::optional<int64_t> at_us;                // happened then; it arrives at the block's time
  std::string id;
};

// User time is that of the zone the test gives its user.
struct HostTestInstant { int64_t instant_us = 0; bool user_time = false; int32_t day = 0; int64_t time_of_day_us = 0; };

// What a condition reads by name, so that a failure can tell what was there.
struct HostReading {
  enum class Kind : uint8_t { attribute, measure, score, states, audience, usual } kind = Kind::attribute;
  uint32_t place = 0;                          // usual: in Module::baselines
};

struct HostExpectation {
  enum class Kind : uint8_t { condition, message, place, left, goal, raised, set, called } kind = Kind::condition;
  uint32_t condition = 0;                      // in Module::test_conditions
  std::vector<HostReading> readings;           // of the condition, in the order written
  enum class Outcome : uint8_t { sent, not_sent, deferred, suppressed } outcome = Outcome::sent;
  uint32_t message = 0;
  int32_t channel = -1;
  std::string reason;                          // empty: any
  std::optional<HostTestInstant> until;        // deferred
  int64_t times = -1;                          // -1: at least once
  std::vector<std::pair<std::string, std::string>> content;   // field of the channel, exact text
  uint32_t journey = 0;
  bool inside = true;                          // left, goal: it did
  int32_t step = -1;
  std::optional<std::string> key;              // of the instance; none: any
  std::string leave;                           // the outcome; empty: any
  bool negated = false;                        // raised, set, called
  uint32_t subject = 0;                        // event, attribute, hook
  bool any_value = true;                       // set
  OwnedValue value;
  std::vector<TestValue> values;               // raised, called: properties, fields
  std::string source;                          // as written, for the failure
  TestRange range;
};

struct HostTestBlock {
  std::vector<HostTestInstant> instants;
  std::optional<int64_t> after_us;             // counted from the last instant of the block written above
  std::vector<std::variant<HostTestEvent, HostExpectation>> body;
};

struct HostTest {
  std::string name, file;
  uint32_t line = 0, end_line = 0;
  std::string user_id = "user";
  std::vector<TestValue> given;
  bool held_out = false;
  std::vector<std::pair<uint32_t, uint32_t>> pinned;   // experiment, variant
  std::vector<HostTestBlock> blocks;
};

struct TestFailure {
  TestRange range;
  int64_t at_us = 0;
  std::string expectation;                     // as written
  std::string found;                           // what was instead
};

struct TestOutcome {
  size_t expectations = 0;
  std::vector<TestFailure> failures;
  std::string timeline;                        // what happened to the user around the failures; empty when all is well
  std::string difference;                      // of what messages said from what was kept, by whoever compares that
  bool passed() const { return failures.empty(); }
};

// What the test's user went through: for coverage, and for what messages said.
struct TestTrace {
  std::vector<Decision> decisions;
  std::vector<Passage> passages;
};

TestOutcome run_test(const Module& module, const HostTest& test, TestTrace* trace = nullptr);

// "win_back.wend:92: name", the failures, the timeline and the difference, for people.
std::string render_failure(const HostTest& test, const TestOutcome& outcome);

}  // namespace wend
