// The server on two pipes: order, the end of the stream, and the log.
#include <catch2/catch.hpp>

#include <unistd.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "compiler/language_server/framing.h"
#include "compiler/language_server/stdio.h"
#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

namespace {

struct Ended { int code; std::string trouble, out; };

Ended run(const std::string& input, const std::string& log = "") {
  int in[2], out[2];
  REQUIRE(::pipe(in) == 0);
  REQUIRE(::pipe(out) == 0);
  Ended ended;
  std::thread writer([&] {
    for (size_t at = 0; at < input.size();) {
      const ssize_t count = ::write(in[1], input.data() + at, std::min<size_t>(input.size() - at, 1000));
      if (count <= 0) break;
      at += static_cast<size_t>(count);
    }
    ::close(in[1]);
  });
  std::thread reader([&] {
    char bytes[4096];
    for (ssize_t count; (count = ::read(out[0], bytes, sizeof bytes)) > 0;) ended.out.append(bytes, static_cast<size_t>(count));
  });
  ended.code = serve_stdio({in[0], out[1], log, {}}, ended.trouble);
  ::close(out[1]);
  writer.join();
  reader.join();
  ::close(in[0]);
  ::close(out[0]);
  return ended;
}

std::string message(Json json) {
  json.set("jsonrpc", "2.0");
  return framed(json.dump());
}

const std::string kInitialize = message(object({{"id", 1}, {"method", "initialize"}, {"params", object({{"capabilities", object()}})}}));
const std::string kShutdown = message(object({{"id", 2}, {"method", "shutdown"}}));
const std::string kExit = message(object({{"method", "exit"}}));

}  // namespace

TEST_CASE("a conversation in order ends with 0, one that breaks off with 1") {
  const Ended whole = run(kInitialize + kShutdown + kExit);
  CHECK(whole.code == 0);
  CHECK(whole.out.find("\"id\":2,\"result\":null") != std::string::npos);
  CHECK(run(kInitialize + kExit).code == 1);
  CHECK(run(kInitialize).code == 1);
  CHECK(run("").code == 1);
  CHECK(run(kInitialize + kShutdown).code == 0);
}

TEST_CASE("noise between messages is told, and the messages are answered") {
  const Ended ended = run(kInitialize + "Content-Length: x\r\n\r\n" + kShutdown + kExit);
  CHECK(ended.code == 0);
  CHECK(ended.out.find("-32700") != std::string::npos);
}

TEST_CASE("the log has every message") {
  Folder folder;
  const std::string log = folder.path() + "/lsp.log";
  CHECK(run(kInitialize + kShutdown + kExit, log).code == 0);
  std::ifstream in(log);
  std::ostringstream text;
  text << in.rdbuf();
  CHECK(text.str().find("<- {\"id\":1,\"method\":\"initialize\"") != std::string::npos);
  CHECK(text.str().find("-> {\"jsonrpc\":\"2.0\",\"id\":1,\"result\"") != std::string::npos);
  const Ended refused = run(kInitialize, folder.path() + "/no/such/folder/lsp.log");
  CHECK(refused.code == 5);
  CHECK(refused.trouble.find("lsp.log") != std::string::npos);
}
