// What the tests of connectors share: a message, a clock that stands, secrets, and outcomes in one line.
#pragma once

#include <string>

#include "runtime/channels/connectors.h"

namespace wend::test {

constexpr int64_t kNowUs = 1'772'359'200'000'000;   // 2026-03-01T10:00:00Z

int64_t standing_clock();
// Long enough for any machine.
std::chrono::steady_clock::time_point far_off();
std::chrono::steady_clock::time_point soon();   // the server will be silent until then

Delivery weekly_mix(std::string address, std::vector<Delivery::Field> content);
NetSettings loopback(std::string base_url = {});

// A folder of its own, removed at the end.
class Folder {
 public:
  Folder();
  ~Folder();
  std::string path(const std::string& name) const { return path_ + "/" + name; }
  // Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& text, unsigned mode = 0600) const;

 private:
  std::string path_;
};

std::string read_file(const std::string& path);
// A secret in a file of its own that stays until the tests end.
SecretSource secret(const std::string& text);

// "delivered ID", "failed for now: REASON until SECONDS", "failed: REASON, address dead", "unknown: REASON".
std::string told(const Outcome& outcome);

}  // namespace wend::test
