// A project with more rules than it has, to tell what one of them costs: journeys, each with an `enter when` that compares a measure of the
// project with a number so high that it does not come to hold. Tested by tests/unit/service/more_rules_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/service/service.h"

namespace wend {

struct MoreRules {
  Project project;                      // ok()
  uint32_t rules = 0;
  std::string condition;                // as people read it: "spend >= …"
  std::vector<uint32_t> touching;       // events that feed what the rules read, by index in the program
};

// `seen`: how often each event happened, by index in the program. The measure is the most fed of those that are numbers and never unknown;
// where there is none, or none can be named, the count in the last 7 days of the event seen most. Nothing: the project has no event.
std::optional<MoreRules> with_more_rules(const Project& project, std::span<const uint64_t> seen, uint32_t rules = 100);

}  // namespace wend
