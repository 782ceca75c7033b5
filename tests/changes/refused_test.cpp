// Versions that would strand somebody, and how it is told.
#include <catch2/catch.hpp>

#include "tests/changes/versions.h"

using namespace wend::changes;
using Lines = std::vector<std::string>;

namespace {

const std::string kOne = stream({{"01-04 08:00", "c", "sign_up"}});
const std::string kDiscount = "step discount { send discount_mail, wait 5 days }";

Outcome edit(const std::vector<std::pair<std::string, std::string>>& edits, const std::string& events = kOne) {
  return go_live(kShop, edited(kShop, edits), "01-07 00:00", events);
}

}  // namespace

TEST_CASE("a journey that is gone with people in it") {
  CHECK(edit({{"journey win {", "journey come_in {"}}).errors == Lines{
      "E0632 journey `win` is gone, with 1 person in it",
      "help: keep it, with nobody let in, until they are through: `journey win closed { … }`",
      "help: or say what it is called now: `journey … renamed from win`"});
  CHECK(edit({{"journey win {", "journey come_in {"}}, stream({{"01-01 08:00", "c", "visit"}})).errors.empty());
}

TEST_CASE("where one step is new it may be the one that is lost under another name") {
  CHECK(edit({{kDiscount, "step deal { send discount_mail, wait 5 days }"}}).errors == Lines{
      "E0633 step `discount` of journey `win` is gone, and 1 person could still come to it",
      "note: on their way to it: 1 person in `nudge`",
      "help: say where they go: `removed discount: go to offer`, or `removed discount: leave`",
      "help: if it is called `deal` now, say so: `step deal renamed from discount`"});
}

TEST_CASE("a step that nobody can come to any more may go") {
  CHECK(edit({{"step nudge    { send nudge_mail, wait 5 days }", ""}}).errors.empty());
  CHECK(edit({{kDiscount, ""}}, stream({{"01-01 07:00", "c", "sign_up"}})).errors.empty());   // past it
  CHECK(edit({{kDiscount, ""}}, stream({{"01-01 07:00", "c", "visit"}})).errors.empty());     // nobody there
}

TEST_CASE("what lies two steps ahead is up to the new version") {
  CHECK(edit({{"step offer    { send offer_mail, wait 5 days }", ""}}).errors.empty());
}

TEST_CASE("a journey with people in it keeps the first name it had") {
  const std::string once = edited(kShop, {{"journey win {", "journey come_in renamed from win {"}});
  const auto rename = [&](const std::string& head) { return go_live(once, edited(once, {{"journey come_in renamed from win {", head}}), "01-07 00:00", kOne).errors; };
  CHECK(rename("journey enter_shop renamed from win {").empty());
  CHECK(rename("journey enter_shop renamed from come_in {") == Lines{"E0634 journey `enter_shop` does not say that it was first called `win`"});
  CHECK(rename("journey come_in {") == Lines{"E0634 journey `come_in` does not say that it was first called `win`"});
}

TEST_CASE("a module that is gone with people in a journey of it") {
  const std::string module = "module care {\n  needs event   begun\n  needs message mail\n}\njourney care {\n  enter on begun\n  step one { wait 2 days, send mail }\n}\n";
  const std::string before = edited(kShop, {{"journey win {", "use care as visits with begun: visit, mail: offer_mail\njourney win {"}});
  const auto errors = go_live(before, edited(before, {{"use care as visits", "use care as looks"}}), "01-07 00:00", stream({{"01-06 08:00", "c", "visit"}}), {{"care.wend", module}}).errors;
  CHECK(errors == Lines{"E0632 journey `visits` is gone, with 1 person in it", "help: keep the module it comes from, used as `visits`, until they are through"});
}

TEST_CASE("what a step with people in it names must still be there") {
  const std::vector<std::string> errors = edit({{"message nudge_mail    { category promotional, email { subject \"nudge\" } }", ""},
                                                {"send nudge_mail", "send offer_mail"}}).errors;
  CHECK(errors == Lines{"E0201 there is no message `nudge_mail`", "note: declared messages: `discount_mail` and `offer_mail`",
                        "note: people are in this step: they finish it as it was written when they entered it, and what it names must still be there",
                        "help: keep what it names until they are through"});
}

TEST_CASE("what only the entries of the version before read may go") {
  const std::string before = edited(kShop, {{"enter on sign_up", "enter on sign_up where offer is \"big\""}});
  const std::string after = edited(kShop, {{"event sign_up { offer text = \"none\" }", "event sign_up { }"}});
  CHECK(go_live(before, after, "01-07 00:00", stream({{"01-04 08:00", "c", "sign_up", R"({"offer":"big"})"}})).errors.empty());
}
