// Every program that a page prints is a program. A fence says how it is meant:
//   ```wend               a whole project, or declarations that stand in grammar/reference/surroundings.wend: well, without a
//                         warning, in the one style, and its tests pass
//   ```wend E0123         the same, but it is told E0123
//   ```wend expressions   an expression a line, each well as a measure of that project
//   ```wend file=PATH     a file of the walk that the page's commands take (tests/pages/console_test.cpp)
// WEND_UPDATE=1 puts the programs that are well into the one style, to be reviewed as a diff.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "compiler/cli/host_tests.h"
#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"
#include "compiler/syntax/format.h"
#include "tests/golden/golden.h"
#include "tests/golden/surroundings.h"
#include "test_paths.h"
#include "tests/pages/pages.h"

namespace {

using wend::Project;
using wend::pages::Fence;

const wend::Surroundings& surroundings() {
  static const wend::Surroundings all(wend::pages::read_page("grammar/reference/surroundings.wend"));
  return all;
}

bool is_whole(const std::string& text) { return text.rfind("project ", 0) == 0 || text.find("\nproject ") != std::string::npos; }

bool troubles_itself(const Project& project) {
  for (const wend::Diagnostic& diagnostic : project.diagnostics().all())
    if (diagnostic.severity() == wend::Severity::error && diagnostic.primary.span.file < project.sources().size() &&
        project.sources().file(diagnostic.primary.span.file).path() == "project.wend") return false;
  return true;
}

// In its surroundings; where those do not hold with what the example replaced, in the frame of them.
Project load(const std::string& text) {
  if (is_whole(text)) return Project::from_texts({{"project.wend", text}});
  const auto in_surroundings = [&](bool frame) {
    auto files = wend::files_of("example.wend", text);
    files.emplace_back("project.wend", surroundings().around(files[0].second, frame));
    return Project::from_texts(files);
  };
  Project project = in_surroundings(false);
  return troubles_itself(project) ? std::move(project) : in_surroundings(true);
}

// What is said of the example; the surroundings, which it may use in part, are held elsewhere.
std::string said(const Project& project, bool all) {
  std::string codes;
  for (const wend::Diagnostic& diagnostic : project.diagnostics().all()) {
    if (all || project.sources().file(diagnostic.primary.span.file).path() == "example.wend")
      codes += std::string(diagnostic.id()) + " " + diagnostic.message + "\n";
    else if (diagnostic.severity() == wend::Severity::error) codes += std::string("surroundings: ") + diagnostic.message + "\n";
  }
  return codes;
}

void check_well(const std::string& text) {
  const Project project = load(text);
  INFO(wend::render_text(project.diagnostics(), project.sources()));
  CHECK(said(project, is_whole(text)) == "");
  if (!project.ok()) return;
  if (!wend::golden::updating()) CHECK(wend::format(text).value_or("") == text);
  if (project.program().tests.empty()) return;
  const auto module = wend::compile(project.program(), wend::Tier::fast_compile);
  for (const wend::HostTest& test : wend::cli::host_tests(project, *module)) {
    const wend::TestOutcome outcome = wend::run_test(*module, test);
    INFO(wend::render_failure(test, outcome));
    CHECK(outcome.passed());
  }
}

void check_expressions(const std::string& text) {
  std::istringstream in(text);
  std::string measures;
  size_t count = 0;
  for (std::string line; std::getline(in, line);)
    if (!line.empty() && line[0] != '#') measures += "measure shown_" + std::to_string(++count) + " = " + line + "\n";
  REQUIRE(count > 0);
  const Project project = load(measures);
  INFO(wend::render_text(project.diagnostics(), project.sources()));
  CHECK(said(project, false) == "");
}

void check(const Fence& fence) {
  const std::string how = fence.info.size() > 5 ? fence.info.substr(5) : "";
  if (!fence.option("file").empty()) return;
  if (how == "expressions") return check_expressions(fence.text);
  if (how.empty()) return check_well(fence.text);
  REQUIRE(wend::find_code(how) != nullptr);
  const std::string all = said(load(fence.text), true);
  INFO(all);
  CHECK(all.find(how) != std::string::npos);
}

void replace_once(std::string& whole, const std::string& from, const std::string& to) {
  if (from != to) whole.replace(whole.find("```wend\n" + from) + 8, from.size(), to);
}

}  // namespace

TEST_CASE("the surroundings of the reference's examples are well") {
  const Project project = Project::from_texts({{"project.wend", surroundings().text()}});
  INFO(wend::render_text(project.diagnostics(), project.sources()));
  CHECK(project.ok());
  CHECK(wend::format(surroundings().text()).value_or("") == surroundings().text());
}

TEST_CASE("every program on every page does what the page says of it") {
  size_t programs = 0;
  for (const std::string& page : wend::pages::all_pages()) {
    std::string whole = wend::pages::read_page(page);
    for (const Fence& fence : wend::pages::fences(whole)) {
      if (fence.language() != "wend") continue;
      INFO(page << ":" << fence.line);
      check(fence);
      if (wend::golden::updating() && fence.info == "wend") replace_once(whole, fence.text, wend::format(fence.text).value_or(fence.text));
      ++programs;
    }
    if (wend::golden::updating()) std::ofstream(std::string(WEND_SOURCE_DIR) + "/" + page, std::ios::binary) << whole;
  }
  CHECK(programs > 0);
}

TEST_CASE("every link of every page leads to a file of the project") {
  for (const std::string& page : wend::pages::all_pages()) {
    const std::string text = wend::pages::read_page(page);
    const std::filesystem::path folder = (std::filesystem::path(WEND_SOURCE_DIR) / page).parent_path();
    for (size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 2)) {
      std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
      target = target.substr(0, target.find('#'));
      if (target.empty() || target.find("://") != std::string::npos) continue;
      INFO(page << ": " << target);
      CHECK(std::filesystem::exists(folder / target));
    }
  }
}
