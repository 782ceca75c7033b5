// Two versions of a program over the same events: who ends up where, and who gets what, that differs. What `wend plan` and
// `wend simulate --against` count. Tested by tests/unit/hosts/compare_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/hosts/batch.h"

namespace wend {

struct Comparison {
  struct Both { uint64_t before = 0, after = 0; };

  int64_t as_of = 0;                           // every event before it, and every timer due at it
  int64_t first_at = 0, last_at = 0;           // of the events
  uint64_t events = 0, users = 0;
  Both rejected;                               // lines that were not taken; whatever their time
  std::map<std::string, Both> rejected_by_reason;
  uint64_t unknown_events = 0;                 // of names the later version does not declare
  uint64_t users_deciding_otherwise = 0;       // with a decision that differs, content aside
  uint64_t users_with_other_content = 0;       // of whom nothing but the text of a message differs
  uint64_t users_elsewhere = 0;                // in another state of any block, as of then

  // By the names the later version has; blocks that only one has are left out.
  struct States {
    std::string name;
    std::vector<std::pair<std::string, Both>> population;                     // as the later version writes them, then those gone
    std::map<std::pair<std::string, std::string>, uint64_t> moved;            // the state before, the state after: users
  };
  std::vector<States> states;

  struct Journey {
    Both entered, goals, inside;
    uint64_t users_only_before = 0, users_only_after = 0;                     // who come in under one version only
    std::map<std::string, Both> left;                                         // by outcome
  };
  std::map<std::string, Journey> journeys;

  std::map<std::string, Both> sent_by_channel, sent_by_message;
  std::map<int32_t, std::map<std::string, Both>> sent_by_day;                 // day of the project's zone since 1970; channel
  std::map<std::string, Both> suppressed, deferred;                           // by reason; by channel
  std::map<std::string, std::map<std::string, Both>> exposures;

  // Some of those whom it concerns: first whose state differs, then who come in or go out, then other decisions, then content.
  struct Person {
    std::string user;
    std::vector<std::pair<std::string, std::pair<std::string, std::string>>> states;   // block: before, after
    std::optional<std::string> first_before, first_after;                     // the first decision lines that differ
    std::vector<std::pair<std::string, std::pair<std::string, std::string>>> values;   // column of the snapshot: before, after
  };
  std::vector<Person> people;
  // All whose state differs, by block: user, before, after; by user.
  struct Moved { std::string user, states, before, after; };
  std::vector<Moved> moved;

  std::vector<Change::Place> inside;           // where people are under the version before; of its module
  std::map<std::string, uint64_t> misfits;     // values that have no place in the later version's types, as Migration tells them
};

struct CompareOptions {
  std::vector<InputFile> files;
  std::optional<int64_t> as_of;                // nothing: right behind the last event
  size_t people = 10;
  bool strict = false;                         // stop at the first rejected event
  std::function<void(uint64_t done, uint64_t total)> progress;
};

// Nothing: all went well. The lines of the first run wait in a temporary file; a disk without room for them is an error.
std::optional<BatchError> compare_runs(const Module& before, const Module& after, const CompareOptions& options, Comparison& out);
// The same over records as a server kept them. `as_of` must be said.
struct KeptRecord { int64_t at = 0; std::string raw; };
std::optional<BatchError> compare_records(const Module& before, const Module& after, const std::vector<KeptRecord>& records, const CompareOptions& options, Comparison& out);
// The same over a text in memory.
std::optional<BatchError> compare_runs_text(const Module& before, const Module& after, std::string_view ndjson, const CompareOptions& options, Comparison& out);

}  // namespace wend
