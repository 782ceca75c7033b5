// Varints, texts and instants in packed states. Reading stops at the first thing that is not as it must be, and says so.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "runtime/abi/value.h"

namespace wend {

inline uint64_t zigzag(uint64_t value) { return value << 1 ^ (0 - (value >> 63)); }
inline uint64_t unzigzag(uint64_t code) { return code >> 1 ^ (0 - (code & 1)); }

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

// An instant by its distance from one near it, in the coarsest unit that is exact: most are whole milliseconds, many whole days.
struct Distance {
  static constexpr int64_t kUnits[] = {1, 1'000, 1'000'000, 60'000'000, 3'600'000'000, 86'400'000'000};   // by tag
  static constexpr unsigned kSpecial = 6, kBack = 7, kBits = 3;   // special: 0 never, 1 for ever; back: µs the other way
  unsigned tag = 0;
  uint64_t number = 0;
  bool operator==(const Distance&) const = default;

  static Distance of(int64_t instant, int64_t from, bool ahead) {
    if (instant == WEND_NEVER) return {kSpecial, 0};
    if (instant == WEND_FOREVER) return {kSpecial, 1};
    const bool back = ahead ? instant < from : instant > from;
    const uint64_t distance = instant > from ? static_cast<uint64_t>(instant) - static_cast<uint64_t>(from) : static_cast<uint64_t>(from) - static_cast<uint64_t>(instant);
    if (back) return {kBack, distance};
    unsigned tag = 0;
    while (tag + 1 < kSpecial && distance % static_cast<uint64_t>(kUnits[tag + 1]) == 0) ++tag;
    return {tag, distance / static_cast<uint64_t>(kUnits[tag])};
  }
};

// Amounts of money and of time are often whole thousands, hundredths or units in millionths.
struct Amount {
  static constexpr int64_t kUnits[] = {1, 1'000, 10'000, 1'000'000};   // by tag
  static constexpr unsigned kBits = 2;
  unsigned tag = 0;
  int64_t number = 0;
  static Amount of(int64_t value) {
    for (unsigned tag = 3; tag > 0; --tag)
      if (value % kUnits[tag] == 0) return {tag, value / kUnits[tag]};
    return {0, value};
  }
};

constexpr size_t kTextsShared = 64;   // different texts of one packed thing that are written once

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

  // A number behind a tag of so many bits, in one byte where it is small.
  void tagged(unsigned tag, unsigned bits, uint64_t number) {
    const unsigned room = 7 - bits;
    const uint64_t rest = number >> room;
    byte(static_cast<uint8_t>(tag | (number & ((1u << room) - 1)) << bits | (rest != 0 ? 0x80u : 0u)));
    if (rest != 0) varint(rest);
  }
  void behind(int64_t instant, int64_t from) { distance(Distance::of(instant, from, false)); }   // short where it is not after `from`
  void ahead(int64_t instant, int64_t from) { distance(Distance::of(instant, from, true)); }     // … not before
  // A date or a pane by its distance from one near it; none is 0.
  void near_or_none(bool none, int64_t value, int64_t near) { varint(none ? 0 : zigzag(static_cast<uint64_t>(near - value)) + 1); }
  void amount(int64_t value) {
    const Amount amount = Amount::of(value);
    tagged(amount.tag, Amount::kBits, zigzag(static_cast<uint64_t>(amount.number)));
  }
  // One that was written before by its number. What is written must stay where it is meanwhile.
  void shared_text(std::string_view value) {
    for (size_t i = 0; i < shared_; ++i)
      if (texts_[i].size() == value.size() && (value.empty() || (texts_[i][0] == value[0] && texts_[i] == value))) return varint(i << 1 | 1);
    varint(value.size() << 1);
    out_ += value;
    if (shared_ < kTextsShared) texts_[shared_++] = value;
  }

 private:
  void distance(const Distance& code) { tagged(code.tag, Distance::kBits, code.number); }

  std::string& out_;
  size_t shared_ = 0;
  std::string_view texts_[kTextsShared];
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
  int64_t true_instant() {   // neither of them
    const int64_t value = instant();
    return check(value != WEND_NEVER && value != WEND_FOREVER) ? value : 0;
  }
  uint64_t raw(int size = 8) {
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) value |= static_cast<uint64_t>(byte()) << (8 * i);
    return value;
  }
  double number() {
    const auto value = std::bit_cast<double>(raw());
    return check(std::isfinite(value)) ? value : 0;
  }
  std::string_view text() {
    const uint64_t size = varint();
    if (!check(size <= left())) return {};
    const std::string_view value(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
    at_ += size;
    return value;
  }
  uint64_t tagged(unsigned bits, unsigned& tag) {
    const unsigned room = 7 - bits;
    const uint8_t first = byte();
    tag = first & ((1u << bits) - 1);
    const uint64_t low = (first & 0x7fu) >> bits;
    if (!(first & 0x80)) return low;
    const uint64_t rest = varint();
    check(rest != 0 && rest <= UINT64_MAX >> room);
    return good_ ? rest << room | low : 0;
  }
  int64_t behind(int64_t from) { return distance(from, false); }
  int64_t ahead(int64_t from) { return distance(from, true); }
  int64_t true_behind(int64_t from) { return finite(behind(from)); }
  int64_t true_ahead(int64_t from) { return finite(ahead(from)); }
  int64_t near_or_none(int64_t none, int64_t near, int64_t least, int64_t most) {
    const uint64_t code = varint();
    if (code == 0) return none;
    const __int128 value = near - static_cast<__int128>(static_cast<int64_t>(unzigzag(code - 1)));
    return check(value >= least && value <= most) ? static_cast<int64_t>(value) : 0;
  }
  int64_t amount() {
    unsigned tag = 0;
    const auto number = static_cast<int64_t>(unzigzag(tagged(Amount::kBits, tag)));
    int64_t value = 0;
    const bool over = __builtin_mul_overflow(number, Amount::kUnits[tag], &value);
    check(!over && Amount::of(value).tag == tag);
    return good_ ? value : 0;
  }
  std::string_view shared_text() {
    const uint64_t code = varint();
    if ((code & 1) != 0) return check(code >> 1 < shared_) ? texts_[code >> 1] : std::string_view();
    const uint64_t size = code >> 1;
    if (!check(size <= left())) return {};
    const std::string_view value(reinterpret_cast<const char*>(bytes_.data()) + at_, size);
    at_ += size;
    for (size_t i = 0; i < shared_; ++i) check(texts_[i] != value);
    if (shared_ < kTextsShared) texts_[shared_++] = value;
    return value;
  }
  // How many things follow; each takes at least a byte, so a small input cannot ask for much memory.
  uint32_t count(uint64_t most) {
    const uint64_t value = varint();
    return check(value <= most && value <= left()) ? static_cast<uint32_t>(value) : 0;
  }

 private:
  int64_t finite(int64_t value) { return check(value != WEND_NEVER && value != WEND_FOREVER) ? value : 0; }
  // As instant() takes them.
  int64_t distance(int64_t from, bool ahead) {
    Distance code;
    code.number = tagged(Distance::kBits, code.tag);
    int64_t value = 0;
    if (code.tag == Distance::kSpecial) {
      value = code.number == 0 ? WEND_NEVER : WEND_FOREVER;
    } else {
      const bool forward = ahead != (code.tag == Distance::kBack);
      const __int128 way = static_cast<__int128>(code.number) * (code.tag == Distance::kBack ? 1 : Distance::kUnits[code.tag]);
      const __int128 wide = forward ? from + way : from - way;
      if (!check(wide > -(int64_t{1} << 60) && wide < int64_t{1} << 60)) return 0;
      value = static_cast<int64_t>(wide);
    }
    return check(Distance::of(value, from, ahead) == code) ? value : 0;
  }

  std::span<const uint8_t> bytes_;
  size_t at_ = 0;
  size_t shared_ = 0;
  std::string_view texts_[kTextsShared];
  bool good_ = true;
};

}  // namespace wend
