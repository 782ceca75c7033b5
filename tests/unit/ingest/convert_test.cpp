// Values from outside: what is taken, exactly, and what is not.
#include <catch2/catch.hpp>

#include "runtime/engine/convert.h"
#include "runtime/engine/decimal.h"
#include "runtime/engine/json_digits.h"
#include "tests/unit/ingest/sample.h"

using namespace wend;

namespace {

const Zone& stockholm() { return *find_zone("Europe/Stockholm"); }

RawValue whole(int64_t value) { RawValue raw; raw.kind = RawValue::Kind::integer; raw.integer = value; return raw; }
RawValue text(std::string_view value) { RawValue raw; raw.kind = RawValue::Kind::text; raw.text = value; return raw; }
RawValue number(std::string_view digits) {
  RawValue raw;
  raw.kind = RawValue::Kind::number;
  raw.number = std::stod(std::string(digits));
  raw.digits = digits;
  return raw;
}

// The integer a value becomes; nothing when it is refused.
std::optional<int64_t> taken(const RawValue& raw, ValueKind kind, bool milliseconds = false) {
  Arena arena;
  const ValueType type = sample::type(kind);
  wend_slot slot{};
  if (!convert_json(raw, {type, milliseconds, stockholm(), arena}, slot)) return std::nullopt;
  return slot.integer;
}

std::optional<int64_t> cell(std::string_view text, ValueKind kind) {
  Arena arena;
  const ValueType type = sample::type(kind);
  wend_slot slot{};
  if (!convert_cell(text, {type, false, stockholm(), arena}, slot)) return std::nullopt;
  return slot.integer;
}

std::optional<int64_t> decimal(std::string_view digits, int scale = 6) {
  int64_t out = 0;
  return parse_decimal(digits, scale, out) ? std::optional(out) : std::nullopt;
}

std::string when(std::string_view text) {
  int64_t at = 0;
  switch (parse_time(text, stockholm(), true, at)) {
    case TimeFault::none: return format_instant(at);
    case TimeFault::not_a_time: return "no time";
    case TimeFault::out_of_range: return "out of range";
  }
  return "";
}

}  // namespace

TEST_CASE("decimals are exact, halves to even at the millionth") {
  CHECK(decimal("12") == 12'000'000);
  CHECK(decimal("-0.000001") == -1);
  CHECK(decimal("9007199254740993.25", 2) == 900719925474099325);
  CHECK(decimal("59.970000000000006") == 59'970'000);
  CHECK(decimal("0.0000005") == 0);
  CHECK(decimal("0.0000015") == 2);
  CHECK(decimal("0.00000050001") == 1);
  CHECK(decimal("1.5e3") == 1'500'000'000);
  CHECK(decimal("12345e-4") == 1'234'500);
  CHECK(decimal("0e999999999") == 0);
  CHECK(decimal("1e-999999999") == 0);
  CHECK(decimal("9223372036854.775807") == INT64_MAX);
  CHECK(decimal("-9223372036854.775808") == INT64_MIN);
  CHECK(decimal("9223372036854.775808") == std::nullopt);
  CHECK(decimal("1e999999999") == std::nullopt);
  for (const char* wrong : {"", "-", ".", "1.", "1e", "1e+", "0x10", "1 ", "1,5", "NaN"}) CHECK(decimal(wrong) == std::nullopt);
}

TEST_CASE("whole numbers are whole numbers") {
  CHECK(taken(whole(12), ValueKind::integer) == 12);
  CHECK(taken(whole(9007199254740993), ValueKind::integer) == 9007199254740993);
  CHECK(taken(number("3.0"), ValueKind::integer) == 3);
  CHECK(taken(number("3.5"), ValueKind::integer) == std::nullopt);
  CHECK(taken(number("9223372036854775808"), ValueKind::integer) == std::nullopt);
  CHECK(taken(text("12"), ValueKind::integer) == std::nullopt);
  CHECK(cell("12", ValueKind::integer) == 12);
  CHECK(cell("12.5", ValueKind::integer) == std::nullopt);
  CHECK(cell("", ValueKind::integer) == std::nullopt);
  CHECK(cell("99999999999999999999", ValueKind::integer) == std::nullopt);
}

TEST_CASE("money and durations come from digits, in major units and seconds") {
  CHECK(taken(whole(12), ValueKind::money) == 12'000'000);
  CHECK(taken(number("49.90"), ValueKind::money) == 49'900'000);
  CHECK(taken(text("49.90"), ValueKind::money) == std::nullopt);
  CHECK(taken(whole(INT64_MAX), ValueKind::money) == std::nullopt);
  CHECK(taken(number("1.5"), ValueKind::duration) == 1'500'000);
  CHECK(taken(number("1.5"), ValueKind::duration, true) == 1'500);
  CHECK(taken(whole(180'000), ValueKind::duration, true) == 180'000'000);
  CHECK(taken(number("0.1"), ValueKind::percent) == 100'000);
  CHECK(cell("10%", ValueKind::percent) == 100'000);
}

TEST_CASE("truth, days and words are strict in JSON and lenient in cells where cells have no types") {
  CHECK(taken(text("true"), ValueKind::boolean) == std::nullopt);
  CHECK(taken(whole(1), ValueKind::boolean) == std::nullopt);
  CHECK(cell("TRUE", ValueKind::boolean) == 1);
  CHECK(cell("0", ValueKind::boolean) == 0);
  CHECK(cell("maybe", ValueKind::boolean) == std::nullopt);
  CHECK(taken(text("2026-02-28"), ValueKind::date) == 20512);
  CHECK(taken(text("2026-02-30"), ValueKind::date) == std::nullopt);
  CHECK(taken(text("20260228"), ValueKind::date) == std::nullopt);
  CHECK(cell("20260228", ValueKind::date) == 20512);
  CHECK(taken(text("22:30"), ValueKind::time_of_day) == 81'000'000'000);
  CHECK(taken(text("25:00"), ValueKind::time_of_day) == std::nullopt);
  CHECK(taken(text("sunday"), ValueKind::weekday) == 6);
  CHECK(taken(text("Mars/Olympus"), ValueKind::timezone) == std::nullopt);
  CHECK(taken(text("Europe/Paris"), ValueKind::timezone).has_value());
}

TEST_CASE("when something happened") {
  CHECK(when("2026-02-17T03:00:00Z") == "2026-02-17T03:00:00Z");
  CHECK(when("2026-02-17T03:00:00.25Z") == "2026-02-17T03:00:00.250000Z");
  CHECK(when("2026-02-17T04:00:00+01:00") == "2026-02-17T03:00:00Z");
  CHECK(when("2026-02-17T04:00:00") == "2026-02-17T03:00:00Z");
  CHECK(when("2026-02-17") == "2026-02-16T23:00:00Z");
  CHECK(when("19970101") == "1996-12-31T23:00:00Z");
  CHECK(when("1700000000") == "2023-11-14T22:13:20Z");
  CHECK(when("1700000000.5") == "2023-11-14T22:13:20.500000Z");
  CHECK(when("1700000000123") == "2023-11-14T22:13:20.123000Z");
  CHECK(when("2026-02-30T00:00:00Z") == "no time");
  CHECK(when("yesterday") == "no time");
  CHECK(when("") == "no time");
  CHECK(when("1969-12-31T23:59:59Z") == "out of range");
  CHECK(when("9999-01-01T00:00:00Z") == "out of range");
}

TEST_CASE("the digits of a number are found where it stands") {
  const std::string json = R"({"a":[{"x":1.5}],"text":"\"x\":9,{","p\u0072op":{"x":"no","deep":{"x":-12.50e1 },"y":2}})";
  const auto at = [&](std::initializer_list<std::string_view> path) { return std::string(number_digits(json, std::vector(path))); };
  CHECK(at({"prop", "deep", "x"}) == "-12.50e1");
  CHECK(at({"prop", "y"}) == "2");
  CHECK(at({"prop", "x"}) == "");
  CHECK(at({"x"}) == "");
}
