// What is new starts silently: it has its present value, filled from the events that were, and fires when that changes.
#include <catch2/catch.hpp>

#include <algorithm>

#include "tests/changes/versions.h"

using namespace wend::changes;
using Lines = std::vector<std::string>;

namespace {

// Nobody is in a journey; a visits again behind the change.
const std::string kVisits = stream({{"01-01 08:00", "a", "visit"}, {"01-02 08:00", "a", "visit"}, {"01-02 08:00", "b", "visit"}, {"01-10 08:00", "a", "visit"}});

Outcome with(const std::string& more, const std::vector<std::pair<std::string, std::string>>& edits = {}, const std::string& events = kVisits) {
  return go_live(kShop, edited(kShop, edits) + more, "01-07 00:00", events);
}

Lines only(const Lines& lines, const std::string& word) {
  Lines out;
  std::copy_if(lines.begin(), lines.end(), std::back_inserter(out), [&](const std::string& line) { return line.find(word) != std::string::npos; });
  return out;
}

const char* const kGreet = "journey greet {\n  ENTER\n  step one { send offer_mail }\n}\n";
std::string greet(const std::string& enter) { return edited(kGreet, {{"ENTER", enter}}); }

}  // namespace

TEST_CASE("a new condition that holds already lets nobody in") {
  CHECK(with(greet("enter when count of visit ever >= 2")).lines.empty());
  CHECK(with(greet("enter when count of visit ever >= 3")).lines.at(0) == "01-10 08:00 a enter greet");   // the two before are counted
}

TEST_CASE("a new states block takes its value without a line, and moves from there") {
  const std::string states = "states life {\n  active when count of visit in last 7 days >= 1\n  gone otherwise\n  evaluate daily at 06:00\n}\n";
  const Lines lines = with(states + greet("enter when life becomes gone")).lines;
  CHECK(only(lines, "state") == Lines{"01-10 06:00 a state life active to gone", "01-10 06:00 b state life active to gone",
                                      "01-11 06:00 a state life gone to active", "01-18 06:00 a state life active to gone"});
  CHECK(only(lines, "enter") == Lines{"01-10 06:00 a enter greet", "01-10 06:00 b enter greet"});
}

TEST_CASE("a states block with other rules takes its value anew, without a line") {
  const std::string before = edited(kShop, {{"journey win {", "states life {\n  active when count of visit ever >= 5\n  gone otherwise\n  evaluate daily at 06:00\n}\njourney win {"}});
  const std::string after = edited(before, {{">= 5", ">= 2"}}) + greet("enter when life becomes active");
  CHECK(only(go_live(before, after, "01-07 00:00", kVisits).lines, "a ").empty());   // a is active now, b was gone and is
}

TEST_CASE("how long a state has lasted counts from when it would have begun") {
  const std::string states = "states life {\n  active when count of visit in last 2 days >= 1\n  gone otherwise\n  evaluate daily at 06:00\n}\n";
  // gone since the 5th; the change is on the 7th
  CHECK(only(with(states + greet("enter when life stays gone for 4 days")).lines, "b enter") == Lines{"01-09 06:00 b enter greet"});
  CHECK(only(with(states + greet("enter when life stays gone for 1 day")).lines, "b enter").empty());   // has been so for longer
}

TEST_CASE("a new watch on a value sees the change after it, not the one before") {
  const std::string seen = "measure seen = count of visit ever\n";
  CHECK(with(seen + greet("enter when seen changes")).lines.at(0) == "01-10 08:00 a enter greet");
  CHECK(only(with(seen + greet("enter when seen changes")).lines, "b ").empty());
}

TEST_CASE("a new clock rings when it is next due") {
  CHECK(only(with(greet("enter every monday at 09:00")).lines, "b enter").front() == "01-12 09:00 b enter greet");
  CHECK(with(greet("enter once on 2026-01-06 at 09:00")).lines.empty());
}

TEST_CASE("a new floor counts its silence from the change") {
  const Lines lines = with("", {{"service > promotional", "service > promotional\n  at least 1 message in 10 days, else send offer_mail by email"}}).lines;
  CHECK(lines.at(0) == "01-17 00:00 a message offer_mail sent");
}

TEST_CASE("what is kept under the same meaning goes on counting, whatever it is called") {
  const std::string before = edited(kShop, {{"journey win {", "measure seen = count of visit ever\njourney win {"}}) + greet("enter when seen >= 3");
  const std::string after = edited(before, {{"measure seen", "measure visits renamed from seen"}, {"when seen", "when visits"}});
  CHECK(go_live(before, after, "01-07 00:00", kVisits).lines.at(0) == "01-10 08:00 a enter greet");
}

TEST_CASE("a new attribute has what was told of it") {
  const std::string events = kVisits + R"({"type":"identify","userId":"b","timestamp":"2026-01-03T08:00:00Z","traits":{"town":"Lund"}})" + "\n" +
                             stream({{"01-11 08:00", "b", "visit"}});
  const Outcome out = with(greet("enter on visit\n  only if town is \"Lund\""), {{"points int = 0", "points int = 0\n  town text?"}}, events);
  CHECK(only(out.lines, "enter") == Lines{"01-11 08:00 b enter greet"});
}

TEST_CASE("an attribute of another type keeps what fits it") {
  const std::string before = edited(kShop, {{"points int = 0", "points int = 0\n  plan one of free, paid, family = free"}});
  const std::string after = edited(kShop, {{"points int = 0", "points number = 0\n  plan one of family, free = free"}}) + greet("enter on visit where points > 4 and plan is family");
  const std::string told = R"({"type":"identify","userId":"a","timestamp":"2026-01-03T08:00:00Z","traits":{"points":5,"plan":"family"}})" "\n"
                           R"({"type":"identify","userId":"b","timestamp":"2026-01-03T08:00:00Z","traits":{"points":5,"plan":"paid"}})" "\n";
  CHECK(only(go_live(before, after, "01-07 00:00", told + kVisits + stream({{"01-11 08:00", "b", "visit"}})).lines, "enter") == Lines{"01-10 08:00 a enter greet"});
}

TEST_CASE("a signal waiting for what does not follow goes on waiting") {
  const std::string before = edited(kShop, {{"journey win {", "signal silent from sign_up { when not followed by visit within 10 days of the latest }\njourney win {"}});
  const std::string after = edited(before, {{"wait 5 days", "wait 4 days"}});
  const Lines lines = go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}})).lines;
  CHECK(only(lines, "signal") == Lines{"01-14 08:00 c signal silent"});
}

TEST_CASE("who has been exposed is not exposed again") {
  const std::string test = "experiment colour { variants { red 50%, blue 50% } }\n";
  const std::string before = edited(kShop, {{"journey win {", test + "journey win {"}, {"step nudge    { send", "step nudge    { choose by experiment colour { red { } blue { } otherwise { } }, send"},
                                            {"step offer    { send", "step offer    { choose by experiment colour { red { } blue { } otherwise { } }, send"}});
  const std::string after = edited(before, {{"step discount { send discount_mail, wait 5 days }", "step discount { wait 1 day }"}});
  CHECK(only(go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}})).lines, "exposure").empty());
}
