// An input asks only the conditions that it may have turned, and asks those always. That a user at rest, who is asked everything
// anew, decides the same is held by every story (world.h).
#include <catch2/catch.hpp>

#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

int asked_score = 0, asked_plays = 0, asked_pulse = 0, asked_none = 0, asked_hour = 0;

int32_t has_score(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return ++asked_score, of(record).score > 0; }
int32_t has_played(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx* ctx) {
  const int64_t last = of(record).last_play.at;
  return ++asked_plays, last != WEND_NEVER && last > ctx->now - kHour;
}
int64_t until_an_hour_is_over(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx* ctx) {
  const int64_t last = of(record).last_play.at;
  return last != WEND_NEVER && last + kHour > ctx->now ? last + kHour : WEND_FOREVER;
}
int32_t found_pulse(const uint8_t* record, wend_ctx*, int32_t) { return ++asked_pulse, of(record).score > 0 ? 1 : 0; }
int32_t has_no_score(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return ++asked_none, of(record).score <= 0; }
int32_t is_morning(const uint8_t*, const uint8_t*, const wend_event*, wend_ctx* ctx) { return ++asked_hour, ctx->now < time_of("2026-01-01T12:00"); }
int64_t until_noon(const uint8_t*, const uint8_t*, const wend_event*, wend_ctx* ctx) {
  const int64_t noon = time_of("2026-01-01T12:00");
  return ctx->now < noon ? noon : WEND_FOREVER;
}
int32_t is_active(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).slots[0].current == 1; }

ModuleWatch watch_of(ConditionFn condition, Reads reads, NextFn next = nullptr) {
  ModuleWatch watch;
  watch.condition = condition;
  watch.reads = std::move(reads);
  watch.next = next;
  return watch;
}
Reads reads_attribute(uint32_t attribute) { return {{}, {attribute}, {}, false, false}; }
Reads reads_event(uint32_t event) { return {{event}, {}, {}, false, false}; }
Reads reads_states(uint32_t states) { return {{}, {}, {states}, false, false}; }

int taken(int& counter) { return std::exchange(counter, 0); }

// One user, live throughout.
struct Live {
  explicit Live(const Module& module) : context(*module.zone, module.windows), step(module, context) {}
  void happens(std::string_view at, uint32_t event) { tell(at, event, {}); }
  void scores(std::string_view at, int64_t value) {
    AttributeChange change;
    change.attribute = score;
    change.value.integer = value;
    tell(at, WEND_IDENTIFY, {&change, 1});
  }
  void tell(std::string_view at, uint32_t event, std::span<const AttributeChange> changes) {
    EventInput input;
    input.event.type = event;
    input.event.at = input.arrival = time_of(at);
    wend_slot none[3] = {};
    input.event.slots = none;
    input.attributes = changes;
    input.user = "u1";
    step.handle(user, input, decisions);
  }
  Context context;
  Step step;
  UserState user;
  std::vector<Decision> decisions;
};

}  // namespace

TEST_CASE("a condition is asked at the first input, and then when what it reads is touched") {
  Module module = empty_program();
  module.watches = {watch_of(has_score, reads_attribute(score)), watch_of(has_played, reads_event(play), until_an_hour_is_over)};
  Live live(module);
  asked_score = asked_plays = 0;
  live.happens("2026-01-01T10:00", purchase);
  CHECK(taken(asked_score) == 1);
  CHECK(taken(asked_plays) == 1);
  live.happens("2026-01-01T10:01", purchase);
  CHECK(taken(asked_score) == 0);
  CHECK(taken(asked_plays) == 0);
  live.scores("2026-01-01T10:02", 1);
  CHECK(taken(asked_score) == 1);
  CHECK(taken(asked_plays) == 0);
  live.happens("2026-01-01T10:03", play);
  CHECK(taken(asked_score) == 0);
  CHECK(taken(asked_plays) == 1);
}

TEST_CASE("a condition that time turns is asked at its next change, by whatever input comes then") {
  Module module = empty_program();
  module.watches = {watch_of(has_played, reads_event(play), until_an_hour_is_over)};
  Live live(module);
  live.happens("2026-01-01T10:00", play);
  CHECK(live.step.next_due(live.user) == time_of("2026-01-01T11:00"));
  taken(asked_plays);
  live.happens("2026-01-01T10:59", purchase);
  CHECK(taken(asked_plays) == 0);
  live.step.advance(live.user, time_of("2026-01-01T11:00"), live.decisions);
  CHECK(taken(asked_plays) == 1);
  CHECK(live.step.next_due(live.user) == WEND_FOREVER);
  live.happens("2026-01-01T12:00", purchase);
  CHECK(taken(asked_plays) == 0);
}

TEST_CASE("a block is asked again until it finds what it is, and what reads it when it moves") {
  Module module = empty_program();
  ModuleStates& pulse = add_states(module, "pulse", {"idle", "active"});
  pulse.cadence = ModuleStates::Cadence::continuously;
  pulse.find = found_pulse;
  pulse.reads = reads_attribute(score);
  module.watches = {watch_of(is_active, reads_states(0))};
  add_journey(module, "nudge", {step_node(), wait_node(kDay)}).enters = {when(0)};
  Live live(module);
  live.happens("2026-01-01T10:00", purchase);
  taken(asked_pulse);
  live.happens("2026-01-01T10:01", purchase);
  CHECK(taken(asked_pulse) == 1);   // it has become idle by the input before
  live.happens("2026-01-01T10:02", purchase);
  CHECK(taken(asked_pulse) == 0);
  live.scores("2026-01-01T10:03", 1);
  CHECK(taken(asked_pulse) == 1);
  CHECK(live.step.inside(live.user, 0, -1));
  live.happens("2026-01-01T10:04", purchase);
  CHECK(taken(asked_pulse) == 1);
  live.happens("2026-01-01T10:05", purchase);
  CHECK(taken(asked_pulse) == 0);
}

TEST_CASE("of many conditions each fires by itself, whatever its number") {
  Module module = empty_program();
  for (int i = 0; i < 130; ++i) module.watches.push_back(watch_of(has_played, reads_event(cart)));
  module.watches[129] = watch_of(has_score, reads_attribute(score));
  add_journey(module, "nudge", {step_node(), wait_node(kDay)}).enters = {when(129)};
  Live live(module);
  live.happens("2026-01-01T10:00", purchase);
  CHECK_FALSE(live.step.inside(live.user, 0, -1));
  live.scores("2026-01-01T10:01", 1);
  CHECK(live.step.inside(live.user, 0, -1));
}

TEST_CASE("what a first input does not touch is asked once for all users, until time alone would change it") {
  Module module = empty_program();
  module.watches = {watch_of(has_no_score, reads_attribute(score)), watch_of(is_morning, {{}, {}, {}, false, false}, until_noon)};
  add_journey(module, "nudge", {step_node(), wait_node(kDay)}).enters = {when(0)};
  add_journey(module, "rise", {step_node(), wait_node(kDay)}).enters = {when(1)};
  Live live(module);
  const auto inside = [&](uint32_t journey) { return live.step.inside(live.user, journey, -1); };
  asked_none = asked_hour = 0;
  live.happens("2026-01-01T10:00", purchase);
  CHECK(taken(asked_none) == 1);
  CHECK((inside(0) && inside(1)));
  CHECK(live.step.next_due(live.user) == time_of("2026-01-01T12:00"));
  live.user = UserState();
  live.happens("2026-01-01T10:01", purchase);   // it fires all the same
  CHECK(taken(asked_none) == 0);
  CHECK((inside(0) && inside(1)));
  CHECK(live.step.next_due(live.user) == time_of("2026-01-01T12:00"));
  taken(asked_hour);
  live.step.advance(live.user, time_of("2026-01-01T12:00"), live.decisions);
  CHECK(taken(asked_hour) == 1);
  live.user = UserState();
  live.scores("2026-01-01T10:02", 1);
  CHECK(taken(asked_none) == 1);
  CHECK((!inside(0) && inside(1)));
  live.user = UserState();
  live.scores("2026-01-01T10:03", 0);
  CHECK(taken(asked_none) == 1);
  CHECK((inside(0) && inside(1)));
  live.user = UserState();
  live.happens("2026-01-01T12:30", purchase);
  CHECK(taken(asked_none) == 1);
  CHECK((inside(0) && !inside(1)));
}
