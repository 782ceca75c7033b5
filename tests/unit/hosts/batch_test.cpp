// Runs over small texts: order of the lines, what is counted, where the clock ends.
#include <catch2/catch.hpp>

#include "runtime/hosts/batch.h"
#include "tests/unit/core/world.h"

using namespace wend;

namespace {

// Who is mailed at once when a play comes, and in a daily block by score.
Module program() {
  Module module = test::empty_program("UTC");
  module.identities = {"email"};
  module.attributes[test::email].identity = true;
  module.attributes[test::email_opt_in].initial.integer = 1;
  module.duplicates_within_us = 7 * test::kDay;
  test::add_states(module, "mood", {"calm", "keen"}).time_of_day_us = 4 * test::kHour;
  test::add_message(module, "hello");
  test::add_journey(module, "greet", {test::step_node(), test::send_node(0)}).enters = {test::on(test::play)};
  return module;
}

std::string play(const std::string& user, const std::string& at, const std::string& more = "") {
  return R"({"type":"track","event":"play","userId":")" + user + R"(","timestamp":")" + at + "\"" + more + "}\n";
}

struct Run {
  std::vector<std::string> lines;
  BatchResult result;
  explicit Run(const Module& module, const std::string& text, BatchOptions options = {}) {
    options.line = [this](std::string_view line) { lines.emplace_back(line); };
    result = run_batch_text(module, text, options);
  }
  // "at user kind", without the rest.
  std::vector<std::string> heads() const {
    std::vector<std::string> out;
    for (const std::string& line : lines) out.push_back(field(line, "at") + " " + field(line, "user") + " " + field(line, "kind"));
    return out;
  }
  static std::string field(const std::string& line, const std::string& key) {
    const size_t start = line.find("\"" + key + "\":") + key.size() + 3;
    const std::string rest = line.substr(start);
    return rest[0] == '"' ? rest.substr(1, rest.find('"', 1) - 1) : rest.substr(0, rest.find(','));
  }
};

using List = std::vector<std::string>;

}  // namespace

TEST_CASE("lines are ordered by time, then user, then as they happened") {
  const Module module = program();
  const Run run(module, play("zoe", "2026-01-02T10:00:00Z") + play("ada", "2026-01-02T10:00:00Z") + play("max", "2026-01-01T09:00:00Z"));
  CHECK(!run.result.error);
  const List kinds = {"state", "enter", "step", "leave", "message"};
  List expected;
  for (const char* head : {"2026-01-01T09:00:00Z max ", "2026-01-02T10:00:00Z ada ", "2026-01-02T10:00:00Z zoe "}) {
    for (const std::string& kind : kinds) expected.push_back(head + kind);
  }
  CHECK(run.heads() == expected);
  CHECK(run.result.summary.users == 3);
  CHECK(run.result.summary.events == 3);
  CHECK(run.result.summary.channels.at("email").sent == 3);
  CHECK(run.result.summary.journeys.at("greet").left.at("finished") == 3);
}

TEST_CASE("duplicates change nothing, also those of another line order") {
  const Module module = program();
  const std::string id = R"(,"messageId":"m1")";
  const Run run(module, play("ada", "2026-01-03T10:00:00Z", id) + play("ada", "2026-01-01T10:00:00Z", id) + play("max", "2026-01-01T10:00:00Z", id));
  CHECK(run.result.summary.duplicates == 1);
  CHECK(run.result.summary.events == 2);
  CHECK(run.result.summary.last_at == test::time_of("2026-01-01T10:00"));
}

TEST_CASE("a rejected event's line stands at its time behind the others, one without a time comes first") {
  const Module module = program();
  const Run run(module, play("zoe", "2026-01-02T10:00:00Z") + play("ada", "2026-01-02T10:00:00Z", R"(,"properties":{"artist":5})") + "{oops\n" +
                            play("bob", "2026-01-05T10:00:00Z", R"(,"properties":[])"));
  REQUIRE(run.lines.size() == 8);
  CHECK(run.lines[0] == R"({"at":null,"user":null,"kind":"rejected","line":"-:3","reason":"the line is not JSON: its brackets, commas or colons do not fit together"})");
  CHECK(run.lines[6] == R"({"at":"2026-01-02T10:00:00Z","user":"ada","kind":"rejected","line":"-:2","reason":"`artist` of `play` must be a text, found 5"})");
  CHECK(Run::field(run.lines[7], "user") == "bob");
  CHECK(run.result.summary.rejected == 3);
  CHECK(run.result.summary.rejected_examples.size() == 3);
  CHECK(run.result.summary.users == 1);
}

TEST_CASE("a run ends at its last event, or lets the clock run on") {
  const Module module = program();
  const std::string text = R"({"type":"identify","userId":"ada","timestamp":"2026-01-01T10:00:00Z","traits":{"score":1}})" "\n"
                           R"({"type":"identify","userId":"ada","timestamp":"2026-01-01T11:00:00Z","traits":{"score":0}})" "\n";
  const Run short_run(module, text);
  CHECK(short_run.lines.size() == 1);
  BatchOptions options;
  options.until_us = test::time_of("2026-01-02T04:00");
  const Run long_run(module, text, options);
  REQUIRE(long_run.lines.size() == 2);
  CHECK(long_run.heads()[1] == "2026-01-02T04:00:00Z ada state");
  CHECK(long_run.result.summary.states.at("mood").moves.at({"keen", "calm"}) == 1);
  CHECK(long_run.result.summary.states.at("mood").population.at("calm") == 1);
  options.until_us = test::time_of("2026-01-02T03:59");
  CHECK(Run(module, text, options).lines.size() == 1);
}

TEST_CASE("strict running stops at the first rejected event and tells of what came before") {
  const Module module = program();
  BatchOptions options;
  options.strict = true;
  const Run run(module, play("ada", "2026-01-01T10:00:00Z") + "{oops\n" + play("zoe", "2026-01-01T10:00:00Z"), options);
  REQUIRE(run.result.error);
  CHECK(run.result.error->exit_code == 1);
  CHECK(run.result.summary.events == 1);
}

TEST_CASE("a snapshot holds what was before the instant, and the timers due at it") {
  Module module = program();
  module.measures.push_back({"plays", {ValueKind::integer, false, {}, {}},
                             [](const uint8_t* record, const uint8_t*, const wend_event*, wend_ctx*, wend_slot* out) -> int32_t {
                               out->integer = test::of(record).plays.count;
                               return 1;
                             }});
  const std::string text = R"({"type":"identify","userId":"a,b","timestamp":"2026-01-01T10:00:00Z","traits":{"score":1,"plan":"premium"}})" "\n" +
                           play("zoe", "2026-01-01T12:00:00Z") + play("zoe", "2026-01-02T04:00:00Z");
  BatchOptions options;
  options.snapshot_us = test::time_of("2026-01-02T04:00");
  const BatchResult result = run_batch_text(module, text, options);
  CHECK(result.snapshot_csv ==
        "user,email,push_token,email_opt_in,push_opt_in,time_zone,plan,score,plays,mood\r\n"
        "\"a,b\",\"a,b\",,true,false,,premium,1,0,keen\r\n"
        "zoe,zoe,,true,false,,free,,1,calm\r\n");
}

TEST_CASE("files that cannot be read are told, with exit code 5") {
  const Module module = program();
  BatchOptions options;
  options.files = {{"/nowhere/events.ndjson", "", "", ""}};
  const BatchResult result = run_batch(module, options);
  REQUIRE(result.error);
  CHECK(result.error->exit_code == 5);
  CHECK(result.error->message == "cannot read `/nowhere/events.ndjson`: there is no such file");
}
