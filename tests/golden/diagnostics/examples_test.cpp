// Every row of the table of diagnostics: its `wrong` draws the code, its `right` does not, and what is said of `wrong`
// is as in `<code>.golden` beside this file. The examples are checked with compiler/diagnostics/example_prelude.wend.
#include <filesystem>
#include <fstream>

#include "tests/golden/golden.h"
#include "tests/unit/sema/project.h"

namespace {

using wend::sema_test::File;
using wend::sema_test::Project;

const std::string& prelude() {
  static const std::string text = wend::golden::read_text(WEND_SOURCE_DIR "/compiler/diagnostics/example_prelude.wend");
  return text;
}

// The kind and name of each declaration; a project and a profile are one of a kind.
std::vector<std::string> declared(const std::string& text) {
  wend::Sources sources;
  wend::Diagnostics diagnostics;
  std::vector<std::string> names;
  const wend::ast::File file = wend::parse(sources, sources.add("names.wend", text), diagnostics);
  for (const wend::ast::Decl& decl : file.decls) {
    std::string name = std::to_string(decl.node.index());
    std::visit(
        [&](const auto& node) {
          using Node = std::decay_t<decltype(node)>;
          if constexpr (requires { node.name.text; } && !std::is_same_v<Node, wend::ast::Project>) name += " " + node.name.text;
          else if constexpr (requires { node.name.value; }) name += " " + node.name.value;
        },
        decl.node);
    names.push_back(std::move(name));
  }
  return names;
}

bool stands_alone(const std::string& example) {
  if (example.starts_with("# whole")) return true;
  static const std::vector<std::string> taken = declared(prelude());
  for (const std::string& name : declared(example))
    if (std::find(taken.begin(), taken.end(), name) != taken.end()) return true;
  return false;
}

Project check(const std::string& example) {
  std::vector<File> files = {{"example.wend", example}};
  if (!stands_alone(example)) files.push_back({"prelude.wend", prelude()});
  return Project(files);
}

bool is_program(const std::string& example) { return !example.starts_with("$"); }

}  // namespace

TEST_CASE("the prelude of the examples is well") {
  const Project project({{"prelude.wend", prelude()}});
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
      CHECK(right.diagnostics.error_count() == 0);
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
    wend::golden::check_case(golden, wend::render_text(wrong.diagnostics, wrong.sources));
  }
}

TEST_CASE("no golden file is left of a diagnostic that is gone") {
  for (const wend::golden::Case& golden : wend::golden::read_all(WEND_SOURCE_DIR "/tests/golden/diagnostics")) {
    INFO(golden.name);
    CHECK(wend::find_code(golden.name) != nullptr);
  }
}
