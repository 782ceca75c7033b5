// Users that rest in a store. That a shard decides as the reference evaluator does, wherever a batch ends and whether or not
// the process ended in between, is held by tests/differential (live streams); here stands what a text cannot show.
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "compiler/service/service.h"
#include "runtime/core/codec.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/shard.h"
#include "runtime/hosts/batch.h"
#include "runtime/store/keys.h"
#include "runtime/store/memory_store.h"

using namespace wend;

namespace {

const char* const kProject = R"(project shop { time zone "UTC" }
profile {
  identity user_id, anonymous_id many
  email text?
}
event sign_up { }
event visit   { }
channel email { reaches email, content { subject text } }
protect everyone { categories promotional, at most 2 messages in 7 days, then drop }
message hello { category promotional, email { subject "Hello" } }
journey welcome {
  enter on sign_up
  re-enter always
  step one { send hello, wait 2 days }
  step two { send hello }
}
)";

std::string line(const std::string& user, const std::string& event, const std::string& day, const std::string& id = "") {
  return R"({"type":"track","userId":")" + user + R"(","event":")" + event + R"(","timestamp":"2026-01-)" + day + R"(T08:00:00Z")" +
         (id.empty() ? "" : R"(,"messageId":")" + id + "\"") + R"(,"properties":{},"context":{"traits":{"email":")" + user + "@example.org\"}}}\n";
}

constexpr int64_t kDay = 86'400'000'000;
const int64_t kFirst = 1'767'254'400'000'000;   // 2026-01-01T08:00Z

struct World {
  Project project = Project::from_texts({{"project.wend", kProject}});
  std::shared_ptr<const Module> module;
  std::unique_ptr<Store> store = make_memory_store();
  std::unique_ptr<Shard> shard;
  std::vector<std::string> told;

  World() {
    REQUIRE(project.ok());
    module = compile(project.program(), Tier::fast_compile);
    restart();
  }
  void restart() {
    shard = std::make_unique<Shard>(*module, *store, [this](const Shard::Told& line) { told.emplace_back(line.line); });
  }
  void handle(const std::string& text) {
    Intake intake(*module);
    read_text(text, "-", false, intake);
    for (const StoredEvent& event : intake.log.events()) shard->handle(intake, event, event.at);
  }
  size_t rows(Space space) const {
    size_t count = 0;
    store->scan(space, {}, [&](std::string_view, std::string_view) { return ++count > 0; });
    return count;
  }
};

// A disk that fails at a write.
class Failing : public Store {
 public:
  explicit Failing(Store& store) : store_(store) {}
  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override { return store_.get(space, key, value); }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override { return store_.get_many(space, keys, values); }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override { return store_.scan(space, bounds, visit); }
  StoreFailure write(const Batch&, bool) override { return StoreError{StoreError::Kind::unknown, "the disk said no", "", 0, "open it again"}; }
  bool must_close() const override { return true; }
  std::unique_ptr<StoreReader> snapshot() const override { return store_.snapshot(); }
  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override { return store_.drop_range(space, from, to); }
  StoreFailure flush() override { return store_.flush(); }
  StoreFailure checkpoint(const std::string& folder) override { return store_.checkpoint(folder); }
  StoreFailure verify() override { return store_.verify(); }
  StoreStatistics statistics() const override { return store_.statistics(); }
  std::string identity() const override { return store_.identity(); }

 private:
  Store& store_;
};

}  // namespace

TEST_CASE("the same records through a shard and through a file run give the same lines") {
  World world;
  const std::string events = line("a", "sign_up", "01") + line("b", "visit", "01") + line("b", "sign_up", "02") + line("a", "sign_up", "04") + line("a", "visit", "09");
  BatchOptions options;
  std::vector<std::string> lines;
  options.line = [&](std::string_view text) { lines.emplace_back(text); };
  run_batch_text(*world.module, events, options);
  Intake intake(*world.module);
  read_text(events, "-", false, intake);
  for (const StoredEvent& event : intake.log.events()) {
    world.shard->tick(event.at);
    world.shard->handle(intake, event, event.at);
    world.shard->commit();
    world.restart();
  }
  // A file run tells an instant by user, a shard its timers first.
  const auto place = [](const std::string& text) { return text.substr(0, text.find("\"kind\"")); };
  std::stable_sort(world.told.begin(), world.told.end(), [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
  CHECK(world.told == lines);
  CHECK(lines.size() > 10);
}

TEST_CASE("nothing is told before it is durable, and nothing at all where it is not") {
  World world;
  world.handle(line("a", "sign_up", "01"));
  CHECK(world.told.empty());
  CHECK(world.rows(Space::state) == 0);
  world.shard->commit();
  CHECK(world.told.size() == 3);
  Failing disk(*world.store);
  std::vector<std::string> told;
  Shard shard(*world.module, disk, [&](const Shard::Told& line) { told.emplace_back(line.line); });
  shard.tick(kFirst + 2 * kDay);
  CHECK_THROWS_AS(shard.commit(), ShardFault);
  CHECK(told.empty());
}

TEST_CASE("each row of timers is the least instant at which its user is due") {
  World world;
  for (const char* user : {"a", "b", "c"}) world.handle(line(user, "sign_up", user[0] == 'a' ? "01" : "02"));
  world.handle(line("d", "visit", "02"));
  world.shard->commit();
  std::map<UserId, int64_t> timers;
  world.store->scan(Space::timer, {}, [&](std::string_view key, std::string_view) {
    CHECK(timers.emplace(read_big_endian(key.substr(8)), read_big_endian_signed(key)).second);
    return true;
  });
  CHECK(timers.size() == 3);   // d waits for nothing
  CHECK(world.shard->next_due() == kFirst + 2 * kDay);
  world.shard->tick(kFirst + 2 * kDay);
  CHECK(world.shard->next_due() == kFirst + 3 * kDay);   // also before the batch is written
  world.shard->commit();
  CHECK(world.rows(Space::timer) == 2);
  CHECK(world.shard->next_due() == kFirst + 3 * kDay);
}

TEST_CASE("a message id counts once for seven days, whatever happens to the process") {
  World world;
  const auto sent = [&] { return std::count_if(world.told.begin(), world.told.end(), [](const std::string& text) { return text.find("\"kind\":\"enter\"") != std::string::npos; }); };
  world.handle(line("a", "sign_up", "01", "x"));
  world.handle(line("a", "sign_up", "01", "x"));   // in one batch
  world.shard->commit();
  CHECK(sent() == 1);
  world.restart();
  world.handle(line("a", "sign_up", "07", "x"));
  world.shard->commit();
  CHECK(sent() == 1);
  CHECK(world.shard->duplicates() == 1);
  world.handle(line("b", "sign_up", "07", "x"));   // of another user
  world.handle(line("a", "sign_up", "08", "x"));   // seven days later
  world.shard->commit();
  CHECK(sent() == 3);
}

TEST_CASE("bytes that are no state are never guessed at: their user is held") {
  World world;
  world.handle(line("a", "sign_up", "01"));
  world.shard->commit();
  std::string key, row;
  world.store->scan(Space::state, {}, [&](std::string_view k, std::string_view v) {
    key = k;
    row = v;
    return false;
  });
  for (size_t at = 0; at < row.size(); ++at) {
    std::string bent = row;
    bent[at] = static_cast<char>(bent[at] ^ 0x41);
    Batch batch;
    batch.put(Space::state, key, bent);
    REQUIRE(!world.store->write(batch, true));
    world.restart();
    world.handle(line("a", "visit", "02"));
    CHECK(world.shard->held().size() == 1);
  }
  for (size_t size = 0; size < row.size(); ++size) {
    UserRow cut;
    CHECK(!decode({reinterpret_cast<const uint8_t*>(row.data()), size}, 2, cut));
  }
}

TEST_CASE("S2: a user left by a version that nobody here knows is held, and left as they are") {
  World world;
  world.handle(line("a", "sign_up", "01"));
  world.shard->commit();
  world.shard = std::make_unique<Shard>(*world.module, *world.store, [](const Shard::Told&) {}, Shard::Decided(), world.module->version + 1, Shard::Before());
  world.handle(line("a", "visit", "02"));
  world.shard->commit();
  CHECK(world.shard->held().size() == 1);
  world.restart();
  world.handle(line("a", "visit", "03"));
  CHECK(world.shard->held().empty());
}

TEST_CASE("who was anonymous rests under the name they have now") {
  World world;
  world.handle(R"({"type":"track","anonymousId":"n1","event":"sign_up","timestamp":"2026-01-01T08:00:00Z","properties":{}})" "\n");
  world.shard->commit();
  world.restart();
  world.handle(R"({"type":"identify","userId":"a","anonymousId":"n1","timestamp":"2026-01-02T08:00:00Z","traits":{"email":"a@example.org"}})" "\n");
  world.handle(R"({"type":"track","anonymousId":"n2","event":"visit","timestamp":"2026-01-02T09:00:00Z","properties":{}})" "\n");
  world.shard->commit();
  world.restart();
  world.handle(R"({"type":"identify","userId":"a","anonymousId":"n2","timestamp":"2026-01-02T10:00:00Z","traits":{}})" "\n");
  world.shard->commit();
  world.restart();
  world.shard->tick(kFirst + 3 * kDay);
  world.shard->commit();
  CHECK(world.told.back().find("\"user\":\"a\"") != std::string::npos);
  CHECK(world.rows(Space::ident) == 3);
  CHECK(world.rows(Space::state) == 2);   // one says whom the other has joined
  CHECK(world.rows(Space::timer) == 0);
}
