// An HTTP/1.1 server that is strict about what a request is and bounded in all it holds. It knows nothing of Wend, and no TLS:
// it listens on loopback, or behind a proxy that ends TLS. Tested by tests/unit/http.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "runtime/http/message.h"
#include "runtime/http/request_head.h"

namespace wend {

struct HttpCounts {
  uint64_t connections = 0;              // that were ever accepted
  uint64_t open = 0;                     // now
  uint64_t refused = 0;                  // too many were open, and none of them was idle
  uint64_t evicted = 0;                  // idle, closed to let another one in
  uint64_t requests = 0;                 // that reached the handler
  uint64_t bytes_in = 0, bytes_out = 0;
  std::map<int, uint64_t> by_status;     // answers, also to what never was a request
};

class HttpServer {
 public:
  struct Limits {
    HeadLimits head;                                        // body_bytes_max: on the wire
    size_t inflated_bytes_max = 1024 * 1024;                // of a gzipped body
    size_t framing_bytes_max = 64 * 1024;                   // chunk sizes, extensions and trailers of one body
    size_t connections_max = 10'000;                        // the process needs as many file descriptors and some more
    unsigned threads = 2;
    std::chrono::milliseconds idle{30'000};                 // until the first byte of a request
    std::chrono::milliseconds head_within{10'000};          // from its first byte
    std::chrono::milliseconds body_within{10'000};          // from the end of its head
    std::chrono::milliseconds answer_within{30'000};        // by the handler; then 503, and what it says later is dropped
    std::chrono::milliseconds write_within{30'000};
    std::chrono::milliseconds linger{1'000};                // for a client to read our last word before we hang up
  };

  // Once, from any thread, also after the handler returned and after the server has gone. What is called again is ignored;
  // a reply that is let go of without being called answers 500.
  using Reply = std::function<void(HttpOut)>;
  // On a thread of the server: must not block. What it throws answers 500.
  using Handler = std::function<void(HttpIn, Reply)>;

  // Listens on an address ("127.0.0.1", "::1") and a port (0: any that is free). nullptr: `trouble` says why.
  static std::unique_ptr<HttpServer> open(const Limits& limits, const std::string& address, uint16_t port, Handler handler,
                                          std::string& trouble);
  // Hangs up on everybody. Not from a handler.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const;
  // Accepts no more, hangs up on the idle, and lets requests under way be answered. False: not all were, by `deadline`.
  bool drain(std::chrono::steady_clock::time_point deadline);
  HttpCounts counts() const;

 private:
  struct Core;
  explicit HttpServer(std::shared_ptr<Core> core);
  std::shared_ptr<Core> core_;
};

}  // namespace wend
