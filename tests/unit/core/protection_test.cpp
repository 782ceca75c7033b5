// What each rule of protection does to a send, deferrals, the floor, and the order of messages.
#include <catch2/catch.hpp>

#include <array>

#include "runtime/abi/hash.h"
#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {

using Lines = std::vector<std::string>;

// `send m0 by email` on every cart.
Module sends_on_cart(std::vector<uint32_t> channels = {by_email}) {
  Module module = empty_program();
  add_message(module, "m0");
  ModuleJourney& journey = add_journey(module, "mail", {step_node(), send_node(0, std::move(channels))});
  journey.enters = {on(cart)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  return module;
}

Story& reachable(Story& story, std::string_view at = "2026-01-01T00:00") {
  return story.identify(at, {set(email, "a@example.org"), set(email_opt_in, 1), set(push_token, "t"), set(push_opt_in, 1)});
}

ModuleCap cap(int64_t count, int64_t within, ModuleSubject subject = {}) {
  ModuleCap rule;
  rule.count = count;
  rule.within_us = within;
  rule.subject = subject;
  return rule;
}

ModuleQuiet at_night(bool user_time = true) { return {22 * kHour, 8 * kHour, user_time, ThenKind::wait, 0}; }

Lines messages(const Module& module, std::initializer_list<const char*> carts, std::string_view until) {
  Story story(module);
  reachable(story);
  for (const char* at : carts) story.happens(at, cart);
  return story.until(until).lines_of("message");
}

}  // namespace

TEST_CASE("a message that may go is sent at once, with its content and its id") {
  const Module module = sends_on_cart();
  Story story(module);
  reachable(story).happens("2026-01-02T00:00", play).happens("2026-01-02T10:00", cart);
  const Decision sent = story.decisions.back();
  CHECK(story.lines() == Lines{"2026-01-02T10:00:00Z enter mail", "2026-01-02T10:00:00Z step mail a",
                               "2026-01-02T10:00:00Z leave mail finished", "2026-01-02T10:00:00Z message m0 email sent"});
  CHECK(sent.content == Lines{"plays: 1", ""});
  CHECK(sent.content_known == std::vector<bool>{true, false});
  const std::array<uint8_t, 32> key{};
  CHECK(sent.id == message_id(std::span<const uint8_t, 32>(key), {"tidal_wave", "u1", "mail", "", "1", "a/1", "1", "1"}));
}

TEST_CASE("ids count entries, sends and legs") {
  Module module = empty_program();
  add_message(module, "m0");
  ModuleNode both = send_node(0, {by_email, by_push});
  both.all_channels = true;
  ModuleJourney& journey = add_journey(module, "mail", {step_node(), send_node(0), both});
  journey.enters = {on(cart)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  reachable(story).happens("2026-01-02T00:00", cart).happens("2026-01-02T10:00", cart);
  const std::array<uint8_t, 32> key{};
  CHECK(story.decisions.back().id == message_id(std::span<const uint8_t, 32>(key), {"tidal_wave", "u1", "mail", "", "2", "a/2", "2", "2"}));
}

TEST_CASE("consent, then address, of each channel in order") {
  Module module = sends_on_cart({by_email, by_push});
  const auto outcome = [&](std::vector<Change> changes) {
    Story story(module);
    story.identify("2026-01-01T00:00", std::move(changes)).happens("2026-01-02T10:00", cart);
    return story.lines_of("message").at(0).substr(29);
  };
  CHECK(outcome({set(email, "a"), set(email_opt_in, 1), set(push_token, "t"), set(push_opt_in, 1)}) == "m0 email sent");
  CHECK(outcome({set(email, "a"), set(push_token, "t"), set(push_opt_in, 1)}) == "m0 push sent");
  CHECK(outcome({set(email_opt_in, 1), set(push_token, "t"), set(push_opt_in, 1)}) == "m0 push sent");
  CHECK(outcome({set(email_opt_in, 1), set(push_token, "t")}) == "m0 email suppressed unreachable");
  CHECK(outcome({set(push_opt_in, 1)}) == "m0 email suppressed consent");
  module.channels[by_email].consent_except = {promotional};
  CHECK(outcome({set(email, "a")}) == "m0 email sent");
  module.channels[by_email].consent_except = {};
  module.channels[by_email].consent_negated = true;
  CHECK(outcome({set(email, "a")}) == "m0 email sent");
  CHECK(outcome({set(email, "a"), set(email_opt_in, 1)}) == "m0 email suppressed consent");
}

TEST_CASE("a hold-out comes first, and spares an exempt category") {
  Module module = sends_on_cart();
  module.hold_outs = {{20'000, {promotional, transactional}}};
  Story story(module);
  story.held_out(true);
  story.happens("2026-01-02T10:00", cart);   // no consent either
  CHECK(story.lines_of("message") == Lines{"2026-01-02T10:00:00Z message m0 email suppressed holdout"});
  module.messages[0].category = transactional;
  Story second(module);
  second.held_out(true);
  reachable(second).happens("2026-01-02T10:00", cart);
  CHECK(second.lines_of("message") == Lines{"2026-01-02T10:00:00Z message m0 email sent"});
}

TEST_CASE("two messages an hour apart do not pass one a day") {
  Module module = sends_on_cart();
  module.caps = {cap(1, kDay)};
  CHECK(messages(module, {"2026-01-02T22:00", "2026-01-02T23:00", "2026-01-03T21:59:59.999999", "2026-01-03T22:00"}, "2026-01-04T00:00") ==
        Lines{"2026-01-02T22:00:00Z message m0 email sent", "2026-01-02T23:00:00Z message m0 email suppressed cap",
              "2026-01-03T21:59:59.999999Z message m0 email suppressed cap", "2026-01-03T22:00:00Z message m0 email sent"});
}

TEST_CASE("a calendar cap opens with its unit, by whose clock it says") {
  Module module = sends_on_cart();
  module.caps = {cap(1, 0)};
  CHECK(messages(module, {"2026-01-02T22:00", "2026-01-02T22:59", "2026-01-02T23:00"}, "2026-01-04T00:00") ==
        Lines{"2026-01-02T22:00:00Z message m0 email sent", "2026-01-02T22:59:00Z message m0 email suppressed cap",
              "2026-01-02T23:00:00Z message m0 email sent"});
  module.caps[0].user_time = true;
  Story story(module);
  reachable(story).identify("2026-01-01T01:00", {set(time_zone, "Asia/Tokyo")});
  story.happens("2026-01-02T14:00", cart).happens("2026-01-02T15:00", cart).happens("2026-01-02T23:00", cart);
  CHECK(story.lines_of("message") == Lines{"2026-01-02T14:00:00Z message m0 email sent", "2026-01-02T15:00:00Z message m0 email sent",
                                           "2026-01-02T23:00:00Z message m0 email suppressed cap"});
}

TEST_CASE("a cap that waits opens when enough stamps have left") {
  Module module = sends_on_cart();
  module.caps = {cap(2, 10 * kHour)};
  module.caps[0].then = ThenKind::wait;
  CHECK(messages(module, {"2026-01-02T00:00", "2026-01-02T01:00", "2026-01-02T02:00"}, "2026-01-04T00:00") ==
        Lines{"2026-01-02T00:00:00Z message m0 email sent", "2026-01-02T01:00:00Z message m0 email sent",
              "2026-01-02T02:00:00Z message m0 email deferred cap 2026-01-02T10:00:00Z", "2026-01-02T10:00:00Z message m0 email sent"});
  module.messages[0].valid_for_us = 8 * kHour;   // the deferral would end with the validity
  CHECK(messages(module, {"2026-01-02T00:00", "2026-01-02T01:00", "2026-01-02T02:00"}, "2026-01-04T00:00").back() ==
        "2026-01-02T02:00:00Z message m0 email suppressed cap");
}

TEST_CASE("caps count what they name") {
  Module module = sends_on_cart({by_push});
  module.caps = {cap(1, kDay, {ModuleSubject::Kind::channel, by_email}), cap(1, kDay, {ModuleSubject::Kind::category, service}),
                 cap(1, kDay, {ModuleSubject::Kind::message, 0})};
  CHECK(messages(module, {"2026-01-02T00:00"}, "2026-01-03T00:00").back() == "2026-01-02T00:00:00Z message m0 push sent");
  CHECK(messages(module, {"2026-01-02T00:00", "2026-01-02T01:00"}, "2026-01-03T00:00").back() ==
        "2026-01-02T01:00:00Z message m0 push suppressed cap");
  module.caps.pop_back();
  CHECK(messages(module, {"2026-01-02T00:00", "2026-01-02T01:00"}, "2026-01-03T00:00").back() == "2026-01-02T01:00:00Z message m0 push sent");
}

TEST_CASE("a gap defers until it is over") {
  Module module = sends_on_cart();
  module.gaps = {{4 * kHour, ThenKind::wait, 0}};
  CHECK(messages(module, {"2026-01-02T00:00", "2026-01-02T01:00", "2026-01-02T02:00"}, "2026-01-04T00:00") ==
        Lines{"2026-01-02T00:00:00Z message m0 email sent", "2026-01-02T01:00:00Z message m0 email deferred gap 2026-01-02T04:00:00Z",
              "2026-01-02T04:00:00Z message m0 email sent"});
  // The second cart entered, the third found the user inside: the instance stood still until its send was decided.
}

TEST_CASE("quiet hours by the user's clock; a user without a zone has the project's") {
  Module module = empty_program();
  add_message(module, "m0").valid_for_us = 12 * kHour;
  add_journey(module, "mail", {step_node(), send_node(0), wait_node(kDay)}).enters = {on(cart)};
  module.quiets = {at_night()};
  Story story(module);
  reachable(story).happens("2026-01-15T22:30", cart).until("2026-02-01T00:00");
  CHECK(story.lines() == Lines{"2026-01-15T22:30:00Z enter mail", "2026-01-15T22:30:00Z step mail a",
                               "2026-01-15T22:30:00Z message m0 email deferred quiet 2026-01-16T07:00:00Z",
                               "2026-01-16T07:00:00Z message m0 email sent", "2026-01-17T07:00:00Z leave mail finished"});
  Story tokyo(module);
  reachable(tokyo).identify("2026-01-01T01:00", {set(time_zone, "Asia/Tokyo")}).happens("2026-01-15T22:30", cart).until("2026-02-01T00:00");
  CHECK(tokyo.lines_of("message") == Lines{"2026-01-15T22:30:00Z message m0 email deferred quiet 2026-01-15T23:00:00Z",
                                           "2026-01-15T23:00:00Z message m0 email sent"});
}

TEST_CASE("what cannot go out in time is suppressed at once") {
  Module module = sends_on_cart();
  module.messages[0].valid_for_us = 6 * kHour;
  module.quiets = {at_night()};
  CHECK(messages(module, {"2026-01-15T22:00"}, "2026-01-17T00:00") == Lines{"2026-01-15T22:00:00Z message m0 email suppressed quiet"});
}

TEST_CASE("a deferral ends with all rules again") {
  Module module = sends_on_cart();
  module.quiets = {at_night()};
  module.gaps = {{2 * kHour, ThenKind::wait, 0}};
  module.caps = {cap(2, kDay)};
  add_message(module, "m1", service);
  add_journey(module, "other", {step_node(), send_node(1)}).enters = {on(purchase)};
  module.journeys[1].re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  reachable(story).happens("2026-01-15T22:30", cart).happens("2026-01-16T07:00", purchase).until("2026-01-16T08:00");
  CHECK(story.lines_of("message") == Lines{"2026-01-15T22:30:00Z message m0 email deferred quiet 2026-01-16T07:00:00Z",
                                           "2026-01-16T07:00:00Z message m0 email sent",
                                           "2026-01-16T07:00:00Z message m1 email deferred gap 2026-01-16T09:00:00Z"});
  Story chain(module);
  reachable(chain).happens("2026-01-15T20:30", purchase).happens("2026-01-15T22:00", cart).until("2026-01-16T07:00");
  chain.identify("2026-01-16T07:00", {set(email_opt_in, 0)}).until("2026-01-18T00:00");
  CHECK(chain.lines_of("message") == Lines{"2026-01-15T20:30:00Z message m1 email sent",
                                           "2026-01-15T22:00:00Z message m0 email deferred quiet 2026-01-16T07:00:00Z",
                                           "2026-01-16T07:00:00Z message m0 email sent"});
  Story withdrawn(module);
  reachable(withdrawn).happens("2026-01-15T22:00", cart).identify("2026-01-16T06:00", {set(email_opt_in, 0)}).until("2026-01-18T00:00");
  CHECK(withdrawn.lines_of("message").back() == "2026-01-16T07:00:00Z message m0 email suppressed consent");
}

TEST_CASE("a deferred send is withdrawn when its instance leaves, before it is due at that instant") {
  Module module = sends_on_cart();
  module.quiets = {at_night()};
  module.journeys[0].goal = [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) -> int32_t { return of(record).score > 0; };
  Story story(module);
  reachable(story).happens("2026-01-15T22:30", cart).identify("2026-01-16T01:00", {set(score, 1)}).until("2026-01-18T00:00");
  CHECK(story.lines() == Lines{"2026-01-15T22:30:00Z enter mail", "2026-01-15T22:30:00Z step mail a",
                               "2026-01-15T22:30:00Z message m0 email deferred quiet 2026-01-16T07:00:00Z",
                               "2026-01-16T01:00:00Z leave mail goal", "2026-01-16T01:00:00Z message m0 email suppressed left"});
}

TEST_CASE("a suppressed send never stops a journey") {
  Module module = empty_program();
  add_message(module, "m0");
  add_journey(module, "mail", {step_node(), send_node(0), wait_node(kDay), send_node(0)}).enters = {on(cart)};
  Story story(module);
  story.happens("2026-01-02T10:00", cart).until("2026-01-05T00:00");
  CHECK(story.lines() == Lines{"2026-01-02T10:00:00Z enter mail", "2026-01-02T10:00:00Z step mail a",
                               "2026-01-02T10:00:00Z message m0 email suppressed consent", "2026-01-03T10:00:00Z leave mail finished",
                               "2026-01-03T10:00:00Z message m0 email suppressed consent"});
}

TEST_CASE("never and expiry") {
  Module module = sends_on_cart();
  module.nevers = {{{ModuleSubject::Kind::category, promotional},
                    [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) -> int32_t { return of(record).plan == 1; }}};
  Story story(module);
  reachable(story).identify("2026-01-01T12:00", {set(plan, 1)}).happens("2026-01-02T10:00", cart);
  CHECK(story.lines_of("message") == Lines{"2026-01-02T10:00:00Z message m0 email suppressed never"});
  module.nevers.clear();
  module.messages[0].valid_for_us = 0;
  CHECK(messages(module, {"2026-01-02T10:00"}, "2026-01-03T00:00") == Lines{"2026-01-02T10:00:00Z message m0 email suppressed expired"});
}

TEST_CASE("an exempt category passes quiet hours, gap and caps, and fills none of them") {
  Module module = sends_on_cart();
  module.quiets = {at_night()};
  module.gaps = {{4 * kHour, ThenKind::wait, 0}};
  module.caps = {cap(1, kDay)};
  add_message(module, "receipt", transactional);
  ModuleJourney& journey = add_journey(module, "pay", {step_node(), send_node(1)});
  journey.enters = {on(purchase)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  Story story(module);
  reachable(story).happens("2026-01-15T22:00", purchase).happens("2026-01-16T07:00", purchase).happens("2026-01-16T07:00", cart);
  story.happens("2026-01-16T07:01", purchase);
  CHECK(story.lines_of("message") == Lines{"2026-01-15T22:00:00Z message receipt email sent", "2026-01-16T07:00:00Z message receipt email sent",
                                           "2026-01-16T07:00:00Z message m0 email sent", "2026-01-16T07:01:00Z message receipt email sent"});
}

TEST_CASE("the sends of an input go by category, priority, journey") {
  Module module = empty_program();
  add_message(module, "offer", promotional);
  add_message(module, "care", service);
  add_journey(module, "a_offer", {step_node(), send_node(0)}).enters = {on(purchase)};
  add_journey(module, "b_offer", {step_node(), send_node(0), send_node(1)}).enters = {on(purchase)};
  add_journey(module, "z_care", {step_node(), send_node(1)}).enters = {on(purchase)};
  module.journeys[1].priority = 5;
  Story story(module);
  reachable(story).happens("2026-01-15T12:00", purchase);
  Lines order;
  for (const Decision& line : story.decisions) {
    if (line.kind == Decision::Kind::message) order.push_back(module.journeys[static_cast<size_t>(line.journey)].name + " " + module.messages[static_cast<size_t>(line.subject)].name);
  }
  CHECK(order == Lines{"b_offer care", "z_care care", "b_offer offer", "a_offer offer"});
  module.caps = {cap(1, kDay)};
  module.journeys.erase(module.journeys.begin() + 1);
  Story capped(module);
  reachable(capped).happens("2026-01-15T12:00", purchase);
  CHECK(capped.lines_of("message") == Lines{"2026-01-15T12:00:00Z message care email sent", "2026-01-15T12:00:00Z message offer email suppressed cap"});
}

TEST_CASE("a cheaper message is tried once, by all rules") {
  Module module = sends_on_cart();
  module.caps = {cap(1, kDay, {ModuleSubject::Kind::channel, by_email})};
  module.caps[0].then = ThenKind::send;
  module.caps[0].message = 1;
  add_message(module, "note");
  module.messages[1].contents.erase(module.messages[1].contents.begin());   // by push only
  CHECK(messages(module, {"2026-01-15T12:00", "2026-01-15T12:01"}, "2026-01-16T00:00") ==
        Lines{"2026-01-15T12:00:00Z message m0 email sent", "2026-01-15T12:01:00Z message m0 email suppressed cap",
              "2026-01-15T12:01:00Z message note push sent"});
  module.caps[0].subject = {};   // the note is a message too
  CHECK(messages(module, {"2026-01-15T12:00", "2026-01-15T12:01"}, "2026-01-16T00:00").back() ==
        "2026-01-15T12:01:00Z message note push suppressed cap");
  module.caps.clear();
  module.gaps = {{kHour, ThenKind::send, 1}, {2 * kHour, ThenKind::wait, 0}};
  const Lines lines = messages(module, {"2026-01-15T12:00", "2026-01-15T12:01", "2026-01-15T13:30"}, "2026-01-16T00:00");
  CHECK(lines == Lines{"2026-01-15T12:00:00Z message m0 email sent", "2026-01-15T12:01:00Z message m0 email suppressed gap",
                       "2026-01-15T12:01:00Z message note push suppressed gap",
                       "2026-01-15T13:30:00Z message m0 email deferred gap 2026-01-15T14:00:00Z", "2026-01-15T14:00:00Z message m0 email sent"});
}

TEST_CASE("a message sent instead can be deferred, and belongs to the instance") {
  Module module = empty_program();
  add_message(module, "m0");
  add_message(module, "note");
  ModuleNode both = send_node(0, {by_email, by_push});
  both.all_channels = true;
  ModuleJourney& journey = add_journey(module, "mail", {step_node(), both});
  journey.enters = {on(cart)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  journey.exits.resize(1);
  journey.exits[0].condition = [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*) -> int32_t { return of(record).score > 0; };
  module.gaps = {{kHour, ThenKind::wait, 0}};
  module.caps = {cap(1, kDay, {ModuleSubject::Kind::channel, by_push})};
  module.caps[0].then = ThenKind::send;
  module.caps[0].message = 1;
  const Lines lines = messages(module, {"2026-01-15T12:00", "2026-01-15T14:00"}, "2026-01-16T00:00");
  CHECK(Lines(lines.begin() + 2, lines.end()) ==
        Lines{"2026-01-15T14:00:00Z message m0 email sent", "2026-01-15T14:00:00Z message m0 push suppressed cap",
              "2026-01-15T14:00:00Z message note email deferred gap 2026-01-15T15:00:00Z", "2026-01-15T15:00:00Z message note email sent"});
  Story story(module);
  reachable(story).happens("2026-01-15T12:00", cart).happens("2026-01-15T14:00", cart);
  const std::array<uint8_t, 32> key{};
  CHECK(story.decisions.back().id == message_id(std::span<const uint8_t, 32>(key), {"tidal_wave", "u1", "mail", "", "2", "a/1", "1", "2", "instead"}));
  story.lines();
  story.identify("2026-01-15T14:30", {set(score, 1)}).until("2026-01-16T00:00");
  CHECK(story.lines() == Lines{"2026-01-15T14:30:00Z leave mail exit", "2026-01-15T14:30:00Z message note email suppressed left"});
}

TEST_CASE("two legs are one message, and one each for their channels") {
  Module module = empty_program();
  add_message(module, "m0");
  ModuleNode both = send_node(0, {by_email, by_push});
  both.all_channels = true;
  ModuleJourney& journey = add_journey(module, "mail", {step_node(), both});
  journey.enters = {on(cart)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  module.caps = {cap(2, kDay), cap(2, kDay, {ModuleSubject::Kind::category, promotional}), cap(1, kDay, {ModuleSubject::Kind::channel, by_push})};
  module.gaps = {{kHour, ThenKind::drop, 0}};
  CHECK(messages(module, {"2026-01-15T12:00", "2026-01-15T14:00", "2026-01-15T16:00"}, "2026-01-16T00:00") ==
        Lines{"2026-01-15T12:00:00Z message m0 email sent", "2026-01-15T12:00:00Z message m0 push sent",
              "2026-01-15T14:00:00Z message m0 email sent", "2026-01-15T14:00:00Z message m0 push suppressed cap",
              "2026-01-15T16:00:00Z message m0 email suppressed cap", "2026-01-15T16:00:00Z message m0 push suppressed cap"});
}

TEST_CASE("a leg deferred by its channel needs no slot when the other went") {
  Module module = empty_program();
  add_message(module, "m0");
  ModuleNode both = send_node(0, {by_email, by_push});
  both.all_channels = true;
  ModuleJourney& journey = add_journey(module, "mail", {step_node(), both});
  journey.enters = {on(cart)};
  journey.re_enter = ModuleJourney::ReEnter::always;
  ModuleCap push_cap = cap(1, 10 * kHour, {ModuleSubject::Kind::channel, by_push});
  push_cap.then = ThenKind::wait;
  module.caps = {push_cap, cap(2, kDay)};
  CHECK(messages(module, {"2026-01-15T10:00", "2026-01-15T12:00"}, "2026-01-16T00:00") ==
        Lines{"2026-01-15T10:00:00Z message m0 email sent", "2026-01-15T10:00:00Z message m0 push sent",
              "2026-01-15T12:00:00Z message m0 email sent", "2026-01-15T12:00:00Z message m0 push deferred cap 2026-01-15T20:00:00Z",
              "2026-01-15T20:00:00Z message m0 push sent"});
}

TEST_CASE("parameters keep the value they had when the send was reached") {
  Module module = empty_program();
  ModuleMessage& message = add_message(module, "m0");
  message.parameters = {{"cart", {ValueKind::text, true, {}, {}}}, {"score", {ValueKind::integer, false, {}, {}}}};
  const RenderFn shown = [](const uint8_t*, wend_ctx* ctx, std::string* out) {
    if (ctx->parameters_known & 1) out->assign(ctx->parameters[0].data, static_cast<size_t>(ctx->parameters[0].size));
    *out += "/" + std::to_string(ctx->parameters[1].integer);
  };
  message.contents = {{by_email, {shown, nullptr}}};
  ModuleNode send = send_node(0);
  send.arguments = {[](const uint8_t*, const uint8_t*, const wend_event* event, wend_ctx*, wend_slot* out) -> int32_t {
                      *out = event->slots[0];
                      return static_cast<int32_t>(event->known & 1);
                    },
                    [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
                      out->integer = of(record).score;
                      return 1;
                    }};
  add_journey(module, "mail", {step_node(), send}).enters = {on(cart)};
  module.quiets = {at_night()};
  Story story(module);
  reachable(story).happens("2026-01-15T22:30", cart, {"c1"}).identify("2026-01-16T01:00", {set(score, 9)}).until("2026-01-16T12:00");
  CHECK(story.decisions.back().content.at(0) == "c1/0");
  Story at_once(module);
  reachable(at_once).identify("2026-01-16T01:00", {set(score, 9)}).happens("2026-01-16T12:30", cart, {"a cart of some length"});
  CHECK(at_once.decisions.back().content.at(0) == "a cart of some length/9");
}

TEST_CASE("the floor") {
  Module module = sends_on_cart();
  module.floors = {{"listeners", 60 * kDay, 1, false, false, {}}};
  add_message(module, "mix");
  Story story(module);
  reachable(story).happens("2026-02-01T00:00", cart).until("2026-09-01T00:00");
  CHECK(story.lines_of("message") == Lines{"2026-02-01T00:00:00Z message m0 email sent", "2026-04-02T00:00:00Z message mix email sent",
                                           "2026-06-01T00:00:00Z message mix email sent", "2026-07-31T00:00:00Z message mix email sent"});
  Story moved(module);   // a message of that instant moves it
  reachable(moved).happens("2026-03-02T00:00", cart).until("2026-03-03T00:00");
  CHECK(moved.lines_of("message").size() == 2);   // the floor's timer comes before the event
  Story silent(module);
  silent.identify("2026-01-01T00:00", {}).until("2026-05-01T00:00");
  const std::array<uint8_t, 32> key{};
  CHECK(silent.decisions.at(0).id == message_id(std::span<const uint8_t, 32>(key), {"tidal_wave", "floor", "listeners", "u1", "2026-03-02T00:00:00Z", "1"}));
  CHECK(silent.lines() == Lines{"2026-03-02T00:00:00Z message mix email suppressed consent", "2026-05-01T00:00:00Z message mix email suppressed consent"});
}

TEST_CASE("a send of the floor's own instant moves it") {
  Module module = empty_program();
  add_message(module, "m0");
  add_message(module, "mix");
  module.floors = {{"listeners", kDay, 1, false, false, {by_push}}};
  add_journey(module, "mail", {step_node(), wait_node(kDay), send_node(0)}).enters = {on(cart)};
  Story story(module);
  reachable(story).happens("2026-01-01T00:00", cart).until("2026-01-03T00:00");
  CHECK(story.lines_of("message") == Lines{"2026-01-02T00:00:00Z message m0 email sent", "2026-01-03T00:00:00Z message mix push sent"});
}

TEST_CASE("a floor's message can be deferred") {
  Module module = sends_on_cart();
  add_message(module, "mix");
  module.floors = {{"listeners", kDay, 1, false, false, {}}};
  module.quiets = {at_night()};
  Story story(module);
  reachable(story, "2026-01-01T23:00").until("2026-01-03T12:00");
  CHECK(story.lines_of("message") == Lines{"2026-01-02T23:00:00Z message mix email deferred quiet 2026-01-03T07:00:00Z",
                                           "2026-01-03T07:00:00Z message mix email sent"});
}

TEST_CASE("deferred sends are bounded") {
  Module module = empty_program();
  add_message(module, "m0");
  std::vector<ModuleNode> nodes{step_node()};
  for (int i = 0; i < 70; ++i) nodes.push_back(send_node(0));
  add_journey(module, "mail", nodes).enters = {on(cart)};
  module.quiets = {at_night()};
  const Lines lines = messages(module, {"2026-01-15T22:30"}, "2026-01-15T23:00");
  CHECK(lines.size() == 70);
  CHECK(lines[63] == "2026-01-15T22:30:00Z message m0 email deferred quiet 2026-01-16T07:00:00Z");
  CHECK(lines[64] == "2026-01-15T22:30:00Z message m0 email suppressed limit");
}

TEST_CASE("unsubscribing takes consent away, of one channel or of all") {
  const Module module = sends_on_cart({by_email, by_push});
  const auto then_sent = [&](std::string channel) {
    Story story(module);
    reachable(story).happens("2026-01-02T00:00", unsubscribed, {std::move(channel)}).happens("2026-01-02T10:00", cart);
    return story.lines_of("message").at(0).substr(29);
  };
  CHECK(then_sent("email") == "m0 push sent");
  CHECK(then_sent("push") == "m0 email sent");
  CHECK(then_sent("") == "m0 email suppressed consent");
  CHECK(then_sent("fax") == "m0 email suppressed consent");
}

TEST_CASE("messages sent elsewhere fill caps, gap and floor") {
  Module module = sends_on_cart();
  module.caps = {cap(1, kDay, {ModuleSubject::Kind::category, promotional})};
  const auto then_sent = [&](std::vector<std::string> texts) {
    Story story(module);
    reachable(story).happens("2026-01-02T00:00", external_send, std::move(texts)).happens("2026-01-02T10:00", cart);
    return story.lines_of("message").at(0).substr(29);
  };
  CHECK(then_sent({"email", "promotional"}) == "m0 email suppressed cap");
  CHECK(then_sent({"push", "", "m0"}) == "m0 email suppressed cap");
  CHECK(then_sent({"push", "service"}) == "m0 email sent");
  module.caps.clear();
  module.gaps = {{kDay, ThenKind::drop, 0}};
  CHECK(then_sent({"push"}) == "m0 email suppressed gap");
  CHECK(then_sent({"push", "transactional"}) == "m0 email sent");
}

TEST_CASE("a failure told by the message's id gives back that message's slot, once, and only while it is among the latest") {
  Module module = sends_on_cart();
  module.caps = {cap(2, 7 * kDay)};
  Story story(module);
  reachable(story).happens("2026-01-02T10:00", cart).happens("2026-01-02T11:00", cart);
  const std::string second = story.decisions.back().id;
  story.happens("2026-01-02T12:00", failed, {"m0", "email", second}).happens("2026-01-02T12:30", failed, {"m0", "email", second});
  story.happens("2026-01-02T13:00", cart);
  const std::string third = story.decisions.back().id;
  story.happens("2026-01-02T14:00", cart);
  CHECK(story.lines_of("message") == Lines{"2026-01-02T10:00:00Z message m0 email sent", "2026-01-02T11:00:00Z message m0 email sent",
                                           "2026-01-02T13:00:00Z message m0 email sent", "2026-01-02T14:00:00Z message m0 email suppressed cap"});
  for (int i = 0; i < 16; ++i) story.happens("2026-01-02T15:00", external_send, {"fax", "transactional", ""});
  story.happens("2026-01-02T16:00", failed, {"m0", "email", third}).happens("2026-01-02T17:00", failed, {"m0", "email", ""});
  story.happens("2026-01-02T18:00", cart);
  CHECK(story.lines_of("message") == Lines{"2026-01-02T18:00:00Z message m0 email suppressed cap"});
}

TEST_CASE("an id that is none gives nothing back") {
  Module module = sends_on_cart();
  module.caps = {cap(1, 7 * kDay)};
  Story story(module);
  reachable(story).happens("2026-01-02T10:00", cart);
  for (const char* id : {"x", "0000000000000000000000000000000", "0000000000000000000000000000000G", "00000000000000000000000000000000"}) {
    story.happens("2026-01-02T11:00", failed, {"m0", "email", id});
  }
  story.happens("2026-01-02T13:00", cart);
  CHECK(story.lines_of("message").back() == "2026-01-02T13:00:00Z message m0 email suppressed cap");
}

TEST_CASE("the best channel looks at ninety days") {
  Module module = sends_on_cart({by_email, by_push});
  module.journeys[0].nodes[1].best_channel = true;
  Story story(module);
  reachable(story).happens("2026-01-02T10:00", cart).happens("2026-01-02T11:00", cart).happens("2026-01-02T12:00", cart);
  story.happens("2026-01-02T12:30", opened, {"", "", story.decisions.back().id});
  story.happens("2026-01-02T13:00", cart).happens("2026-04-02T13:00", cart);
  CHECK(story.lines_of("message") == Lines{"2026-01-02T10:00:00Z message m0 email sent", "2026-01-02T11:00:00Z message m0 push sent",
                                           "2026-01-02T12:00:00Z message m0 email sent", "2026-01-02T13:00:00Z message m0 email sent",
                                           "2026-04-02T13:00:00Z message m0 email sent"});
}
