// What the shared libraries show to a linker, and what they bring along.
#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "test_paths.h"

namespace {

std::vector<std::string> lines_of(const char* command) {
  FILE* const pipe = popen(command, "r");
  REQUIRE(pipe != nullptr);
  std::vector<std::string> lines;
  char line[1000];
  while (std::fgets(line, sizeof line, pipe)) lines.emplace_back(line);
  CHECK(pclose(pipe) == 0);
  return lines;
}

std::set<std::string> declared_in(const std::string& header) {
  std::ifstream in(WEND_SOURCE_DIR "/runtime/embed/" + header);
  std::stringstream read;
  read << in.rdbuf();
  const std::string text = read.str();
  const std::regex function(R"(WEND_API [a-z0-9_* ]*?(wend_[a-z_]+)\()");
  std::set<std::string> names;
  for (std::sregex_iterator at(text.begin(), text.end(), function), end; at != end; ++at) names.insert((*at)[1]);
  return names;
}

std::set<std::string> shown_by(const std::string& library) {
  std::set<std::string> names;
  for (const std::string& row : lines_of(("nm -D --defined-only " + library).c_str())) {
    if (row.find(" A ") != std::string::npos) continue;   // the name of the version
    const size_t at = row.rfind(' ') + 1;
    names.insert(row.substr(at, row.find_first_of("@\n", at) - at));
  }
  return names;
}

}  // namespace

TEST_CASE("the libraries show the functions of their headers and nothing else") {
  const std::set<std::string> step = declared_in("wend_embed.h"), store = declared_in("wend_store.h");
  CHECK(step.size() == 13);
  CHECK(store.size() == 8);
  CHECK(shown_by(WEND_LIBRARY) == step);
  std::set<std::string> both = step;
  both.insert(store.begin(), store.end());
  CHECK(shown_by(WEND_STORE_LIBRARY) == both);
}

TEST_CASE("the library of the step brings no store along") {
  const std::vector<std::string> needs = lines_of("readelf -d " WEND_LIBRARY);
  CHECK(std::any_of(needs.begin(), needs.end(), [](const std::string& line) { return line.find("NEEDED") != std::string::npos; }));
  CHECK(std::none_of(needs.begin(), needs.end(), [](const std::string& line) { return line.find("rocksdb") != std::string::npos; }));
}
