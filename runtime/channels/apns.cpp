// The connector of Apple's push notifications: HTTP/2, and a token of our own making that Apple wants renewed every 20 to 60
// minutes. The message id is the collapse id, so a second copy replaces the first on the device.
#include <algorithm>
#include <mutex>

#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"
#include "runtime/channels/signatures.h"

namespace wend {
namespace {

constexpr size_t kPayloadBytesMax = 4096, kTokenBytesMax = 200;
constexpr int64_t kSecondUs = 1'000'000, kRenewAfterUs = 40 * 60 * kSecondUs;

bool is_device_token(std::string_view text) {
  return !text.empty() && text.size() <= kTokenBytesMax && text.find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
}

// 32 hex digits in the form that `apns-id` wants; "" for any other id.
std::string as_uuid(std::string_view id) {
  if (id.size() != 32 || id.find_first_not_of("0123456789abcdef") != std::string_view::npos) return "";
  std::string uuid(id);
  for (const size_t at : {20, 16, 12, 8}) uuid.insert(at, "-");
  return uuid;
}

class ApnsConnector : public Connector {
 public:
  ApnsConnector(const ApnsSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    if (!is_device_token(delivery.address)) return failed_for_good("address");
    if (!is_plain_id(delivery.id)) return failed_for_good("message id");
    HttpRequest request{.body = body(delivery), .http2 = true, .reuse = true};
    if (request.body.empty()) return failed_for_good("no content");
    if (request.body.size() > kPayloadBytesMax) return failed_for_good("too large");
    std::string problem;
    const std::optional<SecretText> key = settings_.key.read(problem);
    if (!key) return failed_for_want_of_secret(problem);
    const int64_t now_us = now_();
    const std::string token = bearer(key->reveal(), now_us);
    if (token.empty()) return failed_for_want_of_secret("the key is no P-256 key in PEM");

    request.url = base_url(settings_.net, "https://api.push.apple.com") + "/3/device/" + delivery.address;
    request.headers = {{"authorization", "bearer " + token}, {"apns-topic", settings_.topic}, {"apns-push-type", "alert"},
                       {"apns-priority", "10"}, {"apns-collapse-id", delivery.id}, {"content-type", "application/json"}};
    if (const std::string uuid = as_uuid(delivery.id); !uuid.empty()) request.headers.emplace_back("apns-id", uuid);
    if (delivery.valid_until_us != INT64_MAX)
      request.headers.emplace_back("apns-expiration", std::to_string(delivery.valid_until_us / kSecondUs));
    return read(wire_->exchange(request, delivery.deadline), delivery, now_us, token);
  }

 private:
  Outcome read(const HttpAnswer& answer, const Delivery& delivery, int64_t now_us, const std::string& token) {
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind == Outcome::Kind::delivered) return delivered(std::string(answer.header("apns-id")));
    const JsonAnswer said(answer.body);
    const std::string reason = said.at("/reason");
    if (answer.status == 403 && (reason == "ExpiredProviderToken" || reason == "InvalidProviderToken")) forget(token);
    if (answer.status == 400 && reason == "BadDeviceToken") outcome.address_dead = true;
    if (answer.status == 410) {
      outcome.address_dead = true;
      const std::string since_ms = said.at("/timestamp");
      const bool number = !since_ms.empty() && since_ms.size() <= 15 && since_ms.find_first_not_of("0123456789") == std::string::npos;
      if (number) outcome.dead_since_us = std::stoll(since_ms) * 1000;
    }
    outcome.said = fit_to_keep(reason, delivery);
    return outcome;
  }

  // "" when the key cannot sign.
  std::string bearer(std::string_view key, int64_t now_us) {
    const std::lock_guard lock(mutex_);
    const std::string hash = sha256(key);
    if (token_.empty() || hash != key_hash_ || now_us - made_at_us_ >= kRenewAfterUs || now_us < made_at_us_) {
      JsonText header, claims;
      header.open('{').pair("alg", "ES256").pair("kid", settings_.key_id).close('}');
      claims.open('{').pair("iss", settings_.team_id).key("iat").raw(std::to_string(now_us / kSecondUs)).close('}');
      token_ = jwt(header.str(), claims.str(), /*elliptic=*/true, key).value_or("");
      key_hash_ = hash;
      made_at_us_ = now_us;
    }
    return token_;
  }

  void forget(const std::string& token) {
    const std::lock_guard lock(mutex_);
    if (token_ == token) token_.clear();
  }

  // "" when there is neither title nor body.
  std::string body(const Delivery& delivery) const {
    const std::string* title = field(delivery, settings_.fields.title);
    const std::string* text = field(delivery, settings_.fields.body);
    if (!title && !text) return "";
    JsonText json;
    json.open('{').key("aps").open('{').key("alert").open('{');
    if (title) json.pair("title", *title);
    if (text) json.pair("body", *text);
    json.close('}').close('}').pair("msg_id", delivery.id);
    for (const Delivery::Field& extra : delivery.content)
      if (&extra.text != title && &extra.text != text && extra.name != "aps" && extra.name != "msg_id") json.pair(extra.name, extra.text);
    return json.close('}').str();
  }

  const ApnsSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
  std::mutex mutex_;
  std::string token_, key_hash_;   // under mutex_
  int64_t made_at_us_ = 0;
};

}  // namespace

std::unique_ptr<Connector> make_apns(const ApnsSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  auto wire = make_wire(settings.net);
  check_base_url(*wire, settings.net, "apns", problems);
  if (!is_plain_id(settings.team_id) || !is_plain_id(settings.key_id)) problems.push_back("apns: `team_id` or `key_id` is missing");
  if (!is_mail_address("x@" + settings.topic)) problems.push_back("apns: `topic` is missing or no name of an app");
  if (settings.key.none()) problems.push_back("apns: `key` is missing");
  if (problems.size() > before) return nullptr;
  return std::make_unique<ApnsConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
