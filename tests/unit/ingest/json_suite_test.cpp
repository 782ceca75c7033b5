// The public suite of JSON texts: what must not be accepted is rejected, what must be is at least survived.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/unit/ingest/sample.h"
#include "test_paths.h"

using namespace wend;

namespace {
struct Text { std::string name, bytes; };

std::vector<Text> suite() {
  std::vector<Text> texts;
  const std::filesystem::path folder = std::filesystem::path(WEND_SHARED_DATA) / "conformance" / "json_parsing";
  if (!std::filesystem::is_directory(folder)) return texts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    std::ostringstream bytes;
    bytes << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    texts.push_back({entry.path().filename().string(), bytes.str()});
  }
  return texts;
}

// As the value of an ignored property, where only the JSON itself can be at fault.
std::string inside(const std::string& json) {
  return R"({"type":"track","event":"play","userId":"u","timestamp":"2026-01-01T00:00:00Z","properties":{"track":"a","played":1,"x":)" + json + "}}";
}
}  // namespace

TEST_CASE("malformed JSON is a rejected line, and no JSON crashes") {
  const std::vector<Text> texts = suite();
  if (texts.empty()) {
    WARN("the JSON suite is not there: " << WEND_SHARED_DATA);
    return;
  }
  size_t malformed = 0, good = 0;
  for (const Text& text : texts) {
    INFO(text.name);
    Intake bare(sample::module());
    CHECK(!read_text(text.bytes, "suite", false, bare));
    CHECK(bare.log.events().empty());
    Intake wrapped(sample::module());
    const bool one_line = text.bytes.find('\n') == std::string::npos && text.bytes.find('\r') == std::string::npos;
    read_text(inside(text.bytes), "suite", false, wrapped);
    if (text.name.starts_with("n_")) {
      ++malformed;
      if (text.bytes.find_first_not_of(" \t\r\n\xef\xbb\xbf") != std::string::npos) CHECK(!bare.rejected.empty());
      if (one_line) CHECK(wrapped.log.events().empty());
    } else if (text.name.starts_with("y_") && one_line && text.name.find("dupl") == std::string::npos) {
      ++good;
      CHECK(wrapped.rejected.empty());
    }
  }
  CHECK(malformed > 180);
  CHECK(good > 80);
}
