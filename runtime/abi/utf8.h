// Reading UTF-8 one scalar value at a time, and writing it. Ill-formed bytes are never an error here: each counts
// as one scalar (U+FFFD), so that positions and widths stay defined for any input.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace wend {

constexpr uint32_t kReplacement = 0xFFFD;

struct Scalar {
  uint32_t value;  // kReplacement when the byte is ill-formed
  uint8_t size;    // bytes taken, at least 1
  bool valid;
};

// The scalar value at `at`, which must be inside the text. Overlong forms, surrogates and values past U+10FFFF are
// ill-formed (RFC 3629).
inline Scalar read_scalar(std::string_view text, size_t at) {
  const auto byte = [&](size_t i) -> uint32_t { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  const auto follows = [&](size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
  const uint32_t first = byte(at);
  constexpr Scalar kBad{kReplacement, 1, false};
  if (first < 0x80) return {first, 1, true};
  if (first < 0xC2) return kBad;
  if (first < 0xE0) {
    if (!follows(at + 1)) return kBad;
    return {(first & 0x1Fu) << 6 | (byte(at + 1) & 0x3Fu), 2, true};
  }
  if (first < 0xF0) {
    if (!follows(at + 1) || !follows(at + 2)) return kBad;
    const uint32_t value = (first & 0x0Fu) << 12 | (byte(at + 1) & 0x3Fu) << 6 | (byte(at + 2) & 0x3Fu);
    if (value < 0x800 || (value >= 0xD800 && value < 0xE000)) return kBad;
    return {value, 3, true};
  }
  if (first > 0xF4 || !follows(at + 1) || !follows(at + 2) || !follows(at + 3)) return kBad;
  const uint32_t value = (first & 0x07u) << 18 | (byte(at + 1) & 0x3Fu) << 12 | (byte(at + 2) & 0x3Fu) << 6 |
                         (byte(at + 3) & 0x3Fu);
  if (value < 0x10000 || value > 0x10FFFF) return kBad;
  return {value, 4, true};
}

inline void append_scalar(std::string& out, uint32_t value) {
  if (value < 0x80) {
    out += static_cast<char>(value);
  } else if (value < 0x800) {
    out += static_cast<char>(0xC0 | value >> 6);
    out += static_cast<char>(0x80 | (value & 0x3F));
  } else if (value < 0x10000) {
    out += static_cast<char>(0xE0 | value >> 12);
    out += static_cast<char>(0x80 | (value >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (value & 0x3F));
  } else {
    out += static_cast<char>(0xF0 | value >> 18);
    out += static_cast<char>(0x80 | (value >> 12 & 0x3F));
    out += static_cast<char>(0x80 | (value >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (value & 0x3F));
  }
}

// Scalar values in the text; an ill-formed byte counts as one.
inline size_t count_scalars(std::string_view text) {
  size_t count = 0;
  for (size_t at = 0; at < text.size(); at += read_scalar(text, at).size) ++count;
  return count;
}

inline bool is_valid_utf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    if (!scalar.valid) return false;
    at += scalar.size;
  }
  return true;
}

}  // namespace wend
