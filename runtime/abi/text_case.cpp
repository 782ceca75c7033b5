// Upper and lower case by a compact table of Unicode's simple mappings. Tested by tests/unit/text_format.
#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"

namespace wend {

namespace {

// Capitals first, first + step, … last; the small letter of each is `to_small` further on.
struct CaseRange {
  uint16_t first, last;
  int16_t to_small;
  uint8_t step;
};

constexpr CaseRange kRanges[] = {
    // Latin
    {0x41, 0x5A, 32, 1}, {0xC0, 0xD6, 32, 1}, {0xD8, 0xDE, 32, 1}, {0x100, 0x12E, 1, 2}, {0x132, 0x136, 1, 2},
    {0x139, 0x147, 1, 2}, {0x14A, 0x176, 1, 2}, {0x178, 0x178, -121, 1}, {0x179, 0x17D, 1, 2},
    // Greek
    {0x370, 0x372, 1, 2}, {0x376, 0x376, 1, 1}, {0x37F, 0x37F, 116, 1}, {0x386, 0x386, 38, 1}, {0x388, 0x38A, 37, 1},
    {0x38C, 0x38C, 64, 1}, {0x38E, 0x38F, 63, 1}, {0x391, 0x3A1, 32, 1}, {0x3A3, 0x3AB, 32, 1}, {0x3CF, 0x3CF, 8, 1},
    {0x3D8, 0x3EE, 1, 2}, {0x3F7, 0x3F7, 1, 1}, {0x3F9, 0x3F9, -7, 1}, {0x3FA, 0x3FA, 1, 1}, {0x3FD, 0x3FF, -130, 1},
    // Cyrillic
    {0x400, 0x40F, 80, 1}, {0x410, 0x42F, 32, 1}, {0x460, 0x480, 1, 2}, {0x48A, 0x4BE, 1, 2}, {0x4C0, 0x4C0, 15, 1},
    {0x4C1, 0x4CD, 1, 2}, {0x4D0, 0x52E, 1, 2}};

// Mappings that go one way only.
struct CasePair {
  uint16_t from, to;
};
constexpr CasePair kOnlyUp[] = {{0xB5, 0x39C}, {0x131, 'I'}, {0x17F, 'S'}, {0x3C2, 0x3A3},
                                {0x3D0, 0x392}, {0x3D1, 0x398}, {0x3D5, 0x3A6}, {0x3D6, 0x3A0}, {0x3F0, 0x39A}, {0x3F1, 0x3A1}, {0x3F5, 0x395}};
constexpr CasePair kOnlyDown[] = {{0x130, 'i'}, {0x3F4, 0x3B8}};
constexpr uint32_t kBehindLast = 0x530;

template <class Map>
void append_mapped(std::string& out, std::string_view text, Map map) {
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    if (scalar.valid) {
      append_scalar(out, map(scalar.value));
    } else {
      out.append(text, at, scalar.size);
    }
    at += scalar.size;
  }
}

}  // namespace

uint32_t upper_scalar(uint32_t scalar) {
  if (scalar >= kBehindLast) return scalar;
  for (const CaseRange& range : kRanges) {
    const int64_t capital = static_cast<int64_t>(scalar) - range.to_small;
    if (capital >= range.first && capital <= range.last && (capital - range.first) % range.step == 0) {
      return static_cast<uint32_t>(capital);
    }
  }
  for (const CasePair& pair : kOnlyUp) {
    if (pair.from == scalar) return pair.to;
  }
  return scalar;
}

uint32_t lower_scalar(uint32_t scalar) {
  if (scalar >= kBehindLast) return scalar;
  for (const CaseRange& range : kRanges) {
    if (scalar >= range.first && scalar <= range.last && (scalar - range.first) % range.step == 0) {
      return static_cast<uint32_t>(static_cast<int64_t>(scalar) + range.to_small);
    }
  }
  for (const CasePair& pair : kOnlyDown) {
    if (pair.from == scalar) return pair.to;
  }
  return scalar;
}

void append_upcase(std::string& out, std::string_view text) { append_mapped(out, text, upper_scalar); }

void append_downcase(std::string& out, std::string_view text) { append_mapped(out, text, lower_scalar); }

void append_capitalize(std::string& out, std::string_view text) {
  if (text.empty()) return;
  const size_t first = read_scalar(text, 0).size;
  append_upcase(out, text.substr(0, first));
  append_downcase(out, text.substr(first));
}

}  // namespace wend
