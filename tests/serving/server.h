// A `wend serve` of its own: a folder with a project and a configuration, a process, and requests to it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace wend::serving {

extern const char* const kShop;   // on sign_up a message at once

struct Answer { int status = 0; std::string body, head; };   // 0: the connection broke

class Server {
 public:
  // `more` goes into the configuration behind the doors, the store, and channel `email`, which appends to `mail.jsonl`.
  explicit Server(const std::string& name, const std::string& project = kShop, const std::string& more = "");
  ~Server();

  void start(const std::vector<std::string>& arguments = {});   // waits until its doors are open
  // The same; false: it ended before they were. `environment`: lines NAME=VALUE.
  bool try_start(const std::vector<std::string>& arguments, const std::vector<std::string>& environment);
  unsigned descriptors = 0;        // how many it may have open; 0: as many as we
  bool running();
  void kill();                     // -9
  int end();                       // SIGTERM; the exit code, or 128 and the signal
  int wait();

  Answer post(const std::string& path, const std::string& body) { return ask(ingest_, "POST", path, body); }
  Answer admin(const std::string& method, const std::string& path, const std::string& body = "") { return ask(admin_, method, path, body); }

  uint16_t ingest_port() const { return ingest_; }
  uint16_t admin_port() const { return admin_; }
  std::string folder() const { return folder_; }
  std::string log() const;
  std::vector<std::string> mail() const;       // lines of mail.jsonl, whole ones only
  void write(const std::string& file, const std::string& text) const;

 private:
  static Answer ask(uint16_t port, const std::string& method, const std::string& path, const std::string& body);
  bool find_doors();
  bool gone() const;

  std::string folder_;
  pid_t process_ = -1;
  uint16_t ingest_ = 0, admin_ = 0;
};

std::string sign_up(const std::string& user, const std::string& id);

// Asks until it holds; false: not within a minute.
template <class Condition>
bool soon(const Condition& condition);

}  // namespace wend::serving

#include <chrono>
#include <thread>

template <class Condition>
bool wend::serving::soon(const Condition& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}
