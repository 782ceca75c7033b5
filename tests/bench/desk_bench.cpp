// Durable events a second at a desk, as `wend serve` has one behind its doors: records of examples/tidal_wave, read by then as other
// threads read them there, to state, timer, duplicate mark, record and decisions, a synced write every so many. In the same run the very batches the desk wrote
// are written again by a bare loop over RocksDB as it comes; that loop reads nothing and decides nothing. And what a user takes on the disk.
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <cstdarg>
#include <string>

#include "compiler/service/service.h"
#include "runtime/engine/desk.h"
#include "runtime/engine/ndjson.h"
#include "runtime/store/ahead_store.h"
#include "runtime/store/memory_store.h"
#include "runtime/store/rocks_store.h"
#include "test_paths.h"
#include "tests/bench/bench.h"
#include "tests/bench/listeners.h"

namespace {

using namespace wend;

constexpr int kRounds = 5;

// Keeps a copy of what is written.
class Recorder : public AheadStore {
 public:
  using AheadStore::AheadStore;
  StoreFailure begin(Batch batch) override {
    batches.push_back(batch);
    return AheadStore::begin(std::move(batch));
  }
  std::vector<Batch> batches;
};

struct Quiet : rocksdb::Logger {
  using Logger::Logv;
  void Logv(const char*, va_list) override {}
};

// RocksDB with its own settings and a family for each key space.
class Bare {
 public:
  Bare() {
    rocksdb::DBOptions options;
    options.create_if_missing = options.create_missing_column_families = true;
    options.info_log = std::make_shared<Quiet>();
    rocksdb::DB* opened = nullptr;
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted{{rocksdb::kDefaultColumnFamilyName, {}}};
    for (const SpaceInfo& space : kSpaces) wanted.emplace_back(std::string(space.name), rocksdb::ColumnFamilyOptions());
    if (!rocksdb::DB::Open(options, folder_.path, wanted, &families_, &opened).ok()) std::abort();
    db_.reset(opened);
  }
  ~Bare() {
    for (rocksdb::ColumnFamilyHandle* family : families_) db_->DestroyColumnFamilyHandle(family);
  }
  void write(const Batch& batch) {
    rocksdb::WriteBatch out;
    batch.for_each([&](const Batch::Change& change) {
      rocksdb::ColumnFamilyHandle* family = families_[index_of(change.space) + 1];
      const rocksdb::Slice key(change.key.data(), change.key.size());
      if (change.kind == Batch::Kind::put) out.Put(family, key, rocksdb::Slice(change.second.data(), change.second.size()));
      if (change.kind == Batch::Kind::erase) out.Delete(family, key);
    });
    rocksdb::WriteOptions synced;
    synced.sync = true;
    if (!db_->Write(synced, &out).ok()) std::abort();
  }

 private:
  bench::Folder folder_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> families_;
};

// A desk over a store one ahead of the disk, fed as the ingest door feeds it.
class Ours {
 public:
  Ours(std::shared_ptr<const Module> module, Store& store) : module_(std::move(module)) {
    Desk::Version version{module_, {{"bench"}, {}, 0}, {}};
    desk_ = std::make_unique<Desk>(version, std::nullopt, store, dispatcher_, std::map<std::string, Courier::Way>{}, Desk::Options{});
  }
  // As the ingest door hands them over.
  std::vector<Arrivals> read(const std::vector<tidal_wave::Event>& events, size_t from, size_t count, size_t batch) const {
    std::vector<Arrivals> all;
    for (size_t at = from; at < from + count; at += batch) {
      Arrivals& arrivals = all.emplace_back(Arrivals{std::make_unique<Intake>(*module_), {}, events[std::min(at + batch, from + count) - 1].at_ms * 1'000, {}});
      NdjsonReader reader(*arrivals.intake);
      for (size_t i = at; i < std::min(at + batch, from + count); ++i) {
        const std::string padded = events[i].json + std::string(64, '\0');
        reader.line(std::string_view(padded).substr(0, events[i].json.size()), "bench", i, {events[i].at_ms * 1'000, arrivals.received});
        Arrival arrival;
        arrival.raw = events[i].json;
        arrival.timestamp = events[i].at_ms * 1'000;
        if (arrivals.intake->log.events().size() > arrivals.items.size()) arrival.record = arrivals.intake->log.events().back().record;
        arrivals.items.push_back(std::move(arrival));
      }
    }
    return all;
  }
  void take(const std::vector<Arrivals>& all) {
    for (const Arrivals& arrivals : all) {
      while (desk_->tick(arrivals.received)) desk_->begin_commit();
      desk_->take(arrivals);
      desk_->begin_commit();
    }
    desk_->landed();
  }

 private:
  std::shared_ptr<const Module> module_;
  Dispatcher dispatcher_{{}, Dispatcher::Clocks{[] { return int64_t{0}; }}};
  std::unique_ptr<Desk> desk_;
};

struct Rates { double disk = 0, bare = 0, memory = 0, changes = 0, bytes = 0; };

Rates rates_at(const std::shared_ptr<const Module>& module, const std::vector<tidal_wave::Event>& events, size_t batch) {
  const size_t count = batch == 1 ? 1'000 : batch == 32 ? 12'800 : 51'200;
  bench::Folder folder;
  OpenedStore opened = open_rocks_store({.folder = folder.path});
  if (!opened.store) std::abort();
  const auto in_memory = make_memory_store();
  Recorder on_disk(*opened.store);
  AheadStore memory(*in_memory, true);
  Ours disk_desk(module, on_disk), memory_desk(module, memory);
  Bare bare;
  std::vector<double> rates[3];
  Rates out;
  size_t at = 0;
  for (int round = 0; round <= kRounds && at + count <= events.size(); ++round, at += count) {   // in turns, for the disk has its moods
    on_disk.batches.clear();
    const std::vector<Arrivals> arrivals = disk_desk.read(events, at, count, batch);
    const double seconds[3] = {bench::seconds([&] { disk_desk.take(arrivals); }),
                               bench::seconds([&] { for (const Batch& each : on_disk.batches) bare.write(each); }),
                               bench::seconds([&] { memory_desk.take(arrivals); })};
    if (round == 0) continue;   // not counted
    for (int i = 0; i < 3; ++i) rates[i].push_back(static_cast<double>(count) / seconds[i]);
    size_t changes = 0, bytes = 0;
    for (const Batch& each : on_disk.batches) changes += each.count(), bytes += each.bytes();
    out.changes = static_cast<double>(changes) / static_cast<double>(count);
    out.bytes = static_cast<double>(bytes) / static_cast<double>(count);
  }
  out.disk = bench::median(rates[0]);
  out.bare = bench::median(rates[1]);
  out.memory = bench::median(rates[2]);
  return out;
}

void bytes_of_a_user(const std::shared_ptr<const Module>& module, const std::vector<tidal_wave::Event>& events) {
  bench::Folder folder;
  OpenedStore opened = open_rocks_store({.folder = folder.path});
  if (!opened.store) std::abort();
  const size_t count = std::min<size_t>(events.size(), 300'000);
  {
    AheadStore ahead(*opened.store);
    Ours desk(module, ahead);
    for (size_t at = 0; at < count; at += 10'000) desk.take(desk.read(events, at, std::min<size_t>(10'000, count - at), 1'000));
  }
  if (opened.store->flush()) std::abort();
  const StoreStatistics statistics = opened.store->statistics();
  double users = 0;
  if (opened.store->scan(Space::state, {}, [&](std::string_view, std::string_view) { return ++users > 0; })) std::abort();
  std::printf("\non the disk after %zu events of %.0f users, bytes a user\n", count, users);
  for (size_t i = 0; i < kSpaces.size(); ++i)
    if (statistics.spaces[i].bytes > 0) std::printf("  %-10s %8.0f\n", std::string(kSpaces[i].name).c_str(), static_cast<double>(statistics.spaces[i].bytes) / users);
  std::printf("  %-10s %8.0f\n", "in all", static_cast<double>(statistics.table_bytes) / users);
}

}  // namespace

int main() {
  const Project project = Project::load(WEND_SOURCE_DIR "/examples/tidal_wave");
  if (!project.ok()) return 1;
  const std::shared_ptr<const Module> module = compile(project.program());
  const std::vector<tidal_wave::Event> events = bench::events_of(20'000, 10);
  std::printf("durable events a second at a desk; the same batches by bare RocksDB; median of %d stretches\n", kRounds);
  std::printf("  %-6s %12s %14s %8s %14s %16s\n", "batch", "desk", "bare RocksDB", "ratio", "desk in memory", "of an event");
  for (const size_t batch : {size_t{1}, size_t{32}, size_t{256}}) {
    const Rates rates = rates_at(module, events, batch);
    std::printf("  %-6zu %10.0f/s %12.0f/s %7.2fx %12.0f/s %6.1f rows, %.0f B\n", batch, rates.disk, rates.bare, rates.bare / rates.disk, rates.memory, rates.changes, rates.bytes);
  }
  bytes_of_a_user(module, events);
}
