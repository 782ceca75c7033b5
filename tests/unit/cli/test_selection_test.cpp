// Which tests a command line means.
#include <catch2/catch.hpp>

#include <set>

#include "compiler/cli/test_selection.h"

using namespace wend;
using namespace wend::cli;

namespace {

HostTest test_at(std::string name, std::string file, uint32_t line, uint32_t end_line) {
  HostTest test;
  test.name = std::move(name);
  test.file = std::move(file);
  test.line = line;
  test.end_line = end_line;
  return test;
}

}  // namespace

TEST_CASE("a filter is part of a test's name or file") {
  const HostTest test = test_at("a listener is greeted", "journeys/greet.wend", 3, 9);
  CHECK(TestFilter{"", "", 0}.takes(test));
  CHECK(TestFilter{"is greeted", "", 0}.takes(test));
  CHECK(TestFilter{"greet.wend", "", 0}.takes(test));
  CHECK_FALSE(TestFilter{"Greeted", "", 0}.takes(test));
}

TEST_CASE("a place is any line from the first of a test to its last, in a file by its path or the end of it") {
  const HostTest test = test_at("a", "journeys/greet.wend", 3, 9);
  for (const uint32_t line : {3u, 5u, 9u}) CHECK(TestFilter{"x", "journeys/greet.wend", line}.takes(test));
  for (const uint32_t line : {2u, 10u}) CHECK_FALSE(TestFilter{"x", "journeys/greet.wend", line}.takes(test));
  CHECK(TestFilter{"x", "greet.wend", 5}.takes(test));
  CHECK_FALSE(TestFilter{"x", "reet.wend", 5}.takes(test));
}

TEST_CASE("FILE:LINE is taken apart at the last colon") {
  CHECK(file_and_line("a/b.wend:12") == std::pair<std::string, uint32_t>("a/b.wend", 12));
  CHECK(file_and_line("a:b:1") == std::pair<std::string, uint32_t>("a:b", 1));
  for (const char* text : {"", "a", "a:", ":1", "a:0", "a:-1", "a:x", "a:1x", "a:99999999999999999999"}) CHECK_FALSE(file_and_line(text));
}

TEST_CASE("parts are disjoint and together all; a test stays in its part when others come") {
  for (const uint32_t of : {1u, 2u, 3u, 7u}) {
    std::set<uint32_t> used;
    for (int i = 0; i < 200; ++i) {
      const std::string name = "test " + std::to_string(i);
      uint32_t in = 0;
      for (uint32_t number = 1; number <= of; ++number)
        if (is_in({number, of}, name)) ++in, used.insert(number);
      CHECK(in == 1);
    }
    CHECK(used.size() == of);
  }
  CHECK(is_in({2, 3}, "a listener is greeted") == is_in({2, 3}, "a listener is greeted"));
}

TEST_CASE("a part is a number and how many there are") {
  const std::optional<Shard> shard = shard_of("2/3");
  REQUIRE(shard);
  CHECK(shard->number == 2);
  CHECK(shard->of == 3);
  for (const char* text : {"", "2", "0/3", "4/3", "1/0", "a/b", "1/3/5", "-1/3", "1/ 3", "1/99999"}) CHECK_FALSE(shard_of(text));
}

TEST_CASE("a seed makes one order of all tests, another seed another") {
  std::vector<HostTest> tests;
  for (int i = 0; i < 30; ++i) tests.push_back(test_at("test " + std::to_string(i), "a.wend", 1, 1));
  const auto order = [&tests](uint64_t seed, bool backwards) {
    std::vector<const HostTest*> some;
    for (const HostTest& test : tests) some.insert(backwards ? some.begin() : some.end(), &test);
    shuffle(some, seed);
    return some;
  };
  CHECK(order(1, false) == order(1, true));
  CHECK(order(1, false) != order(2, false));
  const std::vector<const HostTest*> some = order(3, false);
  CHECK(std::set<const HostTest*>(some.begin(), some.end()).size() == 30);
}
