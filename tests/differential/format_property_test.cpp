// What the formatter promises, over every program in the tree (projects, library, stories, goldens, pages) and over generated ones with
// comments strewn in: a second run changes nothing, the tree is the same, and no comment is lost.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <catch2/catch.hpp>

#include "compiler/syntax/format.h"
#include "compiler/syntax/print.h"
#include "test_paths.h"
#include "tests/differential/generate.h"
#include "tests/unit/syntax/read.h"

namespace {

namespace fs = std::filesystem;

std::string read_text(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

// The comments of a text, in order; a `#` inside a text is none.
std::vector<std::string> comments(const std::string& text) {
  std::vector<std::string> found;
  bool single = false, triple = false, output = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool inside = single || triple;
    if (inside && (text.compare(i, 2, "{{") == 0 || text.compare(i, 2, "{%") == 0)) output = true;
    if (inside && (text.compare(i, 2, "}}") == 0 || text.compare(i, 2, "%}") == 0)) output = false;
    if (single && text[i] == '\\') ++i;
    else if (!output && !single && text.compare(i, 3, "\"\"\"") == 0) { triple = !triple; i += 2; }
    else if (!output && !triple && text[i] == '"') single = !single;
    else if (!inside && text[i] == '#') {
      const size_t end = std::min(text.find('\n', i), text.size());
      std::string comment = text.substr(i, end - i);
      while (!comment.empty() && (comment.back() == ' ' || comment.back() == '\r')) comment.pop_back();
      found.push_back(comment);
      i = end;
    }
  }
  return found;
}

void check_promises(const std::string& text, const std::string& name) {
  INFO(name);
  const wend::testing::Read before(text);
  if (!before.diagnostics.ok()) return;  // left as it is
  const std::optional<std::string> once = wend::format(text);
  REQUIRE(once);
  CHECK(wend::format(*once) == once);
  CHECK(comments(*once) == comments(text));
  CHECK(wend::print_ast(wend::testing::Read(*once).file) == wend::print_ast(before.file));
}

// A comment behind every third line and one of its own before every fifth.
std::string with_comments(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  size_t n = 0;
  bool triple = false;
  for (std::string line; std::getline(in, line); ++n) {
    const bool inside = triple;
    for (size_t at = line.find("\"\"\""); at != std::string::npos; at = line.find("\"\"\"", at + 3)) triple = !triple;
    if (!inside && n % 5 == 4) out += "   # a note of its own, " + std::to_string(n) + "\n";
    out += line;
    if (!inside && !triple && n % 3 == 2) out += "  # behind, " + std::to_string(n);
    out += "\n";
  }
  return out;
}

}  // namespace

TEST_CASE("every program of the tree keeps its tree and its comments when it is formatted") {
  size_t programs = 0;
  for (const char* top : {"examples", "stdlib", "tests", "grammar", "compiler", "editor-support"})
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(fs::path(WEND_SOURCE_DIR) / top)) {
      const std::string extension = entry.path().extension().string();
      if (extension != ".wend" && extension != ".golden") continue;
      std::string text = read_text(entry.path());
      if (extension == ".golden") text = text.substr(0, text.find("// ----"));
      check_promises(text, entry.path().string());
      if (extension == ".wend") check_promises(with_comments(text), entry.path().string() + ", with comments");
      ++programs;
    }
  CHECK(programs > 100);
}

TEST_CASE("so do generated ones") {
  for (uint64_t seed = 1; seed <= 150; ++seed) {
    const std::string text = wend::differential::generate(seed, wend::differential::size_of_seed(seed * 7)).text();
    check_promises(text, "seed " + std::to_string(seed));
    check_promises(with_comments(text), "seed " + std::to_string(seed) + ", with comments");
  }
}
