// The hashes of other experiment platforms. Tested by tests/unit/bucketing.
#include "runtime/abi/bucketing.h"

#include <openssl/evp.h>

#include <stdexcept>
#include <string>

namespace wend {
namespace {

constexpr int64_t kMillion = 1'000'000;

// FNV-1a, 32 bits.
uint32_t fnv1a(std::string_view text) {
  uint32_t hash = 2166136261u;
  for (const char letter : text) {
    hash ^= static_cast<uint8_t>(letter);
    hash *= 16777619u;
  }
  return hash;
}

uint32_t rotate(uint32_t value, int bits) { return value << bits | value >> (32 - bits); }

// MurmurHash3, x86, 32 bits.
uint32_t murmur3(std::string_view text, uint32_t seed) {
  const auto byte = [&](size_t i) { return static_cast<uint32_t>(static_cast<uint8_t>(text[i])); };
  const auto mixed = [](uint32_t word) { return rotate(word * 0xcc9e2d51u, 15) * 0x1b873593u; };
  uint32_t hash = seed;
  const size_t whole = text.size() / 4 * 4;
  for (size_t i = 0; i < whole; i += 4) {
    hash ^= mixed(byte(i) | byte(i + 1) << 8 | byte(i + 2) << 16 | byte(i + 3) << 24);
    hash = rotate(hash, 13) * 5 + 0xe6546b64u;
  }
  uint32_t rest = 0;
  for (size_t i = text.size(); i > whole; --i) rest = rest << 8 | byte(i - 1);
  if (whole < text.size()) hash ^= mixed(rest);
  hash ^= static_cast<uint32_t>(text.size());
  hash = (hash ^ hash >> 16) * 0x85ebca6bu;
  hash = (hash ^ hash >> 13) * 0xc2b2ae35u;
  return hash ^ hash >> 16;
}

// The first 60 bits of the SHA-1.
uint64_t sha1_60(std::string_view text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (EVP_Digest(text.data(), text.size(), digest, &size, EVP_sha1(), nullptr) != 1 || size < 8) {
    throw std::runtime_error("SHA-1 is not available from OpenSSL");
  }
  uint64_t bits = 0;
  for (int i = 0; i < 8; ++i) bits = bits << 8 | digest[i];
  return bits >> 4;
}

std::string joined(std::string_view a, std::string_view b) { return std::string(a).append(b); }

}  // namespace

int64_t bucket_count(Bucketing scheme) {
  switch (scheme) {
    case Bucketing::growthbook_v1: return 1'000;
    case Bucketing::growthbook_v2: case Bucketing::optimizely: return 10'000;
    case Bucketing::wend: case Bucketing::launchdarkly: break;
  }
  return kMillion;
}

int64_t foreign_bucket(Bucketing scheme, std::string_view seed, std::string_view unit) {
  const int64_t count = bucket_count(scheme), width = kMillion / count;
  switch (scheme) {
    case Bucketing::growthbook_v1: return fnv1a(joined(unit, seed)) % count * width;
    case Bucketing::growthbook_v2: return fnv1a(std::to_string(fnv1a(joined(seed, unit)))) % count * width;
    case Bucketing::optimizely: return (static_cast<int64_t>(murmur3(joined(unit, seed), 1)) * count >> 32) * width;
    case Bucketing::launchdarkly: {
      constexpr uint64_t kLargest = (uint64_t{1} << 60) - 1;
      const uint64_t hash = sha1_60(joined(seed, ".").append(unit));
      return hash == kLargest ? kMillion - 1 : static_cast<int64_t>(static_cast<unsigned __int128>(hash) * kMillion / kLargest);
    }
    case Bucketing::wend: break;   // hash.h
  }
  return 0;
}

}  // namespace wend
