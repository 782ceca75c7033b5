// Every test that the page of faults names is there.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "test_paths.h"

namespace fs = std::filesystem;

namespace {

std::string text_of(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::set<std::string> cases() {
  std::set<std::string> found;
  constexpr std::string_view kCase = "TEST_CASE(\"";
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(WEND_SOURCE_DIR "/tests")) {
    if (entry.path().extension() != ".cpp") continue;
    const std::string text = text_of(entry.path());
    for (size_t at = text.find(kCase); at != std::string::npos; at = text.find(kCase, at + 1)) {
      const size_t begin = at + kCase.size();
      found.insert(text.substr(begin, text.find("\"", begin) - begin));
    }
  }
  return found;
}

}  // namespace

TEST_CASE("every test that the page of faults names is there") {
  const std::string page = text_of(WEND_SOURCE_DIR "/tests/serving/README.md");
  const std::set<std::string> known = cases();
  std::map<char, size_t> rows;
  for (size_t at = page.find("\n| "); at != std::string::npos; at = page.find("\n| ", at + 1)) {
    const std::string row = page.substr(at + 1, page.find('\n', at + 1) - at - 1);
    if (std::string("FIKS").find(row[2]) == std::string::npos || row[3] < '0' || row[3] > '9') continue;
    const std::string last = row.substr(row.rfind('|', row.size() - 2));
    ++rows[row[2]];
    size_t named = 0;
    for (size_t open = last.find('`'); open != std::string::npos; open = last.find('`', open + 1)) {
      const size_t close = last.find('`', open + 1);
      if (close == std::string::npos) break;
      const std::string name = last.substr(open + 1, close - open - 1);
      open = close;
      if (name == "tests/changes" || name.starts_with("WEND_")) continue;
      ++named;
      INFO(name);
      CHECK(known.count(name) == 1);
    }
    INFO(row);
    CHECK(named > 0);
  }
  CHECK(rows['F'] > 15);
  CHECK(rows['I'] == 22);
  CHECK(rows['K'] == 7);
  CHECK(rows['S'] == 7);
}
