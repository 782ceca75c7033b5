// What a console reads: where users stand, what became of messages, one user.
#include <catch2/catch.hpp>

#include <nlohmann/json.hpp>

#include "runtime/hosts/read_api.h"
#include "tests/unit/engine/desk_world.h"

using namespace wend;
using namespace wend::test;
using Json = nlohmann::json;

namespace {

const char* const kProject = R"(project shop { time zone "UTC", currency EUR }
profile {
  identity user_id, anonymous_id many
  email       text?
  token       text? sensitive
  wants_email bool = true
  budget      money = 12.5 EUR
  nick        text?
}
event sign_up { }
measure sign_ups = count of sign_up ever
audience keen = sign_ups > 1
states pulse {
  evaluate continuously
  active when sign_ups >= 2
  idle otherwise
}
channel email { reaches email, consent wants_email, content { subject text } }
message hello { category promotional, email { subject "Hello" } }
protect everyone { categories promotional }
journey welcome {
  enter on sign_up
  step one   { send hello, wait 2 days }
  step later { wait 1 day }
}
)";

constexpr int64_t kHour = 3'600'000'000;
const int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

// As the daemon would say them.
Daemon::Numbers numbers_of(Desk& desk) {
  Daemon::Numbers numbers;
  numbers.sends = desk.courier().counts();
  numbers.holds = desk.courier().holds();
  numbers.census = desk.shard().census().counts();
  return numbers;
}

struct World : DeskWorld {
  World() : DeskWorld(kProject, kMorning) {
    post(line("ada", "sign_up"));
    post(line("bob", "sign_up"));
    post(line("bob", "sign_up", "second"));
    deliver();
  }
};

}  // namespace

TEST_CASE("populations: each state with how many are in it, the empty ones too") {
  World world;
  const Json json = Json::parse(populations_json(*world.module, numbers_of(*world.desk)));
  CHECK(json == Json::parse(R"({"users":2,"states":[{"name":"pulse","states":[{"name":"active","users":1},{"name":"idle","users":1}]}]})"));
}

TEST_CASE("journeys: how many stand at each step, and whether an operator holds them") {
  World world;
  world.desk->hold("journey", "welcome", "");
  const Json json = Json::parse(journeys_json(*world.module, numbers_of(*world.desk)));
  CHECK(json == Json::parse(R"({"journeys":[{"name":"welcome","place":"project.wend:21","closed":false,"paused":false,"held":true,"inside":2,
    "steps":[{"name":"one","place":"project.wend:23","inside":2},{"name":"later","place":"project.wend:24","inside":0}]}]})"));
}

TEST_CASE("flows: what each day has seen, by the project's day, also behind a restart") {
  World world;
  const int32_t day = to_local(*find_zone("UTC"), kMorning).day;
  const auto days = [&](int32_t first, int32_t last) { return Json::parse(flows_json(*world.store, first, last)).at("days"); };
  CHECK(days(day, day) == Json::parse(R"([{"day":"2026-01-01",
    "states":[{"name":"pulse","moves":[{"from":null,"to":"idle","users":2},{"from":"idle","to":"active","users":1}]}],
    "journeys":[{"name":"welcome","entered":2,"reached_goal":0,"steps":[{"name":"one","reached":2}],"left":[]}],
    "messages":[{"name":"hello","decided":[{"outcome":"sent","reason":null,"count":2}]}]}])"));
  world.restart();
  world.post(world.line("cy", "sign_up"));
  world.deliver();
  world.now += 72 * kHour;
  world.deliver();
  CHECK(days(day, day).at(0).at("journeys").at(0).at("entered") == 3);
  CHECK(days(day, day + 30).size() == 3);   // the second step after two days, the end after three
  CHECK(days(day + 3, day + 3).at(0).at("journeys") == Json::parse(R"([{"name":"welcome","entered":0,"reached_goal":0,"steps":[],"left":[{"outcome":"finished","users":3}]}])"));
  CHECK(days(day + 4, day + 30).empty());
}

TEST_CASE("flows: days are let go as the ends of sends are") {
  World world;
  world.keep.sent = 24 * kHour;
  world.restart();
  const int32_t day = to_local(*find_zone("UTC"), kMorning).day;
  world.now += 49 * kHour;
  world.deliver();
  CHECK(Json::parse(flows_json(*world.store, day, day)).at("days").size() == 1);
  world.desk->sweep(1'000);
  world.deliver();
  CHECK(Json::parse(flows_json(*world.store, day, day)).at("days").empty());
  CHECK(Json::parse(flows_json(*world.store, day, day + 2)).at("days").size() == 1);
}

TEST_CASE("sends: what became of them, by channel") {
  World world;
  const Json json = Json::parse(sends_json(*world.module, numbers_of(*world.desk)));
  CHECK(json["channels"][0]["name"] == "email");
  CHECK(json["channels"][0]["delivered"] == 2);
  CHECK(json["channels"][0]["blocked"] == 0);
  CHECK(json["channels"][0]["held"] == false);
}

TEST_CASE("one user: values as a snapshot prints them, and what is sensitive only named") {
  World world;
  world.post(R"({"type":"identify","userId":"bob","timestamp":"2026-01-01T08:00:00Z","traits":{"token":"secret","budget":49.9}})");
  world.desk->commit();
  Ledger ledger(*world.module, *world.store);
  const std::string text = user_json(ledger, ledger.user_named("bob"));
  CHECK(text.find("secret") == std::string::npos);
  const Json json = Json::parse(text);
  CHECK(json["user"] == "bob");
  CHECK(json["identities"] == Json::parse(R"({"user_id":"bob"})"));
  CHECK(json["profile"]["email"] == "bob@example.org");
  CHECK(json["profile"]["budget"] == "49.9");
  CHECK(json["profile"]["wants_email"] == "true");
  CHECK(json["profile"]["nick"].is_null());
  CHECK(json["hidden"] == Json::parse(R"(["token"])"));
  CHECK(json["measures"]["sign_ups"] == "2");
  CHECK(json["audiences"]["keen"] == "true");
  CHECK(json["states"]["pulse"]["state"] == "active");
  REQUIRE(json["journeys"].size() == 1);
  CHECK(json["journeys"][0]["step"] == "one");
  CHECK(json["journeys"][0]["waits_until"] == "2026-01-03T08:00:00Z");
  CHECK(json["journeys"][0]["place"] == "project.wend:23");
  CHECK(user_json(ledger, 77) == "");
}

TEST_CASE("a timeline comes in pages, every row once") {
  World world;
  world.now += kHour;
  world.post(world.line("bob", "sign_up", "third"));
  world.desk->commit();
  Ledger ledger(*world.module, *world.store);
  const UserId bob = ledger.user_named("bob");
  const Json whole = Json::parse(timeline_json(ledger, bob, 0, kTimelineMost));
  CHECK(whole["next"].is_null());
  CHECK(whole["entries"].size() > 4);
  Json pieced = Json::array();
  for (uint64_t from = 0;;) {
    const Json page = Json::parse(timeline_json(ledger, bob, from, 2));
    CHECK(page["entries"].size() <= 2);
    for (const Json& entry : page["entries"]) pieced.push_back(entry);
    if (page["next"].is_null()) break;
    REQUIRE(page["next"].get<uint64_t>() > from);
    from = page["next"].get<uint64_t>();
  }
  CHECK(pieced == whole["entries"]);
  CHECK(pieced[0]["record"]["event"] == "sign_up");
  bool entered = false;
  for (const Json& entry : pieced)
    if (entry.contains("decision") && entry["decision"]["kind"] == "enter") entered = entry["rule"] == "project.wend:22";
  CHECK(entered);
}
