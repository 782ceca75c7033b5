// Chance by XXH3-64 and message ids by HMAC-SHA-256. Tested by tests/unit/hash.
#include "runtime/abi/hash.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
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

using Digest = std::array<unsigned char, 32>;

// A context a thread: finding the algorithm anew for each message would cost more than the digest.
class HmacSha256 {
 public:
  HmacSha256() : algorithm_(EVP_MAC_fetch(nullptr, "HMAC", nullptr)), context_(EVP_MAC_CTX_new(algorithm_.get())) {
    char digest[] = "SHA256";
    const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0), OSSL_PARAM_construct_end()};
    check(context_ && EVP_MAC_CTX_set_params(context_.get(), parameters));
  }
  Digest of(std::span<const uint8_t, kMessageKeyBytes> key, std::string_view text) {
    Digest digest;
    size_t size = 0;
    check(EVP_MAC_init(context_.get(), key.data(), key.size(), nullptr) &&
          EVP_MAC_update(context_.get(), reinterpret_cast<const unsigned char*>(text.data()), text.size()) &&
          EVP_MAC_final(context_.get(), digest.data(), &size, digest.size()) && size == digest.size());
    return digest;
  }

 private:
  static void check(bool well) {
    if (!well) throw std::runtime_error("HMAC-SHA-256 is not available from OpenSSL");
  }
  struct Free {
    void operator()(EVP_MAC* algorithm) const { EVP_MAC_free(algorithm); }
    void operator()(EVP_MAC_CTX* context) const { EVP_MAC_CTX_free(context); }
  };
  std::unique_ptr<EVP_MAC, Free> algorithm_;
  std::unique_ptr<EVP_MAC_CTX, Free> context_;
};

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
  thread_local HmacSha256 hmac;
  const Digest digest = hmac.of(key, text);
  std::string id;
  id.reserve(2 * kIdBytes);
  for (size_t i = 0; i < kIdBytes; ++i) {
    id += kHex[digest[i] >> 4];
    id += kHex[digest[i] & 15];
  }
  return id;
}

}  // namespace wend
