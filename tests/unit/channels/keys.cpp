// Keys made for a test.
#include "keys.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

#include "runtime/channels/signatures.h"

namespace wend::test {

struct TestKey::Held { EVP_PKEY* key = nullptr; bool elliptic = false; };

namespace {

std::string from_base64_url(std::string text) {
  std::replace(text.begin(), text.end(), '-', '+');
  std::replace(text.begin(), text.end(), '_', '/');
  while (text.size() % 4) text += '=';
  return from_base64(text).value_or("");
}

// The DER form of r and s.
std::string as_der(const std::string& raw) {
  if (raw.size() != 64) return "";
  const auto* bytes = reinterpret_cast<const unsigned char*>(raw.data());
  ECDSA_SIG* signature = ECDSA_SIG_new();
  ECDSA_SIG_set0(signature, BN_bin2bn(bytes, 32, nullptr), BN_bin2bn(bytes + 32, 32, nullptr));
  unsigned char* der = nullptr;
  const int size = i2d_ECDSA_SIG(signature, &der);
  std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  ECDSA_SIG_free(signature);
  return out;
}

}  // namespace

TestKey::TestKey(Kind kind) : held_(new Held) {
  held_->elliptic = kind != Kind::rsa_2048;
  held_->key = kind == Kind::rsa_2048 ? EVP_RSA_gen(2048) : EVP_EC_gen(kind == Kind::p256 ? "P-256" : "P-384");
}

TestKey::~TestKey() { EVP_PKEY_free(held_->key); }

std::string TestKey::pem() const {
  BIO* bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, held_->key, nullptr, nullptr, 0, nullptr, nullptr);
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio, &text);
  std::string pem(text, static_cast<size_t>(size));
  BIO_free(bio);
  return pem;
}

std::string TestKey::public_base64() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(held_->key, &der);
  const std::string out(reinterpret_cast<char*>(der), static_cast<size_t>(size));
  OPENSSL_free(der);
  return base64(out);
}

std::string TestKey::signature(const std::string& text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string out(512, '\0');
  size_t size = out.size();
  EVP_DigestSignInit(context, nullptr, EVP_sha256(), nullptr, held_->key);
  EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &size, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  EVP_MD_CTX_free(context);
  out.resize(size);
  return out;
}

std::string TestKey::opened(const std::string& jwt) const {
  const size_t first = jwt.find('.'), second = jwt.rfind('.');
  if (first == std::string::npos || first == second) return "";
  const std::string signed_text = jwt.substr(0, second), raw = from_base64_url(jwt.substr(second + 1));
  const std::string signature = held_->elliptic ? as_der(raw) : raw;
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const bool holds = EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, held_->key) == 1 &&
                     EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                                      reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size()) == 1;
  EVP_MD_CTX_free(context);
  if (!holds) return "";
  return from_base64_url(jwt.substr(0, first)) + " " + from_base64_url(jwt.substr(first + 1, second - first - 1));
}

}  // namespace wend::test
