// See disk.h.
#include "runtime/store/disk.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace fs = std::filesystem;

namespace wend {
namespace {

constexpr size_t kPiece = 1 << 20;
constexpr std::string_view kSeal = "sha256 ";

class File {
 public:
  File(const std::string& path, int flags, mode_t mode = 0) : handle_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~File() {
    if (handle_ >= 0) ::close(handle_);
  }
  File(const File&) = delete;
  void operator=(const File&) = delete;
  int handle() const { return handle_; }

 private:
  int handle_;
};

class Sha256 {
 public:
  Sha256() : context_(EVP_MD_CTX_new(), EVP_MD_CTX_free) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }
  void add(std::string_view bytes) { EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()); }
  std::string hex() {
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    EVP_DigestFinal_ex(context_.get(), bytes, &size);
    return hex_text({reinterpret_cast<const char*>(bytes), size});
  }

 private:
  std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context_;
};

bool write_all(int handle, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(handle, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

// The next piece; empty at the end. False: errno says why.
bool read_piece(int handle, std::string& piece) {
  piece.resize(kPiece);
  ssize_t got;
  do got = ::read(handle, piece.data(), piece.size());
  while (got < 0 && errno == EINTR);
  piece.resize(got > 0 ? static_cast<size_t>(got) : 0);
  return got >= 0;
}

bool sync(const std::string& path, int flags) {
  const File file(path, flags);
  return file.handle() >= 0 && ::fsync(file.handle()) == 0;
}

}  // namespace

StoreError disk_error(const std::string& what, const std::string& file, int code) {
  return {StoreError::Kind::io, what + ": " + std::strerror(code), file, 0, code == ENOSPC ? "make room on the disk" : ""};
}

bool sync_file(const std::string& path) { return sync(path, O_RDONLY); }
bool sync_folder(const std::string& path) { return sync(path.empty() ? "." : path, O_RDONLY | O_DIRECTORY); }

StoreFailure make_folder_synced(const std::string& path) {
  std::error_code failure;
  std::vector<fs::path> made;
  for (fs::path at = path; !at.empty() && !fs::exists(at, failure); at = at.parent_path()) made.push_back(at);
  fs::create_directories(path, failure);
  if (failure) return disk_error("cannot be made", path, failure.value());
  for (const fs::path& each : made)
    if (!sync_folder(each.parent_path().string())) return disk_error("the folder cannot be synced", each.parent_path().string(), errno);
  if (made.empty()) sync_folder(fs::path(path).parent_path().string());   // which may be nobody's to read but its owner's
  return {};
}

StoreFailure write_file_synced(const std::string& path, std::string_view text) {
  const File file(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
  if (file.handle() < 0 || !write_all(file.handle(), text) || ::fsync(file.handle()) != 0) return disk_error("cannot be written", path, errno);
  return {};
}

StoreFailure shorten_file_synced(const std::string& path, uint64_t bytes) {
  const File file(path, O_WRONLY);
  struct stat about {};
  if (file.handle() < 0 || ::fstat(file.handle(), &about) != 0) return disk_error("cannot be shortened", path, errno);
  if (static_cast<uint64_t>(about.st_size) <= bytes) return {};
  if (::ftruncate(file.handle(), static_cast<off_t>(bytes)) != 0 || ::fsync(file.handle()) != 0) return disk_error("cannot be shortened", path, errno);
  return {};
}

StoreFailure read_whole_file(const std::string& path, size_t bytes_max, std::string& text) {
  const File file(path, O_RDONLY | O_NONBLOCK);
  if (file.handle() < 0) return disk_error("cannot be read", path, errno);
  text.clear();
  for (std::string piece;;) {
    if (!read_piece(file.handle(), piece)) return disk_error("cannot be read", path, errno);
    if (piece.empty()) return {};
    text += piece;
    if (text.size() > bytes_max) return StoreError{StoreError::Kind::damaged, "it is longer than it can be", path, 0, {}};
  }
}

StoreFailure names_in_folder(const std::string& folder, std::vector<std::string>& names) {
  std::error_code failure;
  names.clear();
  for (fs::directory_iterator at(folder, failure), end; !failure && at != end; at.increment(failure)) names.push_back(at->path().filename().string());
  if (failure) return disk_error("the folder cannot be read", folder, failure.value());
  std::sort(names.begin(), names.end());
  return {};
}

StoreFailure sum_file(const std::string& path, FileSum& sum, const std::string& to) {
  const File from(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  struct stat about {};
  if (from.handle() < 0 || ::fstat(from.handle(), &about) != 0) return disk_error("cannot be read", path, errno);
  if (!S_ISREG(about.st_mode)) return StoreError{StoreError::Kind::damaged, "is no regular file", path, 0, {}};
  std::optional<File> copy;
  if (!to.empty()) copy.emplace(to, O_WRONLY | O_CREAT | O_EXCL, 0644);
  if (copy && copy->handle() < 0) return disk_error("cannot be written", to, errno);
  Sha256 hash;
  sum.bytes = 0;
  for (std::string piece;;) {
    if (!read_piece(from.handle(), piece)) return disk_error("cannot be read", path, errno);
    if (piece.empty()) break;
    hash.add(piece);
    sum.bytes += piece.size();
    if (copy && !write_all(copy->handle(), piece)) return disk_error("cannot be written", to, errno);
  }
  if (copy && ::fsync(copy->handle()) != 0) return disk_error("cannot be synced", to, errno);
  sum.sha256 = hash.hex();
  return {};
}

std::string hex_text(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<uint8_t>(c) >> 4];
    out += "0123456789abcdef"[static_cast<uint8_t>(c) & 15];
  }
  return out;
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 hash;
  hash.add(bytes);
  return hash.hex();
}

std::string sealed(std::string text) {
  const std::string sum = sha256_hex(text);
  return std::move(text) + std::string(kSeal) + sum + "\n";
}

std::optional<std::string_view> unsealed(std::string_view text) {
  constexpr size_t kLine = kSeal.size() + 64 + 1;
  if (text.size() < kLine) return {};
  const std::string_view body = text.substr(0, text.size() - kLine);
  if (sealed(std::string(body)) != text) return {};
  return body;
}

}  // namespace wend
