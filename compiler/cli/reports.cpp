// A file is written when the run is through: one that fails to be written says so and takes nothing from the others.
#include "compiler/cli/reports.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "compiler/cli/output.h"
#include "compiler/diagnostics/ci_formats.h"

namespace wend::cli {

namespace fs = std::filesystem;

namespace {

constexpr const char* kFormats[] = {"text", "short", "json", "sarif", "github", "junit"};

bool is_format(const std::string& word) { return std::find(std::begin(kFormats), std::end(kFormats), word) != std::end(kFormats); }

void keep_project(const std::string& out, const Project& project) {
  for (const auto& [path, text] : project.texts()) {
    std::error_code error;
    if (fs::equivalent(out, fs::path(project.root()) / path, error) && !error) throw UsageError{"`--output` names `" + out + "`, a file of the project: write to another file"};
  }
}

}  // namespace

std::vector<Option> with_report_options(std::vector<Option> more) {
  std::vector<Option> options = {
      {"--format", "FORMAT", "text, short (a line each), json, sarif, github (annotations) or junit", false, "text|short|json|sarif|github|junit"},
      {"--output", "FORMAT=FILE", "also write the report in this format to a file; may be said again", true},
  };
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

std::vector<ReportTarget> report_targets(const Arguments& arguments) {
  std::vector<ReportTarget> targets = {{arguments.value_or("--format", "text"), ""}};
  for (const auto& [name, value] : arguments.options) {
    if (name != "--output") continue;
    const size_t at = value.find('=');
    const std::string format = value.substr(0, at), path = at == std::string::npos ? "" : value.substr(at + 1);
    if (at == std::string::npos || path.empty()) throw UsageError{"`--output` takes a format and a file, such as `sarif=wend.sarif`, found `" + value + "`"};
    if (!is_format(format)) {
      const std::string near = nearest(format, std::vector<std::string>(std::begin(kFormats), std::end(kFormats)));
      throw UsageError{"`--output` has no format `" + format + "`" + (near.empty() ? "; it is one of text, short, json, sarif, github, junit" : "; did you mean `" + near + "`?")};
    }
    if (path == "-") throw UsageError{"`--output` writes files; `--format " + format + "` is for standard output"};
    for (const ReportTarget& other : targets)
      if (other.path == path) throw UsageError{"two reports would be written to `" + path + "`"};
    targets.push_back({format, path});
  }
  return targets;
}

int write_reports(std::span<const ReportTarget> targets, const Project& project, Terminal& terminal, int code, const RenderReport& render) {
  for (const ReportTarget& target : targets) if (!target.path.empty()) keep_project(target.path, project);
  for (const ReportTarget& target : targets) {
    if (target.path.empty()) continue;
    Output output(target.path);
    if (!output.failed()) output.write(render(target.format));
    code = finish_output(output, terminal, code);
  }
  return code;
}

bool tells_github(std::span<const ReportTarget> targets) {
  return std::any_of(targets.begin(), targets.end(), [](const ReportTarget& target) { return target.format == "github"; });
}

bool write_github_summary(const std::string& title, std::span<const Finding> findings) {
  const char* path = std::getenv("GITHUB_STEP_SUMMARY");
  if (path == nullptr || *path == '\0') return false;
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  const size_t there = error ? 0 : static_cast<size_t>(size);
  if (there >= kGithubSummaryBytes) return false;
  const std::string all = render_github_summary(title, findings, SIZE_MAX), text = render_github_summary(title, findings, kGithubSummaryBytes - there);
  std::ofstream out(path, std::ios::binary | std::ios::app);
  out << text;
  out.close();
  return !out.fail() && text == all;
}

std::string way_to_project(const std::string& root) {
  if (root.empty()) return "";
  std::error_code error;
  for (fs::path folder = root;; folder = folder.parent_path()) {
    if (fs::exists(folder / ".git", error)) {
      const std::string way = fs::path(root).lexically_relative(folder).generic_string();
      return way.empty() || way == "." ? "" : way + "/";
    }
    if (folder == folder.root_path() || folder.empty()) return "";
  }
}

}  // namespace wend::cli
