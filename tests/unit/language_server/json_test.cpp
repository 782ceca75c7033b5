// JSON as the protocol carries it.
#include <catch2/catch.hpp>

#include "compiler/language_server/json.h"

using namespace wend::lsp;

TEST_CASE("what is read is written as it was") {
  for (const std::string text : {"null", "true", "-7", "1.5", "\"é 😀 \\\" \\n\"", "[1,[],{}]", "{\"a\":{\"b\":[null,false]},\"c\":\"\"}"}) {
    const auto json = parse_json(text);
    REQUIRE(json);
    CHECK(json->dump() == text);
  }
}

TEST_CASE("what is no JSON is nothing, and never an exception") {
  for (const std::string text : {"", "{", "[1,", "{\"a\"}", "nul", "\"\xff\"", "1 2", "{\"a\":1,}"}) CHECK_FALSE(parse_json(text));
}

TEST_CASE("depth is bounded") {
  CHECK(parse_json(std::string(kJsonDepthMax, '[') + std::string(kJsonDepthMax, ']')));
  CHECK_FALSE(parse_json(std::string(kJsonDepthMax + 1, '[') + std::string(kJsonDepthMax + 1, ']')));
  CHECK_FALSE(parse_json(std::string(1'000'000, '[')));
}

TEST_CASE("what is absent is empty") {
  const Json json = object({{"n", 3}, {"t", "x"}});
  CHECK(json["n"].integer() == 3);
  CHECK(json["missing"]["deeper"].text().empty());
  CHECK(json["t"].integer(7) == 7);
  CHECK(json["n"].items().empty());
}
