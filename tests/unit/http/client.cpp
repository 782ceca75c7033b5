// Blocking sockets; a test that waits for bytes that never come is ended by ctest.
#include "tests/unit/http/client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

#include <zlib.h>

namespace wend::test {

std::string Answer::field(const std::string& name) const {
  const std::string start = "\r\n" + name + ": ";
  const size_t at = head.find(start);
  if (at == std::string::npos) return "";
  return head.substr(at + start.size(), head.find("\r\n", at + 2) - at - start.size());
}

Client::Client(uint16_t port) {
  socket_ = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in end{};
  end.sin_family = AF_INET;
  end.sin_port = htons(port);
  end.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_, reinterpret_cast<sockaddr*>(&end), sizeof end) != 0) throw std::runtime_error("cannot connect");
}

Client::~Client() { ::close(socket_); }

bool Client::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t size = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (size <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(size));
  }
  return true;
}

void Client::finish() { ::shutdown(socket_, SHUT_WR); }

bool Client::fill() {
  char bytes[65536];
  const ssize_t size = ::recv(socket_, bytes, sizeof bytes, 0);
  if (size > 0) came_.append(bytes, static_cast<size_t>(size));
  return size > 0;
}

Answer Client::read(bool to_head) {
  size_t end;
  while ((end = came_.find("\r\n\r\n")) == std::string::npos) if (!fill()) return {};
  Answer answer;
  answer.head = came_.substr(0, end + 2);
  came_.erase(0, end + 4);
  answer.status = std::stoi(answer.head.substr(9, 3));
  const std::string length = answer.field("Content-Length");
  const size_t size = to_head || length.empty() ? 0 : std::stoull(length);
  while (came_.size() < size) if (!fill()) return {};
  answer.body = came_.substr(0, size);
  came_.erase(0, size);
  return answer;
}

bool Client::is_closed() {
  while (fill()) {}
  return true;
}

std::unique_ptr<HttpServer> open(HttpServer::Handler handler, const HttpServer::Limits& limits) {
  std::string trouble;
  auto server = HttpServer::open(limits, "127.0.0.1", 0, std::move(handler), trouble);
  if (!server) throw std::runtime_error(trouble);
  return server;
}

Echo::Echo(HttpServer::Limits limits) {
  server = open([kept = kept_](HttpIn in, HttpServer::Reply reply) {
    HttpOut out{200, "text/plain", in.method + " " + in.path + (in.query.empty() ? "" : "?" + in.query) + "|" + in.body, {}};
    {
      const std::lock_guard lock(kept->mutex);
      kept->requests.push_back(std::move(in));
    }
    reply(std::move(out));
  }, limits);
}

std::vector<HttpIn> Echo::got() { return std::lock_guard(kept_->mutex), kept_->requests; }

Said say(const Echo& echo, const std::string& bytes) {
  Client client(echo.port());
  client.send(bytes);
  const Answer answer = client.read();
  const bool closing = answer.status == 0 || answer.field("Connection") == "close";
  client.finish();
  return {answer.status, answer.body, client.is_closed() && closing};
}

std::string get(const std::string& target, const std::string& headers) {
  return "GET " + target + " HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n";
}

std::string post(const std::string& target, const std::string& body, const std::string& headers) {
  return "POST " + target + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + headers + "\r\n" + body;
}

std::string gzip(const std::string& bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(out.size() - stream.avail_out);
  deflateEnd(&stream);
  return out;
}

}  // namespace wend::test
