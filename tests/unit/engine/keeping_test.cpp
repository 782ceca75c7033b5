// What is let go in time, and what a restored store takes for unknown.
#include "tests/unit/engine/desk_world.h"

#include "runtime/store/keys.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id
  email text?
}
event sign_up
channel email { reaches email, content { subject text } }
protect everyone { categories promotional }
message hello { category promotional, valid for 12 hours, email { subject "Hello" } }
journey welcome {
  enter on sign_up
  re-enter always
  step one { send hello, wait 1 hour, send hello }
}
)";

constexpr int64_t kHour = 3'600'000'000, kDay = 24 * kHour;
const int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

}  // namespace

TEST_CASE("records, decisions, ends of sends and dead letters go when they are old, and marks of duplicates by the day") {
  DeskWorld world(kProject, kMorning);
  world.keep = {30 * kDay, 90 * kDay, 10 * kDay};
  world.restart();
  world.post(world.line("ada", "sign_up", "m1"));
  world.post(R"({"type":"track","userId":"ada","event":"sign_up","timestamp":"never"})");
  world.deliver();
  const size_t log = world.rows(Space::log), audit = world.rows(Space::audit);
  REQUIRE(log > 0);
  REQUIRE(audit > 0);
  const auto sweep_at = [&](int64_t now) {
    world.now = now;
    world.deliver();
    for (int i = 0; i < 40; ++i) world.desk->sweep(3);
    world.desk->commit();
  };
  world.now += 2 * kHour;
  world.deliver();
  world.deliver();
  sweep_at(kMorning + 9 * kDay);
  CHECK(world.rows(Space::dlq) == 1);
  CHECK(world.rows(Space::dedup) == 0);   // asked for within 7 days
  CHECK(world.rows(Space::log) >= log);
  sweep_at(kMorning + 11 * kDay);
  CHECK(world.rows(Space::dlq) == 0);
  CHECK(world.rows(Space::sent) == 2);
  sweep_at(kMorning + 50 * kDay);
  CHECK(world.rows(Space::log) == 0);
  CHECK(world.rows(Space::audit) == 0);
  CHECK(world.rows(Space::sent) == 2);
  sweep_at(kMorning + 91 * kDay);
  CHECK(world.rows(Space::sent) == 0);
  CHECK(world.post(world.line("ada", "sign_up", "m2")).applied == 1);
}

TEST_CASE("in a restored store what waited, and what was due since, is unknown; what comes later is sent") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  Batch restored;
  std::string made;
  append_big_endian_signed(made, kMorning);
  restored.put(Space::meta, kRestoredKey, made);
  REQUIRE_FALSE(world.store->write(restored, true));
  world.restart();
  world.now += 2 * kHour;   // the second message was due an hour ago
  world.desk->begin(world.now);
  world.deliver();
  CHECK(world.provider->seen().empty());
  size_t unknown = 0;
  world.desk->outbox().visit(Outbox::kUnknown, [&](OutboxRow row) { return unknown += row.reason == "restored", true; });
  CHECK(unknown == 2);
  world.restart();
  world.desk->begin(world.now);
  ++world.now;
  world.post(world.line("bob", "sign_up"));
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
}
