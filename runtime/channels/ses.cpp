// The Amazon SES connector (POST /v2/email/outbound-emails, SigV4). SES knows no key by which it would notice a message sent
// twice; ours goes along as a tag and a header.
#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"
#include "runtime/channels/sigv4.h"

namespace wend {
namespace {

constexpr const char* kPath = "/v2/email/outbound-emails";

// What AWS calls the error: `MessageRejected` of "MessageRejected:http://…" in the header, or of "x#MessageRejected" in the body.
std::string error_type(const HttpAnswer& answer) {
  std::string type(answer.header("x-amzn-errortype"));
  if (type.empty()) type = JsonAnswer(answer.body).at("/__type");
  type.erase(std::min(type.find(':'), type.size()));
  return type.substr(type.rfind('#') + 1);
}

class SesConnector : public Connector {
 public:
  SesConnector(const SesSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    std::string problem;
    const std::optional<MailParts> parts = mail_parts(settings_.mail, delivery, problem);
    if (!parts) return failed_for_good(problem);
    const std::optional<SecretText> id = settings_.access_key_id.read(problem);
    const std::optional<SecretText> secret = id ? settings_.secret_access_key.read(problem) : std::nullopt;
    const bool temporary = !settings_.session_token.none();
    const std::optional<SecretText> token = secret && temporary ? settings_.session_token.read(problem) : std::nullopt;
    if (!secret || (temporary && !token)) return failed_for_want_of_secret(problem);

    const std::string base = base_url(settings_.net, "https://email." + settings_.region + ".amazonaws.com");
    HttpRequest request{.url = base + kPath, .body = body(delivery, *parts)};
    const int64_t now_us = now_();
    const AwsKeys keys{id->reveal(), secret->reveal(), token ? token->reveal() : std::string_view()};
    std::string host = base.substr(base.find("//") + 2);
    if (host.ends_with(":443")) host.resize(host.size() - 4);   // as the Host header has it
    request.headers = sign_v4(keys, settings_.region, "ses", {"POST", host, kPath, "", {{"Content-Type", "application/json"}}, request.body}, now_us);
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    return read(answer, now_us, delivery);
  }

 private:
  static Outcome read(const HttpAnswer& answer, int64_t now_us, const Delivery& delivery) {
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind == Outcome::Kind::delivered) return delivered(JsonAnswer(answer.body).at("/MessageId"));
    const std::string type = error_type(answer);
    // A sender that AWS has paused or limited is our trouble, not the message's.
    const bool ours = type == "SendingPausedException" || type == "LimitExceededException" || type == "AccountSuspendedException" ||
                      type == "MailFromDomainNotVerifiedException";
    if (answer.status == 400 && ours) outcome = failed_for_now("status 400", retry_after(answer, now_us));
    outcome.said = fit_to_keep(type + " " + JsonAnswer(answer.body).at("/message"), delivery);
    return outcome;
  }

  std::string body(const Delivery& delivery, const MailParts& parts) const {
    const MailSettings& mail = settings_.mail;
    JsonText json;
    const auto data = [&](std::string_view name, std::string_view text) {
      json.key(name).open('{').pair("Data", text).pair("Charset", "UTF-8").close('}');
    };
    const std::string from = mail.from_name.empty() ? mail.from : mailbox(mail.from_name, mail.from);
    json.open('{').pair("FromEmailAddress", from);
    json.key("Destination").open('{').key("ToAddresses").open('[').text(delivery.address).close(']').close('}');
    if (!mail.reply_to.empty()) json.key("ReplyToAddresses").open('[').text(mail.reply_to).close(']');
    json.key("Content").open('{').key("Simple").open('{');
    data("Subject", parts.subject);
    json.key("Body").open('{');
    if (parts.text) data("Text", *parts.text);
    if (parts.html) data("Html", *parts.html);
    json.close('}').key("Headers").open('[').open('{').pair("Name", "X-Wend-Id").pair("Value", delivery.id).close('}');
    for (const auto& [name, value] : parts.headers) json.open('{').pair("Name", name).pair("Value", value).close('}');
    json.close(']').close('}').close('}');
    json.key("EmailTags").open('[').open('{').pair("Name", "msg_id").pair("Value", delivery.id).close('}').close(']');
    if (!settings_.configuration_set.empty()) json.pair("ConfigurationSetName", settings_.configuration_set);
    return json.close('}').str();
  }

  const SesSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
};

}  // namespace

std::unique_ptr<Connector> make_ses(const SesSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  auto wire = make_wire(settings.net);
  check_base_url(*wire, settings.net, "ses", problems);
  check_mail(settings.mail, "ses", problems);
  if (!is_plain_id(settings.region)) problems.push_back("ses: `region` is missing or no region");
  if (settings.access_key_id.none() || settings.secret_access_key.none()) problems.push_back("ses: the access key or its secret is missing");
  if (problems.size() > before) return nullptr;
  return std::make_unique<SesConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
