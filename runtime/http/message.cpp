// Answers as bytes. What a handler puts into a header can never end the header early.
#include "runtime/http/message.h"

#include <algorithm>
#include <ctime>

#include "runtime/abi/text_format.h"

namespace wend {

namespace {

struct Reason { int status; std::string_view phrase; };
constexpr Reason kReasons[] = {
    {200, "OK"}, {201, "Created"}, {202, "Accepted"}, {204, "No Content"}, {206, "Partial Content"}, {301, "Moved Permanently"},
    {302, "Found"}, {303, "See Other"}, {304, "Not Modified"}, {307, "Temporary Redirect"}, {308, "Permanent Redirect"},
    {400, "Bad Request"}, {401, "Unauthorized"}, {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
    {406, "Not Acceptable"}, {408, "Request Timeout"}, {409, "Conflict"}, {410, "Gone"}, {411, "Length Required"},
    {412, "Precondition Failed"}, {413, "Content Too Large"}, {414, "URI Too Long"}, {415, "Unsupported Media Type"},
    {417, "Expectation Failed"}, {421, "Misdirected Request"}, {422, "Unprocessable Content"}, {425, "Too Early"},
    {428, "Precondition Required"}, {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"}, {501, "Not Implemented"}, {502, "Bad Gateway"}, {503, "Service Unavailable"},
    {504, "Gateway Timeout"}, {505, "HTTP Version Not Supported"}, {507, "Insufficient Storage"}};

std::string_view find(const HttpFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) if (key == name) return value;
  return {};
}

// A name that is a token, a value without control characters.
bool is_clean(const std::pair<std::string, std::string>& field) {
  const auto token = [](unsigned char c) { return c > 0x20 && c < 0x7f && std::string_view("\"(),/:;<=>?@[\\]{}").find(static_cast<char>(c)) == std::string_view::npos; };
  const auto plain = [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; };
  return !field.first.empty() && std::all_of(field.first.begin(), field.first.end(), token) &&
         std::all_of(field.second.begin(), field.second.end(), plain);
}

// "Sun, 06 Nov 1994 08:49:37 GMT", in English whatever the locale.
std::string date_of(int64_t now) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const time_t seconds = static_cast<time_t>(now);
  tm parts{};
  if (gmtime_r(&seconds, &parts) == nullptr) return "Thu, 01 Jan 1970 00:00:00 GMT";
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", kDays[parts.tm_wday % 7], parts.tm_mday,
                kMonths[parts.tm_mon % 12], parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text;
}

}  // namespace

std::string_view HttpIn::header(std::string_view name) const { return find(headers, name); }
std::string_view HttpIn::segment(std::string_view name) const { return find(segments, name); }

std::string_view reason_phrase(int status) {
  for (const Reason& reason : kReasons) if (reason.status == status) return reason.phrase;
  return "Unknown";
}

HttpOut problem(int status, std::string_view title, std::string_view detail, const std::vector<HttpError>& errors) {
  HttpOut out{status, "application/problem+json", "{\"type\":\"about:blank\",\"title\":", {}};
  append_json_string(out.body, title);
  out.body += ",\"status\":" + std::to_string(status);
  if (!detail.empty()) append_json_string(out.body += ",\"detail\":", detail);
  if (!errors.empty()) {
    out.body += ",\"errors\":";
    char before = '[';
    for (const HttpError& error : errors) {
      append_json_string((out.body += before) += "{\"detail\":", error.detail);
      if (!error.where.empty()) append_json_string(out.body += ",\"pointer\":", error.where);
      out.body += '}';
      before = ',';
    }
    out.body += ']';
  }
  out.body += '}';
  return out;
}

std::string head_of(const HttpOut& out, bool keep_alive, int64_t now) {
  std::string head = "HTTP/1.1 " + std::to_string(out.status) + ' ' + std::string(reason_phrase(out.status)) + "\r\nDate: " + date_of(now) + "\r\n";
  const auto put = [&head](const std::pair<std::string, std::string>& field) {
    if (is_clean(field)) head += field.first + ": " + field.second + "\r\n";
  };
  if (out.status != 204 && out.status != 304) {
    if (!out.body.empty()) put({"Content-Type", out.type});
    head += "Content-Length: " + std::to_string(out.body.size()) + "\r\n";
  }
  head += "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n";
  for (const auto& field : out.headers) put(field);
  return head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
}

}  // namespace wend
