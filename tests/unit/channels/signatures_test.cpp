// Signatures against published vectors.
#include <catch2/catch.hpp>

#include "keys.h"
#include "runtime/channels/signatures.h"
#include "runtime/channels/sigv4.h"

using namespace wend;
using namespace wend::test;

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

namespace {

// What the test suite that AWS publishes signs with; gives the last header.
std::string aws_example(const char* method, Headers headers, const char* body) {
  const AwsKeys keys{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""};
  const int64_t at = 1'440'938'160'000'000;   // 2015-08-30T12:36:00Z
  return sign_v4(keys, "us-east-1", "service", {method, "example.amazonaws.com", "/", "", std::move(headers), body}, at).back().second;
}

const std::string kScope = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ";

}  // namespace

TEST_CASE("SigV4 gives the signatures of the published test suite") {
  CHECK(aws_example("GET", {}, "") ==
        kScope + "SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
  CHECK(aws_example("POST", {}, "") ==
        kScope + "SignedHeaders=host;x-amz-date, Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  CHECK(aws_example("POST", {{"Content-Type", "application/x-www-form-urlencoded"}}, "Param1=value1") ==
        kScope + "SignedHeaders=content-type;host;x-amz-date, Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
}

TEST_CASE("a token of temporary keys is sent and signed") {
  const Headers headers = sign_v4({"A", "s", "T"}, "eu-north-1", "ses", {"POST", "h", "/", "", {}, ""}, 0);
  REQUIRE(headers.size() == 3);
  CHECK(headers[0] == std::pair<std::string, std::string>("X-Amz-Date", "19700101T000000Z"));
  CHECK(headers[1] == std::pair<std::string, std::string>("X-Amz-Security-Token", "T"));
  CHECK(headers[2].second.find("SignedHeaders=host;x-amz-date;x-amz-security-token, ") != std::string::npos);
}

TEST_CASE("Twilio's signature of a callback is the one its manual gives") {
  const std::vector<std::pair<std::string, std::string>> form = {{"To", "+18005551212"}, {"Digits", "1234"}, {"CallSid", "CA1234567890ABCDE"},
                                                                 {"From", "+14158675309"}, {"Caller", "+14158675309"}};
  const std::string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  CHECK(twilio_signature("12345", url, form) == "RSOYDt4T1cUTdK1PDd93/VVr8B8=");
  CHECK(is_twilio_callback("12345", url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
  for (const char* wrong : {"", "RSOYDt4T1cUTdK1PDd93/VVr8B8", "RSOYDt4T1cUTdK1PDd93/VVr8B9=", "rSOYDt4T1cUTdK1PDd93/VVr8B8="})
    CHECK_FALSE(is_twilio_callback("12345", url, form, wrong));
  CHECK_FALSE(is_twilio_callback("12346", url, form, "RSOYDt4T1cUTdK1PDd93/VVr8B8="));
}

TEST_CASE("tokens are signed by the key that is meant, and by no other kind") {
  const TestKey rsa(TestKey::Kind::rsa_2048), p256(TestKey::Kind::p256), p384(TestKey::Kind::p384);
  CHECK(rsa.opened(jwt("{\"a\":1}", "{\"b\":2}", false, rsa.pem()).value()) == "{\"a\":1} {\"b\":2}");
  for (int i = 0; i < 20; ++i)   // r and s are short now and then
    CHECK(p256.opened(jwt("{\"a\":1}", "{\"b\":2}", true, p256.pem()).value()) == "{\"a\":1} {\"b\":2}");
  CHECK_FALSE(jwt("{}", "{}", true, rsa.pem()));
  CHECK_FALSE(jwt("{}", "{}", false, p256.pem()));
  CHECK_FALSE(jwt("{}", "{}", true, p384.pem()));
  for (const char* pem : {"", "no key", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    CHECK_FALSE(jwt("{}", "{}", true, pem));
    CHECK_FALSE(jwt("{}", "{}", false, pem));
  }
}
