// Goes over a text that is known to be well-formed, in one pass, skipping what is not on the way.
#include "runtime/engine/json_digits.h"

#include <string>

#include "runtime/abi/utf8.h"

namespace wend {
namespace {

class Walk {
 public:
  explicit Walk(std::string_view json) : json_(json) {}

  std::string_view find(std::span<const std::string_view> path) {
    for (size_t depth = 0; depth < path.size(); ++depth) {
      space();
      if (peek() == '[' ? !enter_item(path[depth]) : peek() != '{' || !enter(path[depth])) return {};
    }
    space();
    const size_t start = at_;
    while (at_ < json_.size() && std::string_view("0123456789+-.eE").find(json_[at_]) != std::string_view::npos) ++at_;
    return json_.substr(start, at_ - start);
  }

 private:
  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void space() { while (at_ < json_.size() && std::string_view(" \t\r\n").find(json_[at_]) != std::string_view::npos) ++at_; }

  // At a quote: the bytes between the quotes, still escaped.
  std::string_view text() {
    const size_t start = ++at_;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    const std::string_view inside = json_.substr(start, at_ - start);
    ++at_;
    return inside;
  }

  // Any value: brackets are counted, so that depth costs nothing.
  void skip() {
    size_t depth = 0;
    do {
      space();
      const char c = peek();
      if (c == '"') {
        text();
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
        continue;
      } else if (c == '}' || c == ']') {
        --depth;
        ++at_;
      } else {
        ++at_;
        while (at_ < json_.size() && std::string_view(",:{}[]\" \t\r\n").find(json_[at_]) == std::string_view::npos) ++at_;
      }
    } while (depth > 0 && at_ < json_.size());
  }

  // At an object: moves to the value of the key.
  bool enter(std::string_view key) {
    ++at_;
    while (at_ < json_.size()) {
      space();
      if (peek() != '"') return false;
      const bool here = same(text(), key);
      space();
      ++at_;   // :
      if (here) return true;
      skip();
      space();
      if (peek() != ',') return false;
      ++at_;
    }
    return false;
  }

  // At an array: moves to the item whose number (from 0) is written so.
  bool enter_item(std::string_view number) {
    size_t left = 0;
    for (char c : number) left = left * 10 + static_cast<size_t>(c - '0');
    ++at_;
    for (; left > 0; --left) {
      space();
      if (peek() == ']') return false;
      skip();
      space();
      if (peek() != ',') return false;
      ++at_;
    }
    return true;
  }

  static bool same(std::string_view raw, std::string_view key) {
    return raw.find('\\') == std::string_view::npos ? raw == key : unescape(raw) == key;
  }

  static uint32_t hex(std::string_view digits) {
    uint32_t value = 0;
    for (char c : digits) value = value * 16 + static_cast<uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    return value;
  }

  static std::string unescape(std::string_view raw) {
    std::string out;
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] != '\\') {
        out += raw[i];
        continue;
      }
      const char c = ++i < raw.size() ? raw[i] : '\\';
      if (c != 'u') {
        const size_t which = std::string_view("bfnrt").find(c);
        out += which == std::string_view::npos ? c : "\b\f\n\r\t"[which];
        continue;
      }
      uint32_t scalar = hex(raw.substr(i + 1, 4));
      i += 4;
      if (scalar >= 0xd800 && scalar < 0xdc00 && i + 6 < raw.size()) {
        scalar = 0x10000 + ((scalar - 0xd800) << 10) + (hex(raw.substr(i + 3, 4)) - 0xdc00);
        i += 6;
      }
      append_scalar(out, scalar);
    }
    return out;
  }

  std::string_view json_;
  size_t at_ = 0;
};

}  // namespace

std::string_view number_digits(std::string_view json, std::span<const std::string_view> path) { return Walk(json).find(path); }

}  // namespace wend
