// A new version going live in the midst of a stream: where it says the same in other words, nothing is decided otherwise,
// whatever the instant. Over generated projects, by the product.
#include <catch2/catch.hpp>

#include <algorithm>
#include <regex>

#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"
#include "tests/differential/front.h"
#include "tests/differential/generate.h"
#include "tests/differential/product.h"
#include "tests/differential/random.h"
#include "tests/reference/clock.h"

using namespace wend;
using namespace wend::differential;

namespace {

Project project_of(const std::string& text, const Former& former = {}) { return Project::from_texts({{"project.wend", text}}, former); }

std::vector<std::string> run_change(const Project& before, const std::string& after, int64_t at, const Case& made) {
  const auto module = compile(before.program(), Tier::fast_compile);
  std::vector<std::string> lines;
  BatchOptions options;
  options.until_us = made.until_us;
  options.line = [&](std::string_view line) {
    if (line.find("\"kind\":\"rejected\"") == std::string_view::npos) lines.emplace_back(line);
  };
  Change change;
  change.at = at;
  change.next = [&](const std::vector<Change::Place>& places) -> std::shared_ptr<const Module> {
    Former former;
    former.versions.push_back(before.version());
    for (const Change::Place& place : places) former.places.push_back(before.place(place.journey, place.step, place.people));
    const Project next = project_of(after, former);
    for (const Diagnostic& d : next.diagnostics().all())
      if (d.severity() == Severity::error) lines.push_back("error: " + d.message);
    return next.ok() ? compile(next.program(), Tier::fast_compile) : nullptr;
  };
  const ChangedResult changed = run_changed_text(*module, change, made.stream(), options);
  if (changed.result.error) lines.push_back("error: " + changed.result.error->message);
  return lines;
}

int64_t instant_in(const Case& made, Random& random) {
  const std::string& line = made.events[static_cast<size_t>(random.between(0, static_cast<int64_t>(made.events.size()) - 1))];
  constexpr std::string_view kKey = "\"timestamp\":\"";
  const size_t from = line.find(kKey) + kKey.size();
  int64_t instant = 0;
  reference::read_instant(std::string_view(line).substr(from, line.find('"', from) - from), *reference::Zone::find("UTC"), instant);
  return random.between(0, 2) == 0 ? instant : instant + random.between(-86'400, 86'400) * 1'000'000;
}

// Every step says one thing more, which does nothing.
std::string reworded(const std::string& text) {
  return std::regex_replace(text, std::regex("(step step_\\d+ \\{)"), "$1 split \"nothing\" { 50% { } 50% { } },");
}

// Every journey and step is called otherwise.
std::string renamed(const std::string& text) {
  std::string out = std::regex_replace(text, std::regex("journey (j\\d+)( closed| paused|) \\{"), "journey $1_now$2 renamed from $1 {");
  out = std::regex_replace(out, std::regex("step (step_\\d+) \\{"), "step $1_now renamed from $1 {");
  return std::regex_replace(out, std::regex("go to (step_\\d+)"), "go to $1_now");
}

std::vector<std::string> by_old_names(std::vector<std::string> lines) {
  for (std::string& line : lines)
    for (size_t at = line.find("_now\""); at != std::string::npos; at = line.find("_now\"")) line.erase(at, 4);
  return lines;
}

size_t compare(std::string (*change)(const std::string&), uint64_t first, uint64_t seeds) {
  size_t decided = 0;
  for (uint64_t seed = first; seed < first + seeds; ++seed) {
    const Case made = generate(seed, size_of_seed(seed * 20));
    const Project before = project_of(made.text());
    if (!before.ok() || made.events.empty()) continue;
    const std::vector<std::string> plain = run_product(before.program(), made.stream(), made.until_us, false);
    Random random(seed);
    for (int i = 0; i < 3; ++i) {
      const int64_t at = instant_in(made, random);
      const std::vector<std::string> changed = by_old_names(run_change(before, change(made.text()), at, made));
      if (changed.size() == 1 && changed.front().find("after the run ends") != std::string::npos) continue;
      INFO("seed " << seed << ", live from " << at);
      for (size_t line = 0; line < std::max(plain.size(), changed.size()); ++line) {
        const std::string was = line < plain.size() ? plain[line] : "(nothing)", is = line < changed.size() ? changed[line] : "(nothing)";
        if (was != is) FAIL_CHECK("line " << line + 1 << "\n  was " << was << "\n  is  " << is);
        if (was != is) break;
      }
      decided += plain.size();
    }
  }
  return decided;
}

}  // namespace

TEST_CASE("a version that only has another comment decides the same") {
  CHECK(compare([](const std::string& text) { return text + "\n# another\n"; }, 1, 15) > 1000);
}

TEST_CASE("whoever is in a step that is written otherwise now finishes it as it was") {
  CHECK(compare(reworded, 41, 15) > 1000);
}

TEST_CASE("journeys and steps under other names keep their people") {
  CHECK(compare(renamed, 81, 15) > 1000);
}
