// Instants, amounts and texts in packed users (codec.h), each by the shortest of its spellings and by no other.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "runtime/abi/value.h"
#include "runtime/core/bits.h"
#include "runtime/core/text_code.h"

namespace wend {

// How numbers are usual that are written so (BitWriter::number).
constexpr unsigned kFew = 0, kSome = 2;

// An instant by its distance from one near it, in the coarsest unit that is exact: most are whole seconds or milliseconds, many whole days.
struct Distance {
  enum Tag : unsigned { micros, millis, seconds, minutes, hours, days, none, special, back, kTags };   // special: never or for ever; back: µs the other way
  static constexpr int64_t kUnits[] = {1, 1'000, 1'000'000, 60'000'000, 3'600'000'000, 86'400'000'000};   // by tag
  static constexpr unsigned kOrders[] = {36, 28, 18, 10, 4, 4};   // by tag; back: as µs
  Tag tag = none;
  uint64_t number = 0;   // of `none` 0, of `special` 0 never and 1 for ever, of all others at least 1

  static Distance of(int64_t instant, int64_t from, bool ahead) {
    if (instant == WEND_NEVER) return {special, 0};
    if (instant == WEND_FOREVER) return {special, 1};
    if (instant == from) return {none, 0};
    const uint64_t distance = instant > from ? static_cast<uint64_t>(instant) - static_cast<uint64_t>(from) : static_cast<uint64_t>(from) - static_cast<uint64_t>(instant);
    if (ahead ? instant < from : instant > from) return {back, distance};
    Distance code{micros, distance};
    const auto coarser = [&code](unsigned units) {   // divided by what is known here: that is quick
      if (code.number % units != 0) return false;
      code = {static_cast<Tag>(code.tag + 1), code.number / units};
      return true;
    };
    coarser(1'000) && coarser(1'000) && coarser(60) && coarser(60) && coarser(24);
    return code;
  }
  // Whether no coarser unit is exact, too.
  bool coarsest() const {
    switch (tag) {
      case micros: case millis: return number % 1'000 != 0;
      case seconds: case minutes: return number % 60 != 0;
      case hours: return number % 24 != 0;
      default: return true;
    }
  }
};

// How a tag is spelled: the frequent ones by two bits, the rare ones by six.
struct TagCode { uint8_t bits, size; };
constexpr TagCode kTagCodes[Distance::kTags] = {
    {0b011111, 6}, {0b001, 3}, {0b10, 2}, {0b01111, 5}, {0b101, 3}, {0b011, 3}, {0b00, 2}, {0b0111, 4}, {0b111111, 6},
};

// Amounts of money and of time are often whole thousands, hundredths or units in millionths; sums of numbers, which are counted in
// parts of 2^-40, often whole.
struct Amount {
  static constexpr int64_t kUnits[] = {1, 1'000, 10'000, 1'000'000};   // by tag
  unsigned tag = 0;
  int64_t number = 0;
  static Amount of(int64_t value) {
    if (value % 1'000 != 0) return {0, value};
    if (value % 10'000 != 0) return {1, value / 1'000};
    return value % 1'000'000 != 0 ? Amount{2, value / 10'000} : Amount{3, value / 1'000'000};
  }
  bool coarsest() const { return tag == 0 ? number % 1'000 != 0 : tag == 1 ? number % 10 != 0 : tag == 2 ? number % 100 != 0 : true; }
};
constexpr unsigned kAmountOrder = 6;

// What the amounts of a column have been.
struct AmountColumn {
  Column numbers;
  unsigned tag = 3;
};

// A number that is whole is written as that.
inline bool whole(double value, int64_t& integer) {
  if (!(std::abs(value) <= 9007199254740992.0) || std::trunc(value) != value || (value == 0 && std::signbit(value))) return false;
  integer = static_cast<int64_t>(value);
  return true;
}

// Most differ in size or in the first letter.
inline bool same_text(std::string_view a, std::string_view b) { return a.size() == b.size() && (a.empty() || (a[0] == b[0] && a == b)); }

constexpr size_t kTextsShared = 64;   // different texts of one packed thing that are written once
constexpr size_t kMostRepeated = size_t{1} << 28;   // bytes of those read again: each may be copied, and a few bits stand for it

class PackWriter : public BitWriter {
 public:
  using BitWriter::BitWriter;
  int64_t now = 0;

  void behind(int64_t instant, int64_t from) { distance(Distance::of(instant, from, false)); }   // short where it is not after `from`
  void ahead(int64_t instant, int64_t from) { distance(Distance::of(instant, from, true)); }     // … not before
  // One of several in order of time; `usual`: the tag of the one in front.
  void next(int64_t instant, int64_t from, Distance::Tag& usual) {
    const Distance code = Distance::of(instant, from, true);
    flag(code.tag == usual);
    if (code.tag == usual) return numbered(code);
    usual = code.tag;
    distance(code);
  }
  // One that lies far from all that is known.
  void far(int64_t instant, int64_t from) {
    const Distance code = Distance::of(instant, from, true);
    bits(kTagCodes[code.tag].bits, kTagCodes[code.tag].size);
    const auto size = static_cast<unsigned>(std::bit_width(code.number));
    bits(size, 6);
    if (size > 1) bits(code.number, size - 1);
  }
  // A date or a pane by its distance from one near it.
  void near_or_none(bool none, int64_t value, int64_t near, unsigned order) {
    flag(!none);
    if (!none) number(zigzag(static_cast<uint64_t>(near - value)), order);
  }
  void amount(int64_t value) {
    const Amount amount = Amount::of(value);
    bits(amount.tag, 2);
    number(zigzag(static_cast<uint64_t>(amount.number)), kAmountOrder);
  }
  void amount(int64_t value, AmountColumn& column) {
    const Amount amount = Amount::of(value);
    flag(amount.tag == column.tag);
    if (amount.tag != column.tag) bits(amount.tag, 2);
    column.tag = amount.tag;
    number(zigzag(static_cast<uint64_t>(amount.number)), column.numbers);
  }
  void real(double value) {
    int64_t integer = 0;
    const bool is_whole = whole(value, integer);
    flag(is_whole);
    if (is_whole) BitWriter::integer(integer, 4);
    else bits(std::bit_cast<uint64_t>(value), 64);
  }
  // One that was written before by its number. What is written must stay where it is meanwhile.
  void shared_text(std::string_view value) {
    for (size_t i = 0; i < shared_; ++i) {
      if (!same_text(texts_[i], value)) continue;
      flag(true);
      return index(i, shared_);
    }
    flag(false);
    write_text(*this, value);
    if (shared_ < kTextsShared) texts_[shared_++] = value;
  }

 private:
  void distance(const Distance& code) {
    bits(kTagCodes[code.tag].bits, kTagCodes[code.tag].size);
    numbered(code);
  }
  void numbered(const Distance& code) {
    if (code.tag == Distance::special) flag(code.number != 0);
    else if (code.tag != Distance::none) number(code.number - 1, Distance::kOrders[code.tag == Distance::back ? Distance::micros : code.tag]);
  }

  size_t shared_ = 0;
  std::string_view texts_[kTextsShared];
};

class PackReader : public BitReader {
 public:
  explicit PackReader(std::span<const uint8_t> bytes) : BitReader(bytes), room_(bytes.size() * 8 / kShortestLetter + 1) {
    if (room_ <= sizeof usual_) return;
    large_ = std::make_unique_for_overwrite<char[]>(room_);
    free_ = large_.get();
  }
  PackReader(const PackReader&) = delete;
  PackReader& operator=(const PackReader&) = delete;
  int64_t now = 0;

  int64_t behind(int64_t from) { return distance(from, false); }
  int64_t ahead(int64_t from) { return distance(from, true); }
  int64_t any_behind(int64_t from) { return numbered(from, false, tag(), WEND_FOREVER); }   // what a program reckoned, however far it lies
  int64_t true_behind(int64_t from) { return finite(behind(from)); }   // neither never nor for ever
  int64_t true_ahead(int64_t from) { return finite(ahead(from)); }
  int64_t true_next(int64_t from, Distance::Tag& usual) {
    if (flag()) return finite(numbered(from, true, usual));
    const Distance::Tag other = tag();
    check(other != usual);
    usual = other;
    return finite(numbered(from, true, usual));
  }
  int64_t true_far(int64_t from) {
    Distance code;
    code.tag = tag();
    const auto size = static_cast<unsigned>(bits(6));
    code.number = size == 0 ? 0 : size == 1 ? 1 : uint64_t{1} << (size - 1) | bits(size - 1);
    if (!check(code.tag == Distance::none ? size == 0 : code.tag != Distance::special && size != 0)) return 0;
    return instant(from, true, code);
  }
  int64_t near_or_none(int64_t none, int64_t near, int64_t least, int64_t most, unsigned order) {
    if (!flag()) return none;
    const __int128 value = near - static_cast<__int128>(static_cast<int64_t>(unzigzag(number(order))));
    return check(value >= least && value <= most) ? static_cast<int64_t>(value) : 0;
  }
  int64_t amount() {
    const auto tag = static_cast<unsigned>(bits(2));
    return amount_of(tag, number(kAmountOrder));
  }
  int64_t amount(AmountColumn& column) {
    const unsigned before = column.tag;
    const bool same = flag();
    if (!same) column.tag = static_cast<unsigned>(bits(2));
    check(same || column.tag != before);
    return amount_of(column.tag, number(column.numbers));
  }
  double real() {
    if (flag()) {
      const int64_t integer = BitReader::integer(4);
      const auto value = static_cast<double>(integer);
      int64_t again = 0;
      return check(whole(value, again) && again == integer) ? value : 0;
    }
    const auto value = std::bit_cast<double>(bits(64));
    int64_t integer = 0;
    return check(std::isfinite(value) && !whole(value, integer)) ? value : 0;
  }
  // A view that lasts as long as the reader.
  std::string_view shared_text() {
    if (flag()) {
      const uint64_t at = index(shared_);
      if (!good()) return {};
      repeated_ += texts_[at].size();
      return check(repeated_ <= kMostRepeated) ? texts_[at] : std::string_view();
    }
    const size_t size = read_text(*this, free_, room_);
    if (!good()) return {};
    const std::string_view value(free_, size);
    free_ += size;
    room_ -= size;
    for (size_t i = 0; i < shared_; ++i)
      if (same_text(texts_[i], value)) fail();
    if (shared_ < kTextsShared) texts_[shared_++] = value;
    return value;
  }

 private:
  int64_t finite(int64_t value) { return check(value != WEND_NEVER && value != WEND_FOREVER) ? value : 0; }
  int64_t amount_of(unsigned tag, uint64_t code) {
    const auto number = static_cast<int64_t>(unzigzag(code));
    int64_t value = 0;
    const bool over = __builtin_mul_overflow(number, Amount::kUnits[tag], &value);
    check(!over && Amount{tag, number}.coarsest());
    return good() ? value : 0;
  }
  // Never and for ever are taken; all else keeps a distance from the ends of the range, so that sums cannot overflow.
  static constexpr int64_t kFar = int64_t{1} << 60;
  int64_t distance(int64_t from, bool ahead) { return numbered(from, ahead, tag()); }
  int64_t numbered(int64_t from, bool ahead, Distance::Tag tag, int64_t most = kFar) {
    if (tag == Distance::none) return from;
    if (tag == Distance::special) return flag() ? WEND_FOREVER : WEND_NEVER;
    const uint64_t less = number(Distance::kOrders[tag == Distance::back ? Distance::micros : tag]);
    return check(less != ~uint64_t{0}) ? instant(from, ahead, {tag, less + 1}, most) : 0;
  }
  int64_t instant(int64_t from, bool ahead, const Distance& code, int64_t most = kFar) {
    if (code.tag == Distance::none) return from;
    const bool back = code.tag == Distance::back;
    const __int128 way = static_cast<__int128>(code.number) * (back ? 1 : Distance::kUnits[code.tag]);
    const __int128 wide = ahead != back ? from + way : from - way;
    return check(wide >= -most && wide < most && code.coarsest()) ? static_cast<int64_t>(wide) : 0;
  }
  Distance::Tag tag();

  size_t shared_ = 0, repeated_ = 0, room_;
  std::string_view texts_[kTextsShared];
  std::unique_ptr<char[]> large_;   // where a text takes less than in UTF-8: as they are read, in `usual_` or here
  char usual_[1024];
  char* free_ = usual_;
};

namespace packing {

struct Tags {
  Distance::Tag tag[64] = {};
  uint8_t size[64] = {};
  constexpr Tags() {
    for (unsigned one = 0; one < Distance::kTags; ++one)
      for (unsigned bits = 0; bits < 64; ++bits)
        if ((bits & ((1u << kTagCodes[one].size) - 1)) == kTagCodes[one].bits) {
          tag[bits] = static_cast<Distance::Tag>(one);
          size[bits] = kTagCodes[one].size;
        }
  }
  // Every six bits begin with one tag and no more.
  constexpr bool whole() const {
    unsigned sum = 0;
    for (const TagCode& code : kTagCodes) sum += 64u >> code.size;
    for (const uint8_t one : size)
      if (one == 0) return false;
    return sum == 64;
  }
};
constexpr Tags kTags;
static_assert(kTags.whole());

}  // namespace packing

inline Distance::Tag PackReader::tag() {
  const auto next = window() & 63;
  skip(packing::kTags.size[next]);
  return packing::kTags.tag[next];
}

}  // namespace wend
