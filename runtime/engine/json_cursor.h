// Going over a text that is known to be well-formed JSON without building anything: values as slices of the text, so that
// they can be passed on exactly as they were written. Tested through number_digits() and read_envelope().
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/abi/utf8.h"

namespace wend {

class JsonCursor {
 public:
  explicit JsonCursor(std::string_view json, size_t at = 0) : json_(json), at_(at) {}

  size_t at() const { return at_; }
  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  void step() { ++at_; }
  void space() { while (at_ < json_.size() && is_space(json_[at_])) ++at_; }

  // At a quote: the bytes between the quotes, still escaped.
  std::string_view text() {
    const size_t start = ++at_;
    while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2 : 1;
    const std::string_view inside = json_.substr(std::min(start, json_.size()), at_ - start);
    ++at_;
    return inside;
  }

  // Past any value: brackets are counted, so that depth costs nothing.
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
      } else if (c == ',' || c == ':') {
        ++at_;
      } else {
        while (at_ < json_.size() && !is_end(json_[at_])) ++at_;
      }
    } while (depth > 0 && at_ < json_.size());
  }

  // Past any value, which is given back as it is written.
  std::string_view slice() {
    space();
    const size_t start = at_;
    skip();
    return json_.substr(std::min(start, json_.size()), at_ - start);
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

 private:
  static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  static bool is_end(char c) { return c == ',' || c == '}' || c == ']' || c == ':' || c == '{' || c == '[' || c == '"' || is_space(c); }   // of a word or number

  static uint32_t hex(std::string_view digits) {
    uint32_t value = 0;
    for (char c : digits) value = value * 16 + static_cast<uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    return value;
  }

  std::string_view json_;
  size_t at_ = 0;
};

}  // namespace wend
