// A project as a picture: its journeys and states as plain data, made from the Program, and written as SVG, Mermaid, DOT or
// JSON. The same project gives the same bytes. Where a run is given, the people of it stand beside what they passed.
// Tested by tests/unit/graph; the format of the JSON stands in README.md.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sema/program.h"

namespace wend::graph {

using People = std::optional<uint64_t>;          // nothing: no run was given

// Where something is written: 1-based, columns in Unicode scalar values, the end exclusive. line 0: nowhere.
struct Place {
  std::string file;
  uint32_t line = 0, column = 0, end_line = 0, end_column = 0;
};

struct Sends { uint64_t sent = 0, deferred = 0, suppressed = 0; };

// A line of a card: a statement, or the head of an arm with its statements behind it, one deeper.
struct Row {
  enum class Kind : uint8_t { send, wait, branch, arm, set, emit, call, go, finish, leave, note } kind = Kind::note;
  uint32_t depth = 0;
  std::string text;                              // "send weekly_mix"
  std::string detail;                            // "by push, else email"
  Place place;
  People people;                                 // arm of an experiment: who was exposed to it
  std::optional<Sends> sends;                    // send: how its messages were decided
};

struct Node {
  enum class Kind : uint8_t { entry, gate, step, goal, exit, finished, left, state } kind = Kind::step;
  std::string id;                                // of its own in the diagram: `step.nudge`, `enter.1`, `state.core`
  std::string title;
  std::vector<std::string> details;
  std::vector<Row> rows;
  Place place;
  People people;                                 // who came to it; state: who is in it at the end
  People inside;                                 // step: who is in it at the end
};

constexpr uint32_t kAnywhere = 0xffffffffu;      // an edge from wherever in the journey somebody is

struct Edge {
  // interrupt: a goal or an exit, from anywhere; else_: of a states block, when what is above does not hold; move: from one
  // state to another
  enum class Kind : uint8_t { flow, interrupt, else_, move } kind = Kind::flow;
  uint32_t from = kAnywhere, to = 0;             // indexes of nodes
  std::string label;
  People people;
};

struct Diagram {
  enum class Kind : uint8_t { journey, states } kind = Kind::journey;
  std::string name, about;
  std::vector<std::string> facts;                // "again after 30 days"
  std::vector<Node> nodes;                       // of a journey: entries, gate, steps as written, goal, exits, ends
  std::vector<Edge> edges;
  Place place;
};

struct Run { uint64_t users = 0, events = 0; std::string from, to; };   // dates by the project's clock

struct Graph {
  std::string project, about;
  std::optional<Run> run;
  std::vector<Diagram> diagrams;                 // journeys, then states, each by name
};

// What a run did, by what is written. Lists by the order of the Program's.
struct Counts {
  struct Statement {
    Sends sends;
    std::vector<uint64_t> arms;                  // of a choice by experiment, in the order of its variants
  };
  struct Journey {
    uint64_t entered = 0, goals = 0, finished = 0, left = 0;
    std::vector<uint64_t> enters, exits;         // by line
    std::vector<uint64_t> steps, inside;         // came to it, are in it
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> went;   // from step to step; to kFinished, kLeft
    static constexpr uint32_t kFinished = 0xfffffff0u, kLeft = 0xfffffff1u;
  };
  struct States {
    std::vector<uint64_t> people;
    std::map<std::pair<uint32_t, uint32_t>, uint64_t> moves;
  };
  Run run;
  std::vector<Journey> journeys;
  std::vector<States> states;
  std::map<const Stmt*, Statement> statements;
};

// `journeys`, `states`: only those of these names; both empty: all.
struct Choice { std::vector<std::string> journeys, states; };

Graph make(const Program& program, const Choice& choice = {}, const Counts* counts = nullptr);

std::string to_svg(const Graph& graph);
std::string to_mermaid(const Graph& graph);
std::string to_dot(const Graph& graph);
std::string to_json(const Graph& graph);

}  // namespace wend::graph
