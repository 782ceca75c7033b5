// A request as a handler gets it and the answer it gives: plain values, no sockets. Tested by tests/unit/http.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {

using HttpFields = std::vector<std::pair<std::string, std::string>>;

struct HttpIn {
  std::string method;                    // upper case
  std::string path;                      // as it was sent: nothing is decoded
  std::string query;                     // behind the `?`, as it was sent
  HttpFields headers;                    // names in lower case, values without the blanks around them
  std::string body;                      // inflated
  std::string peer;                      // the address the connection came from, without its port
  HttpFields segments;                   // what stood at the `{name}`s of a router's row

  // The first of that name (headers: in lower case), "" when there is none.
  std::string_view header(std::string_view name) const;
  std::string_view segment(std::string_view name) const;
};

struct HttpOut {
  int status = 200;
  std::string type = "application/json";
  std::string body;
  HttpFields headers;                    // one with a control character in it is left out
};

// What is wrong with one part of a request.
struct HttpError {
  std::string where;                     // a JSON pointer such as "/batch/3/timestamp", or ""
  std::string detail;
};

// An RFC 9457 answer: application/problem+json with status, title, detail (if not "") and errors (if any).
HttpOut problem(int status, std::string_view title, std::string_view detail = {}, const std::vector<HttpError>& errors = {});

// "Not Found"; "Unknown" for a number that is not in use.
std::string_view reason_phrase(int status);

// The bytes of an answer's head, with the length of its body. `now`: seconds since 1970, for Date.
std::string head_of(const HttpOut& out, bool keep_alive, int64_t now);

}  // namespace wend
