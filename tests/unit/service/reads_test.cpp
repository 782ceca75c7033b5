// What a compiled condition says of what it reads, so that it is asked no more often than it must be.
#include <catch2/catch.hpp>

#include "compiler/service/service.h"
#include "runtime/abi/module.h"

using namespace wend;

namespace {

// The watch behind `enter when CONDITION`.
ModuleWatch watch_of(const std::string& condition) {
  const std::string text =
      "project p {\n  time zone \"UTC\"\n  currency EUR\n}\nprofile {\n  identity user_id\n  plan one of free, premium = free\n  born date?\n}\n"
      "event play { length duration }\nevent buy { price money }\n"
      "measure plays = count of play in last 7 days\nmeasure spend = sum of buy.price ever, usual over 4 weeks\nmeasure quiet = time since last play\n"
      "states mood {\n  evaluate continuously\n  glad when plays >= 3\n  sad otherwise\n}\n"
      "journey j {\n  enter when " + condition + "\n  step s { wait 1 day }\n}\n";
  const Project project = Project::from_texts({{"project.wend", text}});
  INFO(condition);
  REQUIRE(project.ok());
  return compile(project.program())->watches.at(0);
}

using Numbers = std::vector<uint32_t>;

}  // namespace

TEST_CASE("a condition says which events, attributes and states it reads") {
  const ModuleWatch plays = watch_of("plays >= 3");
  CHECK_FALSE(plays.reads.always);
  CHECK(plays.reads.events.size() == 1);
  CHECK(plays.reads.attributes.empty());
  CHECK(plays.next != nullptr);
  const ModuleWatch both = watch_of("plays >= 3 and plan is premium and spend > 10.00 EUR");
  CHECK_FALSE(both.reads.always);
  CHECK(both.reads.events.size() == 2);
  CHECK(both.reads.attributes == Numbers{1});
  CHECK_FALSE(both.reads.baselines);
  const ModuleWatch mood = watch_of("mood is glad and plan is free");
  CHECK(mood.reads.states == Numbers{0});
  CHECK(mood.reads.events.empty());
  CHECK(watch_of("spend is below usual by 40%").reads.baselines);
}

TEST_CASE("what moves with now is asked at every input, unless the instant at which it turns is known") {
  CHECK_FALSE(watch_of("quiet is known and quiet >= 3 days").reads.always);
  CHECK_FALSE(watch_of("(quiet or else 1 day) >= 3 days").reads.always);
  CHECK(watch_of("quiet changes").reads.always);
  CHECK(watch_of("quiet is known and quiet + quiet >= 3 days").reads.always);
  CHECK_FALSE(watch_of("plays changes").reads.always);
}
