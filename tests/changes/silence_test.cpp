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
  const auto told = [](const std::string& user, const std::string& plan) {
    return R"({"type":"identify","userId":")" + user + R"(","timestamp":"2026-01-03T08:00:00Z","traits":{"points":5,"plan":")" + plan + "\"}}\n";
  };
  CHECK(only(go_live(before, after, "01-07 00:00", told("a", "family") + told("b", "free") + kVisits + stream({{"01-11 08:00", "b", "visit"}})).lines, "enter") == Lines{"01-10 08:00 a enter greet"});
  CHECK(go_live(before, after, "01-07 00:00", told("a", "family") + told("b", "paid") + kVisits).errors ==
        Lines{"the new version has no place for what users have: `plan` `paid` of 1 user: keep it until nobody has it, or give the attribute another name"});
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

TEST_CASE("who never said what they want has what is taken for granted now") {
  const std::string before = edited(kShop, {{"points int = 0", "opt_in bool = true"}, {"channel email { reaches email,", "channel email { reaches email, consent opt_in,"}});
  const std::string after = edited(before, {{"opt_in bool = true", "opt_in bool = false"}});
  const std::string yes = R"({"type":"identify","userId":"d","timestamp":"2026-01-04T07:00:00Z","traits":{"opt_in":true}})" "\n";
  const Lines lines = go_live(before, after, "01-07 00:00", yes + stream({{"01-04 08:00", "c", "sign_up"}, {"01-04 08:00", "d", "sign_up"}})).lines;
  CHECK(only(lines, "01-09 08:00 c message") == Lines{"01-09 08:00 c message discount_mail suppressed in discount because consent"});
  CHECK(only(lines, "01-09 08:00 d message") == Lines{"01-09 08:00 d message discount_mail sent in discount"});
}

TEST_CASE("the words of a value in another order are no change of it") {
  const std::string before = edited(kShop, {{"points int = 0", "plan one of free, paid = free"}}) + greet("enter when plan changes");
  const std::string after = edited(before, {{"one of free, paid", "one of paid, free"}});
  CHECK(go_live(before, after, "01-07 00:00", kVisits).lines.empty());
}

TEST_CASE("a default that changes is no change of the value either") {
  const std::string before = edited(kShop, {{"points int = 0", "plan text = \"free\""}}) + greet("enter when plan changes");
  CHECK(go_live(before, edited(before, {{"\"free\"", "\"basic\""}}), "01-07 00:00", kVisits).lines.empty());
}

TEST_CASE("what journeys have set and emitted is counted in what is new") {
  const std::string doing = "event bonus { size int }\njourney give {\n  enter on visit\n  re-enter always\n  step one { set points to points + 1, emit bonus { size: 2 } }\n}\n";
  const std::string before = edited(kShop, {{"journey win {", doing + "journey win {"}});
  const std::string sums = "measure given = sum of bonus.size in last 30 days\n";
  const Lines lines = go_live(before, before + sums + greet("enter when given >= 6"), "01-07 00:00", kVisits).lines;
  CHECK(only(lines, "enter greet") == Lines{"01-10 08:00 a enter greet"});   // 2 + 2 before, 2 behind
  const std::string states = "states rank {\n  gold when points >= 2 and CHECK\n  plain otherwise\n  evaluate continuously\n}\n";
  const std::string ranked = edited(before, {{"journey win {", edited(states, {{" and CHECK", ""}}) + "journey win {"}}) + greet("enter when rank becomes gold");
  const std::string changed = edited(ranked, {{"points >= 2", "points >= 2 and email is known"}});
  CHECK(only(go_live(ranked, changed, "01-07 00:00", kVisits).lines, "a state").empty());   // gold it was, gold it is
}

TEST_CASE("what a new version reads of the event that entered is read from the log") {
  const std::string after = edited(kShop, {{"step discount {", "step discount { if entry.offer is \"big\" { send nudge_mail },"}});
  const Lines lines = go_live(kShop, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up", R"({"offer":"big"})"}, {"01-04 08:00", "d", "sign_up"}})).lines;
  CHECK(only(lines, "nudge_mail") == Lines{"01-09 08:00 c message nudge_mail sent in discount"});
}

TEST_CASE("what is counted since entry has counted since the entry") {
  const std::string after = edited(kShop, {{"step nudge    {", "exit when count of visit since entry >= 3\n  step nudge    {"}});
  const Lines lines = go_live(kShop, after, "01-07 00:00", stream({{"01-04 07:00", "c", "visit"}, {"01-04 08:00", "c", "sign_up"}, {"01-05 08:00", "c", "visit"}, {"01-06 08:00", "c", "visit"}, {"01-08 08:00", "c", "visit"}})).lines;
  CHECK(lines.at(0) == "01-08 08:00 c leave win exit");
}

TEST_CASE("a floor that is shortened begins anew, and a deferred send of one that is gone is told") {
  const std::string floor = "at least 1 message in 20 days, else send offer_mail by email";
  const std::string before = edited(kShop, {{"service > promotional", "service > promotional\n  quiet from 06:00 to 20:00, then wait\n  " + floor}});
  const Lines shorter = go_live(before, edited(before, {{"in 20 days", "in 3 days"}}), "01-07 00:00", kVisits).lines;
  CHECK(shorter.at(0) == "01-10 00:00 a message offer_mail sent");
  const Lines gone = go_live(before, edited(before, {{"\n  " + floor, ""}}), "01-21 12:00", kVisits).lines;
  CHECK(gone.at(0) == "01-21 12:00 a message offer_mail suppressed because removed");
}

TEST_CASE("a message held back by a rule goes when the rule is gone") {
  const std::string before = edited(kShop, {{"service > promotional", "service > promotional\n  never promotional while points < 1, then wait"}, {"message nudge_mail    { category promotional", "message nudge_mail    { category promotional, valid for 9 days"}});
  const std::string after = edited(before, {{"\n  never promotional while points < 1, then wait", ""}});
  CHECK(go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}})).lines.at(0) == "01-07 00:00 c message nudge_mail sent in nudge");
}

TEST_CASE("a signal that waits for less long now has not fallen due") {
  const std::string before = edited(kShop, {{"journey win {", "signal silent from sign_up { when not followed by visit within 10 days of the latest }\njourney win {"}});
  const Lines two = go_live(before, edited(before, {{"within 10 days", "within 2 days"}}), "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}})).lines;
  CHECK(only(two, "signal").empty());
  const Lines five = go_live(before, edited(before, {{"within 10 days", "within 5 days"}}), "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}})).lines;
  CHECK(only(five, "signal") == Lines{"01-09 08:00 c signal silent"});
}

TEST_CASE("what an older step calls by an older name is found under the new one") {
  const std::string before = edited(kShop, {{"journey win {", "measure seen = count of visit ever\nstates life {\n  active when seen >= 1\n  lost otherwise\n  evaluate daily at 06:00\n}\njourney win {"},
                                            {"step nudge    { send nudge_mail, wait 5 days }", "step nudge    { wait 5 days, if seen >= 1 and life is lost { send nudge_mail } else { send offer_mail } }"}});
  const std::string after = edited(before, {{"measure seen", "measure visits renamed from seen"}, {"states life", "states stage renamed from life"}, {"active when seen", "active when visits"},
                                            {"lost otherwise", "gone renamed from lost otherwise"}, {"wait 5 days, if seen >= 1 and life is lost", "wait 4 days, if visits >= 1 and stage is gone"}});
  const Outcome out = go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}}));
  CHECK(out.errors.empty());
  CHECK(out.lines.at(1) == "01-09 08:00 c message offer_mail sent in nudge");
}
