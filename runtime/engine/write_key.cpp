// Nothing here says why a key was not found: a caller without one learns nothing.
#include "runtime/engine/write_key.h"

#include <algorithm>
#include <optional>

namespace wend {

namespace {

// With or without padding; nothing else in it.
std::optional<std::string> from_base64(std::string_view text) {
  while (!text.empty() && text.back() == '=') text.remove_suffix(1);
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const size_t value = std::string_view("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/").find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = (bits << 6 | static_cast<uint32_t>(value)) & 0xffffff;
    if ((count += 6) < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return out;
}

bool is_scheme(std::string_view text, std::string_view scheme) {
  return std::equal(text.begin(), text.end(), scheme.begin(), scheme.end(), [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

std::string write_key_of(std::string_view authorization) {
  const size_t space = authorization.find(' ');
  if (space == std::string_view::npos || authorization.size() > 4 * kWriteKeyBytesMax) return "";
  std::string_view rest = authorization.substr(space);
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  std::string key;
  if (is_scheme(authorization.substr(0, space), "bearer")) {
    key = rest;
  } else if (is_scheme(authorization.substr(0, space), "basic")) {
    key = from_base64(rest).value_or("");
    key.resize(std::min(key.find(':'), key.size()));
  }
  return key.size() > kWriteKeyBytesMax ? "" : key;
}

bool same_key(std::string_view given, std::string_view known) {
  volatile unsigned char differs = given.size() == known.size() && !known.empty() ? 0 : 1;
  for (size_t i = 0; i < given.size(); ++i) {
    const char other = known.empty() ? '\0' : known[i % known.size()];
    differs = static_cast<unsigned char>(differs | (given[i] ^ other));
  }
  return differs == 0;
}

}  // namespace wend
