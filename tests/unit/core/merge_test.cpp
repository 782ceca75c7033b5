// Two users who turn out to be one: what journeys, sends and consent keep is joined, and the joined user packs like any other.
#include <catch2/catch.hpp>

#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

// One event of a user who lives in the story's context, beside the story's own.
void tell(Story& story, UserState& user, std::string_view name, std::string_view at, uint32_t event, std::vector<std::string> texts, std::vector<Decision>& out) {
  std::vector<wend_slot> slots(3);
  EventInput input;
  for (size_t i = 0; i < texts.size(); ++i) {
    slots[i].data = texts[i].data();
    slots[i].size = static_cast<int64_t>(texts[i].size());
    if (!texts[i].empty()) input.event.known |= 1ull << i;
  }
  input.event.type = event;
  input.event.at = input.arrival = time_of(at);
  input.event.slots = slots.data();
  input.user = name;
  story.step().handle(user, input, out);
}

void allow(Story& story, UserState& user, std::string_view name, std::string_view at, bool consent, std::vector<Decision>& out) {
  wend_slot address{}, yes{};
  address.data = "a@example.org";
  address.size = 13;
  yes.integer = consent;
  const std::vector<AttributeChange> changes = {{email, true, address}, {email_opt_in, true, yes}};
  EventInput input;
  input.event.type = WEND_IDENTIFY;
  input.event.at = input.arrival = time_of(at);
  input.attributes = changes;
  input.user = name;
  story.step().handle(user, input, out);
}

void merge(Story& story, UserState& user, UserState& other, std::string_view at, std::vector<Decision>& out) {
  EventInput input;
  input.event.type = WEND_IDENTIFY;
  input.event.at = input.arrival = time_of(at);
  input.user = "u";
  story.step().advance(other, time_of(at), out);
  story.step().merge(user, other, input, out);
}

std::vector<std::string> told(const Module& module, const std::vector<Decision>& decisions) {
  std::vector<std::string> lines;
  for (const Decision& decision : decisions) lines.push_back(short_line(module, decision));
  return lines;
}

void packs(Story& story, const UserState& user) {
  std::string bytes, again;
  pack(story.step(), user, bytes);
  UserState back;
  REQUIRE(unpack(story.step(), {reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()}, back));
  pack(story.step(), back, again);
  CHECK(again == bytes);
}

int32_t cart_key(const uint8_t*, const uint8_t*, const wend_event* event, wend_ctx*, wend_slot* out) {
  *out = event->slots[0];
  return 1;
}

}  // namespace

TEST_CASE("of two instances of one key the one entered first stays, of other keys all do") {
  Module module = empty_program();
  ModuleJourney& journey = add_journey(module, "basket", {step_node(), wait_node(kDay)});
  ModuleEnter enter = on(cart);
  enter.key = cart_key;
  enter.key_type.kind = ValueKind::text;
  journey.enters = {enter};
  journey.keyed = true;
  journey.re_enter = ModuleJourney::ReEnter::after;
  journey.re_enter_after_us = kDay;
  Story story(module);
  UserState user, other;
  std::vector<Decision> out;
  tell(story, user, "u", "2026-03-01T10:00", cart, {"c1"}, out);
  tell(story, user, "u", "2026-03-01T10:10", cart, {"c2"}, out);
  tell(story, other, "v", "2026-03-01T10:20", cart, {"c1"}, out);
  tell(story, other, "v", "2026-03-01T10:30", cart, {"c3"}, out);
  out.clear();
  merge(story, user, other, "2026-03-01T11:00", out);
  REQUIRE(out.size() == 1);
  CHECK(out[0].kind == Decision::Kind::leave);
  CHECK(out[0].leave == Decision::Leave::merged);
  REQUIRE(user.more().instances.size() == 3);
  CHECK(user.more().instances[0].entered_at == time_of("2026-03-01T10:00"));
  REQUIRE(user.more().memories.size() == 1);
  CHECK(user.more().memories[0].entries == 4);
  CHECK(user.more().memories[0].keys.size() == 1);
  CHECK(!other.begun());
  packs(story, user);
  out.clear();
  story.step().advance(user, time_of("2026-03-03T00:00"), out);
  CHECK(out.size() == 3);   // each goes on to its end
  tell(story, user, "u", "2026-03-03T00:01", cart, {"c1"}, out);
  CHECK(out.size() == 3);   // its last exit counts for the joined user
}

TEST_CASE("the sends of both count together, and a failure gives a slot back to the joined user") {
  Module module = empty_program();
  add_message(module, "offer");
  ModuleJourney& journey = add_journey(module, "ask", {step_node(), send_node(0)});
  journey.enters = {on(purchase)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  module.caps = {{2, {}, kDay, PaneUnit::day, false, ThenKind::drop, 0}};
  Story story(module);
  UserState user, other;
  std::vector<Decision> out;
  allow(story, user, "u", "2026-03-01T09:00", true, out);
  allow(story, other, "v", "2026-03-01T09:30", true, out);
  tell(story, user, "u", "2026-03-01T10:20", purchase, {"a"}, out);
  tell(story, other, "v", "2026-03-01T10:10", purchase, {"b"}, out);
  merge(story, user, other, "2026-03-01T11:00", out);
  REQUIRE(user.more().sent.size() == 2);
  CHECK(user.more().sent_count == 2);
  CHECK(user.more().sent[0].number == 1);
  CHECK(user.more().sent[1].number == 2);
  CHECK(user.more().sent[0].holds_slot());
  CHECK(user.more().sent[1].holds_slot());
  CHECK(user.more().sent[1].at == time_of("2026-03-01T10:20"));
  packs(story, user);
  const auto outcome = [&](std::string_view at) {
    out.clear();
    tell(story, user, "u", at, purchase, {"c"}, out);
    INFO(told(module, out).back());
    return out.back().outcome;
  };
  CHECK(outcome("2026-03-01T12:00") == Decision::Outcome::suppressed);
  tell(story, user, "u", "2026-03-01T12:30", failed, {"offer"}, out);
  CHECK(user.more().sent.size() == 1);
  CHECK(user.more().sent[0].at == time_of("2026-03-01T10:10"));   // of two it was the latest
  CHECK(outcome("2026-03-01T13:00") == Decision::Outcome::sent);
}

TEST_CASE("a refusal of either refuses for the joined user") {
  Module module = empty_program();
  Story story(module);
  for (const bool first : {false, true}) {
    for (const bool second : {false, true}) {
      UserState user, other;
      std::vector<Decision> out;
      allow(story, user, "u", "2026-03-01T09:00", first, out);
      allow(story, other, "v", "2026-03-01T09:30", second, out);
      merge(story, user, other, "2026-03-01T11:00", out);
      CHECK((of(user.bytes()).email_opt_in != 0) == (first && second));
    }
  }
}
