// The summary as it is read. The whole text is the expectation: it is meant to be looked at.
#include <catch2/catch.hpp>

#include "runtime/hosts/batch.h"
#include "runtime/hosts/summary_table.h"
#include "tests/unit/core/world.h"

using namespace wend;

TEST_CASE("counts have separators, shares one decimal, bars an end") {
  CHECK(with_separators(0).empty());
  CHECK(with_separators(999) == "999");
  CHECK(with_separators(1'234'567) == "1,234,567");
  CHECK(percent_of(1, 3) == "33.3%");
  CHECK(percent_of(1, 100'000) == "<0.1%");
  CHECK(percent_of(0, 5).empty());
  CHECK(percent_of(UINT64_MAX, UINT64_MAX) == "100.0%");
  CHECK(bar_of(1, 2, 4) == "██");
  CHECK(bar_of(1, 1000, 4) == "▏");
}

TEST_CASE("a run without anything says so in a line") {
  const Module module = test::empty_program();
  CHECK(render_summary(module, {}) == "tidal_wave: no events of no users\n");
}

TEST_CASE("the summary of a run") {
  Module module = test::empty_program();
  test::add_states(module, "engagement", {"core", "casual", "lapsed"});
  module.experiments.push_back({});
  module.experiments.back().name = "depth";
  module.experiments.back().variants = {"gentle", "steep"};
  Summary s;
  s.users = 1'700;
  s.events = 541'909;
  s.first_at = test::time_of("2026-01-01T10:00");
  s.last_at = test::time_of("2026-03-01T10:00");
  s.events_by_name = {{"play", 540'000}, {"purchase", 1'909}};
  s.rejected = 12;
  s.rejected_by_reason = {{"`artist` of `play` must be a text", 11}, {"the event says no time, `timestamp` was expected", 1}};
  s.rejected_examples = {"plays.ndjson:17: `artist` of `play` must be a text, found 5"};
  s.duplicates = 1'004;
  s.unknown_events = 3;
  s.unknown_by_name = {{"event `Song Skipped`", 3}};
  s.states["engagement"].population = {{"core", 1'200}, {"casual", 500}};
  s.states["engagement"].moves = {{{"core", "casual"}, 510}, {{"casual", "core"}, 10}};
  s.journeys["win_back"] = {510, 30, 0, 0, {{"goal", 120}, {"finished", 360}}};
  s.journeys["nobody"] = {};
  s.channels["email"] = {620, 41, {{"cap", 20}, {"consent", 7}}};
  s.channels["push"] = {300, 0, {}};
  s.exposures["depth"] = {{"gentle", 241}, {"steep", 259}};
  CHECK("\n" + render_summary(module, s) == R"(
tidal_wave: 541,909 events of 1,700 users, 2026-01-01 to 2026-03-01

events
  play      540,000  99.6%  ████████████████████████
  purchase    1,909   0.4%  ▏

left out, or worth a look
  rejected events       12  <0.1% of all lines
  duplicates         1,004  the same user and message id
  undeclared events      3  the program has no event of that name

  why rejected
    11  `artist` of `play` must be a text
     1  the event says no time, `timestamp` was expected

  the first of them
    plays.ndjson:17: `artist` of `play` must be a text, found 5

  what is undeclared
    3  event `Song Skipped`

engagement, at the end
  core    1,200  70.6%  ████████████████████████
  casual    500  29.4%  ██████████

  moves on the way
    510  core → casual
     10  casual → core

journeys
            entered  inside  goal         finished
  win_back      510      30   120  23.5%       360

messages
         sent  deferred  suppressed  because of
  email   620        41          27  cap 20, consent 7
  push    300

experiment depth, users exposed
  gentle  241  48.2%
  steep   259  51.8%
)");
}
