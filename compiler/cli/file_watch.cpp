// Looks again and again: it sees changes on any file system, through mounts of containers too, and a project has few files.
#include "compiler/cli/file_watch.h"

#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include <filesystem>
#include <set>

namespace wend::cli {

namespace fs = std::filesystem;

namespace {

constexpr size_t kFilesMax = 10'000;
constexpr int64_t kLookMs = 150, kRestMs = 30;

sigset_t endings() {
  sigset_t set;
  ::sigemptyset(&set);
  ::sigaddset(&set, SIGINT);
  ::sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

FileStamps stamps_of(const std::string& folder, const std::set<std::string>& without) {
  FileStamps stamps;
  std::error_code error;
  fs::recursive_directory_iterator walk(folder, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && walk != end && stamps.size() < kFilesMax; walk.increment(error)) {
    const bool hidden = walk->path().filename().string().starts_with(".");
    if (hidden && walk->is_directory(error)) walk.disable_recursion_pending();
    struct stat status {};
    if (hidden || without.contains(fs::weakly_canonical(walk->path(), error).string()) || ::stat(walk->path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    stamps[walk->path().lexically_relative(folder).generic_string()] = {static_cast<uint64_t>(status.st_size),
                                                                         static_cast<int64_t>(status.st_mtim.tv_sec) * 1'000'000'000 + status.st_mtim.tv_nsec};
  }
  return stamps;
}

FileWatch::FileWatch() {
  const sigset_t set = endings();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

FileWatch::~FileWatch() {
  const sigset_t set = endings();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

int FileWatch::asked(int64_t for_ms) {
  const sigset_t set = endings();
  const struct timespec time { for_ms / 1000, for_ms % 1000 * 1'000'000 };
  const int came = ::sigtimedwait(&set, nullptr, &time);
  return came > 0 ? came : 0;
}

int FileWatch::wait(const std::string& folder, const FileStamps& seen, const std::set<std::string>& without) {
  FileStamps now;
  do {
    if (const int signal = asked(kLookMs)) return signal;
    now = stamps_of(folder, without);
  } while (now == seen);
  // Editors write several files, and write them in pieces.
  for (FileStamps before; before != now;) {
    before = now;
    if (const int signal = asked(kRestMs)) return signal;
    now = stamps_of(folder, without);
  }
  return 0;
}

}  // namespace wend::cli
