// What tests came to, in every format.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/cli/reports.h"
#include "compiler/cli/test_runner.h"
#include "runtime/hosts/coverage.h"

namespace wend::cli {

class TestReport {
 public:
  // Writes the table for GitHub's summary where that is wanted. What it is given must outlive it.
  TestReport(const Project& project, std::span<const TestResult> results, const Coverage* coverage, std::span<const ReportTarget> targets);

  size_t failed() const { return failed_; }
  // A line a test and the whole of what failed, then the coverage; `quiet` only what failed.
  std::string text(bool colour, bool quiet) const;
  std::string summary() const;          // "12 tests passed, 30 expectations looked at"
  std::string in(const std::string& format) const;

 private:
  std::string brief() const;            // short
  std::string json() const;
  std::string junit() const;
  std::string sarif() const;
  std::vector<Finding> findings() const;

  const Project& project_;
  std::span<const TestResult> results_;
  const Coverage* coverage_;
  size_t failed_ = 0, expectations_ = 0;
  std::vector<Finding> findings_;
  bool summarised_ = false;
};

}  // namespace wend::cli
