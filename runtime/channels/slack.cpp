// The Slack connector: an incoming webhook, whose URL is the secret, or `chat.postMessage`, which says no with status 200.
#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/outcomes.h"

namespace wend {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  for (const std::string_view word : words)
    if (text == word) return true;
  return false;
}

class SlackConnector : public Connector {
 public:
  SlackConnector(const SlackSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    const std::string* text = field(delivery, settings_.text);
    const std::string* blocks = field(delivery, settings_.blocks);
    if (!text && !blocks) return failed_for_good("no content");
    if (blocks && !JsonAnswer(*blocks).is_array()) return failed_for_good("blocks");
    const bool by_bot = !settings_.token.none();
    std::string problem;
    const std::optional<SecretText> secret = (by_bot ? settings_.token : settings_.webhook_url).read(problem);
    if (!secret) return failed_for_want_of_secret(problem);
    HttpRequest request;
    request.headers = {{"Content-Type", "application/json; charset=utf-8"}};
    if (by_bot) {
      request.url = base_url(settings_.net, "https://slack.com") + "/api/chat.postMessage";
      request.headers.insert(request.headers.begin(), {"Authorization", "Bearer " + std::string(secret->reveal())});
    } else {
      request.url = secret->reveal();
    }
    request.body = body(delivery, text, blocks, by_bot);
    const int64_t now_us = now_();
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    Outcome outcome = by_bot ? of_bot(answer, now_us) : of_webhook(answer, now_us);
    if (outcome.kind != Outcome::Kind::delivered)
      outcome.said = fit_to_keep(by_bot ? JsonAnswer(answer.body).at("/error") : answer.body, delivery, {secret->reveal()});
    return outcome;
  }

 private:
  static std::string body(const Delivery& delivery, const std::string* text, const std::string* blocks, bool by_bot) {
    JsonText json;
    json.open('{');
    if (by_bot) json.pair("channel", delivery.address);
    if (text) json.pair("text", *text);
    if (blocks) json.key("blocks").raw(*blocks);
    if (by_bot) {
      json.key("metadata").open('{').pair("event_type", "wend_message");
      json.key("event_payload").open('{').pair("msg_id", delivery.id).close('}').close('}');
    }
    return json.close('}').str();
  }

  static Outcome of_webhook(const HttpAnswer& answer, int64_t now_us) {
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind == Outcome::Kind::delivered && answer.body != "ok") return unknown("answer");
    if (answer.status == 404 || answer.status == 410) outcome.endpoint_gone = true;
    return outcome;
  }

  static Outcome of_bot(const HttpAnswer& answer, int64_t now_us) {
    const Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind != Outcome::Kind::delivered) return outcome;
    const JsonAnswer said(answer.body);
    if (said.at("/ok") == "true") return delivered(said.at("/ts"));
    const std::string error = said.at("/error");
    if (said.at("/ok") != "false" || one_of(error, {"internal_error", "fatal_error", "request_timeout"})) return unknown("answer");
    if (one_of(error, {"ratelimited", "rate_limited", "service_unavailable", "invalid_auth", "not_authed", "account_inactive",
                       "token_expired", "token_revoked", "missing_scope", "not_in_channel"}))
      return failed_for_now("refused", retry_after(answer, now_us));
    Outcome refused = failed_for_good("refused");
    refused.address_dead = one_of(error, {"channel_not_found", "is_archived", "user_not_found"});
    return refused;
  }

  const SlackSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
};

}  // namespace

std::unique_ptr<Connector> make_slack(const SlackSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  auto wire = make_wire(settings.net);
  check_base_url(*wire, settings.net, "slack", problems);
  if (settings.webhook_url.none() == settings.token.none()) problems.push_back("slack: one of `webhook_url` and `token` says where to");
  if (problems.size() > before) return nullptr;
  return std::make_unique<SlackConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
