// What a running project promises between a decision and a mailbox: once, only with a fresh permit, and never forgotten.
#include "tests/unit/engine/desk_world.h"

#include <algorithm>
#include <utility>

#include "runtime/hosts/batch.h"
#include "runtime/store/erasures.h"
#include "runtime/store/keys.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email text?
  wants_email bool = true
}
event sign_up { }
event paid    { }
event visit   { }
states pulse {
  evaluate daily at 00:00
  active when has visit in last 7 days
  idle otherwise
}
channel email { reaches email, consent wants_email, content { subject text } }
protect everyone {
  categories transactional > promotional
  exempt transactional
  quiet from 22:00 to 06:00, then wait
  at most 2 promotional in 7 days, then drop
}
message hello { category promotional, valid for 12 hours, email { subject "Hello {{ email | default: 'you' }}" } }
message receipt { category transactional, email { subject "Thanks" } }
journey welcome {
  enter on sign_up
  re-enter always
  step one { send hello }
}
journey receipts {
  enter on paid
  re-enter always
  step one { send receipt }
}
)";

constexpr int64_t kSecond = 1'000'000, kHour = 3600 * kSecond, kDay = 24 * kHour;
const int64_t kMorning = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

// All rows of a store in another.
std::unique_ptr<Store> copy_of(const Store& store) {
  auto copy = make_memory_store();
  Batch batch;
  for (const SpaceInfo& info : kSpaces) {
    const Space space = static_cast<Space>(&info - kSpaces.data());
    REQUIRE_FALSE(store.scan(space, {}, [&](std::string_view key, std::string_view value) {
      if (space != Space::meta || key.substr(0, kStoreKeys.size()) != kStoreKeys) batch.put(space, key, value);
      return true;
    }));
  }
  REQUIRE_FALSE(copy->write(batch, true));
  return copy;
}

bool is_anywhere(const Store& store, std::string_view text) {
  bool found = false;
  for (const SpaceInfo& info : kSpaces)
    store.scan(static_cast<Space>(&info - kSpaces.data()), {}, [&](std::string_view key, std::string_view value) {
      found |= key.find(text) != std::string_view::npos || value.find(text) != std::string_view::npos;
      return !found;
    });
  return found;
}

size_t count(const std::vector<std::string>& lines, const std::string& part) {
  return static_cast<size_t>(std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return line.find(part) != std::string::npos; }));
}

}  // namespace

TEST_CASE("a message that was decided is handed over once, and its history knows that it was delivered") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  REQUIRE(count(world.told, "\"outcome\":\"sent\"") == 1);
  CHECK(world.provider->seen().empty());
  world.deliver();
  REQUIRE(world.provider->seen().size() == 1);
  const Delivery delivery = world.provider->seen().front();
  CHECK(delivery.id == world.last_id());
  CHECK(delivery.address == "ada@example.org");
  REQUIRE(delivery.content.size() == 1);
  CHECK(delivery.content[0].text == "Hello ada@example.org");
  CHECK(world.ended_as(delivery.id) == "delivered");
  CHECK(world.rows(Space::outbox) == 0);
  std::vector<std::string> history;
  world.desk->history(world.desk->user_named("ada"), [&](const Desk::Entry& entry) { return history.push_back(entry.text), true; });
  CHECK(count(history, "\"event\":\"delivered\"") == 1);
  CHECK(count(history, "\"kind\":\"enter\"") == 1);
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
}

TEST_CASE("consent withdrawn before the claim stops the message and gives its slot back") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.post(R"({"type":"identify","userId":"ada","timestamp":")" + format_instant(world.now) + R"(","traits":{"wants_email":false}})");
  world.deliver();
  CHECK(world.provider->seen().empty());
  CHECK(world.ended_as(world.last_id()) == "blocked consent");
  world.post(R"({"type":"identify","userId":"ada","timestamp":")" + format_instant(++world.now) + R"(","traits":{"wants_email":true}})");
  for (int i = 0; i < 3; ++i) world.post(world.line("ada", "sign_up"));
  world.deliver();
  CHECK(count(world.told, "\"reason\":\"cap\"") == 1);   // two of three: the blocked one counts for nothing
  CHECK(world.provider->seen().size() == 2);
}

TEST_CASE("S5: what waits for a channel that is not set up any more is blocked, and gives its slot back") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  const std::string id = world.last_id();
  const auto ways = std::exchange(world.ways, {});
  world.restart();
  world.deliver();
  CHECK(world.ended_as(id) == "blocked removed");
  world.ways = ways;
  world.restart();
  for (int i = 0; i < 3; ++i) world.post(world.line("ada", "sign_up"));
  world.deliver();
  CHECK(world.provider->seen().size() == 2);
}

TEST_CASE("I9: of one id twice in a batch the first counts; I10: what says it lies ahead happens now, and is counted") {
  DeskWorld world(kProject, kMorning);
  const Desk::Receipt twice = world.post(world.line("ada", "sign_up", "m1") + "\n" + world.line("ada", "paid", "m1") + "\n" + world.line("ada", "sign_up", "m1"));
  CHECK(twice.applied == 1);
  CHECK(twice.conflicts == 1);
  CHECK(twice.duplicates == 1);
  const std::string years = R"({"type":"track","userId":"bob","event":"sign_up","timestamp":"2036-01-01T00:00:00Z"})";
  CHECK(world.post(years).ahead == 1);
  world.desk->commit();
  world.desk->history(world.desk->user_named("bob"), [&](const Desk::Entry& entry) {
    CHECK(entry.at == world.now);
    return true;
  });
}

TEST_CASE("I11: a sender's clock sets its times right, unless it is more than a day off, or not said") {
  bool moved = false;
  const auto at = [&](std::optional<int64_t> timestamp, std::optional<int64_t> sent) { return instant_of(timestamp, sent, kMorning, moved); };
  CHECK(at({}, {}) == kMorning);
  CHECK(at({}, kMorning - kHour) == kMorning);
  CHECK(at(kMorning - kDay, {}) == kMorning - kDay);
  CHECK(at(kMorning - 3 * kHour, kMorning - 2 * kHour) == kMorning - kHour);              // two hours slow
  CHECK(at(kMorning + kHour, kMorning + 2 * kHour) == kMorning - kHour);                  // two hours fast
  CHECK(at(kMorning - kDay, kMorning - kDay) == kMorning);
  for (const int64_t off : {kDay + 1, -kDay - 1, 3'650 * kDay, -3'650 * kDay, INT64_MAX - kMorning, INT64_MIN + kMorning + 1})
    CHECK(at(kMorning - 5 * kDay, kMorning - off) == kMorning);                           // not believed
  CHECK(!moved);
  CHECK(at(kMorning + 1, {}) == kMorning);
  CHECK(moved);
  CHECK(at(kMorning + kDay, kMorning - kHour) == kMorning);
  CHECK(moved);
}

TEST_CASE("a claim waits for the end of quiet hours, and expires with its validity") {
  DeskWorld world(kProject, kMorning + 14 * kHour - kSecond);   // a second before 22:00
  world.post(world.line("ada", "sign_up"));
  world.post(world.line("ada", "paid"));
  world.desk->commit();
  REQUIRE(count(world.told, "\"outcome\":\"sent\"") == 2);
  world.now += 2 * kSecond;
  world.claim();
  world.hear();
  REQUIRE(world.provider->seen().size() == 1);   // exempt
  CHECK(world.provider->seen()[0].message == "receipt");
  world.now += 8 * kHour;
  world.deliver();
  REQUIRE(world.provider->seen().size() == 2);
  CHECK(world.provider->seen()[1].message == "hello");

  DeskWorld late(kProject, kMorning);
  late.post(late.line("ada", "sign_up"));
  late.desk->commit();
  late.now += 13 * kHour;
  late.deliver();
  CHECK(late.provider->seen().empty());
  CHECK(late.ended_as(late.last_id()) == "expired expired");
}

TEST_CASE("what a `never` holds back is given up when its validity is over") {
  std::string project = kProject;
  const std::string quiet = "quiet from 22:00 to 06:00, then wait";
  project.replace(project.find(quiet), quiet.size(), "never promotional while has visit in last 7 days, then wait");
  DeskWorld world(project, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.post(world.line("ada", "visit"));
  world.deliver();
  CHECK(world.provider->seen().empty());
  CHECK(world.ended_as(world.last_id()).empty());
  world.now += 13 * kHour;
  world.deliver();
  CHECK(world.provider->seen().empty());
  CHECK(world.ended_as(world.last_id()) == "blocked never");
  CHECK(world.rows(Space::outbox) == 0);
}

TEST_CASE("a claim whose end nobody heard is not made again by itself") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.claim();
  const std::string id = world.last_id();
  { std::unique_lock lock(world.mutex); world.came.wait(lock, [&] { return world.came_back == 1; }); }
  world.restart();   // the outcome was never written down
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
  CHECK(world.ended_as(id).empty());
  CHECK(world.desk->outbox().find(Outbox::kUnknown, id));
  SECTION("until the provider says what became of it") {
    world.post(world.line("ada", "delivered", "", R"({"message_id":")" + id + "\"}"));
    world.desk->commit();
    CHECK(world.ended_as(id) == "delivered delivered");
    CHECK(world.rows(Space::outbox) == 0);
  }
}

TEST_CASE("a claim whose end nobody heard is made again under the same id where the provider takes an id once") {
  DeliveryPolicy policy;
  policy.on_ambiguous = OnAmbiguous::retry_same_key;
  DeskWorld world(kProject, kMorning, policy, true);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.claim();
  { std::unique_lock lock(world.mutex); world.came.wait(lock, [&] { return world.came_back == 1; }); }
  world.restart();
  world.now += kHour;
  world.deliver();
  REQUIRE(world.provider->seen().size() == 2);
  CHECK(world.provider->seen()[0].id == world.provider->seen()[1].id);
  CHECK(world.ended_as(world.last_id()) == "delivered");
}

TEST_CASE("a message that may have been taken never counts as blocked or expired, whatever stops the next attempt") {
  DeliveryPolicy policy;
  policy.on_ambiguous = OnAmbiguous::retry_same_key;
  DeskWorld world(kProject, kMorning, policy, true);
  world.provider->script(unknown("timeout"));
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  SECTION("consent is withdrawn") {
    world.now += kSecond / 100;
    world.post(R"({"type":"identify","userId":"ada","timestamp":")" + format_instant(world.now) + R"(","traits":{"wants_email":false}})");
  }
  SECTION("its time is over") { world.now += 13 * kHour; }
  world.now += kSecond;
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
  CHECK(world.ended_as(world.last_id()).empty());
  CHECK(world.desk->outbox().find(Outbox::kUnknown, world.last_id()));
  CHECK(count(world.told, "\"outcome\":\"sent\"") == 1);   // and it keeps its slot
}

TEST_CASE("of who was erased during an attempt nothing is kept, however that ends") {
  DeskWorld world(kProject, kMorning);
  SECTION("nobody knows") { world.provider->script(unknown("timeout")); }
  SECTION("it might be tried again") { world.provider->script(failed("dns")); }
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.claim();
  world.desk->erase(world.desk->user_named("ada"));
  world.hear();
  CHECK(world.rows(Space::outbox) == 0);
  CHECK(world.rows(Space::sent) == 1);
  CHECK_FALSE(is_anywhere(*world.store, "ada"));
}

TEST_CASE("an event that comes right behind an erasure does not bring the user back") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.desk->erase(world.desk->user_named("ada"));
  CHECK(world.post(world.line("ada", "sign_up")).ignored == 1);
  world.desk->commit();
  CHECK_FALSE(is_anywhere(*world.store, "ada"));
}

TEST_CASE("a record of somebody who was erased is not kept among dead letters either") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.desk->erase(world.desk->user_named("ada"));
  for (const char* user : {"ada", "bob"})
    CHECK(world.post(R"({"type":"track","event":"sign_up","userId":")" + std::string(user) + R"(","timestamp":"never"})").rejected == 1);
  world.desk->commit();
  CHECK_FALSE(is_anywhere(*world.store, "ada"));
  CHECK(world.rows(Space::dlq) == 1);
}

TEST_CASE("a failure that will pass is tried again, one that will not gives the slot back") {
  DeskWorld world(kProject, kMorning);
  world.provider->script(failed("status 429"));
  world.provider->script(failed("status 400", true));
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  CHECK(world.ended_as(world.last_id()).empty());
  world.now += kHour;
  world.deliver();
  REQUIRE(world.provider->seen().size() == 2);
  CHECK(world.provider->seen()[1].attempt == 2);
  CHECK(world.ended_as(world.last_id()) == "failed status 400");
  for (int i = 0; i < 2; ++i) world.post(world.line("ada", "sign_up"));
  world.deliver();
  CHECK(count(world.told, "\"reason\":\"cap\"") == 0);
}

TEST_CASE("an address that is dead reaches nobody from then on") {
  DeskWorld world(kProject, kMorning);
  Outcome dead = failed("status 550", true);
  dead.address_dead = true;
  world.provider->script(dead);
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  world.post(world.line("ada", "sign_up"));
  world.deliver();
  CHECK(count(world.told, "\"reason\":\"unreachable\"") == 1);
  CHECK(world.provider->seen().size() == 1);
}

TEST_CASE("what is held is not claimed, what is released goes on, and validity runs on meanwhile") {
  DeskWorld world(kProject, kMorning);
  CHECK(world.desk->hold("message", "hello", "wrong price"));
  CHECK_FALSE(world.desk->hold("weather", "rain", ""));
  world.post(world.line("ada", "sign_up"));
  world.post(world.line("ada", "paid"));
  world.deliver();
  REQUIRE(world.provider->seen().size() == 1);
  CHECK(world.provider->seen()[0].message == "receipt");
  world.restart();   // a hold outlives the process
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
  CHECK(world.desk->release("message", "hello"));
  CHECK_FALSE(world.desk->release("message", "hello"));
  SECTION("in time") {
    world.deliver();
    world.deliver();
    CHECK(world.provider->seen().size() == 2);
  }
  SECTION("too late") {
    world.now += 13 * kHour;
    world.deliver();
    world.deliver();
    CHECK(world.provider->seen().size() == 1);
    CHECK(world.rows(Space::outbox) == 0);
  }
}

TEST_CASE("a receipt does not wait behind a campaign on the same channel") {
  DeliveryPolicy policy;
  policy.per_second = 1;
  DeskWorld world(kProject, kMorning, policy);
  for (int i = 0; i < 100; ++i) world.post(world.line("u" + std::to_string(i), "sign_up"));
  world.now += kSecond;
  world.post(world.line("ada", "paid"));
  world.deliver();
  REQUIRE(world.provider->seen().size() == 1);
  CHECK(world.provider->seen()[0].message == "receipt");
  world.now += kSecond;
  world.deliver();
  CHECK(world.provider->seen().size() == 2);
}

TEST_CASE("two who turn out to be one are not sent more than one may be") {
  std::string text = kProject;
  text.replace(text.find("at most 2"), 9, "at most 1");
  DeskWorld world(text, kMorning);
  world.post(world.line("ada", "sign_up"));
  world.post(R"({"type":"track","anonymousId":"a1","event":"sign_up","timestamp":")" + format_instant(world.now) + R"(","properties":{},"context":{"traits":{"email":"a@example.org"}}})");
  world.desk->commit();
  REQUIRE(count(world.told, "\"outcome\":\"sent\"") == 2);
  world.post(R"({"type":"alias","userId":"ada","previousId":"a1","timestamp":")" + format_instant(world.now) + "\"}");
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
}

TEST_CASE("an erased user leaves nothing, and later events do not bring them back") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("canary", "sign_up", "m1"));
  world.post(R"({"type":"track","userId":"canary","event":"sign_up","timestamp":"never"})");
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  REQUIRE(world.rows(Space::dlq) == 1);
  const Desk::Erased erased = world.desk->erase(world.desk->user_named("canary"));
  world.desk->commit();
  CHECK(erased.sends == 1);
  for (const SpaceInfo& info : kSpaces)
    world.store->scan(static_cast<Space>(&info - kSpaces.data()), {}, [&](std::string_view key, std::string_view value) {
      INFO(info.name);
      CHECK(key.find("canary") == std::string_view::npos);
      CHECK(value.find("canary") == std::string_view::npos);
      return true;
    });
  const Desk::Receipt receipt = world.post(world.line("canary", "sign_up", "m2"));
  world.deliver();
  CHECK(receipt.ignored == 1);
  CHECK(world.desk->user_named("canary") == kNoUser);
  REQUIRE(world.provider->seen().size() == 1);
  CHECK(world.provider->seen()[0].address == "ada@example.org");
  CHECK(world.desk->shard().census().counts().at("users") == 1);
}

TEST_CASE("who was erased is erased again from an older copy of the store that is told so, whatever was under way in it") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("canary", "sign_up"));
  world.post(world.line("canary", "paid"));
  world.post(world.line("ada", "sign_up"));
  world.desk->commit();
  world.desk->claim(world.now, 1);   // one has begun, two wait
  world.desk->commit();
  { std::unique_lock lock(world.mutex); world.came.wait(lock, [&] { return world.came_back == 1; }); }
  REQUIRE(world.provider->seen()[0].address == "canary@example.org");
  std::unique_ptr<Store> older = copy_of(*world.store);
  world.desk->erase(world.desk->user_named("canary"));
  world.desk->commit();
  std::string ledger;
  size_t due = 0;
  REQUIRE_FALSE(ledger_text(*world.store, ledger));
  world.desk.reset();
  world.store = std::move(older);
  REQUIRE_FALSE(merge_ledger(*world.store, ledger, "ledger", due));
  REQUIRE(due > 0);
  REQUIRE(is_anywhere(*world.store, "canary"));
  world.restart();
  CHECK_FALSE(is_anywhere(*world.store, "canary"));
  CHECK_FALSE(is_anywhere(*world.store, kErasureDueKeys));
  std::string after;
  REQUIRE_FALSE(ledger_text(*world.store, after));
  CHECK(after == ledger);
  CHECK(world.post(world.line("canary", "sign_up")).ignored == 1);
  CHECK(world.desk->user_named("ada") != kNoUser);
}

TEST_CASE("an event that is sent again changes nothing; under the same id with another body it is counted") {
  DeskWorld world(kProject, kMorning);
  const std::string line = world.line("ada", "sign_up", "m1");
  CHECK(world.post(line).applied == 1);
  CHECK(world.post(line).duplicates == 1);
  world.desk->commit();
  world.restart();
  CHECK(world.post(line).duplicates == 1);
  CHECK(world.post(world.line("ada", "paid", "m1")).conflicts == 1);
  world.deliver();
  CHECK(world.provider->seen().size() == 1);
}

TEST_CASE("an alias that is sent again is one") {
  DeskWorld world(kProject, kMorning);
  const std::string alias = R"({"type":"alias","userId":"ada","previousId":"a1","messageId":"m1","timestamp":")" + format_instant(world.now) + "\"}";
  CHECK(world.post(alias).applied == 1);
  CHECK(world.post(alias).duplicates == 1);
  world.desk->commit();
  CHECK(world.rows(Space::log) == 1);
}

TEST_CASE("a user whose row is damaged is held, and everybody else goes on") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "visit"));
  world.post(world.line("bob", "visit"));
  world.desk->commit();
  Batch damage;
  std::string key;
  append_big_endian(key, world.desk->user_named("ada"));
  damage.put(Space::state, key, "rubbish");
  REQUIRE_FALSE(world.store->write(damage, true));
  world.restart();
  CHECK(world.post(world.line("ada", "sign_up")).set_aside == 1);
  CHECK(world.post(world.line("bob", "sign_up")).applied == 1);
  world.now += 2 * kDay;
  world.deliver();
  CHECK(world.rows(Space::inbox) == 1);
  CHECK(world.desk->shard().held().size() == 1);
}

TEST_CASE("the census counts who stands where") {
  DeskWorld world(kProject, kMorning);
  world.post(world.line("ada", "visit"));
  world.post(world.line("bob", "sign_up"));
  world.desk->commit();
  auto counts = world.desk->shard().census().counts();
  CHECK(counts["users"] == 2);
  CHECK(counts["state/pulse/active"] == 1);
  CHECK(counts["state/pulse/idle"] == 1);
  world.restart();
  world.now += 9 * kDay;
  world.deliver();
  counts = world.desk->shard().census().counts();
  CHECK(counts["state/pulse/active"] == 0);
  CHECK(counts["state/pulse/idle"] == 2);
}

TEST_CASE("the same events decide the same in a file and at the desk") {
  DeskWorld world(kProject, kMorning);
  std::string all;
  for (int i = 0; i < 200; ++i) {
    world.now += (i % 7) * kHour + 1;
    const std::string line = world.line("u" + std::to_string(i % 9), i % 3 == 0 ? "sign_up" : i % 3 == 1 ? "visit" : "paid", "m" + std::to_string(i / 2));
    all += line + "\n";
    while (world.desk->tick(world.now)) world.desk->commit();
    world.post(line);
    if (i % 5 == 0) world.desk->commit();
  }
  world.desk->commit();
  std::vector<std::string> expected, lines = world.told;
  BatchOptions options;
  options.line = [&](std::string_view line) { expected.emplace_back(line); };
  run_batch_text(*world.module, all, options);
  std::sort(lines.begin(), lines.end());
  std::sort(expected.begin(), expected.end());
  CHECK(lines == expected);
}
