// FCM and APNs against a scripted server: tokens that are made, kept, renewed, and requests and answers.
#include <catch2/catch.hpp>

#include "keys.h"
#include "server.h"
#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* kDevice = "a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3e4f5a0b1c2d3e4f50617";

Delivery mix(std::string address) {
  Delivery delivery = weekly_mix(std::move(address), {{"title", "Your mix"}, {"body", "Caf\xc3\xa9"}, {"link", "https://x.example/"}});
  delivery.valid_until_us = kNowUs + 3'600'000'000;
  return delivery;
}

const TestKey& rsa() {
  static const TestKey key(TestKey::Kind::rsa_2048);
  return key;
}

std::string account_file(const std::string& project = "tidal-wave") {
  std::string pem = rsa().pem();
  for (size_t at; (at = pem.find('\n')) != std::string::npos;) pem.replace(at, 1, "\\n");
  return "{\"project_id\":\"" + project + "\",\"client_email\":\"wend@tidal.example\",\"private_key_id\":\"k1\",\"private_key\":\"" + pem + "\"}";
}

std::unique_ptr<Connector> to_fcm(const Server& server, SecretSource account, WallClock clock = standing_clock) {
  FcmSettings with;
  with.net = loopback(server.url());
  with.token_url = server.url() + "/token";
  with.service_account = std::move(account);
  std::vector<std::string> problems;
  auto connector = make_fcm(with, std::move(clock), problems);
  for (const std::string& problem : problems) FAIL(problem);
  return connector;
}

const std::string kToken = http_answer(200, R"({"access_token":"ya29.t1","expires_in":3599,"token_type":"Bearer"})");

Outcome by_fcm(const std::string& answer, const std::string& token = kToken) {
  Server server({{.answer = token}, {.answer = answer}});
  return to_fcm(server, secret(account_file()))->deliver(mix("device:token"));
}

std::string fcm_error(int status, const char* code, const char* type, const char* finer) {
  return http_answer(status, std::string(R"({"error":{"code":1,"status":")") + code + R"(","details":[{"@type":"type.googleapis.com/)" + type +
                                 R"(","errorCode":")" + finer + "\"}]}}");
}

std::unique_ptr<Connector> to_apns(const Server& server, SecretSource key, WallClock clock = standing_clock) {
  ApnsSettings with;
  with.net = loopback(server.url());
  with.team_id = "TEAM123456";
  with.key_id = "KEY1234567";
  with.topic = "example.tidal";
  with.key = std::move(key);
  std::vector<std::string> problems;
  auto connector = make_apns(with, std::move(clock), problems);
  for (const std::string& problem : problems) FAIL(problem);
  return connector;
}

const TestKey& p256() {
  static const TestKey key(TestKey::Kind::p256);
  return key;
}

Outcome by_apns(const std::string& answer) {
  Server server({{.answer = answer}});
  return to_apns(server, secret(p256().pem()))->deliver(mix(kDevice));
}

// What stands between two texts of a request.
std::string between(const std::string& text, const std::string& before, const std::string& behind) {
  const size_t from = text.find(before) + before.size();
  return text.substr(from, text.find(behind, from) - from);
}

}  // namespace

TEST_CASE("FCM's requests: the grant of a token, then the message, byte for byte") {
  Server server({{.answer = kToken}, {.answer = http_answer(200, R"({"name":"projects/tidal-wave/messages/0:15"})")}});
  CHECK(told(to_fcm(server, secret(account_file()))->deliver(mix("device:token"))) == "delivered projects/tidal-wave/messages/0:15");
  const std::vector<std::string> requests = server.requests();
  REQUIRE(requests.size() == 2);
  CHECK(requests[0].find("POST /token HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: wend\r\nContent-Type: application/x-www-form-urlencoded\r\n") == 0);
  CHECK(requests[0].find("\r\n\r\ngrant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=") != std::string::npos);
  std::string opened = rsa().opened(requests[0].substr(requests[0].find("assertion=") + 10));
  const std::string port = ":" + std::to_string(server.port());
  if (const size_t at = opened.find(port); at != std::string::npos) opened.replace(at, port.size(), ":PORT");
  CHECK(opened == R"({"alg":"RS256","typ":"JWT","kid":"k1"} {"iss":"wend@tidal.example","scope":"https://www.googleapis.com/auth/firebase.messaging",)"
                  R"("aud":"http://127.0.0.1:PORT/token","iat":1772359200,"exp":1772362800})");
  const std::string body =
      R"({"message":{"token":"device:token","notification":{"title":"Your mix","body":"Café"},)"
      R"("data":{"msg_id":"0123456789abcdef0123456789abcdef","link":"https://x.example/"},)"
      R"("android":{"ttl":"3600s"},"apns":{"headers":{"apns-expiration":"1772362800"}}}})";
  CHECK(requests[1] ==
        "POST /v1/projects/tidal-wave/messages:send HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "Authorization: Bearer ya29.t1\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_CASE("FCM's token is kept until shortly before it ends, and asked for anew with another account or after a 401") {
  const std::string ok = http_answer(200, "{}"), second = http_answer(200, R"({"access_token":"ya29.t2","expires_in":3599})");
  Server server({{.answer = kToken}, {.answer = ok}, {.answer = ok}, {.answer = second}, {.answer = http_answer(401)}, {.answer = kToken}, {.answer = ok},
                 {.answer = second}, {.answer = ok}});
  int64_t now = kNowUs;
  const Folder folder;
  std::string problem;
  const auto connector = to_fcm(server, *SecretSource::from("file:" + folder.write("account", account_file()), problem), [&] { return now; });
  const auto send = [&] { return told(connector->deliver(mix("t"))); };
  CHECK(send() == "delivered");
  now += 3'200'000'000;
  CHECK(send() == "delivered");
  now += 200'000'000;
  CHECK(send() == "failed for now: status 401");
  CHECK(send() == "delivered");
  folder.write("account", account_file("other"));
  CHECK(send() == "delivered");
  std::string paths;
  for (const std::string& request : server.requests()) paths += between(request, "POST ", " ") + " ";
  const std::string ours = "/v1/projects/tidal-wave/messages:send ";
  CHECK(paths == "/token " + ours + ours + "/token " + ours + "/token " + ours + "/token /v1/projects/other/messages:send ");
}

TEST_CASE("without a token nothing of a message leaves, so it failed for now") {
  const Outcome refused = by_fcm("", http_answer(400, R"({"error":"invalid_grant","error_description":"no wend@tidal.example"})"));
  CHECK(told(refused) == "failed for now: token");
  CHECK(refused.said == "invalid_grant no ...");
  CHECK(told(by_fcm("", http_answer(503, "", "Retry-After: 9\r\n"))) == "failed for now: token until 9");
  CHECK(told(by_fcm("", http_answer(200, "<html>"))) == "failed for now: token");
  CHECK(told(by_fcm("", "")) == "failed for now: token");
  Server server({});
  for (const char* file : {"{}", "not json", R"({"project_id":"a/../b","client_email":"c","private_key":"d"})", R"({"project_id":"a","client_email":"c","private_key":"d"})"})
    CHECK(told(to_fcm(server, secret(file))->deliver(mix("t"))) == "failed for now: secret");
}

TEST_CASE("FCM's answers") {
  CHECK(told(by_fcm(fcm_error(404, "NOT_FOUND", "google.firebase.fcm.v1.FcmError", "UNREGISTERED"))) == "failed: status 404, address dead");
  CHECK(told(by_fcm(fcm_error(400, "INVALID_ARGUMENT", "google.firebase.fcm.v1.FcmError", "INVALID_ARGUMENT"))) == "failed: status 400, address dead");
  CHECK(told(by_fcm(fcm_error(400, "INVALID_ARGUMENT", "google.rpc.BadRequest", ""))) == "failed: status 400");
  CHECK(told(by_fcm(fcm_error(403, "PERMISSION_DENIED", "google.firebase.fcm.v1.FcmError", "SENDER_ID_MISMATCH"))) == "failed: status 403");
  CHECK(told(by_fcm(http_answer(429, "{}", "Retry-After: 60\r\n"))) == "failed for now: status 429 until 60");
  CHECK(told(by_fcm(http_answer(503))) == "unknown: status 503");
  CHECK(by_fcm(fcm_error(404, "NOT_FOUND", "google.firebase.fcm.v1.FcmError", "UNREGISTERED")).said == "UNREGISTERED");
}

TEST_CASE("APNs' request, byte for byte") {
  Server server({{.answer = http_answer(200, "", "apns-id: 01234567-89ab-cdef-0123-456789abcdef\r\n")}});
  CHECK(told(to_apns(server, secret(p256().pem()))->deliver(mix(kDevice))) == "delivered 01234567-89ab-cdef-0123-456789abcdef");
  std::string request = server.requests().at(0);
  const std::string token = between(request, "bearer ", "\r\n");
  CHECK(p256().opened(token) == R"({"alg":"ES256","kid":"KEY1234567"} {"iss":"TEAM123456","iat":1772359200})");
  request.replace(request.find(token), token.size(), "TOKEN");
  const std::string body =
      R"({"aps":{"alert":{"title":"Your mix","body":"Café"}},"msg_id":"0123456789abcdef0123456789abcdef","link":"https://x.example/"})";
  CHECK(request ==
        std::string("POST /3/device/") + kDevice + " HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "authorization: bearer TOKEN\r\n"
        "apns-topic: example.tidal\r\n"
        "apns-push-type: alert\r\n"
        "apns-priority: 10\r\n"
        "apns-collapse-id: 0123456789abcdef0123456789abcdef\r\n"
        "content-type: application/json\r\n"
        "apns-id: 01234567-89ab-cdef-0123-456789abcdef\r\n"
        "apns-expiration: 1772362800\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_CASE("APNs' token is renewed after 40 minutes, and when Apple calls it expired") {
  const std::string ok = http_answer(200);
  Server server({{.answer = ok}, {.answer = ok}, {.answer = http_answer(403, R"({"reason":"ExpiredProviderToken"})")}, {.answer = ok}});
  int64_t now = kNowUs;
  const auto connector = to_apns(server, secret(p256().pem()), [&] { return now; });
  CHECK(told(connector->deliver(mix(kDevice))) == "delivered");
  now += 39 * 60'000'000ll;
  CHECK(told(connector->deliver(mix(kDevice))) == "delivered");
  now += 60'000'000;
  CHECK(told(connector->deliver(mix(kDevice))) == "failed for now: status 403");
  now += 1'000'000;
  CHECK(told(connector->deliver(mix(kDevice))) == "delivered");
  std::vector<std::string> tokens;
  for (const std::string& request : server.requests()) tokens.push_back(between(request, "bearer ", "\r\n"));
  REQUIRE(tokens.size() == 4);
  CHECK(tokens[0] == tokens[1]);
  CHECK(tokens[1] != tokens[2]);
  CHECK(tokens[2] != tokens[3]);
}

TEST_CASE("APNs' answers") {
  CHECK(told(by_apns(http_answer(410, R"({"reason":"Unregistered","timestamp":1772000000000})"))) ==
        "failed: status 410, address dead since 1772000000");
  CHECK(told(by_apns(http_answer(410, R"({"reason":"Unregistered"})"))) == "failed: status 410, address dead");
  CHECK(told(by_apns(http_answer(400, R"({"reason":"BadDeviceToken"})"))) == "failed: status 400, address dead");
  CHECK(told(by_apns(http_answer(400, R"({"reason":"PayloadEmpty"})"))) == "failed: status 400");
  CHECK(told(by_apns(http_answer(429, R"({"reason":"TooManyRequests"})"))) == "failed for now: status 429");
  CHECK(told(by_apns(http_answer(500))) == "unknown: status 500");
  CHECK(by_apns(http_answer(400, R"({"reason":"PayloadEmpty"})")).said == "PayloadEmpty");
}

TEST_CASE("a push message that is too large, empty or for no device is not sent") {
  Server server({});
  const auto apns = to_apns(server, secret(p256().pem()));
  const auto fcm = to_fcm(server, secret(account_file()));
  Delivery delivery = mix(kDevice);
  delivery.content[1].text.assign(4096, 'x');
  CHECK(told(apns->deliver(delivery)) == "failed: too large");
  CHECK(told(fcm->deliver(delivery)) == "failed: too large");
  delivery.content.resize(0);
  CHECK(told(apns->deliver(delivery)) == "failed: no content");
  CHECK(told(fcm->deliver(delivery)) == "failed: no content");
  for (const char* device : {"", "../x", "abc?", "ab\r\ncd"}) CHECK(told(apns->deliver(mix(device))) == "failed: address");
  CHECK(told(to_apns(server, secret(rsa().pem()))->deliver(mix(kDevice))) == "failed for now: secret");
}
