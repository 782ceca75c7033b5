// Values in the cells of a snapshot.
#include <catch2/catch.hpp>

#include "runtime/hosts/value_text.h"

using namespace wend;

namespace {
std::string text(ValueKind kind, int64_t integer) {
  wend_slot slot{};
  slot.integer = integer;
  std::string out;
  append_value(out, {kind, false, {"free", "premium"}, {}}, slot);
  return out;
}
std::string cell(std::string_view value) {
  std::string out;
  append_csv_cell(out, value);
  return out;
}
}  // namespace

TEST_CASE("values are exact and plain") {
  CHECK(text(ValueKind::boolean, 1) == "true");
  CHECK(text(ValueKind::integer, -7) == "-7");
  CHECK(text(ValueKind::money, 49'900'000) == "49.9");
  CHECK(text(ValueKind::percent, 100'000) == "0.1");
  CHECK(text(ValueKind::duration, 1'500'000) == "1.5");
  CHECK(text(ValueKind::time, 1'767'261'600'000'000) == "2026-01-01T10:00:00Z");
  CHECK(text(ValueKind::date, 20512) == "2026-02-28");
  CHECK(text(ValueKind::time_of_day, 81'000'000'000) == "22:30");
  CHECK(text(ValueKind::time_of_day, 81'005'000'000) == "22:30:05");
  CHECK(text(ValueKind::weekday, 6) == "sunday");
  CHECK(text(ValueKind::one_of, 1) == "premium");
}

TEST_CASE("cells are quoted when they must be") {
  CHECK(cell("plain text") == "plain text");
  CHECK(cell("a,b") == "\"a,b\"");
  CHECK(cell("say \"hi\"") == "\"say \"\"hi\"\"\"");
  CHECK(cell("two\nlines") == "\"two\nlines\"");
}
