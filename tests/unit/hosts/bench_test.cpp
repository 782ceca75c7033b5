// What `wend bench` measures with, and what it reports. How long anything takes is looked at nowhere.
#include <filesystem>
#include <fstream>
#include <set>

#include <unistd.h>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include "compiler/service/service.h"
#include "runtime/engine/ingest.h"
#include "runtime/hosts/bench.h"

using namespace wend;
using json = nlohmann::json;

namespace {

const char* const kEveryType = R"wend(project shop { time zone "Europe/Stockholm", currency EUR }
profile {
  identity user_id, email, anonymous_id many
  name         text?
  plan         one of free, "very premium" = free
  email_opt_in bool = false
  time_zone    timezone?
  born         date?
  spent        money = 0 EUR
  likes        set of text = []
}
event visit
event everything from "All Of It" {
  a bool, b int, c number, d percent, e text, f html, g url, h email, i money, j duration, k duration in milliseconds from "deep.er.k"
  l time, m date, n time of day, o weekday, p timezone, q one of x, "y z", r list of text, s set of int
  t list of { label text, price money, image url? }
  u text?, v int = 7
}
measure visits = count of visit in last 7 days
measure total = sum of everything.i in last 28 days
states pulse { evaluate daily at 04:00
  busy  when visits >= 2, until visits < 1
  quiet otherwise
}
audience regular = visits >= 1
journey back {
  enter when visits >= 3
  step only { wait 2 days }
}
)wend";

std::shared_ptr<const Module> module_of(const std::string& text = kEveryType) {
  const Project project = Project::from_texts({{"project.wend", text}});
  for (const Diagnostic& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(project.ok());
  return compile(project.program(), Tier::fast_compile);
}

std::string lines_of(const BenchEvents& events) {
  std::string out;
  for (const BenchEvents::Line& line : events.lines) out.append(events.line(line)).push_back('\n');
  return out;
}

struct File {
  explicit File(const std::string& name, const std::string& text) : path((std::filesystem::temp_directory_path() / ("wend_bench_" + std::to_string(::getpid()) + name)).string()) { std::ofstream(path) << text; }
  ~File() { std::filesystem::remove(path); }
  std::string path;
};

const BenchLimits kShort{2, 1, 1, 100};

}  // namespace

TEST_CASE("events that are made up are taken by the program they are made from, whatever the types of their values") {
  const auto module = module_of();
  const BenchEvents events = make_up_events(*module, {40, 10});
  CHECK(events.made_up);
  CHECK_FALSE(events.more);
  Intake intake(*module);
  REQUIRE_FALSE(read_text(lines_of(events), "made up", true, intake));
  CHECK(intake.rejected.empty());
  CHECK(intake.unknown_events + intake.unknown_properties + intake.unknown_traits + intake.bad_traits == 0);
  REQUIRE(intake.log.events().size() == events.lines.size());
  CHECK(intake.log.sorted());
  std::set<uint32_t> types;
  for (size_t i = 0; i < events.lines.size(); ++i) {
    CHECK(intake.log.events()[i].at == events.lines[i].at);
    CHECK(intake.log.events()[i].record->type == events.lines[i].type);
    types.insert(events.lines[i].type);
  }
  CHECK(types.size() == 3);                     // identify and both events
  CHECK(intake.identities.size() == 40);
}

TEST_CASE("events that are made up are the same each time, and another population has others") {
  const auto module = module_of();
  CHECK(lines_of(make_up_events(*module, {30, 5})) == lines_of(make_up_events(*module, {30, 5})));
  CHECK(lines_of(make_up_events(*module, {30, 5})) != lines_of(make_up_events(*module, {31, 5})));
}

TEST_CASE("no more events are made up than are asked for, and a project without events has none") {
  const auto module = module_of();
  const BenchEvents events = make_up_events(*module, {200'000, 3650}, 500);
  CHECK(events.lines.size() == 500);
  CHECK(events.more);
  CHECK(make_up_events(*module_of("project p { time zone \"UTC\" }\nprofile { identity user_id }\n"), {}).lines.empty());
}

TEST_CASE("rows of CSV become the lines a client would send, and mean the same") {
  const auto module = module_of(R"wend(project p { time zone "UTC", currency EUR }
profile { identity user_id, anonymous_id many, plan one of free, premium = free }
event buy { price money, took duration, slow duration in milliseconds, share percent, day date, code text?, sort one of a, b, first bool }
)wend");
  const File csv("buy.csv", "user_id,anonymous_id,at,message_id,price,took,slow,share,day,code,sort,first\n"
                            "ada,x1,2026-01-05T10:00:00Z,m1,12.345678,1.5,250,10%,2026-01-02,\"say \"\"hi\"\"\",b,yes\n"
                            "ben,,2026-01-04T10:00:00Z,,-3,0,0.5,0.25,20260103,,a,0\n");
  InputFile file{csv.path, "buy", "", ""};
  const BenchReading reading = read_bench_events(*module, {file}, true);
  REQUIRE_FALSE(reading.error);
  REQUIRE(reading.events.lines.size() == 2);
  CHECK(reading.events.lines[0].at < reading.events.lines[1].at);      // by time, not as they stand
  Intake from_csv(*module), from_lines(*module);
  REQUIRE_FALSE(read_files({{{csv.path, "buy", "", ""}}, true, {}}, from_csv));
  REQUIRE_FALSE(read_text(lines_of(reading.events), "-", true, from_lines));
  from_csv.log.sort();
  REQUIRE(from_lines.log.events().size() == 2);
  for (size_t i = 0; i < 2; ++i) {
    std::string one, other;
    append_event_line(from_csv, from_csv.log.events()[i], one);
    append_event_line(from_lines, from_lines.log.events()[i], other);
    CHECK(one == other);
    CHECK(one == reading.events.line(reading.events.lines[i]));
  }
}

TEST_CASE("of a log no more is used than fits, and what is rejected or means nothing is counted") {
  const auto module = module_of();
  const std::string visit = R"({"type":"track","event":"visit","userId":"ada","timestamp":"2026-01-05T10:00:00Z"})";
  const File log("log.ndjson", visit + "\n\nno json\n" + R"({"type":"track","event":"other","userId":"ada","timestamp":"2026-01-05T10:00:00Z"})" + "\n" + visit + "\n" + visit + "\n");
  const BenchReading all = read_bench_events(*module, {{log.path, "", "", ""}}, false);
  REQUIRE_FALSE(all.error);
  CHECK(all.events.lines.size() == 3);
  CHECK(all.events.rejected == 1);
  CHECK(all.events.ignored == 1);
  CHECK_FALSE(all.events.more);
  CHECK(all.events.first_rejection.find("log.ndjson:3: the line is not JSON") != std::string::npos);
  const BenchReading two = read_bench_events(*module, {{log.path, "", "", ""}}, false, 2);
  CHECK(two.events.lines.size() == 2);
  CHECK(two.events.more);
  const BenchReading strict = read_bench_events(*module, {{log.path, "", "", ""}}, true);
  REQUIRE(strict.error);
  CHECK(strict.error->exit_code == 1);
  const BenchReading missing = read_bench_events(*module, {{log.path + ".gone", "", "", ""}}, false);
  REQUIRE(missing.error);
  CHECK(missing.error->exit_code == 5);
}

TEST_CASE("the figures count what the project has: rules, users, decisions, events that touch a rule") {
  const auto module = module_of();
  const BenchEvents events = make_up_events(*module, {30, 20});
  uint32_t visit = 0;
  while (module->events[visit].name != "visit") ++visit;
  const BenchVariant same{*module, 10, {visit}};
  const BenchFigures figures = measure(*module, events, &same, kShort);
  CHECK(figures.rounds >= 1);
  CHECK(figures.rules.states == 1);
  CHECK(figures.rules.audiences == 1);
  CHECK(figures.rules.watches == 1);
  CHECK(figures.rules.users == 30);
  CHECK(figures.rules.evaluations == 90);
  CHECK(figures.stream.users == 30);
  CHECK(figures.stream.decisions > 30);
  CHECK(figures.stream.timers > 0);
  CHECK(figures.bytes.p50 > 0);
  CHECK(figures.bytes.p50 <= figures.bytes.p99);
  CHECK(figures.bytes.p99 <= figures.bytes.max);
  double parts = 0;
  for (const UserBytes::Part& part : figures.bytes.parts) parts += part.mean;
  CHECK(parts == Approx(figures.bytes.mean));                        // nothing is for nothing
  CHECK(figures.more.touching + figures.more.others == figures.stream.events);
  CHECK(figures.more.touching > 0);
  CHECK(figures.more.bytes_at_rest == 0);                            // the same program
  CHECK(figures.more.decisions == 0);
  const BenchFigures alone = measure(*module, events, nullptr, kShort);
  CHECK(alone.more.rules == 0);
  CHECK(alone.stream.decisions == figures.stream.decisions);
}

TEST_CASE("measuring decides what a run over the same events decides") {
  const auto module = module_of(R"wend(project p { time zone "UTC" }
profile { identity user_id, anonymous_id many }
event visit
states pulse { evaluate daily at 04:00
  busy when has visit in last 2 days
  quiet otherwise
}
journey back { enter on visit, re-enter always, step only { wait 1 day } }
)wend");
  const std::string text = R"({"type":"track","event":"visit","anonymousId":"x","timestamp":"2026-01-01T10:00:00Z","messageId":"a"}
{"type":"track","event":"visit","userId":"ada","timestamp":"2026-01-02T10:00:00Z","messageId":"b"}
{"type":"identify","userId":"ada","anonymousId":"x","timestamp":"2026-01-03T10:00:00Z"}
{"type":"track","event":"visit","userId":"ada","timestamp":"2026-01-03T10:00:00Z","messageId":"b"}
{"type":"alias","userId":"ada","previousId":"y","timestamp":"2026-01-04T10:00:00Z"}
{"type":"track","event":"visit","userId":"ada","timestamp":"2026-01-20T10:00:00Z"}
)";
  const File log("run.ndjson", text);
  const BenchReading reading = read_bench_events(*module, {{log.path, "", "", ""}}, true);
  REQUIRE_FALSE(reading.error);
  uint64_t lines = 0;
  BatchOptions options;
  options.line = [&lines](std::string_view) { ++lines; };
  run_batch_text(*module, text, options);
  const BenchFigures figures = measure(*module, reading.events, nullptr, kShort);
  CHECK(figures.stream.decisions == lines);
  CHECK(figures.stream.users == 1);
}

TEST_CASE("the report as JSON has every figure, of its type") {
  const auto module = module_of();
  const BenchEvents events = make_up_events(*module, {10, 3});
  BenchReport report;
  report.project = "shop";
  report.made_up = true;
  report.events = events.lines.size();
  report.figures = measure(*module, events, nullptr, kShort);
  const json alone = json::parse(render_json(report));
  CHECK(alone["one_more_rule"].is_null());
  const BenchVariant same{*module, 10, {0}};
  report.figures = measure(*module, events, &same, kShort);
  report.added = "visits >= …";
  report.cost_fixed = 100;
  report.cost_at_most = 200;
  const json all = json::parse(render_json(report));
  CHECK(all["schema"] == "wend.bench/1");
  CHECK(all["project"] == "shop");
  CHECK(all["rounds"].is_number_unsigned());
  const auto numbers = [&all](const char* of, std::vector<const char*> counts, std::vector<const char*> figures) {
    for (const char* key : counts) CHECK(all[of][key].is_number_unsigned());
    for (const char* key : figures) CHECK(all[of][key].is_number_float());
  };
  CHECK(all["events"]["made_up"] == true);
  CHECK(all["events"]["more"] == false);
  numbers("events", {"used", "ignored", "rejected"}, {});
  numbers("rules", {"states", "audiences", "watches", "users", "evaluations"}, {"evaluation_ns", "evaluations_per_second"});
  numbers("latency", {"users", "decisions", "woken_by_timers"}, {"p50_ns", "p99_ns", "max_ns", "read_ns", "decide_ns", "events_per_second"});
  CHECK(all["one_more_rule"]["enter_when"] == "visits >= …");
  numbers("one_more_rule", {"rules_added", "touching_events", "other_events", "decisions"}, {"touching_ns", "other_ns", "event_ns", "bytes_at_rest", "bytes_at_hand"});
  numbers("bytes_per_user", {"p50", "p99", "max", "cost_fixed", "cost_at_most"}, {"mean"});
  REQUIRE(all["bytes_per_user"]["parts"].size() > 3);
  CHECK(all["bytes_per_user"]["parts"][0]["mean"] >= all["bytes_per_user"]["parts"][1]["mean"]);
  CHECK(all.size() == 8);
}

TEST_CASE("the report as text says where its events are from, and that there were more") {
  const auto module = module_of();
  BenchReport report;
  report.project = "shop";
  report.made_up = true;
  const BenchEvents events = make_up_events(*module, {10, 3});
  report.events = events.lines.size();
  report.figures = measure(*module, events, nullptr, kShort);
  std::string text = render_text(report);
  CHECK(text.find("of 10 users, made up from the events it declares\n") != std::string::npos);
  CHECK(text.find("no rule could be added") != std::string::npos);
  CHECK(text.find("there were more events") == std::string::npos);
  report.made_up = false;
  report.more_events = true;
  report.rejected = 2;
  report.first_rejection = "log:1: why";
  text = render_text(report);
  CHECK(text.find("made up") == std::string::npos);
  CHECK(text.find("there were more events: the first " + std::to_string(report.events) + " are used\n") != std::string::npos);
  CHECK(text.find("2 events were rejected: log:1: why\n") != std::string::npos);
}
