// The code is built once from the weights here by Huffman's method, with every tie settled, so that it is the same wherever it is built.
// Tested by tests/unit/core.
#include "runtime/core/text_code.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace wend {
namespace {

constexpr unsigned kEnd = 256, kSymbols = 257;
constexpr unsigned kFirstBits = 9;    // of a code, looked up at once
constexpr unsigned kLongest = 24;

// What stood before.
enum Before : uint8_t { start, vowel, consonant, capital, digit, sign, high, kBefores };

constexpr bool is_vowel(unsigned symbol) { return symbol == 'a' || symbol == 'e' || symbol == 'i' || symbol == 'o' || symbol == 'u' || symbol == 'y'; }

constexpr Before kind_of(unsigned symbol) {
  if (symbol >= 0x80) return high;
  if (symbol >= 'a' && symbol <= 'z') return is_vowel(symbol) ? vowel : consonant;
  if (symbol >= 'A' && symbol <= 'Z') return capital;
  if (symbol >= '0' && symbol <= '9') return digit;
  return sign;
}

// Of a thousand bytes behind each kind, so many are of each group …
enum Group : uint8_t { end, vowels, consonants, capitals, digits, signs, leads, trails, rest, kGroups };
constexpr uint32_t kShares[kBefores][kGroups] = {
    //           end  vowels consonants capitals digits signs leads trails rest
    /* start */ {20, 90, 330, 330, 160, 20, 40, 5, 5},
    /* vowel */ {150, 110, 640, 12, 20, 50, 15, 1, 2},
    /* cons. */ {120, 430, 330, 12, 30, 60, 15, 1, 2},
    /* capital*/ {70, 280, 200, 300, 100, 40, 8, 1, 1},
    /* digit */ {130, 50, 90, 50, 590, 80, 5, 3, 2},
    /* sign  */ {20, 120, 380, 220, 200, 40, 15, 1, 4},
    /* high  */ {60, 60, 90, 5, 5, 40, 300, 435, 5},
};

// … and within the group, each byte takes its part: letters about as often as in names and words of European languages.
constexpr uint32_t kLetters[26] = {95, 17, 30, 40, 120, 15, 22, 30, 80, 6, 18, 50, 30, 72, 70, 20, 3, 68, 62, 62, 32, 14, 12, 4, 22, 8};

constexpr Group group_of(unsigned symbol) {
  if (symbol == kEnd) return end;
  if (symbol >= 'a' && symbol <= 'z') return is_vowel(symbol) ? vowels : consonants;
  if (symbol >= 'A' && symbol <= 'Z') return capitals;
  if (symbol >= '0' && symbol <= '9') return digits;
  if (symbol >= 0x20 && symbol < 0x7f) return signs;
  if (symbol >= 0x80 && symbol <= 0xbf) return trails;
  if (symbol >= 0xc2 && symbol <= 0xf4) return leads;
  return rest;
}

constexpr uint32_t part_of(unsigned symbol) {
  switch (group_of(symbol)) {
    case vowels: case consonants: return kLetters[symbol - 'a'];
    case capitals: return 60 + kLetters[symbol - 'A'] / 2;   // codes and tokens have them all alike
    case signs:
      switch (symbol) {
        case ' ': return 60;
        case '-': case '.': return 40;
        case '_': case '@': case '/': case ':': return 25;
        case '+': case '=': case '\'': case ',': case '&': return 6;
        default: return 1;
      }
    case leads:
      if (symbol == 0xc3 || symbol == 0xd0 || symbol == 0xd1) return 40;
      if (symbol >= 0xe3 && symbol <= 0xe9) return 25;
      return symbol <= 0xdf ? 4 : 2;
    default: return 1;
  }
}

struct Code { uint32_t bits : 24, size : 8; };   // the first bit lowest
struct Short { uint16_t symbol : 12, size : 4; };

struct Table {
  std::array<Code, kSymbols> codes{};
  std::array<Short, 1u << kFirstBits> first{};       // size 0: longer
  std::array<uint32_t, kLongest + 2> least{};        // by size: the first code, read from its highest bit
  std::array<uint16_t, kLongest + 2> place{};        // … and where its symbol stands
  std::array<uint16_t, kSymbols> ordered{};          // by size, then by symbol
};

std::array<uint8_t, kSymbols> sizes_of(Before before) {
  uint32_t parts[kGroups] = {};
  for (unsigned symbol = 0; symbol < kSymbols; ++symbol) parts[group_of(symbol)] += part_of(symbol);
  struct Node { uint64_t weight; uint16_t left, right; };
  std::vector<Node> nodes;
  for (unsigned symbol = 0; symbol < kSymbols; ++symbol) {
    const Group group = group_of(symbol);
    nodes.push_back({std::max<uint64_t>(1, uint64_t{200} * kShares[before][group] * part_of(symbol) / parts[group]), 0, 0});
  }
  std::vector<uint16_t> open(kSymbols);
  std::iota(open.begin(), open.end(), uint16_t{0});
  const auto lighter = [&](uint16_t a, uint16_t b) { return nodes[a].weight != nodes[b].weight ? nodes[a].weight > nodes[b].weight : a > b; };
  std::make_heap(open.begin(), open.end(), lighter);
  const auto lightest = [&] {
    std::pop_heap(open.begin(), open.end(), lighter);
    const uint16_t node = open.back();
    open.pop_back();
    return node;
  };
  while (open.size() > 1) {
    const uint16_t left = lightest(), right = lightest();
    nodes.push_back({nodes[left].weight + nodes[right].weight, left, right});
    open.push_back(static_cast<uint16_t>(nodes.size() - 1));
    std::push_heap(open.begin(), open.end(), lighter);
  }
  std::array<uint8_t, kSymbols> sizes{};
  std::vector<uint8_t> depth(nodes.size(), 0);
  for (size_t node = nodes.size(); node-- > kSymbols;) depth[nodes[node].left] = depth[nodes[node].right] = static_cast<uint8_t>(depth[node] + 1);
  std::copy_n(depth.begin(), kSymbols, sizes.begin());
  return sizes;
}

Table table_of(Before before) {
  Table table;
  const std::array<uint8_t, kSymbols> sizes = sizes_of(before);
  std::iota(table.ordered.begin(), table.ordered.end(), uint16_t{0});
  std::stable_sort(table.ordered.begin(), table.ordered.end(), [&](uint16_t a, uint16_t b) { return sizes[a] < sizes[b]; });
  uint32_t next = 0;
  unsigned size = 0;
  for (uint16_t i = 0; i < kSymbols; ++i) {
    const uint16_t symbol = table.ordered[i];
    for (; size < sizes[symbol]; ++size) {
      next <<= 1;
      table.least[size + 1] = next;
      table.place[size + 1] = i;
    }
    uint32_t bits = 0;
    for (unsigned bit = 0; bit < size; ++bit) bits |= (next >> (size - 1 - bit) & 1) << bit;
    table.codes[symbol] = {bits, size};
    if (size <= kFirstBits)
      for (uint32_t more = 0; more < 1u << (kFirstBits - size); ++more) table.first[bits | more << size] = {symbol, static_cast<uint16_t>(size)};
    ++next;
  }
  for (; size < kLongest; ++size) {   // no code is so long
    table.least[size + 1] = next <<= 1;
    table.place[size + 1] = kSymbols;
  }
  return table;
}

const std::array<Table, kBefores>& tables() {
  static const std::array<Table, kBefores> all = [] {
    std::array<Table, kBefores> made;
    for (unsigned before = 0; before < kBefores; ++before) made[before] = table_of(static_cast<Before>(before));
    return made;
  }();
  return all;
}

constexpr std::array<Before, 256> kKinds = [] {
  std::array<Before, 256> kinds{};
  for (unsigned symbol = 0; symbol < 256; ++symbol) kinds[symbol] = kind_of(symbol);
  return kinds;
}();

// Of more than kFirstBits; a bit at a time.
unsigned long_code(const Table& table, uint64_t next, unsigned& size) {
  uint32_t code = 0;
  for (size = 1; size <= kLongest; ++size) {
    code = code << 1 | static_cast<uint32_t>(next >> (size - 1) & 1);
    const uint32_t behind = code - table.least[size];
    const unsigned count = static_cast<unsigned>((size < kLongest ? table.place[size + 1] : kSymbols)) - table.place[size];
    if (size > kFirstBits && behind < count) return table.ordered[table.place[size] + behind];
  }
  return kEnd;   // not to be had: every series of bits begins with a code
}

}  // namespace

void write_text(BitWriter& out, std::string_view text) {
  const std::array<Table, kBefores>& all = tables();
  const Table* table = &all[start];
  uint64_t bits = 0;   // of some letters
  unsigned size = 0;
  for (const char letter : text) {
    const auto symbol = static_cast<uint8_t>(letter);
    const Code code = table->codes[symbol];
    bits |= uint64_t{code.bits} << size;
    size += code.size;
    if (size > 64 - kLongest) {
      out.bits(bits, size);
      bits = size = 0;
    }
    table = &all[kKinds[symbol]];
  }
  out.bits(bits, size);
  out.bits(table->codes[kEnd].bits, table->codes[kEnd].size);
}

size_t read_text(BitReader& in, char* out, size_t room) {
  const std::array<Table, kBefores>& all = tables();
  const Table* table = &all[start];
  uint64_t next = in.window();   // what comes …
  unsigned used = 0;             // … and how many bits of it have been read
  for (size_t size = 0;; ++size) {
    if (used > BitReader::kWindow - kLongest) {
      in.skip(used);
      used = 0;
      next = in.window();
      if (!in.good()) return 0;
    }
    const Short known = table->first[next >> used & ((1u << kFirstBits) - 1)];
    unsigned taken = known.size;
    const unsigned symbol = taken != 0 ? known.symbol : long_code(*table, next >> used, taken);
    used += taken;
    if (symbol == kEnd) {
      in.skip(used);
      return size;
    }
    if (!in.check(size < room)) return 0;
    out[size] = static_cast<char>(symbol);
    table = &all[kKinds[symbol]];
  }
}

}  // namespace wend
