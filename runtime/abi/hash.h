// Chance and message ids: published hashes that anyone can recompute. Tested by tests/unit/hash.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace wend {

constexpr uint32_t kChanceBuckets = 1'000'000;

// The bucket, below kChanceBuckets, of a unit under a name and a salt: the high 64 bits of
// XXH3-64 (seed 0) of `name 0x1f salt 0x1f unit` times 1,000,000. language.md 11, "Chance".
uint32_t chance_bucket(std::string_view name, std::string_view salt, std::string_view unit);

constexpr size_t kMessageKeyBytes = 32;

// The first 128 bits, as 32 lower-case hex digits, of HMAC-SHA-256 over the parts joined by U+241F. Parts do not
// hold U+241F themselves (names cannot, and ids that do are refused at ingest), so no two lists join alike.
std::string message_id(std::span<const uint8_t, kMessageKeyBytes> key, std::span<const std::string_view> parts);
inline std::string message_id(std::span<const uint8_t, kMessageKeyBytes> key,
                              std::initializer_list<std::string_view> parts) {
  return message_id(key, std::span(parts.begin(), parts.size()));
}

}  // namespace wend
