// Whose events are whose, and which came twice.
#include <catch2/catch.hpp>

#include <map>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

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

namespace {
// Three kinds: a user has one user id and one e-mail address, and many browsers.
struct People {
  Interner names;
  std::optional<Profiles> profiles;
  uint32_t u = names.intern(0, "u"), v = names.intern(0, "v"), mail = names.intern(1, "m@x"), other_mail = names.intern(1, "n@x");
  uint32_t a = names.intern(2, "a"), b = names.intern(2, "b"), c = names.intern(2, "c");
  People() { profiles.emplace(names, std::vector<bool>{false, false, true}); }
  Profiles::Found see(std::vector<uint32_t> identities) { return profiles->resolve(identities); }
  Profiles::Found alias(std::vector<uint32_t> identities) { return profiles->alias(identities); }
  std::string name(uint32_t profile) { return std::string(profiles->name(profile)); }
};
std::vector<uint32_t> list(std::span<const uint32_t> joined) { return {joined.begin(), joined.end()}; }
}  // namespace

TEST_CASE("who was anonymous is the user who logs in") {
  People people;
  CHECK(people.see({people.a}).fresh);
  CHECK(people.name(0) == "a");
  const Profiles::Found found = people.see({people.u, people.a});
  CHECK(found.profile == 0);
  CHECK(!found.fresh);
  CHECK(found.joined.empty());
  CHECK(people.name(0) == "u");
  CHECK(people.see({people.a}).profile == 0);
  CHECK(people.profiles->unmerged() == 0);
}

TEST_CASE("two who are known apart join when one event names both") {
  People people;
  CHECK(people.see({people.u}).profile == 0);
  CHECK(people.see({people.a}).profile == 1);
  CHECK(list(people.see({people.u, people.a}).joined) == std::vector<uint32_t>{1});
  CHECK(people.see({people.u, people.a}).joined.empty());
  CHECK(people.profiles->profile_of(people.a) == 0);
  CHECK(list(people.profiles->parts(0)) == std::vector<uint32_t>{1});
  CHECK(people.profiles->merged() == 1);
}

TEST_CASE("an identity that would be a second one moves, nothing joins, and it is counted") {
  People people;
  people.see({people.u, people.a});
  people.see({people.v});
  const Profiles::Found found = people.see({people.v, people.a});   // the browser is used by another user now
  CHECK(found.profile == 1);
  CHECK(found.joined.empty());
  CHECK(people.profiles->unmerged() == 1);
  CHECK(people.see({people.a}).profile == 1);
  CHECK(people.see({people.u}).profile == 0);
  CHECK(people.name(0) == "u");
  people.see({people.u, people.mail});
  people.see({people.other_mail});
  CHECK(people.see({people.u, people.other_mail}).joined.empty());   // a second address of u
  CHECK(people.profiles->unmerged() == 2);
  people.see({people.c});
  CHECK(people.see({people.u, people.b, people.c}).joined.size() == 1);   // of browsers there may be many
}

TEST_CASE("a user nobody knows yet takes a browser from its user, and begins anew") {
  People people;
  people.see({people.u, people.a});
  const Profiles::Found found = people.see({people.v, people.a});
  CHECK(found.fresh);
  CHECK(found.profile == 1);
  CHECK(people.profiles->unmerged() == 1);
}

TEST_CASE("an alias always joins, in chains and in circles") {
  People people;
  people.see({people.u});
  people.see({people.v});
  people.see({people.a});
  CHECK(list(people.alias({people.v, people.u}).joined) == std::vector<uint32_t>{0});
  CHECK(people.name(1) == "v");
  CHECK(people.alias({people.u, people.v}).joined.empty());
  CHECK(people.name(1) == "u");
  CHECK(list(people.alias({people.v, people.a, people.v}).joined) == std::vector<uint32_t>{2});
  CHECK(people.alias({people.v, people.b, people.v}).joined.empty());
  CHECK(people.profiles->parts(1).size() == 2);
  CHECK(people.profiles->profile_of(people.u) == 1);
  CHECK(people.profiles->profile_of(people.a) == 1);
}

TEST_CASE("an alias between two nobody has seen makes one, to be begun by an event") {
  People people;
  const Profiles::Found found = people.alias({people.u, people.a, people.v});
  CHECK(found.fresh);
  CHECK(people.see({people.a}).profile == found.profile);
  CHECK(people.name(found.profile) == "u");
  CHECK(people.profiles->profile_of(people.v) == kNoProfile);
}

TEST_CASE("no user grows past a hundred parts") {
  Interner names;
  std::vector<uint32_t> browsers;
  const uint32_t user = names.intern(0, "u");
  for (int i = 0; i < 150; ++i) browsers.push_back(names.intern(1, std::to_string(i)));
  Profiles profiles(names, {false, true});
  for (const uint32_t browser : browsers) profiles.resolve(std::vector<uint32_t>{browser});
  for (const uint32_t browser : browsers) profiles.resolve(std::vector<uint32_t>{user, browser});
  CHECK(profiles.merged() < 100);
  CHECK(profiles.merged() + profiles.unmerged() == 149);
}

TEST_CASE("an identity's value is news only when it is another") {
  Interner names;
  const uint32_t a = names.intern(2, "a"), b = names.intern(2, "b");
  Profiles profiles(names, {false, false, true});
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
