// The webhook connector: the message as JSON, signed by Standard Webhooks. The message id is the idempotency key, so the
// body is the same in every attempt.
#include <algorithm>
#include <atomic>

#include "runtime/abi/zones.h"
#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/message_json.h"
#include "runtime/channels/outcomes.h"
#include "runtime/channels/signatures.h"

namespace wend {
namespace {

class WebhookConnector : public Connector {
 public:
  WebhookConnector(const WebhookSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    if (off_) return switched_off();
    HttpRequest request{.url = settings_.url};
    request.body = "{\"type\":\"message\",\"data\":";
    append_message_json(request.body, delivery);
    request.body += '}';
    const int64_t now_us = now_();
    std::string problem, signatures;
    if (!sign(delivery, now_us / 1'000'000, request.body, signatures, problem))
      return failed_for_want_of_secret(problem);
    request.headers = {{"Content-Type", "application/json"},
                       {"webhook-id", delivery.id},
                       {"webhook-timestamp", std::to_string(now_us / 1'000'000)},
                       {"webhook-signature", signatures}};
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    if (answer.status == 410) {
      off_ = true;
      return switched_off();
    }
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind != Outcome::Kind::delivered) outcome.said = fit_to_keep(answer.body, delivery);
    return outcome;
  }

  // {"type": "message.delivered", "timestamp": "…", "data": {"id": "…"}}, signed as what we send is.
  CallbackReading hear(const CallbackRequest& request) override {
    using How = CallbackReading::How;
    if (settings_.callback_keys.empty()) return not_heard(How::unset, "`callback_keys` is not set for this channel");
    const std::string_view id = request.header("webhook-id");
    const std::optional<int64_t> at = seconds_text(request.header("webhook-timestamp"));
    if (id.empty() || !at || *at < now_() - kCallbackOldestUs || *at > now_() + kCallbackOldestUs)
      return not_heard(How::unsigned_, "it is not signed as Standard Webhooks says, or was signed too long ago");
    bool right = false;
    std::string problem;
    for (const SecretSource& source : settings_.callback_keys) {
      const std::optional<SecretText> key = source.read(problem);
      right |= key && is_standard_webhook(key->reveal(), id, *at / 1'000'000, request.body, request.header("webhook-signature"));
    }
    if (!right && !problem.empty()) return not_heard(How::trouble, "a key cannot be read");
    return right ? read(id, request.body) : not_heard(How::unsigned_, "it is signed by none of the keys");
  }

 private:
  static CallbackReading read(std::string_view webhook_id, std::string_view body) {
    const JsonAnswer json(body);
    CallbackReading reading;
    if (!json.is_object()) return not_heard(CallbackReading::How::unreadable, "it is no JSON object");
    reading.how = CallbackReading::How::heard;
    constexpr std::string_view kEvents[] = {"delivered", "failed", "opened", "clicked", "bounced", "unsubscribed"}, kBefore = "message.";
    const std::string type = json.at("/type");
    Callback said;
    said.id = json.at("/data/id");
    said.key = webhook_id;
    int64_t at_us = 0;
    if (parse_instant(json.at("/timestamp"), *find_zone("UTC"), at_us)) said.at_us = at_us;
    said.permanent = json.at("/data/permanent") == "true";
    said.link = link_text(json.at("/data/link"));
    said.topic = json.at("/data/topic");
    if (type.starts_with(kBefore)) said.event = type.substr(kBefore.size());
    const bool known = std::find(std::begin(kEvents), std::end(kEvents), said.event) != std::end(kEvents);
    if (known && is_message_id(said.id)) reading.reports.push_back(std::move(said));
    else reading.passed_over = 1;
    return reading;
  }

  static Outcome switched_off() {
    Outcome outcome = failed_for_good("endpoint switched off");
    outcome.endpoint_gone = true;
    return outcome;
  }

  bool sign(const Delivery& delivery, int64_t timestamp, std::string_view body, std::string& signatures, std::string& problem) {
    for (const SecretSource& source : settings_.keys) {
      const std::optional<SecretText> key = source.read(problem);
      if (!key) return false;
      const std::optional<std::string> signature = standard_webhooks_signature(key->reveal(), delivery.id, timestamp, body);
      if (!signature) {
        problem = "a signing key is not base64";
        return false;
      }
      if (!signatures.empty()) signatures += ' ';
      signatures += *signature;
    }
    return true;
  }

  const WebhookSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
  std::atomic<bool> off_ = false;   // by a 410, until the process starts again or the settings are loaded anew
};

}  // namespace

std::unique_ptr<Connector> make_webhook(const WebhookSettings& settings, WallClock now, std::vector<std::string>& problems) {
  auto wire = make_wire(settings.net);
  const size_t before = problems.size();
  if (const std::string problem = wire->problem_of_url(settings.url); !problem.empty()) problems.push_back("webhook: " + problem);
  if (settings.keys.empty()) problems.push_back("webhook: no signing key is set");
  if (problems.size() > before) return nullptr;
  return std::make_unique<WebhookConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
