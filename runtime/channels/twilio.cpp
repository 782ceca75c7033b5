// The Twilio connector: text messages. Twilio knows no key by which it would notice a message sent twice; ours goes along in
// the address of the status callback, where one is set.
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

 private:
  std::string form(const Delivery& delivery, const std::string& text) const {
    std::string form = "To=" + percent_encoded(delivery.address);
    form += settings_.from.empty() ? "&MessagingServiceSid=" + percent_encoded(settings_.messaging_service)
                                   : "&From=" + percent_encoded(settings_.from);
    form += "&Body=" + percent_encoded(text);
    if (settings_.status_callback.empty()) return form;
    const char* joint = settings_.status_callback.find('?') == std::string::npos ? "?" : "&";
    return form + "&StatusCallback=" + percent_encoded(settings_.status_callback + joint + "msg_id=" + percent_encoded(delivery.id));
  }

  static Outcome read(const HttpAnswer& answer, int64_t now_us, const Delivery& delivery, const SecretText& token) {
    const JsonAnswer said(answer.body);
    Outcome outcome = outcome_of(answer, now_us);
    if (outcome.kind == Outcome::Kind::delivered) return delivered(said.at("/sid"));
    const std::string code = said.at("/code");
    const bool refused = answer.status >= 400 && answer.status <= 499;
    if (refused && code == "20429") outcome = failed_for_now("code 20429", retry_after(answer, now_us));
    if (refused && code == "21610") outcome.opted_out = true;   // STOP
    if (refused && (code == "21211" || code == "21614")) outcome.address_dead = true;
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
  if (problems.size() > before) return nullptr;
  return std::make_unique<TwilioConnector>(settings, std::move(now), std::move(wire));
}

}  // namespace wend
