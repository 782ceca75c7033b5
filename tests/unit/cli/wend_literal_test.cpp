// Values written as Wend text read back as the same values.
#include <catch2/catch.hpp>

#include "compiler/cli/host_tests.h"
#include "compiler/cli/wend_literal.h"
#include "compiler/service/service.h"
#include "runtime/engine/convert.h"

using namespace wend;
using namespace wend::cli;

namespace {

// A project with one event of one property; the value a test gives it, as the runtime has it.
struct Read { ValueType type; OwnedValue value; };
Read read_back(const std::string& type, const std::string& text) {
  const std::string project = "project p { time zone \"UTC\", currency EUR }\nprofile { identity user_id }\nevent e { v " + type + " }\n";
  const Project loaded = Project::from_texts({{"project.wend", project}, {"t.wend", "test \"t\" { at 2026-01-01 10:00 { e { v: " + text + " } } }\n"}});
  for (const Diagnostic& d : loaded.diagnostics().all()) UNSCOPED_INFO(d.message);
  INFO(text);
  REQUIRE(loaded.ok());
  const std::shared_ptr<const Module> module = compile(loaded.program(), Tier::fast_compile);
  const HostTest test = host_tests(loaded, *module).front();
  const auto& event = std::get<HostTestEvent>(test.blocks.front().body.front());
  return {module->events[event.type].properties.front().type, event.values.front().value};
}

void check_round_trip(const std::string& type, const std::string& text) {
  const Read first = read_back(type, text);
  const std::optional<std::string> written = literal_of(first.type, owned_slot(first.value, first.type.kind));
  REQUIRE(written);
  const Read second = read_back(type, *written);
  INFO(*written);
  CHECK(first.value.integer == second.value.integer);
  CHECK(first.value.number == second.value.number);
  CHECK(first.value.text == second.value.text);
}

}  // namespace

TEST_CASE("a value of every type is written so that it reads back the same") {
  check_round_trip("bool", "true");
  check_round_trip("int", "42");
  check_round_trip("number", "0.1");
  check_round_trip("percent", "12.5%");
  check_round_trip("money", "49.90 EUR");
  check_round_trip("duration", "90 seconds");
  check_round_trip("duration", "1.5 seconds");
  check_round_trip("duration", "2 days");
  check_round_trip("duration", "0 seconds");
  check_round_trip("time", "2026-01-31T18:00Z");
  check_round_trip("date", "2026-02-28");
  check_round_trip("time of day", "22:05");
  check_round_trip("weekday", "sunday");
  check_round_trip("one of red, \"dark blue\"", "\"dark blue\"");
  check_round_trip("one of red, \"dark blue\"", "red");
  check_round_trip("text", R"("a \"b\" \\ c\nd å 🎉")");
  check_round_trip("set of text", R"(["b", "a"])");
  check_round_trip("list of { name text, price money?, n int }", R"([{ name: "x", price: 2 EUR, n: 1 }, { name: "y", n: 2 }])");
  check_round_trip("list of { name text }", "[]");
}

TEST_CASE("what cannot be written is not written wrong") {
  CHECK_FALSE(quoted("a\rb"));
  wend_slot slot{};
  slot.integer = -1;
  CHECK_FALSE(literal_of({ValueKind::duration, false, {}, {}, {}}, slot));
}

TEST_CASE("a time is written by the project's clock where that says it exactly") {
  const Zone& zone = *find_zone("Europe/Stockholm");
  int64_t at = 0;
  REQUIRE(parse_instant("2026-07-01T10:00:00Z", zone, at));
  CHECK(time_of_test(zone, at) == "2026-07-01 12:00");
  CHECK(time_of_test(zone, at + 1'000'000) == "2026-07-01 12:00:01");
  CHECK(time_of_test(zone, at + 1) == "2026-07-01T10:00:00.000001Z");
  // The hour that comes twice: its second time cannot be said by the clock.
  REQUIRE(parse_instant("2026-10-25T01:30:00Z", zone, at));
  CHECK(time_of_test(zone, at) == "2026-10-25T01:30:00Z");
}
