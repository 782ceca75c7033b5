// Runs tests side by side; what comes out has the order of what went in, whatever finishes first.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/hosts/test_host.h"

namespace wend::cli {

struct TestResult {
  const HostTest* test = nullptr;
  TestOutcome outcome;
  TestTrace trace;
  int64_t time_us = 0;                  // for reports only
};

// `jobs` 0: as many as the machine has cores and the tests are worth.
std::vector<TestResult> run_tests(const Module& module, std::span<const HostTest* const> tests, unsigned jobs = 0);

}  // namespace wend::cli
