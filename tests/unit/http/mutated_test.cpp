// Requests with bytes changed, cut, doubled and swapped, the same ones each time: whatever comes, the server answers or hangs
// up, and goes on.
#include <catch2/catch.hpp>

#include <random>

#include "runtime/http/inflate.h"
#include "tests/unit/http/client.h"

using namespace wend;
using namespace wend::test;

namespace {

std::string mutated(std::string bytes, std::mt19937& random) {
  static const std::string kPieces[] = {"\r\n", "\n", ":", " ", "0\r\n\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n", "\0", "\xff", "GET /x HTTP/1.1\r\nHost: x\r\n\r\n", "%2e", ";"};
  for (uint32_t changes = 1 + random() % 3; changes > 0; --changes) {
    const size_t at = random() % (bytes.size() + 1);
    switch (random() % 5) {
      case 0: if (at < bytes.size()) bytes[at] = static_cast<char>(random()); break;
      case 1: bytes.erase(at, 1 + random() % 8); break;
      case 2: bytes.insert(at, kPieces[random() % std::size(kPieces)]); break;
      case 3: bytes.insert(at, bytes.substr(at, random() % 32)); break;
      default: bytes.resize(at + 1); break;
    }
  }
  return bytes;
}

}  // namespace

TEST_CASE("whatever bytes come, the server answers or hangs up, and serves the next") {
  HttpServer::Limits limits;
  limits.head.body_bytes_max = 2000;
  Echo echo(limits);
  const std::vector<std::string> seeds = {
      get("/v1/projects/KEY/settings?x=1", "Accept: */*\r\n"), post("/v1/batch", R"({"batch":[]})", "Content-Type: application/json\r\n"),
      post("/batch/", gzip(R"({"api_key":"k","batch":[]})"), "Content-Encoding: gzip\r\n"),
      "POST /v1/t HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n", get("/1") + post("/2", "abc") + get("/3")};
  std::mt19937 random(20260131);
  for (int i = 0; i < 3000; ++i) {
    Client client(echo.port());
    client.send(mutated(seeds[static_cast<size_t>(i) % seeds.size()], random));
    client.finish();
    CHECK(client.is_closed());
  }
  CHECK(say(echo, get("/still")).status == 200);
}

TEST_CASE("whatever head comes, reading it ends, and one that is taken has one Host and one framing") {
  const std::string seed = "POST /v1/batch?x=y HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nX: y\r\nConnection: close\r\n\r\n";
  std::mt19937 random(7);
  size_t taken = 0;
  for (int i = 0; i < 100'000; ++i) {
    const std::string bytes = mutated(seed, random);
    RequestHead head;
    size_t end = 0;
    if (scan_head(bytes, 0, {}, end) || end == std::string_view::npos || read_head(std::string_view(bytes).substr(0, end), {}, head)) continue;
    ++taken;
    size_t hosts = 0, framings = 0;
    for (const auto& [name, value] : head.in.headers) {
      hosts += name == "host";
      framings += name == "content-length" || name == "transfer-encoding";
    }
    if (hosts != 1 || framings > 1 || head.in.path.empty() || head.in.path[0] != '/') FAIL(bytes);
  }
  CHECK(taken > 1000);
}

TEST_CASE("whatever gzip comes, inflating it ends within the cap") {
  const std::string seed = gzip(std::string(3000, 'a') + "tail");
  std::mt19937 random(11);
  for (int i = 0; i < 20'000; ++i) {
    std::string out;
    inflate(mutated(seed, random), 4000, out);
    if (out.size() > 4001) FAIL("past the cap");
  }
}
