// Durable commits a second: the store, one write ahead of the disk and not, against a bare loop of RocksDB's own batches of the same rows.
// A commit is one step of one user: a state of 400 bytes, a timer row and a duplicate mark; it counts when it is on the disk.
// Batch n: n steps in one synced write.
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>
#include <stdlib.h>

#include <cstdarg>
#include <memory>
#include <string>

#include "runtime/store/ahead_store.h"
#include "runtime/store/keys.h"
#include "runtime/store/rocks_store.h"
#include "tests/bench/bench.h"

namespace {

using namespace wend;
using bench::Folder;

// The rows of the n-th step; users come again, time goes on.
struct Step {
  std::string user, timer, mark, state = std::string(400, 's'), value = std::string(16, 'v');
  explicit Step(uint64_t n) {
    append_big_endian(user, n * 0x9e3779b97f4a7c15 % 20'000 * 0x9e3779b97f4a7c15);
    append_big_endian(user, 7);
    append_big_endian(timer, n * 1000);
    timer += user;
    append_big_endian(mark, 20'000);
    append_big_endian(mark, n * 0xbf58476d1ce4e5b9);
    append_big_endian(mark, n);
    for (size_t i = 0; i < state.size(); i += 8) state[i] = static_cast<char>(n >> i % 24);
  }
  Batch batch() const {
    Batch out;
    out.put(Space::state, user, state);
    out.put(Space::timer, timer, "");
    out.put(Space::dedup, mark, value);
    return out;
  }
};

struct Quiet : rocksdb::Logger {
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

struct Bare {
  Folder folder;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> families;
  Bare() {
    rocksdb::DBOptions options;
    options.create_if_missing = options.create_missing_column_families = true;
    options.info_log = std::make_shared<Quiet>();
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const char* name : {"default", "state", "timer", "dedup"}) wanted.emplace_back(name, rocksdb::ColumnFamilyOptions());
    if (!rocksdb::DB::Open(options, folder.path, wanted, &families, &opened).ok()) std::abort();
    db.reset(opened);
  }
  ~Bare() {
    for (rocksdb::ColumnFamilyHandle* family : families) db->DestroyColumnFamilyHandle(family);
  }
  void run(uint64_t& next, uint64_t steps, uint64_t merge) {
    rocksdb::WriteOptions writing;
    writing.sync = true;
    for (uint64_t done = 0; done < steps; done += merge) {
      rocksdb::WriteBatch batch;
      for (uint64_t i = 0; i < merge; ++i) {
        const Step step(next++);
        batch.Put(families[1], step.user, step.state);
        batch.Put(families[2], step.timer, "");
        batch.Put(families[3], step.mark, step.value);
      }
      if (!db->Write(writing, &batch).ok()) std::abort();
    }
  }
};

struct Ours {
  Folder folder;
  OpenedStore opened = open_rocks_store({.folder = folder.path});
  std::unique_ptr<AheadStore> ahead;
  Ours() {
    if (!opened.store) std::abort();
    ahead = std::make_unique<AheadStore>(*opened.store);
  }
  // `waits`: for each write before the next is prepared.
  void run(uint64_t& next, uint64_t steps, uint64_t merge, bool waits) {
    for (uint64_t done = 0; done < steps; done += merge) {
      Batch batch;
      for (uint64_t i = 0; i < merge; ++i) batch.append(Step(next++).batch());
      if (waits ? opened.store->write(batch, true) : ahead->begin(std::move(batch))) std::abort();
    }
    if (ahead->landed()) std::abort();
  }
};

// How long an opening takes behind a process that died with this much in its logs.
void restart() {
  Folder folder;
  uint64_t log_bytes = 0;
  {
    const OpenedStore opened = open_rocks_store({.folder = folder.path});
    std::string key;
    for (uint64_t n = 0; n < 300'000; ++n) {   // spread over the spaces, so that none fills its buffer for long
      Batch batch;
      key.clear();
      append_big_endian(key, n);
      batch.put(static_cast<Space>(n % kSpaces.size()), key, std::string(500, static_cast<char>(n)));
      if (opened.store->write(batch, false)) std::abort();
      if (n % 1000 == 0) {
        log_bytes = opened.store->statistics().log_bytes;
        if (log_bytes > 120'000'000) break;
      }
    }
  }
  std::printf("opening behind %.0f MB of logs: %.2f s\n", static_cast<double>(log_bytes) / 1e6,
              bench::seconds([&] { if (!open_rocks_store({.folder = folder.path}).store) std::abort(); }));
}

}  // namespace

int main() {
  std::printf("durable commits a second: state of 400 bytes, timer, duplicate mark; median of 5\n");
  std::printf("  %-6s %14s %9s %14s %9s %14s\n", "batch", "one ahead", "", "by write()", "", "bare RocksDB");
  for (const uint64_t merge : {1, 32, 256}) {
    const uint64_t steps = merge == 1 ? 1'000 : merge == 32 ? 12'800 : 51'200;
    const double count = static_cast<double>(steps);
    Ours one_ahead, by_write;
    Bare loop;
    uint64_t next[3] = {0, 0, 0};
    std::vector<double> rates[3];
    for (int round = 0; round < 6; ++round) {   // in turns, for the disk has its moods; the first round is not counted
      const double seconds[3] = {bench::seconds([&] { one_ahead.run(next[0], steps, merge, false); }),
                                 bench::seconds([&] { by_write.run(next[1], steps, merge, true); }),
                                 bench::seconds([&] { loop.run(next[2], steps, merge); })};
      for (int i = 0; i < 3 && round > 0; ++i) rates[i].push_back(count / seconds[i]);
    }
    const double ahead = bench::median(rates[0]), direct = bench::median(rates[1]), bare = bench::median(rates[2]);
    std::printf("  %-6d %12.0f/s %8.2fx %12.0f/s %8.2fx %12.0f/s\n", static_cast<int>(merge), ahead, ahead / bare, direct, direct / bare, bare);
  }
  restart();
}
