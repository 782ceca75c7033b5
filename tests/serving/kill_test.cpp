// kill -9 at any moment (F1, F24, F27): what was acknowledged is there, and every message was handed over once, or is known to be
// unknown.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include <cstdlib>
#include <map>
#include <set>

#include "tests/serving/server.h"

using namespace wend::serving;

TEST_CASE("F1, F24: killed again and again under load, nothing acknowledged is lost and nothing is sent twice") {
  const char* wanted = std::getenv("WEND_KILLS");
  const int kills = wanted ? std::atoi(wanted) : 12;
  Server server("kills");
  std::set<std::string> acknowledged;
  uint64_t sent = 0;
  std::srand(7);
  for (int round = 0; round < kills; ++round) {
    server.start();
    std::thread killer([&, after = 5 + std::rand() % 120] {
      std::this_thread::sleep_for(std::chrono::milliseconds(after));
      server.kill();
    });
    for (int i = 0; i < 10'000; ++i) {
      const std::string user = "u" + std::to_string(sent++);
      const Answer answer = server.post("/v1/track", sign_up(user, "m-" + user));
      if (answer.status == 0) break;
      if (answer.status == 200) acknowledged.insert(user);
    }
    killer.join();
  }
  server.start();
  REQUIRE(acknowledged.size() > static_cast<size_t>(kills));
  const auto unknown = [&] {
    std::set<std::string> ids;
    const nlohmann::json page = nlohmann::json::parse(server.admin("GET", "/v1/messages/unknown?limit=1000").body);
    for (const auto& send : page["messages"]) ids.insert(send["id"]);
    return ids;
  };
  const auto handed_over = [&] {
    std::map<std::string, int> count;
    for (const std::string& line : server.mail()) ++count[nlohmann::json::parse(line)["to"].get<std::string>()];
    return count;
  };
  // Each is in the file, or unknown: begun before a kill, and its end not heard.
  CHECK(soon([&] {
    const auto there = handed_over();
    size_t missing = 0;
    for (const std::string& user : acknowledged) missing += there.count(user + "@example.org") == 0;
    return missing <= unknown().size();
  }));
  for (const auto& [address, count] : handed_over()) {
    INFO(address);
    CHECK(count == 1);
  }
  for (const std::string& user : acknowledged) {
    INFO(user);
    REQUIRE(server.admin("GET", "/v1/users/" + user + "/export").status == 200);
  }
  // Whoever did not hear us sends again: nothing changes.
  const size_t before = server.mail().size();
  for (const std::string& user : acknowledged) REQUIRE(server.post("/v1/track", sign_up(user, "m-" + user)).status == 200);
  CHECK(server.end() == 0);
  CHECK(server.mail().size() == before);
  WARN(kills << " kills, " << acknowledged.size() << " events acknowledged, " << before << " messages, none lost, none twice");
}
