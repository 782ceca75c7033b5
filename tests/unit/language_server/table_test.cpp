// The table of methods and what is written and announced of it.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "test_paths.h"
#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

TEST_CASE("every method stands on the page of the language server, in the words of its row") {
  std::ifstream in(WEND_SOURCE_DIR "/compiler/language_server/README.md");
  std::ostringstream page;
  page << in.rdbuf();
  for (const MethodRow& row : method_table()) {
    const std::string line = std::string("| `") + row.method + "` | " + row.doc + " |";
    INFO(line);
    CHECK(page.str().find(line) != std::string::npos);
  }
}

TEST_CASE("every method is answered on a sound project") {
  Folder folder;
  folder.write("project.wend", kProject);
  const std::string uri = folder.uri("project.wend");
  Talk talk;
  talk.open(uri, kProject);
  for (const MethodRow& row : method_table()) {
    if (!row.request || std::string(row.method) == "initialize") continue;
    Json params = object({{"textDocument", object({{"uri", uri}})}, {"position", object({{"line", 15}, {"character", 10}})}, {"range", object({{"start", object({{"line", 0}, {"character", 0}})}, {"end", object({{"line", 90}, {"character", 0}})}})},
                          {"newName", "listens"}, {"query", ""}, {"positions", array({object({{"line", 15}, {"character", 10}})})}, {"context", object({{"includeDeclaration", true}})}});
    INFO(row.method);
    const Json answer = talk.request(row.method, params);
    CHECK_FALSE(answer.has("error"));
  }
}
