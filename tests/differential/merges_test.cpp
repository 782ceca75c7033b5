// Users that turn out to be one, decision by decision, in the product and in the reference evaluator alike.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

#include "tests/differential/front.h"
#include "tests/differential/product.h"
#include "tests/reference/reference.h"

using namespace wend;
using Lines = std::vector<std::string>;

namespace {

const std::string kShop = R"(
project shop { time zone "UTC", currency EUR }
profile {
  identity user_id, email, anonymous_id many
  address  text = "a@example.com"
  opt_in   bool = true
  opt_out  bool = false
  plan     one of free, premium = free
}
event ask
event play     { track text? }
event purchase { amount money = 1 EUR }
channel mail { reaches address, consent opt_in, content { subject text } }
channel post { reaches address, consent not opt_out, content { subject text } }
message offer { category promotional, mail { subject "offer to {{ plan }}" } }
message letter { category promotional, post { subject "letter" } }
)";

std::string call(const std::string& type, const std::string& at, const std::string& rest) {
  return "{\"type\":\"" + type + "\",\"timestamp\":\"2026-03-" + at + ":00Z\"," + rest + "}\n";
}
std::string who(const std::string& user, const std::string& anonymous) {
  std::string text = user.empty() ? "" : "\"userId\":\"" + user + "\"";
  if (!anonymous.empty()) text += (text.empty() ? "" : ",") + ("\"anonymousId\":\"" + anonymous + "\"");
  return text;
}
std::string track(const std::string& at, const std::string& event, const std::string& user, const std::string& anonymous = "") {
  return call("track", at, who(user, anonymous) + ",\"event\":\"" + event + "\",\"properties\":{}");
}
std::string identify(const std::string& at, const std::string& user, const std::string& anonymous, const std::string& traits = "{}") {
  return call("identify", at, who(user, anonymous) + ",\"traits\":" + traits);
}
std::string alias(const std::string& at, const std::string& user, const std::string& previous) {
  return call("alias", at, "\"userId\":\"" + user + "\",\"previousId\":\"" + previous + "\"");
}

std::string shortened(const std::string& line) {
  const auto json = nlohmann::ordered_json::parse(line);
  std::string text = json["at"].get<std::string>().substr(8, 8);
  for (const auto& [key, value] : json.items()) {
    if (key == "at" || key == "key" || key == "category" || key == "step" || key == "content" || key == "id" || key == "until" || value.is_null()) continue;
    text += " " + value.get<std::string>();
  }
  return text;
}

// Whole lines; both evaluators must write the same.
Lines raw(const std::string& rest, const std::string& stream, const std::string& rules = "") {
  std::string why;
  const auto program = differential::program_of(kShop + "protect p {\n  categories promotional\n  " + rules + "\n}\n" + rest, &why);
  INFO(why);
  REQUIRE(program);
  const int64_t until = 1'775'000'000'000'000;   // the end of March 2026
  Lines product = differential::run_product(*program, stream, until, false);
  REQUIRE(product == run_reference(*program, stream, until).lines);
  return product;
}

Lines lines(const std::string& rest, const std::string& stream, const std::string& rules = "") {
  Lines all;
  for (const std::string& line : raw(rest, stream, rules)) all.push_back(shortened(line));
  return all;
}

const std::string kSend = "journey j {\n enter on ask\n re-enter always\n step s { send offer }\n}\n";
const std::string kWait = "journey j {\n enter on ask\n goal has purchase since entry\n step s { wait 5 days, send offer }\n}\n";

}  // namespace

TEST_CASE("what an anonymous user did is the user's own") {
  CHECK(lines("journey j {\n enter when count of play ever >= 2\n step s { wait 1 day }\n}\n",
              track("01T10:00", "play", "", "a") + identify("01T11:00", "u", "a") + track("01T12:00", "play", "u")) ==
        Lines{"01T12:00 u enter j", "01T12:00 u step j", "02T12:00 u leave j finished"});
}

TEST_CASE("caps see what was sent to both: two messages in one day are two") {
  const Lines all = lines(kSend, track("01T09:00", "ask", "", "a1") + track("01T10:00", "ask", "u1") + alias("01T11:00", "u1", "a1") + track("01T12:00", "ask", "u1"), "at most 2 messages in 1 day");
  CHECK(all == Lines{"01T09:00 a1 enter j", "01T09:00 a1 step j", "01T09:00 a1 leave j finished", "01T09:00 a1 message offer mail j sent",
                     "01T10:00 u1 enter j", "01T10:00 u1 step j", "01T10:00 u1 leave j finished", "01T10:00 u1 message offer mail j sent",
                     "01T12:00 u1 enter j", "01T12:00 u1 step j", "01T12:00 u1 leave j finished", "01T12:00 u1 message offer mail j suppressed cap"});
}

TEST_CASE("of two instances of one journey the older stays, mid-wait") {
  CHECK(lines(kWait, track("01T10:00", "ask", "", "a") + track("02T10:00", "ask", "u") + identify("03T10:00", "u", "a")) ==
        Lines{"01T10:00 a enter j", "01T10:00 a step j", "02T10:00 u enter j", "02T10:00 u step j", "03T10:00 u leave j merged",
              "06T10:00 u leave j finished", "06T10:00 u message offer mail j sent"});
}

TEST_CASE("the one who leaves takes the deferred sends along") {
  const std::string journey = "journey j {\n enter on ask\n step s { send offer, wait 1 day }\n}\n";
  CHECK(lines(journey, track("01T23:00", "ask", "", "a") + track("01T23:30", "ask", "u") + identify("01T23:40", "u", "a"), "quiet from 22:00 to 08:00, then wait") ==
        Lines{"01T23:00 a enter j", "01T23:00 a step j", "01T23:00 a message offer mail j deferred quiet",
              "01T23:30 u enter j", "01T23:30 u step j", "01T23:30 u message offer mail j deferred quiet",
              "01T23:40 u leave j merged", "01T23:40 u message offer mail j suppressed left",
              "02T08:00 u message offer mail j sent", "03T08:00 u leave j finished"});
}

TEST_CASE("a message keeps its id through a merge") {
  const std::string journey = "journey j {\n enter on ask\n step s { send offer, wait 1 day }\n}\n";
  Lines ids;
  for (const std::string& line : raw(journey, track("01T23:00", "play", "u") + track("01T23:30", "ask", "", "a") + identify("01T23:40", "u", "a"), "quiet from 22:00 to 08:00, then wait")) {
    const auto json = nlohmann::json::parse(line);
    if (json["kind"] == "message") ids.push_back(json["id"]);
  }
  REQUIRE(ids.size() == 2);
  CHECK(ids[0] == ids[1]);
}

TEST_CASE("consent is the stricter of what either has said; a default says nothing") {
  const std::string both = "journey j {\n enter on ask\n step s { send offer, send letter }\n}\n";
  const auto outcomes = [&](const std::string& first, const std::string& second) {
    Lines all = lines(both, identify("01T09:00", "", "a", first) + identify("01T10:00", "u", "", second) + identify("01T11:00", "u", "a") + track("01T12:00", "ask", "u"));
    return Lines(all.end() - 2, all.end());
  };
  const Lines sent = {"01T12:00 u message offer mail j sent", "01T12:00 u message letter post j sent"};
  const Lines refused = {"01T12:00 u message offer mail j suppressed consent", "01T12:00 u message letter post j suppressed consent"};
  const std::string yes = R"({"opt_in":true,"opt_out":false})", no = R"({"opt_in":false,"opt_out":true})";
  CHECK(outcomes(yes, yes) == sent);
  CHECK(outcomes(no, yes) == refused);
  CHECK(outcomes(yes, no) == refused);
  CHECK(outcomes("{}", no) == refused);
  CHECK(outcomes(no, "{}") == refused);
  CHECK(outcomes("{}", yes) == sent);
}

TEST_CASE("other attributes are as written last") {
  const auto subject = [&](const std::string& stream) {
    return nlohmann::json::parse(raw(kSend, stream + track("05T12:00", "ask", "u")).back())["content"]["subject"].get<std::string>();
  };
  const std::string premium = R"({"plan":"premium"})", free = R"({"plan":"free"})", join = identify("03T10:00", "u", "a");
  CHECK(subject(identify("01T10:00", "u", "", free) + identify("02T10:00", "", "a", premium) + join) == "offer to premium");
  CHECK(subject(identify("01T10:00", "", "a", premium) + identify("02T10:00", "u", "", free) + join) == "offer to free");
  CHECK(subject(identify("01T10:00", "", "a", premium) + track("02T10:00", "play", "u") + join) == "offer to premium");
}

TEST_CASE("a merge raises no trigger, and goals see what came with it") {
  // Three plays together: the condition is true now, and that edge is used up.
  const std::string keen = "journey keen {\n enter when count of play ever >= 3\n re-enter always\n step s { wait 1 hour }\n}\n";
  const std::string plays = track("01T10:00", "play", "", "a") + track("01T11:00", "play", "", "a") + track("01T12:00", "play", "u");
  CHECK(lines(keen, plays + identify("02T10:00", "u", "a") + track("03T10:00", "play", "u")).empty());
  const std::string goal = "journey j {\n enter on ask\n goal count of play ever >= 3\n step s { wait 5 days }\n}\n";
  CHECK(lines(goal, track("01T09:00", "ask", "u") + plays + alias("02T10:00", "u", "a")).back() == "02T10:00 u leave j goal");
}

TEST_CASE("a block that is evaluated continuously takes its state at the merge, and nobody enters by that") {
  const std::string states = "measure plays = count of play ever\nstates mood { evaluate continuously, keen when plays >= 3, calm otherwise }\njourney j {\n enter when mood becomes keen\n step s { wait 1 hour }\n}\n";
  const Lines all = lines(states, track("01T10:00", "play", "", "a") + track("01T11:00", "play", "", "a") + track("01T12:00", "play", "u") + identify("02T10:00", "u", "a"));
  CHECK(all == Lines{"01T10:00 a state mood calm", "01T12:00 u state mood calm", "02T10:00 u state mood calm keen"});
}

TEST_CASE("states and the unit of chance are the older user's; exposures join") {
  const std::string text = "experiment depth { variants { left, right } }\njourney j {\n enter on ask\n re-enter always\n step s { choose by experiment depth { left { leave } right { leave } } }\n}\n";
  const auto variant = [&](const std::string& stream) {
    Lines found;
    for (const std::string& line : lines(text, stream)) if (line.find("exposure") != std::string::npos) found.push_back(line);
    return found;
  };
  // u1's bucket (403142) is in the first half and a2's (571976) in the second: who began as a2 is right.
  CHECK(variant(track("01T10:00", "play", "", "a2") + track("02T10:00", "play", "u1") + identify("03T10:00", "u1", "a2") + track("04T10:00", "ask", "u1")) == Lines{"04T10:00 u1 exposure depth right"});
  CHECK(variant(track("01T10:00", "play", "u1") + track("02T10:00", "play", "", "a2") + identify("03T10:00", "u1", "a2") + track("04T10:00", "ask", "u1")) == Lines{"04T10:00 u1 exposure depth left"});
  CHECK(variant(track("01T10:00", "play", "", "a2") + track("02T10:00", "ask", "u1") + identify("03T10:00", "u1", "a2") + track("04T10:00", "ask", "u1")) == Lines{"02T10:00 u1 exposure depth left"});
}

TEST_CASE("an event seen by one of two is a duplicate for both") {
  std::string once = track("01T10:00", "ask", "", "a"), again = track("01T12:00", "ask", "u");
  once.insert(1, "\"messageId\":\"m\",");
  again.insert(1, "\"messageId\":\"m\",");
  CHECK(lines(kSend, once + track("01T10:30", "play", "u") + identify("01T11:00", "u", "a") + again).size() == 4);
}

TEST_CASE("chains and circles of aliases end in one user") {
  const std::string three = track("01T10:00", "play", "a") + track("01T11:00", "play", "b") + track("01T12:00", "play", "c");
  const std::string circle = alias("02T10:00", "b", "a") + alias("02T11:00", "c", "b") + alias("02T12:00", "a", "c");
  const std::string journey = "journey j {\n enter on ask\n only if plays >= 3\n step s { wait 1 hour }\n}\nmeasure plays = count of play ever\n";
  for (const char* name : {"a", "b", "c"}) CHECK(lines(journey, three + circle + track("03T10:00", "ask", name)).size() == 3);
  CHECK(lines(journey, three + alias("02T10:00", "b", "a") + track("03T10:00", "ask", "b")).empty());
}

TEST_CASE("an identity that would be a second one moves; the two stay two") {
  const Lines all = lines(kSend, track("01T10:00", "ask", "u", "a") + track("01T11:00", "ask", "v", "a") + track("01T12:00", "ask", "", "a") + track("01T13:00", "ask", "u"), "at most 2 messages in 1 day");
  CHECK(all[7] == "01T11:00 v message offer mail j sent");
  CHECK(all[11] == "01T12:00 v message offer mail j sent");
  CHECK(all[15] == "01T13:00 u message offer mail j sent");
}

TEST_CASE("what counts since an event counts from the later of the two, and what that user did since") {
  const std::string text = "measure since = count of play since last ask\nmeasure begun = count of play since first ask\n"
                           "message counts { category promotional, mail { subject \"{{ since }} {{ begun }}\" } }\n"
                           "journey j {\n enter on purchase\n step s { send counts }\n}\n";
  const auto counted = [&](const std::string& stream) {
    return nlohmann::json::parse(raw(text, stream + alias("05T10:00", "u", "a") + track("05T10:30", "play", "u") + track("05T11:00", "purchase", "u")).back())["content"]["subject"].get<std::string>();
  };
  const std::string early = track("01T09:00", "ask", "", "a") + track("01T10:00", "play", "", "a") + track("04T10:00", "play", "", "a");
  CHECK(counted(early + track("02T09:00", "ask", "u") + track("02T10:00", "play", "u")) == "2 2");
  CHECK(counted(track("01T08:00", "ask", "u") + track("01T08:30", "play", "u") + early) == "3 3");
  CHECK(counted(early + track("02T10:00", "play", "u")) == "3 3");
  CHECK(counted(track("02T10:00", "play", "u")) == "0 0");
}

TEST_CASE("what counts since a state counts from whoever was in it last") {
  const std::string text = "measure plays = count of play ever\nstates mood { evaluate continuously, keen when plays >= 2, calm otherwise }\n"
                           "measure since = count of play since mood became keen\n"
                           "message counts { category promotional, mail { subject \"{{ since }}\" } }\n"
                           "journey j {\n enter on purchase\n step s { send counts }\n}\n";
  const std::string a = track("01T09:00", "play", "", "a") + track("01T10:00", "play", "", "a") + track("01T11:00", "play", "", "a");
  const std::string u = track("02T09:00", "play", "u") + track("02T10:00", "play", "u") + track("02T11:00", "play", "u") + track("02T12:00", "play", "u");
  const std::string end = alias("05T10:00", "u", "a") + track("05T11:00", "purchase", "u");
  const auto subject = [](const Lines& all) { return nlohmann::json::parse(all.back())["content"]["subject"].get<std::string>(); };
  CHECK(subject(raw(text, a + u + end)) == "2");
  CHECK(subject(raw(text, a + end)) == "1");
}

TEST_CASE("a match begun by one of two is completed by the joined user, once") {
  const std::string text = "measure matches = count of (ask then purchase within 3 days) ever\n"
                           "message counts { category promotional, mail { subject \"{{ matches }}\" } }\n"
                           "journey j {\n enter on play\n step s { send counts }\n}\n";
  const auto counted = [&](const std::string& stream) {
    return nlohmann::json::parse(raw(text, stream + track("09T11:00", "play", "u")).back())["content"]["subject"].get<std::string>();
  };
  const std::string join = alias("03T10:00", "u", "a");
  CHECK(counted(track("01T10:00", "ask", "", "a") + identify("02T10:00", "u", "") + join + track("04T09:00", "purchase", "u")) == "1");
  CHECK(counted(track("01T10:00", "ask", "", "a") + track("02T10:00", "ask", "u") + join + track("04T12:00", "purchase", "u") + track("04T13:00", "purchase", "u")) == "1");
  CHECK(counted(track("02T10:00", "ask", "", "a") + track("01T10:00", "ask", "u") + join + track("04T12:00", "purchase", "u")) == "1");
  CHECK(counted(track("01T10:00", "ask", "", "a") + track("01T11:00", "purchase", "", "a") + track("02T10:00", "ask", "u") + join + track("04T12:00", "purchase", "u")) == "2");
  // What the one began before the merge is not completed by what the other did before it.
  CHECK(counted(track("01T10:00", "ask", "", "a") + track("02T10:00", "purchase", "u") + join) == "0");
}

TEST_CASE("who has left a topic as one of the two has left it") {
  const std::string text = "topic news { default subscribed }\nmessage weekly { category promotional, topic news, mail { subject \"news\" } }\n"
                           "journey j {\n enter on ask\n step s { send weekly }\n}\n";
  const auto outcome = [&](const std::string& stream) { return lines(text, stream + alias("03T10:00", "u", "a") + track("04T10:00", "ask", "u")).back(); };
  const std::string left = call("track", "01T10:00", who("", "a") + ",\"event\":\"unsubscribed\",\"properties\":{\"topic\":\"news\"}");
  CHECK(outcome(track("01T10:00", "play", "", "a") + track("02T10:00", "play", "u")) == "04T10:00 u message weekly mail j sent");
  CHECK(outcome(left + track("02T10:00", "play", "u")) == "04T10:00 u message weekly mail j suppressed topic");
  CHECK(outcome(left + identify("02T10:00", "u", "", R"({"news":true})")) == "04T10:00 u message weekly mail j suppressed topic");
  CHECK(outcome(identify("01T10:00", "", "a", R"({"news":true})") + identify("02T10:00", "u", "", R"({"news":false})")) == "04T10:00 u message weekly mail j suppressed topic");
}

TEST_CASE("lines of one instant stand by name, also where a user takes another name within it") {
  const Lines all = lines(kSend, track("01T10:00", "play", "v", "a") + track("02T10:00", "ask", "", "a") + alias("02T10:00", "u", "a") + track("02T10:00", "ask", "u"));
  CHECK(all == Lines{"02T10:00 u enter j", "02T10:00 u step j", "02T10:00 u leave j finished", "02T10:00 u message offer mail j sent",
                     "02T10:00 v enter j", "02T10:00 v step j", "02T10:00 v leave j finished", "02T10:00 v message offer mail j sent"});
}

TEST_CASE("whoever has lost every identity is called by the last one lost") {
  const std::string shop = "project shop { time zone \"UTC\" }\nprofile { identity user_id, email, anonymous_id }\nevent play\nstates mood { evaluate daily at 04:00, keen when has play in last 1 days, calm otherwise }\n";
  std::string why;
  const auto program = differential::program_of(shop, &why);
  INFO(why);
  REQUIRE(program);
  const std::string stream = identify("01T10:00", "", "phone", R"({"email":"e"})") + track("02T09:00", "play", "", "phone") + identify("02T10:00", "u", "browser", R"({"email":"e"})") + identify("02T11:00", "u", "phone");
  const Lines product = differential::run_product(*program, stream, 1'772'600'000'000'000, false);
  CHECK(product == run_reference(*program, stream, 1'772'600'000'000'000).lines);
  Lines told;
  for (const std::string& line : product) told.push_back(shortened(line));
  CHECK(told == Lines{"01T10:00 e state mood calm", "02T10:00 u state mood calm", "03T04:00 phone state mood calm keen", "04T04:00 phone state mood keen calm"});
}
