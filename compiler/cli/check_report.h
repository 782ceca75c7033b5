// What the checker found, in every format: of `wend check`, and of `wend test` where a project cannot be tested.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "compiler/cli/reports.h"

namespace wend::cli {

class CheckReport {
 public:
  // `command`: "wend check". Writes the table for GitHub's summary where that is wanted. The project must outlive it.
  CheckReport(const Project& project, std::string command, bool warnings_fail, std::span<const ReportTarget> targets);

  std::string in(const std::string& format) const;
  std::string text(bool colour) const;  // without the counts behind it

 private:
  std::string junit() const;

  const Project& project_;
  std::string command_;
  bool warnings_fail_;
  std::vector<Finding> findings_;
  bool summarised_ = false;
};

}  // namespace wend::cli
