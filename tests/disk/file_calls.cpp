// See file_calls.h. What is not here is not used on files that matter: RocksDB and we write with write() and pwrite(), and
// rename, link, remove and sync as below. What a run changed beside that shows when the recorded files are compared with the real ones.
#include "tests/disk/file_calls.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <map>
#include <mutex>

namespace wend::disk {
namespace {

using Kind = Call::Kind;

struct Opened { uint64_t number; std::string path; };

struct Watched {
  std::mutex mutex;
  Watcher* watcher = nullptr;
  std::string folder;
  std::map<int, Opened> opened;
  uint64_t numbers = 0;
};
Watched& watched() {
  static Watched* const all = new Watched;   // outlives every thread
  return *all;
}
std::atomic<bool> watching = false, watching_sockets = false;

template <class Function>
Function* real(Function*, const char* name) {
  return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}
#define REAL(name) ([] { static const auto found = ::wend::disk::real(&::name, #name); return found; }())

bool below(const std::string& path) {
  const std::string& folder = watched().folder;
  return path.size() >= folder.size() && path.compare(0, folder.size(), folder) == 0 && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string absolute(const char* path, int folder = AT_FDCWD) {
  if (path[0] == '/') return path;
  char buffer[4096];
  std::string before;
  if (folder == AT_FDCWD) {
    before = ::getcwd(buffer, sizeof buffer) ? buffer : "";
  } else {
    const ssize_t size = ::readlink(("/proc/self/fd/" + std::to_string(folder)).c_str(), buffer, sizeof buffer);
    before.assign(buffer, size > 0 ? static_cast<size_t>(size) : 0);
  }
  return before + "/" + path;
}

// A call that is made as one with what is told of it. `made` gives what the system said.
template <class Made>
auto told(Call call, const Made& made) -> decltype(made(size_t{})) {
  using Result = decltype(made(size_t{}));
  Watched& all = watched();
  const Verdict verdict = all.watcher ? all.watcher->before(call) : Verdict{};
  if (verdict.error) return errno = verdict.error, Result(-1);
  const Result result = made(verdict.bytes_max);
  const int error = errno;
  if (call.kind == Kind::write && result >= 0) call.bytes = call.bytes.substr(0, static_cast<size_t>(result));
  if (all.watcher) all.watcher->behind(call, result >= 0);
  errno = error;
  return result;
}

// Of a name, or two.
template <class Made>
int named(Kind kind, const std::string& path, const std::string& to, const Made& made) {
  if (!watching) return made(0);
  const std::lock_guard lock(watched().mutex);
  if (!below(path) && !below(to)) return made(0);
  Call call{kind, path, to};
  return told(call, made);
}

// Of an open file; a file nobody watches has nothing of it.
template <class Made>
ssize_t of_file(Kind kind, int file, uint64_t offset, std::string_view bytes, const Made& made) {
  if (!watching) return made(SIZE_MAX);
  std::unique_lock lock(watched().mutex);
  const auto found = watched().opened.find(file);
  if (found == watched().opened.end()) {
    lock.unlock();
    return made(SIZE_MAX);
  }
  Call call{kind, found->second.path, {}, found->second.number, offset, bytes};
  return told(call, made);
}

template <class Made>
int opening(const std::string& path, int flags, const Made& made) {
  if (!watching) return made(0);
  const std::lock_guard lock(watched().mutex);
  if (!below(path)) return made(0);
  Watched& all = watched();
  struct stat about {};
  const bool there = ::stat(path.c_str(), &about) == 0;
  Call call{Kind::open, path, {}, ++all.numbers};
  call.makes = !there && (flags & O_CREAT);
  call.empties = there && (flags & O_TRUNC) && about.st_size > 0;
  const int file = call.makes || call.empties ? told(call, made) : made(0);
  if (file >= 0) {
    if (!call.makes && !call.empties && all.watcher) all.watcher->behind(call, true);
    all.opened[file] = {call.file, path};
  }
  return file;
}

int sync(int file, int (*made)(int)) {
  if (!watching) return made(file);
  Watched& all = watched();
  std::unique_lock lock(all.mutex);
  const auto found = all.opened.find(file);
  if (found == all.opened.end()) {
    lock.unlock();
    return made(file);
  }
  const Call call{Kind::sync, found->second.path, {}, found->second.number};
  Verdict verdict = all.watcher ? all.watcher->before(call) : Verdict{};
  if (!verdict.error && !verdict.pretend) {
    lock.unlock();
    verdict.error = made(file) == 0 ? 0 : errno;
    lock.lock();
  }
  if (all.watcher) all.watcher->behind(call, verdict.error == 0);
  errno = verdict.error ? verdict.error : errno;
  return verdict.error ? -1 : 0;
}

template <class Made>
ssize_t of_socket(Kind kind, const Made& made) {
  if (!watching_sockets) return made(SIZE_MAX);
  Verdict verdict;
  {
    const std::lock_guard lock(watched().mutex);
    if (watched().watcher) verdict = watched().watcher->before({kind, {}, {}});
  }
  if (verdict.error) return errno = verdict.error, -1;
  return made(verdict.bytes_max);
}

mode_t mode_of(int flags, va_list arguments) { return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE ? va_arg(arguments, mode_t) : 0; }

}  // namespace

void watch(Watcher* watcher, const std::string& folder, bool sockets) {
  Watched& all = watched();
  const std::lock_guard lock(all.mutex);
  all.watcher = watcher;
  all.folder = folder;
  all.opened.clear();
  watching = watcher != nullptr;
  watching_sockets = watcher != nullptr && sockets;
}

}  // namespace wend::disk

using namespace wend::disk;

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opening(absolute(path), flags, [&](size_t) { return REAL(open)(path, flags, mode); });
}

int openat(int folder, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return opening(absolute(path, folder), flags, [&](size_t) { return REAL(openat)(folder, path, flags, mode); });
}

// What a C++ stream opens; it writes with write() and writev().
FILE* fopen64(const char* path, const char* how) {
  FILE* file = nullptr;
  const int flags = how[0] == 'w' ? O_CREAT | O_TRUNC : how[0] == 'a' ? O_CREAT : 0;
  opening(absolute(path), flags, [&](size_t) {
    file = REAL(fopen64)(path, how);
    return file ? ::fileno(file) : -1;
  });
  return file;
}
int fclose(FILE* file) {
  if (watching && file) {
    const std::lock_guard lock(watched().mutex);
    watched().opened.erase(::fileno(file));
  }
  return REAL(fclose)(file);
}
int close(int file) {
  if (watching) {
    const std::lock_guard lock(watched().mutex);
    watched().opened.erase(file);
  }
  return REAL(close)(file);
}

ssize_t write(int file, const void* bytes, size_t size) {
  const uint64_t at = watching ? static_cast<uint64_t>(::lseek(file, 0, SEEK_CUR)) : 0;
  return of_file(Call::Kind::write, file, at, {static_cast<const char*>(bytes), size}, [&](size_t most) { return REAL(write)(file, bytes, std::min(size, most)); });
}
ssize_t writev(int file, const iovec* pieces, int count) {
  if (!watching) return REAL(writev)(file, pieces, count);
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes.append(static_cast<const char*>(pieces[i].iov_base), pieces[i].iov_len);
  const uint64_t at = static_cast<uint64_t>(::lseek(file, 0, SEEK_CUR));
  return of_file(Call::Kind::write, file, at, bytes, [&](size_t) { return REAL(writev)(file, pieces, count); });
}
ssize_t pwrite(int file, const void* bytes, size_t size, off_t at) {
  return of_file(Call::Kind::write, file, static_cast<uint64_t>(at), {static_cast<const char*>(bytes), size},
                 [&](size_t most) { return REAL(pwrite)(file, bytes, std::min(size, most), at); });
}
ssize_t read(int file, void* bytes, size_t size) {
  return of_file(Call::Kind::read, file, 0, {}, [&](size_t most) { return REAL(read)(file, bytes, std::min(size, most)); });
}
ssize_t pread(int file, void* bytes, size_t size, off_t at) {
  return of_file(Call::Kind::read, file, 0, {}, [&](size_t most) { return REAL(pread)(file, bytes, std::min(size, most), at); });
}
int ftruncate(int file, off_t size) noexcept {
  return static_cast<int>(of_file(Call::Kind::resize, file, static_cast<uint64_t>(size), {}, [&](size_t) { return ssize_t{REAL(ftruncate)(file, size)}; }));
}

int fsync(int file) { return sync(file, REAL(fsync)); }
int fdatasync(int file) { return sync(file, REAL(fdatasync)); }

int rename(const char* from, const char* to) noexcept {
  return named(Call::Kind::rename, absolute(from), absolute(to), [&](size_t) { return REAL(rename)(from, to); });
}
int link(const char* from, const char* to) noexcept {
  return named(Call::Kind::link, absolute(from), absolute(to), [&](size_t) { return REAL(link)(from, to); });
}
int unlink(const char* path) noexcept {
  return named(Call::Kind::remove, absolute(path), {}, [&](size_t) { return REAL(unlink)(path); });
}
int unlinkat(int folder, const char* path, int flags) noexcept {
  return named(Call::Kind::remove, absolute(path, folder), {}, [&](size_t) { return REAL(unlinkat)(folder, path, flags); });
}
int remove(const char* path) noexcept {
  return named(Call::Kind::remove, absolute(path), {}, [&](size_t) { return REAL(remove)(path); });
}
int rmdir(const char* path) noexcept {
  return named(Call::Kind::remove, absolute(path), {}, [&](size_t) { return REAL(rmdir)(path); });
}
int mkdir(const char* path, mode_t mode) noexcept {
  return named(Call::Kind::make_folder, absolute(path), {}, [&](size_t) { return REAL(mkdir)(path, mode); });
}

ssize_t recv(int socket, void* bytes, size_t size, int flags) {
  return of_socket(Call::Kind::receive, [&](size_t most) { return REAL(recv)(socket, bytes, std::min(size, most), flags); });
}
ssize_t send(int socket, const void* bytes, size_t size, int flags) {
  return of_socket(Call::Kind::send, [&](size_t) { return REAL(send)(socket, bytes, size, flags); });
}
ssize_t sendmsg(int socket, const msghdr* message, int flags) {
  return of_socket(Call::Kind::send, [&](size_t) { return REAL(sendmsg)(socket, message, flags); });
}

}  // extern "C"
