// Reading NDJSON: conversions, what is ignored, what is rejected, and order.
#include <catch2/catch.hpp>

#include "tests/reference/intake.h"
#include "tests/reference/story.h"

using namespace wend::story;
namespace reference = wend::reference;

namespace {

const char* const kProject = R"(
project p { time zone "Europe/Stockholm", currency EUR }
profile { identity user_id, anonymous_id many
 plan one of free, premium = free
 born date?
 zone timezone?
}
event order from "Order Completed" {
  total money from "revenue.amount"
  took  duration in milliseconds
  note  text?
  count int = 7
  when_ time?
  ratio percent?
}
event page { url text? }
)";

std::vector<reference::Input> read(const std::string& lines) {
  static const wend::Program program = program_of(kProject);
  return reference::read_inputs(program, *reference::Zone::find("Europe/Stockholm"), lines, false);
}

std::string order(const std::string& properties, const std::string& at = "2026-03-01T10:00:00Z") {
  return R"({"type":"track","event":"Order Completed","userId":"u","timestamp":")" + at + R"(","properties":)" + properties + "}\n";
}

}  // namespace

TEST_CASE("money is read from its digits, durations in their unit, names by their path") {
  auto inputs = read(order(R"({"revenue":{"amount":49.90},"took":1500,"when_":"2026-03-01T12:00","ratio":0.125})"));
  REQUIRE(inputs.size() == 1);
  const auto& values = inputs[0].properties;
  CHECK(values[0].integer == 49'900'000);
  CHECK(values[1].integer == 1'500'000);
  CHECK_FALSE(values[2].known);
  CHECK(values[3].integer == 7);
  CHECK(values[4].integer == inputs[0].at + 3600'000'000ll);  // noon in Stockholm
  CHECK(values[5].integer == 125'000);
  CHECK(read(order(R"({"revenue":{"amount":9007199254.740993},"took":0})"))[0].properties[0].integer == 9007199254740993);
}

TEST_CASE("a wrong type or a missing property rejects the event") {
  CHECK(read(order(R"({"took":1})")).empty());
  CHECK(read(order(R"({"revenue":{"amount":null},"took":1})")).empty());
  CHECK(read(order(R"({"revenue":{"amount":"49"},"took":1})")).empty());
  CHECK(read(order(R"({"revenue":{"amount":1},"took":1,"count":"3"})")).empty());
  CHECK(read(order(R"({"revenue":{"amount":1},"took":1,"count":null,"extra":[1]})")).size() == 1);
  CHECK(read(order(R"({"revenue":{"amount":1},"took":1,"count":3.0})")).at(0).properties[3].integer == 3);
  CHECK(read(order(R"({"revenue":{"amount":1},"took":1,"count":3.5})")).empty());
  CHECK(read(order(R"({"revenue":{"amount":1},"took":1})", "yesterday")).empty());
  CHECK(read("not json\n[]\n{}\n").empty());
}

TEST_CASE("a bad trait is left as it was, null restores, undeclared is ignored") {
  auto inputs = read(R"({"type":"identify","userId":"u","timestamp":"2026-03-01T10:00:00Z","traits":{"plan":"gold","born":"2008-02-29","zone":"Nowhere/Land","colour":"red"}})"
                     "\n" R"({"type":"identify","userId":"u","timestamp":"2026-03-01T10:00:00Z","traits":{"plan":null,"born":null,"zone":"Asia/Tokyo"}})");
  REQUIRE(inputs.size() == 2);
  REQUIRE(inputs[0].traits.size() == 1);
  CHECK(inputs[0].traits[0].second.integer == reference::days_of(2008, 2, 29));
  REQUIRE(inputs[1].traits.size() == 3);
  CHECK(inputs[1].traits[0].second.known);
  CHECK_FALSE(inputs[1].traits[1].second.known);
  CHECK(inputs[1].traits[2].second.text == "Asia/Tokyo");
}

TEST_CASE("order is by time, ties by line; page calls are events of that name") {
  auto inputs = read(order(R"({"revenue":{"amount":1},"took":1,"note":"b"})", "2026-03-01T10:00:01Z") + order(R"({"revenue":{"amount":1},"took":1,"note":"a"})", "2026-03-01T11:00:00+01:00") +
                     R"({"type":"page","anonymousId":"a1","timestamp":"2026-03-01T10:00:00.000Z","properties":{"url":"/"}})" "\n");
  REQUIRE(inputs.size() == 3);
  CHECK(inputs[0].properties[2].text == "a");
  CHECK(inputs[1].properties[0].text == "/");
  CHECK(inputs[1].identities[0].second == "a1");
  CHECK(inputs[2].properties[2].text == "b");
}
