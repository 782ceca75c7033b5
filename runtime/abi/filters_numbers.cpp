// Filters of templates over numbers and money: the bodies of rows of compiler/builtins/builtins.def. Whole numbers saturate.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <string>

#include "runtime/abi/text_format.h"
#include "runtime/abi/text_result.h"

namespace {

constexpr int64_t kLeast = std::numeric_limits<int64_t>::min(), kMost = std::numeric_limits<int64_t>::max();

int64_t saturated(__int128 value) { return value < kLeast ? kLeast : value > kMost ? kMost : static_cast<int64_t>(value); }

double bounded(double value) {
  constexpr double kLargest = std::numeric_limits<double>::max();
  return std::isnan(value) ? 0 : std::clamp(value, -kLargest, kLargest);
}

// To 15 significant digits: 10.1 - 2.2 is 7.9 to a reader, and not 7.8999999999999995.
double to_15_digits(double value) {
  value = bounded(value);
  char text[32];
  const char* end = std::to_chars(text, text + sizeof text, value, std::chars_format::scientific, 14).ptr;
  double rounded = value;
  std::from_chars(text, end, rounded);
  return std::isfinite(rounded) ? rounded : value;
}

// The quotient towards the smaller number.
__int128 floored(__int128 a, __int128 b) {
  const __int128 quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}

// The quotient rounded, halves to even, as money divides everywhere in the language.
__int128 rounded(__int128 a, __int128 b) {
  if (b < 0) {
    a = -a;
    b = -b;
  }
  const __int128 below = floored(a, b), twice = 2 * (a - below * b);
  return twice > b || (twice == b && below % 2 != 0) ? below + 1 : below;
}

// ---- money

struct Currency {
  std::string_view code, sign;
  bool behind = false;   // the sign stands behind the number
  int places = 2;
};

Currency currency_of(std::string_view code) {
  static constexpr Currency kCurrencies[] = {
      {"EUR", "€"}, {"USD", "$"}, {"GBP", "£"}, {"JPY", "¥", false, 0}, {"CNY", "¥"}, {"INR", "₹"}, {"KRW", "₩", false, 0},
      {"AUD", "$"}, {"CAD", "$"}, {"NZD", "$"}, {"SGD", "$"}, {"HKD", "$"}, {"MXN", "$"}, {"BRL", "R$"}, {"ZAR", "R"},
      {"TRY", "₺"}, {"ILS", "₪"}, {"UAH", "₴"}, {"THB", "฿"}, {"SEK", " kr", true}, {"NOK", " kr", true}, {"DKK", " kr", true},
      {"ISK", " kr", true, 0}, {"PLN", " zł", true}, {"CZK", " Kč", true}, {"HUF", " Ft", true}, {"CHF", "CHF "}};
  for (const Currency& currency : kCurrencies)
    if (currency.code == code) return currency;
  return {code, {}, false, 2};
}

uint64_t magnitude(int64_t value) { return value < 0 ? ~static_cast<uint64_t>(value) + 1 : static_cast<uint64_t>(value); }

uint64_t power_of_ten(int places) {
  uint64_t power = 1;
  for (int i = 0; i < places; ++i) power *= 10;
  return power;
}

// "1,234.50", halves away from zero; `trim`: "1,234" where the decimals are all zero.
std::string amount(int64_t micros, int places, bool trim) {
  const uint64_t unit = power_of_ten(6 - places), scale = power_of_ten(places);
  const uint64_t value = magnitude(micros) / unit + (magnitude(micros) % unit * 2 >= unit && unit > 1 ? 1 : 0);
  std::string digits = std::to_string(value / scale);
  for (size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  if (places == 0 || (trim && value % scale == 0)) return digits;
  std::string decimals = std::to_string(value % scale);
  decimals.insert(0, static_cast<size_t>(places) - decimals.size(), '0');
  return digits + "." + decimals;
}

std::string signed_amount(int64_t micros, const Currency& currency, bool trim) {
  const std::string number = amount(micros, currency.places, trim);
  const std::string minus = micros < 0 ? "-" : "";
  return currency.behind ? minus + number + std::string(currency.sign) : minus + std::string(currency.sign) + number;
}

}  // namespace

extern "C" {

int64_t wend_fn_plus_int(wend_ctx*, int64_t a, int64_t b) noexcept { return saturated(static_cast<__int128>(a) + b); }
int64_t wend_fn_minus_int(wend_ctx*, int64_t a, int64_t b) noexcept { return saturated(static_cast<__int128>(a) - b); }
int64_t wend_fn_times_int(wend_ctx*, int64_t a, int64_t b) noexcept { return saturated(static_cast<__int128>(a) * b); }
int64_t wend_fn_at_least_int(wend_ctx*, int64_t a, int64_t b) noexcept { return std::max(a, b); }
int64_t wend_fn_at_most_int(wend_ctx*, int64_t a, int64_t b) noexcept { return std::min(a, b); }
double wend_fn_plus_number(wend_ctx*, double a, double b) noexcept { return to_15_digits(a + b); }
double wend_fn_minus_number(wend_ctx*, double a, double b) noexcept { return to_15_digits(a - b); }
double wend_fn_times_number(wend_ctx*, double a, double b) noexcept { return to_15_digits(a * b); }
double wend_fn_at_least_number(wend_ctx*, double a, double b) noexcept { return a < b ? b : a; }
double wend_fn_at_most_number(wend_ctx*, double a, double b) noexcept { return b < a ? b : a; }

int64_t wend_fn_times_money(wend_ctx*, int64_t a, double b) noexcept {
  const double product = std::nearbyint(bounded(static_cast<double>(a) * b));   // halves to even
  if (product >= 9223372036854775808.0) return kMost;
  return product < -9223372036854775808.0 ? kLeast : static_cast<int64_t>(product);
}

int64_t wend_fn_round_money(wend_ctx*, int64_t value, int64_t digits) noexcept {
  const uint64_t unit = power_of_ten(6 - static_cast<int>(std::clamp<int64_t>(digits, 0, 6)));
  const __int128 size = magnitude(value);
  const __int128 units = size / unit + (size % unit * 2 >= unit && unit > 1 ? 1 : 0);
  return saturated(value < 0 ? -units * unit : units * unit);
}

int32_t wend_fn_divided_by_int(wend_ctx*, wend_slot* out, int64_t a, int64_t b) noexcept {
  if (b == 0) return 0;
  out->integer = saturated(floored(a, b));
  return 1;
}

int32_t wend_fn_divided_by_money(wend_ctx*, wend_slot* out, int64_t a, int64_t b) noexcept {
  if (b == 0) return 0;
  out->integer = saturated(rounded(a, b));
  return 1;
}

int32_t wend_fn_divided_by_number(wend_ctx*, wend_slot* out, double a, double b) noexcept {
  if (b == 0) return 0;
  out->number = bounded(a / b);
  return 1;
}

int32_t wend_fn_modulo_int(wend_ctx*, wend_slot* out, int64_t a, int64_t b) noexcept {
  if (b == 0) return 0;
  out->integer = saturated(static_cast<__int128>(a) - floored(a, b) * b);
  return 1;
}

int32_t wend_fn_modulo_number(wend_ctx*, wend_slot* out, double a, double b) noexcept {
  if (b == 0) return 0;
  double left = std::fmod(a, b);
  if (left != 0 && (left < 0) != (b < 0)) left += b;
  out->number = to_15_digits(left);
  return 1;
}

void wend_fn_money(wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) noexcept {
  const Currency found = currency_of(wend::view_of(currency, currency_size));
  if (found.sign.empty()) return wend_fn_money_with_currency(ctx, out, micros, currency, currency_size);
  wend::give_text(ctx, out, signed_amount(micros, found, false));
}

void wend_fn_money_with_currency(wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) noexcept {
  const std::string_view code = wend::view_of(currency, currency_size);
  wend::give_text(ctx, out, signed_amount(micros, currency_of(code), false).append(1, ' ').append(code));
}

void wend_fn_money_without_currency(wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) noexcept {
  const Currency found = currency_of(wend::view_of(currency, currency_size));
  wend::give_text(ctx, out, (micros < 0 ? "-" : "") + amount(micros, found.places, false));
}

void wend_fn_money_without_trailing_zeros(wend_ctx* ctx, wend_text* out, int64_t micros, const char* currency, int64_t currency_size) noexcept {
  const std::string_view code = wend::view_of(currency, currency_size);
  const Currency found = currency_of(code);
  std::string text = signed_amount(micros, found, true);
  if (found.sign.empty()) text.append(1, ' ').append(code);
  wend::give_text(ctx, out, text);
}

}  // extern "C"
