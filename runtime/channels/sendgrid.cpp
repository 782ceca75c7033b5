// The SendGrid connector (POST /v3/mail/send). SendGrid knows no key by which it would notice a message sent twice; ours goes
// along as custom argument and header, so that its event webhook can settle what is unknown.
#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"

namespace wend {
namespace {

class SendgridConnector : public Connector {
 public:
  SendgridConnector(const SendgridSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    std::string problem;
    const std::optional<MailParts> parts = mail_parts(settings_.mail, delivery, problem);
    if (!parts) return failed_for_good(problem);
    const std::optional<SecretText> key = settings_.key.read(problem);
    if (!key) return failed_for_want_of_secret(problem);
    HttpRequest request{.url = base_url(settings_.net, "https://api.sendgrid.com") + "/v3/mail/send"};
    request.headers = {{"Authorization", "Bearer " + std::string(key->reveal())}, {"Content-Type", "application/json"}};
    request.body = body(delivery, *parts);
    const int64_t now_us = now_();
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind == Outcome::Kind::delivered) return delivered(std::string(answer.header("x-message-id")));
    const JsonAnswer said(answer.body);
    outcome.said = fit_to_keep(said.at("/errors/0/field") + " " + said.at("/errors/0/message"), delivery, {key->reveal()});
    return outcome;
  }

 private:
  std::string body(const Delivery& delivery, const MailParts& parts) const {
    const MailSettings& mail = settings_.mail;
    JsonText json;
    json.open('{').key("from").open('{').pair("email", mail.from);
    if (!mail.from_name.empty()) json.pair("name", one_line(mail.from_name));
    json.close('}');
    if (!mail.reply_to.empty()) json.key("reply_to").open('{').pair("email", mail.reply_to).close('}');
    json.pair("subject", parts.subject);
    json.key("personalizations").open('[').open('{').key("to").open('[').open('{').pair("email", delivery.address);
    json.close('}').close(']').close('}').close(']');
    json.key("content").open('[');   // SendGrid wants the plain text first
    if (parts.text) json.open('{').pair("type", "text/plain").pair("value", *parts.text).close('}');
    if (parts.html) json.open('{').pair("type", "text/html").pair("value", *parts.html).close('}');
    json.close(']').key("headers").open('{').pair("X-Wend-Id", delivery.id);
    for (const auto& [name, value] : parts.headers) json.pair(name, value);
    json.close('}').key("categories").open('[').text(delivery.category).close(']');
    json.key("custom_args").open('{').pair("msg_id", delivery.id).close('}').close('}');
    return json.str();
  }

  const SendgridSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
};

}  // namespace

std::unique_ptr<Connector> make_sendgrid(const SendgridSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  auto wire = make_wire(settings.net);
  check_base_url(*wire, settings.net, "sendgrid", problems);
  check_mail(settings.mail, "sendgrid", problems);
  if (settings.key.none()) problems.push_back("sendgrid: `key` is missing");
  if (problems.size() > before) return nullptr;
  return std::make_unique<SendgridConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
