// What the expectations of a test mean, and how a failure is told.
#include <catch2/catch.hpp>

#include "runtime/hosts/test_host.h"
#include "tests/unit/core/world.h"

using namespace wend;

namespace {

using Expect = HostExpectation;

Module program() {
  Module module = test::empty_program("UTC");
  module.identities = {"email"};
  module.duplicates_within_us = 7 * test::kDay;
  module.late_after_us = test::kHour;
  test::add_states(module, "mood", {"calm", "keen"}).time_of_day_us = 4 * test::kHour;
  test::add_message(module, "hello");
  test::add_journey(module, "greet", {test::step_node(), test::send_node(0), test::wait_node(test::kDay)}).enters = {test::on(test::play)};
  module.journeys[0].re_enter = ModuleJourney::ReEnter::always;
  module.quiets.push_back({22 * test::kHour, 8 * test::kHour, false, ThenKind::wait, 0});
  module.test_conditions = {[](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) -> int32_t { return test::of(record).plays.count >= 2; }};
  return module;
}

HostTestEvent play(std::optional<std::string> at = {}, std::string id = "") {
  HostTestEvent event;
  event.type = test::play;
  event.id = std::move(id);
  if (at) event.at_us = test::time_of(*at);
  return event;
}

Expect message(Expect::Outcome outcome, int64_t times = -1, std::string reason = "", int32_t channel = -1) {
  Expect e;
  e.kind = Expect::Kind::message;
  e.outcome = outcome;
  e.times = times;
  e.reason = std::move(reason);
  e.channel = channel;
  e.source = "hello";
  e.range.line = 12;
  return e;
}
Expect condition() { Expect e; e.source = "plays >= 2"; return e; }
Expect place(bool inside, int32_t step = -1) { Expect e; e.kind = Expect::Kind::place; e.inside = inside; e.step = step; return e; }

using Part = std::variant<HostTestEvent, HostExpectation>;

HostTestBlock at(std::string_view time, std::vector<Part> body) {
  HostTestBlock block;
  block.instants = {{test::time_of(time), false, 0, 0}};
  block.body = std::move(body);
  return block;
}

HostTest story(std::vector<HostTestBlock> blocks, bool consent = true) {
  HostTest test;
  test.name = "a story";
  test.file = "greet.wend";
  test.line = 3;
  test.given = {{test::email_opt_in, {true, consent ? 1 : 0, 0, ""}}};
  test.blocks = std::move(blocks);
  return test;
}

bool holds(std::vector<HostTestBlock> blocks, bool consent = true) {
  const TestOutcome outcome = run_test(program(), story(std::move(blocks), consent));
  REQUIRE(outcome.expectations > 0);
  return outcome.passed();
}

using O = Expect::Outcome;

}  // namespace

TEST_CASE("expectations see the events of their own block, wherever they stand in it") {
  CHECK(holds({at("2026-01-01T10:00", {message(O::sent), play()})}));
  CHECK(!holds({at("2026-01-01T10:00", {message(O::sent)}), at("2026-01-01T10:01", {play()})}));
}

TEST_CASE("blocks run in time order, after counts from the block written above") {
  CHECK(holds({at("2026-01-02T10:00", {message(O::sent, 1)}), at("2026-01-01T10:00", {play()})}));
  HostTestBlock after;
  after.after_us = test::kDay;
  after.body = {place(false)};
  CHECK(holds({at("2026-01-01T10:00", {play(), place(true)}), after}));
  after.after_us = test::kDay - 1;
  after.body = {place(true, 0)};
  CHECK(holds({at("2026-01-01T10:00", {play()}), after}));
}

TEST_CASE("sent, not sent and numbers of times") {
  const HostTestBlock twice = at("2026-01-03T10:00", {play()});
  CHECK(holds({at("2026-01-01T10:00", {play(), message(O::sent, 1), message(O::sent, -1, "", test::by_email)}), twice, at("2026-01-03T10:00", {message(O::sent, 2)})}));
  CHECK(!holds({at("2026-01-01T10:00", {play()}), twice, at("2026-01-03T10:00", {message(O::sent, 1)})}));
  CHECK(!holds({at("2026-01-01T10:00", {play(), message(O::sent, -1, "", test::by_push)})}));
  CHECK(!holds({at("2026-01-01T10:00", {play(), message(O::not_sent)})}));
  CHECK(holds({at("2026-01-01T09:00", {message(O::not_sent)}), at("2026-01-01T10:00", {play()})}));
}

TEST_CASE("deferred is true once a deferral was decided, also when it has been sent since") {
  CHECK(holds({at("2026-01-01T23:00", {play(), message(O::deferred), message(O::not_sent)}), at("2026-01-02T08:00", {message(O::sent), message(O::deferred, 1)})}));
  CHECK(!holds({at("2026-01-02T07:59", {message(O::sent)}), at("2026-01-01T23:00", {play()})}));
}

TEST_CASE("suppressed looks at the reason where one is named") {
  CHECK(holds({at("2026-01-01T10:00", {play(), message(O::suppressed), message(O::suppressed, -1, "consent")})}, false));
  CHECK(!holds({at("2026-01-01T10:00", {play(), message(O::suppressed, -1, "cap")})}, false));
  CHECK(!holds({at("2026-01-01T10:00", {play(), message(O::suppressed)})}));
}

TEST_CASE("content is compared exactly") {
  Expect e = message(O::sent);
  e.content = {{"title", "plays: 1"}};
  CHECK(holds({at("2026-01-01T10:00", {play(), e})}));
  e.content = {{"title", "plays: 2"}};
  const TestOutcome outcome = run_test(program(), story({at("2026-01-01T10:00", {play(), e})}));
  REQUIRE(outcome.failures.size() == 1);
  CHECK(outcome.failures[0].found == "its `title` was \"plays: 1\"");
}

TEST_CASE("conditions hold of the user at that time; before the first event there is nobody") {
  CHECK(holds({at("2026-01-01T10:00", {play(), play(), condition()})}));
  CHECK(!holds({at("2026-01-01T10:00", {play(), condition()})}));
  CHECK(!holds({at("2026-01-01T10:00", {condition()})}));
}

TEST_CASE("an id given twice is a duplicate, and an event may have happened earlier") {
  CHECK(!holds({at("2026-01-01T10:00", {play({}, "m"), play({}, "m"), condition()})}));
  CHECK(holds({at("2026-01-01T10:00", {play({}, "m"), play({}, "n"), condition()})}));
  CHECK(holds({at("2026-01-01T10:00", {play("2026-01-01T02:00"), message(O::not_sent)})}));   // late: it enters nothing
}

TEST_CASE("times in user time are those of the zone the test gives") {
  HostTestBlock block;
  block.instants = {{0, true, days_from_civil(2026, 1, 1), 23 * test::kHour}};
  block.body = {play(), message(O::sent)};
  HostTest test = story({block});
  CHECK(!run_test(program(), test).passed());   // 23:00 UTC is quiet
  test.given.push_back({test::time_zone, {true, 0, 0, "America/New_York"}});
  CHECK(!run_test(program(), test).passed());   // 04:00 UTC too
  test.given.back().value.text = "Asia/Tokyo";
  CHECK(run_test(program(), test).passed());    // 14:00 UTC is not
}

TEST_CASE("a failure tells the expectation's line and the user's timeline around it") {
  std::vector<HostTestBlock> blocks;
  for (const char* time : {"2026-01-01T20:00", "2026-01-02T10:00", "2026-01-02T11:00", "2026-01-02T12:00", "2026-01-02T13:00"}) {
    blocks.push_back(at(time, {play()}));
  }
  Expect e = message(O::sent, 7);
  e.source = "sent hello 7 times";
  blocks.push_back(at("2026-01-02T14:00", {e}));
  const HostTest test = story(blocks);
  CHECK(render_failure(test, run_test(program(), test)) == R"(greet.wend:3: a story
  greet.wend:12: expected `sent hello 7 times`
    but it was so once

  what happened
    2026-01-01 20:00  play
                        mood: calm
                        greet: entered
                        greet: step a
                        hello: sent by email
    2026-01-02 10:00  play, 4 times until 2026-01-02 13:00
  ✗ 2026-01-02 14:00  expected `sent hello 7 times`, it was so once
)");
}
