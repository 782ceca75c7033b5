// States by cadence and continuously, settling, triggers, conditions that turn, baselines.
#include <catch2/catch.hpp>

#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

using Lines = std::vector<std::string>;

// Active while a play is at most an hour old.
int32_t active_for_an_hour(const uint8_t* record, wend_ctx* ctx, int32_t) {
  const int64_t last = of(record).last_play.at;
  return last != WEND_NEVER && last > ctx->now - kHour ? 0 : 1;
}
int64_t until_an_hour_is_over(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx* ctx) {
  const int64_t last = of(record).last_play.at;
  return last != WEND_NEVER && last + kHour > ctx->now ? last + kHour : WEND_FOREVER;
}
int64_t every_quarter(const uint8_t*, const uint8_t*, const wend_event*, wend_ctx* ctx) {
  return (floor_div(ctx->now, 15 * kMinute) + 1) * 15 * kMinute;
}
int32_t has_score(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).score > 0; }
int32_t is_premium(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).plan == 1; }

std::string due(Story& story) {
  const int64_t next = story.step().next_due(story.user());
  return next == WEND_FOREVER ? "never" : format_instant(next);
}

Module with_pulse(ModuleStates::Cadence cadence) {
  Module module = empty_program();
  ModuleStates& states = add_states(module, "pulse", {"idle", "active", "hot"});
  states.cadence = cadence;
  states.time_of_day_us = 4 * kHour;
  return module;
}

ModuleWatch edge(ConditionFn condition, NextFn next = nullptr) {
  ModuleWatch watch;
  watch.condition = condition;
  watch.next = next;
  return watch;
}

}  // namespace

TEST_CASE("the first input evaluates, then the cadence does, strictly behind first sight") {
  const Module module = with_pulse(ModuleStates::Cadence::daily);
  Story story(module);
  story.identify("2026-01-02T03:00", {set(score, 1)}).identify("2026-01-02T12:00", {set(score, 2)});
  CHECK(story.lines() == Lines{"2026-01-02T03:00:00Z state pulse - active"});
  CHECK(due(story) == "2026-01-03T03:00:00Z");
  story.until("2026-01-05T00:00");
  CHECK(story.lines() == Lines{"2026-01-03T03:00:00Z state pulse active hot"});
}

TEST_CASE("a cadence comes before an event of the same instant") {
  const Module module = with_pulse(ModuleStates::Cadence::daily);
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 1)}).identify("2026-01-02T03:00", {set(score, 2)});
  CHECK(story.lines().size() == 1);
  story.until("2026-01-03T03:00");
  CHECK(story.lines() == Lines{"2026-01-03T03:00:00Z state pulse active hot"});
}

TEST_CASE("hourly, weekly and monthly cadences wake at their instants") {
  Module hourly = with_pulse(ModuleStates::Cadence::hourly);
  Story first(hourly);
  first.identify("2026-01-02T03:20", {});
  CHECK(due(first) == "2026-01-02T04:00:00Z");
  Module weekly = with_pulse(ModuleStates::Cadence::weekly);
  weekly.states[0].weekday = 0;
  Story second(weekly);
  second.identify("2026-01-02T03:20", {}).until("2026-01-05T03:00");
  CHECK(due(second) == "2026-01-12T03:00:00Z");
  Module monthly = with_pulse(ModuleStates::Cadence::monthly);
  monthly.states[0].day = 30;
  Story third(monthly);
  third.identify("2026-01-30T03:20", {});
  CHECK(due(third) == "2026-02-28T03:00:00Z");
}

TEST_CASE("user time follows the user, each local date once") {
  Module module = with_pulse(ModuleStates::Cadence::daily);
  module.states[0].user_time = true;
  Story story(module);
  story.identify("2026-03-04T12:00", {set(time_zone, "America/New_York")}).until("2026-03-05T10:00");
  CHECK(due(story) == "2026-03-06T09:00:00Z");
  story.identify("2026-03-05T15:00", {set(time_zone, "Asia/Tokyo")});
  CHECK(due(story) == "2026-03-05T19:00:00Z");   // the 6th has begun there, 04:00 is still ahead
  story.until("2026-03-05T19:00").identify("2026-03-05T19:30", {set(time_zone, "America/New_York")});
  CHECK(due(story) == "2026-03-07T09:00:00Z");   // the 6th was evaluated already
  story.identify("2026-03-05T20:00", {clear(time_zone)});
  CHECK(due(story) == "2026-03-07T03:00:00Z");   // the project's zone
  story.identify("2026-03-05T20:00", {set(time_zone, "No/Such_Place")});
  CHECK(due(story) == "2026-03-07T03:00:00Z");
}

TEST_CASE("a new state settles when found often enough in a row") {
  Module module = with_pulse(ModuleStates::Cadence::daily);
  module.states[0].settle = 2;
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 1)}).identify("2026-01-01T13:00", {set(score, 2)});
  story.until("2026-01-02T03:00").identify("2026-01-02T12:00", {set(score, 0)}).until("2026-01-03T03:00");
  CHECK(story.lines() == Lines{"2026-01-01T12:00:00Z state pulse - active"});
  story.until("2026-01-04T03:00");
  CHECK(story.lines() == Lines{"2026-01-04T03:00:00Z state pulse active idle"});
}

TEST_CASE("time alone counts for settling only where it finds another state") {
  Module module = with_pulse(ModuleStates::Cadence::continuously);
  module.states[0].find = active_for_an_hour;
  module.states[0].next = until_an_hour_is_over;
  module.states[0].settle = 2;
  module.watches = {edge(has_score, every_quarter)};   // wakes that say nothing new
  Story story(module);
  story.happens("2026-01-01T12:00", play).until("2026-01-01T14:00").happens("2026-01-01T14:05", purchase);
  CHECK(story.lines() == Lines{"2026-01-01T12:00:00Z state pulse - idle", "2026-01-01T14:05:00Z state pulse idle active"});
}

TEST_CASE("a continuous block changes at the instant its window closes") {
  Module module = with_pulse(ModuleStates::Cadence::continuously);
  module.states[0].find = active_for_an_hour;
  module.states[0].next = until_an_hour_is_over;
  module.states[0].names = {"active", "idle"};
  StateTrigger becomes{StateTrigger::Kind::becomes, 0, 0, 1, 0};
  add_journey(module, "nudge", {step_node(), wait_node(kHour)}).enters = {when(becomes)};
  Story story(module);
  story.happens("2026-01-01T12:00", play);
  CHECK(due(story) == "2026-01-01T13:00:00Z");
  story.until("2026-01-02T00:00");
  CHECK(story.lines() == Lines{"2026-01-01T12:00:00Z state pulse - active", "2026-01-01T13:00:00Z state pulse active idle",
                               "2026-01-01T13:00:00Z enter nudge", "2026-01-01T13:00:00Z step nudge a",
                               "2026-01-01T14:00:00Z leave nudge finished"});
}

TEST_CASE("blocks are evaluated in the order of what they read") {
  Module module = with_pulse(ModuleStates::Cadence::continuously);
  add_states(module, "zeal", {"low", "high"}).cadence = ModuleStates::Cadence::continuously;
  module.states_order = {1, 0};
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 1)});
  CHECK(story.lines() == Lines{"2026-01-01T12:00:00Z state zeal - high", "2026-01-01T12:00:00Z state pulse - active"});
}

TEST_CASE("each trigger fires on its moves, the first evaluation only becomes") {
  using Kind = StateTrigger::Kind;
  Module module = with_pulse(ModuleStates::Cadence::continuously);
  const auto journey = [&](const char* name, Kind kind, uint32_t from, uint32_t to) {
    ModuleJourney& made = add_journey(module, name, {});
    made.enters = {when(StateTrigger{kind, 0, from, to, 0})};
    made.re_enter = ModuleJourney::ReEnter::always;
  };
  journey("becomes", Kind::becomes, 0, 1);
  journey("changes", Kind::changes, 0, 0);
  journey("drops", Kind::drops, 0, 0);
  journey("leaves", Kind::leaves, 0, 0);
  journey("moves", Kind::moves, 0, 1);
  journey("rises", Kind::rises, 0, 0);
  Story story(module);
  const auto entered = [&] {
    std::string names;
    for (const std::string& line : story.lines_of("enter")) names += line.substr(line.rfind(' '));
    return names;
  };
  story.identify("2026-01-01T12:00", {set(score, 1)});
  CHECK(entered() == " becomes");
  story.identify("2026-01-01T12:01", {set(score, 0)});
  CHECK(entered() == " changes rises");
  story.identify("2026-01-01T12:02", {set(score, 1)});
  CHECK(entered() == " becomes changes drops leaves moves");
  story.identify("2026-01-01T12:03", {set(score, 1)});
  CHECK(entered() == "");
  story.identify("2026-01-01T12:04", {set(score, 2)});
  CHECK(entered() == " changes drops");
}

TEST_CASE("stays fires once, at exactly its length, unless the state was left") {
  Module module = with_pulse(ModuleStates::Cadence::continuously);
  ModuleJourney& journey = add_journey(module, "nudge", {});
  journey.enters = {when(StateTrigger{StateTrigger::Kind::stays, 0, 1, 0, 7 * kDay})};
  journey.re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 1)});
  CHECK(due(story) == "2026-01-08T12:00:00Z");
  story.identify("2026-01-08T12:00", {set(score, 0)}).until("2026-02-01T00:00");
  CHECK(story.lines_of("enter") == Lines{"2026-01-08T12:00:00Z enter nudge"});
  story.identify("2026-02-01T12:00", {set(score, 1)}).identify("2026-02-08T11:59", {set(score, 0)});
  story.identify("2026-02-08T12:00", {set(score, 1)}).until("2026-02-09T00:00");
  CHECK(story.lines_of("enter").empty());
}

TEST_CASE("stays looks at the state behind the evaluations of its instant") {
  Module module = with_pulse(ModuleStates::Cadence::daily);
  add_journey(module, "nudge", {}).enters = {when(StateTrigger{StateTrigger::Kind::stays, 0, 1, 0, kDay})};
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 0)}).identify("2026-01-01T13:00", {set(score, 1)}).until("2026-01-02T03:00");
  story.identify("2026-01-02T12:00", {set(score, 0)}).until("2026-01-05T00:00");
  CHECK(story.lines_of("enter").empty());   // taken 01-02T03:00, left by the cadence of 01-03T03:00
}

TEST_CASE("a condition fires when it turns true, and the edge is used up") {
  Module module = empty_program();
  module.watches = {edge(has_score)};
  ModuleJourney& journey = add_journey(module, "nudge", {});
  journey.enters = {when(0)};
  journey.only_if = is_premium;
  journey.re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 1)}).identify("2026-01-01T12:01", {set(plan, 1)});
  CHECK(story.lines().empty());
  story.identify("2026-01-01T12:02", {set(score, 0)}).identify("2026-01-01T12:03", {set(score, 1)});
  CHECK(story.lines_of("enter") == Lines{"2026-01-01T12:03:00Z enter nudge"});
}

TEST_CASE("a condition that already holds fires at the first input") {
  Module module = empty_program();
  module.watches = {edge(has_score)};
  add_journey(module, "nudge", {}).enters = {when(0)};
  Story story(module);
  story.identify("2026-01-01T12:00", {set(score, 1)});
  CHECK(story.lines_of("enter").size() == 1);
}

TEST_CASE("changes compares with the input before; unknown is a value") {
  Module module = empty_program();
  ModuleWatch watch;
  watch.kind = ModuleWatch::Kind::change;
  watch.type.kind = ValueKind::text;
  watch.value = [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx* ctx, wend_slot* out) -> int32_t {
    if (of(record).last_artist.at == WEND_NEVER) return 0;
    const wend_text text = ctx->pool[of(record).last_artist.value];
    out->data = text.data;
    out->size = text.size;
    return 1;
  };
  module.watches = {watch};
  ModuleJourney& journey = add_journey(module, "nudge", {});
  journey.enters = {when(0)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  story.happens("2026-01-01T12:00", cart).happens("2026-01-01T12:01", play, {"abba"}).happens("2026-01-01T12:02", play, {"abba"});
  story.happens("2026-01-01T12:03", play, {"blur"}).happens("2026-01-01T12:04", cart);
  CHECK(story.lines_of("enter") == Lines{"2026-01-01T12:01:00Z enter nudge", "2026-01-01T12:03:00Z enter nudge"});
  Story second(module);
  second.happens("2026-01-01T12:00", play, {"abba"});
  CHECK(second.lines().empty());
}

TEST_CASE("a baseline is sampled on Mondays, from a whole window after first sight") {
  Module module = empty_program();
  ModuleBaseline baseline;
  baseline.cell = offsetof(Record, usual);
  baseline.weeks = 3;
  baseline.calendar = true;
  baseline.count = 7;
  baseline.value = [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
    out->number = static_cast<double>(of(record).plays.count);
    return of(record).plays.count != 2;   // unknown: no sample
  };
  module.baselines = {baseline};
  Story story(module);
  story.happens("2026-01-01T10:00", play);   // a Thursday
  CHECK(due(story) == "2026-01-11T23:00:00Z");
  story.until("2026-01-12T00:00").happens("2026-01-12T10:00", play).until("2026-01-19T00:00");
  const auto& cell = of(story.user().bytes()).usual;
  CHECK(cell.samples == 1);
  story.happens("2026-01-19T10:00", play).until("2026-01-26T00:00");
  CHECK(cell.samples == 2);
  CHECK(cell.mean == 2.0);       // w = 1/2: 1 + (3 - 1)/2
  CHECK(cell.variance == 1.0);   // (1 - w)(0 + w * 4)
  CHECK(due(story) == "2026-02-01T23:00:00Z");
}
