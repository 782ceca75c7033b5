// What a project costs where it runs: rules a second, time from an event to its decisions, the cost of one more rule, bytes of a user. One
// thread, everything in memory: no disk, no network. Every event of BenchEvents goes through what a host does with it, once a round, with
// fresh users; timers due before an event are handled before it and timed apart. Durations in nanoseconds.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "runtime/hosts/bench_events.h"
#include "runtime/hosts/user_bytes.h"

namespace wend {

struct BenchLimits {
  int rounds = 5;
  double pass_seconds = 2;           // a pass over the events ends then, with the events it has come to
  double seconds = 5;                // no new round begins after this
  size_t rule_users = 20'000;        // asked each rule
  std::function<void(uint64_t done, uint64_t total)> progress = {};   // between passes; may be empty
};

// Conditions that decide: the rules of states blocks, each evaluated as its block's, up to the first that holds; audiences; what
// `enter when` and `exit when` watch. Each native function is called for one user behind the other.
struct BenchRules {
  uint64_t states = 0, audiences = 0, watches = 0;   // rules
  uint64_t users = 0, evaluations = 0;               // evaluations: each user asked once
  double ns = 0, per_second = 0;                     // an evaluation, on one core; median of the rounds
};

// Of the round of median length.
struct BenchStream {
  uint64_t events = 0, users = 0, decisions = 0, timers = 0;   // timers: users woken between events
  double p50 = 0, p99 = 0, max = 0;  // an event, from its line of JSON to its decision lines
  double read = 0, decide = 0;       // its two parts, on average: line to event; user found, stepped, lines written
  double events_per_second = 0;      // timers between them included
};

// The same events through the same program with more rules; of each event the least of the rounds. A difference may be negative: then
// it is less than this machine's unrest.
struct BenchMore {
  uint64_t rules = 0;
  uint64_t touching = 0, others = 0;               // events that feed what the rules read, and all others
  double touching_ns = 0, others_ns = 0;           // a rule and event
  double all_ns = 0;                               // over all events, timers between them included
  double bytes_at_rest = 0, bytes_at_hand = 0;     // a rule and user; at hand: of the record in memory
  uint64_t decisions = 0;                          // that the rules added: they are meant not to fire
};

struct BenchFigures {
  int rounds = 0;
  bool cut = false;                                // a pass ended before the last event: `stream.events` were handled
  BenchRules rules;
  BenchStream stream;
  UserBytes bytes;
  BenchMore more;                                  // rules 0: nothing to compare with
};

// The same program with `rules` more, and the types (indexes into Module::events) that feed what they read.
struct BenchVariant { const Module& module; uint64_t rules = 0; std::vector<uint32_t> touching; };

// Some events there must be.
BenchFigures measure(const Module& module, const BenchEvents& events, const BenchVariant* more, const BenchLimits& limits = {});

// Beside the figures, for the report.
struct BenchReport {
  std::string project;
  BenchFigures figures;
  bool made_up = false, more_events = false;
  uint64_t events = 0, ignored = 0, rejected = 0;  // events: to be used
  std::string first_rejection;
  uint64_t cost_fixed = 0, cost_at_most = 0;       // as `wend check --cost` has it
  std::string added;                               // "journeys with `enter when spend >= …`": what one more rule is; empty: none could be added
};
std::string render_text(const BenchReport& report);
std::string render_json(const BenchReport& report);   // wend.bench/1

}  // namespace wend
