// One HTTP request, made with care: TLS 1.2 or later, no redirects, no proxy, no addresses that are not allowed, bounded
// answers, and an exact word on whether any of the request may have left. Tested by tests/unit/channels.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/channels/address_rules.h"

namespace wend {

using Deadline = std::chrono::steady_clock::time_point;
using Headers = std::vector<std::pair<std::string, std::string>>;   // name and value, in the order in which they go out

// Why there was no answer, or no whole one.
enum class Trouble : uint8_t {
  none,
  url,          // no absolute https URL without user name, or of an allowed plain one
  request,      // a header with a control character, or another method
  late,         // the deadline had passed before anything was done, or passed
  address,      // an address that may not be dialled
  dns, connect, tls,
  broken,       // the connection ended or went wrong
  too_large,    // more answer than answer_bytes_max; what came is kept
  memory,
};
std::string_view word(Trouble trouble);

constexpr size_t kAnswerBytesMax = 64 * 1024;   // of a provider

struct HttpRequest {
  std::string url;
  Headers headers;
  std::string body;                // of a POST; a GET or DELETE has none
  std::string method = "POST";     // or GET, DELETE
  size_t answer_bytes_max = kAnswerBytesMax;
  bool http2 = false;              // over TLS HTTP/2, if the server can; without TLS HTTP/1.1
  bool reuse = false;              // may go over a connection that is already open
};

struct HttpAnswer {
  Trouble trouble = Trouble::none;
  bool may_have_left = false;      // false: surely no byte of the request was sent
  int status = 0;                  // 0: no status line was read
  Headers headers;                 // names in lower case
  std::string body;

  // The first header of that name (in lower case), "" when there is none.
  std::string_view header(std::string_view name) const;
};

struct MailRequest {
  std::string url;                 // smtp://HOST:PORT (STARTTLS, or plain where the rules allow it) or smtps://HOST:PORT
  std::string hello;               // the name we say we are
  std::string from, to;            // the envelope
  std::string_view user, password; // both "": no login
  std::string_view data;           // the mail, lines ending in CR LF; dots are stuffed here
};

struct MailAnswer {
  Trouble trouble = Trouble::none; // none: 250 to the data
  bool may_have_left = false;      // the whole mail was handed over, and no answer to it was read
  bool login_failed = false;
  int code = 0;                    // of the last reply that was read; 0: none
  std::string reply;               // its last line
};

// A pool of libcurl's handles under one set of rules. Thread-safe.
class Wire {
 public:
  // `names`: fixed addresses of names, "HOST:PORT:ADDRESS"; for tests and closed networks.
  // `ca_file`: whose certificates are believed instead of the system's.
  explicit Wire(NetRules rules, std::vector<std::string> names = {}, std::string ca_file = {});
  ~Wire();
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  HttpAnswer exchange(const HttpRequest& request, Deadline deadline);
  MailAnswer send_mail(const MailRequest& request, Deadline deadline);

  // Whether a URL could be asked at all; "" or what is wrong with it. The addresses behind it are judged when dialled.
  std::string problem_of_url(std::string_view url) const;

 private:
  struct Handles;
  NetRules rules_;
  std::vector<std::string> names_;
  std::string ca_file_;
  std::unique_ptr<Handles> handles_;
};

}  // namespace wend
