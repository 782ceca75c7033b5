// The Firebase Cloud Messaging connector, version 1: a service account's key is exchanged for a token that holds for an hour,
// and every message is posted with it. FCM only collapses, it does not notice a message sent twice.
#include <algorithm>
#include <mutex>

#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"
#include "runtime/channels/signatures.h"

namespace wend {
namespace {

constexpr size_t kMessageBytesMax = 4096;
constexpr int64_t kSecondUs = 1'000'000, kTokenSpareSeconds = 300, kLifeSecondsMax = 28 * 86'400;
constexpr const char* kScope = "https://www.googleapis.com/auth/firebase.messaging";

struct Account { std::string project, email, key, key_id, token_url; };

class FcmConnector : public Connector {
 public:
  FcmConnector(const FcmSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    if (delivery.address.empty() || delivery.address.size() > kMessageBytesMax) return failed_for_good("address");
    const int64_t now_us = now_();
    HttpRequest request{.body = body(delivery, now_us), .reuse = true};
    if (request.body.empty()) return failed_for_good("no content");
    if (request.body.size() > kMessageBytesMax) return failed_for_good("too large");

    std::string problem, token, project;
    const std::optional<SecretText> file = settings_.service_account.read(problem);
    if (!file) return failed_for_want_of_secret(problem);
    if (std::optional<Outcome> stopped = bearer(file->reveal(), delivery, now_us, token, project)) return *stopped;

    request.url = base_url(settings_.net, "https://fcm.googleapis.com") + "/v1/projects/" + project + "/messages:send";
    request.headers = {{"Authorization", "Bearer " + token}, {"Content-Type", "application/json"}};
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    if (answer.status == 401) forget(token);
    return read(answer, now_us, delivery);
  }

 private:
  // A token that holds a while yet. An outcome where there is none: all of them are for now, nothing of the message has left.
  std::optional<Outcome> bearer(std::string_view file, const Delivery& delivery, int64_t now_us, std::string& token, std::string& project) {
    const std::unique_lock lock(mutex_, delivery.deadline);   // whoever holds it is asking for one
    if (!lock) return failed_for_now("deadline");
    const std::string hash = sha256(file);
    if (token_.empty() || hash != file_hash_ || now_us >= token_until_us_ - kTokenSpareSeconds * kSecondUs) {
      const JsonAnswer json(file);
      const Account account{json.at("/project_id"), json.at("/client_email"), json.at("/private_key"), json.at("/private_key_id"),
                            settings_.token_url.empty() ? "https://oauth2.googleapis.com/token" : settings_.token_url};
      if (!is_plain_id(account.project) || account.email.empty()) return failed_for_want_of_secret("this is no service account's file");
      if (std::optional<Outcome> stopped = ask_for_token(account, delivery, now_us)) return stopped;
      file_hash_ = hash;
      project_ = account.project;
    }
    token = token_;
    project = project_;
    return std::nullopt;
  }

  std::optional<Outcome> ask_for_token(const Account& account, const Delivery& delivery, int64_t now_us) {
    const int64_t now_s = now_us / kSecondUs;
    JsonText header, claims;
    header.open('{').pair("alg", "RS256").pair("typ", "JWT").pair("kid", account.key_id).close('}');
    claims.open('{').pair("iss", account.email).pair("scope", kScope).pair("aud", account.token_url);
    claims.key("iat").raw(std::to_string(now_s)).key("exp").raw(std::to_string(now_s + 3600)).close('}');
    const std::optional<std::string> assertion = jwt(header.str(), claims.str(), /*elliptic=*/false, account.key);
    if (!assertion) return failed_for_want_of_secret("the service account's key is no RSA key");
    HttpRequest request{.url = account.token_url, .headers = {{"Content-Type", "application/x-www-form-urlencoded"}}};
    request.body = "grant_type=" + percent_encoded("urn:ietf:params:oauth:grant-type:jwt-bearer") + "&assertion=" + *assertion;
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    const JsonAnswer said(answer.body);
    const std::string token = said.at("/access_token"), lasts = said.at("/expires_in");
    if (answer.status != 200 || answer.trouble != Trouble::none || token.empty()) {
      Outcome outcome = failed_for_now("token", retry_after(answer, now_us));
      outcome.said = fit_to_keep(said.at("/error") + " " + said.at("/error_description"), delivery, {account.email});
      return outcome;
    }
    token_ = token;
    const bool number = !lasts.empty() && lasts.size() <= 6 && lasts.find_first_not_of("0123456789") == std::string::npos;
    token_until_us_ = now_us + (number ? std::stoll(lasts) : 3600) * kSecondUs;
    return std::nullopt;
  }

  void forget(const std::string& token) {
    const std::lock_guard lock(mutex_);
    if (token_ == token) token_.clear();
  }

  // "" when there is neither title nor body.
  std::string body(const Delivery& delivery, int64_t now_us) const {
    const std::string* title = field(delivery, settings_.fields.title);
    const std::string* text = field(delivery, settings_.fields.body);
    if (!title && !text) return "";
    JsonText json;
    json.open('{');
    if (settings_.validate_only) json.key("validate_only").raw("true");
    json.key("message").open('{').pair("token", delivery.address).key("notification").open('{');
    if (title) json.pair("title", *title);
    if (text) json.pair("body", *text);
    json.close('}').key("data").open('{').pair("msg_id", delivery.id);
    for (const Delivery::Field& extra : delivery.content)
      if (&extra.text != title && &extra.text != text && extra.name != "msg_id") json.pair(extra.name, extra.text);
    json.close('}');
    if (delivery.valid_until_us != INT64_MAX) {
      const int64_t seconds = std::clamp<int64_t>((delivery.valid_until_us - now_us) / kSecondUs, 0, kLifeSecondsMax);
      json.key("android").open('{').pair("ttl", std::to_string(seconds) + "s").close('}');
      json.key("apns").open('{').key("headers").open('{').pair("apns-expiration", std::to_string(delivery.valid_until_us / kSecondUs));
      json.close('}').close('}');
    }
    return json.close('}').close('}').str();
  }

  static Outcome read(const HttpAnswer& answer, int64_t now_us, const Delivery& delivery) {
    Outcome outcome = outcome_of(answer, now_us);
    const JsonAnswer said(answer.body);
    if (outcome.kind == Outcome::Kind::delivered) return delivered(said.at("/name"));
    std::string code = said.at("/error/status");
    bool of_fcm = false;
    for (char i = '0'; i <= '9'; ++i) {
      const std::string detail = std::string("/error/details/") + i;
      if (!said.at(detail + "/@type").ends_with("FcmError")) continue;
      of_fcm = true;
      if (const std::string finer = said.at(detail + "/errorCode"); !finer.empty()) code = finer;
    }
    if (answer.status == 404 && code == "UNREGISTERED") outcome.address_dead = true;
    // The same code speaks of the token or of our payload; only the kind of detail tells which.
    if (answer.status == 400 && code == "INVALID_ARGUMENT" && of_fcm) outcome.address_dead = true;
    if (answer.status == 403 && code == "SENDER_ID_MISMATCH") outcome = failed_for_good("status 403");
    outcome.said = fit_to_keep(code, delivery);
    return outcome;
  }

  const FcmSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
  std::timed_mutex mutex_;
  std::string token_, file_hash_, project_;   // under mutex_
  int64_t token_until_us_ = 0;
};

}  // namespace

std::unique_ptr<Connector> make_fcm(const FcmSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  auto wire = make_wire(settings.net);
  check_base_url(*wire, settings.net, "fcm", problems);
  if (!settings.token_url.empty())
    if (const std::string problem = wire->problem_of_url(settings.token_url); !problem.empty()) problems.push_back("fcm: `token_url`: " + problem);
  if (settings.service_account.none()) problems.push_back("fcm: `service_account` is missing");
  if (problems.size() > before) return nullptr;
  return std::make_unique<FcmConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
