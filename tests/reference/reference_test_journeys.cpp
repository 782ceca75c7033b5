// Journeys: entries, waits, branches, re-entry, experiments, and how an instance ends.
#include <catch2/catch.hpp>

#include "tests/reference/story.h"

using namespace wend::story;

namespace {

const std::string kMessages = R"(
message offer { category promotional, email { subject "offer" }, sms { body "offer" } }
message other { category promotional, with size int, email { subject "size {{ size }}" } }
)";

std::string project(const std::string& rest, const std::string& rules = "") {
  return with_prelude(kMessages + "protect p {\n  categories service > promotional\n  " + rules + "\n}\n" + rest);
}

}  // namespace

TEST_CASE("steps fall through, and every step begins with a line") {
  Story story(project("journey j {\n enter on ask\n step a { send offer by email }\n step b { wait 1 day }\n step c { send offer by email }\n}\n"));
  story.track("2026-03-01T10:00Z", "ask").until("2026-03-05T00:00Z");
  CHECK(story.lines() == Expected{"2026-03-01T10:00:00Z u1 enter j", "2026-03-01T10:00:00Z u1 step j a", "2026-03-01T10:00:00Z u1 step j b",
                                  "2026-03-01T10:00:00Z u1 message offer email sent", "2026-03-02T10:00:00Z u1 step j c",
                                  "2026-03-02T10:00:00Z u1 leave j finished", "2026-03-02T10:00:00Z u1 message offer email sent"});
}

TEST_CASE("wait 2 days is 48 hours, also across a change of clocks") {
  Story story(project("journey j {\n enter on ask\n step a { wait 2 days }\n}\n"));
  story.track("2026-03-28T12:00Z", "ask").until("2026-04-05T00:00Z");
  CHECK(story.lines("leave") == Expected{"2026-03-30T12:00:00Z u1 leave j finished"});
}

TEST_CASE("a wait until a time that the clock skips goes on when the gap ends") {
  Story story(project("journey j {\n enter on ask\n step a { wait until 02:30 }\n}\n"));
  story.track("2026-03-28T12:00Z", "ask").until("2026-04-05T00:00Z");
  CHECK(story.lines("leave") == Expected{"2026-03-29T01:00:00Z u1 leave j finished"});  // 03:00 summer time
  Story twice(project("journey j {\n enter on ask\n step a { wait until 02:30 }\n}\n"));
  twice.track("2026-10-24T12:00Z", "ask").until("2026-10-30T00:00Z");
  CHECK(twice.lines("leave") == Expected{"2026-10-25T00:30:00Z u1 leave j finished"});  // the first 02:30
}

TEST_CASE("wait for takes the first event that matches, and an absent branch falls through") {
  std::string rest = "journey j {\n enter on add_to_cart\n step a {\n  wait for purchase where amount or else 0 EUR >= 10 EUR up to 1 day {\n   then leave\n  }\n  send offer by email\n }\n}\n";
  Story met(project(rest));
  met.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-01T11:00Z", "purchase", R"({"amount":9.999999})").track("2026-03-01T12:00Z", "purchase", R"({"amount":10})");
  CHECK(met.lines("leave") == Expected{"2026-03-01T12:00:00Z u1 leave j left"});
  Story not_met(project(rest));
  not_met.track("2026-03-01T10:00Z", "add_to_cart").until("2026-03-05T00:00Z");
  CHECK(not_met.lines("message") == Expected{"2026-03-02T10:00:00Z u1 message offer email sent"});
  Story late(project(rest));  // late, and before the wait began: it does not resume
  late.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-01T10:00Z", "purchase", R"({"amount":10})").received("2026-03-01T15:00Z").track("2026-03-01T16:00Z", "ask");
  CHECK(late.lines("leave").empty());
  Story later(project(rest));  // late, and behind the beginning: it does
  later.track("2026-03-01T10:00Z", "add_to_cart").track("2026-03-01T10:00:01Z", "purchase", R"({"amount":10})").received("2026-03-01T15:00Z");
  CHECK(later.lines("leave") == Expected{"2026-03-01T15:00:00Z u1 leave j left"});
}

TEST_CASE("a wait inside an if resumes behind it") {
  Story story(project("journey j {\n enter on ask\n step a {\n  if plan is free {\n   wait 1 hour\n   send offer by email\n  } else {\n   leave\n  }\n  wait 1 hour\n  go to c\n }\n step c { finish }\n}\n"));
  story.track("2026-03-01T10:00Z", "ask").until("2026-03-05T00:00Z");
  CHECK(story.lines() == Expected{"2026-03-01T10:00:00Z u1 enter j", "2026-03-01T10:00:00Z u1 step j a", "2026-03-01T11:00:00Z u1 message offer email sent",
                                  "2026-03-01T12:00:00Z u1 step j c", "2026-03-01T12:00:00Z u1 leave j finished"});
}

TEST_CASE("re-entry: never, after a time from the last exit, always") {
  auto entered = [](const char* rule) {
    Story story(project("journey j {\n enter on ask\n " + std::string(rule) + "\n step a { wait 1 hour }\n}\n"));
    for (const char* at : {"2026-03-01T10:00Z", "2026-03-01T10:30Z", "2026-03-01T11:00Z", "2026-03-02T11:00Z"}) story.track(at, "ask");
    std::vector<std::string> at;
    for (const std::string& line : story.lines("enter")) at.push_back(line.substr(0, 20));
    return at;
  };
  CHECK(entered("re-enter never") == Expected{"2026-03-01T10:00:00Z"});
  CHECK(entered("re-enter always") == Expected{"2026-03-01T10:00:00Z", "2026-03-01T11:00:00Z", "2026-03-02T11:00:00Z"});
  CHECK(entered("re-enter after 1 day") == Expected{"2026-03-01T10:00:00Z", "2026-03-02T11:00:00Z"});  // exactly a day later
  CHECK(entered("re-enter after 86401 seconds") == Expected{"2026-03-01T10:00:00Z"});
}

TEST_CASE("since entry counts what is handled after it, at one instant too") {
  Story story(project("journey j {\n enter on play\n goal count of play since entry >= 2\n step a { wait 1 day }\n}\n"));
  story.track("2026-03-01T10:00Z", "play").track("2026-03-01T10:00Z", "play").track("2026-03-01T10:00Z", "play");
  CHECK(story.lines() == Expected{"2026-03-01T10:00:00Z u1 enter j", "2026-03-01T10:00:00Z u1 step j a", "2026-03-01T10:00:00Z u1 leave j goal"});
  Story late(project("journey j {\n enter on play\n goal count of play since entry >= 1\n step a { wait 1 day }\n}\n"));  // dated before the entry
  late.track("2026-03-01T10:00Z", "play").track("2026-03-01T09:59:59Z", "play").received("2026-03-01T10:30Z");
  CHECK(late.lines("leave").empty());
}

TEST_CASE("what entered can be asked for later, and is unknown after another entry") {
  Story story(project("journey j {\n enter on add_to_cart\n enter on purchase\n re-enter always\n exit when has ask in rolling 1 second\n step a {\n  wait 1 hour\n  if entry.cart_id is \"x\" {\n   send offer by email\n  }\n }\n}\n"));
  story.track("2026-03-01T10:00Z", "add_to_cart", R"({"cart_id":"x"})").track("2026-03-01T12:00Z", "purchase").track("2026-03-01T14:00Z", "add_to_cart", R"({"cart_id":"y"})").until("2026-03-02T00:00Z");
  CHECK(story.lines("message") == Expected{"2026-03-01T11:00:00Z u1 message offer email sent"});
}

TEST_CASE("arguments are fixed when the send is reached") {
  Story story(project("measure plays = count of play ever\njourney j {\n enter on ask\n step a { send other by email with size: plays }\n}\n", "quiet from 22:00 to 08:00, then wait"));
  story.track("2026-03-01T21:00Z", "play").track("2026-03-01T21:30Z", "ask").track("2026-03-01T22:30Z", "play").until("2026-03-02T12:00Z");
  CHECK(story.said() == Expected{"size 1"});
}

TEST_CASE("an instance stands still while its send is deferred, and one that leaves withdraws it") {
  std::string rest = "journey j {\n enter on ask\n exit when has purchase since entry\n step a { send offer by email, wait 1 hour }\n step b { leave }\n}\n";
  Story story(project(rest, "quiet from 22:00 to 08:00, then wait"));
  story.track("2026-03-01T22:00Z", "ask").until("2026-03-02T12:00Z");
  CHECK(story.lines() == Expected{"2026-03-01T22:00:00Z u1 enter j", "2026-03-01T22:00:00Z u1 step j a", "2026-03-01T22:00:00Z u1 message offer email deferred quiet until 2026-03-02T07:00:00Z",
                                  "2026-03-02T07:00:00Z u1 message offer email sent", "2026-03-02T08:00:00Z u1 step j b", "2026-03-02T08:00:00Z u1 leave j left"});
  Story left(project(rest, "quiet from 22:00 to 08:00, then wait"));
  left.track("2026-03-01T22:00Z", "ask").track("2026-03-01T23:00Z", "purchase").until("2026-03-02T12:00Z");
  CHECK(left.lines() == Expected{"2026-03-01T22:00:00Z u1 enter j", "2026-03-01T22:00:00Z u1 step j a", "2026-03-01T22:00:00Z u1 message offer email deferred quiet until 2026-03-02T07:00:00Z",
                                 "2026-03-01T23:00:00Z u1 leave j exit", "2026-03-01T23:00:00Z u1 message offer email suppressed left"});
}

TEST_CASE("an experiment is one arm for good, exposed once") {

  Story story(project("experiment depth {\n variants { gentle 50%, steep 50% }\n}\njourney j {\n enter on ask\n re-enter always\n step a {\n  choose by experiment depth {\n   gentle { wait 1 hour }\n   steep { wait 2 hours }\n  }\n }\n}\n"));
  for (const char* at : {"2026-03-01T10:00Z", "2026-03-02T10:00Z", "2026-03-03T10:00Z"}) story.track(at, "ask");
  story.until("2026-03-05T00:00Z");
  CHECK(story.lines("exposure").size() == 1);
  auto leaves = story.lines("leave");
  REQUIRE(leaves.size() == 3);
  CHECK(leaves[0].substr(11, 9) == leaves[1].substr(11, 9));
  CHECK(leaves[0].substr(11, 9) == leaves[2].substr(11, 9));
}

TEST_CASE("who is outside the audience or the layer takes otherwise, unexposed") {
  auto lines = [](const char* limits) {
    Story story(project("experiment depth {\n " + std::string(limits) + "\n variants { gentle 50%, steep 50% }\n}\njourney j {\n enter on ask\n step a {\n  choose by experiment depth {\n   gentle { wait 1 hour }\n   steep { wait 1 hour }\n   otherwise { leave }\n  }\n }\n}\n"));
    story.track("2026-03-01T10:00Z", "ask").until("2026-03-02T00:00Z");
    return story.lines("exposure").size() * 10 + story.lines("leave").size();
  };
  CHECK(lines("for plan is free") == 11);
  CHECK(lines("for plan is premium") == 1);
  CHECK(lines("layer crm 0% to 100%") == 11);
}

TEST_CASE("closed lets nobody in") {
  Story story(project("journey j closed {\n enter on ask\n step a { wait 1 hour }\n}\n"));
  story.track("2026-03-01T10:00Z", "ask");
  CHECK(story.lines().empty());
}
