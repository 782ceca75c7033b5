// Whether an expectation holds, and in words what was found where it does not. Private to the test host.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "runtime/core/step.h"
#include "runtime/hosts/test_host.h"

namespace wend {

// What a test knows when an expectation is looked at.
struct TestSoFar {
  Step& step;
  UserState& user;
  bool seen = false;                    // the user's first event has been
  int64_t at = 0;
  std::span<const Decision> decisions;
  std::optional<int64_t> until;         // `deferred M until T`, resolved
};

// Empty: it holds.
std::optional<std::string> unmet(const HostExpectation& expectation, TestSoFar& test);

}  // namespace wend
