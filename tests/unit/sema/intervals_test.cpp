// Sets of values against a slow membership test over a small range, and what they decide about states blocks.
#include <catch2/catch.hpp>

#include <cmath>
#include <limits>
#include <random>

#include "compiler/sema/intervals.h"
#include "tests/unit/sema/project.h"

using wend::sema::ValueSet;

namespace {

std::string states(const std::string& rules) {
  return wend::sema_test::codes("measure days = days with play in last 28 days\nmeasure plays = count of play in last 7 days\n"
                                "states heat ordered {\n  evaluate daily at 04:00\n" + rules + "}\n");
}

ValueSet random_set(std::mt19937& random) {
  ValueSet set;
  for (int i = 0; i < 3; ++i) {
    const int64_t low = static_cast<int64_t>(random() % 20);
    set = set | ValueSet::between(low, low + static_cast<int64_t>(random() % 5));
  }
  return random() % 2 ? set | ValueSet::only_unknown() : set;
}

}  // namespace

TEST_CASE("set operations agree with membership") {
  std::mt19937 random(1);
  for (int round = 0; round < 500; ++round) {
    const ValueSet a = random_set(random), b = random_set(random);
    for (int64_t value = -2; value < 30; ++value) {
      REQUIRE((a & b).contains(value) == (a.contains(value) && b.contains(value)));
      REQUIRE((a | b).contains(value) == (a.contains(value) || b.contains(value)));
      REQUIRE((~a).contains(value) == !a.contains(value));
    }
    REQUIRE((a & b).contains_unknown() == (a.contains_unknown() && b.contains_unknown()));
    REQUIRE((~a).contains_unknown() == !a.contains_unknown());
    REQUIRE((a & ~a).empty());
  }
}

TEST_CASE("sets reach to the ends of the integers") {
  const int64_t least = std::numeric_limits<int64_t>::min(), most = std::numeric_limits<int64_t>::max();
  CHECK((~ValueSet::all()).empty());
  CHECK((~ValueSet::between(least, 0)).contains(most));
  CHECK_FALSE((~ValueSet::between(0, most)).contains(0));
}

TEST_CASE("doubles keep their order") {
  const double numbers[] = {-1e308, -1, -1e-300, 0, 1e-300, 0.5, 1, 1e308};
  for (size_t i = 1; i < std::size(numbers); ++i) CHECK(wend::sema::order_of(numbers[i - 1]) < wend::sema::order_of(numbers[i]));
  CHECK(wend::sema::order_of(-0.0) == wend::sema::order_of(0.0));
}

TEST_CASE("states nobody can be in are found") {
  CHECK(states("a when days >= 30\nb otherwise\n") == "E0506");
  CHECK(states("a when days >= 3 and days < 3\nb otherwise\n") == "E0506");
  CHECK(states("a when days >= 3\nb when days < 3\nc otherwise\n") == "E0506");
  CHECK(states("a when days >= 3\nb when days >= 12\nc otherwise\n") == "E0507");
  CHECK(states("a when days >= 12, until days >= 20\nb otherwise\n") == "E0508");
  CHECK(states("a when days >= 12, until days < 0\nb otherwise\n") == "E0508");
  CHECK(states("a when plan is free or plan is premium\nb when plan in [premium, free]\nc otherwise\n") == "E0507");
}

TEST_CASE("nothing is said of what intervals cannot decide") {
  CHECK(states("a when days >= 12\nb when days >= 3\nc otherwise\n") == "");
  CHECK(states("a when days >= 12, until days < 10\nb when days >= 10\nc otherwise\n") == "");
  CHECK(states("a when days >= 3 and plays > 1\nb when days >= 12\nc otherwise\n") == "");
  CHECK(states("a when days >= 3 or plays > 1\nb when plays >= 1\nc otherwise\n") == "");
  CHECK(states("a when days >= 3, until plays < 1\nb when days >= 12\nc otherwise\n") == "");
  CHECK(states("a when days > plays\nb when days >= 3\nc otherwise\n") == "");
  CHECK(states("a when country is \"SE\"\nb when country is \"NO\"\nc otherwise\n") == "");
  CHECK(states("a when rating is known and rating > 3\nb when rating is unknown\nc otherwise\n") == "");
  CHECK(states("a when days >= 3, until days >= 5\nb otherwise\n") == "E0508");
  CHECK(states("top when plays > 90\na when days >= 3, until days >= 5\nb otherwise\n") == "");
}
