// Who is where when the text is rewritten under them, and what they get.
#include <catch2/catch.hpp>

#include <algorithm>

#include "compiler/service/service.h"
#include "tests/changes/versions.h"

using namespace wend;
using namespace wend::changes;
using Lines = std::vector<std::string>;

namespace {

// On 7 January a and b wait in `discount`; c, d and e in `nudge`.
const std::string kFive = stream({{"01-01 08:00", "a", "sign_up"}, {"01-01 08:00", "b", "sign_up"}, {"01-04 08:00", "c", "sign_up"},
                                  {"01-04 08:00", "d", "sign_up"}, {"01-04 08:00", "e", "sign_up"}});
const std::string kDiscount = "step discount { send discount_mail, wait 5 days }";
const std::string kNudge = "step nudge    { send nudge_mail, wait 5 days }";

Outcome edit(const std::vector<std::pair<std::string, std::string>>& edits, const std::string& events = kFive) {
  return go_live(kShop, edited(kShop, edits), "01-07 00:00", events);
}

}  // namespace

TEST_CASE("a step removed while people could still come to it is refused unless it says where they go") {
  CHECK(edit({{kDiscount, ""}}).errors == Lines{"E0633 step `discount` of journey `win` is gone, and 3 people could still come to it",
                                               "note: on their way to it: 3 people in `nudge`",
                                               "help: say where they go: `removed discount: go to offer`, or `removed discount: leave`"});
  CHECK(edit({{kDiscount, ""}}).lines.empty());
}

TEST_CASE("removed: go to takes them there, once each, and who is in the step finishes it") {
  CHECK(edit({{kDiscount, "removed discount: go to offer"}}).lines == Lines{
      "01-09 08:00 c step win.offer", "01-09 08:00 c message offer_mail sent in offer",
      "01-09 08:00 d step win.offer", "01-09 08:00 d message offer_mail sent in offer",
      "01-09 08:00 e step win.offer", "01-09 08:00 e message offer_mail sent in offer",
      "01-11 08:00 a step win.offer", "01-11 08:00 a message offer_mail sent in offer",
      "01-11 08:00 b step win.offer", "01-11 08:00 b message offer_mail sent in offer",
      "01-14 08:00 c leave win finished", "01-14 08:00 d leave win finished", "01-14 08:00 e leave win finished",
      "01-16 08:00 a leave win finished", "01-16 08:00 b leave win finished"});
}

TEST_CASE("removed: leave lets them go where the step would have begun") {
  CHECK(edit({{kDiscount, "removed discount: leave"}}).lines == Lines{
      "01-09 08:00 c leave win removed", "01-09 08:00 d leave win removed", "01-09 08:00 e leave win removed",
      "01-11 08:00 a step win.offer", "01-11 08:00 a message offer_mail sent in offer",
      "01-11 08:00 b step win.offer", "01-11 08:00 b message offer_mail sent in offer",
      "01-16 08:00 a leave win finished", "01-16 08:00 b leave win finished"});
}

TEST_CASE("a step renamed is another name for those on their way, and done for those who are in it") {
  const Lines lines = edit({{kDiscount, "step deal renamed from discount { send offer_mail, wait 2 days }"}}).lines;
  CHECK(lines == Lines{
      "01-09 08:00 c step win.deal", "01-09 08:00 c message offer_mail sent in deal",
      "01-09 08:00 d step win.deal", "01-09 08:00 d message offer_mail sent in deal",
      "01-09 08:00 e step win.deal", "01-09 08:00 e message offer_mail sent in deal",
      "01-11 08:00 a step win.offer", "01-11 08:00 a message offer_mail sent in offer",
      "01-11 08:00 b step win.offer", "01-11 08:00 b message offer_mail sent in offer",
      "01-11 08:00 c step win.offer", "01-11 08:00 c message offer_mail sent in offer",
      "01-11 08:00 d step win.offer", "01-11 08:00 d message offer_mail sent in offer",
      "01-11 08:00 e step win.offer", "01-11 08:00 e message offer_mail sent in offer",
      "01-16 08:00 a leave win finished", "01-16 08:00 b leave win finished", "01-16 08:00 c leave win finished",
      "01-16 08:00 d leave win finished", "01-16 08:00 e leave win finished"});
}

TEST_CASE("a step written otherwise changes nothing for those who are in it") {
  const Outcome changed = edit({{kNudge, "step nudge    { send offer_mail, wait 1 day }"}});
  const Outcome same = edit({});
  CHECK(changed.lines == same.lines);
  CHECK(changed.ids == same.ids);
}

TEST_CASE("who enters after the change takes the steps as they are now") {
  const std::string late = stream({{"01-08 08:00", "z", "sign_up"}});
  const Lines lines = edit({{kNudge, "step nudge    { send offer_mail, wait 1 day }"}}, late).lines;
  CHECK(Lines(lines.begin(), lines.begin() + 4) == Lines{"01-08 08:00 z enter win", "01-08 08:00 z step win.nudge", "01-08 08:00 z message offer_mail sent in nudge",
                                                        "01-09 08:00 z step win.discount"});
}

TEST_CASE("a step put between is taken next") {
  const Lines lines = edit({{kDiscount, "step pause { wait 1 day }\n  " + kDiscount}}, stream({{"01-04 08:00", "c", "sign_up"}})).lines;
  CHECK(Lines(lines.begin(), lines.begin() + 3) == Lines{"01-09 08:00 c step win.pause", "01-10 08:00 c step win.discount", "01-10 08:00 c message discount_mail sent in discount"});
}

TEST_CASE("what was sent counts as what it was") {
  const std::string before = edited(kShop, {{"service > promotional", "service > promotional\n  at most 1 promotional in 7 days, then drop"}});
  const std::string after = edited(before, {{"message nudge_mail    { category promotional", "message nudge_mail    { category service"},
                                            {"wait 5 days }\n  step discount", "wait 2 days }\n  step discount"}});
  // nudge_mail went out as promotional on day 1; on day 2 it becomes service; day 3's promotional is one too many
  const std::string quick = edited(before, {{"wait 5 days }\n  step discount", "wait 2 days }\n  step discount"}});
  CHECK(go_live(quick, after, "01-02 00:00", stream({{"01-01 08:00", "a", "sign_up"}})).lines.at(1) == "01-03 08:00 a message discount_mail suppressed in discount because cap");
}

TEST_CASE("protection is that of the version now live, for whoever is in a step of the one before too") {
  const Outcome out = edit({{kDiscount, "step deal renamed from discount { wait 1 day }"}, {"service > promotional", "service > promotional\n  never promotional while points < 1"},
                            {kNudge, "step nudge    { wait 1 day }"}}, stream({{"01-04 08:00", "c", "sign_up"}}));
  CHECK(out.lines.at(0) == "01-09 08:00 c step win.deal");
  CHECK(out.lines.at(2) == "01-10 08:00 c message offer_mail suppressed in offer because never");
}

TEST_CASE("a message deferred before the change is sent once, under the id it had") {
  const std::string quiet = edited(kShop, {{"service > promotional", "service > promotional\n  quiet from 06:00 to 20:00, then wait"}});
  const std::string after = edited(quiet, {{kNudge, "step first renamed from nudge { send offer_mail, wait 3 days }"}});
  const std::string event = stream({{"01-06 21:00", "y", "visit"}, {"01-06 08:00", "c", "sign_up"}});
  const Outcome out = go_live(quiet, after, "01-06 12:00", event), plain = go_live(quiet, quiet, "01-06 12:00", event);
  CHECK(out.lines.at(0) == "01-06 20:00 c message nudge_mail sent in first");
  CHECK(out.ids.at(0) == plain.ids.at(0));
  CHECK(std::count(out.ids.begin(), out.ids.end(), out.ids.at(0)) == 1);
}

TEST_CASE("a wait for an event goes on in the words in which it began") {
  const std::string before = edited(kShop, {{kNudge, "step nudge    { wait for visit where page is \"pay\" up to 5 days { then send offer_mail, else leave } }"}});
  const std::string after = edited(before, {{"page is \"pay\"", "page is \"home\""}});
  const std::string events = stream({{"01-06 08:00", "c", "sign_up"}, {"01-08 08:00", "c", "visit"}, {"01-08 09:00", "c", "visit", R"({"page":"pay"})"}, {"01-08 07:00", "d", "sign_up"}, {"01-08 10:00", "d", "visit"}});
  const Outcome out = go_live(before, after, "01-07 00:00", events);
  CHECK(std::count(out.lines.begin(), out.lines.end(), "01-08 09:00 c message offer_mail sent in nudge") == 1);
  CHECK(std::count(out.lines.begin(), out.lines.end(), "01-08 10:00 d message offer_mail sent in nudge") == 1);
}

TEST_CASE("what an older step reads of the event that entered is still known") {
  const std::string before = edited(kShop, {{"enter on sign_up", "enter on sign_up where offer is not \"none\""}, {kNudge, "step nudge    { wait 5 days, if entry.offer is \"big\" { send offer_mail } }"}});
  const std::string after = edited(kShop, {{"enter on sign_up", "enter on visit"}});
  const Outcome out = go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up", R"({"offer":"big"})"}, {"01-04 08:00", "d", "sign_up", R"({"offer":"small"})"}}));
  CHECK(out.errors.empty());
  CHECK(std::count(out.lines.begin(), out.lines.end(), "01-09 08:00 c message offer_mail sent in nudge") == 1);
  CHECK(std::count(out.lines.begin(), out.lines.end(), "01-09 08:00 d message offer_mail sent in nudge") == 0);
}

TEST_CASE("a journey renamed keeps its people, and who may not enter again still may not") {
  const std::string after = edited(kShop, {{"journey win {", "journey come_in renamed from win {\n  re-enter never"}});
  const std::string before = edited(kShop, {{"journey win {", "journey win {\n  re-enter never"}});
  const Outcome out = go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up"}, {"01-25 08:00", "c", "sign_up"}}));
  CHECK(out.lines.front() == "01-09 08:00 c step come_in.discount");
  CHECK(out.lines.back() == "01-19 08:00 c leave come_in finished");
}

TEST_CASE("a value a module is given is part of the words") {
  const std::string module = "module care {\n  needs event   begun\n  needs message mail\n  needs value   patience duration\n}\n"
                             "journey care {\n  enter on begun\n  step one { wait patience, send mail }\n}\n";
  const std::string before = edited(kShop, {{"journey win {", "use care with begun: visit, mail: offer_mail, patience: 2 days\njourney win {"}});
  const std::string after = edited(before, {{"patience: 2 days", "patience: 6 hours"}});
  const Outcome out = go_live(before, after, "01-07 00:00", stream({{"01-06 08:00", "c", "visit"}, {"01-07 08:00", "d", "visit"}}), {{"care.wend", module}});
  CHECK(out.errors.empty());
  CHECK(out.lines == Lines{"01-07 08:00 d enter care", "01-07 08:00 d step care.one", "01-07 14:00 d leave care finished", "01-07 14:00 d message offer_mail sent in one",
                           "01-08 08:00 c leave care finished", "01-08 08:00 c message offer_mail sent in one"});
}

TEST_CASE("without keys nobody is in a journey twice, though they came in by several") {
  const std::string before = edited(kShop, {{"enter on sign_up", "enter on sign_up\n  one per offer"}});
  const std::string events = stream({{"01-04 08:00", "c", "sign_up", R"({"offer":"x"})"}, {"01-04 09:00", "c", "sign_up", R"({"offer":"y"})"}, {"01-08 08:00", "c", "sign_up", R"({"offer":"z"})"}});
  const Lines lines = go_live(before, edited(kShop, {{"enter on sign_up", "enter on sign_up\n  re-enter always"}}), "01-07 00:00", events).lines;
  CHECK(std::count(lines.begin(), lines.end(), "01-08 08:00 c enter win") == 0);
  CHECK(std::count(lines.begin(), lines.end(), "01-09 08:00 c message discount_mail sent in discount") == 1);
  CHECK(std::count(lines.begin(), lines.end(), "01-09 09:00 c message discount_mail sent in discount") == 1);
}

namespace {

// Of nobody with a user id; two people share the device.
std::string by_device(const std::string& at, const std::string& email) {
  return R"({"type":"track","event":"sign_up","timestamp":"2026-)" + at + R"(","properties":{},"context":{"traits":{"device_id":"x")" +
         (email.empty() ? "" : R"(,"email":")" + email + "\"") + "}}}\n";
}

}  // namespace

TEST_CASE("two users who are one by what the new version knows them by are joined, as a merge joins them") {
  const std::string after = edited(kShop, {{"identity user_id, email", "identity user_id, email, device_id many"}});
  const std::string events = by_device("01-03T08:00:00Z", "a@x") + by_device("01-04T08:00:00Z", "b@x");
  const Lines lines = go_live(kShop, edited(after, {{"email, device_id many", "email many, device_id many"}}), "01-07 00:00", events, {}, true).lines;
  REQUIRE(lines.size() > 2);
  CHECK(lines.at(0).substr(0, 11) == "01-07 00:00");
  CHECK(lines.at(0).substr(16) == "leave win merged");   // the one who came later
  CHECK(lines.at(1).substr(0, 11) == "01-08 08:00");     // the other goes on
  CHECK(lines.at(1).substr(16) == "step win.discount");
}

TEST_CASE("an identity that is gone leaves nobody behind who was known by it alone") {
  const std::string before = edited(kShop, {{"identity user_id, email", "identity user_id, email, device_id many"}});
  const Lines lines = go_live(before, kShop, "01-07 00:00", by_device("01-04T08:00:00Z", "") + stream({{"01-20 08:00", "z", "visit"}})).lines;
  REQUIRE(!lines.empty());
  CHECK(lines.at(0) == "01-09 08:00 x step win.discount");
}

// Who is in a step of the first version still when the third goes live.
TEST_CASE("a step of two versions ago leads where the versions between say") {
  const std::string first = kShop;
  const std::string second = edited(first, {{kNudge, "step nudge    { wait 1 day }"}, {kDiscount, "step deal renamed from discount { wait 1 day }"}});
  const std::string third = edited(second, {{kNudge.substr(0, 14) + "{ wait 1 day }", "step nudge    { wait 2 days }"}, {"step deal renamed from discount { wait 1 day }", "removed deal: go to offer"}});
  const Project one = Project::from_texts({{"project.wend", first}}), two = Project::from_texts({{"project.wend", second}});
  REQUIRE(one.ok());
  REQUIRE(two.ok());
  Former former;
  former.versions = {one.version(), two.version()};
  former.places = {{0, "win", "nudge", 2}, {0, "win", "discount", 1}, {1, "win", "nudge", 1}};
  const Project three = Project::from_texts({{"project.wend", third}}, former);
  for (const Diagnostic& d : three.diagnostics().all()) UNSCOPED_INFO(d.message);
  REQUIRE(three.ok());
  const Journey& win = three.program().journeys.at(0);
  REQUIRE(win.steps.size() == 6);   // nudge and offer, the gone, and three of earlier versions
  const auto is = [&](size_t i, const char* name, const char* behind, uint64_t version) {
    CHECK(win.steps[i].kind == JourneyStep::Kind::former);
    CHECK(win.steps[i].name == name);
    CHECK((win.steps[i].behind < win.steps.size() ? win.steps[win.steps[i].behind].name : "") == behind);
    CHECK(win.steps[i].origins.at(0).version == version);
  };
  is(3, "nudge", "offer", one.version().id);
  is(4, "discount", "offer", one.version().id);
  is(5, "nudge", "offer", two.version().id);
}
