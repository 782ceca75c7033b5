// More rules than a project has: they compile, read what is fed most, and collide with no name.
#include <catch2/catch.hpp>

#include "compiler/service/more_rules.h"

using namespace wend;

namespace {

Project project_of(const std::string& rest, std::vector<std::pair<std::string, std::string>> more = {}) {
  more.emplace_back("project.wend", "project p { time zone \"UTC\", currency EUR }\nprofile { identity user_id, plan one of free, premium = free }\n" + rest);
  Project project = Project::from_texts(std::move(more));
  for (const Diagnostic& diagnostic : project.diagnostics().all()) UNSCOPED_INFO(diagnostic.message);
  REQUIRE(project.ok());
  return project;
}

// How often each event is said to have happened.
std::vector<uint64_t> seen(const Project& project, std::vector<std::pair<std::string, uint64_t>> counts) {
  std::vector<uint64_t> out;
  for (const EventDecl& event : project.program().events) {
    out.push_back(0);
    for (const auto& [name, count] : counts) if (name == event.name) out.back() = count;
  }
  return out;
}

std::string names_of(const MoreRules& more) {
  std::string out;
  for (const uint32_t event : more.touching) out += more.project.program().events[event].name + " ";
  return out;
}

}  // namespace

TEST_CASE("the measure that is fed most is compared, whatever kind of number it is") {
  const std::string events = "event play { length duration, share percent, price money, n number }\nevent buy { price money }\n";
  const auto compared = [&](const std::string& measures) {
    const Project project = project_of(events + measures);
    const auto more = with_more_rules(project, seen(project, {{"play", 100}, {"buy", 5}}), 20);
    REQUIRE(more);
    CHECK(more->project.program().journeys.size() == 20);
    CHECK(more->rules == 20);
    return more->condition + " by " + names_of(*more);
  };
  CHECK(compared("measure spend = sum of buy.price in last 28 days\nmeasure plays = count of play in last 7 days\n") == "plays >= … by play ");
  CHECK(compared("measure spend = sum of buy.price in last 28 days\n") == "spend >= … by buy ");
  CHECK(compared("measure listened = sum of play.length in last 28 days\n") == "listened >= … by play ");
  CHECK(compared("measure both = (count of play in last 7 days) + (count of buy ever)\n") == "both >= … by buy play ");
  CHECK(compared("measure n = sum of play.n in last 28 days\n") == "n >= … by play ");
}

TEST_CASE("where no measure is a number that is always known, the event seen most is counted") {
  const Project project = project_of("event play { genre text }\nevent buy\nmeasure top = most frequent play.genre in last 12 weeks\nmeasure some = has buy ever\n");
  const auto more = with_more_rules(project, seen(project, {{"play", 3}, {"buy", 9}}));
  REQUIRE(more);
  CHECK(more->rules == 100);
  CHECK(more->condition == "count of buy in last 7 days >= …");
  CHECK(names_of(*more) == "buy ");
}

TEST_CASE("a measure that nothing fed is left for one that was fed") {
  const Project project = project_of("event play\nevent buy\nmeasure plays = count of play in last 7 days\n");
  const auto more = with_more_rules(project, seen(project, {{"buy", 9}}));
  REQUIRE(more);
  CHECK(more->condition == "count of buy in last 7 days >= …");
}

TEST_CASE("names of the project do not stand in the way of rules that are added") {
  const Project project = project_of("event bench_rule_7\nmeasure bench_rule_1 = count of bench_rule_7 in last 7 days\n",
                                     {{"bench_rule.wend", "journey bench_rule_2 { enter on bench_rule_7, step only { wait 1 day } }\n# bench_rule2x\n"}});
  const auto more = with_more_rules(project, seen(project, {{"bench_rule_7", 9}}), 10);
  REQUIRE(more);
  CHECK(more->project.program().journeys.size() == 11);
  CHECK(more->condition == "bench_rule_1 >= …");
}

TEST_CASE("a project without events gets no rules") {
  CHECK_FALSE(with_more_rules(project_of(""), {}));
}
