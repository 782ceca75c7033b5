// What the tests of the C interface share: a program, frames as texts, and one step.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/embed/program.h"
#include "runtime/embed/wend_embed.h"

namespace wend::test {

constexpr int64_t kMinute = 60'000'000, kHour = 60 * kMinute, kDay = 24 * kHour;
constexpr int64_t kMonday = 1'772'442'000'000'000;   // 2026-03-02T09:00Z

// examples/shop, loaded once.
const wend_prog* shop();

// A folder with examples/shop in which one text of a file stands for another; removed at the end.
class ShopLike {
 public:
  ShopLike(const std::string& file, const std::string& from, const std::string& to);
  ~ShopLike();
  const char* path() const { return path_.c_str(); }

 private:
  std::string path_;
};

struct Result {
  int32_t code = 0;                    // bytes, or a fault
  std::string state, said;
  std::vector<std::string> lines;
  int64_t next_due = WEND_NO_WAKE;
  std::string bytes;                   // of the frame
};

// A context of its own, and as much room as is needed.
class Stepper {
 public:
  explicit Stepper(const wend_prog* program = shop()) : program_(program), context_(wend_context_new(program)) {}
  ~Stepper() { wend_context_free(context_); }
  Stepper(const Stepper&) = delete;

  Result step(const std::string& frame);
  Result event(const std::string& state, int64_t received, const std::string& line);
  Result wake(const std::string& state, int64_t now);
  Result merge(const std::string& state, const std::string& other, int64_t received, const std::string& line = "");
  wend_context* context() { return context_; }

 private:
  const wend_prog* const program_;
  wend_context* const context_;
};

std::string event_frame(const std::string& state, int64_t received, const std::string& line);
std::string wake_frame(const std::string& state, int64_t now);
std::string merge_frame(const std::string& state, const std::string& other, int64_t received, const std::string& line);
const uint8_t* bytes_of(const std::string& text);

// Lines of the shop, at an instant.
std::string cart(const std::string& user, int64_t at, const std::string& id, int total);
std::string identify(const std::string& who, int64_t at, const std::string& traits);   // who: `"userId":"ann"` …

// One event of a made-up shop, and how it calls its user: by rank `user_id`, `email`, `anonymous_id`; empty: it does not.
struct Made {
  int64_t at = 0;
  std::array<std::string, 3> names;
  bool alias = false;              // the last name is the previous one
  std::string line;
};

// People who look around without a name, log in on several devices, fill carts and pay, and change their minds; in order.
std::vector<Made> made_up(uint32_t seed, int count);
std::string text_of(const std::vector<Made>& events);

// What `wend run` decides over it until `end`, in an order that hosts share: a file run tells an instant by user, others as it comes.
std::vector<std::string> decided_by_file(const std::string& text, int64_t end);
std::vector<std::string> by_instant_and_user(std::vector<std::string> lines);

}  // namespace wend::test
