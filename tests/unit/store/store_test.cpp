// What a store promises, by the same cases for both, then what only one on the disk can do; and the group commit.
#include <atomic>
#include <random>
#include <set>
#include <thread>

#include "runtime/store/ahead_store.h"
#include "runtime/store/keys.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::test;

namespace {

struct InMemory {
  std::unique_ptr<Store> store = make_memory_store();
};
struct OnDisk {
  Folder folder;
  std::unique_ptr<Store> store = open(folder.path);
};

// Every write is begun and not waited for: whatever is read next is read while it is on its way.
template <bool by_hand>
struct OneAhead {
  struct Begins : AheadStore {
    using AheadStore::AheadStore;
    StoreFailure write(const Batch& batch, bool) override { return begin(batch); }
  };
  std::unique_ptr<Store> behind = make_memory_store();
  std::unique_ptr<Store> store = std::make_unique<Begins>(*behind, by_hand);
};
using Ahead = OneAhead<false>;
using AheadByHand = OneAhead<true>;

// Fails the write with this number, and says `unknown` as the real one does.
class FailingStore : public Store {
 public:
  explicit FailingStore(int fails_at) : left_(fails_at) {}
  StoreFailure write(const Batch& batch, bool synced) override {
    if (failed_) return StoreError{StoreError::Kind::closed, "closed", {}, 0, {}};
    if (--left_ > 0) return inner_->write(batch, synced);
    failed_ = true;
    return StoreError{StoreError::Kind::unknown, "the disk is gone", "a", 7, {}};
  }
  bool must_close() const override { return failed_; }
  StoreFailure get(Space s, std::string_view k, std::optional<std::string>& v) const override { return inner_->get(s, k, v); }
  StoreFailure get_many(Space s, std::span<const std::string_view> k, std::vector<std::optional<std::string>>& v) const override { return inner_->get_many(s, k, v); }
  StoreFailure scan(Space s, const Bounds& b, const Visitor& v) const override { return inner_->scan(s, b, v); }
  std::unique_ptr<StoreReader> snapshot() const override { return inner_->snapshot(); }
  StoreFailure drop_range(Space s, std::string_view f, std::string_view t) override { return inner_->drop_range(s, f, t); }
  StoreFailure flush() override { return {}; }
  StoreFailure checkpoint(const std::string&) override { return {}; }
  StoreFailure verify() override { return {}; }
  StoreStatistics statistics() const override { return {}; }
  std::string identity() const override { return {}; }

 private:
  std::unique_ptr<Store> inner_ = make_memory_store();
  int left_;
  std::atomic<bool> failed_ = false;
};

std::string number(uint64_t n) {
  std::string key;
  append_big_endian(key, n);
  return key;
}

}  // namespace

TEST_CASE("numbers in keys sort as they are") {
  std::vector<int64_t> numbers = {INT64_MIN, -5, -1, 0, 1, 255, 256, INT64_MAX};
  std::string before;
  for (const int64_t n : numbers) {
    std::string key;
    append_big_endian_signed(key, n);
    CHECK(read_big_endian_signed(key) == n);
    CHECK(before < key);
    before = key;
  }
  CHECK(read_big_endian(number(1'234'567'890'123)) == 1'234'567'890'123);
  CHECK(behind_prefix("ab") == "ac");
  CHECK(behind_prefix("a\xff\xff") == "b");
  CHECK(behind_prefix("\xff") == "");
}

TEMPLATE_TEST_CASE("a row is read as it was written, whatever its bytes", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  const std::string odd("\0\xff\n", 3);
  put(*world.store, Space::state, odd, odd);
  put(*world.store, Space::state, "", "of the empty key");
  put(*world.store, Space::timer, "due", "");
  CHECK(get(*world.store, Space::state, odd) == odd);
  CHECK(get(*world.store, Space::state, "") == "of the empty key");
  CHECK(get(*world.store, Space::timer, "due") == "");
  CHECK(get(*world.store, Space::timer, odd) == std::nullopt);
  std::vector<std::optional<std::string>> values;
  const std::vector<std::string_view> keys = {"none", odd, "", odd};
  must(world.store->get_many(Space::state, keys, values));
  CHECK(values == std::vector<std::optional<std::string>>{std::nullopt, odd, "of the empty key", odd});
  must(world.store->get_many(Space::state, {}, values));
  CHECK(values.empty());
}

TEMPLATE_TEST_CASE("scans go in the order of bytes, within bounds, until they are stopped", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  for (const char* key : {"b", "a", "c", "\xff", "ab"}) put(*world.store, Space::log, key, "1");
  put(*world.store, Space::audit, "b", "elsewhere");
  CHECK(rows(*world.store, Space::log) == Rows{"a=1", "ab=1", "b=1", "c=1", "\xff=1"});
  CHECK(rows(*world.store, Space::log, {"ab", "c"}) == Rows{"ab=1", "b=1"});
  CHECK(rows(*world.store, Space::log, {"aa", ""}, 2) == Rows{"ab=1", "b=1"});
  CHECK(rows(*world.store, Space::log, {"", "", true}, 2) == Rows{"\xff=1", "c=1"});
  CHECK(rows(*world.store, Space::log, {"ab", "c", true}) == Rows{"b=1", "ab=1"});
  CHECK(rows(*world.store, Space::log, {"c", "b"}).empty());
  CHECK(rows(*world.store, Space::log, {"b", "b"}).empty());
  CHECK(rows(*world.store, Space::log, {"c", "b", true}).empty());
}

TEMPLATE_TEST_CASE("a batch changes several spaces, in its own order", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  for (const char* key : {"a", "b", "c", "d"}) put(*world.store, Space::sent, key, "old");
  Batch batch;
  batch.put(Space::state, "u", "1");
  batch.put(Space::state, "u", "2");
  batch.put(Space::outbox, "gone", "1");
  batch.erase(Space::outbox, "gone");
  batch.put(Space::sent, "b", "covered");
  batch.erase_range(Space::sent, "a", "c");
  batch.put(Space::sent, "a", "new");
  batch.erase_range(Space::sent, "d", "c");   // nothing
  CHECK(batch.count() == 7);
  must(world.store->write(batch, true));
  CHECK(get(*world.store, Space::state, "u") == "2");
  CHECK(rows(*world.store, Space::outbox).empty());
  CHECK(rows(*world.store, Space::sent) == Rows{"a=new", "c=old", "d=old"});
}

TEMPLATE_TEST_CASE("a batch that is refused changes nothing", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  Batch own, range, queue, large;
  for (Batch* batch : {&own, &range, &queue, &large}) batch->put(Space::state, "u", "1");
  own.put(Space::meta, "store/format", "9");
  range.erase_range(Space::meta, "a", "z");
  queue.low_water(Space::state, "u");
  large.put(Space::log, "k", std::string(kBatchBytesMax, 'x'));
  for (const Batch* batch : {&own, &range, &queue, &large}) {
    const StoreFailure failure = world.store->write(*batch, true);
    REQUIRE(failure);
    CHECK(failure->kind == StoreError::Kind::misuse);
  }
  CHECK(get(*world.store, Space::state, "u") == std::nullopt);
  CHECK(!world.store->must_close());
  Batch beside;
  beside.erase_range(Space::meta, "store0", "z");
  beside.put(Space::meta, "active", "1");
  must(world.store->write(beside, true));
}

TEMPLATE_TEST_CASE("a snapshot stays as it was", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  put(*world.store, Space::state, "u", "1");
  put(*world.store, Space::timer, "5", "");
  const std::unique_ptr<StoreReader> before = world.store->snapshot();
  Batch batch;
  batch.put(Space::state, "u", "2");
  batch.put(Space::state, "v", "2");
  batch.erase(Space::timer, "5");
  batch.low_water(Space::timer, "6");
  must(world.store->write(batch, false));
  CHECK(get(*before, Space::state, "u") == "1");
  CHECK(get(*before, Space::state, "v") == std::nullopt);
  CHECK(rows(*before, Space::state) == Rows{"u=1"});
  CHECK(rows(*before, Space::timer) == Rows{"5="});
  std::vector<std::optional<std::string>> values;
  const std::vector<std::string_view> keys = {"u", "v"};
  must(before->get_many(Space::state, keys, values));
  CHECK(values == std::vector<std::optional<std::string>>{"1", std::nullopt});
  CHECK(rows(*world.store, Space::state) == Rows{"u=2", "v=2"});
  CHECK(rows(*world.store, Space::timer).empty());
}

TEMPLATE_TEST_CASE("a scan may write, and sees the rows as they were when it began", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  for (const char* key : {"1", "2", "3"}) put(*world.store, Space::outbox, key, "a");
  size_t seen = 0;
  must(world.store->scan(Space::outbox, {}, [&](std::string_view key, std::string_view) {
    Batch batch;
    batch.erase(Space::outbox, key);
    batch.put(Space::outbox, std::string(key) + "b", "b");
    must(world.store->write(batch, false));
    return ++seen < 10;
  }));
  CHECK(seen == 3);
  CHECK(rows(*world.store, Space::outbox) == Rows{"1b=b", "2b=b", "3b=b"});
}

TEMPLATE_TEST_CASE("a queue begins at its low-water mark, and a row put before it takes the mark back", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  for (const char* key : {"1", "2", "3"}) put(*world.store, Space::timer, key, "");
  Batch fired;
  fired.erase_range(Space::timer, "1", "3");
  fired.low_water(Space::timer, "3");
  must(world.store->write(fired, false));
  CHECK(rows(*world.store, Space::timer) == Rows{"3="});
  CHECK(rows(*world.store, Space::timer, {"", "2"}).empty());
  put(*world.store, Space::timer, "0", "late");
  CHECK(rows(*world.store, Space::timer) == Rows{"0=late", "3="});
  CHECK(rows(*world.store, Space::timer, {"", "", true}) == Rows{"3=", "0=late"});
  Batch both;   // in one batch the order decides
  both.erase(Space::timer, "0");
  both.erase(Space::timer, "3");
  both.low_water(Space::timer, "9");
  both.put(Space::timer, "4", "");
  must(world.store->write(both, false));
  CHECK(rows(*world.store, Space::timer) == Rows{"4="});
}

TEMPLATE_TEST_CASE("what has expired goes", "", InMemory, OnDisk, Ahead, AheadByHand) {
  TestType world;
  for (uint64_t day = 0; day < 5; ++day) {
    for (uint64_t i = 0; i < 50; ++i) put(*world.store, Space::dedup, number(day) + number(i), "x");
    must(world.store->flush());
  }
  must(world.store->drop_range(Space::dedup, number(0), number(3)));
  CHECK(rows(*world.store, Space::dedup).size() == 100);
  CHECK(get(*world.store, Space::dedup, number(2) + number(49)) == std::nullopt);
  CHECK(get(*world.store, Space::dedup, number(3) + number(0)) == "x");
}

TEST_CASE("both stores hold the same after the same batches") {
  OnDisk disk;
  InMemory memory;
  std::mt19937 random(7);
  const auto below = [&](uint32_t n) { return random() % n; };
  const auto key = [&] { return std::string(1, static_cast<char>('a' + below(20))) + std::string(below(3), 'x'); };
  const Space spaces[] = {Space::state, Space::timer, Space::outbox, Space::log};
  for (int round = 0; round < 400; ++round) {
    Batch batch;
    for (uint32_t i = 0; i < 1 + below(6); ++i) {
      const Space space = spaces[below(4)];
      switch (below(8)) {
        case 0: batch.erase_range(space, key(), key()); break;
        case 1: case 2: batch.erase(space, key()); break;
        case 3:
          if (info_of(space).reads == SpaceReads::queue) {   // eaten from the front
            const std::string to = key();
            batch.erase_range(space, "", to);
            batch.low_water(space, to);
          }
          break;
        default: batch.put(space, key(), std::to_string(round)); break;
      }
    }
    must(disk.store->write(batch, false));
    must(memory.store->write(batch, false));
    if (round % 50 == 20) must(disk.store->flush());
    if (round % 90 == 60) {
      disk.store.reset();
      disk.store = open(disk.folder.path);
    }
    const Bounds bounds{below(2) ? key() : "", below(2) ? key() : "", below(2) == 1};
    for (const Space space : spaces) {
      REQUIRE(rows(*disk.store, space) == rows(*memory.store, space));
      REQUIRE(rows(*disk.store, space, bounds) == rows(*memory.store, space, bounds));
    }
  }
  must(disk.store->verify());
}

TEST_CASE("a store in memory sees a low-water mark that is untrue") {
  InMemory world;
  put(*world.store, Space::timer, "1", "");
  Batch batch;
  batch.low_water(Space::timer, "2");
  CHECK(world.store->write(batch, false)->kind == StoreError::Kind::misuse);
}

TEST_CASE("what was written is there after closing, synced or not, with its marks and its identity") {
  Folder folder;
  std::string identity;
  {
    const auto store = open(folder.path);
    identity = store->identity();
    put(*store, Space::state, "u", "1", true);
    put(*store, Space::outbox, "7", "later");
    Batch batch;
    batch.low_water(Space::outbox, "7");
    must(store->write(batch, false));
  }
  CHECK(identity.size() == 16);
  for (int i = 0; i < 2; ++i) {
    const auto store = open(folder.path);
    CHECK(store->identity() == identity);
    CHECK(get(*store, Space::state, "u") == "1");
    CHECK(rows(*store, Space::outbox) == Rows{"7=later"});
    put(*store, Space::outbox, "5", "before the mark");
    CHECK(rows(*store, Space::outbox) == Rows{"5=before the mark", "7=later"});
    Batch batch;
    batch.erase(Space::outbox, "5");
    must(store->write(batch, false));
  }
  Folder other;
  CHECK(open(other.path)->identity() != identity);
}

TEST_CASE("a copy is the store as it was, and goes its own way") {
  Folder folder;
  const auto store = open(folder.at("store"));
  put(*store, Space::state, "u", "1");
  must(store->flush());
  put(*store, Space::state, "v", "1");
  must(store->checkpoint(folder.at("copy")));
  put(*store, Space::state, "u", "2");
  CHECK(store->checkpoint(folder.at("copy"))->kind == StoreError::Kind::misuse);
  const auto copy = open(folder.at("copy"));
  CHECK(rows(*copy, Space::state) == Rows{"u=1", "v=1"});
  CHECK(copy->identity() == store->identity());
  put(*copy, Space::state, "u", "3");
  must(copy->verify());
  CHECK(get(*store, Space::state, "u") == "2");
}

TEST_CASE("statistics say where the bytes are") {
  OnDisk world;
  for (uint64_t i = 0; i < 200; ++i) put(*world.store, Space::state, number(i), std::string(400, 's'));
  StoreStatistics before = world.store->statistics();
  CHECK(before.log_bytes > 200 * 400);
  CHECK(before.disk_free_bytes > 0);
  must(world.store->flush());
  StoreStatistics after = world.store->statistics();
  CHECK(after.table_bytes > 0);
  CHECK(after.spaces[index_of(Space::state)].rows_estimate == 200);
  CHECK(after.log_bytes < before.log_bytes);
}

TEST_CASE("a batch on its way is read as if it were there, and is on the disk once it has landed") {
  struct Slow : FailingStore {   // until it is told to go on
    Slow() : FailingStore(1'000) {}
    StoreFailure write(const Batch& batch, bool synced) override {
      const std::lock_guard pass(gate);
      return FailingStore::write(batch, synced);
    }
    std::mutex gate;
  } disk;
  const auto batch = [](auto... rows) {
    Batch out;
    (out.put(Space::meta, rows, "new"), ...);
    return out;
  };
  must(disk.write(batch("a", "b"), true));
  AheadStore store(disk);
  {
    const std::lock_guard held(disk.gate);
    Batch changes = batch("a", "c");
    changes.erase(Space::meta, "b");
    changes.put(Space::meta, "a", "newer");
    must(store.begin(std::move(changes)));
    CHECK(get(store, Space::meta, "a") == "newer");
    CHECK(get(store, Space::meta, "b") == std::nullopt);
    CHECK(get(store, Space::meta, "c") == "new");
    CHECK(get(store, Space::state, "c") == std::nullopt);
    CHECK(get(disk, Space::meta, "c") == std::nullopt);
  }
  must(store.begin(batch("d")));
  CHECK(get(disk, Space::meta, "a") == "newer");   // the one before has landed
  must(store.landed());
  CHECK(rows(disk, Space::meta) == std::vector<std::string>{"a=newer", "c=new", "d=new"});
}

TEST_CASE("what is on its way is written before the store goes, in its order") {
  InMemory world;
  {
    AheadStore store(*world.store);
    for (int i = 0; i < 100; ++i) {
      Batch batch;
      batch.put(Space::meta, "last", std::to_string(i));
      batch.put(Space::log, number(static_cast<uint64_t>(i)), std::to_string(i));
      must(store.begin(std::move(batch)));
    }
  }
  CHECK(get(*world.store, Space::meta, "last") == "99");
  CHECK(rows(*world.store, Space::log).size() == 100);
}

TEST_CASE("after a write on its way has failed, nothing more is taken, and whoever waits is told") {
  const bool by_hand = GENERATE(false, true);
  FailingStore disk(3);
  AheadStore store(disk, by_hand);
  const auto batch = [] { Batch b; b.put(Space::meta, "k", "v"); return b; };
  int begun = 0;
  StoreFailure failure;
  while (!failure && begun < 10) {
    failure = store.begin(batch());
    if (!failure) ++begun;
  }
  REQUIRE(failure);
  CHECK(begun == 3);   // the third is on its way when it fails
  CHECK(failure->kind == StoreError::Kind::unknown);
  CHECK(store.landed());
  CHECK(store.begin(batch()));
  CHECK(store.write(batch(), true));
  CHECK(store.must_close());
}

TEST_CASE("a batch that cannot be taken is refused before it is on its way") {
  InMemory world;
  AheadStore store(*world.store);
  Batch bad;
  bad.put(Space::meta, "store/format", "9");
  CHECK(store.begin(std::move(bad))->kind == StoreError::Kind::misuse);
  must(store.landed());
}
