// A client on a plain socket: it sends exactly the bytes it is given, right or wrong, and reads answers; and a server for it
// to talk to.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "runtime/http/server.h"

namespace wend::test {

struct Answer {
  int status = 0;                        // 0: the connection ended without one
  std::string head, body;
  std::string field(const std::string& name) const;   // "" when there is none
};

class Client {
 public:
  explicit Client(uint16_t port);
  ~Client();
  Client(const Client&) = delete;

  bool send(std::string_view bytes);     // false: the other side has hung up
  void finish();                         // no more will be sent
  Answer read(bool to_head = false);     // one answer; to a HEAD request it has no body
  bool is_closed();                      // waits for the other side to hang up, and takes what it still says
  Answer ask(std::string_view bytes) { send(bytes); return read(); }

 private:
  bool fill();
  int socket_ = -1;
  std::string came_;
};

// A server whose handler keeps what it got and echoes `METHOD path?query|body`.
class Echo {
 public:
  explicit Echo(HttpServer::Limits limits = {});
  std::unique_ptr<HttpServer> server;
  uint16_t port() const { return server->port(); }
  std::vector<HttpIn> got();

 private:
  struct Kept { std::mutex mutex; std::vector<HttpIn> requests; };
  std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

std::unique_ptr<HttpServer> open(HttpServer::Handler handler, const HttpServer::Limits& limits = {});

// What one connection answers to the bytes, and whether it then hung up.
struct Said { int status; std::string body; bool closed; };
Said say(const Echo& echo, const std::string& bytes);

std::string get(const std::string& target, const std::string& headers = "");
std::string post(const std::string& target, const std::string& body, const std::string& headers = "");
std::string gzip(const std::string& bytes);

}  // namespace wend::test
