// What must not matter to the decisions: a line told twice, the lines of a file in another order, a file cut in two, and
// which of two users' events of one instant stands first. Over generated projects, by the product.
#include <catch2/catch.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"
#include "tests/differential/front.h"
#include "tests/differential/generate.h"
#include "tests/differential/product.h"
#include "tests/differential/random.h"

using namespace wend;
using namespace wend::differential;

namespace {

struct Line { std::string at, user, text; };

std::string value_of(const std::string& line, const std::string& key) {
  const size_t from = line.find("\"" + key + "\":\"") + key.size() + 4;
  return line.substr(from, line.find('"', from) - from);
}

// Each line with an id of its own, so that one told twice is a duplicate. Where events say who is who, anybody's at one instant
// may be one user's.
std::vector<Line> lines_of(const Case& made) {
  std::vector<Line> lines;
  const bool linked = std::any_of(made.events.begin(), made.events.end(), [](const std::string& event) { return event.find("\"anonymousId\"") != std::string::npos; });
  for (const std::string& event : made.events) {
    std::string text = event;
    if (text.find("\"messageId\"") == std::string::npos) text.insert(1, "\"messageId\":\"own-" + std::to_string(lines.size()) + "\",");
    lines.push_back({value_of(text, "timestamp"), linked ? "" : value_of(text, "userId"), text});
  }
  return lines;
}

std::string joined(const std::vector<Line>& lines, size_t from = 0, size_t to = SIZE_MAX) {
  std::string text;
  for (size_t i = from; i < std::min(to, lines.size()); ++i) text += lines[i].text + "\n";
  return text;
}

// Shuffled, but for lines of one user at one instant: those are taken as the file has them.
std::vector<Line> shuffled(std::vector<Line> lines, Random& random) {
  std::vector<Line> others = lines;
  for (size_t i = others.size(); i > 1; --i) std::swap(others[i - 1], others[static_cast<size_t>(random.between(0, static_cast<int64_t>(i) - 1))]);
  std::vector<bool> taken(lines.size());
  for (Line& place : others) {
    for (size_t i = 0; i < lines.size(); ++i) {
      if (taken[i] || lines[i].at != place.at || lines[i].user != place.user) continue;
      taken[i] = true;
      place = lines[i];
      break;
    }
  }
  return others;
}

std::vector<std::string> run_files(const Program& program, const std::vector<std::string>& texts, std::optional<int64_t> until_us, uint64_t seed) {
  const auto module = compile(program, Tier::fast_compile);
  BatchOptions options;
  options.until_us = until_us;
  std::vector<std::string> lines;
  options.line = [&](std::string_view line) {
    if (line.find("\"kind\":\"rejected\"") == std::string_view::npos) lines.emplace_back(line);
  };
  std::vector<std::filesystem::path> paths;
  for (const std::string& text : texts) {
    paths.push_back(std::filesystem::temp_directory_path() / ("wend_properties_" + std::to_string(seed) + "_" + std::to_string(paths.size()) + ".ndjson"));
    std::ofstream(paths.back(), std::ios::binary) << text;
    InputFile file;
    file.path = paths.back().string();
    options.files.push_back(file);
  }
  const BatchResult result = run_batch(*module, options);
  if (result.error) lines.push_back("error: " + result.error->message);
  for (const auto& path : paths) std::filesystem::remove(path);
  return lines;
}

}  // namespace

TEST_CASE("told twice, told in another order, told in two files: decided the same") {
  size_t decided = 0;
  for (uint64_t seed = 1; seed <= 40; ++seed) {
    const Case made = generate(seed, size_of_seed(seed * 20));
    const auto program = program_of(made.text());
    if (!program) continue;
    Random random(seed);
    const std::vector<Line> lines = lines_of(made);
    const std::vector<std::string> once = run_product(*program, joined(lines), made.until_us, false);
    decided += once.size();

    std::vector<Line> twice;
    for (const Line& line : lines) twice.insert(twice.end(), 2, line);
    INFO("seed " << seed);
    CHECK(run_product(*program, joined(twice), made.until_us, false) == once);
    CHECK(run_product(*program, joined(shuffled(lines, random)), made.until_us, false) == once);
    const size_t cut = static_cast<size_t>(random.between(0, static_cast<int64_t>(lines.size())));
    CHECK(run_files(*program, {joined(lines, 0, cut), joined(lines, cut)}, made.until_us, seed) == once);
  }
  CHECK(decided > 1000);
}
