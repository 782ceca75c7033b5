// How rows of the store are known whole: u16 format, u64 XXH3-64 of the rest, then the rest. Integers are little-endian.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include <xxhash.h>

#include "runtime/core/bytes.h"

namespace wend {

constexpr size_t kRowHeaderBytes = 10;

inline std::span<const uint8_t> bytes_of(std::string_view text) { return {reinterpret_cast<const uint8_t*>(text.data()), text.size()}; }

inline std::string seal_row(const std::string& rest, uint64_t format) {
  std::string bytes;
  ByteWriter header(bytes);
  header.raw(format, 2);
  header.raw(XXH3_64bits(rest.data(), rest.size()));
  return bytes + rest;
}

// `in` reads `bytes` from their beginning, and stands behind the header afterwards. False: not what seal_row() made.
inline bool open_row(ByteReader& in, std::span<const uint8_t> bytes, uint64_t format) {
  in.check(in.raw(2) == format);
  const uint64_t sum = in.raw();
  const std::span<const uint8_t> rest = bytes.subspan(std::min(bytes.size(), kRowHeaderBytes));
  return in.check(sum == XXH3_64bits(rest.data(), rest.size()));
}

}  // namespace wend
