// Types, units, narrowing and windows, by the printed form of a checked measure or the codes it draws.
#include <catch2/catch.hpp>

#include "tests/unit/sema/project.h"

using wend::sema_test::codes;
using wend::sema_test::measure;
using wend::sema_test::with_base;

TEST_CASE("units add, multiply and divide to what they mean") {
  CHECK(measure("today - 7 days") == "subtract(today, 7 days)");
  CHECK(measure("now - now") == "subtract(now, now)");
  CHECK(measure("points + 1.5") == "add(int_to_number(attribute points), 1.5)");
  CHECK(measure("points / 2") == "divide(int_to_number(attribute points), 2)");
  CHECK(measure("10% * (sum of purchase.amount ever)") == "multiply(aggregate #0, 10%)");
  CHECK(measure("2 * 3 days") == "6 days");
  CHECK(measure("points + 1 day") == "E0305");
  CHECK(measure("today + 12 hours") == "E0312");
  CHECK(measure("points / 0") == "E0308");
  CHECK(measure("100 EUR + 100 SEK") == "E0306");
}

TEST_CASE("an overflow that can be seen is an error") {
  CHECK(measure("9223372036854775807 + 0") == "9223372036854775807");
  CHECK(measure("9223372036854775807 + 1") == "E0307");
  CHECK(measure("0 - 9223372036854775807 - 2") == "E0307");
}

TEST_CASE("a quotient may be unknown unless its divisor is a constant") {
  CHECK(with_base("measure m = points / points").program().measures[0].value->type.optional);
  CHECK_FALSE(with_base("measure m = points / 3").program().measures[0].value->type.optional);
}

TEST_CASE("positive tests are false of an unknown value, others need it resolved") {
  CHECK(measure("country is \"SE\"") == "equal(attribute country, \"SE\")");
  CHECK(measure("country in [\"SE\", \"NO\"]") == "in_list(attribute country, \"SE\", \"NO\")");
  CHECK(measure("country is not \"SE\"") == "E0302");
  CHECK(measure("country not in [\"SE\"]") == "E0302");
  CHECK(measure("rating > 3") == "E0302");
}

TEST_CASE("a test narrows what follows it, and only that") {
  CHECK(measure("rating is known and rating > 3") == "and(is_known(attribute rating), greater(unwrap(attribute rating), 3))");
  CHECK(measure("rating is unknown or rating > 3") == "or(is_unknown(attribute rating), greater(unwrap(attribute rating), 3))");
  CHECK(measure("country is \"SE\" and country > \"A\"") == "and(equal(attribute country, \"SE\"), greater(unwrap(attribute country), \"A\"))");
  CHECK(measure("not (rating is unknown) and rating > 3") == "and(not(is_unknown(attribute rating)), greater(unwrap(attribute rating), 3))");
  CHECK(measure("if rating is known then rating else 1") == "if(is_known(attribute rating), unwrap(attribute rating), 1)");
  CHECK(measure("rating is known or rating > 3") == "E0302");
  CHECK(measure("rating > 3 and rating is known") == "E0302");
  CHECK(measure("(rating is known or points > 3) and rating > 3") == "E0302");
}

TEST_CASE("a bare word is a value of what it is compared with") {
  CHECK(measure("plan is premium") == "equal(attribute plan, premium)");
  CHECK(measure("premium is plan") == "equal(premium, attribute plan)");
  CHECK(measure("plan is \"premium\"") == "equal(attribute plan, premium)");
  CHECK(measure("weekday(today) in [saturday, sunday]") == "in_list(call weekday(today), saturday, sunday)");
  CHECK(measure("plan is gold") == "E0211");
  CHECK(codes("audience premium = plan is premium") == "");
}

TEST_CASE("a rolling window keeps what decides its question") {
  const auto window = [](const std::string& text) {
    const auto project = with_base("measure m = " + text);
    return project.diagnostics.ok() ? wend::print_window(project.program().aggregates[0].window) : project.codes();
  };
  CHECK(window("count of play in rolling 7 days >= 10") == "in rolling 7 days keeping 10");
  CHECK(window("count of play in rolling 7 days < 10") == "in rolling 7 days keeping 10");
  CHECK(window("count of play in rolling 7 days > 10") == "in rolling 7 days keeping 11");
  CHECK(window("count of play in rolling 7 days is 10") == "in rolling 7 days keeping 11");
  CHECK(window("10 <= count of play in rolling 7 days") == "in rolling 7 days keeping 10");
  CHECK(window("count of play in rolling 7 days in 4..11") == "in rolling 7 days keeping 12");
  CHECK(window("has play in rolling 7 days") == "in rolling 7 days keeping 1");
  CHECK(window("count of play in rolling 7 days up to 50") == "in rolling 7 days keeping 50");
  CHECK(window("count of play in rolling 7 days > points") == "E0403");
  CHECK(window("days with play in rolling 7 days") == "E0403");
}

TEST_CASE("equal aggregates are one") {
  CHECK(with_base("measure m = count of play ever\nmeasure n = count of play ever + 1").program().aggregates.size() == 1);
}

TEST_CASE("an expression that was refused is refused once") {
  CHECK(codes("measure m = nothing_at_all + 1\nmeasure n = m + 1\naudience a = n > 3 and m > 2") == "E0210");
}
