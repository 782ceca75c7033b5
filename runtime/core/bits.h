// Numbers in as few bits as they need: the ground of packed users (packing.h). From the lowest bit of a byte to its highest. Each number
// has one spelling. Reading stops at the first thing that is not as it must be, and says so.
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>

namespace wend {

inline uint64_t zigzag(uint64_t value) { return value << 1 ^ (0 - (value >> 63)); }
inline uint64_t unzigzag(uint64_t code) { return code >> 1 ^ (0 - (code & 1)); }

inline uint64_t low_bits(uint64_t value, unsigned count) { return count >= 64 ? value : value & ((uint64_t{1} << count) - 1); }
// How many bits tell numbers below `bound` apart.
inline unsigned bits_below(uint64_t bound) { return bound <= 1 ? 0 : static_cast<unsigned>(std::bit_width(bound - 1)); }

// What the numbers of a column have been of late, to guess the next: `number` takes its order for them.
struct Column {
  explicit Column(uint64_t usual) : sum(usual << kMemory) {}
  unsigned order() const {
    const uint64_t mean = sum >> kMemory;
    return mean < 2 ? 0 : static_cast<unsigned>(std::bit_width(mean)) - 1;
  }
  void saw(uint64_t number) { sum += std::min(number, kMost) - (sum >> kMemory); }

 private:
  static constexpr uint64_t kMost = uint64_t{1} << 50;
  static constexpr unsigned kMemory = 3;   // 2^3 numbers
  uint64_t sum;
};

class BitWriter {
 public:
  explicit BitWriter(std::string& out) : out_(out) {}   // behind what is there

  // The bits so far, those of `out` as it came too.
  size_t size() const { return (out_.size() + filled_) * 8 + held_; }

  [[gnu::always_inline]] void bits(uint64_t value, unsigned count) {
    value = low_bits(value, count);
    word_ |= value << held_;
    held_ += count;
    if (held_ < 64) return;
    put();
    held_ -= 64;
    word_ = held_ > 0 ? value >> (count - held_) : 0;
  }
  void flag(bool value) { bits(value, 1); }
  void index(uint64_t value, uint64_t bound) { bits(value, bits_below(bound)); }   // 0 … bound - 1

  // Any number, the shorter the smaller: exponential Golomb code of an order. Those below 2^order take order + 1 bits.
  [[gnu::always_inline]] void number(uint64_t value, unsigned order) {
    const uint64_t high = (value >> order) + 1;
    const auto length = static_cast<unsigned>(std::bit_width(high)) - 1;
    const unsigned all = 2 * length + 1 + order;
    if (all >= 64) [[unlikely]] return long_number(value, order);   // or 2^64, of which nothing is left
    bits(((value & ((uint64_t{1} << order) - 1)) << length | (high ^ uint64_t{1} << length)) << (length + 1) | uint64_t{1} << length, all);
  }
  void number(uint64_t value, Column& column) {
    number(value, column.order());
    column.saw(value);
  }
  void integer(int64_t value, unsigned order) { number(zigzag(static_cast<uint64_t>(value)), order); }

  // The last byte is filled with zeros; nothing may be written behind it.
  void finish() {
    std::memcpy(buffer_ + filled_, &word_, 8);
    out_.append(buffer_, filled_ + (held_ + 7) / 8);
    word_ = filled_ = held_ = 0;
  }

 private:
  [[gnu::noinline]] void long_number(uint64_t value, unsigned order) {
    const uint64_t high = value >> order;
    if (high == ~uint64_t{0}) { bits(0, 64); bits(1, 1); return bits(0, 64); }
    const auto length = static_cast<unsigned>(std::bit_width(high + 1)) - 1;
    bits(0, length);
    bits(1, 1);
    bits(high + 1, length);
    bits(value, order);
  }
  void put() {
    std::memcpy(buffer_ + filled_, &word_, 8);   // little-endian, as all machines this runs on
    filled_ += 8;
    if (filled_ < sizeof buffer_) return;
    out_.append(buffer_, filled_);
    filled_ = 0;
  }

  std::string& out_;
  uint64_t word_ = 0;
  unsigned held_ = 0;     // bits of `word_`, less than 64
  size_t filled_ = 0;     // bytes of `buffer_`
  char buffer_[512];      // there is always room for a word
};

class BitReader {
 public:
  explicit BitReader(std::span<const uint8_t> bytes) : bytes_(bytes), end_(bytes.size() * 8) {}

  bool good() const { return at_ <= end_; }   // beyond the end all is zeros, so that only what is kept has to be asked
  size_t left() const { return at_ <= end_ ? end_ - at_ : 0; }   // bits
  // Nothing but the zeros that fill the last byte.
  bool at_end() const { return good() && left() < 8 && low_bits(window(), static_cast<unsigned>(left())) == 0; }
  void fail() { at_ = kBeyond; }
  bool check(bool holds) { if (!holds) fail(); return good(); }

  [[gnu::always_inline]] uint64_t bits(unsigned count) {
    if (count <= kWindow) [[likely]] {
      const uint64_t value = low_bits(window(), count);
      at_ += count;
      return value;
    }
    return long_bits(count);
  }
  bool flag() { return bits(1) != 0; }
  uint64_t index(uint64_t bound) {
    const uint64_t value = bits(bits_below(bound));
    return check(value < bound) ? value : 0;
  }
  [[gnu::always_inline]] uint64_t number(unsigned order) {
    const uint64_t next = window();
    const auto length = static_cast<unsigned>(std::countr_zero(next));
    const unsigned all = 2 * length + 1 + order;
    if (all > kWindow) [[unlikely]] return long_number(order);
    const uint64_t high = (uint64_t{1} << length | low_bits(next >> (length + 1), length)) - 1;
    const uint64_t value = high << order | low_bits(next >> (2 * length + 1), order);
    at_ += all;
    return value;
  }
  uint64_t number(Column& column) {
    const uint64_t value = number(column.order());
    column.saw(value);
    return value;
  }
  uint64_t below(uint64_t bound, unsigned order) {
    const uint64_t value = number(order);
    return check(value < bound) ? value : 0;
  }
  int64_t integer(unsigned order) { return static_cast<int64_t>(unzigzag(number(order))); }
  int64_t integer_in(int64_t least, int64_t most, unsigned order) {
    const int64_t value = integer(order);
    return check(value >= least && value <= most) ? value : least;
  }
  // How many things follow; each takes at least a bit, so a small input cannot ask for much memory.
  uint32_t count(uint64_t most, unsigned order) {
    const uint64_t value = number(order);
    return check(value <= most && value <= left()) ? static_cast<uint32_t>(value) : 0;
  }

  // The bytes behind the one that was read last; what fills that one is nothing.
  std::span<const uint8_t> rest() {
    check(low_bits(window(), static_cast<unsigned>(-at_ & 7)) == 0);
    if (!good()) return {};
    const std::span<const uint8_t> bytes = bytes_.subspan((at_ + 7) / 8);
    at_ = end_;
    return bytes;
  }

  // The bits that come, at least kWindow of them; zeros behind the end.
  static constexpr unsigned kWindow = 57;
  uint64_t window() const {
    const size_t byte = at_ >> 3;
    uint64_t word = 0;
    if (byte + 8 <= bytes_.size()) std::memcpy(&word, bytes_.data() + byte, 8);
    else if (byte < bytes_.size()) std::memcpy(&word, bytes_.data() + byte, bytes_.size() - byte);
    return word >> (at_ & 7);
  }
  void skip(unsigned count) { at_ += count; }

 private:
  [[gnu::noinline]] uint64_t long_bits(unsigned count) {
    const uint64_t low = bits(32), high = bits(count - 32);
    return low | high << 32;
  }
  [[gnu::noinline]] uint64_t long_number(unsigned order) {
    unsigned length = 0;
    while (good() && length <= 64 && !flag()) ++length;
    if (!check(length <= 64)) return 0;
    const uint64_t low = bits(length);
    if (length == 64) {   // only the number of which one more does not fit
      check(low == 0 && order == 0);
      return good() ? ~uint64_t{0} : 0;
    }
    const uint64_t high = (uint64_t{1} << length | low) - 1;
    check(order == 0 || high >> (64 - order) == 0);
    const uint64_t last = bits(order);
    return good() ? high << order | last : 0;
  }

  static constexpr size_t kBeyond = size_t{1} << 62;

  std::span<const uint8_t> bytes_;
  size_t at_ = 0, end_;
};

}  // namespace wend
