// What a change of a text is told to mean. A case edits base.wend: a block of `- ` and `+ ` lines replaces the first lines that
// read so by the others.
#include <algorithm>

#include "compiler/cli/plan_report.h"
#include "compiler/cli/saved_plan.h"
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

TEST_CASE("the order of a message's parameters means nothing, nor that of what an emitted event carries") {
  std::string before = base();
  const auto replace = [](std::string& text, const std::string& was, const std::string& now) {
    INFO(was);
    REQUIRE(text.find(was) != std::string::npos);
    text.replace(text.find(was), was.size(), now);
  };
  replace(before, "with percent int", "with percent int, last_day text");
  replace(before, "{{ percent }}% off", "{{ percent }}% off until {{ last_day }}");
  for (const char* percent : {"10", "30"}) replace(before, std::string("with percent: ") + percent + " }", std::string("with percent: ") + percent + ", last_day: \"May\" }");
  replace(before, "event purchase ", "event reminded { page text, times int }\nevent purchase ");
  replace(before, "    send hello by push, else mail\n", "    send hello by push, else mail\n    emit reminded { page: \"a\", times: 2 }\n");
  std::string after = before;
  replace(after, "with percent int, last_day text", "with last_day text, percent int");
  replace(after, "with percent: 10, last_day: \"May\"", "with last_day: \"May\", percent: 10");
  replace(after, "{ page text, times int }", "{ times int, page text }");
  replace(after, "page: \"a\", times: 2", "times: 2, page: \"a\"");
  CHECK(told(before, after) == "wend plan: shop against before\nnothing changes: the texts differ, and mean the same\n");
}

TEST_CASE("the unit of an experiment, the key of an entry and a change of names alone are told where they are written") {
  std::string before = base();
  before.replace(before.find("  enter on purchase\n"), 20, "  enter on purchase\n  one per cart_id\n");
  before.replace(before.find("cart_id text, amount"), 20, "cart_id text, till text, amount");
  std::string after = before;
  after.replace(after.find("one per cart_id"), 15, "one per till, at most 3 at once");
  const std::string text = told(before, after);
  CHECK(text.find("- one per cart_id\n") != std::string::npos);
  CHECK(text.find("+ one per till, at most 3 at once\n") != std::string::npos);
  CHECK(text.find("means something else") == std::string::npos);
}

TEST_CASE("a saved plan tells what its files say, or is no plan") {
  const std::string after_text = edited("- audience loyal = spend > 100 EUR\n+ audience loyal = spend > 50 EUR\n");
  const Project before = Project::from_texts({{"project.wend", base()}}), after = Project::from_texts({{"project.wend", after_text}});
  wend::cli::PlanReport report;
  report.project = "shop";
  report.against = "before";
  wend::cli::SavedPlan plan;
  plan.before = wend::program_files(before), plan.files = wend::program_files(after);
  plan.before_hash = report.before_hash = wend::hash_of(plan.before);
  plan.after_hash = report.after_hash = wend::hash_of(plan.files);
  report.difference = wend::change::difference(before.program(), after.program());
  plan.changes = true;
  const wend::cli::Document document = wend::cli::document_of(report);
  plan.text = wend::cli::as_text(document, false), plan.markdown = wend::cli::as_markdown(document), plan.report = wend::cli::json_of(report);
  std::string why;
  const std::string written = wend::cli::written(plan);
  REQUIRE(wend::cli::read_plan(written, why));

  const auto refused = [&](const std::string& text) {
    why.clear();
    return !wend::cli::read_plan(text, why) && why == "the plan is not as it was written: plan again";
  };
  std::string edited_text = written;
  edited_text.replace(edited_text.find("who qualifies"), 13, "nobody at all");
  CHECK(refused(edited_text));
  for (std::string wend::cli::SavedPlan::*told : {&wend::cli::SavedPlan::text, &wend::cli::SavedPlan::markdown, &wend::cli::SavedPlan::report}) {
    wend::cli::SavedPlan forged = plan;   // with a seal of its own
    std::string& text = forged.*told;
    REQUIRE(text.find("spend > 50 EUR") != std::string::npos);
    text.replace(text.find("spend > 50 EUR"), 14, "spend > 99 EUR");
    CHECK(refused(wend::cli::written(forged)));
  }
  wend::cli::SavedPlan quiet = plan;
  quiet.changes = false;
  CHECK(refused(wend::cli::written(quiet)));

  wend::cli::SavedPlan odd = plan;
  odd.report.replace(odd.report.find("\"before\",\n"), 8, "5");
  CHECK(refused(wend::cli::written(odd)));

  wend::cli::SavedPlan loud = plan;
  loud.text += "\x1b[2Jgone\n", loud.markdown += "\x1b]0;x\a\n";
  const auto shown = wend::cli::read_plan(wend::cli::written(loud), why);
  REQUIRE(shown);
  CHECK(shown->text.find('\x1b') == std::string::npos);
  CHECK(shown->markdown.find('\x1b') == std::string::npos);
  CHECK_FALSE(wend::cli::read_plan(std::string(100'000, '['), why));
  CHECK_FALSE(wend::cli::read_plan("{\"schema\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}", why));
  CHECK(why.find("nested deeper") != std::string::npos);
}
