// The SMTP connector against a scripted server, and the emails it makes.
#include <catch2/catch.hpp>

#include "runtime/channels/mail.h"
#include "server.h"
#include "support.h"

using namespace wend;
using namespace wend::test;

namespace {

const char* kGreeting = "220 mail.example ESMTP\r\n";
const char* kHello = "250-mail.example\r\n250 8BITMIME\r\n";
const char* kOk = "250 2.0.0 Ok\r\n";
const char* kGo = "354 go on\r\n";
const char* kBye = "221 2.0.0 Bye\r\n";

SmtpSettings settings(const Server& server) {
  SmtpSettings settings;
  settings.net = loopback(server.url("smtp"));
  settings.mail.from = "mix@news.example";
  settings.bounce_address = "bounce@news.example";
  return settings;
}

Delivery mix() { return weekly_mix("ann@example.com", {{"subject", "Your mix"}, {"body", "<p>Hi</p>"}}); }

struct Sent { std::string outcome, said, request; };

Sent send(std::vector<std::string> replies, const Delivery& delivery, void (*change)(SmtpSettings&) = nullptr) {
  Server server({{.replies = std::move(replies)}});
  SmtpSettings with = settings(server);
  if (change) change(with);
  std::vector<std::string> problems;
  const auto connector = make_smtp(with, standing_clock, problems);
  for (const std::string& problem : problems) FAIL(problem);
  const Outcome outcome = connector->deliver(delivery);
  const std::vector<std::string> requests = server.requests();
  return {told(outcome), outcome.said, requests.empty() ? "" : requests[0]};
}

Sent send(std::vector<std::string> replies) { return send(std::move(replies), mix()); }

}  // namespace

TEST_CASE("an email's dialogue, byte for byte") {
  Delivery delivery = weekly_mix("ann@example.com", {{"subject", "D\xc3\xa9j\xc3\xa0 vu"}, {"html", "<p>Caf\xc3\xa9 = 1</p>"}, {"text", "Hi\n.\nend "},
                                                     {"unsubscribe_url", "https://news.example/u?t=1"}});
  const Sent sent = send({kGreeting, kHello, kOk, kOk, kGo, "250 2.0.0 Ok: queued as 4ZRk\r\n", kBye}, delivery, [](SmtpSettings& with) {
    with.mail.from_name = "Tidal \"Wave\"";
    with.mail.reply_to = "help@news.example";
    with.mail.unsubscribe_address = "off@news.example";
  });
  CHECK(sent.outcome == "delivered 4ZRk");
  CHECK(sent.request ==
        "EHLO news.example\r\n"
        "MAIL FROM:<bounce+0123456789abcdef0123456789abcdef@news.example>\r\n"
        "RCPT TO:<ann@example.com>\r\n"
        "DATA\r\n"
        "Date: Sun, 01 Mar 2026 10:00:00 +0000\r\n"
        "From: \"Tidal \\\"Wave\\\"\" <mix@news.example>\r\n"
        "To: ann@example.com\r\n"
        "Reply-To: help@news.example\r\n"
        "Subject: =?UTF-8?B?RMOpasOgIHZ1?=\r\n"
        "Message-ID: <wend.0123456789abcdef0123456789abcdef@news.example>\r\n"
        "List-Unsubscribe: <https://news.example/u?t=1>, <mailto:off@news.example?subject=unsubscribe-0123456789abcdef0123456789abcdef>\r\n"
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: multipart/alternative; boundary=\"=_wend_0123456789abcdef0123456789abcdef\"\r\n"
        "\r\n"
        "--=_wend_0123456789abcdef0123456789abcdef\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "Hi\r\n"
        "..\r\n"
        "end=20\r\n"
        "--=_wend_0123456789abcdef0123456789abcdef\r\n"
        "Content-Type: text/html; charset=utf-8\r\n"
        "Content-Transfer-Encoding: quoted-printable\r\n"
        "\r\n"
        "<p>Caf=C3=A9 =3D 1</p>\r\n"
        "--=_wend_0123456789abcdef0123456789abcdef--\r\n"
        ".\r\n"
        "QUIT\r\n");
}

TEST_CASE("an email without a text has one part") {
  const Sent sent = send({kGreeting, kHello, kOk, kOk, kGo, kOk, kBye});
  CHECK(sent.outcome == "delivered");
  CHECK(sent.request.find("MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>Hi</p>\r\n.\r\n") !=
        std::string::npos);
}

TEST_CASE("a login is sent only where one is set") {
  const Sent sent = send({kGreeting, "250-mail.example\r\n250 AUTH PLAIN\r\n", "334 \r\n", "235 2.7.0 in\r\n", kOk, kOk, kGo, kOk, kBye}, mix(), [](SmtpSettings& with) {
    with.user = "wend";
    with.password = secret("pass");
  });
  CHECK(sent.outcome == "delivered");
  CHECK(sent.request.find("AUTH PLAIN\r\nAHdlbmQAcGFzcw==\r\n") != std::string::npos);
  const Sent refused = send({kGreeting, "250-mail.example\r\n250 AUTH PLAIN\r\n", "334 \r\n", "535 5.7.8 no\r\n", kBye}, mix(), [](SmtpSettings& with) {
    with.user = "wend";
    with.password = secret("pass");
  });
  CHECK(refused.outcome == "failed for now: login");
}

TEST_CASE("a server's refusal is definite, and its code says if for good") {
  CHECK(send({"421 4.3.2 busy\r\n", ""}).outcome == "failed for now: reply 421");
  CHECK(send({"554 5.7.1 go away\r\n", ""}).outcome == "failed: reply 554");
  CHECK(send({kGreeting, kHello, "451 4.7.1 later\r\n", kBye}).outcome == "failed for now: reply 451");
  CHECK(send({kGreeting, kHello, "550 5.7.1 not you\r\n", kBye}).outcome == "failed: reply 550");
  CHECK(send({kGreeting, kHello, kOk, "450 4.2.0 grey\r\n", kBye}).outcome == "failed for now: reply 450");
  CHECK(send({kGreeting, kHello, kOk, "552 5.2.2 full\r\n", kBye}).outcome == "failed: reply 552");
  CHECK(send({kGreeting, kHello, kOk, kOk, "451 4.3.0 no\r\n", kBye}).outcome == "failed for now: reply 451");
  CHECK(send({kGreeting, kHello, kOk, kOk, kGo, "452 4.3.1 full\r\n", kBye}).outcome == "failed for now: reply 452");
  const Sent spam = send({kGreeting, kHello, kOk, kOk, kGo, "554 5.7.1 ann@example.com calls it spam\r\n", kBye});
  CHECK(spam.outcome == "failed: reply 554");
  CHECK(spam.said == "554 5.7.1 ... calls it spam");
}

TEST_CASE("an address that does not exist is dead") {
  const Sent sent = send({kGreeting, kHello, kOk, "550 5.1.1 <ann@example.com>: no such user\r\n", kBye});
  CHECK(sent.outcome == "failed: reply 550, address dead");
  CHECK(sent.said == "550 5.1.1 <...>: no such user");
}

TEST_CASE("a connection that drops has failed before the mail was handed over, and leaves it open afterwards") {
  CHECK(send({kGreeting, ""}).outcome.find("failed for now: ") == 0);
  CHECK(send({kGreeting, kHello, ""}).outcome.find("failed for now: ") == 0);
  CHECK(send({kGreeting, kHello, kOk, ""}).outcome.find("failed for now: ") == 0);
  CHECK(send({kGreeting, kHello, kOk, kOk, ""}).outcome.find("failed for now: ") == 0);
  CHECK(send({kGreeting, kHello, kOk, kOk, kGo, ""}).outcome == "unknown: connection broken");
}

TEST_CASE("a server that is silent after the mail leaves it open") {
  Server server({{.replies = {kGreeting, kHello, kOk, kOk, kGo, "250-to be continued\r\n"}}});
  std::vector<std::string> problems;
  Delivery delivery = mix();
  delivery.deadline = soon();
  CHECK(told(make_smtp(settings(server), standing_clock, problems)->deliver(delivery)) == "unknown: deadline");
}

TEST_CASE("a mail is delivered also when the server forgets to say goodbye") {
  CHECK(send({kGreeting, kHello, kOk, kOk, kGo, kOk, ""}).outcome == "delivered");
}

TEST_CASE("a server without STARTTLS, or outside, gets nothing") {
  Server server({{.replies = {kGreeting, kHello, kBye}}});
  std::vector<std::string> problems;
  SmtpSettings with = settings(server);
  with.net.plain_loopback = false;
  CHECK(told(make_smtp(with, standing_clock, problems)->deliver(mix())) == "failed: address");
  with.net.loopback = true;
  CHECK(told(make_smtp(with, standing_clock, problems)->deliver(mix())) == "failed for now: tls");
  for (const std::string& request : server.requests()) CHECK(request.find("MAIL FROM") == std::string::npos);
}

TEST_CASE("nothing in a message adds a header or a recipient") {
  for (const char* address : {"ann@example.com\r\nRCPT TO:<eve@example.com>", "ann@example.com>\r\nX: y", "ann@example.com,eve@example.com", "<ann@example.com>",
                              "ann@example.com\n", "ann", "@example.com", "ann@", "ann@a@b", "ann smith@example.com", "\"a b\"@example.com", "-f@example.com",
                              "ann@-x", "\xc3\xa9@example.com", ""}) {
    INFO(address);
    Delivery delivery = mix();
    delivery.address = address;
    CHECK(send({}, delivery).outcome == "failed: address");
  }
  Delivery delivery = mix();
  delivery.content[0].text = "Your mix\r\nBcc: eve@example.com\r\n\r\n<b>";
  const Sent sent = send({kGreeting, kHello, kOk, kOk, kGo, kOk, kBye}, delivery);
  CHECK(sent.request.find("Subject: Your mix Bcc: eve@example.com <b>\r\nMessage-ID:") != std::string::npos);
  delivery.content.push_back({"unsubscribe_url", "https://x.example/>\r\nBcc: eve@example.com"});
  CHECK(send({}, delivery).outcome == "failed: unsubscribe url");
  delivery = mix();
  delivery.id = "a\r\nb";
  CHECK(send({}, delivery).outcome == "failed: message id");
  delivery = mix();
  delivery.content = {{"body", "x"}};
  CHECK(send({}, delivery).outcome == "failed: no subject");
  delivery.content = {{"subject", "x"}};
  CHECK(send({}, delivery).outcome == "failed: no content");
}

TEST_CASE("a header's text is encoded in words of whole letters, none longer than 75") {
  CHECK(header_text("plain =) text") == "plain =) text");
  CHECK(header_text("=?x") == "=?UTF-8?B?PT94?=");
  CHECK(header_text("a\tb\r\n c\xe2\x80\xa8" "d") == "a b c d");
  CHECK(header_text("\xff") == "=?UTF-8?B?77+9?=");
  std::string long_text;
  for (int i = 0; i < 60; ++i) long_text += "\xe2\x82\xac";
  const std::string encoded = header_text(long_text);
  size_t words = 0;
  for (size_t at = 0; at < encoded.size(); ++words) {
    const size_t end = std::min(encoded.find("\r\n ", at), encoded.size());
    CHECK(end - at <= 75);
    at = end + 3;
  }
  CHECK(words == 4);
}

TEST_CASE("quoted-printable lines are at most 76 long and keep every byte") {
  CHECK(quoted_printable("a=b\r\nc\nd\re \n\t") == "a=3Db\r\nc\r\nd\r\ne=20\r\n=09");
  CHECK(quoted_printable(std::string(76, 'x')) == std::string(75, 'x') + "=\r\nx");
  CHECK(quoted_printable(std::string(74, 'x') + "\xc3\xa9") == std::string(74, 'x') + "=\r\n=C3=A9");
}

TEST_CASE("SMTP's settings are looked at before anything is sent") {
  SmtpSettings with;
  with.net.base_url = "smtp://user@mail.example";
  with.mail.from = "nobody";
  with.mail.reply_to = "a@b\r\nX: y";
  with.hello = "a b";
  with.bounce_address = "b";
  with.user = "u";
  std::vector<std::string> problems;
  CHECK_FALSE(make_smtp(with, standing_clock, problems));
  CHECK(problems.size() == 6);
}
