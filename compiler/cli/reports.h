// Where the reports of one run go: `--format F` to the terminal, each `--output F=FILE` to a file of its own, so that one run
// feeds people, SARIF and JUnit.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "compiler/cli/command.h"
#include "compiler/diagnostics/findings.h"
#include "compiler/service/service.h"

namespace wend::cli {

struct ReportTarget {
  std::string format;
  std::string path;                     // empty: the terminal
};

// The two options, in front of `more`.
std::vector<Option> with_report_options(std::vector<Option> more);

// The terminal's first. Throws UsageError where an `--output` is none, or names a file twice.
std::vector<ReportTarget> report_targets(const Arguments& arguments);

// A report in a format, for a terminal with or without colour; of text, the command itself decides which stream it goes to.
using RenderReport = std::function<std::string(const std::string& format)>;
// Writes every file; 5 where one cannot be written, else `code`. Throws UsageError where a file of the project would be overwritten.
int write_reports(std::span<const ReportTarget> targets, const Project& project, Terminal& terminal, int code, const RenderReport& render);

// Whether GitHub's annotations are among them.
bool tells_github(std::span<const ReportTarget> targets);
// Puts the table behind what the file of $GITHUB_STEP_SUMMARY holds; nothing where there is none. Whether all rows are there.
bool write_github_summary(const std::string& title, std::span<const Finding> findings);

// From the root of the repository that holds the project to the project: "" or "shop/". Annotations and code scanning look there.
std::string way_to_project(const std::string& root);

}  // namespace wend::cli
