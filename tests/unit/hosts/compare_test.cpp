// Two versions of a project over the same events: what counts as decided otherwise, for whom, and what is shown of it.
#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "runtime/hosts/compare.h"
#include "runtime/hosts/decision_match.h"

using namespace wend;

namespace {

const char* const kShop = R"wend(project shop { time zone "UTC" }
profile {
  identity user_id, email many, anonymous_id many
  agreed bool = true
}
event order
event look
measure orders = count of order in last 28 days
states busy { evaluate daily at 04:00
  lively when orders >= 1
  still otherwise
}
states mood { evaluate daily at 04:00
  glad when orders >= 2
  plain otherwise
}
channel mail { reaches email, consent agreed, content { subject text } }
message thanks { category service, mail { subject "Thanks" } }
message tip { category service, mail { subject "A tip" } }
protect all { categories service, at most 9 messages in 1 day }
experiment depth { variants { a 50%, b 50% }, metric again = has order within 7 days of exposure }
journey ask {
  enter on order
  re-enter always
  step first { choose by experiment depth { a { send thanks } b { send thanks } } wait 100 days }
}
journey buy {
  enter on order
  re-enter always
  step one { send tip }
}
)wend";

std::string with(std::string text, std::initializer_list<std::pair<const char*, const char*>> edits) {
  for (const auto& [was, now] : edits) {
    INFO(was);
    REQUIRE(text.find(was) != std::string::npos);
    for (size_t at = 0; (at = text.find(was, at)) != std::string::npos; at += std::string_view(now).size()) text.replace(at, std::string_view(was).size(), now);
  }
  return text;
}

std::shared_ptr<const Module> module_of(const std::string& text) {
  const Project project = Project::from_texts({{"project.wend", text}});
  for (const Diagnostic& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(project.ok());
  return compile(project.program(), Tier::fast_compile);
}

Comparison compared(const std::string& before, const std::string& after, const std::string& events, CompareOptions options = {}) {
  Comparison out;
  const auto old = module_of(before), now = module_of(after);
  REQUIRE_FALSE(compare_runs_text(*old, *now, events, options, out));
  return out;
}

std::string event(const std::string& name, const std::string& whose, const std::string& at) {
  return R"({"type":"track","event":")" + name + "\"," + whose + R"(,"timestamp":")" + at + "\",\"context\":{\"traits\":{\"email\":\"a@example.org\"}}}\n";
}
std::string ann(const std::string& name, const std::string& at) { return event(name, R"("userId":"ann")", at); }

const std::string kOrders = ann("order", "2026-01-05T10:00:00Z") + ann("order", "2026-01-07T10:00:00Z");

}  // namespace

TEST_CASE("what is only renamed concerns nobody, whatever order its lines come in") {
  const std::string renamed = with(kShop, {{"project shop", "project store"},
                                           {"journey ask", "journey wonder renamed from ask"},
                                           {"step first", "step hello renamed from first"},
                                           {"states busy", "states zeal renamed from busy"},
                                           {"  lively when", "  alive renamed from lively when"},
                                           {"by experiment depth", "by experiment width"},
                                           {"experiment depth {", "experiment width renamed from depth {"},
                                           {"event look", "event glance from \"look\""}});
  const Comparison found = compared(kShop, renamed, kOrders + ann("look", "2026-01-06T10:00:00Z"));
  CHECK(found.users == 1);
  CHECK(found.users_deciding_otherwise == 0);
  CHECK(found.users_with_other_content == 0);
  CHECK(found.users_elsewhere == 0);
  CHECK(found.people.empty());
  REQUIRE(found.journeys.size() == 2);
  CHECK(found.journeys.at("wonder").inside.before == 1);
  CHECK(found.journeys.at("wonder").inside.after == 1);
  CHECK(found.journeys.at("wonder").entered.before == 1);
  REQUIRE(found.exposures.size() == 1);
  CHECK(found.exposures.begin()->first == "width");
  for (const auto& [_, both] : found.exposures.begin()->second) CHECK(both.before == both.after);
}

TEST_CASE("a first name said too late makes no other journey of it") {
  const Comparison found = compared(kShop, with(kShop, {{"journey buy", "journey buy renamed from shop_around"}}), kOrders);
  CHECK(found.users_deciding_otherwise == 0);
  REQUIRE(found.journeys.size() == 2);
  CHECK(found.journeys.at("buy").entered.before == 2);
  CHECK(found.journeys.at("buy").entered.after == 2);
}

TEST_CASE("a name that another journey has taken over does not count for it") {
  const std::string taken = with(kShop, {{"journey buy", "journey gone"}, {"journey ask", "journey buy renamed from ask"}});
  const Comparison found = compared(kShop, taken, kOrders);
  CHECK(found.journeys.at("buy").inside.before == 1);
  CHECK(found.journeys.at("buy").entered.before == 1);
  CHECK(found.journeys.at("buy").entered.after == 1);
  CHECK(found.journeys.at("buy (until now)").entered.before == 2);
  CHECK(found.journeys.at("gone").entered.after == 2);
}

TEST_CASE("who was anonymous first counts once, as who they are at the end") {
  const std::string anonymous = R"("anonymousId":"d1")", known = R"("anonymousId":"d1","userId":"ann")";
  const std::string events = event("order", anonymous, "2026-01-05T10:00:00Z") + event("look", known, "2026-01-06T10:00:00Z") + event("order", known, "2026-01-07T10:00:00Z");
  const Comparison found = compared(kShop, with(kShop, {{"journey buy", "journey buy closed"}}), events);
  CHECK(found.users == 1);
  CHECK(found.users_deciding_otherwise == 1);
  CHECK(found.journeys.at("buy").entered.before == 2);
  CHECK(found.journeys.at("buy").users_only_before == 1);
  REQUIRE(found.people.size() == 1);
  CHECK(found.people[0].user == "ann");
  CHECK_FALSE(found.people[0].values.empty());
  REQUIRE(found.people[0].first_before);
  CHECK(found.people[0].first_before->starts_with(R"({"at":"2026-01-05T10:00:00Z")"));   // the earliest, under whatever name
}

TEST_CASE("a decision is shown beside what was decided about the same thing, or alone") {
  const Comparison inserted = compared(kShop, with(kShop, {{"journey ask {", "journey about {\n  enter on order\n  re-enter always\n  step say { send tip }\n}\njourney ask {"}}), kOrders);
  REQUIRE(inserted.people.size() == 1);
  CHECK(inserted.people[0].first_after.value_or("").find(R"("kind":"enter","journey":"about")") != std::string::npos);
  CHECK_FALSE(inserted.people[0].first_before);

  const Comparison gone = compared(kShop, with(kShop, {{"journey ask", "journey ask closed"}}), kOrders);
  REQUIRE(gone.people.size() == 1);
  CHECK(gone.people[0].first_before.value_or("").find(R"("kind":"enter","journey":"ask")") != std::string::npos);
  CHECK_FALSE(gone.people[0].first_after);

  const Comparison other = compared(kShop, with(kShop, {{"step one { send tip }", "step one { send thanks }"}}), kOrders);
  REQUIRE(other.people.size() == 1);
  CHECK(other.people[0].first_after.value_or("").find(R"("message":"thanks")") != std::string::npos);
  CHECK(other.people[0].first_before.value_or("").find(R"("message":"tip")") != std::string::npos);

  const Comparison texts = compared(kShop, with(kShop, {{"\"A tip\"", "\"A hint\""}}), kOrders);
  CHECK(texts.users_deciding_otherwise == 0);
  CHECK(texts.users_with_other_content == 1);
}

TEST_CASE("lines that were rejected are counted by reason, of either version") {
  const std::string after = with(kShop, {{"event order", "event order { total int }"}});
  const Comparison found = compared(kShop, after, kOrders + "{\"type\":\n");
  CHECK(found.rejected.before == 1);
  CHECK(found.rejected.after == 3);
  REQUIRE(found.rejected_by_reason.size() == 2);
  uint64_t before = 0;
  for (const auto& [_, lines] : found.rejected_by_reason) before += lines.before;
  CHECK(before == 1);
  CHECK(found.events == 0);
}
