// What `wend report` says over random logs, against the reference evaluator that tries every way of every user.
#include <catch2/catch.hpp>

#include <string>

#include "compiler/service/compile_reports.h"
#include "runtime/hosts/report_run.h"
#include "tests/differential/front.h"
#include "tests/differential/random.h"
#include "tests/reference/reference.h"

using namespace wend;

namespace {

const char* const kShop = R"(
project shop { time zone "Europe/Stockholm", currency EUR }
profile { identity user_id, anonymous_id many }
event visit    { page text, score int? }
event basket   { total money, items list of text }
event purchase { amount money, paid_by one of card, invoice, points = card }
report plain    = funnel of visit then basket then purchase within 2 days
report sifted   = funnel of visit where page starts with "/shop" or score is known and score > 3 then basket where total >= 10 EUR and items contains "a"
  then purchase where amount > 5 EUR and paid_by is not points within 12 hours
report again    = funnel of purchase then purchase then purchase then purchase within 3 days
report evening  = funnel of visit where hour(at) >= 18 then visit where hour(at) < 12 and weekday(at) is not sunday within 18 hours
report same     = funnel of visit then basket then visit where score is unknown or score <= 2 then basket where total < 20 EUR then purchase within 1 day
report short    = funnel of visit then purchase within 1 minute
report drifting = funnel of basket then not purchase where amount > 5 EUR within 1 day
report silent   = funnel of visit where page is "/shop" then not visit within 6 hours
)";

std::string number(int64_t value) { return std::to_string(value); }

// Times that meet each other often, and distances that meet the lengths of the funnels.
std::string instant(differential::Random& random) {
  const std::string day = number(random.between(10, 14)), hour = number(random.between(0, 23));
  const std::string minute = random.chance(60) ? "00" : number(random.between(10, 59)), second = random.chance(80) ? "00" : "59.999999";
  return "2026-03-" + day + "T" + (hour.size() == 1 ? "0" : "") + hour + ":" + minute + ":" + second + "Z";
}

std::string event(differential::Random& random) {
  const std::string kind = random.pick<std::string>({"visit", "visit", "basket", "purchase"});
  std::string properties = "\"amount\":" + number(random.between(1, 12)) + ",\"total\":" + number(random.between(5, 30));
  properties += ",\"page\":\"" + random.pick<std::string>({"/shop", "/shop/sale", "/", "/about"}) + "\",\"items\":[\"" + random.pick<std::string>({"a", "b"}) + "\"]";
  if (random.chance(50)) properties += ",\"score\":" + number(random.between(0, 6));
  if (random.chance(50)) properties += ",\"paid_by\":\"" + random.pick<std::string>({"card", "invoice", "points"}) + "\"";
  return "\"event\":\"" + kind + "\",\"properties\":{" + properties + "}";
}

// Each person is a user with a browser or two, which nobody else has; at some time they log in, or never.
std::string log_of(differential::Random& random) {
  std::string out;
  const int64_t people = random.between(1, 6), events = random.between(0, 14 * people);
  for (int64_t i = 0; i < events; ++i) {
    const std::string person = number(random.between(1, people));
    const std::string user = "\"userId\":\"u" + person + "\"", browser = "\"anonymousId\":\"b" + person + number(random.between(0, 1)) + "\"";
    const int64_t how = random.between(0, 9);
    const std::string who = how < 5 ? user : how < 8 ? browser : user + "," + browser;
    const bool login = random.chance(8);
    const std::string line = "{\"type\":\"" + std::string(login ? "identify" : "track") + "\",\"timestamp\":\"" + instant(random) + "\"," + (login ? user + "," + browser : who + "," + event(random));
    out += line + "}\n";
  }
  return out;
}

}  // namespace

TEST_CASE("a report says what trying every way of every user says") {
  std::string why;
  const std::optional<Program> program = differential::program_of(kShop, &why);
  INFO(why);
  REQUIRE(program);
  const std::shared_ptr<const Module> module = compile(*program, Tier::fast_compile);
  const std::shared_ptr<const ReportModule> fast = compile_reports(*program, Tier::fast_compile), optimised = compile_reports(*program);
  uint64_t reached = 0, without = 0, open = 0;
  for (uint64_t seed = 1; seed <= 400; ++seed) {
    differential::Random random(seed);
    const std::string log = log_of(random);
    const std::vector<ReferenceReport> want = report_reference(*program, log);
    const ReportsResult result = run_reports_text(*module, (seed % 2 ? fast : optimised)->reports, log, {});
    INFO("seed " << seed);
    REQUIRE(result.rejected == 0);
    REQUIRE(result.reports.size() == want.size());
    for (size_t i = 0; i < want.size(); ++i) {
      const ReportResult& got = result.reports[i];
      INFO(got.name);
      if (got.without) {
        REQUIRE(std::vector<uint64_t>{got.without->began, got.without->without, got.without->open, got.without->followed} == std::vector<uint64_t>{want[i].began, want[i].without, want[i].open, want[i].followed});
        without += got.without->without;
        open += got.without->open;
        continue;
      }
      for (size_t step = 0; step < got.steps.size(); ++step) {
        REQUIRE(got.steps[step].users == want[i].reached[step]);
        REQUIRE(got.steps[step].median_us == want[i].median_us[step]);
      }
      reached += got.steps.back().users;
    }
  }
  CHECK(reached > 500);   // that there is something to compare
  CHECK(without > 200);
  CHECK(open > 100);
}
