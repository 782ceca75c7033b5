// Protection: every rule and action, arbitration, legs, deferrals and the floor.
#include <catch2/catch.hpp>

#include "tests/reference/story.h"

using namespace wend::story;

namespace {

const std::string kMessages = R"(
message offer  { category promotional, email { subject "offer" }, sms { body "offer" } }
message care   { category service, email { subject "care" } }
message letter { category lifecycle, email { subject "letter" } }
message bill   { category transactional, email { subject "bill" } }
message brief  { category promotional, valid for 6 hours, email { subject "brief" } }
)";

std::string project(const std::string& rules, const std::string& rest) {
  return with_prelude(kMessages + "protect p {\n  categories transactional > service > lifecycle > promotional\n  exempt transactional\n  " + rules + "\n}\n" + rest);
}

std::string sending(const std::string& what) { return "journey j {\n enter on ask\n re-enter always\n step s { " + what + " }\n}\n"; }

std::vector<std::string> messages(const std::string& rules, const std::string& what, std::vector<const char*> asks, const char* until = "2026-03-20T00:00Z", const char* traits = "{}") {
  Story story(project(rules, sending(what)));
  story.identify("2026-03-01T00:00Z", traits);
  for (const char* at : asks) story.track(at, "ask");
  story.until(until);
  return story.lines("message");
}

}  // namespace

TEST_CASE("consent and reachability choose the channel; nothing is sent without them") {
  CHECK(messages("", "send offer by sms, else email", {"2026-03-02T10:00Z"}) == Expected{"2026-03-02T10:00:00Z u1 message offer email sent"});
  CHECK(messages("", "send offer by sms, else email", {"2026-03-02T10:00Z"}, "2026-03-03T00:00Z", R"({"phone":"1"})") == Expected{"2026-03-02T10:00:00Z u1 message offer sms sent"});
  CHECK(messages("", "send offer by sms, else email", {"2026-03-02T10:00Z"}, "2026-03-03T00:00Z", R"({"phone":""})") == Expected{"2026-03-02T10:00:00Z u1 message offer email sent"});
  CHECK(messages("", "send offer by sms", {"2026-03-02T10:00Z"}) == Expected{"2026-03-02T10:00:00Z u1 message offer sms suppressed unreachable"});
  CHECK(messages("", "send offer by sms, else email", {"2026-03-02T10:00Z"}, "2026-03-03T00:00Z", R"({"opt_in":false})") == Expected{"2026-03-02T10:00:00Z u1 message offer sms suppressed consent"});
  CHECK(messages("", "send bill by email", {"2026-03-02T10:00Z"}, "2026-03-03T00:00Z", R"({"opt_in":false})") == Expected{"2026-03-02T10:00:00Z u1 message bill email suppressed consent"});
}

TEST_CASE("two legs are one message for the gap and the caps, but not for a channel's cap") {
  CHECK(messages("at least 1 hour between messages\n at most 1 message in 1 day", "send offer by email and sms", {"2026-03-02T10:00Z"}, "2026-03-03T00:00Z", R"({"phone":"1"})") ==
        Expected{"2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T10:00:00Z u1 message offer sms sent"});
  CHECK(messages("at most 1 sms in 1 day", "send offer by email and sms", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}, "2026-03-03T00:00Z", R"({"phone":"1"})") ==
        Expected{"2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T10:00:00Z u1 message offer sms sent",
                 "2026-03-02T11:00:00Z u1 message offer email sent", "2026-03-02T11:00:00Z u1 message offer sms suppressed cap"});
}

TEST_CASE("a gap waits, or drops when the message says it is too late by then") {
  CHECK(messages("at least 4 hours between messages", "send offer by email", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T11:00:00Z u1 message offer email deferred gap until 2026-03-02T14:00:00Z",
                 "2026-03-02T14:00:00Z u1 message offer email sent"});
  CHECK(messages("at least 7 hours between messages", "send brief by email", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message brief email sent", "2026-03-02T11:00:00Z u1 message brief email suppressed gap"});  // 17:00 is the end of validity
  CHECK(messages("at least 4 hours between messages, then drop", "send offer by email", {"2026-03-02T10:00Z", "2026-03-02T13:59:59.999999Z"}).back() ==
        "2026-03-02T13:59:59.999999Z u1 message offer email suppressed gap");
}

TEST_CASE("caps: rolling, calendar, waiting, and a cheaper message instead") {
  CHECK(messages("at most 2 promotional per week", "send offer by email", {"2026-03-03T10:00Z", "2026-03-08T22:00Z", "2026-03-08T22:59:59Z", "2026-03-08T23:00Z"}) ==
        Expected{"2026-03-03T10:00:00Z u1 message offer email sent", "2026-03-08T22:00:00Z u1 message offer email sent",
                 "2026-03-08T22:59:59Z u1 message offer email suppressed cap", "2026-03-08T23:00:00Z u1 message offer email sent"});
  CHECK(messages("at most 1 offer in 10 hours, then wait", "send offer by email", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T11:00:00Z u1 message offer email deferred cap until 2026-03-02T20:00:00Z",
                 "2026-03-02T20:00:00Z u1 message offer email sent"});
  CHECK(messages("at most 1 message per day, then wait", "send offer by email", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}).at(1) ==
        "2026-03-02T11:00:00Z u1 message offer email deferred cap until 2026-03-02T23:00:00Z");
  CHECK(messages("at most 1 promotional in 1 day, then send care", "send offer by email", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T11:00:00Z u1 message offer email suppressed cap", "2026-03-02T11:00:00Z u1 message care email sent"});
  CHECK(messages("at most 1 message in 1 day, then send care", "send offer by email", {"2026-03-02T10:00Z", "2026-03-02T11:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T11:00:00Z u1 message offer email suppressed cap", "2026-03-02T11:00:00Z u1 message care email suppressed cap"});
}

TEST_CASE("an exempt message skips quiet hours, gap and caps and fills none") {
  CHECK(messages("at most 1 message in 1 day\n at least 1 hour between messages\n quiet from 22:00 to 08:00, then wait", "send bill by email\n send offer by email", {"2026-03-02T10:00Z", "2026-03-02T22:30Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message bill email sent", "2026-03-02T10:00:00Z u1 message offer email sent", "2026-03-02T22:30:00Z u1 message bill email sent",
                 "2026-03-02T22:30:00Z u1 message offer email deferred quiet until 2026-03-03T07:00:00Z", "2026-03-03T07:00:00Z u1 message offer email suppressed cap"});
}

TEST_CASE("the burst when quiet hours end goes by rank") {
  std::string journeys;
  for (const char* m : {"offer", "letter", "care", "bill"}) journeys += "journey j_" + std::string(m) + " {\n enter on ask\n step s { send " + m + " by email }\n}\n";
  Story story(project("quiet from 22:00 to 08:00 user time, then wait\n at most 1 message in 1 day", journeys));
  story.track("2026-01-15T22:00Z", "ask").until("2026-01-20T00:00Z");
  CHECK(story.lines("message") == Expected{"2026-01-15T22:00:00Z u1 message bill email sent",
                                           "2026-01-15T22:00:00Z u1 message care email deferred quiet until 2026-01-16T07:00:00Z",
                                           "2026-01-15T22:00:00Z u1 message letter email deferred quiet until 2026-01-16T07:00:00Z",
                                           "2026-01-15T22:00:00Z u1 message offer email deferred quiet until 2026-01-16T07:00:00Z",
                                           "2026-01-16T07:00:00Z u1 message care email sent", "2026-01-16T07:00:00Z u1 message letter email suppressed cap",
                                           "2026-01-16T07:00:00Z u1 message offer email suppressed cap"});
  CHECK(messages("quiet from 22:00 to 08:00, then wait", "send brief by email", {"2026-01-15T22:00Z"}, "2026-03-20T00:00Z").empty() == false);
}

TEST_CASE("quiet hours are half open, and a change of clocks moves their end") {
  CHECK(messages("quiet from 22:00 to 08:00, then drop", "send offer by email", {"2026-03-02T20:59:59.999999Z", "2026-03-02T21:00Z", "2026-03-03T06:59:59Z", "2026-03-03T07:00Z"}) ==
        Expected{"2026-03-02T20:59:59.999999Z u1 message offer email sent", "2026-03-02T21:00:00Z u1 message offer email suppressed quiet",
                 "2026-03-03T06:59:59Z u1 message offer email suppressed quiet", "2026-03-03T07:00:00Z u1 message offer email sent"});
  CHECK(messages("quiet from 22:00 to 08:00, then wait", "send offer by email", {"2026-03-28T22:00Z"}, "2026-03-30T00:00Z").at(0) ==
        "2026-03-28T22:00:00Z u1 message offer email deferred quiet until 2026-03-29T06:00:00Z");
  CHECK(messages("quiet from 13:00 to 14:00, then wait", "send offer by email", {"2026-03-02T12:30Z"}).back() == "2026-03-02T13:00:00Z u1 message offer email sent");
}

TEST_CASE("never, priority, hold-out") {
  CHECK(messages("never promotional while plan is free", "send offer by email\n send care by email", {"2026-03-02T10:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message care email sent", "2026-03-02T10:00:00Z u1 message offer email suppressed never"});
  CHECK(messages("hold out 100% from promotional", "send offer by email\n send care by email", {"2026-03-02T10:00Z"}) ==
        Expected{"2026-03-02T10:00:00Z u1 message care email sent", "2026-03-02T10:00:00Z u1 message offer email suppressed holdout"});
  Story story(project("at most 1 message in 1 day", "journey a {\n enter on ask\n step s { send offer by email }\n}\njourney b {\n enter on ask\n priority 5\n step s { send offer by email }\n}\n"));
  story.track("2026-03-02T10:00Z", "ask");

  CHECK(story.raw().at(6).find(R"("journey":"b")") != std::string::npos);  // the first message line
}

TEST_CASE("the floor counts from the last message, first sight and its last firing") {
  Story story(project("at least 1 message in 10 days, else send letter", sending("send offer by email")));
  story.track("2026-03-01T10:00Z", "play").track("2026-03-05T10:00Z", "ask").until("2026-04-05T00:00Z");
  CHECK(story.lines("message") == Expected{"2026-03-05T10:00:00Z u1 message offer email sent", "2026-03-15T10:00:00Z u1 message letter email sent",
                                           "2026-03-25T10:00:00Z u1 message letter email sent", "2026-04-04T10:00:00Z u1 message letter email sent"});
  Story silent(project("at least 1 message in 10 days, else send letter", sending("send bill by email")));
  silent.identify("2026-03-01T10:00Z", R"({"opt_in":false})").until("2026-03-25T00:00Z");
  CHECK(silent.lines("message") == Expected{"2026-03-11T10:00:00Z u1 message letter email suppressed consent", "2026-03-21T10:00:00Z u1 message letter email suppressed consent"});
  // a message due at the same instant moves it
  Story moved(project("at least 1 message in 10 days, else send letter", "journey j {\n enter on play\n step s { wait 10 days, send offer by email }\n}\n"));
  moved.track("2026-03-01T10:00Z", "play").until("2026-03-21T09:00Z");
  CHECK(moved.lines("message") == Expected{"2026-03-11T10:00:00Z u1 message offer email sent"});
  // a leg that is sent later moves it too
  Story legs(project("at most 1 sms in 1 day, then wait\n at least 1 message in 10 days, else send letter", sending("send offer by email and sms")));
  legs.identify("2026-03-01T09:00Z", R"({"phone":"1"})").track("2026-03-01T10:00Z", "ask").track("2026-03-01T20:00Z", "ask").until("2026-03-12T10:00Z");
  CHECK(legs.lines("message").back() == "2026-03-12T10:00:00Z u1 message letter email sent");
  CHECK(legs.lines("message").size() == 6);
}

TEST_CASE("a floor that was deferred is arbitrated with the sends of its instant, behind those of journeys of its rank") {
  Story story(project("quiet from 22:00 to 08:00, then wait\n at least 1 message in 1 day, else send letter", "message late { category lifecycle, email { subject \"late\" } }\njourney j {\n enter on ask\n step s { send late by email }\n}\n"));
  story.track("2026-03-01T21:30Z", "play").track("2026-03-02T22:00Z", "ask").until("2026-03-03T08:00Z");
  CHECK(story.lines("message") == Expected{"2026-03-02T21:30:00Z u1 message letter email deferred quiet until 2026-03-03T07:00:00Z",
                                           "2026-03-02T22:00:00Z u1 message late email deferred quiet until 2026-03-03T07:00:00Z",
                                           "2026-03-03T07:00:00Z u1 message late email sent", "2026-03-03T07:00:00Z u1 message letter email sent"});
}
