// Twilio and Slack against a scripted server.
#include <catch2/catch.hpp>

#include "server.h"
#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

struct Sent { std::string outcome, said, request; };

Sent by_twilio(const std::string& answer, void (*change)(TwilioSettings&) = nullptr) {
  Server server({{.answer = answer}});
  TwilioSettings with;
  with.net = loopback(server.url());
  with.account = "AC123";
  with.token = secret("tok-of-ours");
  with.from = "+15550001111";
  with.status_callback = "https://wend.example/twilio?p=1";
  if (change) change(with);
  std::vector<std::string> problems;
  const auto connector = make_twilio(with, standing_clock, problems);
  for (const std::string& problem : problems) FAIL(problem);
  const Outcome outcome = connector->deliver(weekly_mix("+46701234567", {{"body", "Caf\xc3\xa9 & more"}}));
  const std::vector<std::string> requests = server.requests();
  return {told(outcome), outcome.said, requests.empty() ? "" : requests[0]};
}

std::string twilio_error(int status, int code, const char* message = "") {
  return http_answer(status, "{\"code\":" + std::to_string(code) + ",\"message\":\"" + message + "\",\"status\":" + std::to_string(status) + "}");
}

Sent by_slack(const std::string& answer, bool bot, std::vector<Delivery::Field> content = {{"text", "Hello <there>"}}) {
  Server server({{.answer = answer}});
  SlackSettings with;
  with.net = loopback(server.url());
  (bot ? with.token : with.webhook_url) = secret(bot ? "xoxb-ours" : server.url() + "/services/T1/B1/x\n");
  std::vector<std::string> problems;
  const auto connector = make_slack(with, standing_clock, problems);
  for (const std::string& problem : problems) FAIL(problem);
  const Outcome outcome = connector->deliver(weekly_mix("C024BE91L", std::move(content)));
  const std::vector<std::string> requests = server.requests();
  return {told(outcome), outcome.said, requests.empty() ? "" : requests[0]};
}

}  // namespace

TEST_CASE("Twilio's request, byte for byte") {
  const Sent sent = by_twilio(http_answer(201, R"({"sid":"SM1f0e","status":"queued"})"));
  CHECK(sent.outcome == "delivered SM1f0e");
  const std::string body =
      "To=%2B46701234567&From=%2B15550001111&Body=Caf%C3%A9%20%26%20more"
      "&StatusCallback=https%3A%2F%2Fwend.example%2Ftwilio%3Fp%3D1%26msg_id%3D0123456789abcdef0123456789abcdef";
  CHECK(sent.request ==
        "POST /2010-04-01/Accounts/AC123/Messages.json HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "Authorization: Basic QUMxMjM6dG9rLW9mLW91cnM=\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
  const Sent service = by_twilio(http_answer(201), [](TwilioSettings& with) {
    with.from.clear();
    with.messaging_service = "MG9";
    with.status_callback.clear();
  });
  CHECK(service.request.substr(service.request.find("\r\n\r\n") + 4) == "To=%2B46701234567&MessagingServiceSid=MG9&Body=Caf%C3%A9%20%26%20more");
}

TEST_CASE("Twilio's answers") {
  const Sent stop = by_twilio(twilio_error(400, 21610, "Attempt to send to unsubscribed recipient"));
  CHECK(stop.outcome == "failed: status 400, opted out");
  CHECK(stop.said == "21610 Attempt to send to unsubscribed recipient");
  const Sent bad = by_twilio(twilio_error(400, 21211, "The 'To' number +46701234567 is not valid"));
  CHECK(bad.outcome == "failed: status 400, address dead");
  CHECK(bad.said == "21211 The 'To' number ... is not valid");
  CHECK(by_twilio(twilio_error(400, 21614)).outcome == "failed: status 400, address dead");
  CHECK(by_twilio(twilio_error(400, 21602)).outcome == "failed: status 400");
  CHECK(by_twilio(twilio_error(429, 20429)).outcome == "failed for now: code 20429");
  CHECK(by_twilio(twilio_error(401, 20003)).outcome == "failed for now: status 401");
  CHECK(by_twilio(twilio_error(500, 20500)).outcome == "unknown: status 500");
  CHECK(by_twilio(http_answer(201, "<html>")).outcome == "delivered");
}

TEST_CASE("Twilio's settings are looked at before anything is sent") {
  std::vector<std::string> problems;
  CHECK_FALSE(make_twilio({.account = "AC/../x"}, standing_clock, problems));
  CHECK(problems == std::vector<std::string>{"twilio: `account` is missing or no account", "twilio: `token` is missing",
                                             "twilio: one of `from` and `messaging_service` says who sends"});
}

TEST_CASE("Slack's requests, byte for byte") {
  const Sent hook = by_slack(http_answer(200, "ok"), false, {{"text", "Hello \"you\""}, {"blocks", "[{\"type\":\"divider\"}]"}});
  CHECK(hook.outcome == "delivered");
  CHECK(hook.request ==
        "POST /services/T1/B1/x HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "Content-Length: 54\r\n\r\n"
        R"({"text":"Hello \"you\"","blocks":[{"type":"divider"}]})");
  const Sent bot = by_slack(http_answer(200, R"({"ok":true,"ts":"1405895017.000506"})"), true);
  CHECK(bot.outcome == "delivered 1405895017.000506");
  const std::string body =
      R"({"channel":"C024BE91L","text":"Hello <there>","metadata":{"event_type":"wend_message","event_payload":{"msg_id":"0123456789abcdef0123456789abcdef"}}})";
  CHECK(bot.request ==
        "POST /api/chat.postMessage HTTP/1.1\r\n"
        "Host: 127.0.0.1:PORT\r\n"
        "User-Agent: wend\r\n"
        "Authorization: Bearer xoxb-ours\r\n"
        "Content-Type: application/json; charset=utf-8\r\n"
        "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST_CASE("Slack says no with status 200") {
  const auto bot = [](const char* body) { return by_slack(http_answer(200, body), true).outcome; };
  CHECK(bot(R"({"ok":false,"error":"channel_not_found"})") == "failed: refused, address dead");
  CHECK(bot(R"({"ok":false,"error":"is_archived"})") == "failed: refused, address dead");
  CHECK(bot(R"({"ok":false,"error":"msg_too_long"})") == "failed: refused");
  CHECK(bot(R"({"ok":false,"error":"ratelimited"})") == "failed for now: refused");
  CHECK(bot(R"({"ok":false,"error":"token_revoked"})") == "failed for now: refused");
  CHECK(bot(R"({"ok":false,"error":"internal_error"})") == "unknown: answer");
  CHECK(bot(R"({"ok":"yes"})") == "unknown: answer");
  CHECK(bot("ok") == "unknown: answer");
  CHECK(by_slack(http_answer(200, R"({"ok":false,"error":"msg_too_long"})"), true).said == "msg_too_long");
}

TEST_CASE("Slack's answers by status") {
  const auto hook = [](const std::string& answer) { return by_slack(answer, false).outcome; };
  CHECK(hook(http_answer(404, "no_service")) == "failed: status 404, endpoint gone");
  CHECK(hook(http_answer(410, "channel_is_archived")) == "failed: status 410, endpoint gone");
  CHECK(hook(http_answer(400, "invalid_payload")) == "failed: status 400");
  CHECK(hook(http_answer(429, "", "Retry-After: 1\r\n")) == "failed for now: status 429 until 1");
  CHECK(hook(http_answer(500)) == "unknown: status 500");
  CHECK(hook(http_answer(200, "<html>")) == "unknown: answer");
}

TEST_CASE("what is no list of blocks is not sent to Slack") {
  for (const char* blocks : {"{}", "[", "x", "[]],\"a\":[1"}) CHECK(by_slack("", false, {{"blocks", blocks}}).outcome == "failed: blocks");
  CHECK(by_slack("", false, {{"title", "x"}}).outcome == "failed: no content");
}
