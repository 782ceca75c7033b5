// Addresses that may not be dialled, as ranges and as the spellings by which URLs try to reach them.
#include <arpa/inet.h>

#include <catch2/catch.hpp>

#include "server.h"
#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

AddressKind kind(const char* text) {
  uint8_t bytes[16];
  if (::inet_pton(AF_INET, text, bytes) == 1) return kind_of_address({bytes, 4});
  REQUIRE(::inet_pton(AF_INET6, text, bytes) == 1);
  return kind_of_address({bytes, 16});
}

// What becomes of a request to this URL under rules that allow nothing special.
std::string fate(const std::string& url, NetRules rules = {}, std::vector<std::string> names = {}) {
  Wire wire(std::move(rules), std::move(names));
  HttpRequest request;
  request.url = url;
  request.body = "x";
  const HttpAnswer answer = wire.exchange(request, far_off());
  CHECK_FALSE(answer.may_have_left);
  return std::string(word(answer.trouble));
}

}  // namespace

TEST_CASE("every range is what the registries say") {
  for (const char* text : {"1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
                           "100.63.255.255", "100.128.0.0", "223.255.255.255", "2606:4700::1", "2a00::1", "3ffe::1"}) {
    INFO(text);
    CHECK(kind(text) == AddressKind::everyone);
  }
  for (const char* text : {"127.0.0.1", "127.255.255.255", "::1"}) {
    INFO(text);
    CHECK(kind(text) == AddressKind::loopback);
  }
  for (const char* text : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "100.127.255.255", "fc00::1", "fdff::1"}) {
    INFO(text);
    CHECK(kind(text) == AddressKind::inside);
  }
  for (const char* text : {"0.0.0.0", "0.1.2.3", "169.254.169.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
                           "203.0.113.1", "224.0.0.1", "239.1.1.1", "240.0.0.1", "255.255.255.255", "::", "::ffff:10.0.0.1",
                           "::ffff:8.8.8.8", "::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1",
                           "2002:a00:1::1", "fe80::1", "febf::1", "fec0::1", "ff02::1", "4000::1"}) {
    INFO(text);
    CHECK(kind(text) == AddressKind::never);
  }
}

TEST_CASE("no spelling of an address inside is dialled") {
  for (const char* host : {"127.0.0.1", "127.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "0", "localhost", "[::1]",
                           "[::ffff:10.0.0.1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "169.254.169.254", "2852039166",
                           "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "[fd00::1]", "[fe80::1]", "0.0.0.0"}) {
    INFO(host);
    CHECK(fate(std::string("https://") + host + "/") == "address");
  }
}

TEST_CASE("a name that resolves to somewhere inside is not dialled, also when only one of its addresses does") {
  CHECK(fate("https://hook.example/", {}, {"hook.example:443:127.0.0.1"}) == "address");
  CHECK(fate("https://hook.example/", {}, {"hook.example:443:10.1.2.3"}) == "address");
  CHECK(fate("https://hook.example/", {}, {"hook.example:443:169.254.169.254,127.0.0.1"}) == "address");
}

TEST_CASE("only some ports are dialled") {
  CHECK(fate("https://hook.example:22/", {}, {"hook.example:22:1.1.1.1"}) == "address");
  CHECK(fate("https://hook.example:80/", {}, {"hook.example:80:1.1.1.1"}) == "address");
  CHECK_FALSE(may_dial({}, AddressKind::everyone, 6379, true));
  CHECK(may_dial({}, AddressKind::everyone, 8443, true));
  CHECK(may_dial({.ports = {9443}}, AddressKind::everyone, 9443, true));
}

TEST_CASE("only absolute https URLs without a user are taken") {
  for (const char* url : {"file:///etc/passwd", "gopher://example.com/", "ftp://example.com/", "http://example.com/", "//example.com/",
                          "example.com", "", "https://", "https:///x", "https://user@example.com/", "https://user:pass@example.com/",
                          "https://example.com/#part", "https://exa mple.com/", "https://example.com/\r\nX: y", "https://b\xc3\xbc"
                          "cher.example/", "https://example.com\\@inside/", "dict://127.1:11211/", "javascript:alert(1)"}) {
    INFO(url);
    CHECK(fate(url) == "url");
  }
  CHECK(fate("https://example.com/" + std::string(3000, 'x')) == "url");
}

TEST_CASE("what is allowed on loopback is allowed there only") {
  const NetRules plain{.plain_loopback = true};
  CHECK(fate("http://10.0.0.1/", plain) == "address");
  CHECK(fate("http://hook.example/", plain, {"hook.example:80:1.1.1.1"}) == "address");
  CHECK(fate("https://169.254.169.254/", plain) == "address");
  CHECK(fate("http://127.0.0.1:" + std::to_string(closed_port()) + "/", plain) == "connection refused");
  CHECK(may_dial({.inside = true}, AddressKind::inside, 443, true));
  CHECK_FALSE(may_dial({.inside = true}, AddressKind::inside, 443, false));
  CHECK_FALSE(may_dial({.plain_loopback = true, .loopback = true, .inside = true}, AddressKind::never, 443, true));
}

TEST_CASE("a proxy of the environment is not used") {
  Server server({{.answer = http_answer(200)}});
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
  Wire wire({.plain_loopback = true});
  HttpRequest request;
  request.url = server.url();
  CHECK(wire.exchange(request, far_off()).status == 200);
  ::unsetenv("http_proxy");
  ::unsetenv("ALL_PROXY");
}

TEST_CASE("a header with a line end is refused before anything is dialled") {
  Wire wire({});
  HttpRequest request;
  request.url = "https://example.com/";
  request.headers = {{"X-A", "a\r\nX-B: b"}};
  const HttpAnswer answer = wire.exchange(request, far_off());
  CHECK(word(answer.trouble) == "request");
  CHECK_FALSE(answer.may_have_left);
}

TEST_CASE("a request may read and delete; it has a body only where it posts, and no other method") {
  Server server({{.answer = http_answer(200, "read")}, {.answer = http_answer(204)}});
  Wire wire({.plain_loopback = true});
  HttpRequest request;
  request.url = server.url() + "/users/ada?x=1";
  request.method = "GET";
  CHECK(wire.exchange(request, far_off()).body == "read");
  request.method = "DELETE";
  CHECK(wire.exchange(request, far_off()).status == 204);
  const std::vector<std::string> seen = server.requests();
  REQUIRE(seen.size() == 2);
  CHECK(seen[0].rfind("GET /users/ada?x=1 HTTP/1.1\r\n", 0) == 0);
  CHECK(seen[0].find("Content-Length") == std::string::npos);
  CHECK(seen[1].rfind("DELETE /users/ada?x=1 HTTP/1.1\r\n", 0) == 0);
  request.body = "x";
  CHECK(word(wire.exchange(request, far_off()).trouble) == "request");
  request.method = "TRACE\r\nX: y";
  CHECK(word(wire.exchange(request, far_off()).trouble) == "request");
}

TEST_CASE("an answer is as long as its caller allows") {
  Server server({{.answer = http_answer(200, std::string(100, 'a'))}, {.answer = http_answer(200, std::string(100, 'a'))}});
  Wire wire({.plain_loopback = true});
  HttpRequest request;
  request.url = server.url();
  request.answer_bytes_max = 99;
  CHECK(word(wire.exchange(request, far_off()).trouble) == "answer too large");
  request.answer_bytes_max = 100;
  CHECK(wire.exchange(request, far_off()).body.size() == 100);
}
