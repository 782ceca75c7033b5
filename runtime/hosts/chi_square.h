// Whether the arms of an experiment got as many people as their weights say. An imbalance is the first sign that an experiment
// is not what it seems: A. Fabijan and others, "Diagnosing Sample Ratio Mismatch in Online Controlled Experiments", KDD 2019.
// Tested by tests/unit/hosts/simulation_test.cpp against published quantiles.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace wend {

struct Balance {
  double chi_square = 0;                 // Pearson's statistic: the sum of (found - expected)^2 / expected
  double p = 1;                          // how likely one so large is where the weights are kept
  bool mismatch() const { return p < 0.001; }
};
// Nothing where nobody was counted, or one arm has all the weight.
std::optional<Balance> balance_of(const std::vector<uint64_t>& found, const std::vector<int64_t>& weights);

// The share of a chi-square distribution of so many degrees of freedom that lies above a value.
double chi_square_above(double value, double degrees);

}  // namespace wend
