// Copies of a store: whole or not there, refused with the name of the file for every damage, and a store from one that knows what
// a copy cannot know. And where a store may lie.
#include <unistd.h>

#include <algorithm>

#include "runtime/store/backup.h"
#include "runtime/store/disk.h"
#include "runtime/store/erasures.h"
#include "runtime/store/keys.h"
#include "runtime/store/store_files.h"
#include "tests/unit/store/store_world.h"

using namespace wend;
using namespace wend::test;
using Kind = StoreError::Kind;

namespace {

constexpr BackupNote kNote{.made_us = 1'795'000'000'000'000, .program = "0123abcd"};

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// The bytes anew, in a file of its own: a copy may share it with the store.
void write_file(const std::string& path, const std::string& bytes) {
  fs::remove(path);
  std::ofstream(path, std::ios::binary) << bytes;
}

// Rows in sorted files of several key spaces, and rows that are only in the log.
void fill(Store& store, int from, int to) {
  for (int i = from; i < to; ++i) {
    put(store, Space::state, "user" + std::to_string(i), std::string(200, static_cast<char>('a' + i % 26)));
    put(store, Space::outbox, "send" + std::to_string(i), "to " + std::to_string(i), i + 1 == to);
  }
}

std::vector<std::string> all_rows(const Store& store) {
  std::vector<std::string> out;
  for (const Space space : {Space::state, Space::outbox, Space::ident}) {
    for (const std::string& row : rows(store, space)) out.push_back(row);
  }
  return out;
}

// A store and a whole copy of it.
struct Copied {
  Folder folder;
  std::string store = folder.at("store"), copy = folder.at("copy"), target = folder.at("target");
  Backup backup;
  std::vector<std::string> rows;

  Copied() {
    const auto opened = open(store);
    fill(*opened, 0, 50);
    must(opened->flush());
    fill(*opened, 50, 80);
    must(back_up(*opened, copy, kNote, &backup));
    rows = all_rows(*opened);
  }
};

std::vector<StoreError> restored(const Copied& world, Restored& out, const std::string& ledger = "") { return restore_backup(world.copy, world.target, ledger, out); }

void check_refused(const Copied& world, const std::string& file) {
  Backup backup;
  Restored out;
  for (const std::vector<StoreError>& errors : {check_backup(world.copy, backup), restored(world, out)}) {
    REQUIRE(errors.size() >= 1);
    INFO(errors[0].text());
    CHECK(errors[0].kind == Kind::damaged);
    CHECK(errors[0].file.find(file) != std::string::npos);
    CHECK(!errors[0].remedy.empty());
  }
  CHECK_FALSE(fs::exists(world.target));
  CHECK_FALSE(fs::exists(world.target + ".unfinished"));
}

std::string hash(char fill) { return std::string(16, fill); }

void erase(Store& store, char who, int64_t at) {
  std::string when;
  append_big_endian_signed(when, at);
  put(store, Space::meta, std::string(kErasedKeys) + hash(who), when);
}

std::optional<int64_t> instant(const Store& store, std::string_view keys, char who) {
  const auto value = get(store, Space::meta, std::string(keys) + hash(who));
  if (!value) return {};
  return read_big_endian_signed(*value);
}

}  // namespace

TEST_CASE("a copy is a cut of the store, and what is written afterwards is not in it") {
  const Folder folder;
  const auto store = open(folder.at("store"));
  fill(*store, 0, 20);
  const std::vector<std::string> before = all_rows(*store);
  must(back_up(*store, folder.at("copy"), kNote));
  fill(*store, 20, 40);
  Restored out;
  CHECK(restore_backup(folder.at("copy"), folder.at("target"), "", out).empty());
  CHECK(all_rows(*open(folder.at("target"))) == before);
  CHECK(all_rows(*store).size() == 80);
}

TEST_CASE("a copy says when it was made, of what store and program, and every file with its sum") {
  const Copied world;
  Backup backup;
  CHECK(check_backup(world.copy, backup).empty());
  CHECK(is_backup(world.copy));
  CHECK_FALSE(is_backup(world.store));
  CHECK(backup.made_us == kNote.made_us);
  CHECK(backup.program == kNote.program);
  CHECK(backup.store == hex_text(open(world.store)->identity()));
  CHECK(backup.bytes() > 0);
  size_t found = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(world.copy)) found += entry.path().filename() != kBackupFile;
  CHECK(found == backup.files.size());
  CHECK((fs::status(world.copy).permissions() & fs::perms::others_all) == fs::perms::none);
}

TEST_CASE("a store from a copy has every row, the same identity, a higher epoch, and knows that it was restored") {
  const Copied world;
  Restored out;
  CHECK(restored(world, out).empty());
  CHECK(out.epoch == 1);
  CHECK(out.rows > world.rows.size());
  const auto store = open(world.target);
  CHECK(all_rows(*store) == world.rows);
  CHECK(hex_text(store->identity()) == world.backup.store);
  CHECK(read_big_endian(*get(*store, Space::meta, kEpochKey)) == 1);
  CHECK(read_big_endian_signed(*get(*store, Space::meta, kRestoredKey)) == kNote.made_us);
  CHECK(get(*store, Space::meta, std::string(kHoldKeys) + "all/")->substr(8).find("restored from a backup") == 0);
}

TEST_CASE("the epoch goes on from that of the copy") {
  const Folder folder;
  std::string epoch;
  append_big_endian(epoch, 41);
  {
    const auto store = open(folder.at("store"));
    put(*store, Space::meta, kEpochKey, epoch, true);
    must(back_up(*store, folder.at("copy"), {}));
  }
  Restored out;
  CHECK(restore_backup(folder.at("copy"), folder.at("target"), "", out).empty());
  CHECK(out.epoch == 42);
  CHECK(out.backup.program == "");
}

TEST_CASE("restoring leaves the copy as it is, also once the new store is written to") {
  const Copied world;
  Restored out;
  CHECK(restored(world, out).empty());
  {
    const auto store = open(world.target);
    fill(*store, 100, 120);
    must(store->flush());
  }
  Backup backup;
  CHECK(check_backup(world.copy, backup).empty());
}

TEST_CASE("a copy or a store goes nowhere where something is") {
  const Copied world;
  Restored out;
  const auto store = open(world.store);
  for (const std::string& taken : {world.copy, world.store, world.folder.path}) {
    CHECK(back_up(*store, taken, kNote)->kind == Kind::misuse);
    CHECK(restore_backup(world.copy, taken, "", out).at(0).kind == Kind::misuse);
  }
  write_file(world.folder.at("file"), "x");
  CHECK(restore_backup(world.copy, world.folder.at("file"), "", out).at(0).kind == Kind::misuse);
  fs::create_symlink(world.folder.at("nowhere"), world.folder.at("link"));
  CHECK(back_up(*store, world.folder.at("link"), kNote)->kind == Kind::misuse);
  CHECK(restore_backup(world.copy, world.folder.at("link"), "", out).at(0).kind == Kind::misuse);
  CHECK(back_up(*store, world.folder.at("no/such/folder"), kNote)->kind == Kind::misuse);
  fs::create_directory(world.target);
  CHECK(restored(world, out).empty());   // an empty folder is as good as none
}

TEST_CASE("a copy that was cut short is not taken for one, and is not written over") {
  const Copied world;
  const auto store = open(world.store);
  fs::create_directory(world.folder.at("next.unfinished"));
  CHECK(back_up(*store, world.folder.at("next"), kNote)->remedy == "if none is, remove that folder");
  fs::remove(world.copy + "/" + kBackupFile);
  Backup backup;
  CHECK(check_backup(world.copy, backup).at(0).what.find("no backup, or one that was not finished") != std::string::npos);
  CHECK(check_backup(world.folder.at("none"), backup).at(0).kind == Kind::misuse);
}

TEST_CASE("every file of a copy that is cut, flipped, too long or missing is named") {
  const Copied world;
  const Backup& backup = world.backup;
  std::vector<std::string> names = {kBackupFile};
  for (const BackupFile& file : backup.files) names.push_back(file.name);
  CHECK(names.size() > 5);
  for (const std::string& name : names) {
    INFO(name);
    const std::string path = world.copy + "/" + name, bytes = read_file(path);
    for (const double part : {0.0, 0.001, 0.3, 0.5, 0.8, 1.0}) {
      const size_t at = static_cast<size_t>(part * static_cast<double>(bytes.size() ? bytes.size() - 1 : 0));
      INFO(at);
      if (!bytes.empty()) {
        std::string flipped = bytes;
        flipped[at] = static_cast<char>(flipped[at] ^ 0x10);
        write_file(path, flipped);
        check_refused(world, name);
        write_file(path, bytes.substr(0, at));
        check_refused(world, name);
      }
    }
    write_file(path, bytes + "x");
    check_refused(world, name);
    if (name != kBackupFile) {
      fs::remove(path);
      check_refused(world, name);
      fs::create_symlink("/dev/null", path);
      check_refused(world, name);
      fs::remove(path);
      fs::create_directory(path);
      check_refused(world, name);
      fs::remove(path);
    }
    write_file(path, bytes);
  }
  Restored out;
  CHECK(restored(world, out).empty());
}

TEST_CASE("all files that are wrong are told at once") {
  const Copied world;
  for (const BackupFile& file : world.backup.files) write_file(world.copy + "/" + file.name, "");
  Backup backup;
  const std::vector<StoreError> errors = check_backup(world.copy, backup);
  const auto empty = std::count_if(world.backup.files.begin(), world.backup.files.end(), [](const BackupFile& file) { return file.bytes == 0; });
  CHECK(errors.size() + static_cast<size_t>(empty) == world.backup.files.size());
}

TEST_CASE("a file that is not of the copy is refused: the store would take it for its own") {
  const Copied world;
  for (const char* name : {"000999.log", "notes.txt", "OWNER"}) {
    write_file(world.copy + "/" + name, "x");
    check_refused(world, name);
    fs::remove(world.copy + "/" + name);
  }
}

TEST_CASE("a list that is well sealed and not meant is refused") {
  const Copied world;
  const std::string path = world.copy + "/" + kBackupFile, text = read_file(path), body(*unsealed(text));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = body;
    const size_t at = changed.find(from);
    REQUIRE(at != std::string::npos);
    write_file(path, sealed(changed.replace(at, from.size(), to)));
  };
  const std::string first = world.backup.files[0].name;
  for (const std::string& name : {std::string("../store/CURRENT"), std::string("/etc/passwd"), std::string("."), std::string(".."), std::string("a/b"), std::string(kBackupFile), std::string(101, 'a'),
                                  world.backup.files[1].name}) {
    INFO(name);
    with("file " + first + " ", "file " + name + " ");
    check_refused(world, kBackupFile);
  }
  with("made ", "made x");
  check_refused(world, kBackupFile);
  Backup backup;
  Restored out;
  Verified verified;
  with("store " + world.backup.store, "store " + std::string(32, '0'));
  CHECK(check_backup(world.copy, backup).empty());
  CHECK(restored(world, out).at(0).file == world.copy + "/" + kBackupFile);
  CHECK(verify_folder(world.copy, verified).at(0).file == world.copy + "/" + kBackupFile);
  for (const char* other : {"format 3", "format 1"}) {
    with("format 2", other);
    CHECK(check_backup(world.copy, backup).at(0).kind == Kind::other_format);
  }
  write_file(path, "wend backup 2\nwhatever\n");
  CHECK(check_backup(world.copy, backup).at(0).kind == Kind::other_format);
}

TEST_CASE("a copy of a store whose files had rotted before is found out when it is opened") {
  const Copied world;
  std::string table;
  for (const BackupFile& file : world.backup.files) if (file.name.find(".sst") != std::string::npos && file.bytes > 1000) table = file.name;
  REQUIRE(!table.empty());
  std::string bytes = read_file(world.copy + "/" + table);
  bytes[20] = static_cast<char>(bytes[20] ^ 0x10);
  write_file(world.copy + "/" + table, bytes);
  FileSum sum;
  must(sum_file(world.copy + "/" + table, sum));
  const std::string path = world.copy + "/" + kBackupFile;
  std::string body(*unsealed(read_file(path)));
  for (const BackupFile& file : world.backup.files) if (file.name == table) body.replace(body.find(file.sha256), 64, sum.sha256);
  write_file(path, sealed(body));
  Backup backup;
  CHECK(check_backup(world.copy, backup).empty());
  Restored out;
  Verified verified;
  for (const std::vector<StoreError>& errors : {restored(world, out), verify_folder(world.copy, verified)}) {
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].kind == Kind::damaged);
    CHECK(errors[0].file == world.copy + "/" + table);
  }
  CHECK_FALSE(fs::exists(world.target));
}

TEST_CASE("whom the ledger knows is erased from an older copy, too") {
  const Copied world;
  {
    const auto store = open(world.store);
    erase(*store, 'a', 1'000);
    erase(*store, 'b', -5);
    must(write_ledger(*store, world.folder.at("ledger")));
  }
  Restored out;
  CHECK(restored(world, out, world.folder.at("ledger")).empty());
  CHECK(out.erasures_due == 2);
  const auto store = open(world.target);
  for (const std::string_view keys : {kErasedKeys, kErasureDueKeys}) {
    CHECK(instant(*store, keys, 'a') == 1'000);
    CHECK(instant(*store, keys, 'b') == -5);
    CHECK(instant(*store, keys, 'c') == std::nullopt);
  }
}

TEST_CASE("of an erasure that the store knows nothing is due, unless there was a later one") {
  const auto known = make_memory_store(), store = make_memory_store();
  erase(*known, 'a', 10);
  erase(*known, 'b', 30);
  erase(*known, 'c', 10);
  erase(*store, 'a', 10);
  erase(*store, 'b', 20);
  std::string text;
  size_t added = 9;
  must(ledger_text(*known, text));
  must(merge_ledger(*store, text, "ledger", added));
  CHECK(added == 2);
  CHECK(instant(*store, kErasureDueKeys, 'a') == std::nullopt);
  CHECK(instant(*store, kErasureDueKeys, 'b') == 30);
  CHECK(instant(*store, kErasedKeys, 'b') == 30);
  CHECK(instant(*store, kErasedKeys, 'c') == 10);
  must(merge_ledger(*store, text, "ledger", added));
  CHECK(added == 0);
}

TEST_CASE("an erasure that its process did not live to write down is in the ledger after the next start, and none that was is gone") {
  const Folder folder;
  const std::string path = folder.at("ledger");
  const auto before = make_memory_store(), store = make_memory_store(), both = make_memory_store();
  must(complete_ledger(*store, path));
  CHECK_FALSE(fs::exists(path));   // nobody was erased
  erase(*before, 'a', 10);
  must(write_ledger(*before, path));
  erase(*store, 'b', 20);
  must(complete_ledger(*store, path));
  erase(*both, 'a', 10);
  erase(*both, 'b', 20);
  std::string text;
  must(ledger_text(*both, text));
  CHECK(bytes_of(path) == text);
  flip(path, 20);
  CHECK(complete_ledger(*store, path)->kind == Kind::damaged);
}

TEST_CASE("a ledger of many is taken whole") {
  const auto known = make_memory_store(), store = make_memory_store();
  Batch batch;
  for (uint64_t i = 0; i < 30'000; ++i) {
    std::string key(kErasedKeys);
    append_big_endian(key, i);
    append_big_endian(key, i);
    batch.put(Space::meta, key, hash('t').substr(0, 8));
  }
  must(known->write(batch, false));
  std::string text;
  size_t added = 0;
  must(ledger_text(*known, text));
  must(merge_ledger(*store, text, "ledger", added));
  CHECK(added == 30'000);
  std::string again;
  must(ledger_text(*store, again));
  CHECK(again == text);
}

TEST_CASE("a ledger that is cut, changed or missing stops the restoring") {
  const Copied world;
  const auto known = make_memory_store();
  erase(*known, 'a', 10);
  std::string text;
  must(ledger_text(*known, text));
  const std::string path = world.folder.at("ledger");
  const auto check_stopped = [&] {
    Restored out;
    const std::vector<StoreError> errors = restored(world, out, path);
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].file == path);
    CHECK_FALSE(fs::exists(world.target));
  };
  check_stopped();
  for (size_t at = 0; at < text.size(); at += 13) {
    write_file(path, text.substr(0, at));
    check_stopped();
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ 1);
    write_file(path, flipped);
    check_stopped();
  }
  for (const char* body : {"wend erasures 1\nx\n", "wend erasures 1\n00 1\n", "wend erasures 1\n0123456789abcdef0123456789abcdeg 1\n", "wend erasures 1\n0123456789abcdef0123456789abcdef 1x\n", "wend\n"}) {
    write_file(path, sealed(body));
    check_stopped();
  }
}

TEST_CASE("verifying reads a store or a copy whole, and leaves nothing behind") {
  const Copied world;
  Verified verified;
  CHECK(verify_folder(world.store, verified).empty());
  CHECK_FALSE(verified.backup);
  CHECK(verified.rows[index_of(Space::state)] == 80);
  CHECK(verified.all_rows() >= 160);
  CHECK(verify_folder(world.copy, verified).empty());
  CHECK(verified.backup);
  CHECK(verified.rows[index_of(Space::outbox)] == 80);
  std::vector<std::string> names;
  must(names_in_folder(world.folder.path, names));
  CHECK(names == std::vector<std::string>{"copy", "store"});
  Backup backup;
  CHECK(check_backup(world.copy, backup).empty());
}

TEST_CASE("verifying names the sorted file of a store that has rotted") {
  const Copied world;
  std::string table;
  for (const std::string& file : files(world.store, ".sst")) if (fs::file_size(file) > 1000) table = file;
  std::string bytes = read_file(table);
  bytes[20] = static_cast<char>(bytes[20] ^ 0x10);
  write_file(table, bytes);
  Verified verified;
  const std::vector<StoreError> errors = verify_folder(world.store, verified);
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].file == table);
  CHECK(errors[0].remedy.find("wend restore") != std::string::npos);
}

TEST_CASE("a store that is open is neither verified nor copied by another") {
  const Copied world;
  const auto store = open(world.store);
  Verified verified;
  CHECK(verify_folder(world.store, verified).at(0).kind == Kind::in_use);
}

TEST_CASE("a folder without a store is left as it is") {
  const Folder folder;
  write_file(folder.at("mine.txt"), "x");
  Verified verified;
  CHECK(verify_folder(folder.path, verified).at(0).what == "there is no store here");
  CHECK(verify_folder(folder.at("none"), verified).at(0).text().find("No such file") != std::string::npos);
  std::vector<std::string> names;
  must(names_in_folder(folder.path, names));
  CHECK(names == std::vector<std::string>{"mine.txt"});
}

TEST_CASE("a store lies in a folder of its owner, not behind a link, on a disk of this machine") {
  const Folder folder;
  fs::create_directory(folder.at("store"));
  fs::create_symlink(folder.at("store"), folder.at("link"));
  write_file(folder.at("file"), "x");
  CHECK(refused(folder.at("link")).what == "the folder of the store is a link");
  CHECK(refused(folder.at("link") + "/").what == "the folder of the store is a link");
  CHECK(refused(folder.at("file")).text().find(folder.at("file")) != std::string::npos);
  for (const uint64_t number : {0x6969u, 0x517bu, 0xfe534d42u, 0xff534d42u}) CHECK(network_file_system(number) != "");
  for (const uint64_t number : {0xef53u, 0x58465342u, 0x9123683eu, 0x794c7630u, 0x01021994u}) CHECK(network_file_system(number) == "");
  if (::geteuid() != 0) return;
  REQUIRE(::chown(folder.at("store").c_str(), 12'345, 0) == 0);
  CHECK(refused(folder.at("store")).what == "the folder of the store belongs to user 12345, and we are user 0");
  CHECK(refused("/proc/sys").text().find("/proc/sys") != std::string::npos);   // nothing can be written there
}
