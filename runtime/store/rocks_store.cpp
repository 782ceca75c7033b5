// The only file that knows RocksDB. The settings are in one place each; README.md says what happens without them.
#include "runtime/store/rocks_store.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/table.h>
#include <rocksdb/utilities/checkpoint.h>
#include <rocksdb/utilities/table_properties_collectors.h>
#include <sys/random.h>

#include <algorithm>
#include <atomic>
#include <cctype>
#include <cstdarg>
#include <cstdlib>
#include <filesystem>
#include <mutex>

#include "runtime/store/disk.h"
#include "runtime/store/keys.h"
#include "runtime/store/store_files.h"

namespace fs = std::filesystem;

namespace wend {
namespace {

using Kind = StoreError::Kind;
using rocksdb::Slice;
using rocksdb::Status;

constexpr const char* kTailCheck = "tail_check";   // a folder for copies, while opening
const std::string kFormatKey = std::string(kStoreKeys) + "format";
const std::string kIdentityKey = std::string(kStoreKeys) + "identity";
std::string mark_key(size_t space) { return std::string(kStoreKeys) + "low_water/" + std::string(kSpaces[space].name); }

Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const Slice& slice) { return {slice.data(), slice.size()}; }

// RocksDB says in words which file is wrong, with the manifest behind it while it opens the files that stand there, and a
// sorted file under the name it would have had long ago.
std::string file_in(std::string words, const std::string& folder) {
  if (const size_t manifest = words.rfind(" in file " + folder + "/MANIFEST-"); manifest != std::string::npos && manifest > 0) {
    const std::string rest = words.substr(0, manifest);
    if (rest.find(".sst") != std::string::npos || rest.find(".ldb") != std::string::npos || rest.find("table file ") != std::string::npos) words = rest;
  }
  if (const size_t at = words.rfind(folder + "/"); at != std::string::npos) {
    std::string file = words.substr(at, words.find_first_of(" :,;'\"", at + folder.size()) - at);
    if (file.size() > 4 && file.compare(file.size() - 4, 4, ".ldb") == 0) file.replace(file.size() - 4, 4, ".sst");
    return file;
  }
  const size_t table = words.find("table file ");
  if (table == std::string::npos) return {};
  std::string digits = std::to_string(std::strtoull(words.c_str() + table + 11, nullptr, 10));
  digits.insert(0, 6 - std::min<size_t>(6, digits.size()), '0');
  return folder + "/" + digits + ".sst";
}

StoreError error_of(const Status& status, const std::string& doing, const std::string& folder) {
  const std::string words = status.ToString();
  StoreError error{status.IsCorruption() ? Kind::damaged : Kind::io, doing + ": " + words, file_in(words, folder), 0, {}};
  if (const size_t at = words.rfind(" offset "); at != std::string::npos) error.offset = std::strtoull(words.c_str() + at + 8, nullptr, 10);
  if (status.IsPathNotFound() || words.find("No such file") != std::string::npos) error.kind = Kind::damaged;
  if (error.kind == Kind::damaged) error.remedy = restore_hint();
  if (status.IsNoSpace()) error.remedy = "make room on the disk";
  return error;
}

// RocksDB's own log writer ends the process when the disk is full, so it never gets a file.
class WarningLogger : public rocksdb::Logger {
 public:
  explicit WarningLogger(std::function<void(std::string_view)> log) : Logger(rocksdb::InfoLogLevel::WARN_LEVEL), log_(std::move(log)) {}
  void Logv(const char* format, va_list arguments) override {
    if (!log_) return;
    char line[1024];
    const int size = std::vsnprintf(line, sizeof line, format, arguments);
    if (size > 0) log_(std::string_view(line, std::min<size_t>(static_cast<size_t>(size), sizeof line - 1)));
  }
  using Logger::Logv;

 private:
  std::function<void(std::string_view)> log_;
};

class LandmarkListener : public rocksdb::EventListener {
 public:
  explicit LandmarkListener(std::string folder) : folder_(std::move(folder)) {}
  void OnFlushCompleted(rocksdb::DB*, const rocksdb::FlushJobInfo&) override { note(); }
  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo&) override { note(); }
  void note() {
    const std::lock_guard lock(mutex_);
    note_landmark(folder_);
  }

 private:
  std::mutex mutex_;
  std::string folder_;
};

rocksdb::DBOptions database_options(const RocksStoreOptions& options, rocksdb::WALRecoveryMode recovery) {
  rocksdb::DBOptions out;
  out.wal_recovery_mode = recovery;
  out.recycle_log_file_num = 0;
  out.track_and_verify_wals_in_manifest = true;
  out.verify_sst_unique_id_in_manifest = true;
  out.paranoid_checks = true;
  out.max_open_files = -1;   // every sorted file is opened, and so looked at, at once
  out.max_total_wal_size = 256 << 20;
  out.avoid_flush_during_shutdown = true;
  out.info_log = std::make_shared<WarningLogger>(options.log);
  out.stats_dump_period_sec = 0;
  out.stats_persist_period_sec = 0;
  return out;
}

rocksdb::ColumnFamilyOptions family_options(const RocksStoreOptions& options, const SpaceInfo* space, const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions out;
  out.write_buffer_size = (space ? space->buffer_mb : size_t{1}) << 20;
  if (options.write_buffer_bytes_max) out.write_buffer_size = std::min(out.write_buffer_size, options.write_buffer_bytes_max);
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.checksum = rocksdb::kXXH3;
  if (space && space->reads == SpaceReads::looked_up) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    out.memtable_whole_key_filtering = true;   // mostly keys that are not there, and what is written lately lies in memory
    out.memtable_prefix_bloom_size_ratio = 0.05;
  }
  out.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  if (space && space->reads == SpaceReads::queue) {
    out.table_properties_collector_factories.push_back(rocksdb::NewCompactOnDeletionCollectorFactory(10000, 5000));
  }
  return out;
}

// Where a queue begins. It goes back before a write that puts something in front of it, and forth after one that says so, so
// that at every moment nothing that can be read lies before it.
class LowWater {
 public:
  std::string of(size_t space) const {
    const std::lock_guard lock(mutex_);
    return marks_[space];
  }
  void set(size_t space, std::string mark) {
    const std::lock_guard lock(mutex_);
    marks_[space] = std::move(mark);
  }

 private:
  mutable std::mutex mutex_;
  std::array<std::string, kSpaces.size()> marks_;
};
using Marks = std::array<std::string, kSpaces.size()>;

// An open database with its key spaces.
struct Database {
  std::string folder;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;               // all of them, to be given back
  std::array<rocksdb::ColumnFamilyHandle*, kSpaces.size()> spaces{};

  ~Database() {
    for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
    if (db) db->Close();
  }
  rocksdb::ColumnFamilyHandle* handle(Space space) const { return spaces[index_of(space)]; }
  void find_spaces() {
    for (size_t i = 0; i < kSpaces.size(); ++i) {
      for (rocksdb::ColumnFamilyHandle* handle : handles) {
        if (handle->GetName() == kSpaces[i].name) spaces[i] = handle;
      }
    }
  }

  StoreFailure get(const rocksdb::Snapshot* snapshot, Space space, std::string_view key, std::optional<std::string>& value) const {
    rocksdb::ReadOptions reading;
    reading.snapshot = snapshot;
    rocksdb::PinnableSlice found;
    const Status status = db->Get(reading, handle(space), slice(key), &found);
    value.reset();
    if (status.ok()) value.emplace(found.data(), found.size());
    if (status.ok() || status.IsNotFound()) return {};
    return error_of(status, "a row cannot be read", folder);
  }

  StoreFailure get_many(const rocksdb::Snapshot* snapshot, Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const {
    rocksdb::ReadOptions reading;
    reading.snapshot = snapshot;
    std::vector<Slice> wanted;
    for (const std::string_view key : keys) wanted.push_back(slice(key));
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<Status> statuses(keys.size());
    db->MultiGet(reading, handle(space), keys.size(), wanted.data(), found.data(), statuses.data());
    values.assign(keys.size(), std::nullopt);
    for (size_t i = 0; i < keys.size(); ++i) {
      if (statuses[i].ok()) values[i].emplace(found[i].data(), found[i].size());
      else if (!statuses[i].IsNotFound()) return error_of(statuses[i], "a row cannot be read", folder);
    }
    return {};
  }

  // `low_water` is asked again when the iterator stands, for a put in between may have taken it back.
  template <class LowWaterOf>
  StoreFailure scan(const rocksdb::Snapshot* snapshot, Space space, const Bounds& bounds, const Visitor& visit, const LowWaterOf& low_water) const {
    if (!bounds.to.empty() && bounds.to <= bounds.from) return {};
    if (!bounds.to.empty() && bounds.to <= low_water()) return {};
    std::unique_ptr<rocksdb::Iterator> at;
    std::string from;
    Slice lower, upper = slice(bounds.to);
    rocksdb::ReadOptions reading;
    reading.snapshot = snapshot;
    do {
      from = std::max(bounds.from, low_water());
      if (!bounds.to.empty() && bounds.to <= from) return {};
      lower = slice(from);
      if (!from.empty()) reading.iterate_lower_bound = &lower;
      if (!bounds.to.empty()) reading.iterate_upper_bound = &upper;
      at.reset(db->NewIterator(reading, handle(space)));
    } while (std::max(bounds.from, low_water()) < from);
    for (bounds.backwards ? at->SeekToLast() : at->SeekToFirst(); at->Valid(); bounds.backwards ? at->Prev() : at->Next()) {
      if (!visit(view(at->key()), view(at->value()))) return {};
    }
    if (at->status().ok()) return {};
    return error_of(at->status(), "rows cannot be read", folder);
  }
};

class RocksSnapshot : public StoreReader {
 public:
  RocksSnapshot(const Database& database, const LowWater& low_water) : database_(database) {
    bool lowered;
    do {   // the marks first: a snapshot may not be older than they are
      for (size_t i = 0; i < marks_.size(); ++i) marks_[i] = low_water.of(i);
      if (snapshot_) database_.db->ReleaseSnapshot(snapshot_);
      snapshot_ = database_.db->GetSnapshot();
      lowered = false;
      for (size_t i = 0; i < marks_.size(); ++i) lowered |= low_water.of(i) < marks_[i];
    } while (lowered);
  }
  ~RocksSnapshot() override { database_.db->ReleaseSnapshot(snapshot_); }

  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override { return database_.get(snapshot_, space, key, value); }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override {
    return database_.get_many(snapshot_, space, keys, values);
  }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override {
    return database_.scan(snapshot_, space, bounds, visit, [&] { return marks_[index_of(space)]; });
  }

 private:
  const Database& database_;
  const rocksdb::Snapshot* snapshot_ = nullptr;
  Marks marks_;
};

class RocksStore : public Store {
 public:
  RocksStore(std::unique_ptr<FolderLock> lock, std::unique_ptr<Database> database, std::string identity)
      : lock_(std::move(lock)), database_(std::move(database)), identity_(std::move(identity)) {}
  ~RocksStore() override {
    if (!must_close_ && unsynced_) database_->db->SyncWAL();
  }

  StoreFailure get(Space space, std::string_view key, std::optional<std::string>& value) const override { return database_->get(nullptr, space, key, value); }
  StoreFailure get_many(Space space, std::span<const std::string_view> keys, std::vector<std::optional<std::string>>& values) const override {
    return database_->get_many(nullptr, space, keys, values);
  }
  StoreFailure scan(Space space, const Bounds& bounds, const Visitor& visit) const override {
    return database_->scan(nullptr, space, bounds, visit, [&] { return low_water_.of(index_of(space)); });
  }
  std::unique_ptr<StoreReader> snapshot() const override { return std::make_unique<RocksSnapshot>(*database_, low_water_); }

  StoreFailure write(const Batch& batch, bool synced) override {
    if (StoreFailure refusal = refusal_of(batch)) return refusal;
    const std::lock_guard lock(writing_);
    if (StoreFailure closed = after_failure()) return closed;
    Marks lowest, last;
    rocksdb::WriteBatch changes = translate(batch, lowest, last);
    for (size_t i = 0; i < kSpaces.size(); ++i) {
      if (lowest[i] < low_water_.of(i)) low_water_.set(i, lowest[i]);
    }
    rocksdb::WriteOptions writing;
    writing.sync = synced;
    if (const Status status = database_->db->Write(writing, &changes); !status.ok()) {
      must_close_ = true;
      StoreError error = error_of(status, "a write failed", database_->folder);
      error.kind = Kind::unknown;
      error.remedy = "close the store and open it again: only then it shows whether this write is kept";
      return error;
    }
    unsynced_ = !synced && (unsynced_ || !batch.empty());
    for (size_t i = 0; i < kSpaces.size(); ++i) {
      if (last[i] != low_water_.of(i)) low_water_.set(i, last[i]);
    }
    return {};
  }
  bool must_close() const override { return must_close_; }

  StoreFailure drop_range(Space space, std::string_view from, std::string_view to) override {
    if (from >= to) return {};
    bool any = false;   // a range erased in memory takes from every look-up there its bloom filter
    if (StoreFailure wrong = scan(space, {std::string(from), std::string(to), false}, [&](std::string_view, std::string_view) { return any = true, false; })) return wrong;
    if (!any) return {};
    Batch all;
    all.erase_range(space, from, to);
    // First what says that they are gone: a file dropped before might bring back what it covered in an older one.
    if (StoreFailure wrong = write(all, true)) return wrong;
    const Slice first = slice(from), end = slice(to);
    return well(rocksdb::DeleteFilesInRange(database_->db.get(), database_->handle(space), &first, &end, false), "expired files cannot be dropped");
  }

  StoreFailure flush() override {
    if (StoreFailure closed = after_failure()) return closed;
    return well(database_->db->Flush({}, database_->handles), "the store cannot be flushed");
  }

  StoreFailure checkpoint(const std::string& folder) override {
    if (StoreFailure closed = after_failure()) return closed;
    std::error_code failure;
    const fs::path target = fs::absolute(folder, failure);
    if (fs::exists(target, failure)) return StoreError{Kind::misuse, "a copy needs a folder that does not exist yet", folder, 0, "choose another"};
    rocksdb::Checkpoint* made = nullptr;
    const Status created = rocksdb::Checkpoint::Create(database_->db.get(), &made);
    const std::unique_ptr<rocksdb::Checkpoint> maker(made);
    return well(created.ok() ? maker->CreateCheckpoint(target.string()) : created, "a copy cannot be made");
  }

  StoreFailure verify() override {
    std::vector<LogEnd> ends;
    {
      const std::lock_guard lock(writing_);   // between two writes every log is whole
      ends = log_ends(database_->folder);
    }
    if (!must_close_) {
      if (StoreFailure wrong = verify_logs(ends)) return wrong;
    }
    return well(database_->db->VerifyChecksum(), "the store is damaged");
  }

  StoreStatistics statistics() const override {
    StoreStatistics out;
    rocksdb::DB& db = *database_->db;
    for (size_t i = 0; i < kSpaces.size(); ++i) {
      uint64_t tables = 0, memory = 0;
      db.GetIntProperty(database_->spaces[i], rocksdb::DB::Properties::kEstimateNumKeys, &out.spaces[i].rows_estimate);
      db.GetIntProperty(database_->spaces[i], rocksdb::DB::Properties::kTotalSstFilesSize, &tables);
      db.GetIntProperty(database_->spaces[i], rocksdb::DB::Properties::kSizeAllMemTables, &memory);
      out.spaces[i].bytes = tables + memory;
      out.table_bytes += tables;
      out.memory_bytes += memory;
    }
    for (const LogEnd& end : log_ends(database_->folder)) out.log_bytes += end.size;
    std::error_code failure;
    const fs::space_info disk = fs::space(database_->folder, failure);
    if (!failure) out.disk_free_bytes = disk.available;
    return out;
  }
  std::string identity() const override { return identity_; }

  StoreFailure load_low_water() {
    for (size_t i = 0; i < kSpaces.size(); ++i) {
      if (kSpaces[i].reads != SpaceReads::queue) continue;
      std::optional<std::string> mark;
      if (StoreFailure wrong = get(Space::meta, mark_key(i), mark)) return wrong;
      if (mark) low_water_.set(i, *mark);
    }
    return {};
  }

 private:
  StoreFailure after_failure() const {
    if (!must_close_) return {};
    return StoreError{Kind::closed, "an earlier write failed", database_->folder, 0, "close the store and open it again"};
  }
  StoreFailure well(const Status& status, const char* doing) const {
    if (status.ok()) return {};
    return error_of(status, doing, database_->folder);
  }

  // Also works out how far back each queue's mark goes on the way, and where it stands in the end.
  rocksdb::WriteBatch translate(const Batch& batch, Marks& lowest, Marks& last) const {
    rocksdb::WriteBatch changes(batch.bytes() + 16 * batch.count() + 64);
    for (size_t i = 0; i < kSpaces.size(); ++i) lowest[i] = last[i] = low_water_.of(i);
    batch.for_each([&](const Batch::Change& change) {
      const size_t space = index_of(change.space);
      rocksdb::ColumnFamilyHandle* const handle = database_->spaces[space];
      switch (change.kind) {
        case Batch::Kind::put:
          changes.Put(handle, slice(change.key), slice(change.second));
          if (change.key < last[space]) last[space] = std::string(change.key);
          lowest[space] = std::min(lowest[space], last[space]);
          break;
        case Batch::Kind::erase: changes.Delete(handle, slice(change.key)); break;
        case Batch::Kind::erase_range: changes.DeleteRange(handle, slice(change.key), slice(change.second)); break;
        case Batch::Kind::low_water: last[space] = std::string(change.key); break;
      }
    });
    for (size_t i = 0; i < kSpaces.size(); ++i) {
      if (last[i] != low_water_.of(i)) changes.Put(database_->handle(Space::meta), mark_key(i), last[i]);
    }
    return changes;
  }

  std::unique_ptr<FolderLock> lock_;   // let go last
  std::unique_ptr<Database> database_;
  std::string identity_;
  LowWater low_water_;
  std::mutex writing_;
  std::atomic<bool> must_close_ = false;
  bool unsynced_ = false;
};

// Opens what is there, or makes it; the key spaces that are missing are left to the caller.
Status open_database(const rocksdb::DBOptions& settings, const RocksStoreOptions& options, const std::string& folder, bool existing, Database& database) {
  std::vector<std::string> names = {rocksdb::kDefaultColumnFamilyName};
  if (existing) {
    if (Status status = rocksdb::DB::ListColumnFamilies(settings, folder, &names); !status.ok()) return status;
  }
  const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const std::string& name : names) {
    const auto space = std::find_if(kSpaces.begin(), kSpaces.end(), [&](const SpaceInfo& info) { return info.name == name; });
    families.emplace_back(name, family_options(options, space == kSpaces.end() ? nullptr : &*space, cache));
  }
  rocksdb::DB* db = nullptr;
  database.folder = folder;
  const Status status = rocksdb::DB::Open(settings, folder, families, &database.handles, &db);
  database.db.reset(db);
  if (status.ok()) database.find_spaces();
  return status;
}

StoreFailure make_missing_spaces(const RocksStoreOptions& options, Database& database) {
  const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
  for (size_t i = 0; i < kSpaces.size(); ++i) {
    if (database.spaces[i]) continue;
    rocksdb::ColumnFamilyHandle* handle = nullptr;
    const Status status = database.db->CreateColumnFamily(family_options(options, &kSpaces[i], cache), std::string(kSpaces[i].name), &handle);
    if (!status.ok()) return error_of(status, "a key space cannot be made", database.folder);
    database.handles.push_back(handle);
    database.spaces[i] = handle;
  }
  return {};
}

// The last number of a copy of the store, opened with this mode.
Status last_sequence_of_copy(const RocksStoreOptions& options, const std::string& copy, rocksdb::WALRecoveryMode mode, uint64_t& sequence) {
  RocksStoreOptions quiet = options;
  quiet.log = nullptr;
  rocksdb::DBOptions settings = database_options(quiet, mode);
  settings.avoid_flush_during_recovery = true;
  Database database;
  const Status status = open_database(settings, quiet, copy, true, database);
  if (status.ok()) sequence = database.db->GetLatestSequenceNumber();
  return status;
}

// RocksDB refuses a last record that is whole in length but not in content, which a power cut can leave. One copy is opened up
// to the damage and one past it: if both end at the same number, nothing lies behind it but the torn write.
StoreFailure only_the_tail_is_torn(const RocksStoreOptions& options, const FolderState& state) {
  const fs::path work = fs::path(options.folder) / kTailCheck;
  const StoreError refusal{Kind::damaged, "a write-ahead log is damaged", state.torn_file, state.torn_at, restore_hint()};
  uint64_t sequences[2] = {0, 0};
  StoreFailure failure;
  for (const int past : {0, 1}) {
    std::error_code ignored;
    fs::remove_all(work, ignored);
    failure = copy_store_files(options.folder, work.string());
    if (failure) break;
    const auto mode = past ? rocksdb::WALRecoveryMode::kSkipAnyCorruptedRecords : rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    if (!last_sequence_of_copy(options, work.string(), mode, sequences[past]).ok()) failure = refusal;
    if (failure) break;
  }
  std::error_code ignored;
  fs::remove_all(work, ignored);
  if (!failure && sequences[0] != sequences[1]) failure = refusal;
  return failure;
}

StoreFailure check_format(const Database& database, std::string& identity) {
  if (!database.handle(Space::meta)) return StoreError{Kind::misuse, "the folder holds a database of something else", database.folder, 0, "choose another folder"};
  std::optional<std::string> format, own;
  if (StoreFailure wrong = database.get(nullptr, Space::meta, kFormatKey, format)) return wrong;
  if (StoreFailure wrong = database.get(nullptr, Space::meta, kIdentityKey, own)) return wrong;
  if (!format || !own || format->size() != 8) return StoreError{Kind::misuse, "the folder holds a database of something else", database.folder, 0, "choose another folder"};
  const uint64_t number = read_big_endian(*format);
  if (StoreFailure wrong = format_refusal(number, database.folder)) return wrong;
  identity = *own;
  return {};
}

StoreFailure write_format(Database& database, std::string& identity) {
  identity.resize(16);
  if (::getrandom(identity.data(), identity.size(), 0) != 16) return StoreError{Kind::io, "the machine gives no random bytes", {}, 0, {}};
  std::string format;
  append_big_endian(format, kStoreFormat);
  rocksdb::WriteBatch batch;
  batch.Put(database.handle(Space::meta), kFormatKey, format);
  batch.Put(database.handle(Space::meta), kIdentityKey, identity);
  rocksdb::WriteOptions writing;
  writing.sync = true;
  const Status status = database.db->Write(writing, &batch);
  if (!status.ok()) return error_of(status, "the store cannot be made", database.folder);
  return end_making(database.folder);
}

// Some damages of a sorted file are told without its name; then it is looked for.
StoreError opening_error(const Status& status, const std::string& folder) {
  StoreError error = error_of(status, "the store cannot be opened", folder);
  if (fs::path(error.file).filename() == "LOCK") error.kind = Kind::in_use;
  if (error.kind != Kind::damaged || fs::path(error.file).extension() == ".sst") return error;
  std::error_code ignored;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, ignored)) {
    if (entry.path().extension() != ".sst" || rocksdb::VerifySstFileChecksum({}, {}, entry.path().string()).ok()) continue;
    error.file = entry.path().string();
    break;
  }
  return error;
}

StoreFailure open_into(const RocksStoreOptions& options, OpenedStore& out) {
  std::error_code failure;
  if (options.create) {
    if (StoreFailure wrong = make_folder_synced(options.folder)) return wrong;
  }
  if (StoreFailure wrong = look_at_place(options.folder)) return wrong;
  // Nothing is put into a folder of something else.
  const auto has = [&](const char* name) { return fs::exists(fs::path(options.folder) / name, failure); };
  if (!options.create && !has("OWNER") && !has("CURRENT")) return StoreError{Kind::misuse, "there is no store here", options.folder, 0, "choose another folder"};
  auto lock = std::make_unique<FolderLock>();
  if (StoreFailure wrong = lock->take(options.folder)) return wrong;
  FolderState state;
  if (StoreFailure wrong = look_at_folder(options.folder, state)) return wrong;
  fs::remove_all(fs::path(options.folder) / kTailCheck, failure);   // of an opening that was cut short
  const bool making = state.kind != FolderState::Kind::store;
  if (making && !options.create) return StoreError{Kind::misuse, "there is no store here", options.folder, 0, "choose another folder"};
  if (making) {
    if (StoreFailure wrong = begin_making(options.folder)) return wrong;
  }
  const bool existing = fs::exists(fs::path(options.folder) / "CURRENT", failure);

  const auto listener = std::make_shared<LandmarkListener>(options.folder);
  rocksdb::DBOptions settings = database_options(options, rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords);
  settings.create_if_missing = !existing;
  settings.listeners.push_back(listener);
  auto database = std::make_unique<Database>();
  Status status = open_database(settings, options, options.folder, existing, *database);
  if (status.IsCorruption() && state.torn_tail) {
    if (StoreFailure wrong = only_the_tail_is_torn(options, state)) return wrong;
    settings.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    database = std::make_unique<Database>();
    status = open_database(settings, options, options.folder, existing, *database);
  }
  if (!status.ok()) return opening_error(status, options.folder);
  if (state.torn_tail) {
    if (StoreFailure wrong = end_torn_log(state)) return wrong;
    out.notes.push_back("the last write before the end was torn and is gone (" + state.torn_file + ", byte " + std::to_string(state.torn_at) + "); it was not acknowledged");
  }

  std::string identity;
  if (!making) {
    if (StoreFailure wrong = check_format(*database, identity)) return wrong;
  }
  if (StoreFailure wrong = make_missing_spaces(options, *database)) return wrong;
  if (making) {
    if (StoreFailure wrong = write_format(*database, identity)) return wrong;
  }
  listener->note();
  auto store = std::make_unique<RocksStore>(std::move(lock), std::move(database), std::move(identity));
  if (StoreFailure wrong = store->load_low_water()) return wrong;
  if (options.verify) {
    if (StoreFailure wrong = store->verify()) return wrong;
  }
  out.store = std::move(store);
  return {};
}

}  // namespace

OpenedStore open_rocks_store(const RocksStoreOptions& options) {
  RocksStoreOptions absolute = options;
  std::error_code failure;
  absolute.folder = fs::absolute(options.folder, failure).lexically_normal().string();
  while (absolute.folder.size() > 1 && absolute.folder.back() == '/') absolute.folder.pop_back();
  OpenedStore out;
  out.failure = open_into(absolute, out);
  return out;
}

}  // namespace wend
