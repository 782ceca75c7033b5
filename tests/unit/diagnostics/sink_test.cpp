// The sink: what is kept, counted, sorted and cut; messages; the nearest word.
#include <catch2/catch.hpp>

#include "compiler/diagnostics/codes.h"
#include "compiler/diagnostics/diagnostics.h"

using namespace wend;

TEST_CASE("a message takes its arguments and keeps every other brace") {
  const std::string arguments[] = {"a.wend", "{0} {{ x }}"};
  CHECK(format_message(Code::file_unreadable, arguments) == "`a.wend` cannot be read: {0} {{ x }}");
  CHECK(format_message(Code::file_unreadable, {}) == "`` cannot be read: ");
}

TEST_CASE("a code is found whatever its case") {
  REQUIRE(find_code("e0001") != nullptr);
  CHECK(find_code("e0001")->code == Code::project_missing);
  CHECK(find_code("W0002")->code == Code::allow_unused);
  CHECK(find_code("E1") == nullptr);
  CHECK(find_code("") == nullptr);
}

TEST_CASE("the same code at the same span is kept once") {
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {0, 4, 5}, "a", "b").label("first");
  diagnostics.report(Code::file_unreadable, {0, 4, 5}, "c", "d").label("second");
  diagnostics.report(Code::file_unreadable, {0, 4, 6}, "c", "d");
  diagnostics.report(Code::allow_unused, {0, 4, 5}, "W0001");
  REQUIRE(diagnostics.all().size() == 3);
  CHECK(diagnostics.all()[0].message == "`a` cannot be read: b");
  CHECK(diagnostics.all()[0].primary.text == "first");
  CHECK(diagnostics.error_count() == 2);
  CHECK(diagnostics.warning_count() == 1);
  CHECK_FALSE(diagnostics.ok());
}

TEST_CASE("finishing sorts by file, start and code, what stands nowhere first") {
  Sources sources;
  sources.add("a.wend", "one two three");
  sources.add("b.wend", "one two three");
  Diagnostics diagnostics;
  diagnostics.report(Code::file_unreadable, {1, 0, 1}, "b0", "");
  diagnostics.report(Code::file_unreadable, {0, 8, 9}, "a8", "");
  diagnostics.report(Code::project_missing, {0, 8, 9}, "a8");
  diagnostics.report(Code::file_unreadable, {0, 4, 5}, "a4", "");
  diagnostics.report(Code::project_missing, {kNoFile, 0, 0}, "nowhere");
  diagnostics.finish(sources);
  std::vector<std::string> order;
  for (const Diagnostic& d : diagnostics.all()) order.push_back(std::string(d.id()) + " " + std::to_string(d.primary.span.begin));
  CHECK(order == std::vector<std::string>{"E0001 0", "E0002 4", "E0001 8", "E0002 8", "E0002 0"});
}

TEST_CASE("past the limit errors are counted and one line says how many") {
  Sources sources;
  sources.add("a.wend", std::string(400, 'x'));
  Diagnostics diagnostics;
  diagnostics.set_limit(3);
  for (uint32_t i = 0; i < 8; ++i) diagnostics.report(Code::file_unreadable, {0, 100 - i, 101}, "f", "g");
  for (int round = 0; round < 2; ++round) {  // a second finish() changes nothing
    diagnostics.finish(sources);
    REQUIRE(diagnostics.all().size() == 4);
    CHECK(diagnostics.all()[0].primary.span.begin == 93);
    CHECK(diagnostics.all()[3].message == "too many errors to list, 5 more left out");
    CHECK(diagnostics.error_count() == 8);
  }
}

TEST_CASE("a hundred are listed unless another limit is set, and 0 lifts it") {
  Sources sources;
  sources.add("a.wend", std::string(400, 'x'));
  const auto listed = [&](bool lift) {
    Diagnostics diagnostics;
    if (lift) diagnostics.set_limit(0);
    for (uint32_t i = 0; i < 150; ++i) diagnostics.report(Code::file_unreadable, {0, i, 200}, "f", "g");
    diagnostics.finish(sources);
    return diagnostics.all().size();
  };
  CHECK(listed(false) == 101);
  CHECK(listed(true) == 150);
}

TEST_CASE("memory stays bounded under a flood of reports") {
  Diagnostics diagnostics;
  for (uint32_t i = 0; i < 30'000; ++i) diagnostics.report(Code::file_unreadable, {0, i, i + 1}, "f", "g").note("n");
  CHECK(diagnostics.all().size() == 10'000);
  CHECK(diagnostics.error_count() == 30'000);
}

TEST_CASE("the nearest word") {
  const std::vector<std::string> words = {"track", "artist", "genre", "played", "by", "spend"};
  CHECK(nearest("playd", words) == "played");
  CHECK(nearest("Played", words) == "played");
  CHECK(nearest("gerne", words) == "genre");   // neighbours swapped
  CHECK(nearest("atrist", words) == "artist");
  CHECK(nearest("weather", words).empty());
  CHECK(nearest("x", words).empty());
  CHECK(nearest("", words).empty());
  CHECK(nearest("played", words).empty());      // the word itself is no suggestion
  CHECK(nearest(std::string(100'000, 'a'), words).empty());
  const std::vector<std::string> tied = {"cot", "cat"};
  CHECK(nearest("cut", tied) == "cat");
}

TEST_CASE("a name that is missed in several places is told once, with the places") {
  Sources sources;
  sources.add("a.wend", std::string(100, 'x'));
  Diagnostics diagnostics;
  for (uint32_t at : {10u, 20u, 30u, 40u, 50u, 60u})
    diagnostics.report(Code::unknown_name, {0, at, at + 2}, "event", "play").fix("use `plays`", {0, at, at + 2}, "plays");
  diagnostics.report(Code::unknown_name, {0, 70, 72}, "event", "skip");
  diagnostics.report(Code::listed_twice, {0, 80, 82}, "value", "a");
  diagnostics.report(Code::listed_twice, {0, 90, 92}, "value", "a");   // two mistakes of one wording
  diagnostics.finish(sources);
  REQUIRE(diagnostics.all().size() == 4);
  CHECK(diagnostics.error_count() == 4);
  const Diagnostic& play = diagnostics.all()[0];
  CHECK(play.primary.span.begin == 10);
  CHECK(play.secondary.size() == 3);
  CHECK(play.notes == std::vector<std::string>{"and at 2 more places"});
  REQUIRE(play.fixes.size() == 1);
  CHECK(play.fixes[0].edits.size() == 6);
  diagnostics.finish(sources);
  CHECK(diagnostics.error_count() == 4);
  CHECK(diagnostics.all()[0].secondary.size() == 3);
}
