// `{{ value | filter … }}`: the value, its filters in turn, and that what comes out is known and can be shown.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/literals.h"

namespace wend::liquid {
namespace {

constexpr size_t kWordsMax = 64;

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

bool apply(const Context& context, const Node& node, size_t index, Piped& piped, const Known& known) {
  const Filter& filter = node.filters[index];
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

bool can_be_shown(Type type) {
  return type.kind != TypeKind::error && type.kind != TypeKind::list && type.kind != TypeKind::set;
}

}  // namespace

ExprPtr read_shown(const Context& context, const Term& name, const Known& known, const Range* whole) {
  ExprPtr expr = read(context, name, known);
  if (!expr) return nullptr;
  const Expr& inner = expr->kind == ExprKind::unwrap ? *expr->args[0] : *expr;
  if (inner.kind == ExprKind::attribute && context.program.attributes[inner.id].sensitive) {
    auto& found = context.report(Code::template_sensitive, name.range, name.text)
                      .label("declared `sensitive`")
                      .also(context.program.attributes[inner.id].span, "declared here")
                      .help("it may be tested, as in `{% if " + name.text + " %}`, but its value never leaves in a message");
    if (whole != nullptr) found.fix("leave it out", context.source.span(*whole), "", false);
    return nullptr;
  }
  return expr;
}

// There is no conversion of a one-of as such: a chain of tests gives each of its words.
ExprPtr word_of(const Context& context, ExprPtr value) {
  const Type type = value->type;
  const Span span = value->span;
  const auto& words = words_of(context.program, type);
  if (words.empty() || words.size() > kWordsMax) return nullptr;
  const auto word = [&](size_t i) { return make_constant({TypeKind::text}, Value{true, 0, 0, words[i]}, span); };
  ExprPtr result = word(words.size() - 1);
  for (size_t i = words.size() - 1; i-- > 0;) {
    ExprPtr index = make_constant(type, Value{true, static_cast<int64_t>(i), 0, {}}, span);
    ExprPtr test = make(ExprKind::equal, {TypeKind::boolean}, span, clone(*value), std::move(index));
    ExprPtr choice = make(ExprKind::conditional, {TypeKind::text}, span, std::move(test), word(i));
    choice->args.push_back(std::move(result));
    result = std::move(choice);
  }
  return result;
}

ExprPtr check_output(const Context& context, const Node& node, const Known& known) {
  const Term& term = node.value;
  Piped piped;
  piped.blame = &term;
  if (term.kind == Term::Kind::nil || term.kind == Term::Kind::blank) {
    context.report(Code::template_syntax, term.range, "a value", "`" + term.text + "`");
    return nullptr;
  }
  piped.value = term.literal() ? literal(context, term) : read_shown(context, term, known, &node.range);
  if (!piped.value) return nullptr;
  if (!can_be_shown(piped.value->type)) {
    context.report(Code::template_not_shown, term.range, term.text, context.type(piped.value->type)).label("cannot be written as one text");
    return nullptr;
  }
  // A filter that is none is told before what it was meant to do is missed.
  if (!std::all_of(node.filters.begin(), node.filters.end(), [&](const Filter& filter) { return is_filter(context, filter); })) return nullptr;
  for (size_t i = 0; i < node.filters.size(); ++i)
    if (!apply(context, node, i, piped, known)) return nullptr;
  if (piped.value->type.optional) {
    report_shown_unknown(context, *piped.blame, *piped.value);
    return nullptr;
  }
  return std::move(piped.value);
}

}  // namespace wend::liquid
