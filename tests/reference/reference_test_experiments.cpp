// Experiments: what they count by, the trigger as the variant, and who is exposed when.
#include <catch2/catch.hpp>

#include "tests/reference/story.h"

using namespace wend::story;

namespace {

// cart_words has cart-1 at 55300 and cart-2 at 798755, first_word u1 at 391575 and u2 at 983651
std::string project(const std::string& rest) {
  return with_prelude("message offer { category promotional, email { subject \"offer\" } }\nprotect p { categories promotional }\n" + rest);
}

const std::string kCarts = R"(
experiment cart_words { unit entry.cart_id, variants { short, long } }
journey j {
  enter on add_to_cart
  re-enter always
  step a { choose by experiment cart_words { short { wait 1 hour } long { wait 2 hours } } }
  step b { choose by experiment cart_words { short { leave } long { leave } } }
}
)";

}  // namespace

TEST_CASE("an experiment by cart exposes once an instance") {
  Story story(project(kCarts));
  story.track("2026-03-01T10:00Z", "add_to_cart", R"({"cart_id":"cart-1"})").track("2026-03-02T10:00Z", "add_to_cart", R"({"cart_id":"cart-2"})").track("2026-03-03T10:00Z", "add_to_cart").until("2026-03-05T00:00Z");
  CHECK(story.lines("exposure") == Expected{"2026-03-01T10:00:00Z u1 exposure cart_words short", "2026-03-02T10:00:00Z u1 exposure cart_words long"});
}

TEST_CASE("an experiment by a value of the user exposes again with the next instance") {
  Story story(project("experiment by_plan { unit plan, variants { a, b } }\njourney j {\n enter on ask\n re-enter always\n step a {\n  choose by experiment by_plan { a { leave } b { leave } }\n }\n}\n"));
  story.track("2026-03-01T10:00Z", "ask").track("2026-03-02T10:00Z", "ask");
  CHECK(story.lines("exposure").size() == 2);
}

namespace {
const std::string kWays = R"(
experiment first_word { variants { early 50%, late 50% } }
journey j {
  enter by experiment first_word { early { on ask } late { on play, on purchase } }
  step a { wait 1 hour }
}
)";
std::vector<std::string> lines(const std::string& user, const std::string& event, const std::string& rest = "") {
  Story story(project(kWays + rest));
  story.track("2026-03-01T10:00Z", event, "{}", user);
  std::vector<std::string> short_lines;
  for (const std::string& line : story.lines()) short_lines.push_back(line.substr(21));
  return short_lines;
}
}  // namespace

TEST_CASE("whoever meets a trigger of the experiment is exposed, and enters by that of the own variant alone") {
  const Expected early_enters = {"u1 exposure first_word early", "u1 enter j", "u1 step j a"};
  const Expected early = {"u1 exposure first_word early"};
  const Expected late_enters = {"u2 exposure first_word late", "u2 enter j", "u2 step j a"};
  const Expected late = {"u2 exposure first_word late"};
  CHECK(lines("u1", "ask") == early_enters);
  CHECK(lines("u1", "play") == early);
  CHECK(lines("u2", "ask") == late);
  CHECK(lines("u2", "play") == late_enters);
  CHECK(lines("u2", "purchase") == late_enters);
}

TEST_CASE("a way in without an experiment is open to all, and exposes nobody") {
  Story story(project("experiment first_word { variants { early 50%, late 50% } }\njourney j {\n enter on ask\n enter by experiment first_word { late { on ask } }\n step a { wait 1 hour }\n}\n"));
  story.track("2026-03-01T10:00Z", "ask");
  CHECK(story.lines("exposure").empty());
  CHECK(story.lines("enter").size() == 1);
}

TEST_CASE("who may not enter has not reached the choice") {
  for (const char* bar : {"only if plan is premium", "exit when plan is free", "goal plan is free"}) {
    Story story(project("experiment first_word { variants { early 50%, late 50% } }\njourney j {\n enter by experiment first_word { early { on ask } late { on ask } }\n " + std::string(bar) + "\n step a { wait 1 hour }\n}\n"));
    story.track("2026-03-01T10:00Z", "ask");
    CHECK(story.lines().empty());
  }
}

TEST_CASE("two journeys of one experiment expose a user once") {
  Story story(project("experiment first_word { variants { early 50%, late 50% } }\njourney j {\n enter by experiment first_word { early { on ask } }\n step a { wait 1 hour }\n}\njourney k {\n enter by experiment first_word { late { on ask } }\n step a { wait 1 hour }\n}\n"));
  story.track("2026-03-01T10:00Z", "ask").track("2026-03-01T10:00Z", "ask", "{}", "u2");
  CHECK(story.lines("exposure").size() == 2);
  CHECK(story.lines("enter") == Expected{"2026-03-01T10:00:00Z u1 enter j", "2026-03-01T10:00:00Z u2 enter k"});
}

TEST_CASE("an experiment renamed keeps its users where they were") {
  const std::string use = "journey j {\n enter on ask\n step a {\n  choose by experiment NAME { early { leave } late { leave } }\n }\n}\n";
  auto variant = [&](const std::string& declared, const std::string& name, const std::string& user) {
    std::string text = use;
    text.replace(text.find("NAME"), 4, name);
    Story story(project("experiment " + declared + " { variants { early, late } }\n" + text));
    story.track("2026-03-01T10:00Z", "ask", "{}", user);
    const std::string line = story.lines("exposure").at(0);
    return line.substr(line.rfind(' ') + 1);
  };
  for (const char* user : {"u1", "u2", "u3", "u4"}) CHECK(variant("second renamed from first_word", "second", user) == variant("first_word", "first_word", user));
  CHECK(variant("second", "second", "u1") + variant("second", "second", "u2") + variant("second", "second", "u3") + variant("second", "second", "u4") !=
        variant("first_word", "first_word", "u1") + variant("first_word", "first_word", "u2") + variant("first_word", "first_word", "u3") + variant("first_word", "first_word", "u4"));
}
