// The upper incomplete gamma function: its series where that converges fast (DLMF 8.7.1), else its continued fraction (DLMF 8.9.2)
// by Lentz's method.
#include "runtime/hosts/chi_square.h"

#include <cmath>

namespace wend {
namespace {

constexpr int kTermsMost = 500;
constexpr double kNearEnough = 1e-14, kTiny = 1e-300;

double lower_by_series(double a, double x) {
  double term = 1 / a, sum = term;
  for (int n = 1; n < kTermsMost && term > sum * kNearEnough; ++n) {
    term *= x / (a + n);
    sum += term;
  }
  return sum * std::exp(a * std::log(x) - x - std::lgamma(a));
}

double upper_by_fraction(double a, double x) {
  double b = x + 1 - a, c = 1 / kTiny, d = 1 / b, fraction = d;
  for (int n = 1; n < kTermsMost; ++n) {
    const double an = -n * (n - a);
    b += 2;
    d = an * d + b;
    if (std::abs(d) < kTiny) d = kTiny;
    c = b + an / c;
    if (std::abs(c) < kTiny) c = kTiny;
    d = 1 / d;
    const double by = c * d;
    fraction *= by;
    if (std::abs(by - 1) < kNearEnough) break;
  }
  return fraction * std::exp(a * std::log(x) - x - std::lgamma(a));
}

}  // namespace

double chi_square_above(double value, double degrees) {
  if (!(value > 0)) return 1;
  const double a = degrees / 2, x = value / 2;
  return x < a + 1 ? 1 - lower_by_series(a, x) : upper_by_fraction(a, x);
}

std::optional<Balance> balance_of(const std::vector<uint64_t>& found, const std::vector<int64_t>& weights) {
  double people = 0, weight = 0;
  int arms = 0;
  for (size_t i = 0; i < found.size() && i < weights.size(); ++i) {
    people += static_cast<double>(found[i]);
    weight += static_cast<double>(weights[i]);
    arms += weights[i] > 0;
  }
  if (people == 0 || arms < 2) return std::nullopt;
  Balance balance;
  for (size_t i = 0; i < found.size() && i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    const double expected = people * static_cast<double>(weights[i]) / weight, off = static_cast<double>(found[i]) - expected;
    balance.chi_square += off * off / expected;
  }
  balance.p = chi_square_above(balance.chi_square, arms - 1);
  return balance;
}

}  // namespace wend
