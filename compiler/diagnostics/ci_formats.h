// The formats of CI: SARIF 2.1.0, the annotations of GitHub's workflows, JUnit's XML. Pure functions from data to text: nothing
// here reads a clock, a file or the environment. Tested by tests/unit/diagnostics/ci_formats_test.cpp; SARIF against its public
// schema by tests/outside/sarif.mjs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/findings.h"

namespace wend {

struct SarifTool {
  std::string version;                  // of wend
  std::string home;                     // an absolute URL that the pages of the codes stand below; empty: there is none
};

// One run. Columns count scalar values, and the log says so. A finding that stands nowhere is put at the start of project.wend,
// since readers refuse a result without a place. Files are relative to `%SRCROOT%`.
std::string render_sarif(std::span<const Finding> findings, std::span<const FindingRule> rules, const SarifTool& tool);

// Workflow commands, a line each: of a step GitHub shows this many errors and as many warnings and drops what is more without a
// word; so the worst come first, and the last line tells how many are left out. `all_listed`: the summary has them all.
constexpr size_t kGithubShown = 10;
std::string render_github(std::span<const Finding> findings, bool all_listed = false);

// The table for the file that $GITHUB_STEP_SUMMARY names, in Markdown; at most `bytes_max`, then it says how many rows are left out.
constexpr size_t kGithubSummaryBytes = 1 << 20;
std::string render_github_summary(std::string_view title, std::span<const Finding> findings, size_t bytes_max = kGithubSummaryBytes);

struct JunitCase {
  enum class Result : uint8_t { passed, failed, error } result = Result::passed;   // error: it could not be run
  std::string suite;                    // cases of one stand together
  std::string classname, name, file;
  uint32_t line = 0;                    // 0: none
  int64_t time_us = 0;
  std::string type, message, body;      // failed, error
  std::string said;                     // passed or not: for <system-out>
};
std::string render_junit(std::string_view name, std::span<const JunitCase> cases);

}  // namespace wend
