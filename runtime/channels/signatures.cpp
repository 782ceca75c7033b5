// Signatures over OpenSSL 3.
#include "runtime/channels/signatures.h"

#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

namespace wend {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Context = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;
using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using EcSignature = std::unique_ptr<ECDSA_SIG, decltype(&ECDSA_SIG_free)>;

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string hmac(const EVP_MD* digest, std::string_view key, std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(digest, key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(), out, &size);
  return {reinterpret_cast<char*>(out), size};
}

int no_pass_phrase(char*, int, int, void*) { return 0; }

// SHA-256 signature under the key, in OpenSSL's own form.
std::optional<std::string> sign(std::string_view pem, std::string_view text, int type, size_t bits_min) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), BIO_free);
  const Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_pass_phrase, nullptr) : nullptr, EVP_PKEY_free);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::optional<std::string> signature;
  size_t size = 0;
  if (key && context && EVP_PKEY_get_base_id(key.get()) == type && EVP_PKEY_get_bits(key.get()) >= static_cast<int>(bits_min) &&
      EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes_of(text), text.size()) == 1) {
    signature.emplace(size, '\0');
    if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature->data()), &size, bytes_of(text), text.size()) == 1)
      signature->resize(size);
    else
      signature.reset();
  }
  ERR_clear_error();   // of this thread; nobody else asks for it
  return signature;
}

// In a time that does not tell how much of it is right.
bool same_signature(std::string_view right, std::string_view given) {
  return right.size() == given.size() && CRYPTO_memcmp(right.data(), given.data(), right.size()) == 0;
}

std::string base64_with(std::string_view bytes, const char* alphabet, bool padded) {
  std::string out;
  for (size_t at = 0; at < bytes.size(); at += 3) {
    const size_t have = std::min<size_t>(3, bytes.size() - at);
    uint32_t three = 0;
    for (size_t i = 0; i < 3; ++i) three = three << 8 | (i < have ? static_cast<unsigned char>(bytes[at + i]) : 0u);
    for (size_t i = 0; i < 4; ++i) {
      if (i <= have) out += alphabet[three >> (18 - 6 * i) & 63];
      else if (padded) out += '=';
    }
  }
  return out;
}

constexpr const char* kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr const char* kBase64Url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

}  // namespace

std::string sha256(std::string_view text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), out, &size, EVP_sha256(), nullptr);
  return {reinterpret_cast<char*>(out), size};
}

std::string hmac_sha256(std::string_view key, std::string_view text) { return hmac(EVP_sha256(), key, text); }
std::string hmac_sha1(std::string_view key, std::string_view text) { return hmac(EVP_sha1(), key, text); }

std::string hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    out += "0123456789abcdef"[static_cast<unsigned char>(c) >> 4];
    out += "0123456789abcdef"[static_cast<unsigned char>(c) & 15];
  }
  return out;
}

std::string base64(std::string_view bytes) { return base64_with(bytes, kBase64, true); }
std::string base64_url(std::string_view bytes) { return base64_with(bytes, kBase64Url, false); }

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string out;
  uint32_t bits = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const size_t value = at + padding >= text.size() ? 0 : std::string_view(kBase64).find(text[at]);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (at % 4 == 3) {
      for (const int shift : {16, 8, 0}) out += static_cast<char>(bits >> shift & 255);
      bits = 0;
    }
  }
  out.resize(out.size() - padding);
  return out;
}

namespace {

// Of a base64 SubjectPublicKeyInfo; null when it is no key on P-256.
Key public_p256(std::string_view text) {
  const std::optional<std::string> der = from_base64(text);
  if (!der) return {nullptr, EVP_PKEY_free};
  const unsigned char* at = bytes_of(*der);
  Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der->size())), EVP_PKEY_free);
  char curve[32] = {};
  size_t size = 0;
  const bool right = key && at == bytes_of(*der) + der->size() && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_EC &&
                     EVP_PKEY_get_group_name(key.get(), curve, sizeof curve, &size) == 1 && std::string_view(curve, size) == "prime256v1";
  ERR_clear_error();
  if (!right) key.reset();
  return key;
}

}  // namespace

std::optional<std::string> sign_rs256(std::string_view pem, std::string_view text) { return sign(pem, text, EVP_PKEY_RSA, 2048); }

std::optional<std::string> sign_es256(std::string_view pem, std::string_view text) {
  const std::optional<std::string> der = sign(pem, text, EVP_PKEY_EC, 256);
  if (!der) return std::nullopt;
  const unsigned char* at = bytes_of(*der);
  const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der->size())), ECDSA_SIG_free);
  std::string raw(64, '\0');
  auto* out = reinterpret_cast<unsigned char*>(raw.data());
  // -1 when a number needs more than 32 bytes: then the key was of another curve.
  if (!signature || BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), out, 32) < 0 ||
      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), out + 32, 32) < 0)
    return std::nullopt;
  return raw;
}

std::optional<std::string> jwt(std::string_view header, std::string_view claims, bool elliptic, std::string_view pem) {
  const std::string text = base64_url(header) + "." + base64_url(claims);
  const std::optional<std::string> signature = elliptic ? sign_es256(pem, text) : sign_rs256(pem, text);
  if (!signature) return std::nullopt;
  return text + "." + base64_url(*signature);
}

std::optional<std::string> standard_webhooks_signature(std::string_view key, std::string_view id, int64_t timestamp,
                                                       std::string_view body) {
  if (key.substr(0, 6) == "whsec_") key.remove_prefix(6);
  const std::optional<std::string> bytes = from_base64(key);
  if (!bytes || bytes->empty()) return std::nullopt;
  std::string text(id);
  text.append(".").append(std::to_string(timestamp)).append(".").append(body);
  return "v1," + base64(hmac_sha256(*bytes, text));
}

bool is_standard_webhook(std::string_view key, std::string_view id, int64_t timestamp, std::string_view body, std::string_view signatures) {
  const std::optional<std::string> right = standard_webhooks_signature(key, id, timestamp, body);
  bool found = false;
  while (right && !signatures.empty()) {
    const std::string_view one = signatures.substr(0, signatures.find(' '));
    signatures.remove_prefix(std::min(signatures.size(), one.size() + 1));
    found |= same_signature(*right, one);
  }
  return found;
}

std::string twilio_signature(std::string_view token, std::string_view url, Form form) {
  std::sort(form.begin(), form.end());
  std::string text(url);
  for (const auto& [key, value] : form) text += key + value;
  return base64(hmac_sha1(token, text));
}

bool is_twilio_callback(std::string_view token, std::string_view url, const Form& form, std::string_view signature) {
  return same_signature(twilio_signature(token, url, form), signature);
}

bool is_sendgrid_key(std::string_view key) { return public_p256(key) != nullptr; }

bool is_sendgrid_callback(std::string_view key, std::string_view timestamp, std::string_view body, std::string_view signature) {
  const Key known = public_p256(key);
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  const std::optional<std::string> bytes = from_base64(signature);
  const bool right = known && context && bytes && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, known.get()) == 1 &&
                     EVP_DigestVerifyUpdate(context.get(), timestamp.data(), timestamp.size()) == 1 &&
                     EVP_DigestVerifyUpdate(context.get(), body.data(), body.size()) == 1 &&
                     EVP_DigestVerifyFinal(context.get(), bytes_of(*bytes), bytes->size()) == 1;
  ERR_clear_error();
  return right;
}

namespace {

int digit_of(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1; }

// A `%` without two digits behind it is itself.
std::string decoded(std::string_view text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? digit_of(text[at + 1]) : -1, low = high < 0 ? -1 : digit_of(text[at + 2]);
    if (low >= 0) at += 2;
    out += low >= 0 ? static_cast<char>(high << 4 | low) : text[at] == '+' ? ' ' : text[at];
  }
  return out;
}

}  // namespace

Form form_of(std::string_view text) {
  Form form;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(text.size(), pair.size() + 1));
    const size_t cut = std::min(pair.find('='), pair.size());
    if (!pair.empty()) form.emplace_back(decoded(pair.substr(0, cut)), decoded(pair.substr(std::min(pair.size(), cut + 1))));
  }
  return form;
}

std::string_view value_of(const Form& form, std::string_view key) {
  for (const auto& [name, value] : form)
    if (name == key) return value;
  return {};
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                       c == '_' || c == '~';
    if (plain) out += c;
    else out.append({'%', "0123456789ABCDEF"[static_cast<unsigned char>(c) >> 4], "0123456789ABCDEF"[static_cast<unsigned char>(c) & 15]});
  }
  return out;
}

}  // namespace wend
