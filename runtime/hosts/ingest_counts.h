// What the ingest door turned away, passed over or did not know, since the start. Any thread. Tested by
// tests/unit/hosts/service_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>

namespace wend {

class IngestCounts {
 public:
  struct Numbers {
    uint64_t past_limit = 0;                      // events behind the most that a request may have
    uint64_t key_too_fast = 0, user_too_fast = 0; // requests answered with 429
    std::map<std::string, uint64_t> undeclared;   // events by name, each fit to be shown
  };
  static constexpr size_t kNamesMost = 1'000;     // further ones are counted as `other names`
  static constexpr size_t kToldMost = 100;

  // `warn`: what an operator should know; may be empty.
  explicit IngestCounts(std::function<void(std::string_view)> warn) : warn_(std::move(warn)) {}

  void past_limit(uint64_t events);
  void key_too_fast();
  void user_too_fast();
  // The first sight of a name is told, of the first hundred.
  void undeclared(const std::map<std::string, uint64_t>& events);
  Numbers numbers() const;

 private:
  const std::function<void(std::string_view)> warn_;
  mutable std::mutex mutex_;
  Numbers numbers_;
};

}  // namespace wend
