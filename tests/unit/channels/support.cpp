// What the tests of connectors share.
#include "support.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace wend::test {

int64_t standing_clock() { return kNowUs; }
std::chrono::steady_clock::time_point far_off() { return std::chrono::steady_clock::now() + std::chrono::seconds(120); }
std::chrono::steady_clock::time_point soon() { return std::chrono::steady_clock::now() + std::chrono::milliseconds(400); }

Delivery weekly_mix(std::string address, std::vector<Delivery::Field> content) {
  return {.id = "0123456789abcdef0123456789abcdef", .channel = "email", .address = std::move(address),
          .content = std::move(content), .message = "weekly_mix", .category = "lifecycle", .deadline = far_off()};
}

NetSettings loopback(std::string base_url) {
  NetSettings net;
  net.base_url = std::move(base_url);
  net.plain_loopback = true;
  return net;
}

Folder::Folder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "wend-channels-XXXXXX").string();
  if (!::mkdtemp(pattern.data())) throw std::runtime_error("no folder for a test");
  path_ = pattern;
}

Folder::~Folder() { std::filesystem::remove_all(path_); }

std::string Folder::write(const std::string& name, const std::string& text, unsigned mode) const {
  const std::string at = path(name);
  std::ofstream(at, std::ios::binary) << text;
  ::chmod(at.c_str(), mode);
  return at;
}

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

SecretSource secret(const std::string& text) {
  static const Folder folder;
  static int count = 0;
  std::string problem;
  return *SecretSource::from("file:" + folder.write("secret" + std::to_string(++count), text), problem);
}

std::string told(const Outcome& outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::delivered: return outcome.provider_id.empty() ? "delivered" : "delivered " + outcome.provider_id;
    case Outcome::Kind::unknown: return "unknown: " + outcome.reason;
    case Outcome::Kind::failed: break;
  }
  std::string text = (outcome.permanent ? "failed: " : "failed for now: ") + outcome.reason;
  if (outcome.retry_at_us) text += " until " + std::to_string((outcome.retry_at_us - kNowUs) / 1'000'000);
  if (outcome.address_dead) text += ", address dead";
  if (outcome.dead_since_us) text += " since " + std::to_string(outcome.dead_since_us / 1'000'000);
  if (outcome.opted_out) text += ", opted out";
  if (outcome.endpoint_gone) text += ", endpoint gone";
  return text;
}

}  // namespace wend::test
