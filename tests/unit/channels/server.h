// A server on loopback that does what a script says, one connection after another, and keeps what it was sent. Plain sockets:
// it answers bytes, so it can also answer wrongly.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wend::test {

struct Script {
  enum class How { answer, reset_at_once, reset_after_request, close_after_request, silent, answer_then_silent };
  How how = How::answer;
  std::string answer;                    // bytes sent when the request has been read; the connection is then closed
  std::vector<std::string> replies;      // SMTP: one a line of the client (the first is the greeting); "" ends the connection
};

// "HTTP/1.1 STATUS Said\r\n…" with a length.
std::string http_answer(int status, const std::string& body = "", const std::string& headers = "");

class Server {
 public:
  explicit Server(std::vector<Script> scripts);
  ~Server();
  uint16_t port() const { return port_; }
  std::string url(const std::string& scheme = "http") const { return scheme + "://127.0.0.1:" + std::to_string(port_); }
  // What came, a connection each, with the port written as PORT.
  std::vector<std::string> requests();

 private:
  void run(std::vector<Script> scripts);
  void serve(int client, const Script& script, std::string& seen);
  void serve_mail(int client, const Script& script, std::string& seen);

  uint16_t port_ = 0;
  int listener_ = -1;
  int stop_[2] = {-1, -1};               // closing its writing end ends every wait
  std::mutex mutex_;
  std::vector<std::string> requests_;
  std::thread thread_;
};

// A port of loopback on which nobody listens.
uint16_t closed_port();

}  // namespace wend::test
