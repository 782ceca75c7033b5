// Whose events are whose, and which came twice.
#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>

#include "runtime/abi/zones.h"
#include "runtime/engine/duplicates.h"
#include "runtime/engine/profiles.h"

using namespace wend;

TEST_CASE("texts have one number each, by kind") {
  Interner interner;
  std::vector<std::string> texts;
  for (int i = 0; i < 20'000; ++i) texts.push_back("user-" + std::to_string(i));
  for (uint32_t i = 0; i < texts.size(); ++i) REQUIRE(interner.intern(0, texts[i]) == i);
  for (uint32_t i = 0; i < texts.size(); ++i) REQUIRE(interner.intern(0, texts[i]) == i);
  const uint32_t other = interner.intern(1, texts[0]);
  CHECK(other == texts.size());
  CHECK(interner.kind(other) == 1);
  CHECK(interner.text(17) == "user-17");
}

TEST_CASE("the strongest identity decides, a weaker one is linked") {
  Interner names;
  const uint32_t user = names.intern(0, "u"), anonymous = names.intern(2, "a"), other = names.intern(2, "b");
  Profiles profiles(names, 3);
  const uint32_t known[] = {user, anonymous}, weak[] = {anonymous}, alone[] = {other};
  CHECK(profiles.resolve(known).fresh);
  CHECK(profiles.resolve(weak).profile == 0);
  CHECK(!profiles.resolve(weak).fresh);
  CHECK(profiles.resolve(alone).profile == 1);
  CHECK(profiles.name(0) == "u");
  CHECK(profiles.name(1) == "b");
  CHECK(profiles.unmerged() == 0);
}

TEST_CASE("a weaker identity with a profile of its own moves, nothing merges, and it is counted") {
  Interner names;
  const uint32_t user = names.intern(0, "u"), anonymous = names.intern(2, "a");
  Profiles profiles(names, 3);
  const uint32_t weak[] = {anonymous}, known[] = {user, anonymous};
  CHECK(profiles.resolve(weak).profile == 0);
  CHECK(profiles.resolve(known).profile == 1);
  CHECK(profiles.resolve(weak).profile == 1);
  CHECK(profiles.unmerged() == 1);
  CHECK(profiles.resolve(known).profile == 1);
  CHECK(profiles.unmerged() == 1);
  CHECK(profiles.size() == 2);
}

TEST_CASE("an identity's value is news only when it is another") {
  Interner names;
  const uint32_t a = names.intern(2, "a"), b = names.intern(2, "b");
  Profiles profiles(names, 3);
  const uint32_t first[] = {a};
  profiles.resolve(first);
  CHECK(profiles.takes(0, a));
  CHECK(!profiles.takes(0, a));
  CHECK(profiles.takes(0, b));
  CHECK(profiles.takes(0, a));
}

TEST_CASE("the same user and id within the span is a duplicate, less than the span and no more") {
  Duplicates duplicates(7 * kMicrosPerDay);
  const int64_t t = 20'000 * kMicrosPerDay + 5;
  CHECK(!duplicates.seen(1, "m", t));
  CHECK(duplicates.seen(1, "m", t));
  CHECK(!duplicates.seen(2, "m", t));
  CHECK(!duplicates.seen(1, "", t));
  CHECK(!duplicates.seen(1, "", t));
  CHECK(duplicates.seen(1, "m", t + 7 * kMicrosPerDay - 1));
  CHECK(!duplicates.seen(1, "m", t + 7 * kMicrosPerDay));
  CHECK(duplicates.seen(1, "m", t + 7 * kMicrosPerDay + 1));
  CHECK(!duplicates.seen(1, "m", t + 100 * kMicrosPerDay));
}

TEST_CASE("duplicates agree with a plain set of everything seen") {
  Duplicates duplicates(kMicrosPerHour);
  std::map<std::pair<uint32_t, int>, int64_t> kept;
  std::minstd_rand random(7);
  int64_t at = 0;
  for (int i = 0; i < 50'000; ++i) {
    at += static_cast<int64_t>(random() % (2 * kMicrosPerMinute));
    const uint32_t user = static_cast<uint32_t>(random() % 5);
    const int id = static_cast<int>(random() % 200);
    const auto found = kept.find({user, id});
    const bool expected = found != kept.end() && at - found->second < kMicrosPerHour;
    REQUIRE(duplicates.seen(user, std::to_string(id), at) == expected);
    if (!expected) kept[{user, id}] = at;
  }
}
