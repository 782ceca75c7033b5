// JUnit knows no findings, so there a file is a case: it fails by what ends the command with 1, all else is what it said.
#include "compiler/cli/check_report.h"

#include <map>

#include "compiler/diagnostics/ci_formats.h"
#include "compiler/diagnostics/render.h"

namespace wend::cli {

CheckReport::CheckReport(const Project& project, std::string command, bool warnings_fail, std::span<const ReportTarget> targets)
    : project_(project), command_(std::move(command)), warnings_fail_(warnings_fail) {
  findings_ = findings_of(project.diagnostics(), project.sources(), way_to_project(project.root()));
  if (tells_github(targets)) summarised_ = write_github_summary(command_, findings_);
}

std::string CheckReport::text(bool colour) const { return render_text(project_.diagnostics(), project_.sources(), {.colour = colour}); }

std::string CheckReport::in(const std::string& format) const {
  const Diagnostics& diagnostics = project_.diagnostics();
  if (format == "short") return render_short(diagnostics, project_.sources());
  if (format == "json") return render_json(diagnostics, project_.sources());
  if (format == "sarif") return render_sarif(findings_, rules_of(findings_), {WEND_VERSION, WEND_HOME});
  if (format == "github") return render_github(findings_, summarised_);
  if (format == "junit") return junit();
  const std::string counts = render_summary(diagnostics);
  return text(false) + (counts.empty() ? "all is well" : counts) + "\n";
}

std::string CheckReport::junit() const {
  constexpr const char* kNowhere = "project";   // the case of what stands in no file
  std::map<std::string, JunitCase> cases;
  const auto case_of = [&](const std::string& file) -> JunitCase& {
    JunitCase& found = cases[file];
    found.suite = command_;
    found.classname = "check";
    found.name = file;
    if (file != kNowhere) found.file = file;
    return found;
  };
  for (const auto& [path, text] : project_.texts()) case_of(path);
  for (const Diagnostic& d : project_.diagnostics().all()) {
    const FindingPlace place = finding_place(d.primary.span, project_.sources());
    JunitCase& found = case_of(place.file.empty() ? kNowhere : place.file);
    const std::string text = render_text(d, project_.sources()) + "\n";
    if (d.severity() == Severity::warning && !warnings_fail_) {
      found.said += text;
      continue;
    }
    if (found.result == JunitCase::Result::passed) {
      found.result = JunitCase::Result::failed;
      found.type = d.id();
      found.message = d.message;
      found.line = place.file.empty() ? 0 : place.start.line;
    }
    found.body += text;
  }
  std::vector<JunitCase> all;
  for (auto& [file, each] : cases) all.push_back(std::move(each));
  return render_junit(command_, all);
}

}  // namespace wend::cli
