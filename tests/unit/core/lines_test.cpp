// Decisions as JSON lines, and the parts of the context a record relies on.
#include <catch2/catch.hpp>

#include <cstring>

#include "tests/unit/core/world.h"

using namespace wend;
using namespace wend::test;

namespace {
std::vector<std::string> json(const Module& module, const Story& story) {
  std::vector<std::string> lines;
  for (const Decision& decision : story.decisions) append_json(module, decision, "u\"1", lines.emplace_back());
  return lines;
}
}  // namespace

TEST_CASE("lines have all their keys, in order") {
  Module module = empty_program();
  add_states(module, "pulse", {"idle", "active"}).cadence = ModuleStates::Cadence::continuously;
  add_message(module, "m0");
  ModuleExperiment experiment;
  experiment.name = "depth";
  experiment.variants = {"only"};
  experiment.shares = {{{0, 1'000'000}, 0}};
  module.experiments = {experiment};
  ModuleNode choose;
  choose.kind = ModuleNode::Kind::experiment;
  choose.arms = {2};
  add_journey(module, "mail", {step_node(), choose, send_node(0)}).enters = {on(cart)};
  Story story(module);
  story.identify("2026-01-01T10:00", {set(email, "a"), set(email_opt_in, 1)}).happens("2026-01-02T10:00:00.5", cart);
  story.identify("2026-01-02T11:00", {set(score, 1)}).happens("2026-01-01T08:00", play);
  auto lines = json(module, story);
  const std::string id = story.decisions[5].id;
  REQUIRE(lines.size() == 8);
  CHECK(lines[0] == R"({"at":"2026-01-01T10:00:00Z","user":"u\"1","kind":"state","states":"pulse","from":null,"to":"idle"})");
  CHECK(lines[1] == R"({"at":"2026-01-02T10:00:00.500000Z","user":"u\"1","kind":"enter","journey":"mail","key":null})");
  CHECK(lines[2] == R"({"at":"2026-01-02T10:00:00.500000Z","user":"u\"1","kind":"step","journey":"mail","key":null,"step":"a"})");
  CHECK(lines[3] == R"({"at":"2026-01-02T10:00:00.500000Z","user":"u\"1","kind":"exposure","experiment":"depth","variant":"only"})");
  CHECK(lines[4] == R"({"at":"2026-01-02T10:00:00.500000Z","user":"u\"1","kind":"leave","journey":"mail","key":null,"outcome":"finished"})");
  CHECK(lines[5] == R"({"at":"2026-01-02T10:00:00.500000Z","user":"u\"1","kind":"message","message":"m0","channel":"email","journey":"mail",)"
                    R"("step":"a","category":"promotional","outcome":"sent","reason":null,"until":null,"id":")" + id +
                    R"(","content":{"title":"plays: 0","link":null}})");
  CHECK(lines[6] == R"({"at":"2026-01-02T11:00:00Z","user":"u\"1","kind":"state","states":"pulse","from":"idle","to":"active"})");
  CHECK(lines[7] == R"({"at":"2026-01-02T11:00:00Z","user":"u\"1","kind":"late","event":"play","id":"e1","event_at":"2026-01-01T08:00:00Z"})");
}

TEST_CASE("a floor's line has no journey, a deferral has its end") {
  Module module = empty_program();
  add_message(module, "mix");
  module.floors = {{"listeners", kDay, 0, false, false, {by_push, by_email}}};
  module.quiets = {{22 * kHour, 8 * kHour, false, ThenKind::wait, 0}};
  Story story(module);
  story.identify("2026-01-01T23:00", {set(email, "a"), set(email_opt_in, 1)}).until("2026-01-03T00:00");
  const std::string id = story.decisions.at(0).id;
  CHECK(json(module, story).at(0) ==
        R"({"at":"2026-01-02T23:00:00Z","user":"u\"1","kind":"message","message":"mix","channel":"email","journey":null,"step":null,)"
        R"("category":"promotional","outcome":"deferred","reason":"quiet","until":"2026-01-03T07:00:00Z","id":")" + id + R"("})");
}

TEST_CASE("texts are pooled once, whatever their size") {
  TextPool pool;
  CHECK(pool.intern("") == 0);
  const uint32_t abba = pool.intern("abba");
  const uint32_t large = pool.intern(std::string(100'000, 'x'));
  std::vector<uint32_t> ids;
  for (int i = 0; i < 20'000; ++i) ids.push_back(pool.intern("text number " + std::to_string(i)));
  CHECK(pool.intern("abba") == abba);
  CHECK(pool.at(abba) == "abba");
  CHECK(pool.at(large) == std::string(100'000, 'x'));
  for (int i = 0; i < 20'000; i += 997) CHECK(pool.at(ids[static_cast<size_t>(i)]) == "text number " + std::to_string(i));
  TextPool begins_large;
  const uint32_t first = begins_large.intern(std::string(50'000, 'y'));
  begins_large.intern("z");
  CHECK(begins_large.at(first) == std::string(50'000, 'y'));
}

TEST_CASE("windows follow the instant, in any direction") {
  const Zone& zone = *find_zone("Europe/Stockholm");
  Context context(zone, {{PaneUnit::day, 7}, {PaneUnit::minute, 5}});
  context.set_now(time_of("2026-03-29T22:30"));
  CHECK(format_instant(context.window_starts[0]) == "2026-03-22T23:00:00Z");
  CHECK(context.today == context.window_firsts[0] + 7);
  context.set_now(time_of("2026-01-10T10:10:30"));
  CHECK(format_instant(context.window_starts[0]) == "2026-01-02T23:00:00Z");
  CHECK(format_instant(context.window_starts[1]) == "2026-01-10T10:05:00Z");
  context.set_now(time_of("2026-03-29T22:30"));
  CHECK(format_instant(context.window_starts[0]) == "2026-03-22T23:00:00Z");
}

TEST_CASE("scratch memory lasts until it is reset") {
  Context context(*find_zone("UTC"), {});
  char* small = context.alloc(10);
  char* large = context.alloc(1'000'000);
  std::memset(large, 'x', 1'000'000);
  std::memset(small, 'y', 10);
  CHECK(large[999'999] == 'x');
  context.reset_scratch();
  std::memset(context.alloc(100), 'z', 100);
}
