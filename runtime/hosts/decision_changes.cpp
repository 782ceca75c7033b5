#include "runtime/hosts/decision_changes.h"

#include <algorithm>

namespace wend {

DecisionComparison::DecisionComparison()
    : pairs_([this](int64_t, const std::string& user, const PairedDecisions::Lines& before, const PairedDecisions::Lines& after) { compare(user, before, after); }) {}

void DecisionComparison::compare(const std::string& user, const PairedDecisions::Lines& before, const PairedDecisions::Lines& after) {
  if (before == after || !users_.insert(user).second || changes_.sample.size() >= DecisionChanges::kSample) return;
  size_t same = 0;
  while (same < std::min(before.size(), after.size()) && before[same] == after[same]) ++same;
  const auto line = [same](const PairedDecisions::Lines& lines) { return same < lines.size() ? lines[same] : std::string(); };
  changes_.sample.push_back({user, line(before), line(after)});
}

std::optional<std::string> DecisionComparison::finish(DecisionChanges& changes) {
  const std::optional<std::string> fault = pairs_.finish();
  changes_.people = users_.size();
  changes = std::move(changes_);
  return fault;
}

}  // namespace wend
