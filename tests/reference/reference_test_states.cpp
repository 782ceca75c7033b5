// States, cadences and triggers.
#include <catch2/catch.hpp>

#include "tests/reference/story.h"

using namespace wend::story;

namespace {

const std::string kMessage = "message offer { category promotional, email { subject \"offer\" } }\nprotect p { categories promotional }\n";

// Three states by how many plays the last two days hold, and a journey that enters by the trigger.
std::string triggered(const std::string& trigger) {
  return with_prelude(kMessage + R"(
states mood ordered {
  evaluate daily at 04:00
  hot  when count of play in last 2 days >= 3
  warm when has play in last 2 days
  cold otherwise
}
journey j {
  enter when )" + trigger + R"(
  re-enter always
  step s { send offer by email }
}
)");
}

// hot on the evening of 2 March; three plays on the 2nd, none later: warm never, cold on the 5th; one play on the 5th: warm on the 6th.
std::vector<std::string> entries(const std::string& trigger) {
  Story story(triggered(trigger));
  story.track("2026-03-02T10:00Z", "play").track("2026-03-02T11:00Z", "play").track("2026-03-02T12:00Z", "play").track("2026-03-05T12:00Z", "play").until("2026-03-12T00:00Z");
  std::vector<std::string> at;
  for (const std::string& line : story.lines("enter")) at.push_back(line.substr(0, 20));
  return at;
}

}  // namespace

TEST_CASE("a block writes its changes at its cadence") {
  Story story(triggered("mood changes"));
  story.track("2026-03-02T10:00Z", "play").track("2026-03-02T11:00Z", "play").track("2026-03-02T12:00Z", "play").track("2026-03-05T12:00Z", "play").until("2026-03-12T00:00Z");
  CHECK(story.lines("state") == Expected{"2026-03-02T10:00:00Z u1 state mood null warm", "2026-03-03T03:00:00Z u1 state mood warm hot",
                                         "2026-03-05T03:00:00Z u1 state mood hot cold", "2026-03-06T03:00:00Z u1 state mood cold warm",
                                         "2026-03-08T03:00:00Z u1 state mood warm cold"});
}

TEST_CASE("what each trigger fires on") {
  CHECK(entries("mood moves from warm to hot") == Expected{"2026-03-03T03:00:00Z"});
  CHECK(entries("mood becomes warm") == Expected{"2026-03-02T10:00:00Z", "2026-03-06T03:00:00Z"});
  CHECK(entries("mood leaves hot") == Expected{"2026-03-05T03:00:00Z"});
  CHECK(entries("mood changes") == Expected{"2026-03-03T03:00:00Z", "2026-03-05T03:00:00Z", "2026-03-06T03:00:00Z", "2026-03-08T03:00:00Z"});
  CHECK(entries("mood drops") == Expected{"2026-03-05T03:00:00Z", "2026-03-08T03:00:00Z"});
  CHECK(entries("mood rises") == Expected{"2026-03-03T03:00:00Z", "2026-03-06T03:00:00Z"});
  CHECK(entries("mood stays cold for 1 day") == Expected{"2026-03-09T03:00:00Z"});  // on the 6th it is left at that instant
  CHECK(entries("mood stays warm for 36 hours") == Expected{"2026-03-07T15:00:00Z"});
  CHECK(entries("mood < hot") == Expected{"2026-03-02T10:00:00Z", "2026-03-05T03:00:00Z"});
  CHECK(entries("has play in rolling 1 hour") ==
        Expected{"2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z", "2026-03-05T12:00:00Z"});  // false at the timer of 11:00, before the play
}

TEST_CASE("a value becomes and changes") {
  auto at = [](const char* trigger) {
    Story story(with_prelude(kMessage + "measure plays = count of play today\naudience keen = plays >= 2\njourney j {\n enter when " + std::string(trigger) + "\n re-enter always\n step s { send offer by email }\n}\n"));
    story.track("2026-03-02T10:00Z", "play").track("2026-03-02T11:00Z", "play").track("2026-03-02T12:00Z", "ask").until("2026-03-04T00:00Z");
    std::vector<std::string> times;
    for (const std::string& line : story.lines("enter")) times.push_back(line.substr(0, 20));
    return times;
  };
  CHECK(at("plays changes") == Expected{"2026-03-02T11:00:00Z", "2026-03-02T23:00:00Z"});
  CHECK(at("plays becomes 2") == Expected{"2026-03-02T11:00:00Z"});
  CHECK(at("keen becomes true") == Expected{"2026-03-02T11:00:00Z"});
}

TEST_CASE("until holds a state that its when would lose") {
  Story story(with_prelude(R"(
states mood {
  evaluate continuously
  hot  when count of play in last 1 day >= 2, until not has play in last 1 day
  cold otherwise
}
)"));
  story.track("2026-03-02T10:00Z", "play").track("2026-03-02T11:00Z", "play").track("2026-03-03T12:00Z", "play").until("2026-03-12T00:00Z");
  CHECK(story.lines() == Expected{"2026-03-02T10:00:00Z u1 state mood null cold", "2026-03-02T11:00:00Z u1 state mood cold hot", "2026-03-04T23:00:00Z u1 state mood hot cold"});
}

TEST_CASE("settle wants a state found several times in a row") {
  auto settled = [](const char* cadence) {
    return with_prelude("states mood {\n  evaluate " + std::string(cadence) + "\n  settle for 2 evaluations\n  hot when has play in last 1 day\n  cold otherwise\n}\n");
  };
  Story daily(settled("daily at 04:00"));
  daily.track("2026-03-02T10:00Z", "ask").track("2026-03-02T11:00Z", "play").until("2026-03-12T00:00Z");
  // hot is found on the 3rd only: on the 4th the window holds the 3rd and the 4th.
  CHECK(daily.lines() == Expected{"2026-03-02T10:00:00Z u1 state mood null cold"});
  Story twice(settled("daily at 04:00"));
  twice.track("2026-03-02T10:00Z", "ask").track("2026-03-02T11:00Z", "play").track("2026-03-03T11:00Z", "play").until("2026-03-12T00:00Z");
  // found hot on the 3rd and 4th; cold on the 5th and 6th
  CHECK(twice.lines() == Expected{"2026-03-02T10:00:00Z u1 state mood null cold", "2026-03-04T03:00:00Z u1 state mood cold hot", "2026-03-06T03:00:00Z u1 state mood hot cold"});
  Story always(settled("continuously"));
  always.track("2026-03-02T10:00Z", "ask").track("2026-03-02T11:00Z", "play").track("2026-03-02T12:00Z", "ask").track("2026-03-05T12:00Z", "ask").until("2026-03-12T00:00Z");
  // cold is found by time alone at the 4th's midnight (counts once), and by the ask of the 5th
  CHECK(always.lines() == Expected{"2026-03-02T10:00:00Z u1 state mood null cold", "2026-03-02T12:00:00Z u1 state mood cold hot", "2026-03-05T12:00:00Z u1 state mood hot cold"});
}

namespace {
// The instants at which a block changed; its first rule tells neighbouring evaluations apart.
std::vector<std::string> instants(const std::string& cadence, const std::string& rule, const char* first, const char* until, const char* traits = "{}") {
  Story story(with_prelude("states s {\n  evaluate " + cadence + "\n  a when " + rule + "\n  b otherwise\n}\n"));
  story.identify(first, traits).until(until);
  std::vector<std::string> at;
  for (const std::string& line : story.lines("state")) at.push_back(line.substr(0, 20));
  return at;
}
}  // namespace

TEST_CASE("each cadence has its instants, strictly after first sight") {
  CHECK(instants("hourly", "hour(now) is 12", "2026-03-02T10:00Z", "2026-03-02T12:30Z") == Expected{"2026-03-02T10:00:00Z", "2026-03-02T11:00:00Z", "2026-03-02T12:00:00Z"});
  CHECK(instants("daily at 04:00", "weekday(today) is monday", "2026-03-02T03:00Z", "2026-03-03T03:00Z") == Expected{"2026-03-02T03:00:00Z", "2026-03-03T03:00:00Z"});
  CHECK(instants("weekly on wednesday at 04:00", "day(today) is 4", "2026-03-02T03:00Z", "2026-03-12T00:00Z") == Expected{"2026-03-02T03:00:00Z", "2026-03-04T03:00:00Z", "2026-03-11T03:00:00Z"});
  CHECK(instants("monthly on 31 at 00:00", "(day(today) is 31 and month(today) is 12) or month(today) is 2", "2027-12-02T03:00Z", "2028-04-01T00:00Z") ==
        Expected{"2027-12-02T03:00:00Z", "2027-12-30T23:00:00Z", "2028-01-30T23:00:00Z", "2028-02-28T23:00:00Z", "2028-03-30T22:00:00Z"});  // 29 February 2028
  CHECK(instants("monthly on 29 at 12:00", "day(today) is 28", "2027-02-02T03:00Z", "2027-03-01T00:00Z") == Expected{"2027-02-02T03:00:00Z", "2027-02-28T11:00:00Z"});
}

TEST_CASE("user time, and a user who moves") {
  CHECK(instants("daily at 09:00 user time", "hour(now) is 9 and weekday(today) is monday", "2026-03-02T03:00Z", "2026-03-03T12:00Z") ==
        Expected{"2026-03-02T03:00:00Z", "2026-03-02T08:00:00Z", "2026-03-03T08:00:00Z"});
  CHECK(instants("daily at 09:00 user time", "weekday(today) is tuesday", "2026-03-02T03:00Z", "2026-03-03T12:00Z", R"({"time_zone":"Asia/Tokyo"})") ==
        Expected{"2026-03-02T03:00:00Z", "2026-03-03T00:00:00Z"});
  // 09:00 of the 2nd in Tokyo has been; the user flies to New York, where the 2nd's nine o'clock is still to come, but is not asked again.
  Story story(with_prelude("states s {\n  evaluate daily at 09:00 user time\n  a when weekday(today) is monday and hour(now) < 12\n  b otherwise\n}\n"));
  story.identify("2026-03-01T10:00Z", R"({"time_zone":"Asia/Tokyo"})").identify("2026-03-02T10:00Z", R"({"time_zone":"America/New_York"})").until("2026-03-04T00:00Z");
  CHECK(story.lines("state") == Expected{"2026-03-01T10:00:00Z u1 state s null b", "2026-03-02T00:00:00Z u1 state s b a", "2026-03-03T14:00:00Z u1 state s a b"});
}

TEST_CASE("while what ends a state holds it is not entered") {
  Story story(with_prelude("states s {\n  evaluate continuously\n  a when has play today, until plan is premium\n  b otherwise\n}\n"));
  story.track("2026-03-02T10:00Z", "play").identify("2026-03-02T11:00Z", R"({"plan":"premium"})").track("2026-03-02T12:00Z", "play").identify("2026-03-02T13:00Z", R"({"plan":"free"})").track("2026-03-02T14:00Z", "play");
  CHECK(story.lines() == Expected{"2026-03-02T10:00:00Z u1 state s null a", "2026-03-02T11:00:00Z u1 state s a b", "2026-03-02T13:00:00Z u1 state s b a"});
}

TEST_CASE("blocks are evaluated behind those they read") {
  Story story(with_prelude("states z_first {\n evaluate continuously\n lit when has play today\n dark otherwise\n}\nstates a_second {\n evaluate continuously\n lit when z_first is lit\n dark otherwise\n}\n"));
  story.track("2026-03-02T10:00Z", "play").until("2026-03-03T10:00Z");
  CHECK(story.lines() == Expected{"2026-03-02T10:00:00Z u1 state z_first null lit", "2026-03-02T10:00:00Z u1 state a_second null lit",
                                  "2026-03-02T23:00:00Z u1 state z_first lit dark", "2026-03-02T23:00:00Z u1 state a_second lit dark"});
}
