// How `wend serve` begins and ends as a process (F29, F31, K1–K4): in order, or with a reason.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "tests/serving/server.h"

using namespace wend::serving;

TEST_CASE("F31: told to end under load, it answers what it took, stores it, and ends well") {
  Server server("end");
  server.start();
  std::vector<std::string> acknowledged;
  std::thread load([&] {
    for (int i = 0; i < 100'000; ++i) {
      const std::string user = "u" + std::to_string(i);
      const Answer answer = server.post("/v1/track", sign_up(user, user));
      if (answer.status == 200) acknowledged.push_back(user);
      else if (answer.status == 0) return;
    }
  });
  soon([&] { return server.mail().size() > 3; });
  CHECK(server.end() == 0);
  load.join();
  REQUIRE(acknowledged.size() > 3);
  server.start();
  for (const std::string& user : acknowledged) {
    INFO(user);
    REQUIRE(server.admin("GET", "/v1/users/" + user + "/export").status == 200);
  }
  CHECK(soon([&] { return server.mail().size() >= acknowledged.size(); }));
  CHECK(server.end() == 0);
}

TEST_CASE("F29: a second process on the same store ends with 5 and says why, the first goes on") {
  Server server("twice");
  server.start();
  const std::string command = std::string(WEND_PROGRAM) + " serve --config " + server.folder() + "/wend.toml > " + server.folder() + "/second.log 2>&1";
  const int status = std::system(command.c_str());
  CHECK(WEXITSTATUS(status) == 5);
  CHECK(server.post("/v1/track", sign_up("ada", "m1")).status == 200);
  CHECK(server.end() == 0);
}

TEST_CASE("a store goes on with the version it has, and another is refused at the start") {
  Server server("version");
  server.start();
  CHECK(server.end() == 0);
  server.write("project/project.wend", std::string(kShop) + "# reviewed\n");
  server.write("wend.toml", "[program]\nproject = \"project\"\n[ingest]\nport = 0\n[admin]\nport = 0\n[store]\nfolder = \"kept\"\n[channels.email]\nconnector = \"file\"\npath = \"mail.jsonl\"\n");
  const std::string command = std::string(WEND_PROGRAM) + " serve --config " + server.folder() + "/wend.toml > " + server.folder() + "/serve.log 2>&1";
  CHECK(WEXITSTATUS(std::system(command.c_str())) == 1);
  CHECK(server.log().find("another version is live in this store") != std::string::npos);
}

TEST_CASE("a new version goes live while the process runs, and is the one after a restart") {
  Server server("apply");
  server.start();
  CHECK(server.post("/v1/track", sign_up("ada", "m1")).status == 200);
  const std::string before = nlohmann::json::parse(server.admin("GET", "/v1/program").body)["version"];
  const auto apply = [&](const std::string& text) {
    return server.admin("POST", "/v1/apply", nlohmann::json{{"files", {{{"path", "project.wend"}, {"text", text}}}}}.dump());
  };
  CHECK(apply("project shop {").status == 422);
  CHECK(apply(kShop).body.find("\"same\"") != std::string::npos);
  std::string text = kShop;
  text.replace(text.find("wait 2 days"), 11, "wait 3 days");
  REQUIRE(apply(text).status == 200);
  CHECK(soon([&] { return !nlohmann::json::parse(server.admin("GET", "/v1/program").body)["changing"].get<bool>(); }));
  server.kill();
  server.write("project/project.wend", text);
  server.start();
  CHECK(nlohmann::json::parse(server.admin("GET", "/v1/program").body)["version"] != before);
  CHECK(server.admin("GET", "/v1/users/ada/export").body.find("journey/welcome/one") != std::string::npos);
  CHECK(server.end() == 0);
}

TEST_CASE("a configuration that is wrong ends it with 1, one that is not there with 5, before anything is made") {
  Server server("wrong");
  const auto run = [&](const std::string& arguments) { return WEXITSTATUS(std::system((std::string(WEND_PROGRAM) + " serve " + arguments + " > /dev/null 2>&1").c_str())); };
  server.write("bad.toml", "[ingest]\nport = 70000\n[store]\nfolder = \"never\"\n");
  CHECK(run("--config " + server.folder() + "/bad.toml") == 1);
  CHECK(run("--config " + server.folder() + "/none.toml") == 5);
  CHECK(run("") == 2);
}
