// One queue between the thread that reads and the one that works; when it is empty, diagnostics are due.
#include "compiler/language_server/stdio.h"

#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <fstream>
#include <mutex>
#include <thread>

#include "compiler/language_server/framing.h"

namespace wend::lsp {
namespace {

constexpr size_t kWaitingMax = 4096;             // messages; then reading waits
constexpr size_t kWaitingBytesMax = 128 << 20;

class Queue {
 public:
  void push(FrameReader::Frame frame) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopped_ || (frames_.size() < kWaitingMax && bytes_ < kWaitingBytesMax); });
    bytes_ += frame.text.size();
    frames_.push_back(std::move(frame));
    come_.notify_one();
  }
  void end() {
    std::lock_guard lock(mutex_);
    ended_ = true;
    come_.notify_one();
  }
  void stop() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
    room_.notify_all();
  }
  // Everything that has come; without `wait` perhaps nothing. False at the end of the stream.
  bool take(std::deque<FrameReader::Frame>& out, bool wait) {
    std::unique_lock lock(mutex_);
    if (wait) come_.wait(lock, [&] { return ended_ || !frames_.empty(); });
    out.swap(frames_);
    frames_.clear();
    bytes_ = 0;
    room_.notify_all();
    return !out.empty() || !ended_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable come_, room_;
  std::deque<FrameReader::Frame> frames_;
  size_t bytes_ = 0;
  bool ended_ = false, stopped_ = false;
};

// Reads until the end of the stream or a byte on `wake`.
void read_all(int in, int wake, Queue& queue) {
  FrameReader frames;
  char bytes[1 << 16];
  for (;;) {
    pollfd waiting[] = {{in, POLLIN, 0}, {wake, POLLIN, 0}};
    if (::poll(waiting, 2, -1) < 0 && errno != EINTR) break;
    if (waiting[1].revents != 0) break;
    if (waiting[0].revents == 0) continue;
    const ssize_t count = ::read(in, bytes, sizeof bytes);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    frames.feed({bytes, static_cast<size_t>(count)});
    while (std::optional<FrameReader::Frame> frame = frames.next()) queue.push(std::move(*frame));
  }
  queue.end();
}

bool write_all(int out, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(out, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    text.remove_prefix(static_cast<size_t>(count));
  }
  return true;
}

class Talk {
 public:
  explicit Talk(const StdioOptions& options) : options_(options), server_(options.fetch) {
    if (!options.log.empty()) log_.open(options.log, std::ios::app | std::ios::binary);
  }
  bool log_failed() const { return !options_.log.empty() && !log_; }

  int run(Queue& queue) {
    bool told = true;
    while (!server_.done() && well_) {
      std::deque<FrameReader::Frame> frames;
      if (!queue.take(frames, told)) break;   // the client is gone
      if (frames.empty()) {
        send(server_.rest());
        told = true;
        continue;
      }
      told = false;
      handle(frames);
    }
    return server_.exit_code();
  }

 private:
  void handle(std::deque<FrameReader::Frame>& frames) {
    std::vector<std::string> messages;
    for (FrameReader::Frame& frame : frames) {
      note("<- ", frame.text);
      if (frame.sound) {
        messages.push_back(std::move(frame.text));
        continue;
      }
      send(server_.receive(messages));
      messages.clear();
      send(server_.broken(frame.text));
    }
    send(server_.receive(messages));
  }

  void send(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) {
      note("-> ", message);
      well_ = well_ && write_all(options_.out, framed(message));
    }
  }

  void note(const char* way, const std::string& text) {
    if (log_.is_open()) (log_ << way << text << '\n').flush();
  }

  const StdioOptions& options_;
  Server server_;
  std::ofstream log_;
  bool well_ = true;
};

}  // namespace

int serve_stdio(const StdioOptions& options, std::string& trouble) {
  Talk talk(options);
  if (talk.log_failed()) {
    trouble = "cannot write `" + options.log + "`: " + std::strerror(errno);
    return 5;
  }
  int wake[2];
  if (::pipe(wake) != 0) {
    trouble = std::string("cannot make a pipe: ") + std::strerror(errno);
    return 5;
  }
  Queue queue;
  std::thread reader(read_all, options.in, wake[0], std::ref(queue));
  const int code = talk.run(queue);
  queue.stop();
  [[maybe_unused]] const ssize_t written = ::write(wake[1], "x", 1);
  reader.join();
  ::close(wake[0]);
  ::close(wake[1]);
  return code;
}

}  // namespace wend::lsp
