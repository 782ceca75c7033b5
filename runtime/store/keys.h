// Pieces of keys: numbers whose bytes sort as they do, and the end of all keys with one beginning; and the rows of `meta` that
// more than one folder knows.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace wend {

// A number raised at every start and restore, as the value; what was lent out under an older one is void.
constexpr std::string_view kEpochKey = "epoch";
constexpr std::string_view kLastInstantKey = "last instant";   // that was handled
constexpr std::string_view kMarkKeyKey = "mark key";           // what marks of the erased are made with
// Behind it what is not sent until an operator says so, as `all/`, `channel/NAME`, `journey/NAME` or `message/NAME`; since
// when, in microseconds, and why.
constexpr std::string_view kHoldKeys = "hold/";
// There after a restore: when the copy was made, in microseconds. What was sent since then is not in the store.
constexpr std::string_view kRestoredKey = "restored";
// Behind it the hash of somebody who was erased, 16 bytes; when, in microseconds.
constexpr std::string_view kErasedKeys = "erased/";
// The same, of an erasure that the store was told of from outside and that is still to be done.
constexpr std::string_view kErasureDueKeys = "erasure_due/";

inline void append_big_endian(std::string& key, uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) key += static_cast<char>(value >> shift & 0xff);
}

// Instants and other signed numbers: the sign bit is turned round, so that what is before 1970 sorts first.
inline void append_big_endian_signed(std::string& key, int64_t value) {
  append_big_endian(key, static_cast<uint64_t>(value) ^ uint64_t{1} << 63);
}

inline std::string big_endian(uint64_t value) {
  std::string key;
  append_big_endian(key, value);
  return key;
}
inline std::string big_endian_signed(int64_t value) {
  std::string key;
  append_big_endian_signed(key, value);
  return key;
}

// Of the first eight bytes; what is missing counts as zero.
inline uint64_t read_big_endian(std::string_view key) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i) value = value << 8 | (i < key.size() ? static_cast<uint8_t>(key[i]) : 0);
  return value;
}

inline int64_t read_big_endian_signed(std::string_view key) {
  return static_cast<int64_t>(read_big_endian(key) ^ uint64_t{1} << 63);
}

// The first key behind all that begin with `prefix`; empty, which as an upper bound means none, if there is no such key.
inline std::string behind_prefix(std::string_view prefix) {
  std::string end(prefix);
  while (!end.empty() && static_cast<uint8_t>(end.back()) == 0xff) end.pop_back();
  if (!end.empty()) end.back() = static_cast<char>(static_cast<uint8_t>(end.back()) + 1);
  return end;
}

}  // namespace wend
