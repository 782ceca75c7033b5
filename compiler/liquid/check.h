// The checks, from the whole body down to one filter. Each reports what is wrong where it finds it and then gives
// nothing, so that its parent stays silent.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/builtins/builtins.h"
#include "compiler/liquid/lookup.h"
#include "compiler/liquid/markup.h"
#include "compiler/liquid/unknowns.h"

namespace wend::liquid {

// What holds at a place of a template, carried from node to node.
struct Flow {
  Known known;
  Markup markup;          // fields of html
  bool at_start = true;   // fields of url: nothing of the text stands before
  bool left = false;      // behind a `break` or `continue`: not reached
};

TemplateBody check_body(const Context& context, const std::vector<Node>& nodes, Flow& flow);

// ---- tags, each appended to the body

void check_branches(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void check_loop(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void check_assign(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void check_capture(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void check_leave(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void check_count(const Context& context, const Node& node, TemplateBody& out);
void check_cycle(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void check_render(const Context& context, const Node& node, Flow& flow, TemplateBody& out);
void assign(const Context& context, const Variable& variable, ExprPtr value, Flow& flow, TemplateBody& out);

// How a value is written where it stands; nothing when it must not stand there (reported).
std::optional<Escape> escape_at(const Context& context, const Expr& value, Range range, const Flow& flow);

// ---- outputs

// A value on its way through the filters.
struct Piped {
  ExprPtr value;
  // Set while a `T?` goes through filters that take a T, with a `default` still to come: the value holds only where
  // this is known.
  ExprPtr guard;
  const Term* blame = nullptr;   // the name to point at if it is still unknown at the end
};

// The value behind its filters, perhaps unknown; null when reported.
ExprPtr check_value(const Context& context, const Node& node, const Known& known);
// … that is shown, so never optional.
ExprPtr check_output(const Context& context, const Node& node, const Known& known);
// A literal, a name or a range that stands alone. Null when reported.
ExprPtr check_term(const Context& context, const Term& term, const Known& known);
ExprPtr check_range(const Context& context, const Term& term, const Known& known);
// … that has to be a known whole number.
ExprPtr check_whole(const Context& context, const Term& term, const Known& known);
// False when reported. `shown` reads a name that will be shown, refusing what is sensitive.
bool is_filter(const Context& context, const Filter& filter);
bool apply_default(const Context& context, Piped& piped, const Filter& filter, const Known& known);
bool apply_builtin(const Context& context, Piped& piped, const Filter& filter, const Known& known);
// `whole`: the output that shows nothing else, to be left out where the name is sensitive.
ExprPtr read_shown(const Context& context, const Term& name, const Known& known, const Range* whole = nullptr);
bool can_be_shown(Type type);
ExprPtr take_step(const Context& context, const Term& name, const Step& step, ExprPtr value, const Known& known);
// A value as the text a template shows it as.
ExprPtr as_shown(ExprPtr value);
// A list of such entries; check_templates has made the type.
Type list_of(const Context& context, Type entry);
// The code of an entry's type for filters over lists (runtime/abi/builtins.h).
int64_t entry_code(const Context& context, Type entry);
// The call of the row of the table whose body is `symbol`; the arguments fit it.
ExprPtr call_symbol(std::string_view symbol, Type result, Span span, ExprPtr a, ExprPtr b = nullptr);

// ---- conditions

struct Tested {
  ExprPtr expr;   // bool; null when reported
  Known when_true, when_false;
};
Tested check_condition(const Context& context, const Condition& condition, const Known& known);
// `alone`: it is the whole condition, so a fix may put something before it.
Tested check_comparison(const Context& context, const Comparison& comparison, const Known& known, bool alone);

}  // namespace wend::liquid
