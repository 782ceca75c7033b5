// What a project would have done over a log, looked at as a planner does: how much goes out on which day, what stood in the way
// and for how many people, whether experiments are balanced, and where people were in the meantime. Behind `wend simulate`.
// Tested by tests/unit/hosts/simulation_test.cpp.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/hosts/batch.h"
#include "runtime/hosts/chi_square.h"

namespace wend {

struct Simulation {
  std::string project, time_zone;
  Summary summary;
  std::vector<std::string> channels;                            // the columns of `sent`
  std::map<int32_t, std::vector<uint64_t>> sent;                // by local date of the project, as days since 1970
  struct Message { std::string name; uint64_t sent = 0, deferred = 0, suppressed = 0, people = 0; };   // people: it was sent to
  std::vector<Message> messages;                                // by name
  // What deferred or suppressed a message: a rule, or what a channel asks.
  struct Obstacle {
    std::string reason, text, at;                               // text, at: of the rule, and where it is written
    uint64_t deferred = 0, suppressed = 0, people = 0;          // people: it ever stood in the way of
    int64_t waited_us = 0;                                      // of all that were deferred
  };
  std::vector<Obstacle> obstacles;                              // in the order in which rules are asked
  uint64_t reached = 0, most_to_one = 0;                        // people who got a message, and how many one of them got at most
  struct Arm { std::string variant; int64_t weight = 0; uint64_t people = 0; };
  struct Experiment { std::string name; std::vector<Arm> arms; std::optional<Balance> balance; };
  std::vector<Experiment> experiments;                          // who was exposed
  struct Block { std::string name; std::vector<std::string> states; };
  std::vector<Block> blocks;
  struct Look { int64_t at = 0; std::vector<std::vector<uint64_t>> people; };   // by block and state
  std::vector<Look> looks;                                      // at most fourteen: of days at equal distances, and the end
};

// The observer of the options is its own.
struct SimulationResult { Simulation simulation; std::optional<BatchError> error; };
SimulationResult simulate(const Module& module, BatchOptions options);
SimulationResult simulate_text(const Module& module, std::string_view ndjson, BatchOptions options);

struct DecisionChanges;   // decision_changes.h
std::string render_text(const Simulation& simulation);
// One object, schema wend.simulation/1; `changes`: what --against found.
std::string render_json(const Simulation& simulation, const Simulation* before = nullptr, const DecisionChanges* changes = nullptr);
// What was sent on each day on which anything was: "day,email,push,sent", a row a day, to be drawn or summed elsewhere.
std::string render_csv(const Simulation& simulation);
std::string render_changes(const Simulation& simulation, const Simulation& before, const DecisionChanges& changes);

}  // namespace wend
