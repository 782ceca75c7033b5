// Which heads are taken, which are refused and how: what two readers could understand differently never passes.
#include <catch2/catch.hpp>

#include "tests/unit/http/client.h"

using namespace wend;
using namespace wend::test;

namespace {
// A refusal: the status, the connection closed, and the handler never asked.
void refused(Echo& echo, const std::string& bytes, int status) {
  INFO(bytes.substr(0, 200));
  const size_t before = echo.got().size();
  const Said said = say(echo, bytes);
  CHECK(said.status == status);
  CHECK(said.closed);
  CHECK(echo.got().size() == before);
}
}  // namespace

TEST_CASE("a request reaches the handler as it was sent: names of headers in lower case, nothing decoded") {
  Echo echo;
  Client client(echo.port());
  const Answer answer = client.ask(get("/v1/x%20y/?a=%2e&b=/../", "X-Two:  some text \t\r\nX-Empty:\r\n"));
  CHECK(answer.status == 200);
  CHECK(answer.body == "GET /v1/x%20y/?a=%2e&b=/../|");
  CHECK(answer.field("Content-Type") == "text/plain");
  CHECK(answer.field("Date").size() == 29);
  CHECK(answer.field("X-Content-Type-Options") == "nosniff");
  const HttpIn in = echo.got().at(0);
  CHECK(in.header("x-two") == "some text");
  CHECK(in.header("x-empty") == "");
  CHECK(in.header("host") == "x");
  CHECK(in.peer == "127.0.0.1");
}

TEST_CASE("any Transfer-Encoding but exactly chunked is refused, so the rest is never read as another request") {
  Echo echo;
  for (const char* value : {"xchunked", "identity", "chunked, chunked", "gzip, chunked", "chunked;a=b", "Chunked", "", "\x0b" "chunked"}) {
    refused(echo, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: " + std::string(value) + "\r\n\r\n0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  }
  refused(echo, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
  refused(echo, "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n", 400);
}

TEST_CASE("a length is given once, as plain digits, and never together with chunked") {
  Echo echo;
  const std::string start = "POST / HTTP/1.1\r\nHost: x\r\n";
  refused(echo, start + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400);
  refused(echo, start + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400);
  refused(echo, start + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400);
  refused(echo, start + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabc", 400);
  for (const char* value : {"3, 3", "+3", "-3", "0x3", "3 3", "", "3a", "\xc2\xb3"}) refused(echo, start + "Content-Length: " + value + "\r\n\r\nabc", 400);
  CHECK(say(echo, start + "Content-Length: 003\r\n\r\nabc").status == 200);
}

TEST_CASE("there is exactly one Host") {
  Echo echo;
  refused(echo, "GET / HTTP/1.1\r\n\r\n", 400);
  refused(echo, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400);
  refused(echo, "GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n", 400);
  for (const char* value : {"", "a b", "a, b", "a/b", "u@a"}) refused(echo, "GET / HTTP/1.1\r\nHost: " + std::string(value) + "\r\n\r\n", 400);
}

TEST_CASE("headers that say who asks and what is sent stand at most once") {
  Echo echo;
  for (const char* name : {"Authorization", "Content-Type", "Content-Encoding", "Expect"}) {
    refused(echo, get("/", std::string(name) + ": a\r\n" + name + ": a\r\n"), 400);
  }
}

TEST_CASE("folding, bare line ends, control characters and odd names are refused") {
  Echo echo;
  refused(echo, get("/", "X: a\r\n b\r\n"), 400);
  refused(echo, get("/", "X: a\r\n\tb\r\n"), 400);
  refused(echo, "GET / HTTP/1.1\r\n Host: x\r\n\r\n", 400);
  refused(echo, "GET / HTTP/1.1\nHost: x\n\n", 400);
  refused(echo, get("/", "X: a\nY: b\r\n"), 400);
  refused(echo, get("/", "X: a\rY: b\r\n"), 400);
  refused(echo, get("/", std::string("X: a\0b\r\n", 8)), 400);
  refused(echo, get("/", "X: a\x7f\r\n"), 400);
  refused(echo, get("/", "X : a\r\n"), 400);
  refused(echo, get("/", ": a\r\n"), 400);
  refused(echo, get("/", "X\r\n"), 400);
  refused(echo, get("/", "X(y): a\r\n"), 400);
}

TEST_CASE("methods are upper case; what is no HTTP/1.1 is refused at once, also HTTP/2 and TLS") {
  Echo echo;
  refused(echo, "get / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  refused(echo, "Get / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  refused(echo, "G-T / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  refused(echo, "AVERYLONGMETHODNAME / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  refused(echo, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400);
  refused(echo, std::string("\x16\x03\x01\x02\x00", 5), 400);
  refused(echo, "\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n", 400);
  refused(echo, "GET / HTTP/1.0\r\nHost: x\r\n\r\n", 505);
  refused(echo, "GET / HTTP/1.2\r\nHost: x\r\n\r\n", 505);
  for (const char* line : {"GET /", "GET", "GET / http/1.1", "GET / HTTP/1.1 ", "GET  / HTTP/1.1", "GET / x HTTP/1.1", "GET\t/ HTTP/1.1", "GET / HTTP/11"}) {
    refused(echo, std::string(line) + "\r\nHost: x\r\n\r\n", 400);
  }
}

TEST_CASE("a path has one meaning: no way up, escaped or not, and no empty step") {
  Echo echo;
  for (const char* path : {"/v1/../admin", "/..", "/./x", "/v1/.", "/v1/%2e%2e/admin", "/%2E%2e", "/.%2e/x", "/x/%2E", "//", "/v1//batch", "/a\\b"}) refused(echo, get(path), 404);
  for (const char* path : {"x", "*", "http://x/y", "/\x01", "/\x7f", "/\xc3\xa9", "/x#y", "", "/%", "/a%2", "/%2g", "/%%41"}) refused(echo, get(path), 400);
  CHECK(say(echo, get("/a..b/.c/...")).status == 200);
}

TEST_CASE("an escaped slash is a letter of its step, and comes as it was sent") {
  Echo echo;
  for (const char* path : {"/a%2fb", "/a%5Cb", "/..%2f..%2fetc", "/%00", "/%252e%252e", "/%2e%2e%2e"}) CHECK(say(echo, get(path)).body == "GET " + std::string(path) + "|");
}

TEST_CASE("heads are bounded: 414 for the address, 431 for size and number of headers") {
  Echo echo;
  CHECK(say(echo, get("/" + std::string(8191, 'a'))).status == 200);
  refused(echo, get("/" + std::string(8192, 'a')), 414);
  refused(echo, "GET /" + std::string(9000, 'a'), 414);   // told before the line ends
  refused(echo, get("/", "X: " + std::string(20'000, 'a') + "\r\n"), 431);
  std::string fields;
  for (int i = 0; i < 99; ++i) fields += "A:\r\n";
  CHECK(say(echo, get("/", fields)).status == 200);
  refused(echo, get("/", fields + "A:\r\n"), 431);
  for (int i = 0; i < 400; ++i) fields += "A:\r\n";
  refused(echo, get("/", fields), 431);
}

TEST_CASE("100 (Continue) is said to those who wait for it, other expectations fail") {
  Echo echo;
  Client client(echo.port());
  client.send("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
  CHECK(client.read().status == 100);
  CHECK(client.ask("abc").body == "POST /x|abc");
  refused(echo, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\nExpect: 100-continue\r\n\r\n", 413);
  refused(echo, get("/", "Expect: a miracle\r\n"), 417);
}

TEST_CASE("a head that comes byte by byte is the same head") {
  Echo echo;
  Client client(echo.port());
  for (char c : post("/v1/batch", "{}", "X: y\r\n")) client.send(std::string_view(&c, 1));
  CHECK(client.read().body == "POST /v1/batch|{}");
}
