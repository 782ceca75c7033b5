// Chance by XXH3-64 and message ids by HMAC-SHA-256. Tested by tests/unit/hash.
#include "runtime/abi/hash.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <xxhash.h>

#include <stdexcept>

namespace wend {

uint32_t chance_bucket(std::string_view name, std::string_view salt, std::string_view unit) {
  constexpr char kSeparator = '\x1f';
  std::string text;
  text.reserve(name.size() + salt.size() + unit.size() + 2);
  text.append(name).append(1, kSeparator).append(salt).append(1, kSeparator).append(unit);
  const uint64_t hash = XXH3_64bits(text.data(), text.size());
  return static_cast<uint32_t>(static_cast<unsigned __int128>(hash) * kChanceBuckets >> 64);
}

std::string message_id(std::span<const uint8_t, kMessageKeyBytes> key, std::span<const std::string_view> parts) {
  constexpr std::string_view kSeparator = "\xE2\x90\x9F";  // U+241F
  constexpr size_t kIdBytes = 16;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += kSeparator;
    text += parts[i];
  }
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  const auto key_size = static_cast<int>(key.size());
  if (HMAC(EVP_sha256(), key.data(), key_size, bytes, text.size(), digest, &size) == nullptr || size < kIdBytes) {
    throw std::runtime_error("HMAC-SHA-256 is not available from OpenSSL");
  }
  std::string id;
  id.reserve(2 * kIdBytes);
  for (size_t i = 0; i < kIdBytes; ++i) {
    id += kHex[digest[i] >> 4];
    id += kHex[digest[i] & 15];
  }
  return id;
}

}  // namespace wend
