// See log_scan.h for the format. A damage is told from a torn write by what stands behind it.
#include "runtime/store/log_scan.h"

#include <array>
#include <cstring>

namespace wend {
namespace {

constexpr size_t kBlock = 32768;
constexpr size_t kHeader = 7;
enum Type : uint8_t { kZero = 0, kFull = 1, kFirst = 2, kMiddle = 3, kLast = 4 };

// Eight tables: the crc of a byte with 0 to 7 zero bytes behind it.
constexpr auto kTables = [] {
  std::array<std::array<uint32_t, 256>, 8> tables{};
  for (uint32_t i = 0; i < 256; ++i) {
    uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    tables[0][i] = crc;
  }
  for (uint32_t i = 0; i < 256; ++i) {
    for (size_t t = 1; t < 8; ++t) tables[t][i] = tables[t - 1][i] >> 8 ^ tables[0][tables[t - 1][i] & 0xff];
  }
  return tables;
}();

uint32_t read_u32(const char* at) {
  uint32_t value;
  std::memcpy(&value, at, sizeof value);   // little-endian, as every machine this runs on
  return value;
}

struct Piece { bool sound; uint8_t type; size_t size; };   // size with its header

// What begins at `at`, which must leave room for a header in its block.
Piece piece_at(std::string_view bytes, size_t at) {
  const size_t block_end = std::min(bytes.size(), (at / kBlock + 1) * kBlock);
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[at + i]); };
  const size_t length = byte(4) | byte(5) << 8;
  const uint8_t type = byte(6);
  const size_t size = kHeader + length;
  if (type < kFull || type > kLast || at + size > block_end) return {false, type, size};
  const uint32_t rotated = read_u32(&bytes[at]) - 0xa282ead8u;
  const uint32_t stored = rotated >> 17 | rotated << 15;
  return {crc32c(bytes.substr(at + 6, 1 + length)) == stored, type, size};
}

bool only_zeros(std::string_view bytes) { return bytes.find_first_not_of('\0') == std::string_view::npos; }

// Does a record begin somewhere behind the damage? In the damaged block and the next one every byte may be its beginning, for
// a length that is wrong hides where the next one stands; later blocks begin with a piece.
bool begins_behind(std::string_view bytes, size_t damage) {
  const auto begins = [&](size_t at) {
    const Piece piece = piece_at(bytes, at);
    return piece.sound && (piece.type == kFull || piece.type == kFirst);
  };
  const size_t near_end = std::min(bytes.size(), (damage / kBlock + 2) * kBlock);
  for (size_t at = damage + 1; at + kHeader <= near_end; ++at) {
    if (kBlock - at % kBlock >= kHeader && begins(at)) return true;
  }
  for (size_t block = near_end; block + kHeader <= bytes.size(); block += kBlock) {
    for (size_t at = block; at + kHeader <= std::min(bytes.size(), block + kBlock);) {
      const Piece piece = piece_at(bytes, at);
      if (!piece.sound) break;
      if (piece.type == kFull || piece.type == kFirst) return true;
      at += piece.size;
    }
  }
  return false;
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  uint32_t crc = ~0u;
  const char* at = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; left -= 8, at += 8) {
    const uint32_t low = read_u32(at) ^ crc, high = read_u32(at + 4);
    crc = kTables[7][low & 0xff] ^ kTables[6][low >> 8 & 0xff] ^ kTables[5][low >> 16 & 0xff] ^ kTables[4][low >> 24] ^
          kTables[3][high & 0xff] ^ kTables[2][high >> 8 & 0xff] ^ kTables[1][high >> 16 & 0xff] ^ kTables[0][high >> 24];
  }
  for (; left > 0; --left, ++at) crc = crc >> 8 ^ kTables[0][(crc ^ static_cast<uint8_t>(*at)) & 0xff];
  return ~crc;
}

LogScan scan_log(std::string_view bytes) {
  LogScan out;
  bool inside = false;   // between a first piece and its last
  size_t at = 0;
  while (at < bytes.size()) {
    const size_t room = kBlock - at % kBlock;
    if (room < kHeader) {
      at += std::min(room, bytes.size() - at);
      if (!inside) out.sound_bytes = at;
      continue;
    }
    if (!inside && only_zeros(bytes.substr(at, kHeader)) && only_zeros(bytes.substr(at))) break;   // reserved, not yet written
    const bool whole_header = bytes.size() - at >= kHeader;
    const Piece piece = whole_header ? piece_at(bytes, at) : Piece{false, kZero, 0};
    const bool fits = inside ? piece.type == kMiddle || piece.type == kLast : piece.type == kFull || piece.type == kFirst;
    if (!piece.sound || !fits) {
      out.damaged = true;
      out.damage_at = inside && piece.sound ? out.sound_bytes : at;
      // A last record whose bytes are wrong and whose length is not is what a power cut leaves.
      out.records_behind = (piece.sound && (piece.type == kFull || piece.type == kFirst)) ||
                           (whole_header && at + piece.size != bytes.size() && begins_behind(bytes, at));
      return out;
    }
    at += piece.size;
    inside = piece.type == kFirst || piece.type == kMiddle;
    if (!inside) {
      ++out.records;
      out.sound_bytes = at;
    }
  }
  if (inside) {
    out.damaged = true;
    out.damage_at = out.sound_bytes;
  }
  return out;
}

}  // namespace wend
