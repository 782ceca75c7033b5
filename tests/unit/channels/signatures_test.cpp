// Signatures against published vectors.
#include <catch2/catch.hpp>

#include "runtime/channels/signatures.h"

using namespace wend;

TEST_CASE("hashes are those of RFC 4231 and RFC 2202") {
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(hex(hmac_sha1("Jefe", "what do ya want for nothing?")) == "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
}

TEST_CASE("base64 is that of RFC 4648, both ways") {
  const std::pair<const char*, const char*> rows[] = {{"", ""}, {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, encoded] : rows) {
    CHECK(base64(plain) == encoded);
    CHECK(from_base64(encoded) == std::string(plain));
  }
  CHECK(base64_url("\xfb\xff") == "-_8");
  for (const char* bad : {"Zg", "Zg=a", "Z===", "====", "Zm9v\n", "Zm 9"}) {
    INFO(bad);
    CHECK_FALSE(from_base64(bad));
  }
}

TEST_CASE("a webhook's signature is the one of the Standard Webhooks specification") {
  const char* body = R"({"test": 2432232314})";
  const char* expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
  CHECK(standard_webhooks_signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == std::string(expected));
  CHECK(standard_webhooks_signature("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body) == std::string(expected));
  CHECK_FALSE(standard_webhooks_signature("whsec_", "a", 1, ""));
  CHECK_FALSE(standard_webhooks_signature("not base64!", "a", 1, ""));
}

TEST_CASE("a value in a form is percent-encoded") {
  CHECK(percent_encoded("+15551234 a&b=\xc3\xa9~-._") == "%2B15551234%20a%26b%3D%C3%A9~-._");
}
