// The file connector: one JSON line a message, whole or not at all as far as a reader of lines can tell.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <mutex>

#include "runtime/channels/connectors.h"
#include "runtime/channels/message_json.h"
#include "runtime/channels/outcomes.h"

namespace wend {
namespace {

class FileConnector : public Connector {
 public:
  explicit FileConnector(const FileSettings& settings) : settings_(settings) {}
  ~FileConnector() override { close_file(); }

  Outcome deliver(const Delivery& delivery) override {
    if (std::chrono::steady_clock::now() >= delivery.deadline) return failed_for_now("deadline");
    std::string line;
    append_message_json(line, delivery);
    line += '\n';
    const std::lock_guard lock(mutex_);
    if (!open_file()) return failed_for_now("file cannot be opened");
    if (torn_) line.insert(line.begin(), '\n');   // what stands there of an earlier line ends here
    const size_t written = write_all(line);
    if (written < line.size()) {
      torn_ = torn_ || written > 0;
      return failed_for_now("file cannot be written");
    }
    torn_ = false;
    // The line may be on the disk or not; it is in the file for whoever reads it now.
    if (settings_.sync && ::fdatasync(file_) != 0) return unknown("file cannot be synced");
    return delivered();
  }

 private:
  // Opens it at first, and again when somebody moved it away.
  bool open_file() {
    struct stat ours {}, there {};
    if (file_ >= 0 && ::fstat(file_, &ours) == 0 && ::stat(settings_.path.c_str(), &there) == 0 &&
        ours.st_dev == there.st_dev && ours.st_ino == there.st_ino)
      return true;
    close_file();
    file_ = ::open(settings_.path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);
    torn_ = false;
    if (file_ < 0) return false;
    // A line that an earlier process did not finish ends before ours begins.
    char last = '\n';
    if (::fstat(file_, &ours) == 0 && S_ISREG(ours.st_mode) && ours.st_size > 0 && ::pread(file_, &last, 1, ours.st_size - 1) == 1)
      torn_ = last != '\n';
    return true;
  }

  void close_file() {
    if (file_ >= 0) ::close(file_);
    file_ = -1;
  }

  size_t write_all(std::string_view line) {
    size_t written = 0;
    while (written < line.size()) {
      const ssize_t now = ::write(file_, line.data() + written, line.size() - written);
      if (now < 0 && errno == EINTR) continue;
      if (now <= 0) break;
      written += static_cast<size_t>(now);
    }
    return written;
  }

  const FileSettings settings_;
  std::mutex mutex_;
  int file_ = -1;
  bool torn_ = false;
};

}  // namespace

std::unique_ptr<Connector> make_file(const FileSettings& settings, WallClock, std::vector<std::string>& problems) {
  if (settings.path.empty() || settings.path.find('\0') != std::string::npos) {
    problems.push_back("file: the path is missing");
    return nullptr;
  }
  return std::make_unique<FileConnector>(settings);
}

}  // namespace wend
