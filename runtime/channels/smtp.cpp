// The SMTP connector: an email to a relay. A server that has read the whole mail and not yet answered may have taken it, and
// SMTP knows no key by which it would notice a second one.
#include <algorithm>

#include "runtime/channels/connectors.h"
#include "runtime/channels/mail.h"
#include "runtime/channels/outcomes.h"

namespace wend {
namespace {

// "550 5.1.1 …": the enhanced codes that say that there is no such mailbox (RFC 3463, RFC 7505).
bool says_no_such_mailbox(std::string_view reply) {
  reply.remove_prefix(std::min<size_t>(4, reply.size()));
  const std::string_view code = reply.substr(0, reply.find(' '));
  return code == "5.1.1" || code == "5.1.6" || code == "5.1.10";
}

// The relay's own name of the mail: "250 2.0.0 Ok: queued as 4ZRk".
std::string queue_id(std::string_view reply) {
  const std::string_view before = "queued as ";
  const size_t at = reply.find(before);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = reply.substr(at + before.size());
  return std::string(rest.substr(0, rest.find_first_of(" ;,)>")));
}

class SmtpConnector : public Connector {
 public:
  SmtpConnector(const SmtpSettings& settings, WallClock now, std::unique_ptr<Wire> wire)
      : settings_(settings), now_(std::move(now)), wire_(std::move(wire)) {
    sender_ = settings_.bounce_address.empty() ? settings_.mail.from : settings_.bounce_address;
  }

  Outcome deliver(const Delivery& delivery) override {
    std::string reason;
    const std::optional<MailParts> parts = mail_parts(settings_.mail, delivery, reason);
    if (!parts) return failed_for_good(reason);
    std::optional<SecretText> password;
    if (!settings_.user.empty() && !(password = settings_.password.read(reason)))
      return failed_for_want_of_secret(reason);
    const std::string mail = whole_mail(settings_.mail, delivery, *parts, now_());
    MailRequest request;
    request.url = base_url(settings_.net, "");
    request.hello = settings_.hello.empty() ? std::string(domain_of(sender_)) : settings_.hello;
    request.from = sender_;
    if (!settings_.bounce_address.empty()) request.from.insert(request.from.find('@'), "+" + delivery.id);
    request.to = delivery.address;
    request.data = mail;
    if (password) {
      request.user = settings_.user;
      request.password = password->reveal();
    }
    const MailAnswer answer = wire_->send_mail(request, delivery.deadline);
    Outcome outcome = outcome_of(answer);
    outcome.said = fit_to_keep(answer.reply, delivery, {request.password});
    return outcome;
  }

 private:
  static Outcome outcome_of(const MailAnswer& answer) {
    if (answer.trouble == Trouble::none) return delivered(queue_id(answer.reply));
    if (answer.may_have_left) return unknown(std::string(word(answer.trouble)));
    if (answer.login_failed) return failed_for_now("login");
    if (answer.trouble == Trouble::tls) return failed_for_now("tls");
    const std::string reply = "reply " + std::to_string(answer.code);
    if (answer.code >= 400 && answer.code <= 499) return failed_for_now(reply);
    if (answer.code >= 500 && answer.code <= 599) {
      Outcome outcome = failed_for_good(reply);
      outcome.address_dead = says_no_such_mailbox(answer.reply);
      return outcome;
    }
    const bool for_good = answer.trouble == Trouble::url || answer.trouble == Trouble::request || answer.trouble == Trouble::address;
    return for_good ? failed_for_good(std::string(word(answer.trouble))) : failed_for_now(std::string(word(answer.trouble)));
  }

  const SmtpSettings settings_;
  const WallClock now_;
  const std::unique_ptr<Wire> wire_;
  std::string sender_;
};

}  // namespace

std::unique_ptr<Connector> make_smtp(const SmtpSettings& settings, WallClock now, std::vector<std::string>& problems) {
  const size_t before = problems.size();
  check_mail(settings.mail, "smtp", problems);
  const std::string url = base_url(settings.net, "");
  const bool begins_well = url.rfind("smtp://", 0) == 0 || url.rfind("smtps://", 0) == 0;
  if (!begins_well || url.find_first_of("@/?# \\", url.find("//") + 2) != std::string::npos)
    problems.push_back("smtp: `base_url` is not `smtp://HOST:PORT` or `smtps://HOST:PORT`");
  if (!settings.bounce_address.empty() && !is_mail_address(settings.bounce_address))
    problems.push_back("smtp: `bounce_address` is no email address");
  if (!settings.hello.empty() && !is_mail_address("x@" + settings.hello)) problems.push_back("smtp: `hello` is no name of a host");
  if (!settings.user.empty() && settings.password.none()) problems.push_back("smtp: a user is set, and no password");
  if (problems.size() > before) return nullptr;
  return std::make_unique<SmtpConnector>(settings, std::move(now), make_wire(settings.net, {25, 465, 587}));
}

}  // namespace wend
