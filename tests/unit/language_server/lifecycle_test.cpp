// The conversation: what may come when, what is survived, and with which code it ends.
#include <catch2/catch.hpp>

#include <random>

#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

namespace {

int64_t error_of(const Json& answer) { return answer["error"]["code"].integer(); }

}  // namespace

TEST_CASE("before `initialize` requests are refused and notifications dropped") {
  Talk talk{Json()};
  CHECK(error_of(talk.request("textDocument/hover", object())) == -32002);
  talk.open("file:///a.wend", "project");
  talk.rest();
  CHECK(talk.received.size() == 1);
  CHECK(talk.request("initialize", object())["serverInfo"]["name"].text() == "wend");
  CHECK(error_of(talk.request("initialize", object())) == -32600);
}

TEST_CASE("behind `shutdown` only `exit` is taken, and the code says whether it came in order") {
  Talk talk;
  CHECK(talk.request("shutdown", {}).is_null());
  CHECK(error_of(talk.request("textDocument/hover", object())) == -32600);
  CHECK_FALSE(talk.server().done());
  talk.notify("exit", {});
  CHECK(talk.server().done());
  CHECK(talk.server().exit_code() == 0);

  Talk hasty;
  hasty.notify("exit", {});
  CHECK(hasty.server().done());
  CHECK(hasty.server().exit_code() == 1);
}

TEST_CASE("a method nobody knows is refused, a notification nobody knows is dropped") {
  Talk talk;
  CHECK(error_of(talk.request("wend/unheardOf", object())) == -32601);
  const size_t before = talk.received.size();
  talk.notify("$/unheardOf", object());
  CHECK(talk.received.size() == before);
}

TEST_CASE("a request that was cancelled meanwhile is not worked on") {
  Talk talk;
  const auto hover = [](int id) { return object({{"jsonrpc", "2.0"}, {"id", id}, {"method", "workspace/symbol"}, {"params", object({{"query", ""}})}}).dump(); };
  const size_t before = talk.received.size();
  talk.send({hover(71), hover(72), object({{"jsonrpc", "2.0"}, {"method", "$/cancelRequest"}, {"params", object({{"id", 71}})}}).dump()});
  REQUIRE(talk.received.size() == before + 2);
  CHECK(talk.received[before]["error"]["code"].integer() == -32800);
  CHECK(talk.received[before + 1].has("result"));
}

TEST_CASE("the first encoding of the client's that is known is taken, else UTF-16") {
  const auto offered = [](Json encodings) { return Talk(object({{"capabilities", object({{"general", object({{"positionEncodings", std::move(encodings)}})}})}})).first["capabilities"]["positionEncoding"].text(); };
  CHECK(offered(array({"utf-32", "utf-16"})) == "utf-32");
  CHECK(offered(array({"ebcdic", "utf-8"})) == "utf-8");
  CHECK(offered(array({"ebcdic"})) == "utf-16");
  CHECK(offered({}) == "utf-16");
}

TEST_CASE("parameters of any shape are survived by every method") {
  Folder folder;
  folder.write("project.wend", kProject);
  const Json shapes[] = {Json(), object(), array({1, 2}), "text", 7, object({{"textDocument", 3}}), object({{"textDocument", object({{"uri", folder.uri("project.wend")}})}, {"position", "here"}}),
                         object({{"textDocument", object({{"uri", folder.uri("project.wend")}})}, {"position", object({{"line", -5}, {"character", int64_t{1} << 60}})}, {"range", array()}, {"newName", object()}, {"contentChanges", array({3})}}),
                         object({{"settings", array()}, {"changes", array({7})}, {"positions", array({"x"})}, {"query", 3}, {"data", object({{"uri", folder.uri("project.wend")}, {"kind", 500}})}, {"context", 1}})};
  for (const MethodRow& row : method_table()) {
    Talk talk;
    talk.open(folder.uri("project.wend"), kProject);
    for (const Json& shape : shapes) {
      INFO(row.method << " " << shape.dump());
      if (row.request) talk.request(row.method, shape);
      else talk.notify(row.method, shape);
    }
    talk.rest();
    CHECK(talk.request("workspace/symbol", object({{"query", "greet"}})).is_array());
  }
}

TEST_CASE("what is no request is told, and the conversation goes on") {
  Talk talk;
  std::mt19937 random(11);
  const std::string sound = object({{"jsonrpc", "2.0"}, {"id", 1}, {"method", "workspace/symbol"}, {"params", object({{"query", ""}})}}).dump();
  for (int round = 0; round < 2000; ++round) {
    std::string message = sound;
    for (size_t edits = 1 + random() % 4; edits > 0; --edits) {
      const size_t at = random() % message.size();
      if (random() % 2 == 0) message[at] = static_cast<char>(random());
      else message.erase(at, 1 + random() % 5);
      if (message.empty()) break;
    }
    talk.send({message});
    talk.received.clear();
  }
  for (const std::string message : {"[]", "3", "\"x\"", "{}", "{\"id\":1}", "{\"id\":null,\"method\":\"shutdown\"}", "{\"id\":{},\"method\":7}"}) talk.send({message});
  CHECK(talk.request("workspace/symbol", object({{"query", ""}})).is_array());
}
