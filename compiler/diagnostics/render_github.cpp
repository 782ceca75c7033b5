// Annotations by the commands of GitHub's workflows, and the table of a step's summary.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "compiler/diagnostics/ci_formats.h"
#include "runtime/abi/printable.h"

namespace wend {

namespace {

// A line end would end the command; in a property `:` and `,` would end the value.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    if (c == '%') out += "%25";
    else if (c == '\r') out += "%0D";
    else if (c == '\n') out += "%0A";
    else if (property && c == ':') out += "%3A";
    else if (property && c == ',') out += "%2C";
    else out += c;
  }
  return out;
}

const char* word(Severity severity) { return severity == Severity::error ? "error" : "warning"; }

// Columns are understood within one line only.
std::string command(const Finding& finding) {
  std::string out = fmt::format("::{} ", word(finding.severity));
  const FindingPlace& at = finding.place;
  if (!at.file.empty()) {
    out += fmt::format("file={},line={}", escaped(at.file, true), at.start.line);
    if (at.start.line == at.end.line) out += fmt::format(",col={},endLine={},endColumn={},", at.start.column, at.end.line, std::max(at.end.column, at.start.column));
    else out += fmt::format(",endLine={},", at.end.line);
  }
  std::string text = printable(with_label(finding));
  for (const std::string& line : finding.more) text += "\n" + printable(line);
  return out + fmt::format("title={}::{}\n", escaped(finding.rule, true), escaped(text, false));
}

std::string counted(size_t count, const char* one) { return fmt::format("{} {}{}", count, one, count == 1 ? "" : "s"); }

// "12 more errors, 1 more warning"
std::string left_out(size_t errors, size_t warnings) {
  std::string out;
  if (errors > 0) out = fmt::format("+{} more error{}", errors, errors == 1 ? "" : "s");
  if (warnings > 0) out += fmt::format("{}+{} more warning{}", out.empty() ? "" : ", ", warnings, warnings == 1 ? "" : "s");
  return out;
}

std::vector<const Finding*> by_severity(std::span<const Finding> findings) {
  std::vector<const Finding*> all;
  for (const Finding& finding : findings) all.push_back(&finding);
  std::stable_sort(all.begin(), all.end(), [](const Finding* a, const Finding* b) { return a->severity < b->severity; });
  return all;
}

// A cell of a table: one line, and no sign that Markdown or HTML would take for its own. Between backticks only `|` is special.
std::string cell(std::string_view text) {
  std::string out;
  bool code = false;
  for (const char c : printable(text)) {
    if (c == '`') code = !code;
    if (c == '|') out += "\\|";
    else if (!code && c == '<') out += "&lt;";
    else if (!code && c == '&') out += "&amp;";
    else if (!code && (c == '*' || c == '_' || c == '[' || c == '\\')) out += std::string("\\") + c;
    else out += c;
  }
  return out;
}

std::string row(const Finding& finding) {
  std::string where = finding.place.file.empty() ? "" : fmt::format("`{}:{}:{}`", finding.place.file, finding.place.start.line, finding.place.start.column);
  std::string what = cell(with_label(finding));
  for (const std::string& line : finding.more) what += "<br>" + cell(line);
  return fmt::format("| {} `{}` | {} | {} |\n", word(finding.severity), finding.rule, cell(where), what);
}

}  // namespace

std::string render_github(std::span<const Finding> findings, bool all_listed) {
  std::string out;
  size_t shown[2] = {0, 0}, more[2] = {0, 0};
  for (const Finding* finding : by_severity(findings)) {
    const auto kind = static_cast<size_t>(finding->severity);
    if (shown[kind] == kGithubShown) ++more[kind];
    else ++shown[kind], out += command(*finding);
  }
  if (more[0] + more[1] == 0) return out;
  return out + "::notice title=wend::" + left_out(more[0], more[1]) + (all_listed ? ": the summary of the job lists them all" : "") + "\n";
}

std::string render_github_summary(std::string_view title, std::span<const Finding> findings, size_t bytes_max) {
  constexpr size_t kKeptForTheEnd = 200;
  size_t counts[2] = {0, 0};
  for (const Finding& finding : findings) ++counts[static_cast<size_t>(finding.severity)];
  std::string out = fmt::format("### {}: {}, {}\n\n", title, counted(counts[0], "error"), counted(counts[1], "warning"));
  if (findings.empty()) return out;
  out += "| | where | what |\n|---|---|---|\n";
  size_t left[2] = {0, 0};
  for (const Finding* finding : by_severity(findings)) {
    const std::string line = row(*finding);
    const bool full = left[0] + left[1] > 0 || out.size() + line.size() + kKeptForTheEnd > bytes_max;
    if (full) ++left[static_cast<size_t>(finding->severity)];
    else out += line;
  }
  if (left[0] + left[1] > 0) out += "\n" + left_out(left[0], left[1]) + "\n";
  return out + "\n";
}

}  // namespace wend
