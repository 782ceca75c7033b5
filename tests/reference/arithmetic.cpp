// Arithmetic: whole kinds saturate, numbers are clamped to what is finite, nothing is ever NaN.
#include <cmath>
#include <limits>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

using K = TypeKind;

// Rounded to a whole number, halves to even, held to 64 bits.
int64_t rounded(double value) {
  if (value >= 9223372036854775808.0) return INT64_MAX;
  if (value < -9223372036854775808.0) return INT64_MIN;
  return static_cast<int64_t>(std::nearbyint(value));
}

double share(Type type, const Value& value) {
  return type.kind == K::percent ? static_cast<double>(value.integer) / 1e6 : value.number;
}

Value multiply(Type a, Type b, const Value& x, const Value& y) {
  if (a.kind == K::number && b.kind == K::number) return number_value(x.number * y.number);
  if (b.kind == K::integer && a.kind != K::number) return integer_value(saturate(static_cast<__int128>(x.integer) * y.integer));
  if (a.kind == K::integer && b.kind != K::number) return integer_value(saturate(static_cast<__int128>(x.integer) * y.integer));
  return integer_value(rounded(static_cast<double>(x.integer) * share(b, y)));
}

Value add(Type a, Type b, const Value& x, const Value& y, int sign) {
  if (a.kind == K::number) return number_value(sign > 0 ? x.number + y.number : x.number - y.number);
  __int128 second = y.integer;
  if (a.kind == K::date && b.kind == K::duration) second /= kDay;
  return integer_value(saturate(static_cast<__int128>(x.integer) + sign * second));
}

// n / d as a whole number, halves to the even one.
Value quotient(__int128 n, __int128 d) {
  const __int128 whole = n / d, rest = n % d, twice = 2 * (rest < 0 ? -rest : rest), size = d < 0 ? -d : d;
  const bool away = twice > size || (twice == size && whole % 2 != 0);
  return integer_value(saturate(away ? whole + ((n < 0) == (d < 0) ? 1 : -1) : whole));
}

Value divide(Type type, Type by, const Value& x, const Value& y) {
  if (type.kind != K::number && type.kind != by.kind) {  // a quantity by a plain number
    if (by.kind == K::number) return y.number == 0 ? unknown_value() : integer_value(rounded(static_cast<double>(x.integer) / y.number));
    return y.integer == 0 ? unknown_value() : quotient(x.integer, y.integer);
  }
  double a = type.kind == K::number ? x.number : static_cast<double>(x.integer);
  double b = type.kind == K::number ? y.number : static_cast<double>(y.integer);
  return b == 0 ? unknown_value() : number_value(a / b);
}

}  // namespace

Value unknown_value() {
  Value value;
  value.known = false;
  return value;
}

Value integer_value(int64_t integer) {
  Value value;
  value.integer = integer;
  return value;
}

Value number_value(double number) {
  double largest = std::numeric_limits<double>::max();
  Value value;
  value.number = std::fmin(std::fmax(number, -largest), largest);
  return value;
}

int64_t saturate(__int128 value) {
  if (value > INT64_MAX) return INT64_MAX;
  if (value < INT64_MIN) return INT64_MIN;
  return static_cast<int64_t>(value);
}

Value evaluate_arithmetic(const Expr& expr, const Scene& scene) {
  Value x = evaluate(*expr.args[0], scene);
  if (expr.kind == ExprKind::negate)
    return expr.type.kind == K::number ? number_value(-x.number) : integer_value(saturate(-static_cast<__int128>(x.integer)));
  Value y = evaluate(*expr.args[1], scene);
  Type a = expr.args[0]->type, b = expr.args[1]->type;
  switch (expr.kind) {
    case ExprKind::add: return add(a, b, x, y, 1);
    case ExprKind::subtract: return add(a, b, x, y, -1);
    case ExprKind::multiply: return multiply(a, b, x, y);
    default: return divide(a, b, x, y);
  }
}

}  // namespace wend::reference
