// The scripted server.
#include "server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace wend::test {
namespace {

int listen_somewhere(uint16_t& port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener, 16) != 0 ||
      ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0)
    throw std::runtime_error("no port on loopback");
  port = ntohs(address.sin_port);
  return listener;
}

// False when the test is over.
bool wait_for(int socket, int stop) {
  pollfd both[2] = {{socket, POLLIN, 0}, {stop, POLLIN | POLLHUP, 0}};
  return ::poll(both, 2, -1) > 0 && both[1].revents == 0;
}

bool read_more(int client, int stop, std::string& seen) {
  char bytes[4096];
  if (!wait_for(client, stop)) return false;
  const ssize_t got = ::recv(client, bytes, sizeof bytes, 0);
  if (got <= 0) return false;
  seen.append(bytes, static_cast<size_t>(got));
  return true;
}

bool whole_request(const std::string& seen) {
  const size_t end = seen.find("\r\n\r\n");
  if (end == std::string::npos) return false;
  const size_t length = seen.find("Content-Length: ");
  return length > end || seen.size() >= end + 4 + std::strtoul(seen.c_str() + length + 16, nullptr, 10);
}

void send_all(int client, const std::string& text) {
  for (size_t at = 0; at < text.size();) {
    const ssize_t sent = ::send(client, text.data() + at, text.size() - at, MSG_NOSIGNAL);
    if (sent <= 0) return;
    at += static_cast<size_t>(sent);
  }
}

void reset(int client) {
  const linger now{1, 0};
  ::setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
}

}  // namespace

std::string http_answer(int status, const std::string& body, const std::string& headers) {
  return "HTTP/1.1 " + std::to_string(status) + " Said\r\n" + headers + "Content-Length: " + std::to_string(body.size()) +
         "\r\nConnection: close\r\n\r\n" + body;
}

Server::Server(std::vector<Script> scripts) : listener_(listen_somewhere(port_)) {
  if (::pipe(stop_) != 0) throw std::runtime_error("no pipe");
  thread_ = std::thread([this, scripts = std::move(scripts)]() mutable { run(std::move(scripts)); });
}

Server::~Server() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
}

std::vector<std::string> Server::requests() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> copy = requests_;
  const std::string port = ":" + std::to_string(port_);
  for (std::string& request : copy)
    for (size_t at; (at = request.find(port)) != std::string::npos;) request.replace(at, port.size(), ":PORT");
  return copy;
}

void Server::run(std::vector<Script> scripts) {
  for (const Script& script : scripts) {
    if (!wait_for(listener_, stop_[0])) return;
    const int client = ::accept(listener_, nullptr, nullptr);
    std::string seen;
    script.replies.empty() ? serve(client, script, seen) : serve_mail(client, script, seen);
    ::close(client);
  }
}

void Server::serve(int client, const Script& script, std::string& seen) {
  if (script.how == Script::How::reset_at_once) return reset(client);
  while (!whole_request(seen) && read_more(client, stop_[0], seen)) {}
  {
    // Kept before the answer goes out, so that whoever has the answer finds it.
    const std::lock_guard lock(mutex_);
    requests_.push_back(seen);
  }
  switch (script.how) {
    case Script::How::answer:
      send_all(client, script.answer);
      ::shutdown(client, SHUT_WR);
      while (read_more(client, stop_[0], seen)) {}
      return;
    case Script::How::reset_after_request: return reset(client);
    case Script::How::answer_then_silent: send_all(client, script.answer); [[fallthrough]];
    case Script::How::silent:
      while (read_more(client, stop_[0], seen)) {}
      return;
    default: return;
  }
}

void Server::serve_mail(int client, const Script& script, std::string& seen) {
  size_t line_at = 0;
  bool in_mail = false;
  for (size_t i = 0; i < script.replies.size(); ++i) {
    if (script.replies[i].empty()) break;
    {
      const std::lock_guard lock(mutex_);
      if (requests_.empty()) requests_.emplace_back();
      requests_.back() = seen;
    }
    send_all(client, script.replies[i]);
    in_mail = script.replies[i].rfind("354", 0) == 0;
    const std::string end = in_mail ? "\r\n.\r\n" : "\r\n";
    size_t at;
    while ((at = seen.find(end, line_at)) == std::string::npos && read_more(client, stop_[0], seen)) {}
    if (at == std::string::npos) break;
    line_at = at + end.size();
  }
  const std::lock_guard lock(mutex_);
  if (requests_.empty()) requests_.emplace_back();
  requests_.back() = seen;
}

uint16_t closed_port() {
  uint16_t port = 0;
  ::close(listen_somewhere(port));
  return port;
}

}  // namespace wend::test
