// Whose decisions differ between two runs over the same events, and in what first; only who differs is in memory. Tested by
// tests/unit/hosts/simulation_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/hosts/paired_decisions.h"

namespace wend {

struct DecisionChanges {
  uint64_t people = 0;                       // with a line that differs
  struct First { std::string user, before, after; };   // decision lines; empty: there is none
  std::vector<First> sample;                 // by time, then user; at most kSample
  static constexpr size_t kSample = 10;
};

// Fed as PairedDecisions is.
class DecisionComparison {
 public:
  DecisionComparison();
  void before(std::string_view line) { pairs_.before(line); }
  void after(std::string_view line) { pairs_.after(line); }
  std::optional<std::string> finish(DecisionChanges& changes);

 private:
  void compare(const std::string& user, const PairedDecisions::Lines& before, const PairedDecisions::Lines& after);

  std::set<std::string, std::less<>> users_;
  DecisionChanges changes_;
  PairedDecisions pairs_;
};

}  // namespace wend
