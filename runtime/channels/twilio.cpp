// The Twilio connector: text messages. Twilio knows no key by which it would notice a message sent twice; ours goes along in
// the address of the status callback, where one is set.
#include <algorithm>

#include "runtime/channels/connectors.h"
#include "runtime/channels/json.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"
#include "runtime/channels/signatures.h"

namespace wend {
namespace {

class TwilioConnector : public Connector {
 public:
  TwilioConnector(const TwilioSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {}

  Outcome deliver(const Delivery& delivery) override {
    const std::string* text = field(delivery, settings_.body);
    if (!text || text->empty()) return failed_for_good("no content");
    if (delivery.address.empty() || delivery.address.size() > 64) return failed_for_good("address");
    std::string problem;
    const std::optional<SecretText> token = settings_.token.read(problem);
    if (!token) return failed_for_want_of_secret(problem);
    HttpRequest request{.url = base_url(settings_.net, "https://api.twilio.com") + "/2010-04-01/Accounts/" + settings_.account + "/Messages.json"};
    const std::string login = settings_.account + ":" + std::string(token->reveal());
    request.headers = {{"Authorization", "Basic " + base64(login)}, {"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = form(delivery, *text);
    const int64_t now_us = now_();
    const HttpAnswer answer = wire_->exchange(request, delivery.deadline);
    return read(answer, now_us, delivery, *token);
  }

  // A form with MessageStatus and ErrorCode; the id is in the address. Twilio does not say when. Whatever comes before `delivered`
  // says that Twilio has taken it, as a 201 does.
  CallbackReading hear(const CallbackRequest& request) override {
    using How = CallbackReading::How;
    if (settings_.status_callback.empty()) return not_heard(How::unset, "neither `status_callback` of this channel nor `ingest.public_url` is set");
    std::string problem;
    const std::optional<SecretText> token = settings_.token.read(problem);
    if (!token) return not_heard(How::trouble, "the token cannot be read");
    const Form query = form_of(request.query), form = form_of(request.body);
    const std::string_view id = value_of(query, "msg_id"), status = value_of(form, "MessageStatus"), code = value_of(form, "ErrorCode");
    if (!is_signed(token->reveal(), id, form, request.header("x-twilio-signature")))
      return not_heard(How::unsigned_, "it is not signed by the token over the address of the status callback");
    CallbackReading reading;
    reading.how = How::heard;
    constexpr std::string_view kTaken[] = {"accepted", "queued", "sending", "sent", "delivered"}, kNot[] = {"failed", "undelivered", "canceled"};
    const bool taken = std::find(std::begin(kTaken), std::end(kTaken), status) != std::end(kTaken);
    const bool not_taken = std::find(std::begin(kNot), std::end(kNot), status) != std::end(kNot);
    if (!is_message_id(id) || (!taken && !not_taken && status != "read")) return reading.passed_over = 1, reading;
    report(reading, id, taken ? "delivered" : not_taken ? "failed" : "opened", form);
    if (not_taken && opted_out(code)) report(reading, id, "unsubscribed", form);
    if (not_taken && address_dead(code)) report(reading, id, "bounced", form);
    return reading;
  }

 private:
  static bool opted_out(std::string_view code) { return code == "21610"; }   // STOP
  static bool address_dead(std::string_view code) { return code == "21211" || code == "21614"; }

  std::string form(const Delivery& delivery, const std::string& text) const {
    std::string form = "To=" + percent_encoded(delivery.address);
    form += settings_.from.empty() ? "&MessagingServiceSid=" + percent_encoded(settings_.messaging_service)
                                   : "&From=" + percent_encoded(settings_.from);
    form += "&Body=" + percent_encoded(text);
    return settings_.status_callback.empty() ? form : form + "&StatusCallback=" + percent_encoded(callback_url(delivery.id));
  }

  // It names the message, so that what comes back does.
  std::string callback_url(std::string_view id) const {
    const char* joint = settings_.status_callback.find('?') == std::string::npos ? "?" : "&";
    return settings_.status_callback + joint + "msg_id=" + percent_encoded(id);
  }

  // Twilio signs the address it calls; some of its services with the usual port in it, some without.
  bool is_signed(std::string_view token, std::string_view id, const Form& form, std::string_view signature) const {
    const std::string url = callback_url(id);
    const bool plain = is_twilio_callback(token, url, form, signature);
    const size_t host = url.find("//") + 2, end = std::min(url.find_first_of("/?", host), url.size());
    const std::string port = url.starts_with("https:") ? ":443" : ":80";
    std::string other = url;
    if (url.substr(host, end - host).ends_with(port)) other.erase(end - port.size(), port.size());
    else if (url.find(':', host) >= end) other.insert(end, port);
    return is_twilio_callback(token, other, form, signature) || plain;
  }

  static void report(CallbackReading& reading, std::string_view id, std::string_view event, const Form& form) {
    Callback said;
    said.id = id;
    said.event = event;
    said.key.append(value_of(form, "MessageSid")).append(" ").append(value_of(form, "MessageStatus"));
    said.permanent = event == "bounced";
    reading.reports.push_back(std::move(said));
  }

  static Outcome read(const HttpAnswer& answer, int64_t now_us, const Delivery& delivery, const SecretText& token) {
    const JsonAnswer said(answer.body);
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind == Outcome::Kind::delivered) return delivered(said.at("/sid"));
    const std::string code = said.at("/code");
    const bool refused = answer.status >= 400 && answer.status <= 499;
    if (refused && code == "20429") outcome = failed_for_now("code 20429", retry_after(answer, now_us));
    outcome.opted_out = refused && opted_out(code);
    outcome.address_dead = refused && address_dead(code);
    outcome.said = fit_to_keep((code.empty() ? "" : code + " ") + said.at("/message"), delivery, {token.reveal()});
    return outcome;
  }

  const TwilioSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
};

}  // namespace

std::unique_ptr<Connector> make_twilio(const TwilioSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  auto wire = make_wire(settings.net);
  check_base_url(*wire, settings.net, "twilio", problems);
  if (!is_plain_id(settings.account)) problems.push_back("twilio: `account` is missing or no account");
  if (settings.token.none()) problems.push_back("twilio: `token` is missing");
  if (settings.from.empty() == settings.messaging_service.empty())
    problems.push_back("twilio: one of `from` and `messaging_service` says who sends");
  if (!settings.status_callback.empty() && !settings.status_callback.starts_with("https://") && !settings.status_callback.starts_with("http://"))
    problems.push_back("twilio: `status_callback` is no address on the web");
  if (problems.size() > before) return nullptr;
  return std::make_unique<TwilioConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
