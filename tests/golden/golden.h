// Golden files: a source, a line `// ----`, and what is expected of it. A test names a folder and a function
// from source to text; every *.golden file there is one case. WEND_UPDATE=1 rewrites the expectations
// instead of checking them, to be reviewed as a diff.
//
//   TEST_CASE("syntax trees") { wend::golden::check(WEND_SOURCE_DIR "/tests/golden/syntax/trees", dump); }
//   // where std::string dump(const wend::golden::Case&)
#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <catch2/catch.hpp>

namespace wend::golden {

inline constexpr const char* kRule = "// ----";

struct Case {
  std::string path;
  std::string name;      // the file's name without `.golden`
  std::string source;    // all lines above the rule, each with its line end
  std::string expected;  // all lines below it
};

inline std::string read_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline Case read(const std::string& path) {
  Case result{path, std::filesystem::path(path).stem().string(), "", ""};
  const std::string text = read_text(path);
  const std::string rule = std::string(kRule) + "\n";
  size_t at = 0;
  while (at < text.size() && text.compare(at, rule.size(), rule) != 0) {
    const size_t end = text.find('\n', at);
    at = end == std::string::npos ? text.size() : end + 1;
  }
  result.source = text.substr(0, at);
  if (at < text.size()) result.expected = text.substr(at + rule.size());
  return result;
}

// The cases of a folder (not of its subfolders), by name.
inline std::vector<Case> read_all(const std::string& folder, const std::string& extension = ".golden") {
  std::vector<std::string> paths;
  if (std::filesystem::is_directory(folder)) {
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.is_regular_file() && entry.path().extension() == extension) paths.push_back(entry.path().string());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<Case> cases;
  for (const std::string& path : paths) cases.push_back(read(path));
  return cases;
}

inline bool updating() {
  const char* value = std::getenv("WEND_UPDATE");
  return value != nullptr && std::string(value) == "1";
}

// Compares one case, or rewrites it.
inline void check_case(const Case& golden, std::string actual) {
  if (!actual.empty() && actual.back() != '\n') actual += '\n';
  if (updating()) {
    std::string source = golden.source;
    if (!source.empty() && source.back() != '\n') source += '\n';
    const std::string text = source + kRule + "\n" + actual;
    if (text != read_text(golden.path)) std::ofstream(golden.path, std::ios::binary) << text;
    return;
  }
  INFO(golden.path);
  CHECK(actual == golden.expected);
}

// Runs `run` over every case of a folder. An empty folder fails: a test that checks nothing must not pass.
template <class Run>
void check(const std::string& folder, Run run) {
  const std::vector<Case> cases = read_all(folder);
  INFO("golden files in " << folder);
  REQUIRE(!cases.empty());
  for (const Case& golden : cases) check_case(golden, run(golden));
}

}  // namespace wend::golden
