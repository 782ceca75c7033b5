// The files for other people's CI name commands and options that exist. That they are YAML is asked by tests/outside/ci_files.mjs.
#include <catch2/catch.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "compiler/cli/command.h"
#include "test_paths.h"

using namespace wend::cli;

namespace {

const Command* command_named(const std::string& name) {
  for (const Command& command : commands()) if (name == command.name) return &command;
  return nullptr;
}

// The words of every line that runs wend, by its name or by the variable that holds it.
std::vector<std::vector<std::string>> calls_in(const std::string& path) {
  std::ifstream in(std::string(WEND_SOURCE_DIR) + "/" + path);
  REQUIRE(in.good());
  std::vector<std::vector<std::string>> calls;
  for (std::string line; std::getline(in, line);) {
    if (line.find('#') == 0) continue;
    std::istringstream text(line);
    std::vector<std::string> words;
    bool inside = false;
    for (std::string word; text >> word;) {
      word.erase(std::remove(word.begin(), word.end(), '\''), word.end());
      if (inside) words.push_back(word);
      inside |= word == "\"$WEND\"" || (word == "wend" && line.find("entry: wend ") != std::string::npos);
    }
    if (!words.empty()) calls.push_back(words);
  }
  return calls;
}

}  // namespace

TEST_CASE("CI files call commands that exist, with options they have") {
  size_t seen = 0;
  for (const char* path : {".pre-commit-hooks.yaml", "editor-support/github/action.yml", "editor-support/gitlab/wend.gitlab-ci.yml"}) {
    INFO(path);
    for (const std::vector<std::string>& words : calls_in(path)) {
      INFO(words.front());
      const Command* command = command_named(words.front());
      REQUIRE(command != nullptr);
      ++seen;
      for (const std::string& word : words) {
        if (!word.starts_with("--")) continue;
        const std::string name = word.substr(0, word.find('='));
        INFO(name);
        CHECK(std::any_of(command->options.begin(), command->options.end(), [&](const Option& option) { return name == option.name; }));
      }
    }
  }
  CHECK(seen == 9);
}
