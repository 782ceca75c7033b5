// A tree of the bytes between values. Of the ways on from a node at most one fits a line, so none is ever tried twice.
#include "runtime/engine/line_shapes.h"

#include <bit>
#include <charconv>
#include <cstring>
#include <utility>

#include "runtime/abi/utf8.h"

namespace wend {
namespace {

constexpr uint64_t kOnes = 0x0101010101010101u, kHighs = 0x8080808080808080u;
constexpr size_t kDigitsMax = 18;

uint64_t zero_bytes(uint64_t word) { return (word - kOnes) & ~word & kHighs; }

// The first byte at or behind `at` that is a quote, a backslash or a control; `ascii` stays true where all before it is. Eight bytes are
// read at a time.
const char* end_of_plain(const char* at, const char* end, bool& ascii) {
  for (; at < end; at += 8) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
    const uint64_t controls = (word - kOnes * 0x20) & ~word & kHighs;
    const uint64_t ends = zero_bytes(word ^ kOnes * '"') | zero_bytes(word ^ kOnes * '\\') | controls;
    ascii &= (word & kHighs) == 0;
    if (ends) return at + std::countr_zero(ends) / 8;   // the lowest mark is exact, whatever stands above it
  }
  return end;
}

// A call costs more than comparing so few bytes.
bool same_bytes(const char* a, const char* b, size_t count) {
  const auto word = [](const char* at) {
    uint64_t word;
    std::memcpy(&word, at, sizeof word);
    return word;
  };
  if (count < 8) {
    for (size_t i = 0; i < count; ++i) if (a[i] != b[i]) return false;
    return true;
  }
  for (size_t i = 0; i + 8 < count; i += 8) if (word(a + i) != word(b + i)) return false;
  return word(a + count - 8) == word(b + count - 8);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// At a minus or a digit; past the number, or null where it is not one of those taken.
const char* read_number(const char* at, const char* end, RawValue& value) {
  const char* const start = at;
  const bool negative = *at == '-';
  at += negative;
  const char* const digits = at;
  uint64_t whole = 0;
  while (at < end && is_digit(*at) && at - digits <= static_cast<ptrdiff_t>(kDigitsMax)) whole = whole * 10 + static_cast<uint64_t>(*at++ - '0');
  const size_t count = static_cast<size_t>(at - digits);
  if (count == 0 || count > kDigitsMax || (*digits == '0' && count > 1)) return nullptr;
  if (at < end && *at == '.') {
    const char* const fraction = ++at;
    while (at < end && is_digit(*at) && at - fraction <= static_cast<ptrdiff_t>(kDigitsMax)) ++at;
    if (at == fraction || count + static_cast<size_t>(at - fraction) > kDigitsMax) return nullptr;
    value.kind = RawValue::Kind::number;
    value.digits = {start, at};
    std::from_chars(start, at, value.number);
  } else {
    if (negative && whole == 0) return nullptr;
    value.kind = RawValue::Kind::integer;
    value.integer = negative ? -static_cast<int64_t>(whole) : static_cast<int64_t>(whole);
  }
  return at < end && (*at == 'e' || *at == 'E') ? nullptr : at;
}

bool stands(std::string_view word, const char* at, const char* end) {
  return static_cast<size_t>(end - at) >= word.size() && same_bytes(at, word.data(), word.size());
}

char kind_at(char first) { return first == '-' || is_digit(first) ? '-' : first == 'f' ? 't' : first; }

// Of `value` only what its kind means is written.
const char* read_value(char kind, const char* at, const char* end, RawValue& value) {
  switch (kind) {
    case '"': {
      bool ascii = true;
      const char* const close = end_of_plain(at + 1, end, ascii);
      if (close >= end || *close != '"' || !(ascii || is_valid_utf8({at + 1, close}))) return nullptr;
      value.kind = RawValue::Kind::text;
      value.text = {at + 1, close};
      return close + 1;
    }
    case '-': return read_number(at, end, value);
    case 't':
      value.kind = RawValue::Kind::boolean;
      value.truth = *at == 't';
      return stands("true", at, end) ? at + 4 : stands("false", at, end) ? at + 5 : nullptr;
    default:
      value.kind = RawValue::Kind::null;
      return stands("null", at, end) ? at + 4 : nullptr;
  }
}

}  // namespace

int32_t LineShapes::match(std::string_view line, std::vector<RawValue>& values) {
  size_t count = 0;
  const char* at = line.data();
  const char* const end = at + line.size();
  for (uint32_t node = 0;;) {
    std::vector<uint32_t>& ways = nodes_[node].next;
    size_t way = 0;
    for (; way < ways.size(); ++way) {
      const Node& next = nodes_[ways[way]];
      const char* const behind = at + next.bytes.size();
      if (!stands(next.bytes, at, end)) continue;
      if (next.shape == kNone ? behind < end && kind_at(*behind) == next.kind : behind == end) break;
    }
    if (way == ways.size()) return kNone;
    node = ways[way];
    if (way > 0) std::swap(ways[way], ways[0]);
    const Node& here = nodes_[node];
    if (here.shape != kNone) return here.shape;
    if (count == values.size()) values.emplace_back();
    at = read_value(here.kind, at + here.bytes.size(), end, values[count++]);
    if (!at) return kNone;
  }
}

uint32_t LineShapes::child(uint32_t node, std::string_view bytes, char kind) {
  for (const uint32_t next : nodes_[node].next)
    if (nodes_[next].bytes == bytes && nodes_[next].kind == kind) return next;
  if (nodes_.size() == kNodesMax || nodes_[node].next.size() == kBranchesMax) return 0;
  const auto made = static_cast<uint32_t>(nodes_.size());
  nodes_.push_back({std::string(bytes), kind, kNone, {}});
  nodes_[node].next.push_back(made);
  return made;
}

int32_t LineShapes::add(std::string_view line, std::span<const Place> places) {
  uint32_t node = 0;
  size_t behind = 0;
  for (const Place& place : places) {
    node = child(node, line.substr(behind, place.begin - behind), kind_at(line[place.begin]));
    if (node == 0) return kNone;
    behind = place.end;
  }
  node = child(node, line.substr(behind), 0);
  if (node == 0 || nodes_[node].shape != kNone) return kNone;
  return nodes_[node].shape = shapes_++;
}

}  // namespace wend
