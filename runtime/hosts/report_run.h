// Reports over a log: the events of files, resolved to users as a run resolves them, and how far each user came. Nothing is decided
// and no profile is kept. Behind `wend report`. Tested by tests/golden/cli/cases/report.golden and tests/unit/hosts/report_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/reports.h"
#include "runtime/engine/funnel.h"
#include "runtime/hosts/batch.h"

namespace wend {

struct ReportResult {
  std::string name;
  int64_t within_us = 0;
  struct Step { std::string text; uint64_t users = 0; std::optional<int64_t> median_us; };
  std::vector<Step> steps;                          // `without`: of the two only the texts
  std::optional<Unfollowed::Counts> without;
};

struct ReportsResult {
  std::string project;
  uint64_t events = 0, users = 0, duplicates = 0, rejected = 0;
  int64_t first_at = 0, last_at = 0;                // where there is an event
  const Zone* zone = nullptr;
  std::vector<ReportResult> reports;
  std::optional<BatchError> error;                  // the counts are of what was read before it
};

// `reports`: some of those compiled with the module. Of the options the files, `strict` and `progress` are read. A user is who they
// turn out to be at the end of the log: what was done under another name counts as theirs.
ReportsResult run_reports(const Module& module, const std::vector<ModuleReport>& reports, const BatchOptions& options);
ReportsResult run_reports_text(const Module& module, const std::vector<ModuleReport>& reports, std::string_view ndjson, const BatchOptions& options);

std::string render_text(const ReportsResult& result);
// A row a step: report, row, event, users, of_first, of_before, median_seconds.
std::string render_csv(const ReportsResult& result);
// One object, schema wend.report/1.
std::string render_json(const ReportsResult& result);

}  // namespace wend
