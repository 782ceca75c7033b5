// What a planner is told of a run over a log, and what changes between two versions of a project.
#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "runtime/core/step.h"
#include "runtime/hosts/decision_changes.h"
#include "runtime/hosts/simulation.h"

using namespace wend;

namespace {

std::shared_ptr<const Module> module_of(const std::string& cap = "at most 1 message in 2 days") {
  const Project project = Project::from_texts({{"project.wend", R"wend(
project p { time zone "Europe/Stockholm" }
profile { identity user_id, email text?, agreed bool = false }
event order
measure orders = count of order in last 28 days
states pulse { evaluate daily at 04:00
  alive when orders >= 1
  quiet otherwise
}
channel email { reaches email, consent agreed, content { subject text } }
message thanks { category service, valid for 1 day, email { subject "Thanks" } }
protect all { categories service
  )wend" + cap + R"wend(
  quiet from 22:00 to 08:00, then wait
}
experiment depth { variants { a 50%, b 50% }, metric again = has order within 7 days of exposure }
journey thank {
  enter on order
  re-enter always
  step say { choose by experiment depth { a { send thanks } b { send thanks } } }
}
)wend"}});
  for (const Diagnostic& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(project.ok());
  return compile(project.program(), Tier::fast_compile);
}

std::string known(const std::string& user) {
  return R"({"type":"identify","userId":")" + user + R"(","timestamp":"2026-01-05T09:00:00Z","traits":{"email":")" + user + R"(@example.org","agreed":true}})" + "\n";
}
std::string order(const std::string& user, const std::string& at) { return R"({"type":"track","event":"order","userId":")" + user + R"(","timestamp":")" + at + "\"}\n"; }

// ada twice within the cap's time, ben at night, cy without consent.
std::string log() {
  return known("ada") + known("ben") + order("ada", "2026-01-05T12:00:00Z") + order("ada", "2026-01-06T12:00:00Z") + order("ben", "2026-01-06T23:00:00Z") +
         order("cy", "2026-01-07T12:00:00Z") + order("ben", "2026-01-20T12:00:00Z");
}

}  // namespace

TEST_CASE("a simulation counts what goes out a day, to whom, and what stood in the way") {
  const auto module = module_of();
  const SimulationResult result = simulate_text(*module, log(), {});
  REQUIRE_FALSE(result.error);
  const Simulation& s = result.simulation;
  CHECK(s.channels == std::vector<std::string>{"email"});
  int32_t monday = 0;
  REQUIRE(parse_date("2026-01-05", monday));
  const std::map<int32_t, std::vector<uint64_t>> sent = {{monday, {1}}, {monday + 2, {1}}, {monday + 15, {1}}};
  CHECK(s.sent == sent);
  CHECK(s.reached == 2);
  CHECK(s.most_to_one == 2);
  REQUIRE(s.obstacles.size() == 3);   // in the order in which rules are asked
  CHECK(s.obstacles[0].reason == "consent");
  CHECK(s.obstacles[0].text == "email");
  CHECK(s.obstacles[1].reason == "quiet");
  CHECK(s.obstacles[1].deferred == 1);
  CHECK(s.obstacles[1].waited_us == 8ll * 3'600'000'000);   // from midnight to 08:00 in Stockholm
  CHECK(s.obstacles[2].reason == "cap");
  CHECK(s.obstacles[2].suppressed == 1);
  CHECK(s.obstacles[2].people == 1);
  CHECK(s.obstacles[2].text == "at most 1 message in 2 days");
}

TEST_CASE("a simulation looks at states on days at equal distances, and at the end") {
  const auto module = module_of();
  const Simulation s = simulate_text(*module, log(), {}).simulation;
  REQUIRE(s.looks.size() > 2);
  CHECK(s.looks.size() <= 14);
  for (const Simulation::Look& look : s.looks) CHECK(look.people.size() == 1);
  const std::vector<uint64_t> at_the_end = s.looks.back().people[0];
  CHECK(at_the_end == std::vector<uint64_t>{3, 0});
}

TEST_CASE("the options of a run hold in a simulation, and its numbers are those of the run") {
  const auto module = module_of();
  BatchOptions options;
  options.until_us = 1'775'000'000'000'000;   // spring
  const SimulationResult result = simulate_text(*module, log(), options);
  const BatchResult run = run_batch_text(*module, log(), options);
  CHECK(result.simulation.summary.journeys.at("thank").entered == run.summary.journeys.at("thank").entered);
  CHECK(result.simulation.looks.back().people[0] == std::vector<uint64_t>{0, 3});   // their orders are too long ago
}

TEST_CASE("an empty log is simulated, too") {
  const auto module = module_of();
  const SimulationResult result = simulate_text(*module, "", {});
  REQUIRE_FALSE(result.error);
  CHECK(render_text(result.simulation) == "p: no events of no people\nnobody would have got a message\n");
  CHECK(render_json(result.simulation).find("\"against\":null") != std::string::npos);
}

TEST_CASE("whose decisions differ is told with the first difference, and nobody else") {
  const auto before = module_of("at most 5 messages in 2 days"), after = module_of();
  DecisionComparison comparison;
  BatchOptions options;
  options.line = [&](std::string_view line) { comparison.before(line); };
  const SimulationResult old = simulate_text(*before, log(), options);
  options.line = [&](std::string_view line) { comparison.after(line); };
  const SimulationResult now = simulate_text(*after, log(), options);
  DecisionChanges changes;
  REQUIRE_FALSE(comparison.finish(changes));
  CHECK(changes.people == 1);
  REQUIRE(changes.sample.size() == 1);
  CHECK(changes.sample[0].user == "ada");
  CHECK(changes.sample[0].before.find("\"outcome\":\"sent\"") != std::string::npos);
  CHECK(changes.sample[0].after.find("\"reason\":\"cap\"") != std::string::npos);
  CHECK(render_changes(now.simulation, old.simulation, changes).find("1 person has other decisions, of 3") != std::string::npos);
}

TEST_CASE("who is only in one of two runs differs, and times are compared as times") {
  const auto line = [](const char* at, const char* user, const char* what) { return std::string("{\"at\":\"") + at + "\",\"user\":\"" + user + "\",\"kind\":\"" + what + "\"}"; };
  DecisionComparison comparison;
  comparison.before(line("2026-01-01T00:00:00Z", "a", "enter"));
  comparison.before(line("2026-01-01T00:00:00.5Z", "b", "enter"));
  comparison.before(line("2026-01-02T00:00:00Z", "gone", "enter"));
  comparison.before(line("2026-01-03T00:00:00Z", "late", "enter"));
  comparison.after(line("2026-01-01T00:00:00Z", "a", "enter"));
  comparison.after("{\"at\":null,\"user\":null,\"kind\":\"rejected\",\"line\":\"-:1\",\"reason\":\"x\"}");
  comparison.after(line("2026-01-01T00:00:00.5Z", "b", "enter"));
  comparison.after(line("2026-01-02T12:00:00Z", "new", "enter"));
  DecisionChanges changes;
  REQUIRE_FALSE(comparison.finish(changes));
  CHECK(changes.people == 3);
  REQUIRE(changes.sample.size() == 3);
  CHECK(changes.sample[0].user == "gone");
  CHECK(changes.sample[0].after.empty());
  CHECK(changes.sample[1].user == "new");
  CHECK(changes.sample[1].before.empty());
  CHECK(changes.sample[2].user == "late");
}

TEST_CASE("the chi-square distribution has its published quantiles") {
  // NIST/SEMATECH e-Handbook of Statistical Methods, table 1.3.6.7.4.
  CHECK(chi_square_above(3.841, 1) == Approx(0.05).epsilon(0.001));
  CHECK(chi_square_above(6.635, 1) == Approx(0.01).epsilon(0.001));
  CHECK(chi_square_above(10.828, 1) == Approx(0.001).epsilon(0.001));
  CHECK(chi_square_above(5.991, 2) == Approx(0.05).epsilon(0.001));
  CHECK(chi_square_above(18.307, 10) == Approx(0.05).epsilon(0.001));
  CHECK(chi_square_above(149.449, 100) == Approx(0.001).epsilon(0.001));
  CHECK(chi_square_above(0, 3) == 1);
}

TEST_CASE("arms that got other shares than their weights are a mismatch") {
  CHECK_FALSE(balance_of({5000, 5100}, {500'000, 500'000})->mismatch());
  CHECK(balance_of({5000, 5400}, {500'000, 500'000})->mismatch());
  CHECK_FALSE(balance_of({900, 100}, {900'000, 100'000})->mismatch());
  CHECK_FALSE(balance_of({0, 0}, {500'000, 500'000}));
  CHECK_FALSE(balance_of({10}, {1'000'000}));
}
