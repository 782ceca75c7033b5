// `{{ value | filter … }}`: the value, its filters in turn, and that what comes out is known and can be shown.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/literals.h"

namespace wend::liquid {
namespace {

bool default_follows(const Node& node, size_t from) {
  return std::any_of(node.filters.begin() + static_cast<std::ptrdiff_t>(from), node.filters.end(),
                     [](const Filter& filter) { return filter.name == "default"; });
}

// Puts a `T?` under guard, so that filters see a T.
void put_under_guard(Piped& piped) {
  piped.guard = clone(*piped.value);
  const Type type = piped.value->type.known();
  const Span span = piped.value->span;
  piped.value = make(ExprKind::unwrap, type, span, std::move(piped.value));
}

// `'now' | date: …`, as Liquid has it: the text means the instant.
void take_now(const Node& node, size_t index, Piped& piped) {
  if (index > 0 || node.filters[0].name != "date" || node.value.kind != Term::Kind::text) return;
  const Span span = piped.value->span;
  if (node.value.text == "now") piped.value = make(ExprKind::now, {TypeKind::time}, span);
  if (node.value.text == "today") piped.value = make(ExprKind::today, {TypeKind::date}, span);
}

bool apply(const Context& context, const Node& node, size_t index, Piped& piped, const Known& known) {
  const Filter& filter = node.filters[index];
  take_now(node, index, piped);
  if (filter.name == "default") return apply_default(context, piped, filter, known);
  if (piped.value->type.optional) {
    if (!default_follows(node, index + 1) || piped.guard) {
      report_shown_unknown(context, *piped.blame, *piped.value);
      return false;
    }
    put_under_guard(piped);
  }
  return apply_builtin(context, piped, filter, known);
}

}  // namespace

bool can_be_shown(Type type) {
  return type.kind != TypeKind::error && type.kind != TypeKind::list && type.kind != TypeKind::set && type.kind != TypeKind::record;
}

ExprPtr read_shown(const Context& context, const Term& name, const Known& known, const Range* whole) {
  ExprPtr expr = read(context, name, known);
  if (!expr) return nullptr;
  const Expr* root = expr.get();   // a part of what is sensitive is sensitive: `list.first`, `text.size`
  while (!root->args.empty()) root = root->args[0].get();
  const Expr& inner = *root;
  if (inner.kind == ExprKind::attribute && context.program.attributes[inner.id].sensitive) {
    auto& found = context.report(Code::template_sensitive, name.range, name.written())
                      .label("declared `sensitive`")
                      .also(context.program.attributes[inner.id].span, "declared here")
                      .help("it may be tested, as in `{% if " + name.text + " %}`, but its value never leaves in a message");
    if (whole != nullptr) found.fix("leave it out", context.source.span(*whole), "", false);
    return nullptr;
  }
  return expr;
}

ExprPtr as_shown(ExprPtr value) {
  if (value->type.is_text() && value->type.kind != TypeKind::html) return value;
  const Span span = value->span;
  return make(ExprKind::to_text, {TypeKind::text}, span, std::move(value));
}

ExprPtr check_term(const Context& context, const Term& term, const Known& known) {
  switch (term.kind) {
    case Term::Kind::broken: return nullptr;
    case Term::Kind::nil:
    case Term::Kind::blank:
      context.report(Code::template_syntax, term.range, "a value", "`" + term.text + "`");
      return nullptr;
    case Term::Kind::name: return read_shown(context, term, known);
    case Term::Kind::range: return check_range(context, term, known);
    default: return literal(context, term);
  }
}

ExprPtr check_whole(const Context& context, const Term& term, const Known& known) {
  ExprPtr value = check_term(context, term, known);
  if (!value) return nullptr;
  if (value->type.optional) {
    report_compared_unknown(context, term, *value, "..", false);
    return nullptr;
  }
  if (value->type.kind == TypeKind::integer) return value;
  context.report(Code::type_mismatch, term.range, "int", context.type(value->type)).label("of type `" + context.type(value->type) + "`");
  return nullptr;
}

namespace {

// Without a value when reported.
Piped pipe_through(const Context& context, const Node& node, const Known& known, const Range* whole) {
  Piped piped;
  piped.blame = &node.value;
  piped.value = node.value.kind == Term::Kind::name ? read_shown(context, node.value, known, whole) : check_term(context, node.value, known);
  // A filter that is none is told before what it was meant to do is missed.
  if (!std::all_of(node.filters.begin(), node.filters.end(), [&](const Filter& filter) { return is_filter(context, filter); })) piped.value = nullptr;
  for (size_t i = 0; piped.value && i < node.filters.size(); ++i)
    if (!apply(context, node, i, piped, known)) piped.value = nullptr;
  return piped;
}

}  // namespace

ExprPtr check_value(const Context& context, const Node& node, const Known& known) { return pipe_through(context, node, known, nullptr).value; }

ExprPtr check_output(const Context& context, const Node& node, const Known& known) {
  Piped piped = pipe_through(context, node, known, &node.range);
  ExprPtr value = std::move(piped.value);
  if (!value) return nullptr;
  if (!can_be_shown(value->type)) {
    auto& found = context.report(Code::template_not_shown, node.value.range, context.source.text_of(node.value.range), context.type(value->type)).label("cannot be written as one text");
    if (value->type.kind == TypeKind::list || value->type.kind == TypeKind::set)
      found.help("show its entries one by one with `{% for entry in " + context.source.text_of(node.value.range) + " %}`, or put them together with `join`");
    return nullptr;
  }
  if (value->type.optional) {
    report_shown_unknown(context, *piped.blame, *value);
    return nullptr;
  }
  return value;
}

}  // namespace wend::liquid
