// Entering and leaving journeys, their runs and waits, late events, chance.
#include <catch2/catch.hpp>

#include <cstring>

#include "runtime/abi/hash.h"
#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

using Lines = std::vector<std::string>;

// An instance: what it remembers of its entry, and what it counts since.
struct Visit {
  uint64_t present;
  uint32_t cart, pad;
  TotalCell purchases;
};
const Visit& visit(const uint8_t* instance) { return *reinterpret_cast<const Visit*>(instance); }

int32_t bought_since_entry(const uint8_t*, const uint8_t* instance, const wend_event*, wend_ctx*) { return visit(instance).purchases.count > 0; }
int32_t has_plays(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).plays.count > 0; }
int32_t has_bought(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).purchases.count > 0; }
int32_t is_premium(const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) { return of(record).plan == 1; }
int32_t same_cart(const uint8_t*, const uint8_t* instance, const wend_event* event, wend_ctx* ctx) {
  const wend_text kept = ctx->pool[visit(instance).cart];
  return (event->known & 1) && std::string_view(kept.data, static_cast<size_t>(kept.size)) ==
                                   std::string_view(event->slots[0].data, static_cast<size_t>(event->slots[0].size));
}

void remember_visit(Module& module, ModuleJourney& journey) {
  journey.instance_bytes = sizeof(Visit);
  journey.instance_presence_words = 1;
  ModuleCell cell;
  cell.kind = CellKind::total;
  cell.offset = offsetof(Visit, purchases);
  journey.cells = {cell};
  journey.entry = {{cart, 0, {offsetof(Visit, cart), 0}, {ValueKind::text, true, {}, {}}}};
  const auto index = static_cast<uint32_t>(&journey - module.journeys.data());
  module.events[purchase].instance_updates.push_back({index, [](uint8_t*, uint8_t* instance, const wend_event*, wend_ctx*) {
                                                        ++reinterpret_cast<Visit*>(instance)->purchases.count;
                                                      }});
}

ModuleNode node_of(ModuleNode::Kind kind, uint32_t next = kNoNode) {
  ModuleNode node;
  node.kind = kind;
  node.next = next;
  return node;
}

ModuleExit exit_when(ConditionFn condition) {
  ModuleExit exit;
  exit.condition = condition;
  return exit;
}

Module waits_thirty_days(bool goal) {
  Module module = empty_program();
  add_message(module, "offer");
  ModuleJourney& journey = add_journey(module, "buy", {step_node(), wait_node(30 * kDay), send_node(0)});
  journey.enters = {on(cart)};
  remember_visit(module, journey);
  if (goal) journey.goal = bought_since_entry;
  journey.exits = {exit_when(bought_since_entry)};
  return module;
}

}  // namespace

TEST_CASE("an exit interrupts a wait at the input that meets it") {
  const Module module = waits_thirty_days(false);
  Story story(module);
  story.happens("2026-03-01T10:00", cart, {"c1"}).happens("2026-03-02T10:00", purchase).until("2026-05-01T00:00");
  CHECK(story.lines() == Lines{"2026-03-01T10:00:00Z enter buy", "2026-03-01T10:00:00Z step buy a", "2026-03-02T10:00:00Z leave buy exit"});
}

TEST_CASE("the goal is asked before the exits") {
  const Module module = waits_thirty_days(true);
  Story story(module);
  story.happens("2026-03-01T10:00", cart).happens("2026-03-02T10:00", purchase);
  CHECK(story.lines_of("leave") == Lines{"2026-03-02T10:00:00Z leave buy goal"});
}

TEST_CASE("a late event leaves, but enters nothing") {
  const Module module = waits_thirty_days(false);
  Story story(module);
  story.happens("2026-03-01T10:00", cart).happens("2026-03-02T12:00", play).happens("2026-03-02T10:00", purchase);
  CHECK(story.lines_of("leave") == Lines{"2026-03-02T12:00:00Z leave buy exit"});
  Story second(module);
  second.happens("2026-03-02T12:00", play).happens("2026-03-02T10:59", cart).happens("2026-03-02T11:00", cart);
  CHECK(second.lines() == Lines{"2026-03-02T12:00:00Z late cart", "2026-03-02T12:00:00Z enter buy", "2026-03-02T12:00:00Z step buy a"});
  Story third(module);
  third.happens("2026-03-02T10:00", cart, {}, "2026-03-02T12:00");   // behind its own arrival
  CHECK(third.lines() == Lines{"2026-03-02T12:00:00Z late cart"});
}

TEST_CASE("since entry counts what is not before it") {
  const Module module = waits_thirty_days(false);
  Story story(module);
  story.happens("2026-03-01T10:00", cart).happens("2026-03-01T09:30", purchase).until("2026-03-30T00:00");
  CHECK(story.lines_of("leave").empty());
}

TEST_CASE("a user for whom goal or exit holds does not enter") {
  Module module = empty_program();
  ModuleJourney& journey = add_journey(module, "buy", {wait_node(kDay)});
  journey.enters = {on(cart)};
  journey.goal = has_bought;
  Story story(module);
  story.happens("2026-03-01T10:00", purchase).happens("2026-03-01T11:00", cart);
  CHECK(story.lines().empty());
}

TEST_CASE("a trigger in an exit bars an entry within its input") {
  Module module = empty_program();
  add_states(module, "pulse", {"idle", "active"}).cadence = ModuleStates::Cadence::continuously;
  ModuleExit exit;
  exit.kind = ModuleExit::Kind::trigger;
  exit.trigger = {StateTrigger::Kind::becomes, 0, 0, 1, 0};
  ModuleWatch watch;
  watch.condition = is_premium;
  module.watches = {watch};
  ModuleJourney& journey = add_journey(module, "nudge", {wait_node(kDay)});
  journey.enters = {when(0), on(cart)};
  journey.exits = {exit};
  Story story(module);
  story.identify("2026-03-01T10:00", {set(plan, 1), set(score, 1)});
  CHECK(story.lines_of("enter").empty());
  story.happens("2026-03-01T10:01", cart);
  CHECK(story.lines_of("enter").size() == 1);
  story.identify("2026-03-01T10:02", {set(score, 0)}).identify("2026-03-01T10:03", {set(score, 1)});
  CHECK(story.lines_of("leave") == Lines{"2026-03-01T10:03:00Z leave nudge exit"});
}

TEST_CASE("an exit tells when time alone will make it hold") {
  Module module = empty_program();
  ModuleJourney& journey = add_journey(module, "nudge", {wait_node(kDay)});
  journey.enters = {on(cart)};
  journey.goal = [](const uint8_t*, const uint8_t*, const wend_event*, wend_ctx* ctx) -> int32_t { return ctx->now >= 1'772'400'000'000'000; };
  journey.goal_next = [](const uint8_t*, const uint8_t*, const wend_event*, wend_ctx* ctx) -> int64_t {
    return ctx->now < 1'772'400'000'000'000 ? 1'772'400'000'000'000 : WEND_FOREVER;
  };
  Story story(module);
  story.happens("2026-03-01T10:00", cart).until("2026-04-01T00:00");
  CHECK(story.lines_of("leave") == Lines{"2026-03-01T21:20:00Z leave nudge goal"});
}

TEST_CASE("only if and re-entry") {
  Module module = empty_program();
  ModuleJourney& journey = add_journey(module, "nudge", {wait_node(kHour)});
  journey.enters = {on(cart)};
  journey.only_if = has_plays;
  const auto tell = [&] {
    Story story(module);
    story.happens("2026-03-01T09:00", cart).happens("2026-03-01T09:30", play);
    story.happens("2026-03-01T10:00", cart).happens("2026-03-01T10:30", cart).happens("2026-03-01T12:00", cart);
    story.happens("2026-03-02T10:59:59", cart).happens("2026-03-02T11:00", cart).until("2026-03-02T12:00");
    return story.lines_of("enter");
  };
  CHECK(tell() == Lines{"2026-03-01T10:00:00Z enter nudge"});
  journey.re_enter = ModuleJourney::ReEnter::after;
  journey.re_enter_after_us = kDay;   // left at 11:00
  CHECK(tell() == Lines{"2026-03-01T10:00:00Z enter nudge", "2026-03-02T11:00:00Z enter nudge"});
  journey.re_enter = ModuleJourney::ReEnter::always;
  CHECK(tell() == Lines{"2026-03-01T10:00:00Z enter nudge", "2026-03-01T12:00:00Z enter nudge", "2026-03-02T10:59:59Z enter nudge"});
  journey.closed = true;
  CHECK(tell().empty());
}

TEST_CASE("entry asks the event's own condition") {
  Module module = empty_program();
  add_journey(module, "nudge", {}).enters = {on(cart, [](const uint8_t*, const uint8_t*, const wend_event* event, wend_ctx*) -> int32_t {
    return (event->known & 1) && event->slots[0].size == 2;
  })};
  Story story(module);
  story.happens("2026-03-01T09:00", cart, {"c"}).happens("2026-03-01T09:01", cart, {"c2"});
  CHECK(story.lines() == Lines{"2026-03-01T09:01:00Z enter nudge", "2026-03-01T09:01:00Z leave nudge finished"});
}

TEST_CASE("an event at the deadline of a wait comes behind it") {
  Module module = empty_program();
  ModuleJourney& journey = add_journey(module, "wait", {step_node(0), for_node(play, 2 * kDay, 3), node_of(ModuleNode::Kind::finish),
                                                        step_node(1), wait_node(kDay)});
  journey.enters = {on(cart)};
  Story story(module);
  story.happens("2026-03-01T10:00", cart).happens("2026-03-03T10:00", play);
  CHECK(story.lines().back() == "2026-03-03T10:00:00Z step wait b");
  Story second(module);
  second.happens("2026-03-01T10:00", cart).happens("2026-03-03T09:59:59.999999", play);
  CHECK(second.lines().back() == "2026-03-03T09:59:59.999999Z leave wait finished");
}

TEST_CASE("a late event resumes a wait that began before it happened") {
  Module module = empty_program();
  add_journey(module, "wait", {for_node(play, 2 * kDay, kNoNode), step_node(0), wait_node(kDay)}).enters = {on(cart)};
  Story story(module);
  story.happens("2026-03-01T10:00", cart).happens("2026-03-01T15:00", purchase).happens("2026-03-01T10:00", play);
  CHECK(story.lines_of("step").empty());
  story.happens("2026-03-01T10:00:01", play);
  CHECK(story.lines_of("step") == Lines{"2026-03-01T15:00:00Z step wait a"});
}

TEST_CASE("a wait compares the event with the entry") {
  Module module = empty_program();
  ModuleJourney& journey = add_journey(module, "carts", {step_node(0), for_node(purchase, kHour, 3, same_cart), node_of(ModuleNode::Kind::leave),
                                                         node_of(ModuleNode::Kind::finish)});
  journey.enters = {on(cart)};
  remember_visit(module, journey);
  Story story(module);
  story.happens("2026-03-01T10:00", cart, {"a"}).happens("2026-03-01T10:10", purchase, {"b"}).happens("2026-03-01T10:20", purchase, {"a"});
  CHECK(story.lines_of("leave") == Lines{"2026-03-01T10:20:00Z leave carts left"});
}

TEST_CASE("waits until a time, by the user's clock") {
  Module module = empty_program();
  add_journey(module, "morning", {until_node(8 * kHour, true, 1 << 4)}).enters = {on(cart)};
  Story story(module);
  story.identify("2026-03-01T00:00", {set(time_zone, "Asia/Tokyo")}).happens("2026-03-06T03:00", cart).until("2026-04-01T00:00");
  CHECK(story.lines_of("leave") == Lines{"2026-03-12T23:00:00Z leave morning finished"});
}

TEST_CASE("a wait keeps the instant it was given") {
  Module module = empty_program();
  add_journey(module, "morning", {until_node(9 * kHour, true)}).enters = {on(cart)};
  Story story(module);
  story.identify("2026-03-01T00:00", {set(time_zone, "America/New_York")}).happens("2026-03-07T17:00", cart);
  story.identify("2026-03-07T18:00", {set(time_zone, "Asia/Tokyo")}).until("2026-03-10T00:00");
  CHECK(story.lines_of("leave") == Lines{"2026-03-08T13:00:00Z leave morning finished"});
}

TEST_CASE("two days are 48 hours over a change of clocks") {
  Module module = empty_program();
  add_journey(module, "wait", {wait_node(2 * kDay)}).enters = {on(cart)};
  Story story(module);
  story.happens("2026-03-28T10:00", cart).until("2026-04-01T00:00");
  CHECK(story.lines_of("leave") == Lines{"2026-03-30T10:00:00Z leave wait finished"});
}

TEST_CASE("steps, branches and jumps") {
  Module module = empty_program();
  ModuleNode branch = node_of(ModuleNode::Kind::branch, 2);
  branch.other = 4;
  branch.condition = is_premium;
  add_journey(module, "walk", {step_node(0), branch, step_node(1), node_of(ModuleNode::Kind::go, 4), step_node(2),
                               node_of(ModuleNode::Kind::leave)}).enters = {on(cart)};
  Story story(module);
  story.identify("2026-03-01T00:00", {set(plan, 1)}).happens("2026-03-01T10:00", cart);
  CHECK(story.lines() == Lines{"2026-03-01T10:00:00Z enter walk", "2026-03-01T10:00:00Z step walk a", "2026-03-01T10:00:00Z step walk b",
                               "2026-03-01T10:00:00Z step walk c", "2026-03-01T10:00:00Z leave walk left"});
}

TEST_CASE("a run without end leaves") {
  Module module = empty_program();
  add_journey(module, "spin", {node_of(ModuleNode::Kind::go, 0)}).enters = {on(cart)};
  Story story(module);
  story.happens("2026-03-01T10:00", cart);
  CHECK(story.lines() == Lines{"2026-03-01T10:00:00Z enter spin", "2026-03-01T10:00:00Z leave spin left"});
}

TEST_CASE("a wait that is over at once goes on at the same instant, and never for ever") {
  Module module = empty_program();
  add_journey(module, "quick", {step_node(0), wait_node(0), step_node(1)}).enters = {on(cart)};
  Story story(module);
  story.happens("2026-03-01T10:00", cart);
  CHECK(story.lines().back() == "2026-03-01T10:00:00Z leave quick finished");
  Module endless = empty_program();
  ModuleNode again = wait_node(0);
  again.next = 0;
  add_journey(endless, "endless", {again}).enters = {on(cart)};
  Story second(endless);
  second.happens("2026-03-01T10:00", cart);
  CHECK(second.step().next_due(second.user()) > time_of("2026-03-01T10:00"));
}

TEST_CASE("a user is in a bounded number of journeys") {
  Module module = empty_program();
  for (int i = 0; i < 70; ++i) {
    add_journey(module, "j" + std::to_string(100 + i), {wait_node(kHour)}).enters = {on(cart)};
  }
  Story story(module);
  story.happens("2026-03-01T10:00", cart);
  CHECK(story.lines_of("enter").size() == 64);
  CHECK(story.step().inside(story.user(), 63, -1));
  CHECK_FALSE(story.step().inside(story.user(), 64, -1));
}

TEST_CASE("timers of one instant are one input: states first, then exits, then waits") {
  Module module = empty_program();
  add_states(module, "pulse", {"idle", "active"}).time_of_day_us = 4 * kHour;
  ModuleExit exit;
  exit.kind = ModuleExit::Kind::trigger;
  exit.trigger = {StateTrigger::Kind::becomes, 0, 0, 1, 0};
  add_message(module, "offer");
  ModuleJourney& journey = add_journey(module, "nudge", {step_node(), until_node(4 * kHour), send_node(0)});
  journey.enters = {on(cart)};
  journey.exits = {exit};
  Story story(module);
  story.happens("2026-03-01T10:00", cart).identify("2026-03-01T11:00", {set(score, 1)}).until("2026-03-03T00:00");
  story.decisions.erase(story.decisions.begin(), story.decisions.begin() + 3);
  CHECK(story.lines() == Lines{"2026-03-02T03:00:00Z state pulse idle active", "2026-03-02T03:00:00Z leave nudge exit"});
}

namespace {
Module with_experiment() {
  Module module = empty_program();
  ModuleExperiment experiment;
  experiment.name = experiment.hashed = "depth";
  experiment.variants = {"gentle", "steep"};
  experiment.shares = {{{0, 500'000}, 0}, {{500'000, 1'000'000}, 1}};
  module.experiments = {experiment};
  module.hold_outs = {{20'000, {promotional}}};
  ModuleNode choose = node_of(ModuleNode::Kind::experiment);
  choose.other = 3;
  choose.arms = {1, 2};
  ModuleJourney& journey = add_journey(module, "offer", {choose, step_node(0), step_node(1), step_node(2)});
  for (ModuleNode& node : journey.nodes) node.next = kNoNode;
  journey.enters = {on(cart)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  return module;
}
}  // namespace

TEST_CASE("an arm is the published bucket's, exposure is written once") {
  Module module = with_experiment();
  Story story(module);
  for (const char* at : {"2026-03-01T10:00", "2026-03-01T11:00", "2026-03-01T12:00"}) story.happens(at, cart);
  const bool gentle = chance_bucket("depth", "", "u1") < 500'000;
  const Lines lines = story.lines();
  CHECK(lines[1] == std::string("2026-03-01T10:00:00Z exposure ") + (gentle ? "gentle" : "steep"));
  CHECK(std::count_if(lines.begin(), lines.end(), [](const std::string& line) { return line.find("exposure") != std::string::npos; }) == 1);
  CHECK(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) {
          return line.find(gentle ? "step offer a" : "step offer b") != std::string::npos;
        }) == 3);
}

TEST_CASE("a held-out user takes an arm and is not exposed") {
  Module module = with_experiment();
  Story story(module);
  story.held_out(true);
  story.happens("2026-03-01T10:00", cart);
  CHECK(story.lines_of("exposure").empty());
}

TEST_CASE("outside the layer or the audience stands otherwise; a pinned variant holds") {
  Module module = with_experiment();
  module.experiments[0].layer = "crm";
  const int64_t share = chance_bucket("crm", "", "u1");
  module.experiments[0].layer_from = share + 1;
  const auto step = [&] {
    Story story(module);
    story.happens("2026-03-01T10:00", cart);
    return story.lines_of("step").at(0).back();
  };
  CHECK(step() == 'c');
  module.experiments[0].layer_from = share;
  CHECK(step() != 'c');
  module.experiments[0].audience = is_premium;
  CHECK(step() == 'c');
  for (uint32_t variant : {0u, 1u}) {
    Story story(module);
    story.pin(0, variant);
    story.happens("2026-03-01T10:00", cart);
    CHECK(story.lines_of("step").at(0).back() == (variant ? 'b' : 'a'));
  }
}
