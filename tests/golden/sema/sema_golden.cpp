// Programs above the rule; below it the typed Program as text, or what is said about them. A line `### path` begins
// another file of the project; without one it is all `project.wend`.
#include <sstream>

#include "tests/golden/golden.h"
#include "tests/unit/sema/project.h"
#include "test_paths.h"

namespace {

std::vector<wend::sema_test::File> split(const std::string& source) {
  std::vector<wend::sema_test::File> files = {{"project.wend", ""}};
  std::istringstream lines(source);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("### ")) files.push_back({line.substr(4), ""});
    else files.back().text += line + "\n";
  }
  return files;
}

std::string check(const wend::golden::Case& golden) {
  const wend::sema_test::Project project(split(golden.source));
  std::string out = wend::render_text(project.diagnostics, project.sources);
  if (project.diagnostics.ok()) out += wend::print_program(project.program());
  return out;
}

}  // namespace

TEST_CASE("programs") { wend::golden::check(WEND_SOURCE_DIR "/tests/golden/sema", check); }
