// What a population held as columns (runtime/abi/columns.h) keeps of a user so that the rules of audiences and states can be asked of
// it again: attributes, measures, scores, the states and audiences of the moment, and those pieces of rules that need a user's whole
// record. What is left of a rule is worked out from columns (codegen/batch.h); both go by the functions here.
// Tested by tests/differential/sweep_test.cpp.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/plan.h"
#include "runtime/abi/columns.h"

namespace wend {

struct HeldColumn {
  ColumnRole role = ColumnRole::attribute;
  std::string name;
  Type type;
  uint64_t meaning = 0;
  uint32_t id = 0;               // attribute: AttributeId, state: StatesId, audience: AudienceId
  const Expr* expr = nullptr;    // reading, part, audience: what is kept
};
// Attributes as written, then readings, parts, states and audiences by name. What is a list or a set is not held.
std::vector<HeldColumn> held_columns(const Program& program);

uint64_t held_meaning(const Program& program, const Attribute& attribute, uint32_t id);
uint64_t held_meaning(const Program& program, const Expr& expr);
// For people: as it stands in the source, in one line.
std::string as_written(const Program& program, const Expr& expr);
ValueType held_type(const Program& program, const Type& type);

// Whether the expression is worked out from its operands, where those are in columns; it may be one.
bool from_operands(const Expr& expr);
// The one text that a condition asks about, and nothing else of the user: it can be asked of each different text once. Null: it asks
// about more, or less.
const Expr* only_text(const Program& program, const Expr& condition);
// Whether it reads which state a user is in, also through measures and audiences.
bool reads_present_state(const Program& program, const Expr& expr);

}  // namespace wend
