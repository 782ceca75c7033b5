// See backup.h. BACKUP is lines: `wend backup 1`, `store`, `format`, `made`, `program`, then `file NAME BYTES SHA256` for each,
// and the seal of disk.h.
#include "runtime/store/backup.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include "runtime/store/disk.h"
#include "runtime/store/erasures.h"
#include "runtime/store/keys.h"
#include "runtime/store/rocks_store.h"
#include "runtime/store/store_files.h"

namespace fs = std::filesystem;

namespace wend {
namespace {

using Kind = StoreError::Kind;

constexpr std::string_view kHead = "wend backup";
constexpr uint64_t kBackupFormat = 1;
constexpr size_t kBackupFileBytesMax = 64 << 20;
constexpr const char* kUnfinished = ".unfinished";

bool is_hex(std::string_view text, size_t least, size_t most) {
  return text.size() >= least && text.size() <= most && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// No path, nothing that is hidden.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 100 && name[0] != '.' && name != kBackupFile &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_'; });
}

StoreError bad_backup(const std::string& what, const fs::path& file) { return {Kind::damaged, what, file.string(), 0, "take an older backup that is whole"}; }

std::string text_of(const Backup& backup) {
  std::string out = std::string(kHead) + " " + std::to_string(kBackupFormat) + "\nstore " + backup.store + "\nformat " + std::to_string(backup.store_format) +
                    "\nmade " + std::to_string(backup.made_us) + "\nprogram " + (backup.program.empty() ? "-" : backup.program) + "\n";
  for (const BackupFile& file : backup.files) out += "file " + file.name + " " + std::to_string(file.bytes) + " " + file.sha256 + "\n";
  return sealed(std::move(out));
}

template <class Number>
bool read_number(const std::string& text, Number& number) {
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  return failure == std::errc{} && end == text.data() + text.size();
}

// The words of a line; false unless it begins with this one and has so many behind it.
bool read_line(std::istream& in, const char* first, size_t count, std::vector<std::string>& words) {
  std::string line;
  if (!std::getline(in, line)) return false;
  std::istringstream pieces(line);
  words.clear();
  for (std::string word; pieces >> word;) words.push_back(word);
  return words.size() == count + 1 && words[0] == first;
}

bool parse(std::string_view body, Backup& backup) {
  std::istringstream in{std::string(body)};
  std::vector<std::string> words;
  if (!read_line(in, "wend", 2, words) || !read_line(in, "store", 1, words) || !is_hex(words[1], 32, 32)) return false;
  backup.store = words[1];
  if (!read_line(in, "format", 1, words) || !read_number(words[1], backup.store_format)) return false;
  if (!read_line(in, "made", 1, words) || !read_number(words[1], backup.made_us)) return false;
  if (!read_line(in, "program", 1, words) || (words[1] != "-" && !is_hex(words[1], 1, 128))) return false;
  backup.program = words[1] == "-" ? "" : words[1];
  while (in.peek() != std::istringstream::traits_type::eof()) {
    BackupFile file;
    if (!read_line(in, "file", 3, words) || !is_plain_name(words[1]) || !read_number(words[2], file.bytes) || !is_hex(words[3], 64, 64)) return false;
    file.name = words[1];
    file.sha256 = words[3];
    if (!backup.files.empty() && backup.files.back().name >= file.name) return false;
    backup.files.push_back(std::move(file));
  }
  return true;
}

StoreFailure read_backup_file(const std::string& folder, Backup& backup) {
  const fs::path path = fs::path(folder) / kBackupFile;
  std::string text;
  backup = {};
  if (!fs::is_directory(folder)) return StoreError{Kind::misuse, "there is no such folder", folder, 0, {}};
  if (!is_backup(folder)) return StoreError{Kind::damaged, "the folder has no file `BACKUP`: it is no backup, or one that was not finished", folder, 0, "name a whole one"};
  if (StoreFailure wrong = read_whole_file(path.string(), kBackupFileBytesMax, text)) return wrong;
  std::istringstream first(text);
  std::string word, second;
  uint64_t format = 0;
  first >> word >> second >> format;
  if (word + " " + second == kHead && format > kBackupFormat) {
    return StoreError{Kind::other_format, "the backup has format " + std::to_string(format) + ", this version reads up to " + std::to_string(kBackupFormat), path.string(), 0,
                      "use the version that made it, or a newer one"};
  }
  const std::optional<std::string_view> body = unsealed(text);
  if (!body || format != kBackupFormat || !parse(*body, backup)) return bad_backup("the list of the files is not as it was written", path);
  return format_refusal(backup.store_format, folder);
}

// `to`: also copies it there.
StoreFailure check_file(const std::string& folder, const BackupFile& file, const std::string& to = {}) {
  const fs::path path = fs::path(folder) / file.name;
  FileSum sum;
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(path, ignored))) return bad_backup("a file of the backup is missing", path);
  if (!fs::is_regular_file(fs::symlink_status(path, ignored))) return bad_backup("this is no regular file", path);
  if (StoreFailure wrong = sum_file(path.string(), sum, to)) return wrong;
  const std::string sizes = std::to_string(sum.bytes) + " bytes, and not " + std::to_string(file.bytes);
  if (sum.bytes < file.bytes) return bad_backup("a file of the backup is cut: it has " + sizes, path);
  if (sum.bytes > file.bytes) return bad_backup("a file of the backup is too long: it has " + sizes, path);
  if (sum.sha256 != file.sha256) return bad_backup("a file of the backup is not as it was written", path);
  return {};
}

// Goes with all in it, unless it is kept under its real name.
class Unfinished {
 public:
  explicit Unfinished(std::string folder) : folder_(std::move(folder)) {}
  ~Unfinished() {
    std::error_code ignored;
    if (!kept_) fs::remove_all(folder_, ignored);
  }
  Unfinished(const Unfinished&) = delete;
  void operator=(const Unfinished&) = delete;

  const std::string& folder() const { return folder_; }
  StoreFailure keep_as(const std::string& name) {
    if (!sync_folder(folder_)) return disk_error("the folder cannot be synced", folder_, errno);
    if (std::rename(folder_.c_str(), name.c_str()) != 0) return disk_error("the folder cannot be given its name", name, errno);
    kept_ = true;
    if (!sync_folder(fs::path(name).parent_path().string())) return disk_error("the folder cannot be synced", fs::path(name).parent_path().string(), errno);
    return {};
  }

 private:
  std::string folder_;
  bool kept_ = false;
};

std::string absolute(const std::string& folder) {
  std::error_code failure;
  std::string path = fs::absolute(folder, failure).lexically_normal().string();
  while (path.size() > 1 && path.back() == '/') path.pop_back();
  return path;
}

// Whether a folder can be made there: nothing yet, or an empty folder, and no rest of an earlier attempt.
StoreFailure free_place(const std::string& folder, bool empty_is_free) {
  std::error_code failure;
  const fs::file_status status = fs::symlink_status(folder, failure);
  const bool empty = fs::is_directory(status) && empty_is_free && fs::is_empty(folder, failure);
  if (fs::exists(status) && !empty) return StoreError{Kind::misuse, empty_is_free ? "the folder is there and not empty" : "there is something of that name", folder, 0, "choose another"};
  if (fs::exists(fs::symlink_status(folder + kUnfinished, failure))) {
    return StoreError{Kind::misuse, "an earlier attempt was cut short, or another is under way", folder + kUnfinished, 0, "if none is, remove that folder"};
  }
  if (const fs::path parent = fs::path(folder).parent_path(); !fs::is_directory(parent, failure)) return StoreError{Kind::misuse, "there is no such folder", parent.string(), 0, {}};
  return {};
}

StoreFailure sum_all(const std::string& folder, Backup& backup) {
  std::vector<std::string> names;
  if (StoreFailure wrong = names_in_folder(folder, names)) return wrong;
  for (const std::string& name : names) {
    const std::string path = (fs::path(folder) / name).string();
    FileSum sum;
    if (!is_plain_name(name)) return StoreError{Kind::damaged, "a store has no such file", path, 0, {}};
    if (StoreFailure wrong = sum_file(path, sum)) return wrong;
    if (!sync_file(path)) return disk_error("cannot be synced", path, errno);
    backup.files.push_back({name, sum.bytes, sum.sha256});
  }
  return {};
}

// All rows of all key spaces.
StoreFailure read_all(const Store& store, std::array<uint64_t, kSpaces.size()>& rows) {
  for (size_t i = 0; i < kSpaces.size(); ++i) {
    rows[i] = 0;
    const auto count = [&](std::string_view, std::string_view) { return ++rows[i] > 0; };
    if (StoreFailure wrong = store.scan(static_cast<Space>(i), {}, count)) return wrong;
  }
  return {};
}

StoreFailure open_verified(const std::string& folder, OpenedStore& opened) {
  opened = open_rocks_store({.folder = folder, .create = false, .verify = true});
  return opened.failure;
}

StoreFailure same_store(const Store& store, const Backup& backup, const std::string& folder) {
  if (hex_text(store.identity()) == backup.store) return {};
  return bad_backup("the files are of another store than the list says", fs::path(folder) / kBackupFile);
}

// A file of a copy that goes away again, by its name in what was copied.
std::string in_folder(const std::string& file, const std::string& copy, const std::string& folder) {
  return file.rfind(copy, 0) == 0 ? folder + file.substr(copy.size()) : file;
}

// What a store must know that was a copy a moment ago.
StoreFailure make_live(const std::string& folder, const std::string& ledger, Restored& restored) {
  OpenedStore opened;
  if (StoreFailure wrong = open_verified(folder, opened)) return wrong;
  Store& store = *opened.store;
  std::array<uint64_t, kSpaces.size()> rows;
  if (StoreFailure wrong = read_all(store, rows)) return wrong;
  for (const uint64_t count : rows) restored.rows += count;
  if (StoreFailure wrong = same_store(store, restored.backup, folder)) return wrong;
  if (!ledger.empty()) {
    if (StoreFailure wrong = merge_ledger_file(store, ledger, restored.erasures_due)) return wrong;
  }
  std::optional<std::string> epoch;
  if (StoreFailure wrong = store.get(Space::meta, kEpochKey, epoch)) return wrong;
  restored.epoch = (epoch ? read_big_endian(*epoch) : 0) + 1;
  std::string raised, made;
  append_big_endian(raised, restored.epoch);
  append_big_endian_signed(made, restored.backup.made_us);
  Batch batch;
  batch.put(Space::meta, kEpochKey, raised);
  batch.put(Space::meta, kRestoredKey, made);
  batch.put(Space::meta, std::string(kHoldKeys) + "all/", made + "restored from a backup: what was sent since is not known");
  return store.write(batch, true);
}

}  // namespace

uint64_t Backup::bytes() const {
  uint64_t all = 0;
  for (const BackupFile& file : files) all += file.bytes;
  return all;
}

uint64_t Verified::all_rows() const {
  uint64_t all = 0;
  for (const uint64_t count : rows) all += count;
  return all;
}

StoreFailure back_up(Store& store, const std::string& folder, const BackupNote& note, Backup* made) {
  const std::string target = absolute(folder);
  if (!note.program.empty() && !is_hex(note.program, 1, 128)) return StoreError{Kind::misuse, "this is no hash of a program", {}, 0, {}};
  if (StoreFailure wrong = free_place(target, false)) return wrong;
  Unfinished work(target + kUnfinished);
  if (StoreFailure wrong = store.checkpoint(work.folder())) return wrong;
  ::chmod(work.folder().c_str(), 0700);   // whose names and addresses are in it is nobody else's business
  Backup backup{.store_format = kStoreFormat, .store = hex_text(store.identity()), .made_us = note.made_us, .program = note.program};
  if (StoreFailure wrong = sum_all(work.folder(), backup)) return wrong;
  if (StoreFailure wrong = write_file_synced((fs::path(work.folder()) / kBackupFile).string(), text_of(backup))) return wrong;
  if (StoreFailure wrong = work.keep_as(target)) return wrong;
  if (made) *made = std::move(backup);
  return {};
}

bool is_backup(const std::string& folder) {
  std::error_code failure;
  return fs::is_regular_file(fs::symlink_status(fs::path(folder) / kBackupFile, failure));
}

std::vector<StoreError> check_backup(const std::string& folder, Backup& backup) {
  if (StoreFailure wrong = read_backup_file(folder, backup)) return {*wrong};
  std::vector<StoreError> errors;
  for (const BackupFile& file : backup.files) {
    if (StoreFailure wrong = check_file(folder, file)) errors.push_back(*wrong);
  }
  std::vector<std::string> names;
  if (StoreFailure wrong = names_in_folder(folder, names)) errors.push_back(*wrong);
  for (const std::string& name : names) {
    const bool known = name == kBackupFile || std::any_of(backup.files.begin(), backup.files.end(), [&](const BackupFile& file) { return file.name == name; });
    if (!known) errors.push_back({Kind::damaged, "this is no file of the backup", (fs::path(folder) / name).string(), 0, "move it away"});
  }
  return errors;
}

std::vector<StoreError> restore_backup(const std::string& folder, const std::string& to, const std::string& ledger, Restored& restored) {
  const std::string target = absolute(to);
  restored = {};
  if (StoreFailure wrong = free_place(target, true)) return {*wrong};
  if (std::vector<StoreError> errors = check_backup(folder, restored.backup); !errors.empty()) return errors;
  Unfinished work(target + kUnfinished);
  if (::mkdir(work.folder().c_str(), 0700) != 0) return {disk_error("the folder cannot be made", work.folder(), errno)};
  for (const BackupFile& file : restored.backup.files) {
    if (StoreFailure wrong = check_file(folder, file, (fs::path(work.folder()) / file.name).string())) return {*wrong};
  }
  if (!sync_folder(work.folder())) return {disk_error("the folder cannot be synced", work.folder(), errno)};
  if (StoreFailure wrong = make_live(work.folder(), ledger, restored)) {
    wrong->file = in_folder(wrong->file, work.folder(), folder);
    return {*wrong};
  }
  if (StoreFailure wrong = work.keep_as(target)) return {*wrong};
  return {};
}

std::vector<StoreError> verify_folder(const std::string& folder, Verified& verified) {
  verified = {};
  verified.backup = is_backup(folder);
  std::optional<Unfinished> copy;
  Backup backup;
  if (verified.backup) {
    if (std::vector<StoreError> errors = check_backup(folder, backup); !errors.empty()) return errors;
    std::string pattern = (fs::path(absolute(folder)).parent_path() / ".wend-verify-XXXXXX").string();
    if (!::mkdtemp(pattern.data())) {
      StoreError error = disk_error("every file is as it was written; a copy to open, beside the backup, cannot be made", pattern, errno);
      error.remedy = "restore it elsewhere, and verify that";
      return {error};
    }
    copy.emplace(pattern);
    if (StoreFailure wrong = copy_store_files(folder, copy->folder())) return {*wrong};
  }
  OpenedStore opened;
  StoreFailure wrong = open_verified(copy ? copy->folder() : folder, opened);
  verified.notes = std::move(opened.notes);
  if (!wrong) wrong = read_all(*opened.store, verified.rows);
  if (!wrong && copy) wrong = same_store(*opened.store, backup, folder);
  if (wrong && copy) wrong->file = in_folder(wrong->file, copy->folder(), folder);
  if (wrong) return {*wrong};
  return {};
}

}  // namespace wend
