// Emails: RFC 5322 headers, RFC 2047 words, RFC 2045 quoted-printable, RFC 8058 unsubscribing.
#include "runtime/channels/mail.h"

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "runtime/abi/utf8.h"
#include "runtime/abi/zones.h"
#include "runtime/channels/connectors.h"
#include "runtime/channels/signatures.h"

namespace wend {
namespace {

constexpr size_t kEncodedWordBytes = 45;    // of text: 60 of base64, 72 with what stands around them; 75 are allowed
constexpr size_t kQuotedLine = 76;
constexpr size_t kSubjectBytesMax = 900;    // a header's line may have 998

bool ascii_alnum(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string date_header(int64_t now_us) {
  static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const int64_t seconds = floor_div(now_us, 1'000'000), day = floor_div(seconds, 86'400), rest = seconds - day * 86'400;
  const CivilDate civil = civil_from_days(static_cast<int32_t>(day));
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d +0000", kDays[weekday_of(static_cast<int32_t>(day))],
                static_cast<int>(civil.day), kMonths[civil.month - 1], static_cast<int>(civil.year), static_cast<int>(rest / 3600),
                static_cast<int>(rest / 60 % 60), static_cast<int>(rest % 60));
  return text;
}

bool is_plain_url(std::string_view url) {
  return url.substr(0, 8) == "https://" && url.size() > 8 && url.size() <= 2000 &&
         std::all_of(url.begin(), url.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>' && c != ','; });
}

void append_part(std::string& mail, std::string_view type, std::string_view text) {
  mail.append("Content-Type: ").append(type).append("; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n");
  mail += quoted_printable(text);
  if (!mail.ends_with("\r\n")) mail += "\r\n";
}

}  // namespace

bool is_mail_address(std::string_view text) {
  if (text.size() > 254 || std::count(text.begin(), text.end(), '@') != 1) return false;
  const size_t at = text.find('@');
  if (at == 0 || at > 64 || at + 1 == text.size()) return false;
  if (text[0] == '-' || text[at + 1] == '-' || text[at + 1] == '.' || text.back() == '.') return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && !std::strchr("<>()[],;:\\\"", c); });
}

std::string_view domain_of(std::string_view address) { return address.substr(address.find('@') + 1); }

bool is_plain_id(std::string_view id) {
  return !id.empty() && id.size() <= 64 && std::all_of(id.begin(), id.end(), [](char c) { return ascii_alnum(c) || c == '-'; });
}

std::string one_line(std::string_view text) {
  std::string line;
  bool after_control = false;
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    at += scalar.size;
    const bool control = scalar.value < 0x20 || (scalar.value >= 0x7f && scalar.value < 0xa0) || scalar.value == 0x2028 || scalar.value == 0x2029;
    if (control && !line.empty() && line.back() != ' ') line += ' ';
    if (!control && !(after_control && scalar.value == ' ')) append_scalar(line, scalar.value);
    after_control = control;
  }
  while (!line.empty() && line.back() == ' ') line.pop_back();
  return line;
}

std::string header_text(std::string_view text) {
  const std::string line = one_line(text);
  const bool plain = std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (plain && line.find("=?") == std::string::npos && line.size() <= kSubjectBytesMax) return line;
  std::string encoded;
  for (size_t at = 0; at < line.size();) {
    size_t end = at;   // a word holds whole scalars
    while (end < line.size() && end + read_scalar(line, end).size - at <= kEncodedWordBytes) end += read_scalar(line, end).size;
    if (!encoded.empty()) encoded += "\r\n ";
    encoded += "=?UTF-8?B?" + base64(std::string_view(line).substr(at, end - at)) + "?=";
    at = end;
  }
  return encoded;
}

std::string mailbox(std::string_view name, const std::string& address) {
  if (name.empty()) return address;
  const std::string line = one_line(name);
  const bool ascii = std::all_of(line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  if (!ascii) return header_text(line) + " <" + address + ">";
  std::string quoted = "\"";
  for (const char c : line) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\" <" + address + ">";
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  size_t line = 0;
  const auto put = [&](std::string_view piece) {
    if (line + piece.size() > kQuotedLine - 1) {   // room for the `=` that ends the line softly
      out += "=\r\n";
      line = 0;
    }
    out += piece;
    line += piece.size();
  };
  for (size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '\r' || c == '\n') {
      if (c == '\r' && at + 1 < text.size() && text[at + 1] == '\n') ++at;
      out += "\r\n";
      line = 0;
      continue;
    }
    const bool at_end = at + 1 == text.size() || text[at + 1] == '\r' || text[at + 1] == '\n';
    const bool plain = (c >= 0x21 && c <= 0x7e && c != '=') || ((c == ' ' || c == '\t') && !at_end);
    const auto byte = static_cast<unsigned char>(c);
    const char escaped[3] = {'=', "0123456789ABCDEF"[byte >> 4], "0123456789ABCDEF"[byte & 15]};
    put(plain ? std::string_view(&text[at], 1) : std::string_view(escaped, 3));
  }
  return out;
}

std::optional<MailParts> mail_parts(const MailSettings& settings, const Delivery& delivery, std::string& reason) {
  MailParts parts;
  const std::string* subject = field(delivery, settings.subject);
  parts.html = field(delivery, settings.html);
  parts.text = field(delivery, settings.text);
  reason = !is_plain_id(delivery.id)               ? "message id"
           : !is_mail_address(delivery.address)    ? "address"
           : !subject                              ? "no subject"
           : !parts.html && !parts.text            ? "no content"
                                                   : "";
  if (!reason.empty()) return std::nullopt;
  parts.subject = one_line(*subject);
  const std::string* url = field(delivery, settings.unsubscribe_url);
  if (url && !is_plain_url(*url)) {
    reason = "unsubscribe url";
    return std::nullopt;
  }
  std::string ways = url ? "<" + *url + ">" : "";
  if (!settings.unsubscribe_address.empty())
    ways += (ways.empty() ? "<mailto:" : ", <mailto:") + settings.unsubscribe_address + "?subject=unsubscribe-" + delivery.id + ">";
  if (!ways.empty()) parts.headers.emplace_back("List-Unsubscribe", ways);
  if (url) parts.headers.emplace_back("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
  return parts;
}

std::string whole_mail(const MailSettings& settings, const Delivery& delivery, const MailParts& parts, int64_t now_us) {
  std::string mail = "Date: " + date_header(now_us) + "\r\nFrom: " + mailbox(settings.from_name, settings.from) + "\r\nTo: " +
                     delivery.address + "\r\n";
  if (!settings.reply_to.empty()) mail += "Reply-To: " + settings.reply_to + "\r\n";
  mail += "Subject: " + header_text(parts.subject) + "\r\nMessage-ID: <wend." + delivery.id + "@" +
          std::string(domain_of(settings.from)) + ">\r\n";
  for (const auto& [name, value] : parts.headers) mail += name + ": " + value + "\r\n";
  mail += "MIME-Version: 1.0\r\n";
  if (!parts.text || !parts.html) {
    append_part(mail, parts.html ? "text/html" : "text/plain", parts.html ? *parts.html : *parts.text);
    return mail;
  }
  const std::string boundary = "=_wend_" + delivery.id;   // `=_` cannot stand in quoted-printable
  mail += "Content-Type: multipart/alternative; boundary=\"" + boundary + "\"\r\n\r\n--" + boundary + "\r\n";
  append_part(mail, "text/plain", *parts.text);
  mail += "--" + boundary + "\r\n";
  append_part(mail, "text/html", *parts.html);
  mail += "--" + boundary + "--\r\n";
  return mail;
}

void check_mail(const MailSettings& settings, std::string_view connector, std::vector<std::string>& problems) {
  const std::string before = std::string(connector) + ": ";
  if (!is_mail_address(settings.from)) problems.push_back(before + "`from` is no email address");
  if (!settings.reply_to.empty() && !is_mail_address(settings.reply_to)) problems.push_back(before + "`reply_to` is no email address");
  if (!settings.unsubscribe_address.empty() && !is_mail_address(settings.unsubscribe_address))
    problems.push_back(before + "`unsubscribe_address` is no email address");
}

}  // namespace wend
