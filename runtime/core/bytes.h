// Varints, texts and instants in rows of the store. Reading stops at the first thing that is not as it must be, and says so.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "runtime/abi/value.h"
#include "runtime/core/bits.h"

namespace wend {

// Instants are numbered by their distance from `now`, behind 0 (never) and 1 (for ever), so that near ones are short and
// each has exactly one code.
inline uint64_t instant_code(int64_t instant, int64_t now) {
  const auto code = [&](int64_t at) { return zigzag(static_cast<uint64_t>(now) - static_cast<uint64_t>(at)); };
  if (instant == WEND_NEVER) return 0;
  if (instant == WEND_FOREVER) return 1;
  const uint64_t own = code(instant);
  return own - (own > code(WEND_NEVER)) - (own > code(WEND_FOREVER)) + 2;
}

inline int64_t instant_of(uint64_t number, int64_t now) {
  const auto code = [&](int64_t at) { return zigzag(static_cast<uint64_t>(now) - static_cast<uint64_t>(at)); };
  if (number == 0) return WEND_NEVER;
  if (number == 1) return WEND_FOREVER;
  uint64_t own = number - 2;
  const uint64_t never = code(WEND_NEVER), for_ever = code(WEND_FOREVER);
  own += own >= std::min(never, for_ever);
  own += own >= std::max(never, for_ever);
  return static_cast<int64_t>(static_cast<uint64_t>(now) - unzigzag(own));
}

class ByteWriter {
 public:
  explicit ByteWriter(std::string& out) : out_(out) {}
  int64_t now = 0;

  size_t size() const { return out_.size(); }
  void byte(uint8_t value) { out_.push_back(static_cast<char>(value)); }
  void varint(uint64_t value) {
    if (value < 0x80) return byte(static_cast<uint8_t>(value));
    char bytes[10];
    size_t size = 0;
    for (; value >= 0x80; value >>= 7) bytes[size++] = static_cast<char>(value | 0x80);
    bytes[size++] = static_cast<char>(value);
    out_.append(bytes, size);
  }
  void integer(int64_t value) { varint(zigzag(static_cast<uint64_t>(value))); }
  void instant(int64_t value) { varint(instant_code(value, now)); }
  void raw(uint64_t value, int size = 8) {
    char bytes[8];
    for (int i = 0; i < size; ++i) bytes[i] = static_cast<char>(value >> (8 * i));
    out_.append(bytes, static_cast<size_t>(size));
  }
  void text(std::string_view value) { varint(value.size()); out_ += value; }

 private:
  std::string& out_;
};

class ByteReader {
 public:
  explicit ByteReader(std::span<const uint8_t> bytes) : bytes_(bytes) {}
  int64_t now = 0;

  bool good() const { return good_; }
  bool at_end() const { return at_ == bytes_.size(); }
  size_t left() const { return bytes_.size() - at_; }
  void fail() { good_ = false; at_ = bytes_.size(); }
  bool check(bool holds) { if (!holds) fail(); return good_; }

  uint8_t byte() {
    if (at_ == bytes_.size()) { fail(); return 0; }
    return bytes_[at_++];
  }
  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t next = byte();
      value |= static_cast<uint64_t>(next & 0x7f) << shift;
      if (next & 0x80) continue;
      check((next != 0 || shift == 0) && (shift < 63 || next <= 1));   // the only spelling of the value
      return good_ ? value : 0;
    }
    fail();
    return 0;
  }
  uint64_t below(uint64_t bound) {   // a number less than `bound`
    const uint64_t value = varint();
    return check(value < bound) ? value : 0;
  }
  int64_t integer() { return static_cast<int64_t>(unzigzag(varint())); }
  int64_t integer_in(int64_t least, int64_t most) {
    const int64_t value = integer();
    return check(value >= least && value <= most) ? value : least;
  }
  bool flag() { return below(2) != 0; }
  // Never and for ever are taken; all else keeps a distance from the ends of the range, so that sums cannot overflow.
  int64_t instant() {
    const int64_t value = instant_of(varint(), now);
    const bool near = value > -(int64_t{1} << 60) && value < (int64_t{1} << 60);
    return check(near || value == WEND_NEVER || value == WEND_FOREVER) ? value : 0;
  }
  uint64_t raw(int size = 8) {
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) value |= static_cast<uint64_t>(byte()) << (8 * i);
    return value;
  }
  std::string_view text() {
    const uint64_t size = varint();
    if (!check(size <= left())) return {};
    const std::string_view value(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
    at_ += size;
    return value;
  }
  // How many things follow; each takes at least a byte, so a small input cannot ask for much memory.
  uint32_t count(uint64_t most) {
    const uint64_t value = varint();
    return check(value <= most && value <= left()) ? static_cast<uint32_t>(value) : 0;
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  bool good_ = true;
};

}  // namespace wend
