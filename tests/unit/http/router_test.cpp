// Rows of method and path: what fits, and what is said when nothing does.
#include <catch2/catch.hpp>

#include "runtime/http/router.h"

using namespace wend;

namespace {

Router table() {
  const auto says = [](std::string name) {
    return [name](HttpIn in, HttpServer::Reply reply) { reply({200, "text/plain", name + std::string(in.segment("key")), {}}); };
  };
  Router router;
  router.add("POST", "/v1/batch", says("batch"), Cors::yes);
  router.add("GET", "/v1/projects/{key}/settings", says("settings "), Cors::yes);
  router.add("GET", "/users/me", says("me"));
  router.add("GET", "/users/{key}", says("user "));
  router.add("DELETE", "/users/{key}", says("gone "));
  return router;
}

HttpOut ask(const std::string& method, const std::string& path) {
  HttpOut said{0};
  HttpIn in;
  in.method = method;
  in.path = path;
  table()(std::move(in), [&said](HttpOut out) { said = std::move(out); });
  return said;
}

std::string field(const HttpOut& out, const std::string& name) {
  for (const auto& [key, value] : out.headers) if (key == name) return value;
  return "";
}

}  // namespace

TEST_CASE("the first row that fits answers, with or without a slash at the end") {
  CHECK(ask("POST", "/v1/batch").body == "batch");
  CHECK(ask("POST", "/v1/batch/").body == "batch");
  CHECK(ask("GET", "/v1/projects/KEY/settings").body == "settings KEY");
  CHECK(ask("GET", "/users/me").body == "me");
  CHECK(ask("GET", "/users/u%201").body == "user u%201");
  CHECK(ask("GET", "/users/a%2Fb").body == "user a%2Fb");
  CHECK(ask("GET", "/users%2Fme").status == 404);
  CHECK(ask("GET", "/users/%6de").body == "user %6de");   // what a row says itself is not escaped
  CHECK(ask("HEAD", "/users/me").body == "me");
  CHECK(ask("DELETE", "/users/me").body == "gone me");
}

TEST_CASE("no such path is 404, no such method there 405 with Allow") {
  for (const char* path : {"/", "/v1", "/v1/batch/x", "/v1/Batch", "/users/", "/v1/projects//settings"}) CHECK(ask("GET", path).status == 404);
  for (const char* method : {"TRACE", "PUT", "GET", "CONNECT", "FOO"}) {
    CHECK(ask(method, "/v1/batch").status == 405);
    CHECK(field(ask(method, "/v1/batch"), "Allow") == "POST, OPTIONS");
  }
  CHECK(field(ask("PUT", "/users/a"), "Allow") == "GET, HEAD, DELETE, OPTIONS");
}

TEST_CASE("pages of other sites may call chosen rows, and no others") {
  const HttpOut out = ask("OPTIONS", "/v1/batch/");
  CHECK(out.status == 204);
  CHECK(field(out, "Access-Control-Allow-Origin") == "*");
  CHECK(field(out, "Access-Control-Allow-Headers") == "Authorization, Content-Type, X-Retry-Count");
  CHECK(field(out, "Access-Control-Allow-Methods") == "POST, OPTIONS");
  CHECK(field(ask("POST", "/v1/batch"), "Access-Control-Allow-Origin") == "*");
  CHECK(field(ask("PUT", "/v1/batch"), "Access-Control-Allow-Origin") == "*");
  CHECK(field(ask("OPTIONS", "/users/a"), "Allow") == "GET, HEAD, DELETE, OPTIONS");
  CHECK(field(ask("OPTIONS", "/users/a"), "Access-Control-Allow-Origin") == "");
  CHECK(field(ask("GET", "/users/a"), "Access-Control-Allow-Origin") == "");
  CHECK(ask("OPTIONS", "/nowhere").status == 404);
}
