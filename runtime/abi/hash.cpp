// Chance by XXH3-64 and message ids by HMAC-SHA-256. Tested by tests/unit/hash.
#include "runtime/abi/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <memory>
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

namespace {

constexpr size_t kDigestBytes = 32, kBlockBytes = 64;
using Digest = std::array<unsigned char, kDigestBytes>;

// SHA-256 with a context a thread; finding the algorithm anew for each message would cost more than the digest.
class Sha256 {
 public:
  Sha256() : algorithm_(EVP_MD_fetch(nullptr, "SHA256", nullptr)), context_(EVP_MD_CTX_new()) {
    if (!algorithm_ || !context_) throw std::runtime_error("SHA-256 is not available from OpenSSL");
  }
  Digest of(std::span<const unsigned char> block, std::string_view text) {
    Digest digest;
    const bool well = EVP_DigestInit_ex2(context_.get(), algorithm_.get(), nullptr) && EVP_DigestUpdate(context_.get(), block.data(), block.size()) &&
                      EVP_DigestUpdate(context_.get(), text.data(), text.size()) && EVP_DigestFinal_ex(context_.get(), digest.data(), nullptr);
    if (!well) throw std::runtime_error("SHA-256 is not available from OpenSSL");
    return digest;
  }

 private:
  struct Free {
    void operator()(EVP_MD* md) const { EVP_MD_free(md); }
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD, Free> algorithm_;
  std::unique_ptr<EVP_MD_CTX, Free> context_;
};

// RFC 2104, for keys shorter than a block.
Digest hmac(std::span<const uint8_t, kMessageKeyBytes> key, std::string_view text) {
  thread_local Sha256 sha;
  std::array<unsigned char, kBlockBytes> inner, outer;
  for (size_t i = 0; i < kBlockBytes; ++i) {
    const unsigned char byte = i < key.size() ? key[i] : 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  const Digest within = sha.of(inner, text);
  return sha.of(outer, {reinterpret_cast<const char*>(within.data()), within.size()});
}

}  // namespace

std::string message_id(std::span<const uint8_t, kMessageKeyBytes> key, std::span<const std::string_view> parts) {
  constexpr std::string_view kSeparator = "\xE2\x90\x9F";  // U+241F
  constexpr size_t kIdBytes = 16;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string text;
  for (size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) text += kSeparator;
    text += parts[i];
  }
  const Digest digest = hmac(key, text);
  std::string id;
  id.reserve(2 * kIdBytes);
  for (size_t i = 0; i < kIdBytes; ++i) {
    id += kHex[digest[i] >> 4];
    id += kHex[digest[i] & 15];
  }
  return id;
}

}  // namespace wend
