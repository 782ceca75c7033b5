// Arithmetic: which units add, multiply and divide to what. Constants are folded, so that an overflow that can be
// seen is an error where it stands.
#include <cmath>
#include <limits>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

using K = TypeKind;

bool measures(K kind) { return kind == K::money || kind == K::duration; }

bool fits_integer(K kind) { return kind != K::number && kind != K::text; }

std::string op_word(ast::BinaryOp op) {
  switch (op) {
    case ast::BinaryOp::add: return "+";
    case ast::BinaryOp::subtract: return "-";
    case ast::BinaryOp::multiply: return "*";
    default: return "/";
  }
}

// Folds two constants of integer kinds; nothing when it overflows (reported).
ExprPtr fold_integers(Context& context, ExprKind kind, Type type, const Expr& left, const Expr& right, Span span) {
  int64_t result = 0;
  bool over = kind == ExprKind::add        ? __builtin_add_overflow(left.value.integer, right.value.integer, &result)
              : kind == ExprKind::subtract ? __builtin_sub_overflow(left.value.integer, right.value.integer, &result)
                                           : __builtin_mul_overflow(left.value.integer, right.value.integer, &result);
  if (over) {
    context.diagnostics.report(Code::overflow, span, type_name(context.program, type)).label("too large")
        .note("a whole number has 64 bits: it ends at 9223372036854775807");
    return make_error(span);
  }
  Value value;
  value.integer = result;
  return make_constant(type, std::move(value), span);
}

ExprPtr fold_numbers(ExprKind kind, const Expr& left, const Expr& right, Span span) {
  double a = left.value.number, b = right.value.number;
  double result = kind == ExprKind::add ? a + b : kind == ExprKind::subtract ? a - b : kind == ExprKind::multiply ? a * b : a / b;
  double largest = std::numeric_limits<double>::max();
  Value value;
  value.number = std::fmin(std::fmax(result, -largest), largest);
  return make_constant({K::number}, std::move(value), span);
}

// `add`, `subtract`, `multiply` of operands already of fitting types.
ExprPtr combine(Context& context, ExprKind kind, Type type, ExprPtr left, ExprPtr right, Span span) {
  if (is_constant(left) && is_constant(right)) {
    if (left->type.kind == K::number && right->type.kind == K::number) return fold_numbers(kind, *left, *right, span);
    bool whole = fits_integer(left->type.kind) && fits_integer(right->type.kind) && right->type.kind != K::percent;
    bool date = type.kind == K::date || left->type.kind == K::date || left->type.kind == K::time_of_day;
    if (whole && !date) return fold_integers(context, kind, type, *left, *right, span);
  }
  return make(kind, type, span, std::move(left), std::move(right));
}

bool whole_days(Context& context, const Expr& duration) {
  if (duration.kind == ExprKind::constant && duration.value.integer % kDay == 0) return true;
  context.diagnostics.report(Code::not_whole_days, duration.span).label(duration.kind == ExprKind::constant ? "not whole days" : "not written out")
      .note("a date moves by whole days, said as a constant: `today + 7 days`");
  return false;
}

ExprPtr fail(Context& context, const ast::BinaryExpr& binary, const Expr& left, const Expr& right, Span span) {
  bool money = left.type.kind == K::money && right.type.kind == K::money;
  std::string a = type_name(context.program, left.type.known()), b = type_name(context.program, right.type.known());
  if (money && binary.op != ast::BinaryOp::multiply) {
    context.diagnostics.report(Code::currency_mismatch, span, a, b).label("different currencies");
    return make_error(span);
  }
  auto& diagnostic = context.diagnostics.report(Code::not_computable, span, op_word(binary.op), a, b);
  diagnostic.label("no meaning for these types").also(left.span, "of type `" + a + "`").also(right.span, "of type `" + b + "`");
  auto plain = [](K kind) { return kind == K::integer || kind == K::number; };
  if (binary.op == ast::BinaryOp::divide) {
    if (measures(left.type.kind)) diagnostic.help("money and durations are divided by a plain number, or by their like");
  } else if (plain(right.type.kind) && left.type.kind == K::date) diagnostic.help("say the unit: `+ 7 days`");
  else if (plain(right.type.kind) && left.type.kind == K::money) diagnostic.help("say the currency: `+ 10 " + context.program.currencies[left.type.of] + "`");
  else if (left.type.is_text()) diagnostic.help("texts are put together in a message: `{{ first_name }} {{ last_name }}`");
  return make_error(span);
}

ExprPtr as_number(ExprPtr expr) { return expr->type.kind == K::number ? std::move(expr) : convert(expr, {K::number}); }

ExprPtr add_or_subtract(Context& context, const ast::BinaryExpr& binary, ExprPtr left, ExprPtr right, Span span) {
  ExprKind kind = binary.op == ast::BinaryOp::add ? ExprKind::add : ExprKind::subtract;
  bool adding = kind == ExprKind::add;
  K a = left->type.kind, b = right->type.kind;
  auto done = [&](Type type) { return combine(context, kind, type, std::move(left), std::move(right), span); };
  if (left->type == right->type) {
    if (is_quantity(a)) return done(left->type);
    if (!adding && a == K::date) return done({K::integer});
    if (!adding && a == K::time) return done({K::duration});
    return fail(context, binary, *left, *right, span);
  }
  if ((a == K::integer && b == K::number) || (a == K::number && b == K::integer))
    return combine(context, kind, {K::number}, as_number(std::move(left)), as_number(std::move(right)), span);
  if (adding && a == K::duration && (b == K::time || b == K::date)) {
    std::swap(left, right);
    std::swap(a, b);
  }
  if (a == K::time && b == K::duration) return done({K::time});
  if (a == K::date && b == K::duration) return whole_days(context, *right) ? done({K::date}) : make_error(span);
  return fail(context, binary, *left, *right, span);
}

// A constant percentage as the number it is: 40% is 0.4.
void percent_to_number(ExprPtr& expr) {
  if (expr->type.kind != K::percent || !is_constant(expr)) return;
  expr->value.number = static_cast<double>(expr->value.integer) / 1e6;
  expr->value.integer = 0;
  expr->type = {K::number};
}

ExprPtr multiply(Context& context, const ast::BinaryExpr& binary, ExprPtr left, ExprPtr right, Span span) {
  if (measures(right->type.kind) && !measures(left->type.kind)) std::swap(left, right);  // the quantity goes left
  K a = left->type.kind, b = right->type.kind;
  if (a == K::money && (b == K::integer || b == K::number || b == K::percent)) {
    Type type = left->type;
    return b == K::integer ? combine(context, ExprKind::multiply, type, std::move(left), std::move(right), span)
                           : make(ExprKind::multiply, type, span, std::move(left), std::move(right));
  }
  if (!(a == K::percent && b == K::percent)) {
    percent_to_number(right);
    percent_to_number(left);
    a = left->type.kind;
    b = right->type.kind;
  }
  if (a == K::duration && b == K::integer) return combine(context, ExprKind::multiply, {K::duration}, std::move(left), std::move(right), span);
  if (a == K::duration && b == K::number) return make(ExprKind::multiply, Type{K::duration}, span, std::move(left), std::move(right));
  if (a == K::integer && b == K::integer) return combine(context, ExprKind::multiply, {K::integer}, std::move(left), std::move(right), span);
  bool numbers = (a == K::integer || a == K::number) && (b == K::integer || b == K::number);
  if (numbers) return combine(context, ExprKind::multiply, {K::number}, as_number(std::move(left)), as_number(std::move(right)), span);
  return fail(context, binary, *left, *right, span);
}

ExprPtr divide(Context& context, const ast::BinaryExpr& binary, ExprPtr left, ExprPtr right, Span span) {
  K a = left->type.kind, b = right->type.kind;
  bool zero = is_constant(right) && (b == K::number ? right->value.number == 0 : right->value.integer == 0);
  bool by_plain = b == K::integer || b == K::number;
  bool plain = (a == K::integer || a == K::number) && by_plain;
  bool part = measures(a) && by_plain;  // the average order, half the time: of the same kind
  bool same = left->type == right->type && (measures(a) || a == K::percent);
  if (!plain && !part && !same) return fail(context, binary, *left, *right, span);
  if (zero) {
    context.diagnostics.report(Code::zero_divisor, right->span).label("always zero").note("nothing divided by zero is ever known");
    return make_error(span);
  }
  bool known = is_constant(right);
  if (plain) {
    left = as_number(std::move(left));
    right = as_number(std::move(right));
    if (is_constant(left) && is_constant(right)) return fold_numbers(ExprKind::divide, *left, *right, span);
  }
  Type type = part ? left->type : Type{K::number};
  type.optional = !known;
  return make(ExprKind::divide, type, span, std::move(left), std::move(right));
}

}  // namespace

ExprPtr check_arithmetic(Context& context, Scope& scope, const ast::BinaryExpr& binary, Span span, const Type* hint) {
  ExprPtr left = check(context, scope, *binary.left, hint);
  ExprPtr right = check(context, scope, *binary.right, hint);
  std::string why = "`" + op_word(binary.op) + "` needs both values";
  left = need_known(context, std::move(left), why);
  right = need_known(context, std::move(right), why);
  if (is_error(left) || is_error(right)) return make_error(span);
  switch (binary.op) {
    case ast::BinaryOp::add:
    case ast::BinaryOp::subtract: return add_or_subtract(context, binary, std::move(left), std::move(right), span);
    case ast::BinaryOp::multiply: return multiply(context, binary, std::move(left), std::move(right), span);
    default: return divide(context, binary, std::move(left), std::move(right), span);
  }
}

ExprPtr check_negate(Context& context, Scope& scope, const ast::NegateExpr& negate, Span span, const Type* hint) {
  ExprPtr operand = need_known(context, check(context, scope, *negate.operand, hint), "`-` needs a value");
  if (is_error(operand)) return make_error(span);
  if (!is_quantity(operand->type.kind)) {
    context.diagnostics.report(Code::type_mismatch, operand->span, "number", type_name(context.program, operand->type))
        .label("of type `" + type_name(context.program, operand->type) + "`").note("only quantities have a negative");
    return make_error(span);
  }
  if (is_constant(operand)) {
    operand->span = span;
    operand->value.number = operand->type.kind == K::number ? -operand->value.number : 0;
    if (__builtin_sub_overflow(int64_t{0}, operand->value.integer, &operand->value.integer)) {
      context.diagnostics.report(Code::overflow, span, type_name(context.program, operand->type)).label("too large");
      return make_error(span);
    }
    return operand;
  }
  Type type = operand->type;
  return make(ExprKind::negate, type, span, std::move(operand));
}

}  // namespace wend::sema
