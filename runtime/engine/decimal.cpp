// Digit by digit; a very long or very far exponent is bounded before anything is computed with it.
#include "runtime/engine/decimal.h"

#include <string>

namespace wend {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The significant digits, and the power of ten the last of them stands for.
struct Parts {
  bool negative = false;
  std::string_view whole, fraction;
  int64_t exponent = 0;
};

bool split(std::string_view text, Parts& parts) {
  size_t at = 0;
  const auto run = [&] {
    const size_t start = at;
    while (at < text.size() && is_digit(text[at])) ++at;
    return text.substr(start, at - start);
  };
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) parts.negative = text[at++] == '-';
  parts.whole = run();
  if (at < text.size() && text[at] == '.') {
    ++at;
    parts.fraction = run();
    if (parts.fraction.empty()) return false;
  }
  if (parts.whole.empty() && parts.fraction.empty()) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    bool below = false;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) below = text[at++] == '-';
    const std::string_view exponent = run();
    if (exponent.empty()) return false;
    for (char c : exponent) parts.exponent = parts.exponent > 1'000'000 ? parts.exponent : parts.exponent * 10 + (c - '0');
    if (below) parts.exponent = -parts.exponent;
  }
  return at == text.size();
}

}  // namespace

bool parse_decimal(std::string_view digits, int scale, int64_t& out) {
  Parts parts;
  if (!split(digits, parts)) return false;
  const int64_t whole = static_cast<int64_t>(parts.whole.size());
  const int64_t count = whole + static_cast<int64_t>(parts.fraction.size());
  const auto digit = [&](int64_t i) { return (i < whole ? parts.whole[i] : parts.fraction[i - whole]) - '0'; };
  const int64_t kept = whole + parts.exponent + scale;   // digits before the point of the result
  constexpr __int128 kMost = static_cast<__int128>(INT64_MAX) + 1;

  __int128 value = 0;
  for (int64_t i = 0; i < kept; ++i) {
    if (i >= count && value == 0) break;
    value = value * 10 + (i < count ? digit(i) : 0);
    if (value > kMost) return false;
  }
  const int64_t next = kept < 0 ? 0 : kept;
  if (next < count && kept >= 0) {
    bool behind = false;
    for (int64_t i = next + 1; i < count && !behind; ++i) behind = digit(i) != 0;
    if (digit(next) > 5 || (digit(next) == 5 && (behind || (value & 1) != 0))) ++value;
  }
  if (value > kMost || (value == kMost && !parts.negative)) return false;
  out = static_cast<int64_t>(parts.negative ? -value : value);
  return true;
}

}  // namespace wend
