// The SendGrid connector (POST /v3/mail/send). SendGrid knows no key by which it would notice a message sent twice; ours goes
// along as custom argument and header, so that its event webhook can settle what is unknown.
#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"
#include "runtime/channels/signatures.h"

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

  // An array of events, each with the custom arguments of its mail. Other mails of the same account are in it, too.
  CallbackReading hear(const CallbackRequest& request) override {
    using How = CallbackReading::How;
    if (settings_.callback_key.empty()) return not_heard(How::unset, "`callback_key` is not set for this channel");
    const std::string_view stamp = request.header("x-twilio-email-event-webhook-timestamp");
    const std::optional<int64_t> at = seconds_text(stamp);
    if (!at || *at < now_() - kOldestUs || *at > now_() + kCallbackOldestUs ||
        !is_sendgrid_callback(settings_.callback_key, stamp, request.body, request.header("x-twilio-email-event-webhook-signature")))
      return not_heard(How::unsigned_, "it is not signed by SendGrid's key, or was signed too long ago");
    const JsonAnswer json(request.body);
    if (!json.is_array()) return not_heard(How::unreadable, "it is no JSON array");
    CallbackReading reading;
    reading.how = How::heard;
    for (size_t i = 0; i < json.size(); ++i) read(json, "/" + std::to_string(i), reading);
    return reading;
  }

 private:
  static constexpr int64_t kOldestUs = 25 * 3'600'000'000LL;   // SendGrid tries for a day

  static void read(const JsonAnswer& json, const std::string& place, CallbackReading& reading) {
    const std::string event = json.at(place + "/event"), reason = json.at(place + "/reason");
    Callback said;
    said.id = json.at(place + "/msg_id");
    said.key = json.at(place + "/sg_event_id");
    said.at_us = seconds_text(json.at(place + "/timestamp"));
    const auto report = [&](std::string_view ours) {
      said.event = ours;
      said.permanent = ours == "bounced" && json.at(place + "/type") != "blocked";   // that will pass
      said.link = ours == "clicked" ? link_text(json.at(place + "/url")) : "";
      reading.reports.push_back(said);
    };
    const bool by_machine = json.at(place + "/sg_machine_open") == "true";   // nobody has opened it
    if (!is_message_id(said.id)) ++reading.passed_over;
    else if (event == "processed" || event == "delivered") report("delivered");   // SendGrid has taken it, as a 202 says
    else if (event == "open" && !by_machine) report("opened");
    else if (event == "click") report("clicked");
    else if (event == "bounce") report("bounced");
    else if (event == "unsubscribe" || event == "group_unsubscribe" || event == "spamreport") report("unsubscribed");
    else if (event != "dropped") ++reading.passed_over;
    else {
      report("failed");
      if (reason == "Bounced Address" || reason == "Invalid") report("bounced");
      if (reason == "Unsubscribed Address" || reason == "Spam Reporting Address") report("unsubscribed");
    }
  }

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
  if (!settings.callback_key.empty() && !is_sendgrid_key(settings.callback_key))
    problems.push_back("sendgrid: `callback_key` is not the public key that SendGrid shows for its signed event webhook");
  if (problems.size() > before) return nullptr;
  return std::make_unique<SendgridConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
