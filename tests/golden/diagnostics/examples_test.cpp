// Every row of the table of diagnostics: its `wrong` draws the code, its `right` does not, and what is said of `wrong`
// is as in `<code>.golden` beside this file. The examples are checked with compiler/diagnostics/example_prelude.wend.
#include <filesystem>
#include <fstream>

#include "compiler/diagnostics/codes.h"
#include "tests/golden/golden.h"
#include "tests/golden/surroundings.h"
#include "tests/unit/sema/project.h"
#include "test_paths.h"

namespace {

using wend::sema_test::File;
using wend::sema_test::Project;

const wend::Surroundings& surroundings() {
  static const wend::Surroundings all(wend::golden::read_text(WEND_SOURCE_DIR "/compiler/diagnostics/example_prelude.wend"));
  return all;
}

bool holds(const Project& project) {  // nothing is wrong with the surroundings themselves
  return std::none_of(project.diagnostics.all().begin(), project.diagnostics.all().end(), [](const wend::Diagnostic& diagnostic) {
    return diagnostic.primary.span.file == 1 && diagnostic.severity() == wend::Severity::error;
  });
}

Project check_with(const std::string& example, const std::string& prelude) {
  std::vector<File> all;
  for (auto& [path, text] : wend::files_of("example.wend", example)) all.push_back({path, text});
  all.insert(all.begin() + 1, {"prelude.wend", prelude});
  return Project(all);
}

// In its surroundings; where those do not hold with what the example replaced, in the frame of them.
Project check(const std::string& example) {
  if (example.starts_with("# whole")) return Project({{"example.wend", example}});
  const std::string own = wend::files_of("example.wend", example)[0].second;
  Project project = check_with(example, surroundings().around(own, false));
  if (holds(project)) return project;
  return check_with(example, surroundings().around(own, true));
}

// A command line is not a program, and what no page can show (a file of a million lines) leaves its examples empty.
bool is_program(const std::string& example) {
  return example.find_first_not_of(" \n") != std::string::npos && !example.starts_with("$");
}

}  // namespace

TEST_CASE("the prelude of the examples is well") {
  const Project project({{"prelude.wend", surroundings().text()}});
  CHECK(wend::render_text(project.diagnostics, project.sources) == "");
}

TEST_CASE("every diagnostic is drawn by its wrong example and not by its right one") {
  for (const wend::CodeInfo& row : wend::all_codes()) {
    INFO(row.id << " " << row.message);
    if (is_program(row.wrong)) {
      const Project wrong = check(row.wrong);
      INFO("wrong: " << wend::render_short(wrong.diagnostics, wrong.sources));
      CHECK(wrong.draws(row.code));
    }
    if (is_program(row.right)) {
      const Project right = check(row.right);
      INFO("right: " << wend::render_short(right.diagnostics, right.sources));
      CHECK_FALSE(right.draws(row.code));
      for (const wend::Diagnostic& diagnostic : right.diagnostics.all())
        if (diagnostic.primary.span.file == 0 && diagnostic.code != wend::Code::not_compiled_yet) CHECK(diagnostic.severity() != wend::Severity::error);
    }
  }
}

TEST_CASE("every diagnostic is worded as its golden file says") {
  const std::string folder = WEND_SOURCE_DIR "/tests/golden/diagnostics/";
  for (const wend::CodeInfo& row : wend::all_codes()) {
    if (!is_program(row.wrong)) continue;
    const Project wrong = check(row.wrong);
    wend::golden::Case golden = wend::golden::read(folder + row.id + ".golden");
    const std::string source = std::string(row.wrong) + (std::string_view(row.wrong).ends_with("\n") ? "" : "\n");
    if (wend::golden::updating()) golden.source = source;
    INFO(row.id);
    CHECK(golden.source == source);
    const std::string told = wend::render_text(wrong.diagnostics, wrong.sources);
    CHECK(told.find("help:") != std::string::npos);  // a next step
    wend::golden::check_case(golden, told);
  }
}

TEST_CASE("no golden file is left of a diagnostic that is gone") {
  for (const wend::golden::Case& golden : wend::golden::read_all(WEND_SOURCE_DIR "/tests/golden/diagnostics")) {
    INFO(golden.name);
    CHECK(wend::find_code(golden.name) != nullptr);
  }
}
