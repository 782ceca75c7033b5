// What providers call back with: whom each connector believes, and what it makes of what it is told.
#include <catch2/catch.hpp>

#include "keys.h"
#include "runtime/channels/signatures.h"
#include "support.h"

using namespace wend;
using namespace wend::test;
using How = CallbackReading::How;

namespace {

const std::string kId = "0123456789abcdef0123456789abcdef";
const char* const kKey = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const char* const kOtherKey = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
constexpr int64_t kNow = kNowUs / 1'000'000;

// "delivered", "bounced for good", "clicked https://…", joined; "+2" behind them: passed over.
std::string told(const CallbackReading& reading) {
  if (reading.how == How::unsigned_) return "unsigned";
  if (reading.how == How::unreadable) return "unreadable";
  if (reading.how == How::unset) return "unset";
  if (reading.how == How::trouble) return "trouble";
  if (reading.how == How::none) return "none";
  std::string out;
  for (const Callback& said : reading.reports) {
    CHECK(said.id == kId);
    out += (out.empty() ? "" : ", ") + said.event + (said.permanent ? " for good" : "") + (said.link.empty() ? "" : " " + said.link) + (said.topic.empty() ? "" : " " + said.topic);
  }
  return reading.passed_over == 0 ? out : out + "+" + std::to_string(reading.passed_over);
}

std::unique_ptr<Connector> by_webhook(std::vector<SecretSource> keys) {
  std::vector<std::string> problems;
  auto connector = make_webhook({.url = "https://partner.example/in", .keys = {secret(kKey)}, .callback_keys = std::move(keys)}, standing_clock, problems);
  for (const std::string& problem : problems) FAIL(problem);
  return connector;
}

struct Hook {
  std::string body, id = "evt_1", key = kKey;
  int64_t at = kNow;
  std::string signature;   // "": by the key
  Headers headers() const {
    return {{"webhook-id", id}, {"webhook-timestamp", std::to_string(at)}, {"webhook-signature", signature.empty() ? standard_webhooks_signature(key, id, at, body).value() : signature}};
  }
};

CallbackReading hear(Connector& connector, const Headers& headers, std::string_view body, std::string_view query = {}) { return connector.hear({headers, query, body}); }

std::string of_hook(const Hook& hook, std::vector<SecretSource> keys = {secret(kKey)}) { return told(hear(*by_webhook(std::move(keys)), hook.headers(), hook.body)); }

std::string event(const std::string& type, const std::string& more = "") {
  return R"({"type":"message.)" + type + R"(","timestamp":"2026-03-01T09:59:58Z","data":{"id":")" + kId + "\"" + more + "}}";
}

}  // namespace

TEST_CASE("an endpoint calls back signed by Standard Webhooks, with one of six events about a message") {
  for (const char* type : {"delivered", "failed", "opened", "clicked", "bounced", "unsubscribed"}) CHECK(of_hook({event(type)}) == type);
  CHECK(of_hook({event("bounced", R"(,"permanent":true)")}) == "bounced for good");
  CHECK(of_hook({event("clicked", R"(,"link":"https://shop.example/a?b=1")")}) == "clicked https://shop.example/a?b=1");
  CHECK(of_hook({event("clicked", R"(,"link":")" + std::string(3000, 'a') + "\"")}) == "clicked");
  CHECK(of_hook({event("unsubscribed", R"(,"topic":"news")")}) == "unsubscribed news");
  CHECK(of_hook({event("seen")}) == "+1");
  CHECK(of_hook({R"({"type":"invoice.paid","data":{}})"}) == "+1");
  CHECK(of_hook({R"({"type":"message.delivered","data":{"id":"../../etc"}})"}) == "+1");
  CHECK(of_hook({"[]"}) == "unreadable");
  CHECK(of_hook({"not JSON"}) == "unreadable");
  CHECK(of_hook({std::string(200'000, '[')}) == "unreadable");

  const Hook hook{event("opened")};
  const CallbackReading reading = hear(*by_webhook({secret(kKey)}), hook.headers(), hook.body);
  REQUIRE(reading.reports.size() == 1);
  CHECK(reading.reports[0].key == "evt_1");
  CHECK(reading.reports[0].at_us == (kNow - 2) * 1'000'000);
  const Hook undated{R"({"type":"message.opened","timestamp":"yesterday","data":{"id":")" + kId + "\"}}"};
  CHECK_FALSE(hear(*by_webhook({secret(kKey)}), undated.headers(), undated.body).reports.at(0).at_us);
}

TEST_CASE("I22: what is not signed by an endpoint's key, or was long ago, is not read") {
  const std::string body = event("delivered");
  CHECK(told(hear(*by_webhook({secret(kKey)}), {}, body)) == "unsigned");
  CHECK(of_hook({.body = body, .key = kOtherKey}) == "unsigned");
  CHECK(of_hook({.body = body, .signature = "v1,"}) == "unsigned");
  Headers changed = Hook{body}.headers();
  CHECK(told(hear(*by_webhook({secret(kKey)}), changed, event("failed"))) == "unsigned");
  changed[0].second = "evt_2";
  CHECK(told(hear(*by_webhook({secret(kKey)}), changed, body)) == "unsigned");
  for (const int64_t off : {-300, 0, 300}) CHECK(of_hook({.body = body, .at = kNow + off}) == "delivered");
  for (const int64_t off : {-301, 301, -1'000'000}) CHECK(of_hook({.body = body, .at = kNow + off}) == "unsigned");
  for (const char* stamp : {"", "soon", "1772359200.0", "-1", "99999999999999999999", "9223372036854775807"}) {
    Headers headers = Hook{body}.headers();
    headers[1].second = stamp;
    CHECK(told(hear(*by_webhook({secret(kKey)}), headers, body)) == "unsigned");
  }
}

TEST_CASE("while an endpoint's keys rotate each may sign, and one signature of several is enough") {
  const std::string body = event("delivered");
  CHECK(of_hook({.body = body, .key = kOtherKey}, {secret(kKey), secret(kOtherKey)}) == "delivered");
  const std::string right = standard_webhooks_signature(kKey, "evt_1", kNow, body).value();
  CHECK(of_hook({.body = body, .signature = "v1,AAAA v1a,BBBB " + right}) == "delivered");
  std::string problem;
  const SecretSource absent = SecretSource::from("file:/nowhere/at/all", problem).value();
  CHECK(of_hook({.body = body}, {absent, secret(kKey)}) == "delivered");
  CHECK(of_hook({.body = body}, {absent}) == "trouble");   // ours: it may come again
  CHECK(of_hook({.body = body}, {}) == "unset");
}

namespace {

const char* const kCallbackUrl = "https://wend.example/v1/callbacks/sms";

std::string by_twilio(const Form& form, const std::string& query = "msg_id=" + kId, std::string signature = "", const std::string& url = kCallbackUrl, const char* signed_url = nullptr) {
  std::vector<std::string> problems;
  const auto connector = make_twilio({.account = "AC123", .token = secret("tok-of-ours"), .from = "+15550001111", .status_callback = url}, standing_clock, problems);
  for (const std::string& problem : problems) FAIL(problem);
  std::string body;
  for (const auto& [key, value] : form) body += (body.empty() ? "" : "&") + percent_encoded(key) + "=" + percent_encoded(value);
  if (signature.empty()) signature = twilio_signature("tok-of-ours", signed_url ? signed_url : url + "?msg_id=" + kId, form);
  return told(hear(*connector, {{"x-twilio-signature", signature}}, body, query));
}

std::string by_status(const std::string& status, const std::string& code = "") {
  Form form = {{"MessageSid", "SM1"}, {"To", "+46701234567"}, {"From", "+1 555 & more"}, {"MessageStatus", status}};
  if (!code.empty()) form.emplace_back("ErrorCode", code);
  return by_twilio(form);
}

}  // namespace

TEST_CASE("Twilio's status callbacks") {
  for (const char* status : {"accepted", "queued", "sending", "sent", "delivered"}) CHECK(by_status(status) == "delivered");
  for (const char* status : {"failed", "undelivered", "canceled"}) CHECK(by_status(status, "30008") == "failed");
  CHECK(by_status("read") == "opened");
  CHECK(by_status("undelivered", "21610") == "failed, unsubscribed");
  CHECK(by_status("failed", "21211") == "failed, bounced for good");
  CHECK(by_status("failed", "21614") == "failed, bounced for good");
  CHECK(by_status("sent", "21610") == "delivered");
  CHECK(by_status("receiving") == "+1");
  CHECK(by_status("") == "+1");
}

TEST_CASE("I22: a status callback that Twilio did not sign is not read") {
  const Form form = {{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}};
  CHECK(by_twilio(form) == "delivered");
  CHECK(by_twilio(form, "msg_id=" + kId, "AAAA") == "unsigned");
  CHECK(by_twilio(form, "msg_id=ffffffffffffffffffffffffffffffff") == "unsigned");   // signed for another message
  CHECK(by_twilio(form, "") == "unsigned");
  Form more = form;
  more.emplace_back("ErrorCode", "21610");
  CHECK(by_twilio(more, "msg_id=" + kId, twilio_signature("tok-of-ours", kCallbackUrl + std::string("?msg_id=") + kId, form)) == "unsigned");
  CHECK(by_twilio(form, "msg_id=" + kId, "", "") == "unset");
}

TEST_CASE("Twilio may sign the address with the usual port in it, or without") {
  const Form form = {{"MessageStatus", "sent"}};
  const std::string query = "msg_id=" + kId, path = "/c?msg_id=" + kId;
  CHECK(by_twilio(form, query, "", "https://wend.example/c", ("https://wend.example:443" + path).c_str()) == "delivered");
  CHECK(by_twilio(form, query, "", "https://wend.example:443/c", ("https://wend.example" + path).c_str()) == "delivered");
  CHECK(by_twilio(form, query, "", "http://wend.example:80/c", ("http://wend.example" + path).c_str()) == "delivered");
  CHECK(by_twilio(form, query, "", "https://wend.example:8443/c", ("https://wend.example" + path).c_str()) == "unsigned");
  CHECK(by_twilio(form, query, "", "https://wend.example", "https://wend.example:443?msg_id=0123456789abcdef0123456789abcdef") == "delivered");
}

TEST_CASE("a form is read as it was written, and whatever else comes does no harm") {
  CHECK(form_of("a=1&b=%C3%A5+x%26&c&=d&&a=2") == Form{{"a", "1"}, {"b", "\xc3\xa5 x&"}, {"c", ""}, {"", "d"}, {"a", "2"}});
  CHECK(form_of("%=%4&%zz=%4") == Form{{"%", "%4"}, {"%zz", "%4"}});
  CHECK(form_of("").empty());
  CHECK(value_of(form_of("a=1&a=2"), "a") == "1");
  CHECK(value_of({}, "a").empty());
}

namespace {

// The example of SendGrid's own libraries.
const char* const kSendgridKey = "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==";
const char* const kSendgridSignature = "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=";
const std::string kSendgridBody =
    R"([{"email":"hello@world.com","event":"dropped","reason":"Bounced Address","sg_event_id":"ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",)"
    R"("sg_message_id":"LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0","smtp-id":"<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>","timestamp":1600112492}])"
    "\r\n";

std::unique_ptr<Connector> by_sendgrid(const std::string& key, int64_t now_us) {
  std::vector<std::string> problems;
  SendgridSettings with;
  with.mail.from = "mix@news.example";
  with.key = secret("SG.key-of-ours");
  with.callback_key = key;
  auto connector = make_sendgrid(with, [now_us] { return now_us; }, problems);
  for (const std::string& problem : problems) FAIL(problem);
  return connector;
}

std::string of_sendgrid(const std::string& body, const std::string& signature, int64_t at, int64_t now) {
  return told(hear(*by_sendgrid(kSendgridKey, now * 1'000'000),
                   {{"x-twilio-email-event-webhook-signature", signature}, {"x-twilio-email-event-webhook-timestamp", std::to_string(at)}}, body));
}

// Signed by a key of the test.
std::string of_events(const std::string& events) {
  static const TestKey key(TestKey::Kind::p256);
  const std::string body = "[" + events + "]";
  return told(hear(*by_sendgrid(key.public_base64(), kNowUs),
                   {{"x-twilio-email-event-webhook-signature", base64(key.signature(std::to_string(kNow) + body))}, {"x-twilio-email-event-webhook-timestamp", std::to_string(kNow)}}, body));
}

std::string of_event(const std::string& name, const std::string& more = "") {
  return R"({"email":"a@b.example","msg_id":")" + kId + R"(","sg_event_id":"e1","timestamp":1772359100,"event":")" + name + "\"" + more + "}";
}

}  // namespace

TEST_CASE("SendGrid's event webhook is believed where SendGrid's example is") {
  CHECK(is_sendgrid_callback(kSendgridKey, "1600112502", kSendgridBody, kSendgridSignature));
  constexpr int64_t kAt = 1'600'112'502;
  CHECK(of_sendgrid(kSendgridBody, kSendgridSignature, kAt, kAt) == "+1");   // a mail of somebody else
  CHECK(of_sendgrid(kSendgridBody, kSendgridSignature, kAt, kAt + 86'400) == "+1");   // it tries for a day
}

TEST_CASE("I22: an event webhook that SendGrid did not sign, or did long ago, is not read") {
  constexpr int64_t kAt = 1'600'112'502;
  CHECK(of_sendgrid(kSendgridBody, kSendgridSignature, kAt, kAt + 2 * 86'400) == "unsigned");
  CHECK(of_sendgrid(kSendgridBody, kSendgridSignature, kAt, kAt - 301) == "unsigned");
  CHECK(of_sendgrid(kSendgridBody, kSendgridSignature, kAt + 1, kAt) == "unsigned");
  CHECK(of_sendgrid(kSendgridBody + " ", kSendgridSignature, kAt, kAt) == "unsigned");
  for (const char* signature : {"", "AAAA", "not base64", "MEUCIQDhQ1"}) CHECK(of_sendgrid(kSendgridBody, signature, kAt, kAt) == "unsigned");
  CHECK(told(hear(*by_sendgrid(kSendgridKey, kNowUs), {}, "[]")) == "unsigned");
  CHECK(told(hear(*by_sendgrid("", kNowUs), {}, "[]")) == "unset");
}

TEST_CASE("SendGrid's events") {
  CHECK(of_events("") == "");
  CHECK(of_events(of_event("processed") + "," + of_event("delivered")) == "delivered, delivered");
  CHECK(of_events(of_event("bounce", R"(,"type":"bounce","reason":"500 unknown")")) == "bounced for good");
  CHECK(of_events(of_event("bounce", R"(,"type":"blocked")")) == "bounced");
  CHECK(of_events(of_event("deferred")) == "+1");
  CHECK(of_events(of_event("dropped", R"(,"reason":"Spam Content")")) == "failed");
  CHECK(of_events(of_event("dropped", R"(,"reason":"Bounced Address")")) == "failed, bounced for good");
  CHECK(of_events(of_event("dropped", R"(,"reason":"Unsubscribed Address")")) == "failed, unsubscribed");
  CHECK(of_events(of_event("open")) == "opened");
  CHECK(of_events(of_event("open", R"(,"sg_machine_open":true)")) == "+1");
  CHECK(of_events(of_event("click", R"(,"url":"https://shop.example/")")) == "clicked https://shop.example/");
  for (const char* name : {"unsubscribe", "group_unsubscribe", "spamreport"}) CHECK(of_events(of_event(name)) == "unsubscribed");
  CHECK(of_events(of_event("group_resubscribe") + R"(,7,null,{"event":"open"},{"event":"open","msg_id":["x"]})") == "+5");
  std::string many;
  for (int i = 0; i < 12; ++i) many += (i ? "," : "") + of_event("open");
  CHECK(of_events(many) == "opened, opened, opened, opened, opened, opened, opened, opened, opened, opened, opened, opened");
}

TEST_CASE("a key of another kind than SendGrid's is refused before anything is sent") {
  SendgridSettings with;
  with.mail.from = "mix@news.example";
  with.key = secret("SG.key-of-ours");
  for (const std::string& key : {std::string("MFkw"), std::string("no key"), TestKey(TestKey::Kind::p384).public_base64(), TestKey(TestKey::Kind::rsa_2048).public_base64(), kSendgridKey + std::string("AAAA")}) {
    std::vector<std::string> problems;
    with.callback_key = key;
    CHECK_FALSE(make_sendgrid(with, standing_clock, problems));
    CHECK(problems == std::vector<std::string>{"sendgrid: `callback_key` is not the public key that SendGrid shows for its signed event webhook"});
  }
}

TEST_CASE("the other connectors hear nothing, and say so") {
  std::vector<std::string> problems;
  const auto connector = make_console({}, standing_clock, problems);
  REQUIRE(connector);
  CHECK(told(hear(*connector, {}, "{}")) == "none");
}
