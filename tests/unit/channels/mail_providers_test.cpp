// SendGrid and SES against a scripted server: what they are sent, byte for byte, and their answers.
#include <catch2/catch.hpp>

#include "server.h"
#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

Delivery mix() {
  return weekly_mix("ann@example.com", {{"subject", "Your \"mix\""}, {"html", "<p>Caf\xc3\xa9</p>"}, {"text", "Hi"}, {"unsubscribe_url", "https://n.example/u"}});
}

struct Sent { std::string outcome, said, request; };

Sent by_sendgrid(const std::string& answer, const Delivery& delivery = mix()) {
  Server server({{.answer = answer}});
  SendgridSettings with;
  with.net = loopback(server.url() + "/");
  with.mail.from = "mix@news.example";
  with.mail.from_name = "Tidal Wave";
  with.key = secret("SG.key-of-ours");
  std::vector<std::string> problems;
  const Outcome outcome = make_sendgrid(with, standing_clock, problems)->deliver(delivery);
  const std::vector<std::string> requests = server.requests();
  return {told(outcome), outcome.said, requests.empty() ? "" : requests[0]};
}

Sent by_ses(const std::string& answer, const Delivery& delivery = mix()) {
  Server server({{.answer = answer}});
  SesSettings with;
  with.net = loopback(server.url());
  with.mail.from = "mix@news.example";
  with.mail.from_name = "Tidal W\xc3\xa4ve";
  with.region = "eu-north-1";
  with.configuration_set = "ours";
  with.access_key_id = secret("AKIDEXAMPLE");
  with.secret_access_key = secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
  std::vector<std::string> problems;
  const Outcome outcome = make_ses(with, standing_clock, problems)->deliver(delivery);
  const std::vector<std::string> requests = server.requests();
  return {told(outcome), outcome.said, requests.empty() ? "" : requests[0]};
}

}  // namespace

TEST_CASE("SendGrid's request, byte for byte") {
  const Sent sent = by_sendgrid(http_answer(202, "", "X-Message-Id: 14c5d75ce93.dfd\r\n"));
  CHECK(sent.outcome == "delivered 14c5d75ce93.dfd");
  const std::string body =
      R"({"from":{"email":"mix@news.example","name":"Tidal Wave"},"subject":"Your \"mix\"","personalizations":[{"to":[{"email":"ann@example.com"}]}],)"
      R"("content":[{"type":"text/plain","value":"Hi"},{"type":"text/html","value":"<p>Café</p>"}],)"
      R"("headers":{"X-Wend-Id":"0123456789abcdef0123456789abcdef","List-Unsubscribe":"<https://n.example/u>","List-Unsubscribe-Post":"List-Unsubscribe=One-Click"},)"
      R"("categories":["lifecycle"],"custom_args":{"msg_id":"0123456789abcdef0123456789abcdef"}})";
  CHECK(sent.request ==
        "POST /v3/mail/send HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "Authorization: Bearer SG.key-of-ours\r\n"
        "Content-Type: application/json\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_CASE("SendGrid's answers") {
  const Sent payload = by_sendgrid(http_answer(400, R"({"errors":[{"message":"ann@example.com or SG.key-of-ours is wrong","field":"personalizations.0.to"}]})"));
  CHECK(payload.outcome == "failed: status 400");
  CHECK(payload.said == "personalizations.0.to ... or ... is wrong");
  CHECK(by_sendgrid(http_answer(401)).outcome == "failed for now: status 401");
  CHECK(by_sendgrid(http_answer(413)).outcome == "failed: status 413");
  CHECK(by_sendgrid(http_answer(429, "", "Retry-After: 3\r\n")).outcome == "failed for now: status 429 until 3");
  CHECK(by_sendgrid(http_answer(500, "{{{")).outcome == "unknown: status 500");
  CHECK(by_sendgrid(http_answer(202, "not json at all")).outcome == "delivered");
}

TEST_CASE("SES' request, byte for byte") {
  const Sent sent = by_ses(http_answer(200, R"({"MessageId":"0102018e-1234"})"));
  CHECK(sent.outcome == "delivered 0102018e-1234");
  const std::string body =
      R"({"FromEmailAddress":"=?UTF-8?B?VGlkYWwgV8OkdmU=?= <mix@news.example>","Destination":{"ToAddresses":["ann@example.com"]},)"
      R"("Content":{"Simple":{"Subject":{"Data":"Your \"mix\"","Charset":"UTF-8"},"Body":{"Text":{"Data":"Hi","Charset":"UTF-8"},"Html":{"Data":"<p>Café</p>","Charset":"UTF-8"}},)"
      R"("Headers":[{"Name":"X-Wend-Id","Value":"0123456789abcdef0123456789abcdef"},{"Name":"List-Unsubscribe","Value":"<https://n.example/u>"},{"Name":"List-Unsubscribe-Post","Value":"List-Unsubscribe=One-Click"}]}},)"
      R"("EmailTags":[{"Name":"msg_id","Value":"0123456789abcdef0123456789abcdef"}],"ConfigurationSetName":"ours"})";
  // The port is part of what is signed, so the signature differs from run to run; signatures_test.cpp has the vectors.
  std::string request = sent.request;
  const size_t at = request.find("Signature=");
  REQUIRE(at != std::string::npos);
  request.replace(at + 10, 64, "SIGNATURE");
  CHECK(request ==
        "POST /v2/email/outbound-emails HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "Content-Type: application/json\r\n"
        "X-Amz-Date: 20260301T100000Z\r\n"
        "Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20260301/eu-north-1/ses/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, Signature=SIGNATURE\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_CASE("SES' answers") {
  const Sent rejected = by_ses(http_answer(400, R"({"message":"Email address is not verified: ann@example.com"})", "x-amzn-ErrorType: MessageRejected:http://x/\r\n"));
  CHECK(rejected.outcome == "failed: status 400");
  CHECK(rejected.said == "MessageRejected Email address is not verified: ...");
  CHECK(by_ses(http_answer(429, R"({"__type":"a#TooManyRequestsException"})")).outcome == "failed for now: status 429");
  CHECK(by_ses(http_answer(400, R"({"__type":"a#SendingPausedException"})")).outcome == "failed for now: status 400");
  CHECK(by_ses(http_answer(400, "{}", "x-amzn-ErrorType: LimitExceededException\r\n")).outcome == "failed for now: status 400");
  CHECK(by_ses(http_answer(403, R"({"message":"expired"})")).outcome == "failed for now: status 403");
  CHECK(by_ses(http_answer(503)).outcome == "unknown: status 503");
  CHECK(by_ses(http_answer(200, "[1,2")).outcome == "delivered");
}

TEST_CASE("what no email can be made of is sent to no provider") {
  Delivery delivery = mix();
  delivery.address = "ann@example.com, eve@example.com";
  CHECK(by_sendgrid("", delivery).outcome == "failed: address");
  CHECK(by_ses("", delivery).outcome == "failed: address");
  delivery = mix();
  delivery.content[0].text = "a\r\nBcc: eve@example.com";
  CHECK(by_sendgrid(http_answer(202), delivery).request.find(R"("subject":"a Bcc: eve@example.com")") != std::string::npos);
}

TEST_CASE("the settings of email providers are looked at before anything is sent") {
  std::vector<std::string> problems;
  CHECK_FALSE(make_sendgrid({}, standing_clock, problems));
  CHECK(problems == std::vector<std::string>{"sendgrid: `from` is no email address", "sendgrid: `key` is missing"});
  problems.clear();
  SesSettings ses;
  ses.net.base_url = "https://x.example/path";
  ses.region = "eu-north-1.evil.example/";
  CHECK_FALSE(make_ses(ses, standing_clock, problems));
  CHECK(problems == std::vector<std::string>{"ses: `base_url`: there is a path behind the host", "ses: `from` is no email address",
                                             "ses: `region` is missing or no region", "ses: the access key or its secret is missing"});
}

TEST_CASE("a secret that cannot be read stops a message for now") {
  std::vector<std::string> problems;
  SendgridSettings with;
  with.mail.from = "mix@news.example";
  with.key = *SecretSource::from("file:/nonexistent/key", problems.emplace_back());
  problems.clear();
  const Outcome outcome = make_sendgrid(with, standing_clock, problems)->deliver(mix());
  CHECK(told(outcome) == "failed for now: secret");
  CHECK(outcome.said == "the file of the secret cannot be opened: No such file or directory");
}
