// The checks, from the whole body down to one filter. Each reports what is wrong where it finds it and then gives
// nothing, so that its parent stays silent.
#pragma once

#include <vector>

#include "compiler/builtins/builtins.h"
#include "compiler/liquid/lookup.h"
#include "compiler/liquid/unknowns.h"

namespace wend::liquid {

// at_start: whether nothing of the field's text stands before this body; afterwards, before what follows it.
TemplateBody check_body(const Context& context, const std::vector<Node>& nodes, const Known& known, bool& at_start);

// ---- outputs

// A value on its way through the filters.
struct Piped {
  ExprPtr value;
  // Set while a `T?` goes through filters that take a T, with a `default` still to come: the value holds only where
  // this is known.
  ExprPtr guard;
  const Term* blame = nullptr;   // the name to point at if it is still unknown at the end
};

// The value shown, never optional; null when reported.
ExprPtr check_output(const Context& context, const Node& node, const Known& known);
// False when reported. `shown` reads a name that will be shown, refusing what is sensitive.
bool is_filter(const Context& context, const Filter& filter);
bool apply_default(const Context& context, Piped& piped, const Filter& filter, const Known& known);
bool apply_builtin(const Context& context, Piped& piped, const Filter& filter, const Known& known);
// `whole`: the output that shows nothing else, to be left out where the name is sensitive.
ExprPtr read_shown(const Context& context, const Term& name, const Known& known, const Range* whole = nullptr);
// The word of a one-of as a text; null when it has too many values to be spelled out.
ExprPtr word_of(const Context& context, ExprPtr value);

// ---- conditions

struct Tested {
  ExprPtr expr;   // bool; null when reported
  Known when_true, when_false;
};
Tested check_condition(const Context& context, const Condition& condition, const Known& known);
// `alone`: it is the whole condition, so a fix may put something before it.
Tested check_comparison(const Context& context, const Comparison& comparison, const Known& known, bool alone);

}  // namespace wend::liquid
