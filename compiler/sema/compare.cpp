// Comparisons: `is`, `<`, `contains`, `matches`, `in [a, b]`, `in 4..11`. Here a bare word becomes a value of what it
// is compared with, whole numbers meet numbers, and units and currencies must agree.
#include <re2/re2.h>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/habits.h"

namespace wend::sema {
namespace {

constexpr size_t kRepeatedMax = 80;   // bytes of a side that a fix says again

struct Operands { ExprPtr left, right; };

std::string word_of(ast::CompareOp op) {
  static constexpr const char* words[] = {"is", "is not", "<", "<=", ">", ">=", "contains", "starts with", "ends with", "matches"};
  return words[static_cast<size_t>(op)];
}

const ast::NameExpr* bare_word(const ast::Expr& expr) { return std::get_if<ast::NameExpr>(&expr.node); }

// The two sides, each checked with the other's type as a hint. A left word that is no name here waits for the right.
Operands check_operands(Context& context, Scope& scope, const ast::Expr& left, const ast::Expr& right) {
  const ast::NameExpr* word = bare_word(left);
  if (word && !bare_word(right) && !names_something(context, scope, word->name)) {
    ExprPtr second = check(context, scope, right);
    Type hint = second->type.known();
    ExprPtr first = check(context, scope, left, &hint);
    return {std::move(first), std::move(second)};
  }
  if (word && bare_word(right) && !names_something(context, scope, word->name)) {
    if (auto user = (Trying(context), find_user(context, bare_word(right)->name))) {
      Type hint = type_of(context.program, *user).known();
      ExprPtr first = check(context, scope, left, &hint);
      return {std::move(first), check(context, scope, right)};
    }
  }
  ExprPtr first = check(context, scope, left);
  Type hint = first->type.known();
  ExprPtr second = check(context, scope, right, &hint);
  return {std::move(first), std::move(second)};
}

std::string unit_hint(Type a, Type b) {
  auto is = [&](TypeKind x, TypeKind y) { return (a.kind == x && b.kind == y) || (a.kind == y && b.kind == x); };
  if (is(TypeKind::integer, TypeKind::duration) || is(TypeKind::number, TypeKind::duration)) return "a duration has a unit: `30 seconds`, `2 days`";
  if (is(TypeKind::integer, TypeKind::money) || is(TypeKind::number, TypeKind::money)) return "an amount of money has its currency: `100 EUR`";
  if (is(TypeKind::integer, TypeKind::percent) || is(TypeKind::number, TypeKind::percent)) return "a percentage has its sign: `10%`";
  if (is(TypeKind::time, TypeKind::date)) return "`now` is an instant and `today` a date: compare an instant with an instant";
  if (is(TypeKind::time, TypeKind::duration)) return "the time that has passed is a difference: `now - at`";
  if (is(TypeKind::text, TypeKind::integer)) return "a number in quotes is a text";
  if (is(TypeKind::text, TypeKind::date)) return "a date stands without quotes: `2026-01-31`";
  return "";
}

ExprPtr not_comparable(Context& context, const Expr& left, const Expr& right, Span span) {
  bool money = left.type.kind == TypeKind::money && right.type.kind == TypeKind::money;
  auto& diagnostic = context.diagnostics.report(money ? Code::currency_mismatch : Code::not_comparable, span,
                                                type_name(context.program, left.type.known()), type_name(context.program, right.type.known()));
  diagnostic.label("different types").also(left.span, "of type `" + type_name(context.program, left.type) + "`")
      .also(right.span, "of type `" + type_name(context.program, right.type) + "`");
  if (money) diagnostic.label("different currencies");
  std::string hint = unit_hint(left.type, right.type);
  if (!hint.empty()) diagnostic.help(hint);
  mend_value(context, diagnostic, right, left.type.known());
  if (diagnostic.fixes.empty()) mend_value(context, diagnostic, left, right.type.known());
  return make_error(span);
}

// Makes both of one type, knowing that `<` and `is not` need both known. False: reported.
bool unify(Context& context, ExprPtr& left, ExprPtr& right, Span span) {
  Type a = left->type.known(), b = right->type.known();
  if (is_list(a) || is_list(b)) {
    context.diagnostics.report(Code::list_not_compared, span, type_name(context.program, is_list(a) ? a : b)).label("compared as a whole")
        .help("ask what is in it: `contains`");
    return false;
  }
  if (a == b || (a.is_text() && b.is_text())) {
    if (a.is_text() && is_constant(right) && !left->type.optional) right->type = a;
    return true;
  }
  if (a.kind == TypeKind::number && b.kind == TypeKind::integer && !right->type.optional) {
    right = convert(right, {TypeKind::number});
    return true;
  }
  if (a.kind == TypeKind::integer && b.kind == TypeKind::number && !left->type.optional) {
    left = convert(left, {TypeKind::number});
    return true;
  }
  if (a.kind == TypeKind::integer && b.kind == TypeKind::number) {
    left = need_known(context, std::move(left), "a whole number that may be unknown does not compare with a number that is not whole");
    return false;
  }
  not_comparable(context, *left, *right, span);
  return false;
}

// As need_known, of a side of an order: what is offered asks for the value in the same breath, so that nobody is meant whose value
// is unknown.
ExprPtr need_ordered(Context& context, ExprPtr side, const std::string& op, Span whole) {
  const std::string why = "`" + op + "` has no answer for a value that is unknown";
  if (is_error(side) || !side->type.optional) return side;
  const std::string written(context.sources.text(side->span));
  if (!fact_key(*side) || written.size() > kRepeatedMax || written.find('\n') != std::string::npos) return need_known(context, std::move(side), why);
  auto& diagnostic = context.diagnostics.report(Code::optional_here, side->span, written);
  diagnostic.label("of type `" + type_name(context.program, side->type) + "`").note(why);
  const Span before{whole.file, whole.begin, whole.begin}, behind{whole.file, whole.end, whole.end};
  diagnostic.help("test that it is known first, or say what stands in for it: `or else`")
      .fixes.push_back({"test that it is known first", false, {{before, "(" + written + " is known and "}, {behind, ")"}}});
  return make_error(side->span);
}

bool check_order(Context& context, const Expr& left, Span span, const std::string& op) {
  Type type = left.type.known();
  if (is_ordered(type.kind)) return true;
  if (type.kind == TypeKind::one_of && left.kind == ExprKind::state) {
    if (context.program.states[left.id].ordered) return true;
    const std::string& name = context.program.states[left.id].name;
    auto& diagnostic = context.diagnostics.report(Code::states_not_ordered, span, name).label("needs an order").also(context.program.states[left.id].span, "declared without `ordered`");
    diagnostic.help("list the states from best to worst and write `states " + name + " ordered`");
    offer_order(context, diagnostic, left.id);
    return false;
  }
  context.diagnostics.report(Code::no_order, span, type_name(context.program, type), op).label("has no order");
  return false;
}

ExprPtr check_text_test(Context& context, Scope& scope, const ast::CompareExpr& compare, Span span) {
  Type text{TypeKind::text};
  ExprPtr left = check(context, scope, *compare.left);
  if (!is_error(left) && is_list(left->type) && compare.op == ast::CompareOp::contains)
    return check_list_contains(context, scope, std::move(left), *compare.right, false, span);
  if (!is_error(left) && !left->type.is_text()) {
    Diagnostic& diagnostic = report_not_text(context, *left, word_of(compare.op));
    const Type hint = left->type.known();
    const ExprPtr other = check(context, scope, *compare.right, &hint);
    if (!is_error(other) && other->type == hint) diagnostic.help("values are compared by `is`").fix("write `is`", compare.op_span, "is", false);
    return make_error(span);
  }
  ExprPtr right = check_as(context, scope, *compare.right, text, "what follows `" + word_of(compare.op) + "`");
  if (is_error(left) || is_error(right)) return make_error(span);
  static constexpr ExprKind kinds[] = {ExprKind::contains, ExprKind::starts_with, ExprKind::ends_with};
  size_t which = static_cast<size_t>(compare.op) - static_cast<size_t>(ast::CompareOp::contains);
  return make(kinds[which], Type{TypeKind::boolean}, span, std::move(left), std::move(right));
}

ExprPtr check_matches(Context& context, Scope& scope, const ast::CompareExpr& compare, Span span) {
  ExprPtr left = check(context, scope, *compare.left);
  if (!is_error(left) && !left->type.is_text()) {
    report_not_text(context, *left, "matches");
    left = make_error(span);
  }
  const auto* pattern = std::get_if<ast::TextLiteral>(&compare.right->node);
  if (!pattern) {
    if (!std::holds_alternative<ast::ErrorExpr>(compare.right->node))
      context.diagnostics.report(Code::bad_pattern, compare.right->span, "it is not written out").label("expected a text in quotes");
    return make_error(span);
  }
  RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(1 << 20);
  RE2 compiled(pattern->text.value, options);
  if (!compiled.ok()) {
    context.diagnostics.report(Code::bad_pattern, compare.right->span, compiled.error()).label("not a pattern of RE2");
    return make_error(span);
  }
  if (is_error(left)) return make_error(span);
  ExprPtr expr = make(ExprKind::matches, Type{TypeKind::boolean}, span, std::move(left));
  expr->value.text = pattern->text.value;
  return expr;
}

// `count of play in rolling 7 days >= 10`: tells the aggregate how much it has to keep.
uint32_t rolling_keep(const ast::CompareExpr& compare) {
  if (uint32_t keep = kept_by_comparison(*compare.left, *compare.right, compare.op)) return keep;
  static constexpr ast::CompareOp mirrored[] = {ast::CompareOp::is, ast::CompareOp::is_not, ast::CompareOp::greater,
                                                ast::CompareOp::greater_equal, ast::CompareOp::less, ast::CompareOp::less_equal};
  size_t op = static_cast<size_t>(compare.op);
  return op < 6 ? kept_by_comparison(*compare.right, *compare.left, mirrored[op]) : 0;
}

}  // namespace

ExprPtr check_compare(Context& context, Scope& scope, const ast::CompareExpr& compare, Span span) {
  if (report_values_in_parentheses(context, scope, compare)) return make_error(span);
  if (compare.op == ast::CompareOp::matches) return check_matches(context, scope, compare, span);
  if (compare.op >= ast::CompareOp::contains) return check_text_test(context, scope, compare, span);
  uint32_t before = scope.rolling_keep;
  scope.rolling_keep = rolling_keep(compare);
  Operands sides = check_operands(context, scope, *compare.left, *compare.right);
  scope.rolling_keep = before;
  if (is_error(sides.left) || is_error(sides.right)) return make_error(span);
  // `v is x?` reads as well as `x? is v`: the optional side goes left.
  if (compare.op == ast::CompareOp::is && sides.right->type.optional && !sides.left->type.optional) std::swap(sides.left, sides.right);
  if (!unify(context, sides.left, sides.right, span)) return make_error(span);
  bool equality = compare.op == ast::CompareOp::is;
  std::string op = word_of(compare.op);
  if (!equality) {
    if (compare.op != ast::CompareOp::is_not && !check_order(context, *sides.left, compare.op_span, op)) return make_error(span);
    if (compare.op == ast::CompareOp::is_not) sides.left = need_known(context, std::move(sides.left), "`is not` has no answer for a value that is unknown");
    else sides.left = need_ordered(context, std::move(sides.left), op, span);
  }
  if (equality || compare.op == ast::CompareOp::is_not) sides.right = need_known(context, std::move(sides.right), "`" + op + "` has no answer for a value that is unknown");
  else sides.right = need_ordered(context, std::move(sides.right), op, span);
  if (is_error(sides.left) || is_error(sides.right)) return make_error(span);
  static constexpr ExprKind kinds[] = {ExprKind::equal, ExprKind::not_equal, ExprKind::less, ExprKind::less_equal, ExprKind::greater, ExprKind::greater_equal};
  return make(kinds[static_cast<size_t>(compare.op)], Type{TypeKind::boolean}, span, std::move(sides.left), std::move(sides.right));
}

ExprPtr check_in_list(Context& context, Scope& scope, const ast::InListExpr& in, Span span) {
  ExprPtr value = check(context, scope, *in.value);
  if (in.items.empty()) {
    context.diagnostics.report(Code::empty_list, span).label("nothing is in an empty list");
    return make_error(span);
  }
  if (in.negated) value = need_known(context, std::move(value), "`not in` has no answer for a value that is unknown");
  Type hint = value->type.known();
  bool fine = !is_error(value);
  ExprPtr test = make(ExprKind::in_list, Type{TypeKind::boolean}, span);
  test->negated = in.negated;
  test->args.push_back(std::move(value));
  for (const ast::ExprPtr& written : in.items) {
    if (report_values_in_list(context, scope, *written)) { fine = false; continue; }
    ExprPtr item = check(context, scope, *written, &hint);
    if (is_error(item)) { fine = false; continue; }
    if (!is_constant(item)) {
      context.diagnostics.report(Code::constant_expected, written->span, "an item of `in [ ]`").label("not a constant")
          .help("compare with `is`, joined by `or`");
      fine = false;
      continue;
    }
    if (fine) fine = unify(context, test->args[0], item, written->span);
    test->args.push_back(std::move(item));
  }
  return fine ? std::move(test) : make_error(span);
}

ExprPtr check_in_range(Context& context, Scope& scope, const ast::InRangeExpr& in, Span span) {
  uint32_t before = scope.rolling_keep;
  scope.rolling_keep = kept_by_comparison(*in.value, *in.high, ast::CompareOp::less_equal);
  ExprPtr value = check(context, scope, *in.value);
  scope.rolling_keep = before;
  Type hint = value->type.known();
  ExprPtr low = check(context, scope, *in.low, &hint);
  ExprPtr high = check(context, scope, *in.high, &hint);
  if (is_error(value) || is_error(low) || is_error(high)) return make_error(span);
  if (!check_order(context, *value, in.value->span, "..")) return make_error(span);
  if (in.negated) value = need_known(context, std::move(value), "`not in` has no answer for a value that is unknown");
  low = need_known(context, std::move(low), "the ends of a range are known");
  high = need_known(context, std::move(high), "the ends of a range are known");
  if (is_error(value) || is_error(low) || is_error(high)) return make_error(span);
  if (!unify(context, value, low, span) || !unify(context, value, high, span)) return make_error(span);
  if (low->type.known() != value->type.known()) low = convert(low, value->type.known());  // an int low end beside a number high end
  if (!low) return make_error(span);
  if (is_constant(low) && is_constant(high) && !low->type.is_text() && !value->type.is_text()) {
    bool number = low->type.kind == TypeKind::number;
    if (number ? low->value.number > high->value.number : low->value.integer > high->value.integer) {
      context.diagnostics.report(Code::range_backwards, span).label("ends before it begins")
          .fix("swap the ends", Span{span.file, in.low->span.begin, in.high->span.end},
               std::string(context.sources.text(in.high->span)) + ".." + std::string(context.sources.text(in.low->span)), false);
      return make_error(span);
    }
  }
  ExprPtr test = make(ExprKind::in_range, Type{TypeKind::boolean}, span, std::move(value), std::move(low), std::move(high));
  test->negated = in.negated;
  return test;
}

}  // namespace wend::sema
