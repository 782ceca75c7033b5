// The plan: what is kept for a user, where it lies, and which native functions there must be. It fixes the fixed-layout
// record, shares measure state between aggregates that ask the same of the same events, and names every function that code
// generation emits and the module table points at. Printed by print_plan() for `wend emit --stage plan`.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "compiler/sema/program.h"
#include "runtime/abi/cells.h"
#include "runtime/abi/context.h"
#include "runtime/abi/module.h"

namespace wend {

// How a kind of value lies in a record.
struct Storage { uint32_t bytes; };
Storage storage_of(TypeKind kind);

// One piece of measure state.
struct PlanCell {
  CellKind kind = CellKind::stamp;
  JourneyId journey;                 // valid: in that journey's instance record
  EventId event;                     // not valid: baseline
  const Expr* where = nullptr;       // of the first aggregate that uses it; all that share it ask the same
  std::string where_key;             // canonical text; empty: none
  bool has_property = false;
  uint32_t property = 0;
  Type value_type;                   // of the property
  TimeUnit unit = TimeUnit::day;     // panes, bits, stamps, streak, ever_units
  int32_t panes = 0;                 // the largest N of `in last N units` that reads it
  int32_t window = -1;               // stamps, pairs under calendar windows: index of the window
  uint32_t keep = 0;                 // ring
  bool keeps_panes = false;          // ring: its values are panes of `unit`
  uint32_t up_to = 0;                // values, pairs
  uint32_t words = 0;                // bits
  int32_t anchor = -1;               // begun anew by, and counting from, this anchor
  int32_t sequence = -1;             // fed by the completed matches of this sequence, not by `event` itself
  bool dated_pairs = false;          // pairs: each with a time of its own, for windows that have passed
  bool sums = false, extremes = false;   // panes, total: what is kept beside how many
  bool by_hand = false;              // no event feeds it: stamps of anchors, open matches
  bool dated = false;                // counts only events of the local dates from_day to to_day
  int32_t from_day = 0, to_day = 0;
  uint32_t offset = 0;
  uint32_t bytes = 0;                // in the record; blocks add entries as they fill
  std::string what;
};

// Where an aggregate reads.
struct PlanRead {
  uint32_t cell = 0;
  int32_t window = -1;
  int32_t until = -1;                // windows that have passed: the window whose first pane is the last one inside
};

// What windows of the kinds `since last E` and `since S became V` count from: an instant, and the cells begun anew with it.
struct PlanAnchor {
  Window window;                     // since_event or since_state
  uint32_t stamp = 0;                // the cell that holds the instant
};

// Matches of one sequence: its open ones stand in `cell`.
struct PlanSequence {
  const Aggregate* aggregate = nullptr;
  JourneyId journey;
  uint32_t cell = 0;
};

enum class FunctionKind : uint8_t { update, instance_update, condition, value, next, baseline, states, states_next, render, anchor };

// One native function of the outside interface (module.h says its type).
struct PlanFunction {
  FunctionKind kind = FunctionKind::condition;
  std::string name;
  const Expr* expr = nullptr;             // condition, value, next, baseline
  const TemplateBody* body = nullptr;     // render
  EventId event;                          // update, instance_update
  JourneyId journey;                      // instance_update, and functions of a journey's expressions
  StatesId states;                        // states, states_next
  int32_t anchor = -1;                    // anchor
};

struct InstanceLayout {
  uint32_t bytes = 0;
  uint32_t presence_words = 0;
  std::vector<ModuleEntryProperty> entry;
};

struct PlanWatch { const Trigger* trigger = nullptr; const Expr* condition = nullptr; };   // exactly one

struct Plan {
  const Program* program = nullptr;
  uint32_t record_bytes = 0;
  uint32_t presence_words = 0;
  uint64_t layout_hash = 0;
  std::vector<Field> attributes;          // by AttributeId
  std::vector<uint32_t> state_slots;      // by StatesId: offset of the StateSlot
  std::vector<int32_t> baselines;         // by MeasureId: offset of the BaselineCell, -1
  std::vector<PlanCell> cells;
  std::vector<PlanRead> reads;            // by AggregateId
  std::vector<PlanAnchor> anchors;
  std::vector<PlanSequence> sequences;
  std::vector<WindowSpec> windows;
  std::vector<InstanceLayout> instances;  // by JourneyId
  std::vector<PlanWatch> watches;
  std::vector<PlanFunction> functions;
  std::map<std::pair<FunctionKind, const void*>, uint32_t> by_source;   // (kind, Expr or body) -> function

  // The function of an expression or template, or -1 when it has none.
  int32_t find(FunctionKind kind, const void* source) const;
};

Plan make_plan(const Program& program);
// Of the reports alone: nothing is kept for a user, and there is a condition for each `where`. Apart from make_plan(), so that a
// report changes nothing of what decides.
Plan make_report_plan(const Program& program);

// Every statement of a block and of those inside it, each before what it holds.
void each_statement(const Block& block, const std::function<void(const Stmt&)>& each);

// A value that grows with every microsecond.
inline bool is_time_since(const Aggregate& aggregate) {
  return aggregate.kind == AggregateKind::time_since_last || aggregate.kind == AggregateKind::time_since_first;
}

// Whether time alone can change what the expression reads.
bool depends_on_time(const Program& program, const Expr& expr);

// A canonical text of an expression: equal texts mean equal meaning.
std::string expression_key(const Expr& expr);

std::string print_plan(const Plan& plan);
std::string window_text(const Program& program, const Window& window);              // " in last 7 days"
std::string describe(const Program& program, const Aggregate& aggregate);   // "count of play in last 7 days"

}  // namespace wend
