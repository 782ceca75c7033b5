#include "support.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>
#include <set>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

#include "runtime/abi/text_format.h"
#include "runtime/hosts/batch.h"
#include "test_paths.h"

namespace fs = std::filesystem;

namespace wend::test {

const wend_prog* shop() {
  static const wend_prog* const program = [] {
    char said[1000];
    const wend_prog* opened = wend_open(WEND_SOURCE_DIR "/examples/shop", said, sizeof said);
    if (!opened) throw std::runtime_error(said);
    return opened;
  }();
  return program;
}

ShopLike::ShopLike(const std::string& file, const std::string& from, const std::string& to) {
  static int count = 0;
  path_ = (fs::temp_directory_path() / ("wend-shop-" + std::to_string(::getpid()) + "-" + std::to_string(++count))).string();
  fs::remove_all(path_);
  fs::copy(WEND_SOURCE_DIR "/examples/shop", path_);
  std::stringstream read;
  read << std::ifstream(path_ + "/" + file).rdbuf();
  std::string text = read.str();
  const size_t at = text.find(from);
  if (at == std::string::npos) throw std::runtime_error("nothing to replace");
  std::ofstream(path_ + "/" + file) << text.replace(at, from.size(), to);
}

ShopLike::~ShopLike() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

const uint8_t* bytes_of(const std::string& text) { return reinterpret_cast<const uint8_t*>(text.data()); }

namespace {

uint32_t size_of(const std::string& text) { return static_cast<uint32_t>(text.size()); }

template <typename Put>
std::string framed(Put put) {
  const int32_t size = put(nullptr, 0);
  if (size < 0) throw std::runtime_error("a frame cannot be made");
  std::string frame(static_cast<size_t>(size), '\0');
  put(reinterpret_cast<uint8_t*>(frame.data()), size_of(frame));
  return frame;
}

}  // namespace

std::string event_frame(const std::string& state, int64_t received, const std::string& line) {
  return framed([&](uint8_t* frame, uint32_t cap) { return wend_put_event(frame, cap, received, line.data(), size_of(line), bytes_of(state), size_of(state)); });
}
std::string wake_frame(const std::string& state, int64_t now) {
  return framed([&](uint8_t* frame, uint32_t cap) { return wend_put_wake(frame, cap, now, bytes_of(state), size_of(state)); });
}
std::string merge_frame(const std::string& state, const std::string& other, int64_t received, const std::string& line) {
  return framed([&](uint8_t* frame, uint32_t cap) {
    return wend_put_merge(frame, cap, received, line.data(), size_of(line), bytes_of(state), size_of(state), bytes_of(other), size_of(other));
  });
}

Result Stepper::step(const std::string& frame) {
  Result result;
  result.code = wend_step(program_, context_, bytes_of(frame), size_of(frame), nullptr, 0);
  result.said = wend_said(context_);
  if (result.code < 0) return result;
  result.bytes.resize(static_cast<size_t>(result.code));
  if (wend_step(program_, context_, bytes_of(frame), size_of(frame), reinterpret_cast<uint8_t*>(result.bytes.data()), size_of(result.bytes)) != result.code)
    throw std::runtime_error("the same input gave another size");
  wend_result view;
  if (wend_get(bytes_of(result.bytes), size_of(result.bytes), &view) != 0) throw std::runtime_error("the result is no frame");
  result.next_due = view.next_due;
  result.state.assign(reinterpret_cast<const char*>(view.state), view.state_len);
  const char* line = nullptr;
  uint32_t size = 0;
  while (wend_next(&view, &line, &size) == 1) result.lines.emplace_back(line, size);
  if (result.lines.size() != view.decisions) throw std::runtime_error("another number of decisions");
  return result;
}

Result Stepper::event(const std::string& state, int64_t received, const std::string& line) { return step(event_frame(state, received, line)); }
Result Stepper::wake(const std::string& state, int64_t now) { return step(wake_frame(state, now)); }
Result Stepper::merge(const std::string& state, const std::string& other, int64_t received, const std::string& line) {
  return step(merge_frame(state, other, received, line));
}

std::string cart(const std::string& user, int64_t at, const std::string& id, int total) {
  return R"({"type":"track","userId":")" + user + R"(","event":"Cart Updated","timestamp":")" + format_instant(at) + R"(","properties":{"cart_id":")" + id +
         R"(","total":)" + std::to_string(total) + R"(,"items":[{"name":"rug","price":)" + std::to_string(total) + "}]}}";
}

std::string identify(const std::string& who, int64_t at, const std::string& traits) {
  return R"({"type":"identify",)" + who + R"(,"timestamp":")" + format_instant(at) + R"(","traits":{)" + traits + "}}";
}

std::vector<Made> made_up(uint32_t seed, int count) {
  std::mt19937 random(seed);
  const auto below = [&](int bound) { return static_cast<int>(random() % static_cast<uint32_t>(bound)); };
  std::vector<Made> all;
  std::set<std::string> devices;   // that somebody has used
  int64_t at = kMonday;
  for (int i = 0; i < count; ++i) {
    at += 1 + below(5) * kMinute * 7 + below(100) * 1'000;
    Made made{.at = at};
    const int person = below(12);
    const std::string id = "u" + std::to_string(person), device = "d" + std::to_string(person * 3 + below(3));
    if (person > 7 || below(3) > 0) made.names[0] = id;   // the last four are never without a name
    if (made.names[0].empty() || below(3) == 0) made.names[2] = device;
    std::string who;
    if (!made.names[0].empty()) who += R"("userId":")" + id + "\"";
    if (!made.names[2].empty()) who += (who.empty() ? "" : ",") + (R"("anonymousId":")" + device + "\"");
    const std::string head = "{" + who + R"(,"timestamp":")" + format_instant(at) + "\",";
    const int what = below(20);
    if (what == 0 && !made.names[0].empty() && devices.count(device) > 0) {
      made.names[2] = device;
      made.alias = true;
      made.line = R"({"type":"alias","userId":")" + id + R"(","previousId":")" + device + R"(","timestamp":")" + format_instant(at) + "\"}";
    } else if (what < 5) {
      std::string traits = R"("email_opt_in":)" + std::string(below(5) > 0 ? "true" : "false") + R"(,"first_name":"P)" + std::to_string(person) + "\"";
      if (below(2) == 0) {
        made.names[1] = id + "@example.org";
        traits += R"(,"email":")" + made.names[1] + "\"";
      }
      made.line = head + R"("type":"identify","traits":{)" + traits + "}}";
    } else {
      const int total = 10 + below(90);
      const std::string event = what < 14 ? "Cart Updated" : what < 18 ? "Order Completed" : "Nobody Knows";
      const std::string items = what < 14 ? R"(,"items":[{"name":"rug","price":)" + std::to_string(total) + "}]" : "";
      made.line = head + R"("type":"track","event":")" + event + R"(","properties":{"cart_id":"c)" + std::to_string(below(4)) + R"(","total":)" +
                  std::to_string(total) + items + "}}";
      if (event == "Nobody Knows") made.names = {};
    }
    if (!made.names[2].empty()) devices.insert(device);
    all.push_back(made);
  }
  return all;
}

std::string text_of(const std::vector<Made>& events) {
  std::string text;
  for (const Made& made : events) text += made.line + "\n";
  return text;
}

std::vector<std::string> decided_by_file(const std::string& text, int64_t end) {
  BatchOptions options;
  std::vector<std::string> lines;
  options.until_us = end;
  options.line = [&](std::string_view line) { lines.emplace_back(line); };
  run_batch_text(*shop()->module, text, options);
  return by_instant_and_user(std::move(lines));
}

std::vector<std::string> by_instant_and_user(std::vector<std::string> lines) {
  const auto place = [](const std::string& text) { return text.substr(0, text.find("\"kind\"")); };
  std::stable_sort(lines.begin(), lines.end(), [&](const std::string& a, const std::string& b) { return place(a) < place(b); });
  return lines;
}

}  // namespace wend::test
