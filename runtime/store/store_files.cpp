// See store_files.h.
#include "runtime/store/store_files.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "runtime/store/disk.h"
#include "runtime/store/log_scan.h"

namespace fs = std::filesystem;

namespace wend {
namespace {

using Kind = StoreError::Kind;

constexpr const char* kLockFile = "OWNER";
constexpr const char* kMakingFile = "MAKING";
constexpr const char* kLandmarkFile = "LANDMARK";

StoreError damaged(const std::string& what, const fs::path& file, uint64_t offset = 0) {
  return {Kind::damaged, what, file.string(), offset, restore_hint()};
}

// A file's bytes without reading them twice.
class Mapped {
 public:
  explicit Mapped(const std::string& file) {
    const int handle = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    if (handle < 0) { code_ = errno; return; }
    struct stat info {};
    if (::fstat(handle, &info) != 0) {
      code_ = errno;
    } else if (info.st_size > 0) {
      size_ = static_cast<size_t>(info.st_size);
      void* at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, handle, 0);
      if (at == MAP_FAILED) { code_ = errno; size_ = 0; } else { at_ = static_cast<char*>(at); }
    }
    ::close(handle);
  }
  ~Mapped() { if (at_) ::munmap(at_, size_); }
  Mapped(const Mapped&) = delete;
  void operator=(const Mapped&) = delete;
  int code() const { return code_; }
  std::string_view bytes() const { return {at_, size_}; }

 private:
  char* at_ = nullptr;
  size_t size_ = 0;
  int code_ = 0;
};

// The number of `000012.log` or `MANIFEST-000005`; 0 if the name is none of that kind.
uint64_t number_of(std::string_view name, std::string_view before, std::string_view after) {
  if (name.size() <= before.size() + after.size() || name.substr(0, before.size()) != before || name.substr(name.size() - after.size()) != after) return 0;
  const std::string_view digits = name.substr(before.size(), name.size() - before.size() - after.size());
  uint64_t number = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return failure == std::errc{} && end == digits.data() + digits.size() ? number : 0;
}
uint64_t log_number(std::string_view name) { return number_of(name, "", ".log"); }
uint64_t manifest_number(std::string_view name) { return number_of(name, "MANIFEST-", ""); }

std::vector<std::string> names_in(const std::string& folder, std::error_code& failure) {
  std::vector<std::string> names;
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) names.push_back(at->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

// Paths, oldest first.
std::vector<fs::path> logs_in(const std::string& folder, const std::vector<std::string>& names) {
  std::vector<std::pair<uint64_t, fs::path>> numbered;
  for (const std::string& name : names) {
    if (const uint64_t number = log_number(name)) numbered.emplace_back(number, fs::path(folder) / name);
  }
  std::sort(numbered.begin(), numbered.end());
  std::vector<fs::path> paths;
  for (auto& [number, path] : numbered) paths.push_back(std::move(path));
  return paths;
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

struct Landmark { uint64_t manifest = 0, manifest_bytes = 0, log = 0; };

std::string packed(const Landmark& mark) {
  const std::string text = std::to_string(mark.manifest) + " " + std::to_string(mark.manifest_bytes) + " " + std::to_string(mark.log);
  return text + " " + std::to_string(crc32c(text)) + "\n";
}

// Nothing is known from a note that is absent or not as it was written.
std::optional<Landmark> landmark_of(const std::string& folder) {
  const std::string text = text_of(fs::path(folder) / kLandmarkFile);
  Landmark mark;
  std::istringstream in(text);
  if (!(in >> mark.manifest >> mark.manifest_bytes >> mark.log) || packed(mark) != text) return {};
  return mark;
}

StoreFailure check_manifest(const std::string& folder, const std::optional<Landmark>& mark) {
  const fs::path current = fs::path(folder) / "CURRENT";
  const std::string text = text_of(current);
  const uint64_t number = text.empty() || text.back() != '\n' ? 0 : manifest_number(std::string_view(text).substr(0, text.size() - 1));
  if (!number) return damaged("CURRENT does not name a manifest", current);
  const fs::path manifest = fs::path(folder) / text.substr(0, text.size() - 1);
  const Mapped file(manifest.string());
  if (file.code() == ENOENT) return damaged("the manifest that CURRENT names is missing", manifest);
  if (file.code()) return disk_error("the manifest cannot be read", manifest.string(), file.code());
  const LogScan scan = scan_log(file.bytes());
  if (scan.records == 0 || (scan.damaged && scan.records_behind)) return damaged("the manifest is damaged", manifest, scan.damage_at);
  if (!mark) return {};
  if (number < mark->manifest) return damaged("CURRENT names an older manifest than it did", current);
  if (number == mark->manifest && scan.sound_bytes < mark->manifest_bytes) {
    return damaged("the manifest is shorter than it was, or damaged", manifest, scan.damaged ? scan.damage_at : scan.sound_bytes);
  }
  return {};
}

StoreFailure check_logs(const std::vector<fs::path>& logs, const std::string& folder, const std::optional<Landmark>& mark, FolderState& state) {
  const uint64_t newest = logs.empty() ? 0 : log_number(logs.back().filename().string());
  if (mark && newest < mark->log) {
    std::string digits = std::to_string(mark->log);
    digits.insert(0, 6 - std::min<size_t>(6, digits.size()), '0');
    return damaged("the newest write-ahead log is missing", fs::path(folder) / (digits + ".log"));
  }
  for (const fs::path& log : logs) {
    const Mapped file(log.string());
    if (file.code()) return disk_error("a write-ahead log cannot be read", log.string(), file.code());
    const LogScan scan = scan_log(file.bytes());
    if (state.torn_tail && (scan.records > 0 || scan.damaged)) {
      return damaged("a write-ahead log is damaged, and a later one goes on", state.torn_file, state.torn_at);
    }
    if (!scan.damaged) continue;
    if (scan.records_behind) return damaged("a write-ahead log is damaged, with records behind the damage", log, scan.damage_at);
    state.torn_tail = true;
    state.torn_file = log.string();
    state.torn_at = scan.damage_at;
    state.sound_bytes = scan.sound_bytes;
  }
  return {};
}

}  // namespace

std::string restore_hint() { return "`wend restore` the newest good copy; nothing here was changed"; }

std::string_view network_file_system(uint64_t number) {
  switch (number) {
    case 0x6969: return "NFS";
    case 0x517b:
    case 0xfe534d42:
    case 0xff534d42: return "SMB";
    default: return {};
  }
}

StoreFailure look_at_place(const std::string& folder) {
  const auto no = [&](const std::string& what, const char* remedy) { return StoreError{Kind::misuse, what, folder, 0, remedy}; };
  struct stat about {};
  if (::lstat(folder.c_str(), &about) != 0) return disk_error("the folder of the store cannot be looked at", folder, errno);
  if (S_ISLNK(about.st_mode)) return no("the folder of the store is a link", "name the folder itself");
  if (!S_ISDIR(about.st_mode)) return no("the store lies in a folder, and this is none", "choose a folder");
  if (about.st_uid != ::geteuid()) {
    return no("the folder of the store belongs to user " + std::to_string(about.st_uid) + ", and we are user " + std::to_string(::geteuid()), "run as its owner");
  }
  struct statfs system {};
  if (::statfs(folder.c_str(), &system) != 0) return disk_error("the disk of the store cannot be looked at", folder, errno);
  const std::string_view network = network_file_system(static_cast<uint32_t>(system.f_type));
  if (!network.empty()) return no("the folder of the store lies on another machine (" + std::string(network) + ")", "choose a disk of this one");
  return {};
}

FolderLock::~FolderLock() {
  if (file_ >= 0) ::close(file_);
}

StoreFailure FolderLock::take(const std::string& folder) {
  const std::string path = (fs::path(folder) / kLockFile).string();
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (file_ < 0) return disk_error("the folder of the store cannot be written", folder, errno);
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return disk_error("the store cannot be locked", path, errno);
    const std::string owner = text_of(path);
    return StoreError{Kind::in_use, "the store is open in another process" + (owner.empty() ? "" : ", number " + owner), folder, 0,
                      "stop that one, or use another folder"};
  }
  const std::string own = std::to_string(::getpid());
  if (::ftruncate(file_, 0) != 0 || ::pwrite(file_, own.data(), own.size(), 0) < 0) { /* only who is told, not that it is held */ }
  return {};
}

StoreFailure look_at_folder(const std::string& folder, FolderState& state) {
  std::error_code failure;
  const std::vector<std::string> names = names_in(folder, failure);
  if (failure) return disk_error("the folder of the store cannot be read", folder, failure.value());
  const auto has = [&](std::string_view name) { return std::binary_search(names.begin(), names.end(), name); };
  const std::vector<fs::path> logs = logs_in(folder, names);
  if (!has("CURRENT")) {
    const bool holds_files = std::any_of(names.begin(), names.end(), [](const std::string& name) {
      return manifest_number(name) || log_number(name) || number_of(name, "", ".sst");
    });
    if (holds_files && !has(kMakingFile)) return damaged("CURRENT is missing", fs::path(folder) / "CURRENT");
    for (const std::string& name : names) {
      if (number_of(name, "", ".sst")) return damaged("CURRENT is missing", fs::path(folder) / "CURRENT");
      if (!holds_files && !has(kMakingFile) && name != kLockFile) {
        return StoreError{Kind::misuse, "the folder holds other files and no store", (fs::path(folder) / name).string(), 0, "choose an empty folder"};
      }
    }
    state.kind = has(kMakingFile) ? FolderState::Kind::half_made : FolderState::Kind::empty;
    return {};
  }
  state.kind = has(kMakingFile) ? FolderState::Kind::half_made : FolderState::Kind::store;
  const std::optional<Landmark> mark = landmark_of(folder);
  if (StoreFailure wrong = check_manifest(folder, mark)) return wrong;
  return check_logs(logs, folder, mark, state);
}

StoreFailure end_torn_log(const FolderState& state) {
  std::error_code failure;
  if (!state.torn_tail || !fs::exists(state.torn_file, failure)) return {};
  return shorten_file_synced(state.torn_file, state.sound_bytes);
}

StoreFailure begin_making(const std::string& folder) {
  if (StoreFailure wrong = write_file_synced((fs::path(folder) / kMakingFile).string(), "")) return wrong;
  sync_folder(folder);
  std::error_code ignored;
  if (fs::exists(fs::path(folder) / "CURRENT", ignored)) return {};
  for (const std::string& name : names_in(folder, ignored)) {   // an earlier attempt
    if (manifest_number(name) || log_number(name)) fs::remove(fs::path(folder) / name, ignored);
  }
  return {};
}

StoreFailure end_making(const std::string& folder) {
  std::error_code failure;
  fs::remove(fs::path(folder) / kMakingFile, failure);
  if (failure) return disk_error("cannot be removed", (fs::path(folder) / kMakingFile).string(), failure.value());
  if (!sync_folder(folder)) return disk_error("the folder of the store cannot be synced", folder, errno);
  return {};
}

void note_landmark(const std::string& folder) {
  std::error_code failure;
  const std::vector<fs::path> logs = logs_in(folder, names_in(folder, failure));
  std::string name = text_of(fs::path(folder) / "CURRENT");
  if (failure || logs.empty() || name.empty()) return;
  name.pop_back();
  const std::string manifest = (fs::path(folder) / name).string();
  Landmark mark{manifest_number(name), 0, log_number(logs.back().filename().string())};
  mark.manifest_bytes = fs::file_size(manifest, failure);
  // What the note says must be on the disk before the note is.
  if (failure || !mark.manifest || !sync_file(manifest) || !sync_folder(folder)) return;
  const fs::path path = fs::path(folder) / kLandmarkFile, fresh = path.string() + ".new";
  if (write_file_synced(fresh.string(), packed(mark))) return;
  fs::rename(fresh, path, failure);
  sync_folder(folder);
}

std::vector<LogEnd> log_ends(const std::string& folder) {
  std::error_code failure;
  std::vector<LogEnd> ends;
  for (const fs::path& log : logs_in(folder, names_in(folder, failure))) {
    if (const uint64_t size = fs::file_size(log, failure); !failure) ends.push_back({log.string(), size});
  }
  return ends;
}

StoreFailure verify_logs(const std::vector<LogEnd>& ends) {
  for (const LogEnd& end : ends) {
    const Mapped file(end.file);
    if (file.code() == ENOENT) continue;   // no longer needed
    if (file.code()) return disk_error("a write-ahead log cannot be read", end.file, file.code());
    const LogScan scan = scan_log(file.bytes().substr(0, end.size));
    if (scan.damaged) return damaged("a write-ahead log is damaged", end.file, scan.damage_at);
  }
  return {};
}

StoreFailure copy_store_files(const std::string& from, const std::string& to) {
  std::error_code failure;
  fs::create_directories(to, failure);
  if (failure) return disk_error("cannot be made", to, failure.value());
  for (const std::string& name : names_in(from, failure)) {
    const fs::path source = fs::path(from) / name, target = fs::path(to) / name;
    if (number_of(name, "", ".sst")) {
      fs::create_hard_link(source, target, failure);
      if (failure) fs::copy_file(source, target, failure);
    } else if (log_number(name) || manifest_number(name) || name == "CURRENT" || name == "IDENTITY") {
      fs::copy_file(source, target, failure);
    }
    if (failure) return disk_error("cannot be copied", source.string(), failure.value());
  }
  return {};
}

}  // namespace wend
