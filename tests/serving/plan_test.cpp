// `wend plan --against server` and `wend apply PLAN`, as an operator meets them: a plan is applied only to what it was made for.
#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

#include "tests/serving/server.h"

using namespace wend::serving;

namespace {

struct Ran { int code = 0; std::string out; };

Ran wend_at(const Server& server, const std::string& arguments) {
  const std::string out = server.folder() + "/said.txt";
  const std::string command = std::string(WEND_PROGRAM) + " " + arguments + " --server http://127.0.0.1:" + std::to_string(server.admin_port()) + " > '" + out + "' 2>&1";
  const int status = std::system(command.c_str());
  std::ostringstream text;
  text << std::ifstream(out).rdbuf();
  return {WEXITSTATUS(status), text.str()};
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::string waiting(const char* days) {
  std::string text = kShop;
  text.replace(text.find("wait 2 days"), 11, std::string("wait ") + days);
  return text;
}

}  // namespace

TEST_CASE("a plan against a server says who is on the way, and is applied once, to what it was made for") {
  Server server("plan");
  server.start();
  CHECK(server.post("/v1/track", sign_up("ada", "m1")).status == 200);
  const std::string project = server.folder() + "/project", plan = server.folder() + "/change.plan", other = server.folder() + "/other.plan";
  const auto in = [&](const std::string& words) { return wend_at(server, words); };

  const Ran same = in("plan " + project + " --against server --exit-code");
  CHECK(same.code == 0);
  CHECK(has(same.out, "nothing changes: the texts are the same"));

  server.write("project/project.wend", waiting("4 days"));
  CHECK(in("plan " + project + " --against server -o " + other).code == 0);
  server.write("project/project.wend", waiting("3 days"));
  const Ran made = in("plan " + project + " --against server --exit-code -o " + plan);
  INFO(made.out);
  CHECK(made.code == 3);
  CHECK(has(made.out, "+ step one: send hello, wait 3 days"));
  CHECK(has(made.out, "1 in welcome, step one"));
  CHECK(has(made.out, "nobody would be stranded"));

  CHECK(in("apply " + plan).code == 0);
  CHECK(soon([&] { return !has(server.admin("GET", "/v1/program").body, "\"changing\":true"); }));
  const Ran again = in("apply " + plan);
  CHECK(again.code == 0);
  CHECK(has(again.out, "this version is live already"));

  const Ran stale = in("apply " + other);
  INFO(stale.out);
  CHECK(stale.code == 4);
  CHECK(has(stale.out, "the plan is stale"));
  CHECK(has(stale.out, "what has changed there since"));
  CHECK(has(stale.out, "+ step one: send hello, wait 3 days"));
  CHECK(in("plan show " + other).code == 0);
  CHECK(server.end() == 0);
}

TEST_CASE("a plan against a server says what it would have meant for its users") {
  Server server("users");
  server.start();
  for (int i = 0; i < 7; ++i) CHECK(server.post("/v1/track", sign_up("u" + std::to_string(i), "m" + std::to_string(i))).status == 200);
  const std::string page = server.admin("GET", "/v1/records?users=3").body;
  INFO(page);
  CHECK(has(page, "\"record\":\"{"));
  CHECK(has(page, "\"users\":3,\"next\":3"));
  CHECK(has(server.admin("GET", "/v1/records?after=3").body, "\"users\":4,\"next\":null"));

  std::string text = kShop;
  text.insert(text.find("journey welcome") + 15, " closed");
  server.write("project/project.wend", text);
  const Ran closed = wend_at(server, "plan " + server.folder() + "/project --against server --people 2");
  INFO(closed.out);
  CHECK(closed.code == 0);
  CHECK(has(closed.out, "over what the server keeps of its 7 users: "));
  CHECK(has(closed.out, "7 users for whom something else is decided on the way"));
  CHECK(has(closed.out, "welcome: 7 users who came in would not"));
  const Ran some = wend_at(server, "plan " + server.folder() + "/project --against server --users 2 --people 0");
  INFO(some.out);
  CHECK(has(some.out, "over what the server keeps of its first 2 users: "));
  CHECK(!has(wend_at(server, "plan " + server.folder() + "/project --against server --users 0").out, "whom it concerns"));
  CHECK(server.end() == 0);
}

TEST_CASE("a plan that would strand somebody is told so, and a plan that was edited is no plan") {
  Server server("stranding");
  server.start();
  CHECK(server.post("/v1/track", sign_up("ada", "m1")).status == 200);
  std::string text = kShop;
  text.replace(text.find("journey welcome"), 15, "journey greeting");
  server.write("project/project.wend", text);
  const std::string plan = server.folder() + "/change.plan";
  const Ran refused = wend_at(server, "plan " + server.folder() + "/project --against server -o " + plan);
  INFO(refused.out);
  CHECK(refused.code == 1);
  CHECK(has(refused.out, "journey `welcome` is gone, with 1 person in it"));
  CHECK(wend_at(server, "apply " + plan).code == 1);

  std::ostringstream saved;
  saved << std::ifstream(plan).rdbuf();
  std::string edited = saved.str();
  edited.replace(edited.rfind("journey greeting"), 16, "journey gambling");
  std::ofstream(plan) << edited;
  const Ran changed = wend_at(server, "apply " + plan);
  INFO(changed.out);
  CHECK(changed.code == 1);
  CHECK(has(changed.out, "the plan is not as it was written"));
  CHECK(server.end() == 0);
}
