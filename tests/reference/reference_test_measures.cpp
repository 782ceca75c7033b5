// Every aggregate over every window, baselines, and arithmetic: the values a message shows, worked out by hand.
#include <catch2/catch.hpp>

#include "tests/reference/story.h"

using namespace wend::story;

namespace {

// What `{{ expression }}` says in a message sent when `ask` comes.
std::string reporting(const std::string& measure, const std::string& zone = "Europe/Stockholm") {
  return with_prelude("measure m = " + measure + "\n" +
                      "message report { category service, email { subject \"{{ m }}\" } }\nprotect p { categories service }\n"
                      "journey j {\n enter on ask\n re-enter always\n step s { send report by email }\n}\n", zone);
}

// The same for a measure that may be unknown.
std::string maybe(const std::string& measure, const std::string& fallback) { return reporting(measure + " or else " + fallback); }

// Five plays: two on Monday 2 March, one each on Tuesday, Thursday and the Monday after.
void plays(Story& story) {
  story.track("2026-03-02T10:00Z", "play", R"({"track":"a","played":60,"rating":0.1,"stars":3})");
  story.track("2026-03-02T11:00Z", "play", R"({"track":"b","played":90.5,"rating":0.2,"stars":5})");
  story.track("2026-03-03T10:00Z", "play", R"({"track":"a","stars":1})");
  story.track("2026-03-05T10:00Z", "play", R"({"track":null,"played":30,"rating":0.3})");
  story.track("2026-03-09T10:00Z", "play", R"({"track":"b","played":1,"rating":-4,"stars":-2})");
}

std::string said(const std::string& project, const char* at = "2026-03-09T12:00Z") {
  Story story(project);
  plays(story);
  story.track(at, "ask");
  return story.said().at(0);
}

}  // namespace

TEST_CASE("counts over each kind of window") {
  CHECK(said(reporting("count of play ever")) == "5");
  CHECK(said(reporting("count of play where played >= 60 seconds ever")) == "2");
  CHECK(said(reporting("count of play in last 4 days")) == "2");        // 5 to 9 March
  CHECK(said(reporting("count of play in last 6 days")) == "3");
  CHECK(said(reporting("count of play in last 2 hours")) == "1");       // 10:00 to 12:59
  CHECK(said(reporting("count of play in last 119 minutes")) == "0");   // from 10:01
  CHECK(said(reporting("count of play in last 120 minutes")) == "1");
  CHECK(said(reporting("count of play in last 1 week")) == "5");        // from Monday 2 March
  CHECK(said(reporting("count of play today")) == "1");
  CHECK(said(reporting("count of play this week")) == "1");
  CHECK(said(reporting("count of play this month")) == "5");
  CHECK(said(reporting("count of play in rolling 6 days up to 10")) == "2");
  CHECK(said(reporting("count of play in rolling 7 days up to 2")) == "2");
  CHECK(said(reporting("count of play in rolling 171 hours up to 10")) == "5");
  CHECK(said(reporting("count of play in rolling 170 hours up to 10")) == "4");  // the first leaves at exactly 170 hours
  CHECK(said(reporting("count of play in rolling 169 hours up to 10")) == "3");
}

TEST_CASE("sums, averages and extremes pass over what is unknown") {
  CHECK(said(reporting("sum of play.played ever")) == "3 minutes 1.5 seconds");
  CHECK(said(reporting("sum of play.rating ever")) == "-3.399999999999636");  // on the grid of 2^-40
  CHECK(said(reporting("sum of play.stars ever")) == "7");
  CHECK(said(maybe("average of play.stars ever", "0")) == "1.75");
  CHECK(said(maybe("average of play.played ever", "0 seconds")) == "36.3 seconds");
  CHECK(said(maybe("smallest of play.stars ever", "0")) == "-2");
  CHECK(said(maybe("largest of play.stars ever", "0")) == "5");
  CHECK(said(maybe("largest of play.rating today", "0.0")) == "-4");
  CHECK(said(maybe("average of play.stars in rolling 1 hour up to 5", "9")) == "9");
}

TEST_CASE("days with, streaks, has") {
  CHECK(said(reporting("days with play ever")) == "4");
  CHECK(said(reporting("hours with play ever")) == "5");
  CHECK(said(reporting("weeks with play ever")) == "2");
  CHECK(said(reporting("months with play ever")) == "1");
  CHECK(said(reporting("days with play in last 5 days")) == "2");
  CHECK(said(reporting("streak of days with play")) == "1");
  CHECK(said(reporting("streak of days with play"), "2026-03-10T12:00Z") == "1");
  CHECK(said(reporting("streak of days with play"), "2026-03-11T12:00Z") == "0");
  CHECK(said(reporting("streak of weeks with play")) == "2");
  CHECK(said(reporting("has play in last 1 hour")) == "false");
  CHECK(said(reporting("has play in rolling 3 hours")) == "true");
}

TEST_CASE("distinct, most frequent, first and last, time since") {
  CHECK(said(reporting("distinct play.track ever")) == "2");
  CHECK(said(reporting("distinct play.stars in last 6 days")) == "2");
  CHECK(said(maybe("most frequent play.track ever", "\"none\"")) == "b");       // two each; b was latest
  CHECK(said(maybe("most frequent play.track in last 6 days", "\"none\"")) == "b");
  CHECK(said(maybe("most frequent play.track today", "\"none\"")) == "b");
  CHECK(said(maybe("last play.track", "\"none\"")) == "b");
  CHECK(said(maybe("first play.track", "\"none\"")) == "a");
  CHECK(said(maybe("last play.rating where stars is 5 ever", "0.0")) == "0.2");
  CHECK(said(maybe("first play.rating this week", "0.0")) == "-4");
  CHECK(said(maybe("time since last play", "0 seconds")) == "2 hours");
  CHECK(said(maybe("time since first play", "0 seconds")) == "7 days 2 hours");
  CHECK(said(maybe("time since last purchase", "99 days")) == "99 days");
}

TEST_CASE("a bound drops the value seen longest ago") {
  Story story(reporting("distinct play.track up to 2 in last 3 days"));
  story.track("2026-03-02T10:00Z", "play", R"({"track":"a"})").track("2026-03-03T10:00Z", "play", R"({"track":"b"})");
  story.track("2026-03-04T10:00Z", "play", R"({"track":"c"})").track("2026-03-04T12:00Z", "ask").track("2026-03-07T12:00Z", "ask");
  CHECK(story.said() == Expected{"2", "1"});
  Story pairs(reporting("most frequent play.track up to 2 ever or else \"none\""));
  for (const char* track : {"a", "a", "a", "b", "c", "c"}) pairs.track("2026-03-02T10:00Z", "play", R"({"track":")" + std::string(track) + R"("})");
  pairs.track("2026-03-04T12:00Z", "ask");  // c pushed a out
  CHECK(pairs.said() == Expected{"c"});
}

TEST_CASE("ties at one instant go by the order of handling") {
  Story story(reporting("last play.track or else \"none\""));
  story.track("2026-03-02T10:00Z", "play", R"({"track":"x"})").track("2026-03-02T10:00Z", "play", R"({"track":"y"})").track("2026-03-02T10:00Z", "ask");
  CHECK(story.said() == Expected{"y"});
  Story first(reporting("first play.track or else \"none\""));
  first.track("2026-03-02T10:00Z", "play", R"({"track":"x"})").track("2026-03-02T10:00Z", "play", R"({"track":"y"})").track("2026-03-02T10:00Z", "ask");
  CHECK(first.said() == Expected{"x"});
}

TEST_CASE("an event that comes late stands where it happened") {
  Story story(reporting("last play.track or else \"none\""));
  story.track("2026-03-05T10:00Z", "play", R"({"track":"new"})").track("2026-03-02T10:00Z", "play", R"({"track":"old"})").received("2026-03-06T10:00Z");
  story.track("2026-03-06T12:00Z", "ask");
  CHECK(story.said() == Expected{"new"});
  CHECK(story.lines("late") == Expected{"2026-03-06T10:00:00Z u1 late play 2026-03-02T10:00:00Z"});
  Story days(reporting("streak of days with play"));
  days.track("2026-03-03T10:00Z", "play").track("2026-03-05T10:00Z", "play").track("2026-03-04T10:00Z", "play").received("2026-03-05T12:00Z").track("2026-03-05T13:00Z", "ask");
  CHECK(days.said() == Expected{"3"});
}

TEST_CASE("where reads the profile as it was when the event was handled") {
  Story story(reporting("count of play where plan is premium ever"));
  story.track("2026-03-02T10:00Z", "play").identify("2026-03-02T11:00Z", R"({"plan":"premium"})").track("2026-03-02T12:00Z", "play");
  story.identify("2026-03-02T13:00Z", R"({"plan":null})").track("2026-03-02T14:00Z", "ask");
  CHECK(story.said() == Expected{"1"});
}

TEST_CASE("arithmetic on measures") {
  CHECK(said(reporting("count of play ever * 2 - 3")) == "7");
  CHECK(said(reporting("count of play ever / 2")) == "2.5");
  CHECK(said(maybe("count of play ever / count of purchase ever", "-1.0")) == "-1");
  CHECK(said(reporting("sum of play.played ever * 2")) == "6 minutes 3 seconds");
  CHECK(said(reporting("sum of play.played ever * 0.5")) == "1 minute 30.75 seconds");
  CHECK(said(reporting("10 EUR * 15%")) == "1.50 EUR");
  CHECK(said(reporting("0.000005 EUR * 10%")) == "0.00 EUR");    // half a microunit goes to even
  CHECK(said(reporting("0.000015 EUR * 10%")) == "0.000002 EUR");
  CHECK(said(reporting("count of play ever * 9223372036854775807")) == "9223372036854775807");
}

TEST_CASE("a baseline begins with the first Monday a window after first sight") {
  // First sight on Wednesday 4 March; a week on is the 11th, so the samples are on the 16th, 23rd, 30th, 6 April.
  auto story_of = [](const char* measure) {
    return with_prelude("measure m = count of play in last 7 days, usual over 3 weeks\nmeasure shown = " + std::string(measure) +
                        "\nmessage report { category service, email { subject \"{{ shown }}\" } }\nprotect p { categories service }\n"
                        "journey j {\n enter on ask\n re-enter always\n step s { send report by email }\n}\n");
  };
  auto events = [](Story& story) {
    story.track("2026-03-04T10:00Z", "play");
    for (const char* at : {"2026-03-12T10:00Z", "2026-03-19T10:00Z", "2026-03-20T10:00Z", "2026-03-28T10:00Z"}) story.track(at, "play");
    story.track("2026-03-29T21:59:59Z", "ask").track("2026-03-29T22:00Z", "ask").track("2026-04-05T22:00Z", "ask");
  };
  // Panes at a Monday's start are that Monday and the seven days before: samples 1, 2, 1, 0 (5 plays in all).
  // w = 1/2: mean 1, then 1.5, then 1.25, then 0.625.
  Story usual(story_of("usual m or else -1.0"));
  events(usual);
  CHECK(usual.said() == Expected{"-1", "1.25", "0.625"});
  // var: 0, then 1/2(0 + 1/2·1) = 0.25, then 1/2(0.25 + 1/2·0.25) = 0.1875; at 03-29T22:00 m is 1: 1 < 1.25, 1 <= 1.25·0.8.
  Story share(story_of("if m is below usual by 20% then 1 else 0"));
  events(share);
  CHECK(share.said() == Expected{"0", "1", "1"});
  Story sigmas(story_of("if m is below usual by 1 sigmas then 1 else 0"));  // 1.25 - 0.433 = 0.817 < 1
  events(sigmas);
  CHECK(sigmas.said() == Expected{"0", "0", "0"});  // then 0.625 - 0.696 < 0
}

TEST_CASE("whole years to a leap day's birthday") {
  auto aged = [](const char* at) {
    Story story(reporting("age(birth_date or else 2000-01-01)"));
    story.identify("2026-01-01T10:00Z", R"({"birth_date":"2008-02-29"})").track(at, "ask");
    return story.said().at(0);
  };
  CHECK(aged("2026-02-27T12:00Z") == "17");
  CHECK(aged("2026-02-28T12:00Z") == "18");
  CHECK(aged("2028-02-28T12:00Z") == "19");
  CHECK(aged("2028-02-28T23:00Z") == "20");  // midnight in Stockholm: the 29th has begun
}
