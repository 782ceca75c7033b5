// How bodies are framed, bounded and inflated.
#include <catch2/catch.hpp>

#include "tests/unit/http/client.h"

using namespace wend;
using namespace wend::test;

namespace {
std::string chunked(const std::string& body) { return "POST /c HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body; }

HttpServer::Limits small() {
  HttpServer::Limits limits;
  limits.head.body_bytes_max = 1000;
  limits.inflated_bytes_max = 2000;
  limits.framing_bytes_max = 500;
  return limits;
}
}  // namespace

TEST_CASE("chunks are put together; extensions and trailers are passed over") {
  Echo echo;
  CHECK(say(echo, chunked("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n")).body == "POST /c|abcde");
  CHECK(say(echo, chunked("3\r\nabc\r\n0\r\nContent-Encoding: gzip\r\nX: y\r\n\r\n")).body == "POST /c|abc");
  CHECK(echo.got().back().header("x") == "");
}

TEST_CASE("bad chunk sizes and ends are 400, and the connection closes") {
  Echo echo;
  for (const char* body : {"g\r\nabc\r\n0\r\n\r\n", "-1\r\nabc\r\n", "3\nabc\r\n0\r\n\r\n", "3\r\nabcd\r\n0\r\n\r\n", "ffffffffffffffffff\r\nabc", " 3\r\nabc\r\n0\r\n\r\n", "\r\n"}) {
    INFO(body);
    const Said said = say(echo, chunked(body));
    CHECK(said.status == 400);
    CHECK(said.closed);
  }
  CHECK(echo.got().empty());
}

TEST_CASE("a body has a largest size, told before it is read if it has a length") {
  Echo echo(small());
  CHECK(say(echo, post("/", std::string(1000, 'a'))).status == 200);
  CHECK(say(echo, post("/", std::string(1001, 'a'))).status == 413);
  CHECK(say(echo, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n").status == 413);
  std::string chunks;
  for (int i = 0; i < 11; ++i) chunks += "64\r\n" + std::string(100, 'a') + "\r\n";
  const Said said = say(echo, chunked(chunks + "0\r\n\r\n"));
  CHECK(said.status == 413);
  CHECK(said.closed);
}

TEST_CASE("what frames a body is bounded too: extensions, tiny chunks, trailers") {
  Echo echo(small());
  CHECK(say(echo, chunked("1;" + std::string(1'000'000, 'x') + "\r\na\r\n0\r\n\r\n")).status == 400);
  std::string many;
  for (int i = 0; i < 200; ++i) many += "1;abc\r\na\r\n";
  CHECK(say(echo, chunked(many + "0\r\n\r\n")).status == 400);
  std::string trailers = "1\r\na\r\n0\r\n";
  for (int i = 0; i < 200; ++i) trailers += "X-" + std::to_string(i) + ": y\r\n";
  CHECK(say(echo, chunked(trailers + "\r\n")).status == 400);
  CHECK(echo.got().empty());
}

TEST_CASE("an answer to a body that is too large reaches a client that is still sending") {
  Echo echo(small());
  Client client(echo.port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3000000\r\n\r\n");
  const std::string part(100'000, 'a');
  for (int i = 0; i < 30; ++i) client.send(part);
  CHECK(client.read().status == 413);
}

TEST_CASE("a body that ends early is no request") {
  Echo echo;
  for (const std::string& bytes : {std::string("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabc"), chunked("5\r\nabc"), std::string("POST / HT")}) {
    Client client(echo.port());
    client.send(bytes);
    client.finish();
    CHECK(client.is_closed());
  }
  CHECK(echo.got().empty());
}

TEST_CASE("gzip is inflated by its bytes, whatever the type says, and with or without Content-Encoding") {
  Echo echo;
  const std::string plain = R"({"batch":[]})", packed = gzip(plain);
  CHECK(say(echo, post("/", packed, "Content-Encoding: gzip\r\n")).body == "POST /|" + plain);
  CHECK(echo.got().back().header("content-encoding") == "");
  CHECK(say(echo, post("/", packed, "Content-Type: application/x-www-form-urlencoded\r\n")).body == "POST /|" + plain);
  CHECK(say(echo, post("/", packed, "Content-Encoding: GZIP\r\n")).body == "POST /|" + plain);
  CHECK(say(echo, post("/", plain, "Content-Encoding: identity\r\n")).body == "POST /|" + plain);
}

TEST_CASE("gzip that is cut, damaged, followed by more, or inside gzip is 400; other encodings are 415") {
  Echo echo;
  const std::string packed = gzip(std::string(5000, 'a') + "b");
  const auto status = [&](const std::string& body, const std::string& headers = "") { return say(echo, post("/", body, headers)).status; };
  for (size_t size = 2; size < packed.size(); ++size) CHECK(status(packed.substr(0, size)) == 400);
  CHECK(status(packed + "x") == 400);
  CHECK(status(packed + packed) == 400);
  CHECK(status(gzip(packed)) == 400);
  std::string damaged = packed;
  damaged[damaged.size() - 6] ^= 1;   // the checksum
  CHECK(status(damaged) == 400);
  CHECK(status("{}", "Content-Encoding: gzip\r\n") == 400);
  CHECK(status("{}", "Content-Encoding: br\r\n") == 415);
  CHECK(status(packed, "Content-Encoding: gzip, gzip\r\n") == 415);
  CHECK(echo.got().empty());
}

TEST_CASE("a gzip bomb stops at the cap") {
  Echo echo(small());
  CHECK(say(echo, post("/", gzip(std::string(2000, 'a')))).status == 200);
  CHECK(say(echo, post("/", gzip(std::string(2001, 'a')))).status == 413);
  Echo large;
  const std::string bomb = gzip(std::string(60'000'000, '\0'));
  REQUIRE(bomb.size() < 500'000);
  CHECK(say(large, post("/", bomb)).status == 413);
}

TEST_CASE("a refused encoding leaves the connection usable") {
  Echo echo;
  Client client(echo.port());
  CHECK(client.ask(post("/", "{}", "Content-Encoding: br\r\n")).status == 415);
  CHECK(client.ask(post("/", "{}")).status == 200);
}
