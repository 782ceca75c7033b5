#include "compiler/jit/code_cache.h"

#include <dirent.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace wend {
namespace {

// A file: these bytes, its key, the SHA-256 of the code, and the code to its end.
constexpr std::string_view kMagic = "wend code 1\n";
constexpr size_t kHeadBytes = kMagic.size() + 2 * sizeof(CodeKey);
constexpr off_t kFileBytesMax = off_t{64} << 20;
constexpr std::string_view kFileEnding = ".code", kAsideEnding = ".aside";
constexpr int64_t kAsideSeconds = 3600;   // what a writer left behind that long ago has no writer any more

CodeKey hash_of(std::string_view bytes) {
  CodeKey out{};
  if (EVP_Digest(bytes.data(), bytes.size(), out.data(), nullptr, EVP_sha256(), nullptr) != 1) throw std::runtime_error("SHA-256 is not to be had");
  return out;
}

std::string_view bytes_of(const CodeKey& key) { return {reinterpret_cast<const char*>(key.data()), key.size()}; }

std::string name_of(const CodeKey& key) {
  std::string name;
  for (const unsigned char byte : key) {
    name += "0123456789abcdef"[byte >> 4];
    name += "0123456789abcdef"[byte & 15];
  }
  return name + std::string(kFileEnding);
}

bool is_of_the_cache(std::string_view name, std::string_view ending) {
  if (!name.ends_with(ending) || name.size() < 2 * sizeof(CodeKey) + ending.size()) return false;
  return std::all_of(name.begin(), name.begin() + 2 * sizeof(CodeKey), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

bool others_may_write(const struct stat& about) { return (about.st_mode & (S_IWGRP | S_IWOTH)) != 0; }

void make_folders(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    ::mkdir(path.substr(0, end).c_str(), 0700);   // there already, or opening the whole says why not
    if (end == std::string::npos) return;
  }
}

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {}
  ~File() { if (descriptor_ >= 0) ::close(descriptor_); }
  File(const File&) = delete;
  int descriptor() const { return descriptor_; }
  bool open() const { return descriptor_ >= 0; }

  bool read(char* to, size_t size) const {
    for (size_t done = 0; done < size;) {
      const ssize_t got = ::read(descriptor_, to + done, size - done);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) return false;
      done += static_cast<size_t>(got);
    }
    return true;
  }
  bool write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return false;
      bytes.remove_prefix(static_cast<size_t>(written));
    }
    return true;
  }

 private:
  const int descriptor_;
};

// Each file of the folder, by name.
void each_file(int folder, const std::function<void(const char* name, const struct stat& about)>& each) {
  const int again = ::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (again < 0) return;
  DIR* listing = ::fdopendir(again);
  if (!listing) {
    ::close(again);
    return;
  }
  while (const dirent* entry = ::readdir(listing)) {
    struct stat about{};
    if (::fstatat(folder, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(about.st_mode)) each(entry->d_name, about);
  }
  ::closedir(listing);
}

}  // namespace

CodeKey object_key(std::string_view machine, std::string_view tier, std::string_view ir) {
  std::string parts;   // each behind its length: no two lists of parts run into one
  for (const std::string_view part : {machine, tier, ir}) parts += std::to_string(part.size()) + ":" + std::string(part);
  return hash_of(parts);
}

// ---- the folder

std::string CodeCache::usual_folder() {
  if (const char* told = std::getenv("WEND_CACHE_DIR")) return told;
  if (const char* caches = std::getenv("XDG_CACHE_HOME"); caches && *caches == '/') return std::string(caches) + "/wend";
  if (const char* home = std::getenv("HOME"); home && *home == '/') return std::string(home) + "/.cache/wend";
  return "";
}

std::shared_ptr<CodeCache> CodeCache::of_user() {
  auto cache = std::make_shared<CodeCache>(usual_folder());
  return cache->usable() ? cache : nullptr;
}

CodeCache::CodeCache(std::string folder, uint64_t bytes_max) : path_(std::move(folder)), bytes_max_(bytes_max) {
  while (path_.size() > 1 && path_.back() == '/') path_.pop_back();
  if (path_.empty()) return;
  if (path_.front() != '/') {
    problem_ = "it must be named from the root, with a `/` in front";
    return;
  }
  make_folders(path_);
  const int opened = ::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) {
    problem_ = std::string("it cannot be opened: ") + ::strerror(errno);
    return;
  }
  struct stat about{};
  if (::fstat(opened, &about) != 0) problem_ = std::string("it cannot be read: ") + ::strerror(errno);
  else if (about.st_uid != ::geteuid()) problem_ = "it belongs to another user, and what lies in it is run";
  else if (others_may_write(about)) problem_ = "others may write to it, and what lies in it is run: `chmod go-w` closes it";
  if (problem_.empty()) folder_ = opened;
  else ::close(opened);
}

CodeCache::~CodeCache() {
  if (folder_ >= 0) ::close(folder_);
}

// ---- files

std::optional<std::string> CodeCache::get(const CodeKey& key) const {
  if (!usable()) return std::nullopt;
  // Without O_NONBLOCK a named pipe would hold us until someone writes to it.
  const File file(::openat(folder_, name_of(key).c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  struct stat about{};
  if (!file.open() || ::fstat(file.descriptor(), &about) != 0 || !S_ISREG(about.st_mode) || about.st_uid != ::geteuid() || others_may_write(about)) return std::nullopt;
  if (about.st_size < static_cast<off_t>(kHeadBytes) || about.st_size > kFileBytesMax) return std::nullopt;
  std::string head(kHeadBytes, '\0'), code(static_cast<size_t>(about.st_size) - kHeadBytes, '\0');
  if (!file.read(head.data(), head.size()) || !file.read(code.data(), code.size())) return std::nullopt;
  const std::string expected = std::string(kMagic) + std::string(bytes_of(key)) + std::string(bytes_of(hash_of(code)));
  if (head != expected) return std::nullopt;
  ::futimens(file.descriptor(), nullptr);   // used now
  return code;
}

// Beside its place and then into it, so that nobody ever reads half of it; what a crash leaves undone the hash tells.
void CodeCache::put(const CodeKey& key, std::string_view bytes) {
  if (!usable() || bytes.size() > static_cast<size_t>(kFileBytesMax) - kHeadBytes) return;
  static std::atomic<uint64_t> number = 0;
  const std::string name = name_of(key), aside = name + "." + std::to_string(::getpid()) + "." + std::to_string(number++) + std::string(kAsideEnding);
  bool whole = false;
  {
    const File file(::openat(folder_, aside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!file.open()) return;
    whole = file.write(kMagic) && file.write(bytes_of(key)) && file.write(bytes_of(hash_of(bytes))) && file.write(bytes);
  }
  if (!whole || ::renameat(folder_, aside.c_str(), folder_, name.c_str()) != 0) ::unlinkat(folder_, aside.c_str(), 0);
  else grown_ = true;
}

void CodeCache::trim() {
  if (!grown_.exchange(false)) return;
  struct Kept { std::string name; timespec used; uint64_t bytes; };
  std::vector<Kept> kept;
  uint64_t bytes = 0;
  const time_t now = ::time(nullptr);
  each_file(folder_, [&](const char* name, const struct stat& about) {
    if (is_of_the_cache(name, kAsideEnding) && about.st_mtim.tv_sec + kAsideSeconds < now) ::unlinkat(folder_, name, 0);
    if (!is_of_the_cache(name, kFileEnding)) return;
    kept.push_back({name, about.st_mtim, static_cast<uint64_t>(about.st_size)});
    bytes += kept.back().bytes;
  });
  if (bytes <= bytes_max_) return;
  std::sort(kept.begin(), kept.end(), [](const Kept& a, const Kept& b) { return std::tie(a.used.tv_sec, a.used.tv_nsec, a.name) < std::tie(b.used.tv_sec, b.used.tv_nsec, b.name); });
  for (const Kept& file : kept) {
    if (bytes <= bytes_max_ / 4 * 3) return;   // room for a while
    if (::unlinkat(folder_, file.name.c_str(), 0) == 0) bytes -= file.bytes;
  }
}

CodeCache::Size CodeCache::size() const {
  Size size;
  if (!usable()) return size;
  each_file(folder_, [&](const char* name, const struct stat& about) {
    if (!is_of_the_cache(name, kFileEnding)) return;
    ++size.files;
    size.bytes += static_cast<uint64_t>(about.st_size);
  });
  return size;
}

}  // namespace wend
