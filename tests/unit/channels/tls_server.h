// A server on loopback that speaks TLS, and HTTP/1.1 or HTTP/2 behind it, with a certificate made for the test. Of HTTP/2 it
// knows just what it takes to answer a status: no header of the request is decoded.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wend::test {

struct TlsScript {
  std::string name = "hook.example";     // the certificate's
  bool expired = false;
  bool old_tls = false;                  // nothing newer than TLS 1.1
  bool http2 = false;
  std::vector<int> statuses;             // one a request; 0 drops the connection instead of answering
};

class TlsServer {
 public:
  explicit TlsServer(TlsScript script);
  ~TlsServer();
  uint16_t port() const { return port_; }
  const std::string& certificate() const { return certificate_; }   // PEM
  int connections() const { return connections_; }
  std::vector<std::string> bodies();     // of every request, in order

 private:
  struct Tls;
  struct Peer;
  void run();
  void serve(Peer& peer);
  bool answer_http1(Peer& peer);
  bool answer_http2(Peer& peer);
  int next_status(std::string body);     // -1: the script is at its end

  const TlsScript script_;
  std::unique_ptr<Tls> tls_;
  std::string certificate_;
  uint16_t port_ = 0;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  std::atomic<int> connections_ = 0;
  std::mutex mutex_;
  std::vector<std::string> bodies_;
  std::thread thread_;
};

}  // namespace wend::test
