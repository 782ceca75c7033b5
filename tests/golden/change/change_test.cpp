// What a change of a text is told to mean. A case edits base.wend: a block of `- ` and `+ ` lines replaces the first lines that
// read so by the others.
#include <algorithm>

#include "compiler/cli/plan_report.h"
#include "compiler/diagnostics/render.h"
#include "compiler/service/programs.h"
#include "compiler/service/service.h"
#include "runtime/engine/programs.h"
#include "test_paths.h"
#include "tests/golden/golden.h"

namespace {

using wend::Project;

const std::string kFolder = WEND_SOURCE_DIR "/tests/golden/change";

std::string base() { return wend::golden::read_text(kFolder + "/base.wend"); }

// The base with the edits of a case.
std::string edited(const std::string& edits) {
  std::string text = base(), gone, fresh;
  const auto apply = [&] {
    if (gone.empty() && fresh.empty()) return;
    const size_t at = gone.empty() ? text.size() : text.find(gone);
    INFO("in base.wend there is no\n" << gone);
    REQUIRE(at != std::string::npos);
    text.replace(at, gone.size(), fresh);
    gone.clear(), fresh.clear();
  };
  std::istringstream in(edits);
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("- ")) {
      if (!fresh.empty()) apply();
      gone += line.substr(2) + "\n";
    } else if (line.starts_with("+ ")) {
      fresh += line.substr(2) + "\n";
    } else {
      apply();
    }
  }
  apply();
  return text;
}

std::string told(const std::string& before_text, const std::string& after_text) {
  const Project before = Project::from_texts({{"project.wend", before_text}}), after = Project::from_texts({{"project.wend", after_text}});
  for (const Project* project : {&before, &after}) {
    INFO(wend::render_text(project->diagnostics(), project->sources(), {}));
    REQUIRE(project->ok());
  }
  wend::cli::PlanReport report;
  report.project = after.program().project.name;
  report.against = "before";
  report.before_hash = wend::hash_of(wend::program_files(before));
  report.after_hash = wend::hash_of(wend::program_files(after));
  report.difference = wend::change::difference(before.program(), after.program());
  return wend::cli::as_text(wend::cli::document_of(report), false);
}

}  // namespace

TEST_CASE("golden_change: what a change of a text means") {
  wend::golden::check(kFolder + "/cases", [](const wend::golden::Case& golden) { return told(base(), edited(golden.source)); });
}

TEST_CASE("layout, comments and the order of declarations mean nothing") {
  // Declarations are apart by an empty line, but for a few that stand together.
  std::vector<std::string> declarations(1);
  std::istringstream in(base());
  for (std::string line; std::getline(in, line);) {
    if (line.empty()) declarations.emplace_back();
    else declarations.back() += "   " + line + "   # said in passing\n\n";
  }
  std::reverse(declarations.begin(), declarations.end());
  std::string turned;
  for (const std::string& declaration : declarations) turned += declaration + "\n\n";
  const std::string text = told(base(), turned);
  CHECK(text == "wend plan: shop against before\nnothing changes: the texts differ, and mean the same\n");
}

TEST_CASE("a version compared with itself changes nothing") { CHECK(told(base(), base()) == "wend plan: shop against before\nnothing changes: the texts are the same\n"); }

TEST_CASE("the order of caps is told where the first of them decides what then") {
  std::string waits = base();
  const std::string messages = "  at most 2 messages in 1 day\n", push = "  at most 1 push in 12 hours\n", push_waits = "  at most 1 push in 12 hours, then wait\n";
  waits.replace(waits.find(messages + push), messages.size() + push.size(), messages + push_waits);
  std::string turned = waits;
  turned.replace(turned.find(messages + push_waits), messages.size() + push_waits.size(), push_waits + messages);
  CHECK(told(waits, turned).find("+ order of caps push then wait, messages then drop") != std::string::npos);
}
