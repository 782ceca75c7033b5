// What the email connectors share: the parts of an email out of a message, and the email itself as a mail server takes it.
// No text of a message or a profile can add a header: what stands in one has its line ends and control characters turned into
// blanks, and an address with any is refused. Tested by tests/unit/channels.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/channels/channel.h"
#include "runtime/channels/settings.h"

namespace wend {

struct MailParts {
  std::string subject;
  const std::string* html = nullptr;
  const std::string* text = nullptr;
  std::vector<std::pair<std::string, std::string>> headers;   // List-Unsubscribe, List-Unsubscribe-Post; ASCII
};

// Nothing, and the reason in a word or two, when no email can be made of the message.
std::optional<MailParts> mail_parts(const MailSettings& settings, const Delivery& delivery, std::string& reason);

// The whole email, lines ending in CR LF: text and html as alternatives, both quoted-printable.
std::string whole_mail(const MailSettings& settings, const Delivery& delivery, const MailParts& parts, int64_t now_us);

// local@domain in ASCII, at most 254 bytes, nothing in it that has a meaning in a header or an envelope.
bool is_mail_address(std::string_view text);
std::string_view domain_of(std::string_view address);
// Letters, digits and hyphens, at most 64: fit for headers, tags and addresses.
bool is_plain_id(std::string_view id);

// One line: control characters become blanks, a run of them one.
std::string one_line(std::string_view text);
// A header's text: as it is when it is ASCII, else as encoded words (RFC 2047), folded.
std::string header_text(std::string_view text);
// "Name <address>", the name quoted or encoded.
std::string mailbox(std::string_view name, const std::string& address);
std::string quoted_printable(std::string_view text);
// What is wrong with these settings, each behind the connector's name.
void check_mail(const MailSettings& settings, std::string_view connector, std::vector<std::string>& problems);

}  // namespace wend
