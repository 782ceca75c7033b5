// Files that are cut, flipped, missing or of another store: refused with the file's name, or, where a power cut explains it,
// opened without the write that was torn. Never quietly less than was acknowledged.
#include <rocksdb/c.h>

#include "runtime/store/keys.h"
#include "runtime/store/log_scan.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::test;
using Kind = StoreError::Kind;

namespace {

std::string number(uint64_t n) {
  std::string key;
  append_big_endian(key, n);
  return key;
}

// Closed behind so many synced commits, all of them only in the log.
void fill(const std::string& folder, uint64_t commits, size_t bytes = 400) {
  const auto store = open(folder);
  for (uint64_t i = 0; i < commits; ++i) put(*store, Space::state, number(i), std::string(bytes, static_cast<char>('a' + i % 26)), true);
}

// How many of the commits are there; they must be the first ones.
uint64_t first_ones(const StoreReader& store) {
  uint64_t count = 0;
  must(store.scan(Space::state, {}, [&](std::string_view key, std::string_view) {
    REQUIRE(read_big_endian(key) == count);
    ++count;
    return true;
  }));
  return count;
}

bool names(const StoreError& error, const std::string& file) { return error.file.find(file) != std::string::npos; }

void check_damaged(const StoreError& error, const std::string& file) {
  INFO(error.text());
  CHECK(error.kind == Kind::damaged);
  CHECK(names(error, file));
  CHECK(error.remedy.find("restore") != std::string::npos);
}

// The log that holds the commits: the newest one that is not empty.
std::string log_of(const std::string& folder) {
  std::string found;
  for (const std::string& log : files(folder, ".log")) {
    if (fs::file_size(log) > 0) found = log;
  }
  REQUIRE(!found.empty());
  return found;
}

// Where the last record of a log begins, by cutting the file until one is lost.
size_t last_record(const std::string& bytes) {
  const uint64_t whole = scan_log(bytes).records;
  for (size_t size = bytes.size() - 1;; --size) {
    const LogScan scan = scan_log(std::string_view(bytes).substr(0, size));
    if (scan.records == whole - 1) return scan.sound_bytes;
  }
}

// Opens a database as RocksDB sees it and puts one row; makes the family when asked to.
void put_raw(const std::string& folder, const std::string& family, const std::string& key, const std::string& value, const char* new_family = nullptr) {
  char* error = nullptr;
  rocksdb_options_t* options = rocksdb_options_create();
  size_t count = 0;
  char** all = rocksdb_list_column_families(options, folder.c_str(), &count, &error);
  REQUIRE(!error);
  std::vector<const rocksdb_options_t*> each(count, options);
  std::vector<rocksdb_column_family_handle_t*> handles(count);
  rocksdb_t* db = rocksdb_open_column_families(options, folder.c_str(), static_cast<int>(count), all, each.data(), handles.data(), &error);
  REQUIRE(!error);
  rocksdb_writeoptions_t* writing = rocksdb_writeoptions_create();
  for (size_t i = 0; i < count; ++i) {
    if (all[i] == family) rocksdb_put_cf(db, writing, handles[i], key.data(), key.size(), value.data(), value.size(), &error);
  }
  REQUIRE(!error);
  if (new_family) rocksdb_column_family_handle_destroy(rocksdb_create_column_family(db, options, new_family, &error));
  REQUIRE(!error);
  for (rocksdb_column_family_handle_t* handle : handles) rocksdb_column_family_handle_destroy(handle);
  rocksdb_close(db);
  rocksdb_writeoptions_destroy(writing);
  rocksdb_list_column_families_destroy(all, count);
  rocksdb_options_destroy(options);
}

}  // namespace

TEST_CASE("the checksum is crc32c") {
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c("") == 0);
}

TEST_CASE("a flipped byte in the log is refused, or it was in the last write") {
  Folder folder;
  fill(folder.at("whole"), 170);
  const std::string log = fs::path(log_of(folder.at("whole"))).filename().string();
  const std::string bytes = bytes_of(folder.at("whole/" + log));
  const size_t tail = last_record(bytes);
  REQUIRE(scan_log(bytes).records >= 170);
  REQUIRE(bytes.size() > 2 * 32768);
  size_t refusals = 0;
  for (size_t at = 0; at < bytes.size(); at += 1301) {
    INFO("byte " << at << " of " << bytes.size());
    fs::remove_all(folder.at("hurt"));
    copy_folder(folder.at("whole"), folder.at("hurt"));
    flip(folder.at("hurt/" + log), at);
    RocksStoreOptions options;
    options.folder = folder.at("hurt");
    const OpenedStore opened = open_rocks_store(options);
    if (opened.store) {
      CHECK(at >= tail);
      CHECK(first_ones(*opened.store) == 169);
      CHECK(!opened.notes.empty());
      continue;
    }
    ++refusals;
    check_damaged(*opened.failure, log);
    CHECK(opened.failure->offset <= at);
    CHECK(opened.failure->offset + 500 > at);
  }
  CHECK(refusals > 40);
}

// RocksDB's tolerant mode takes both for the end of the log, and everything behind would be gone without a word.
TEST_CASE("a wrong length or a header of zeros near the end of the log is no torn write") {
  Folder folder;
  fill(folder.at("whole"), 40);
  const std::string log = fs::path(log_of(folder.at("whole"))).filename().string();
  const std::string bytes = bytes_of(folder.at("whole/" + log));
  size_t middle = bytes.size() / 2;   // where a record begins
  while (scan_log(std::string_view(bytes).substr(0, middle)).damaged) ++middle;
  std::string length = bytes, zeros = bytes;
  length[middle + 5] = '\x70';
  for (size_t i = 0; i < 7; ++i) zeros[middle + i] = 0;
  for (const std::string* hurt : {&length, &zeros}) {
    write_bytes(folder.at("whole/" + log), *hurt);
    const StoreError error = refused(folder.at("whole"));
    check_damaged(error, log);
    CHECK(error.offset == middle);
  }
  write_bytes(folder.at("whole/" + log), bytes);
  CHECK(first_ones(*open(folder.at("whole"))) == 40);
}

TEST_CASE("a torn or garbled last write is gone, and nothing else") {
  Folder folder;
  const size_t large = GENERATE(400, 100'000);   // the second one spans several blocks
  fill(folder.at("whole"), 20, large);
  const std::string log = fs::path(log_of(folder.at("whole"))).filename().string();
  const std::string bytes = bytes_of(folder.at("whole/" + log));
  const size_t tail = last_record(bytes), length = bytes.size() - tail;
  std::vector<std::string> torn = {bytes.substr(0, tail + 3), bytes.substr(0, tail + length / 2), bytes.substr(0, bytes.size() - 1)};
  for (const size_t at : {tail + 1, tail + 20, tail + length / 2, bytes.size() - 1}) {
    torn.push_back(bytes);
    torn.back()[at] = static_cast<char>(torn.back()[at] ^ 0x40);
  }
  torn.push_back(bytes.substr(0, tail + length / 2) + std::string(length - length / 2, '\0'));
  for (const std::string& hurt : torn) {
    INFO("variant " << &hurt - torn.data());
    fs::remove_all(folder.at("hurt"));
    copy_folder(folder.at("whole"), folder.at("hurt"));
    write_bytes(folder.at("hurt/" + log), hurt);
    RocksStoreOptions options;
    options.folder = folder.at("hurt");
    OpenedStore opened = open_rocks_store(options);
    INFO((opened.failure ? opened.failure->text() : ""));
    REQUIRE(opened.store);
    CHECK(opened.notes.size() == 1);
    CHECK(first_ones(*opened.store) == 19);
    CHECK(!fs::exists(folder.at("hurt/tail_check")));
    put(*opened.store, Space::state, number(19), "again", true);
    opened.store.reset();
    CHECK(first_ones(*open(folder.at("hurt"))) == 20);
  }
}

TEST_CASE("an older log that is cut is refused, and so is a newest log that is gone") {
  Folder folder;
  RocksStoreOptions small;
  small.write_buffer_bytes_max = 64 << 10;
  {
    const auto store = open(folder.path, small);
    put(*store, Space::prog, "holds the first log", "x", true);
    for (uint64_t i = 0; i < 600; ++i) put(*store, Space::state, number(i), std::string(400, 'x'), true);
    put(*store, Space::meta, "last", "x", true);
  }
  std::vector<std::string> logs = files(folder.path, ".log");
  REQUIRE(logs.size() >= 2);
  const std::string first = bytes_of(logs.front());
  write_bytes(logs.front(), first.substr(0, first.size() - 10));
  check_damaged(refused(folder.path, small), fs::path(logs.front()).filename().string());
  fs::remove(logs.front());
  CHECK(refused(folder.path, small).kind == Kind::damaged);
  write_bytes(logs.front(), first);
  const std::string newest = bytes_of(logs.back());
  fs::remove(logs.back());
  check_damaged(refused(folder.path, small), fs::path(logs.back()).filename().string());
  write_bytes(logs.back(), newest);
  CHECK(first_ones(*open(folder.path, small)) == 600);
}

TEST_CASE("CURRENT and the manifest: cut, flipped or missing is refused") {
  Folder folder;
  {
    const auto store = open(folder.path);
    put(*store, Space::state, number(0), "x", true);
    must(store->flush());
    put(*store, Space::state, number(1), "x", true);
  }
  const std::string current = folder.at("CURRENT"), manifest = files(folder.path, "MANIFEST").back();
  for (const std::string& file : {current, manifest}) {
    const std::string name = fs::path(file).filename().string(), bytes = bytes_of(file);
    INFO(name);
    fs::remove(file);
    check_damaged(refused(folder.path), name);
    for (const size_t size : {size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
      write_bytes(file, bytes.substr(0, size));
      check_damaged(refused(folder.path), name);
    }
    const size_t stride = std::max<size_t>(1, bytes.size() / 40);
    for (size_t at = 0; at < bytes.size(); at += stride) {
      INFO("byte " << at);
      write_bytes(file, bytes);
      flip(file, at);
      const StoreError error = refused(folder.path);
      CHECK(error.kind == Kind::damaged);
      // A CURRENT that is wrong may still name a manifest: that one is missing.
      CHECK((names(error, name) || (file == current && names(error, "MANIFEST"))));
    }
    write_bytes(file, bytes);
  }
  CHECK(first_ones(*open(folder.path)) == 2);
}

TEST_CASE("a sorted file: cut, missing, or of another store is refused; one flipped byte is found by reading all") {
  Folder folder;
  for (const char* name : {"store", "other"}) {
    const auto store = open(folder.at(name));
    for (uint64_t i = 0; i < 300; ++i) put(*store, Space::state, number(i), std::string(100, name[0]));
    must(store->flush());
    must(store->verify());
  }
  const std::string store = folder.at("store");
  const std::string file = [&] {   // the largest holds the states
    std::string largest;
    for (const std::string& table : files(store, ".sst")) {
      if (largest.empty() || fs::file_size(table) > fs::file_size(largest)) largest = table;
    }
    return largest;
  }();
  const std::string name = fs::path(file).filename().string(), bytes = bytes_of(file);
  fs::remove(file);
  check_damaged(refused(store), name);
  for (const size_t size : {size_t{0}, bytes.size() / 2, bytes.size() - 1}) {
    write_bytes(file, bytes.substr(0, size));
    check_damaged(refused(store), name);
  }
  const std::string foreign = bytes_of(folder.at("other/" + name));
  REQUIRE(!foreign.empty());
  REQUIRE(foreign != bytes);
  write_bytes(file, foreign);
  check_damaged(refused(store), name);
  RocksStoreOptions reading_all;
  reading_all.verify = true;
  for (size_t at = 0; at < bytes.size(); at += 512) {
    INFO("byte " << at);
    write_bytes(file, bytes);
    flip(file, at);
    const StoreError error = refused(store, reading_all);
    check_damaged(error, name);
  }
  // Without that, what is read is right or refused.
  write_bytes(file, bytes);
  flip(file, 700);
  {
    const auto opened = open(store);
    size_t failures = 0;
    for (uint64_t i = 0; i < 300; ++i) {
      std::optional<std::string> value;
      if (const StoreFailure failure = opened->get(Space::state, number(i), value)) {
        check_damaged(*failure, name);
        ++failures;
      } else {
        CHECK(value == std::string(100, 's'));
      }
    }
    CHECK(failures > 0);
    CHECK(failures < 300);
    CHECK(opened->verify()->kind == Kind::damaged);
    CHECK(opened->scan(Space::state, {}, [](std::string_view, std::string_view) { return true; }));
  }
  write_bytes(file, bytes);
  CHECK(first_ones(*open(store, reading_all)) == 300);
}

TEST_CASE("a store of a newer format is refused, whatever it has more") {
  Folder folder;
  std::string newer;
  append_big_endian(newer, kStoreFormat + 1);
  fill(folder.path, 3);
  put_raw(folder.path, "meta", "store/format", newer, "of_tomorrow");
  fs::remove(folder.at("LANDMARK"));   // which RocksDB alone does not write
  const StoreError error = refused(folder.path);
  CHECK(error.kind == Kind::other_format);
  CHECK(error.what == "the store has format 3, this version reads format 2");
  CHECK(error.remedy == "use the version that wrote it, or a newer one");
}

TEST_CASE("a store whose format is no longer read is refused, and left as it is") {
  Folder folder;
  std::string older;
  append_big_endian(older, kStoreFormat - 1);
  fill(folder.path, 3);
  put_raw(folder.path, "meta", "store/format", older);
  fs::remove(folder.at("LANDMARK"));
  const StoreError error = refused(folder.path);
  CHECK(error.kind == Kind::other_format);
  CHECK(error.what == "the store has format 1, this version reads format 2");
  CHECK(error.remedy == "use the version that wrote it, or fill a new store from the events");
}

TEST_CASE("a store that is open is not opened twice; what a dead one left is no hindrance") {
  Folder folder;
  auto store = open(folder.path);
  const StoreError error = refused(folder.path);
  CHECK(error.kind == Kind::in_use);
  CHECK(error.what == "the store is open in another process, number " + std::to_string(::getpid()));
  store.reset();
  {   // another program that speaks RocksDB
    char* failure = nullptr;
    rocksdb_options_t* options = rocksdb_options_create();
    rocksdb_options_set_create_if_missing(options, 1);
    fs::create_directory(folder.at("theirs"));
    rocksdb_t* theirs = rocksdb_open(options, folder.at("theirs").c_str(), &failure);
    REQUIRE(!failure);
    CHECK(refused(folder.at("theirs")).kind == Kind::in_use);
    rocksdb_close(theirs);
    rocksdb_options_destroy(options);
  }
  write_bytes(folder.at("OWNER"), "1");
  write_bytes(folder.at("LOCK"), "");
  open(folder.path);
}

TEST_CASE("folders that are none of ours are left alone") {
  Folder folder;
  write_bytes(folder.at("letters"), "x");
  CHECK(refused(folder.at("letters")).kind == Kind::io);
  CHECK(refused(folder.path).kind == Kind::misuse);
  RocksStoreOptions existing;
  existing.create = false;
  CHECK(refused(folder.at("none"), existing).kind == Kind::io);
  CHECK(!fs::exists(folder.at("none")));
  fs::create_directory(folder.at("foreign"));
  char* error = nullptr;
  rocksdb_options_t* options = rocksdb_options_create();
  rocksdb_options_set_create_if_missing(options, 1);
  rocksdb_close(rocksdb_open(options, folder.at("foreign").c_str(), &error));
  rocksdb_options_destroy(options);
  REQUIRE(!error);
  const StoreError foreign = refused(folder.at("foreign"));
  CHECK(foreign.kind == Kind::misuse);
  CHECK(foreign.what == "the folder holds a database of something else");
}

TEST_CASE("a log whose first write was torn is no reason to refuse once a later one goes on") {
  const size_t bytes = GENERATE(size_t{400}, size_t{100'000});   // in one piece, and in several
  Folder folder;
  fill(folder.at("store"), 1);
  { put(*open(folder.at("store")), Space::state, number(1), std::string(bytes, 'x'), true); }   // alone in its log
  const std::string log = log_of(folder.at("store"));
  fs::resize_file(log, fs::file_size(log) - 50);
  {
    const auto store = open(folder.at("store"));
    CHECK(first_ones(*store) == 1);
    put(*store, Space::state, number(1), "again", true);
    copy_folder(folder.at("store"), folder.at("killed"));   // as kill -9 would leave it
  }
  CHECK(first_ones(*open(folder.at("killed"))) == 2);
  CHECK(first_ones(*open(folder.at("store"))) == 2);
}

TEST_CASE("a store whose making was cut short is made again") {
  Folder folder;
  const char* const left = GENERATE("MANIFEST-000001", "IDENTITY", "000001.dbtmp");   // of RocksDB's beginnings
  write_bytes(folder.at("MAKING"), "");
  write_bytes(folder.at(left), "half");
  { put(*open(folder.path), Space::state, number(0), "x"); }
  CHECK(first_ones(*open(folder.path)) == 1);
  CHECK(!fs::exists(folder.at("MAKING")));
}
