// What tests have reached of a project, kind by kind.
#include <catch2/catch.hpp>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "compiler/cli/host_tests.h"
#include "compiler/service/service.h"
#include "runtime/hosts/coverage.h"

using namespace wend;

namespace {

const std::string kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id
  email text?
  yes   bool = false
  plan  one of free, premium = free
}
event order { total int }
event visit
measure orders = count of order in last 7 days
states mood ordered {
  evaluate daily at 04:00
  keen when orders >= 1
  calm otherwise
}
channel email { reaches email, consent yes, content { subject text } }
protect people {
  categories service
  at most 1 message in 2 days
  hold out 10% from service
}
message thanks { category service, email { subject "Thanks" } }
experiment tone { variants { warm 50%, cool 50% } }
journey thank {
  enter    on order
  enter    when mood becomes keen
  re-enter always
  goal     has visit since entry
  exit     when plan is premium
  step first {
    if plan is free { send thanks }
    wait for visit where plan is premium up to 1 day { then leave }
    choose first {
      when orders is 1 { wait 1 hour }
      when orders is 2 { wait 2 hours }
      otherwise { wait 3 hours }
    }
  }
  step second {
    split "half" {
      100% { wait 1 day }
    }
    choose by experiment tone { warm { wait 1 day } }
  }
}
)";

Coverage covered(const std::string& tests, const std::string& project = kProject) {
  const Project loaded = Project::from_texts({{"project.wend", project}, {"tests.wend", tests}});
  for (const Diagnostic& d : loaded.diagnostics().all()) UNSCOPED_INFO(d.message);
  REQUIRE(loaded.ok());
  const std::shared_ptr<const Module> module = compile(loaded.program(), Tier::fast_compile);
  CoverageSource source;
  source.keeps = [](std::string_view file) { return file == "project.wend"; };
  for (const States& block : loaded.program().states) {
    std::vector<SourcePlace>& places = source.states.emplace_back();
    for (const StateRule& rule : block.rules) places.push_back({"project.wend:" + std::to_string(loaded.sources().file(rule.span.file).position(rule.span.begin).line), ""});
  }
  Coverage coverage(*module, source);
  for (const HostTest& test : cli::host_tests(loaded, *module)) {
    TestTrace trace;
    const TestOutcome outcome = run_test(*module, test, &trace);
    INFO(render_failure(test, outcome));
    REQUIRE(outcome.passed());
    coverage.add(trace);
  }
  return coverage;
}

uint64_t times(const Coverage& coverage, const std::string& name) {
  for (const CoveragePoint& point : coverage.points()) if (point.name == name) return point.times;
  FAIL("there is no point " << name);
  return 0;
}

std::vector<std::string> missed(const Coverage& coverage, CoveragePoint::Kind kind) {
  std::vector<std::string> names;
  for (const CoveragePoint& point : coverage.points()) if (point.kind == kind && point.times == 0) names.push_back(point.name);
  return names;
}

}  // namespace

TEST_CASE("without tests nothing is reached, and everything that could be is a point") {
  const Coverage coverage = covered("");
  CHECK(coverage.count().reached == 0);
  CHECK(coverage.count(CoveragePoint::Kind::state).all == 2);
  CHECK(missed(coverage, CoveragePoint::Kind::way) == std::vector<std::string>{"thank: enter on order", "thank: enter when mood becomes keen", "thank: goal has visit since entry", "thank: exit when plan is premium"});
  CHECK(missed(coverage, CoveragePoint::Kind::step) == std::vector<std::string>{"thank at first", "thank at second"});
  CHECK(missed(coverage, CoveragePoint::Kind::branch) ==
        std::vector<std::string>{"thank at first: if plan is free → yes", "thank at first: if plan is free → no", "thank at first: wait for visit where plan is premium up to 1 day → it came",
                                 "thank at first: wait for visit where plan is premium up to 1 day → time was up", "thank at first: when orders is 1 → yes", "thank at first: when orders is 2 → yes",
                                 "thank at first: when orders is 2 → no", "thank at second: split \"half\" → 100%", "thank at second: choose by experiment tone → warm",
                                 "thank at second: choose by experiment tone → cool"});
  CHECK(missed(coverage, CoveragePoint::Kind::message) == std::vector<std::string>{"thanks by email"});
  CHECK(coverage.count(CoveragePoint::Kind::rule).all == 4);
}

TEST_CASE("a test reaches what its user went through, as often as it did") {
  const Coverage coverage = covered(R"(test "an order" {
  given user { email: "a@example.org", yes: true }
  in cool of tone
  at 2026-01-01 10:00 { order { total: 1 }, expect sent thanks, expect in thank at first }
  at 2026-01-02 12:00 { expect in thank at second }
  at 2026-01-03 12:00 { expect left thank by finished }
})");
  CHECK(times(coverage, "mood is keen") == 1);
  CHECK(times(coverage, "mood is calm") == 0);
  CHECK(times(coverage, "thank: enter on order") + times(coverage, "thank: enter when mood becomes keen") == 1);
  CHECK(times(coverage, "thank at first") == 1);
  CHECK(times(coverage, "thank at second") == 1);
  CHECK(times(coverage, "thank at first: if plan is free → yes") == 1);
  CHECK(times(coverage, "thank at first: if plan is free → no") == 0);
  CHECK(times(coverage, "thank at first: wait for visit where plan is premium up to 1 day → time was up") == 1);
  CHECK(times(coverage, "thank at first: when orders is 1 → yes") == 1);
  CHECK(times(coverage, "thank at second: split \"half\" → 100%") == 1);
  CHECK(times(coverage, "thank at second: choose by experiment tone → cool") == 1);
  CHECK(times(coverage, "thank at second: choose by experiment tone → warm") == 0);
  CHECK(times(coverage, "thanks by email") == 1);
}

TEST_CASE("what held a message back is a rule that was reached") {
  const Coverage coverage = covered(R"(test "no consent" {
  given user { email: "a@example.org" }
  at 2026-01-01 10:00 { order { total: 1 }, expect suppressed thanks because consent }
}
test "no address" {
  given user { yes: true }
  at 2026-01-01 10:00 { order { total: 1 }, expect suppressed thanks because unreachable }
}
test "held out" {
  given user { yes: true, email: "a@example.org" }
  held out
  at 2026-01-01 10:00 { order { total: 1 }, expect suppressed thanks because holdout }
}
test "left by its goal and its exit" {
  at 2026-01-01 10:00 { order { total: 1 }, visit }
  at 2026-01-01 11:00 { order { total: 1 }, identify { plan: premium } }
})");
  CHECK(missed(coverage, CoveragePoint::Kind::rule) == std::vector<std::string>{"at most 1 message in 2 days"});
  CHECK(times(coverage, "thank: goal has visit since entry") == 1);
  CHECK(times(coverage, "thank: exit when plan is premium") == 1);
}

TEST_CASE("the report is a table and the lines that nothing reached; as JSON all points") {
  const Coverage coverage = covered("test \"one\" {\n  at 2026-01-01 10:00 { order { total: 1 }, expect mood is keen }\n}\n");
  const std::string text = render_coverage(coverage);
  CHECK(text.starts_with("coverage\n  states              1 of    2   50%\n  ways in and out "));
  CHECK(text.find("\nnever reached\n  project.wend:14  mood is calm\n") != std::string::npos);
  const nlohmann::json json = nlohmann::json::parse(coverage_json(coverage));
  CHECK(json["points"].size() == coverage.points().size());
  CHECK(json["kinds"][0]["kind"] == "states");
  CHECK(json["kinds"][0]["percent"] == 50);
  CHECK(json["points"][0]["file"] == "project.wend");
  CHECK(json["points"][0]["line"] == 13);
}

TEST_CASE("a project with nothing to reach is reached") {
  const Coverage coverage = covered("", "project p { time zone \"UTC\" }\nprofile { identity user_id }\n");
  CHECK(coverage.count().percent() == 100);
  CHECK(nlohmann::json::parse(coverage_json(coverage))["points"].empty());
}
