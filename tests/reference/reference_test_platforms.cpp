// Other platforms' bugs as stories: what goes wrong elsewhere around windows, clocks, caps and duplicates, with the
// lines Wend must write instead, worked out by hand. Zone Europe/Stockholm unless said; instants in UTC.
#include <catch2/catch.hpp>

#include "tests/reference/story.h"

using namespace wend::story;

namespace {

const char* const kMessages = R"(
message offer { category promotional, email { subject "offer" } }
message care  { category service, email { subject "care" } }
)";

std::string protect(const std::string& rules) { return "protect p {\n  categories service > promotional\n  " + rules + "\n}\n"; }

std::string project(const std::string& rest, const std::string& rules = "", const char* zone = "Europe/Stockholm") {
  return with_prelude(kMessages + protect(rules) + rest, zone);
}

const std::string kWeekdays = "  a when weekday(today) in [monday, wednesday, saturday]\n  b otherwise\n}\n";
const std::string kLateHour = "  a when hour(now) is 23\n  b otherwise\n}\n";

}  // namespace

TEST_CASE("an exit takes effect in the middle of a wait") {
  std::string rest = "journey j {\n enter on add_to_cart\n exit when has purchase since entry\n step s { wait 30 days, send offer by email }\n}\n";
  Story story(project(rest));
  story.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-02T10:00Z", "purchase").until("2026-05-01T00:00Z");
  CHECK(story.lines() == Expected{"2026-03-01T10:00:00Z u1 enter j", "2026-03-01T10:00:00Z u1 step j s", "2026-03-02T10:00:00Z u1 leave j exit"});

  Story goal(project("journey j {\n enter on add_to_cart\n goal has purchase since entry\n exit when has purchase since entry\n step s { wait 30 days, send offer by email }\n}\n"));
  goal.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-02T10:00Z", "purchase").until("2026-05-01T00:00Z");
  CHECK(goal.lines("leave") == Expected{"2026-03-02T10:00:00Z u1 leave j goal"});

  Story late(project(rest));
  late.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-02T10:00Z", "purchase").received("2026-03-03T10:00Z").until("2026-05-01T00:00Z");
  CHECK(late.lines() == Expected{"2026-03-01T10:00:00Z u1 enter j", "2026-03-01T10:00:00Z u1 step j s",
                                 "2026-03-03T10:00:00Z u1 late purchase 2026-03-02T10:00:00Z", "2026-03-03T10:00:00Z u1 leave j exit"});

  Story late_cart(project(rest));
  late_cart.track("2026-03-01T10:00Z", "add_to_cart").received("2026-03-01T11:00:00.000001Z").until("2026-05-01T00:00Z");
  CHECK(late_cart.lines() == Expected{"2026-03-01T11:00:00.000001Z u1 late add_to_cart 2026-03-01T10:00:00Z"});

  Story in_time(project(rest));
  in_time.track("2026-03-01T10:00Z", "add_to_cart").received("2026-03-01T11:00Z").until("2026-03-02T00:00Z");
  CHECK(in_time.lines("enter") == Expected{"2026-03-01T11:00:00Z u1 enter j"});
}

TEST_CASE("an exit condition that is true for a while leaves, and bars an entry") {
  std::string rest = "journey j {\n enter on add_to_cart\n exit when has purchase in rolling 1 hour\n step s { wait 24 hours }\n}\n";
  Story story(project(rest));
  story.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-01T13:00Z", "purchase").until("2026-03-05T00:00Z");
  CHECK(story.lines("leave") == Expected{"2026-03-01T13:00:00Z u1 leave j exit"});
  Story barred(project(rest));
  barred.track("2026-03-01T09:30Z", "purchase").track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-01T13:00Z", "purchase").until("2026-03-05T00:00Z");
  CHECK(barred.lines().empty());
}

TEST_CASE("three rolling days are 72 hours, three calendar days begin at midnight") {
  auto entered = [](const char* first, const char* window) {
    Story story(project("audience keen = count of purchase in " + std::string(window) + " > 2\njourney j {\n enter on ask\n only if keen\n step s { wait 1 day }\n}\n", "", "America/New_York"));
    story.track(first, "purchase").track("2026-04-15T12:00Z", "purchase").track("2026-04-16T12:00Z", "purchase").track("2026-04-17T01:00Z", "ask");
    return story.lines("enter").size();
  };
  CHECK(entered("2026-04-14T00:30Z", "rolling 3 days") == 0);
  CHECK(entered("2026-04-14T01:00Z", "rolling 3 days") == 0);
  CHECK(entered("2026-04-14T01:00:00.000001Z", "rolling 3 days") == 1);
  CHECK(entered("2026-04-13T04:00Z", "last 3 days") == 1);
  CHECK(entered("2026-04-13T03:59:59.999999Z", "last 3 days") == 0);
}

TEST_CASE("one message a day is a rolling day") {
  Story story(project("journey j {\n enter on ask\n re-enter always\n step s { send offer by email }\n}\n", "at most 1 message in 1 day"));
  story.track("2026-01-15T22:00Z", "ask").track("2026-01-15T23:00Z", "ask").track("2026-01-16T22:00Z", "ask");
  CHECK(story.lines("message") == Expected{"2026-01-15T22:00:00Z u1 message offer email sent", "2026-01-15T23:00:00Z u1 message offer email suppressed cap",
                                           "2026-01-16T22:00:00Z u1 message offer email sent"});
}

TEST_CASE("a user without a zone has the project's quiet hours") {
  std::string rest = "message m { category promotional, valid for 12 hours, email { subject \"m\" } }\njourney j {\n enter on ask\n step s { send m by email, wait 1 day }\n}\n";
  Story story(project(rest, "quiet from 22:00 to 08:00 user time, then wait"));
  story.track("2026-01-15T22:30Z", "ask").identify("2026-01-15T22:29Z", R"({"time_zone":"Asia/Tokyo"})", "u2").track("2026-01-15T22:30Z", "ask", "{}", "u2").until("2026-01-20T00:00Z");
  CHECK(story.lines() == Expected{"2026-01-15T22:30:00Z u1 enter j", "2026-01-15T22:30:00Z u1 step j s",
                                  "2026-01-15T22:30:00Z u1 message m email deferred quiet until 2026-01-16T07:00:00Z",
                                  "2026-01-15T22:30:00Z u2 enter j", "2026-01-15T22:30:00Z u2 step j s",
                                  "2026-01-15T22:30:00Z u2 message m email deferred quiet until 2026-01-15T23:00:00Z",
                                  "2026-01-15T23:00:00Z u2 message m email sent", "2026-01-16T07:00:00Z u1 message m email sent",
                                  "2026-01-16T23:00:00Z u2 leave j finished", "2026-01-17T07:00:00Z u1 leave j finished"});
}

TEST_CASE("a weekday is that of the user's clock") {
  auto goes_on = [](const char* day) {
    Story story(project("journey j {\n enter on ask\n step s { wait until 08:00 user time on " + std::string(day) + " }\n step t { wait 1 day }\n}\n"));
    story.identify("2026-03-06T02:00Z", R"({"time_zone":"Asia/Tokyo"})").track("2026-03-06T03:00Z", "ask").until("2026-03-20T00:00Z");
    return story.lines("step").at(1);
  };
  CHECK(goes_on("friday") == "2026-03-12T23:00:00Z u1 step j t");
  CHECK(goes_on("monday") == "2026-03-08T23:00:00Z u1 step j t");
}

TEST_CASE("nine o'clock stays nine o'clock over the change of clocks") {
  Story story(project("journey j {\n enter on ask\n re-enter always\n step s { wait until 09:00 user time }\n}\n"));
  story.identify("2026-03-07T16:00Z", R"({"time_zone":"America/New_York"})").track("2026-03-07T17:00Z", "ask").track("2026-10-31T16:00Z", "ask").until("2026-12-01T00:00Z");
  CHECK(story.lines("leave") == Expected{"2026-03-08T13:00:00Z u1 leave j finished", "2026-11-01T14:00:00Z u1 leave j finished"});
}

TEST_CASE("a daily cadence comes once on the days of change") {
  auto evaluated = [](const std::string& cadence, const std::string& rules, const char* zone, const char* first, const char* until) {
    Story story(project("states s {\n  evaluate daily at " + cadence + "\n" + rules, "", zone));
    story.track(first, "play").until(until);
    return story.lines();
  };
  // Saturday, Sunday, Monday; then whether the Sunday came twice, which a block that settles would show.
  CHECK(evaluated("02:30", kWeekdays, "America/New_York", "2026-03-07T12:00Z", "2026-03-09T12:00Z") ==
        Expected{"2026-03-07T12:00:00Z u1 state s null a", "2026-03-08T07:00:00Z u1 state s a b", "2026-03-09T06:30:00Z u1 state s b a"});
  CHECK(evaluated("01:30", kWeekdays, "America/New_York", "2026-10-31T12:00Z", "2026-11-02T12:00Z") ==
        Expected{"2026-10-31T12:00:00Z u1 state s null a", "2026-11-01T05:30:00Z u1 state s a b", "2026-11-02T06:30:00Z u1 state s b a"});
  CHECK(evaluated("01:30\n  settle for 2 evaluations", kWeekdays, "America/New_York", "2026-10-31T12:00Z", "2026-11-02T12:00Z").size() == 1);
  CHECK(evaluated("23:30", kLateHour, "America/Nuuk", "2026-03-27T12:00Z", "2026-03-30T12:00Z") ==
        Expected{"2026-03-27T12:00:00Z u1 state s null b", "2026-03-28T01:30:00Z u1 state s b a", "2026-03-29T01:00:00Z u1 state s a b",
                 "2026-03-30T00:30:00Z u1 state s b a"});
}

TEST_CASE("a calendar window loses no hour over the change of clocks") {
  Story story(project("journey calendar {\n enter on ask\n only if has play in last 7 days\n step s { wait 1 day }\n}\njourney rolling {\n enter on ask\n only if has play in rolling 7 days\n step s { wait 1 day }\n}\n"));
  story.track("2026-03-22T22:45Z", "play").track("2026-03-29T22:30Z", "ask");
  CHECK(story.lines("enter") == Expected{"2026-03-29T22:30:00Z u1 enter rolling"});
  Story inside(project("journey calendar {\n enter on ask\n only if has play in last 7 days\n step s { wait 1 day }\n}\n"));
  inside.track("2026-03-22T23:00Z", "play").track("2026-03-29T22:30Z", "ask");
  CHECK(inside.lines("enter") == Expected{"2026-03-29T22:30:00Z u1 enter calendar"});
}

TEST_CASE("what ages out is seen at that very instant") {
  Story story(project("states pulse {\n evaluate continuously\n active when has play in rolling 1 hour\n idle otherwise\n}\njourney j {\n enter when pulse becomes idle\n step s { wait 1 day }\n}\n"));
  story.track("2026-03-01T12:00Z", "play").until("2026-03-01T18:00Z");
  CHECK(story.lines() == Expected{"2026-03-01T12:00:00Z u1 state pulse null active", "2026-03-01T13:00:00Z u1 state pulse active idle",
                                  "2026-03-01T13:00:00Z u1 enter j", "2026-03-01T13:00:00Z u1 step j s"});
  Story days(project("states pulse {\n evaluate continuously\n active when has play in last 7 days\n idle otherwise\n}\n"));
  days.track("2026-03-01T11:00Z", "play").until("2026-03-20T00:00Z");
  CHECK(days.lines() == Expected{"2026-03-01T11:00:00Z u1 state pulse null active", "2026-03-08T23:00:00Z u1 state pulse active idle"});
  Story condition(project("journey j {\n enter when not has play in rolling 1 hour\n re-enter always\n step s { send offer by email }\n}\n"));
  condition.track("2026-03-01T12:00Z", "play").track("2026-03-01T12:05Z", "add_to_cart", "{}", "u2").until("2026-03-01T18:00Z");
  CHECK(condition.lines("enter") == Expected{"2026-03-01T12:05:00Z u2 enter j", "2026-03-01T13:00:00Z u1 enter j"});
}

TEST_CASE("the higher category takes the slot, whatever the names") {
  Story story(project("journey a_offer {\n enter on purchase\n step s { send offer by email }\n}\njourney z_care {\n enter on purchase\n step s { send care by email }\n}\n", "at most 1 message in 1 day"));
  story.track("2026-03-01T10:00Z", "purchase");
  CHECK(story.lines("message") == Expected{"2026-03-01T10:00:00Z u1 message care email sent", "2026-03-01T10:00:00Z u1 message offer email suppressed cap"});
}

TEST_CASE("an event that comes twice counts once, and two at one instant enter once") {
  std::string rest = "journey j {\n enter on add_to_cart\n re-enter always\n step s { send offer by email, wait 1 hour }\n}\n";
  Story twice(project(rest));
  twice.track("2026-03-01T10:00Z", "add_to_cart").id("e1").track("2026-03-01T12:00Z", "add_to_cart").id("e1");
  CHECK(twice.lines("enter").size() == 1);
  CHECK(twice.lines("message").size() == 1);
  Story one_instant(project(rest));
  one_instant.track("2026-03-01T10:00Z", "add_to_cart").id("e1").track("2026-03-01T10:00Z", "add_to_cart").id("e2");
  CHECK(one_instant.lines("enter").size() == 1);
  CHECK(one_instant.lines("message").size() == 1);
  Story forgotten(project(rest));  // a whole week later the id is new again
  forgotten.track("2026-03-01T10:00Z", "add_to_cart").id("e1").track("2026-03-08T10:00Z", "add_to_cart").id("e1");
  CHECK(forgotten.lines("enter").size() == 2);
  Story anonymous(project(rest));  // no id, no duplicate
  anonymous.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-01T12:00Z", "add_to_cart");
  CHECK(anonymous.lines("enter").size() == 2);
}

TEST_CASE("an event at the deadline comes after its timer") {
  std::string rest = "journey j {\n enter on ask\n step s {\n  wait for play up to 2 days {\n   then go to t\n   else finish\n  }\n }\n step t { wait 1 day }\n}\n";
  Story at(project(rest));
  at.track("2026-03-01T10:00Z", "ask").track("2026-03-03T10:00Z", "play");
  CHECK(at.lines("leave") == Expected{"2026-03-03T10:00:00Z u1 leave j finished"});
  Story before(project(rest));
  before.track("2026-03-01T10:00Z", "ask").track("2026-03-03T09:59:59.999999Z", "play");
  CHECK(before.lines("step").back() == "2026-03-03T09:59:59.999999Z u1 step j t");
}

TEST_CASE("measures come before entries, states before journeys") {
  Story story(project("journey j {\n enter on purchase\n only if count of purchase ever >= 1\n step s { wait 1 day }\n}\n"));
  story.track("2026-03-01T10:00Z", "purchase");
  CHECK(story.lines("enter").size() == 1);
  Story race(project("states mood {\n evaluate daily at 04:00\n warm when has play in last 1 day\n cold otherwise\n}\njourney j {\n enter on play\n exit when mood becomes cold\n step s { wait until 04:00 on friday, send offer by email }\n}\n"));
  race.track("2026-03-04T12:00Z", "play").until("2026-03-20T00:00Z");
  CHECK(race.lines("leave") == Expected{"2026-03-06T03:00:00Z u1 leave j exit"});
  CHECK(race.lines("message").empty());
}

TEST_CASE("the edge is used up by an only if that fails") {
  auto entered = [](const char* only_if) {
    Story story(project("journey j {\n enter when plan becomes premium\n re-enter always\n " + std::string(only_if) + "\n step s { send offer by email }\n}\n"));
    for (const char* at : {"2026-03-01T10:00Z", "2026-03-01T11:00Z", "2026-03-01T12:00Z"}) story.identify(at, R"({"plan":"premium"})").track(at, "play");
    return story.lines("enter").size();
  };
  CHECK(entered("") == 1);
  CHECK(entered("only if has play ever") == 0);
}
