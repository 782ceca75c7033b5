// Keys made for a test, as PEM, and the check of a JSON Web Token under them.
#pragma once

#include <memory>
#include <string>

namespace wend::test {

class TestKey {
 public:
  enum class Kind { rsa_2048, p256, p384 };
  explicit TestKey(Kind kind);
  ~TestKey();
  std::string pem() const;
  std::string public_base64() const;                    // DER, in base64
  std::string signature(const std::string& text) const; // by SHA-256, DER
  // header.claims of a token that this key signed, decoded, with a blank between; "" when it did not.
  std::string opened(const std::string& jwt) const;

 private:
  struct Held;
  std::unique_ptr<Held> held_;
};

}  // namespace wend::test
