// A hundred mistakes people make. Each stands in a project of its own around it (grammar/reference/surroundings.wend), is told
// once and precisely, and carries a fix: applied as it stands, the program compiles.
#include <algorithm>

#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"
#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/golden/surroundings.h"

namespace {

using wend::Project;

const wend::Surroundings& surroundings() {
  static const wend::Surroundings all(wend::golden::read_text(WEND_SOURCE_DIR "/grammar/reference/surroundings.wend"));
  return all;
}

bool is_whole(const std::string& text) { return text.rfind("# whole", 0) == 0; }

Project load(const std::string& text, const std::string& around) {
  if (is_whole(text)) return Project::from_texts({{"project.wend", text}});
  return Project::from_texts({{"example.wend", text}, {"project.wend", around}});
}

std::string fixed(std::string text, const wend::Fix& fix) {
  std::vector<wend::Edit> edits = fix.edits;
  std::sort(edits.begin(), edits.end(), [](const wend::Edit& a, const wend::Edit& b) { return a.span.begin > b.span.begin; });
  for (const wend::Edit& edit : edits) text.replace(edit.span.begin, edit.span.end - edit.span.begin, edit.text);
  return text;
}

std::string judged(const wend::golden::Case& golden) {
  const std::string around = surroundings().around(golden.source, false);
  const Project project = load(golden.source, around);
  const std::string told = wend::render_text(project.diagnostics(), project.sources());
  INFO(golden.name << "\n" << told);
  const auto& all = project.diagnostics().all();
  CHECK(all.size() == 1);
  if (all.empty()) return told;
  const wend::Diagnostic& first = all.front();
  CHECK(project.sources().file(first.primary.span.file).path() == (is_whole(golden.source) ? "project.wend" : "example.wend"));
  CHECK(!first.fixes.empty());
  if (first.fixes.empty()) return told;
  const std::string after = fixed(golden.source, first.fixes.front());
  const Project mended = load(after, surroundings().around(after, false));
  INFO("applied:\n" << after << wend::render_text(mended.diagnostics(), mended.sources()));
  CHECK(mended.ok());
  return told;
}

}  // namespace

TEST_CASE("typical mistakes are told once, with a fix that compiles") {
  const std::string folder = WEND_SOURCE_DIR "/tests/golden/mistakes";
  wend::golden::check(folder, judged);
  CHECK(wend::golden::read_all(folder).size() >= 100);
}
