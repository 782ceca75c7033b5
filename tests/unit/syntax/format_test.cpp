// What the formatter promises of every text: a second run changes nothing, every word and comment is kept, the
// meaning is the same, and a text with errors is left alone.
#include <catch2/catch.hpp>

#include <filesystem>

#include "compiler/syntax/format.h"
#include "compiler/syntax/print.h"
#include "tests/golden/golden.h"
#include "tests/unit/syntax/read.h"
#include "test_paths.h"

using namespace wend;

namespace {

const std::string kFolder = WEND_SOURCE_DIR "/tests/golden/syntax";

std::vector<std::string> sound_texts() {
  std::vector<std::string> out{golden::read_text(kFolder + "/tidal_wave.wend")};
  for (const char* folder : {"/trees", "/format"}) {
    for (const golden::Case& one : golden::read_all(kFolder + folder)) {
      if (testing::Read(one.source).diagnostics.ok()) out.push_back(one.source);
    }
  }
  return out;
}

// The same text with its blanks changed at random: indentation gone, gaps doubled.
std::string shaken(const std::string& text, uint64_t seed) {
  std::string out;
  bool in_text = false, line_start = true, in_comment = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\n') in_comment = false;
    if (c == '#' && !in_text) in_comment = true;
    if (c == '"' && !in_comment && (i == 0 || text[i - 1] != '\\')) in_text = !in_text;
    if (c == ' ' && line_start && !in_text) continue;
    line_start = c == '\n';
    out += c;
    seed = seed * 6364136223846793005ull + 1442695040888963407ull;
    if (c == ' ' && !in_text && !in_comment && (seed >> 60) < 4) out += "  ";
  }
  return out;
}

}  // namespace

TEST_CASE("formatting twice is formatting once, and changes no meaning") {
  for (const std::string& text : sound_texts()) {
    CAPTURE(text);
    const auto once = format(text);
    REQUIRE(once);
    CHECK(format(*once) == once);
    const testing::Read before(text), after(*once);
    CHECK(after.places().empty());
    CHECK(print_ast(before.file) == print_ast(after.file));
  }
}

TEST_CASE("shaken texts come to rest") {
  for (const std::string& text : sound_texts()) {
    if (text.find("{{ \"") != std::string::npos || text.find("\"\"\"") != std::string::npos) continue;  // quotes within texts
    for (uint64_t seed = 1; seed < 6; ++seed) {
      const std::string moved = shaken(text, seed);
      CAPTURE(moved);
      const auto once = format(moved);
      REQUIRE(once);
      CHECK(format(*once) == once);
      CHECK(print_ast(testing::Read(moved).file) == print_ast(testing::Read(*once).file));
    }
  }
}

TEST_CASE("a text with errors is left as it was") {
  CHECK_FALSE(format("journey {"));
  CHECK_FALSE(format("event a { x text"));
  CHECK_FALSE(format("\xFF"));
}

TEST_CASE("nothing stays nothing") {
  CHECK(format("") == std::string());
  CHECK(format("\n\n") == std::string());
  CHECK(format("# alone") == std::string("# alone\n"));
}
