// Entries by the clock and by key, goals watched on, waits for conditions and dates, and paused journeys: each over a user
// who is packed to bytes after every input.
#include <catch2/catch.hpp>

#include "runtime/core/wall.h"
#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

using Lines = std::vector<std::string>;

// The key of a journey: the first text of the event.
int32_t first_text(const uint8_t*, const uint8_t*, const wend_event* event, wend_ctx*, wend_slot* out) {
  *out = event->slots[0];
  return 1;
}
int32_t has_bought(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).purchases.count > 0; }
int32_t is_premium(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).plan == 1; }
// A date kept as a number of days in `score`; unknown without one.
int32_t score_date(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) {
  out->integer = of(record).score;
  return of(record).present >> 4 & 1;
}

int64_t day(std::string_view date) {
  int32_t days = 0;
  REQUIRE(parse_date(date, days));
  return days;
}

ModuleEnter by_clock(uint32_t clock) {
  ModuleEnter enter;
  enter.kind = ModuleEnter::Kind::clock;
  enter.clock = clock;
  return enter;
}

Module with_keys(ModuleJourney::ReEnter again) {
  Module module = empty_program();
  add_message(module, "offer");
  ModuleJourney& journey = add_journey(module, "buy", {step_node(), wait_node(kHour)});
  ModuleEnter enter = on(cart);
  enter.key = first_text;
  enter.key_type.kind = ValueKind::text;
  journey.enters = {enter};
  journey.keyed = true;
  journey.re_enter = again;
  journey.re_enter_after_us = 30 * kDay;
  return module;
}

std::string ring(const ModuleClock& clock, std::string_view zone, std::string_view date, int32_t last, std::string_view now) {
  const CadenceInstant next = next_clock(clock, *find_zone(zone), date.empty() ? clock.day : static_cast<int32_t>(day(date)), last, time_of(now));
  return next.due == INT64_MAX ? "never" : format_instant(next.due);
}

}  // namespace

TEST_CASE("a clock rings for the first of its dates behind the last one") {
  ModuleClock every;
  every.weekdays = 1 << 0 | 1 << 3;
  every.time_of_day_us = 9 * kHour;
  CHECK(ring(every, "UTC", "", INT32_MIN, "2026-03-02T08:59") == "2026-03-02T09:00:00Z");
  CHECK(ring(every, "UTC", "", INT32_MIN, "2026-03-02T09:00") == "2026-03-05T09:00:00Z");
  CHECK(ring(every, "UTC", "", static_cast<int32_t>(day("2026-03-02")), "2026-03-02T08:00") == "2026-03-05T09:00:00Z");

  ModuleClock once;
  once.kind = ModuleClock::Kind::once;
  once.day = static_cast<int32_t>(day("2026-11-27"));
  once.time_of_day_us = 9 * kHour;
  CHECK(ring(once, "America/New_York", "", INT32_MIN, "2026-11-27T13:59") == "2026-11-27T14:00:00Z");
  CHECK(ring(once, "America/New_York", "", INT32_MIN, "2026-11-27T14:00") == "never");
  CHECK(ring(once, "America/New_York", "", once.day, "2026-11-27T00:00") == "never");
}

TEST_CASE("an anniversary of 29 February comes on the 28th, and none before the date itself") {
  ModuleClock yearly;
  yearly.kind = ModuleClock::Kind::date;
  yearly.yearly = true;
  CHECK(ring(yearly, "UTC", "2004-02-29", INT32_MIN, "2026-12-01T00:00") == "2027-02-28T00:00:00Z");
  CHECK(ring(yearly, "UTC", "2004-02-29", static_cast<int32_t>(day("2027-02-28")), "2027-02-28T00:00") == "2028-02-29T00:00:00Z");
  CHECK(ring(yearly, "UTC", "2031-05-10", INT32_MIN, "2026-12-01T00:00") == "2031-05-10T00:00:00Z");
  CHECK(ring(yearly, "UTC", "2026-12-31", INT32_MIN, "2026-12-31T12:00") == "2027-12-31T00:00:00Z");
  yearly.yearly = false;
  CHECK(ring(yearly, "UTC", "2004-02-29", INT32_MIN, "2026-12-01T00:00") == "never");
}

TEST_CASE("an entry on a date follows the date") {
  Module module = empty_program("UTC");
  ModuleClock clock;
  clock.kind = ModuleClock::Kind::date;
  clock.date = score_date;
  clock.time_of_day_us = 9 * kHour;
  module.clocks = {clock};
  ModuleJourney& journey = add_journey(module, "renew", {step_node(), wait_node(kHour)});
  journey.enters = {by_clock(0)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  story.identify("2026-03-01T10:00", {}).until("2026-03-10T00:00");
  story.identify("2026-03-10T00:00", {set(score, day("2026-03-12"))});
  story.identify("2026-03-11T00:00", {set(score, day("2026-03-14"))}).until("2026-04-01T00:00");
  CHECK(story.lines_of("enter") == Lines{"2026-03-14T09:00:00Z enter renew"});
  story.identify("2026-04-01T00:00", {set(score, day("2026-04-02"))}).identify("2026-04-01T01:00", {clear(score)}).until("2026-05-01T00:00");
  CHECK(story.lines_of("enter").empty());
}

TEST_CASE("instances stand by key, each once; a key left last is kept out for as long as said") {
  const Module module = with_keys(ModuleJourney::ReEnter::after);
  Story story(module);
  story.happens("2026-03-01T10:00", cart, {"b"}).happens("2026-03-01T10:01", cart, {"a"}).happens("2026-03-01T10:02", cart, {"b"});
  story.until("2026-03-01T12:00").happens("2026-03-01T12:00", cart, {"a"}).happens("2026-03-31T11:01", cart, {"a"});
  CHECK(story.lines_of("enter") == Lines{"2026-03-01T10:00:00Z enter buy[b]", "2026-03-01T10:01:00Z enter buy[a]", "2026-03-31T11:01:00Z enter buy[a]"});
  REQUIRE(story.user().more_or_null()->instances.size() == 1);
}

TEST_CASE("64 keys are remembered, those left last") {
  const Module module = with_keys(ModuleJourney::ReEnter::after);
  Story story(module);
  for (int i = 10; i < 75; ++i) story.happens(i < 40 ? "2026-03-01T10:00" : "2026-03-01T12:00", cart, {"k" + std::to_string(i)});
  story.until("2026-03-02T00:00");
  story.lines();
  story.happens("2026-03-02T10:00", cart, {"k74"}).happens("2026-03-02T10:00", cart, {"k11"});
  CHECK(story.lines().empty());
  CHECK(story.user().more_or_null()->memories.at(0).keys.size() == 64);
  story.happens("2026-03-02T10:00", cart, {"k10"});   // left first: forgotten
  CHECK(story.lines_of("enter").size() == 1);
}

TEST_CASE("past 64 instances an entry is refused, and says so") {
  const Module module = with_keys(ModuleJourney::ReEnter::always);
  Story story(module);
  for (int i = 0; i < 64; ++i) story.happens("2026-03-01T10:00", cart, {"k" + std::to_string(i)});
  CHECK(story.lines_of("enter").size() == 64);
  story.happens("2026-03-01T10:00", cart, {"one more"});
  CHECK(story.lines() == Lines{"2026-03-01T10:00:00Z refused buy[one more]"});
  std::string line;
  Decision refused;
  refused.kind = Decision::Kind::refused;
  refused.subject = refused.journey = 0;
  refused.key = "x";
  refused.reason = Decision::Reason::limit;
  append_json(module, refused, "u1", line);
  CHECK(line == R"({"at":"1970-01-01T00:00:00Z","user":"u1","kind":"refused","journey":"buy","key":"x","reason":"limit"})");
}

TEST_CASE("at most so many of a journey at once") {
  Module module = with_keys(ModuleJourney::ReEnter::always);
  module.journeys[0].at_most = 2;
  Story story(module);
  for (const char* key : {"a", "b", "c"}) story.happens("2026-03-01T10:00", cart, {key});
  CHECK(story.lines_of("enter").size() == 2);
  CHECK(story.lines_of("refused").empty());
}

TEST_CASE("a goal is watched on behind the end, once, and not past its time") {
  Module module = with_keys(ModuleJourney::ReEnter::always);
  module.journeys[0].goal = has_bought;
  module.journeys[0].goal_within_us = kDay;
  Story story(module);
  story.happens("2026-03-01T10:00", cart, {"a"}).happens("2026-03-01T20:00", cart, {"b"}).until("2026-03-02T09:00");
  CHECK(story.user().more_or_null()->watched.size() == 2);
  story.lines();
  story.happens("2026-03-02T10:00", purchase).happens("2026-03-02T11:00", purchase);
  CHECK(story.lines() == Lines{"2026-03-02T10:00:00Z goal buy[b]"});
  CHECK(story.user().more_or_null()->watched.empty());
}

TEST_CASE("64 goals are watched on; past that the one left first is given up") {
  Module module = with_keys(ModuleJourney::ReEnter::always);
  module.journeys[0].nodes[0].next = kNoNode;   // it ends at once
  module.journeys[0].goal = has_bought;
  module.journeys[0].goal_within_us = kDay;
  Story story(module);
  for (int i = 0; i < 65; ++i) story.happens("2026-03-01T10:00", cart, {"k" + std::to_string(i)});
  story.lines();
  story.happens("2026-03-01T11:00", purchase);
  const Lines goals = story.lines();
  REQUIRE(goals.size() == 64);
  CHECK(goals[0] == "2026-03-01T11:00:00Z goal buy[k1]");
}

namespace {
Module waits_until(ModuleNode wait) {
  Module module = empty_program("UTC");
  add_message(module, "offer");
  wait.length_us = kDay;
  wait.other = 3;
  ModuleJourney& journey = add_journey(module, "buy", {step_node(0), wait, step_node(1), step_node(2)});
  journey.nodes[2].next = kNoNode;
  journey.enters = {on(cart)};
  return module;
}
ModuleNode until(ConditionFn condition) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::wait_until;
  node.condition = condition;
  return node;
}
ModuleNode until_date(bool leave_if_past, bool leave_if_unknown) {
  ModuleNode node;
  node.kind = ModuleNode::Kind::wait_until_date;
  node.date = score_date;
  node.leave_if_past = leave_if_past;
  node.leave_if_unknown = leave_if_unknown;
  return node;
}
}  // namespace

TEST_CASE("a wait until a condition ends when it holds, at once if it does, or with its time") {
  const Module module = waits_until(until(is_premium));
  Story later(module);
  later.happens("2026-03-01T10:00", cart).identify("2026-03-01T12:00", {set(plan, 1)});
  CHECK(later.lines_of("step").back() == "2026-03-01T12:00:00Z step buy b");
  Story at_once(module);
  at_once.identify("2026-03-01T09:00", {set(plan, 1)}).happens("2026-03-01T10:00", cart);
  CHECK(at_once.lines_of("step").back() == "2026-03-01T10:00:00Z step buy b");
  Story never(module);
  never.happens("2026-03-01T10:00", cart).until("2026-03-02T10:00");
  CHECK(never.lines_of("step").back() == "2026-03-02T10:00:00Z step buy c");
}

TEST_CASE("a wait until a date that is past or unknown goes on or leaves, as said") {
  const auto last = [](bool leave_if_past, bool leave_if_unknown, std::vector<Change> changes) {
    const Module module = waits_until(until_date(leave_if_past, leave_if_unknown));
    Story story(module);
    story.identify("2026-03-01T00:00", std::move(changes)).happens("2026-03-01T00:00", cart).until("2026-03-03T00:00");
    return story.lines().back();
  };
  CHECK(last(true, true, {set(score, day("2026-03-02"))}) == "2026-03-02T00:00:00Z leave buy finished");
  CHECK(last(true, true, {set(score, day("2026-03-01"))}) == "2026-03-01T00:00:00Z leave buy finished");
  CHECK(last(true, true, {set(score, day("2026-02-28"))}) == "2026-03-01T00:00:00Z leave buy left");
  CHECK(last(false, true, {set(score, day("2026-02-28"))}) == "2026-03-01T00:00:00Z leave buy finished");
  CHECK(last(true, true, {}) == "2026-03-01T00:00:00Z leave buy left");
  CHECK(last(true, false, {}) == "2026-03-01T00:00:00Z leave buy finished");
  CHECK(last(true, true, {set(score, INT64_MAX / 2)}) == "2026-03-01T00:00:00Z step buy a");   // farther than there are years
}

TEST_CASE("a wait that is over as it begins behind a send goes on as a further input") {
  Module module = waits_until(until(is_premium));
  ModuleJourney& journey = module.journeys[0];
  journey.nodes.push_back(send_node(0));
  journey.nodes.back().next = 1;
  journey.nodes[0].next = 4;
  Story story(module);
  story.identify("2026-03-01T09:00", {set(plan, 1), set(email, "a@b"), set(email_opt_in, 1)}).happens("2026-03-01T10:00", cart);
  CHECK(story.lines() == Lines{"2026-03-01T10:00:00Z enter buy", "2026-03-01T10:00:00Z step buy a", "2026-03-01T10:00:00Z message offer email sent",
                               "2026-03-01T10:00:00Z step buy b", "2026-03-01T10:00:00Z leave buy finished"});
}

TEST_CASE("a paused journey holds those inside: what ended meanwhile goes on when that is lifted") {
  Module module = waits_until(for_node(play, kDay, 3));
  ModuleJourney& journey = module.journeys[0];
  Story story(module);
  story.happens("2026-03-01T10:00", cart);
  story.lines();
  journey.paused = true;
  story.happens("2026-03-01T11:00", play).until("2026-03-05T00:00").happens("2026-03-05T00:00", cart);
  CHECK(story.lines().empty());
  journey.paused = false;
  story.happens("2026-03-06T10:00", unsubscribed);
  CHECK(story.lines() == Lines{"2026-03-06T10:00:00Z step buy b", "2026-03-06T10:00:00Z leave buy finished"});

  Story timed_out(module);
  timed_out.happens("2026-03-01T10:00", cart);
  journey.paused = true;
  timed_out.until("2026-03-03T00:00").happens("2026-03-03T00:00", play);
  timed_out.lines();
  journey.paused = false;
  timed_out.happens("2026-03-04T00:00", unsubscribed);
  CHECK(timed_out.lines().front() == "2026-03-04T00:00:00Z step buy c");
}

TEST_CASE("goal and exit leave a paused journey") {
  Module module = waits_until(for_node(play, kDay, 3));
  module.journeys[0].goal = has_bought;
  Story story(module);
  story.happens("2026-03-01T10:00", cart);
  story.lines();
  module.journeys[0].paused = true;
  story.happens("2026-03-01T11:00", purchase);
  CHECK(story.lines() == Lines{"2026-03-01T11:00:00Z leave buy goal"});
}

TEST_CASE("a deferred send of a paused journey waits for the lift, and past its validity is suppressed") {
  Module module = empty_program("UTC");
  add_message(module, "offer").valid_for_us = 20 * kHour;
  module.quiets = {{22 * kHour, 8 * kHour, false, ThenKind::wait, 0}};
  ModuleJourney& journey = add_journey(module, "buy", {step_node(), send_node(0), wait_node(kDay)});
  journey.enters = {on(cart)};
  const auto deferred = [&](Story& story) {
    journey.paused = false;
    story.identify("2026-03-01T22:00", {set(email, "a@b"), set(email_opt_in, 1)}).happens("2026-03-01T23:00", cart);
    CHECK(story.lines().back() == "2026-03-01T23:00:00Z message offer email deferred quiet 2026-03-02T08:00:00Z");
    journey.paused = true;
    story.until("2026-03-02T09:00");
    CHECK(story.lines() == Lines{"2026-03-02T08:00:00Z message offer email deferred paused 2026-03-02T19:00:00Z"});
  };
  Story lifted(module);
  deferred(lifted);
  journey.paused = false;
  lifted.happens("2026-03-02T10:00", unsubscribed, {"sms"});
  CHECK(lifted.lines_of("message").size() == 1);
  Story kept(module);
  deferred(kept);
  kept.until("2026-03-03T00:00");
  CHECK(kept.lines() == Lines{"2026-03-02T19:00:00Z message offer email suppressed paused"});
}
