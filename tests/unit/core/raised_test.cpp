// What bounds and refuses: depth, the number raised by one input, values that wait, `set` that would give. What signals and
// statements mean is told by tests/stories/signals and tests/stories/raised.
#include <catch2/catch.hpp>

#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

using Lines = std::vector<std::string>;

// An event `name` raised by a signal; gives its number.
uint32_t add_signal(Module& module, std::string name, uint32_t from, ModuleSignal::Follow follow = ModuleSignal::Follow::none) {
  ModuleEvent event;
  event.name = event.source_name = name;
  event.signal = true;
  module.events.push_back(event);
  ModuleSignal signal;
  signal.name = std::move(name);
  signal.event = static_cast<uint32_t>(module.events.size() - 1);
  signal.from = from;
  signal.follow = follow;
  signal.by = purchase;
  signal.within_us = kHour;
  module.signals.push_back(signal);
  return signal.event;
}

ModuleNode effect(ModuleNode::Kind kind, uint32_t target, std::vector<ValueFn> arguments) {
  ModuleNode node;
  node.kind = kind;
  node.target = target;
  node.arguments = std::move(arguments);
  return node;
}

int32_t yes(const uint8_t*, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) {
  out->integer = 1;
  return 1;
}
int32_t no(const uint8_t*, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) {
  out->integer = 0;
  return 1;
}
int32_t another(const uint8_t*, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) {
  out->data = "b";
  out->size = 1;
  return 1;
}

}  // namespace

TEST_CASE("what is raised goes eight deep, and what is deeper is counted") {
  Module module = empty_program();
  uint32_t from = play;
  for (int i = 1; i <= 10; ++i) from = add_signal(module, "s" + std::to_string(i), from);
  Story story(module);
  story.happens("2026-01-01T10:00", play);
  const Lines lines = story.lines();
  REQUIRE(lines.size() == 8);
  CHECK(lines.front() == "2026-01-01T10:00:00Z signal s1");
  CHECK(lines.back() == "2026-01-01T10:00:00Z signal s8");
  CHECK(story.step().context().raised_dropped == 1);
}

TEST_CASE("one input raises at most 256") {
  Module module = empty_program();
  for (int i = 0; i < 20; ++i) {
    const uint32_t first = add_signal(module, "a" + std::to_string(i), play);
    for (int k = 0; k < 20; ++k) add_signal(module, "b" + std::to_string(i) + "_" + std::to_string(k), first);
  }
  Story story(module);
  story.happens("2026-01-01T10:00", play);
  CHECK(story.lines().size() == 256);
  CHECK(story.step().context().raised_dropped == 20 + 400 - 256);
}

TEST_CASE("first raised first, all before what they raise") {
  Module module = empty_program();
  const uint32_t a = add_signal(module, "a", play);
  add_signal(module, "aa", a);
  add_signal(module, "b", play);
  Story story(module);
  story.happens("2026-01-01T10:00", play);
  CHECK(story.lines() == Lines{"2026-01-01T10:00:00Z signal a", "2026-01-01T10:00:00Z signal b", "2026-01-01T10:00:00Z signal aa"});
}

TEST_CASE("values that wait are kept by their key, and the oldest goes") {
  Module module = empty_program();
  add_signal(module, "left", cart, ModuleSignal::Follow::not_followed);
  module.signals[0].key_from = module.signals[0].key_by = 0;
  module.signals[0].up_to = 2;
  module.signals[0].carries = {0};
  module.events.back().properties = module.events[cart].properties;
  Story story(module);
  story.happens("2026-01-01T10:00", cart, {"a"}).happens("2026-01-01T10:01", cart, {"b"}).happens("2026-01-01T10:02", cart, {"c"});
  CHECK(story.step().context().open_dropped == 1);
  story.happens("2026-01-01T10:03", cart, {""});   // an unknown value waits for nothing
  story.happens("2026-01-01T10:04", purchase, {"c"}).until("2026-01-01T12:00");
  REQUIRE(story.decisions.size() == 1);
  CHECK(story.decisions[0].values[0].text == "b");
  CHECK(story.lines() == Lines{"2026-01-01T11:01:00Z signal left"});
}

TEST_CASE("a deadline that has passed when its event is handled is due at once") {
  Module module = empty_program();
  add_signal(module, "left", cart, ModuleSignal::Follow::not_followed);
  module.signals[0].within_us = 10 * kMinute;
  Story story(module);
  story.happens("2026-01-01T10:00", play).happens("2026-01-01T09:30", cart, {"a"});
  CHECK(story.lines() == Lines{"2026-01-01T10:00:00Z signal left"});
}

TEST_CASE("set gives neither consent nor an address") {
  Module module = empty_program();
  add_journey(module, "gives", {step_node(), effect(ModuleNode::Kind::set, email_opt_in, {yes}), effect(ModuleNode::Kind::set, push_token, {another}), wait_node(kDay)}).enters = {on(cart)};
  add_journey(module, "takes", {step_node(), effect(ModuleNode::Kind::set, email_opt_in, {no}), effect(ModuleNode::Kind::set, push_token, {nullptr}), wait_node(kDay)}).enters = {on(purchase)};
  Story story(module);
  story.identify("2026-01-01T10:00", {set(push_token, "a")}).happens("2026-01-01T11:00", cart);
  CHECK(story.lines_of("set").empty());
  CHECK(story.step().context().sets_refused == 2);
  story.identify("2026-01-01T12:00", {set(email_opt_in, 1)}).happens("2026-01-01T13:00", purchase);
  CHECK(story.lines_of("set").size() == 2);
  CHECK(story.step().context().sets_refused == 2);
}

TEST_CASE("lines of what is raised, set and called") {
  Module module = empty_program();
  add_signal(module, "left", cart);
  module.signals[0].carries = {0};
  module.events.back().properties = module.events[cart].properties;
  module.hooks = {{"crm", module.events[cart].properties}};
  ModuleNode call = effect(ModuleNode::Kind::call, 0, {another});
  call.site = 1;
  add_journey(module, "tells", {step_node(), effect(ModuleNode::Kind::set, email_opt_in, {no}), call, wait_node(kDay)}).enters = {on(cart)};
  Story story(module);
  story.happens("2026-01-01T10:00", cart, {"c1"});
  std::vector<std::string> lines;
  for (const Decision& decision : story.decisions) append_json(module, decision, "u1", lines.emplace_back());
  REQUIRE(lines.size() == 5);
  CHECK(lines[2] == R"({"at":"2026-01-01T10:00:00Z","user":"u1","kind":"set","attribute":"email_opt_in","to":false,"journey":"tells","key":null,"step":"a"})");
  const std::string id = story.decisions[3].id;
  CHECK(id.size() == 32);
  CHECK(lines[3] == R"({"at":"2026-01-01T10:00:00Z","user":"u1","kind":"call","hook":"crm","journey":"tells","key":null,"step":"a","id":")" + id + R"(","with":{"cart":"b"}})");
  CHECK(lines[4] == R"({"at":"2026-01-01T10:00:00Z","user":"u1","kind":"signal","signal":"left","properties":{"cart":"c1"}})");
}
