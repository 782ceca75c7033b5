// One pass over the lines. Nothing is decoded, nothing is repaired: a request that is not plainly right gets a status.
#include "runtime/http/request_head.h"

#include <algorithm>

namespace wend {

namespace {

constexpr HeadFault kFine{};
constexpr size_t kMethodBytesMax = 16;

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || std::string_view("!#$%&'*+-.^_`|~").find(static_cast<char>(c)) != std::string_view::npos;
  });
}

bool is_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

std::string_view trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view() : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_line(std::string_view& rest) {
  const size_t end = rest.find("\r\n");
  const std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  return line;
}

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// One or two dots, escaped or not.
bool is_way_up(std::string_view step) {
  size_t dots = 0;
  for (; !step.empty() && dots < 3; ++dots) {
    const size_t size = step[0] == '.' ? 1 : lower(step.substr(0, 3)) == "%2e" ? 3 : 0;
    if (size == 0) return false;
    step.remove_prefix(size);
  }
  return dots == 1 || dots == 2;
}

// A path has one meaning, for us and for a proxy before us: no way up, no empty step. Escapes stay as they were sent, so that an
// escaped slash is a letter of its step; the steps of a route's own are never escaped.
HeadFault check_path(std::string_view path) {
  constexpr HeadFault kNowhere{404, "there is no such path"};
  for (size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1))
    if (at + 2 >= path.size() || !is_hex(path[at + 1]) || !is_hex(path[at + 2])) return {400, "the address holds a `%` that escapes nothing"};
  if (path.find("//") != std::string_view::npos || path.find('\\') != std::string_view::npos) return kNowhere;
  for (size_t at = 1; at <= path.size();) {
    const size_t end = std::min(path.find('/', at), path.size());
    if (is_way_up(path.substr(at, end - at))) return kNowhere;
    at = end + 1;
  }
  return kFine;
}

HeadFault read_target(std::string_view target, const HeadLimits& limits, HttpIn& in) {
  if (target.size() > limits.target_bytes_max) return {414, "the address is too long"};
  if (target.empty() || target[0] != '/') return {400, "the address of a request must begin with `/`"};
  if (!std::all_of(target.begin(), target.end(), [](unsigned char c) { return c > 0x20 && c < 0x7f && c != '#'; })) {
    return {400, "the address holds a character that must be escaped"};
  }
  const size_t mark = std::min(target.find('?'), target.size());
  in.path = target.substr(0, mark);
  if (mark < target.size()) in.query = target.substr(mark + 1);
  return check_path(in.path);
}

HeadFault read_request_line(std::string_view line, const HeadLimits& limits, HttpIn& in) {
  const size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || line.find(' ', first + 1) != last) return {400, "the request line is malformed"};
  const std::string_view method = line.substr(0, first), version = line.substr(last + 1);
  const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (method.empty() || method.size() > kMethodBytesMax || !std::all_of(method.begin(), method.end(), upper)) return {400, "the method is malformed"};
  if (method == "PRI") return {400, "this server speaks HTTP/1.1 only"};
  if (version != "HTTP/1.1") {
    const bool other = version.size() == 8 && version.starts_with("HTTP/") && is_digits(version.substr(5, 1)) && version[6] == '.' && is_digits(version.substr(7));
    return other ? HeadFault{505, "this server speaks HTTP/1.1 only"} : HeadFault{400, "the request line is malformed"};
  }
  in.method = method;
  return read_target(line.substr(first + 1, last - first - 1), limits, in);
}

HeadFault read_field(std::string_view line, HttpFields& fields) {
  if (line[0] == ' ' || line[0] == '\t') return {400, "a header is folded over two lines"};
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) return {400, "the name of a header is malformed"};
  const std::string_view value = trimmed(line.substr(colon + 1));
  if (!std::all_of(value.begin(), value.end(), [](unsigned char c) { return (c >= 0x20 && c != 0x7f) || c == '\t'; })) {
    return {400, "a header holds a control character"};
  }
  fields.emplace_back(lower(line.substr(0, colon)), value);
  return kFine;
}

// Headers of which a second one, or none, would leave open which request this is.
HeadFault check_once(const HttpFields& fields) {
  for (std::string_view name : {"host", "content-length", "transfer-encoding", "content-type", "content-encoding", "authorization", "expect"}) {
    const auto count = std::count_if(fields.begin(), fields.end(), [name](const auto& field) { return field.first == name; });
    if (count > 1) return {400, "a header that may stand once stands twice"};
    if (count == 0 && name == "host") return {400, "the header Host is missing"};
  }
  return kFine;
}

// How the body is framed: by one plain length, or by exactly `chunked`, or there is none.
HeadFault read_framing(const HeadLimits& limits, RequestHead& head) {
  bool has_length = false;
  for (const auto& [name, value] : head.in.headers) {
    if (name == "content-length") {
      has_length = true;
      if (!is_digits(value)) return {400, "Content-Length must be one plain number"};
      if (value.size() > 18 || std::stoull(value) > limits.body_bytes_max) return {413, "the body is too large"};
      head.length = std::stoull(value);
    } else if (name == "transfer-encoding") {
      if (value != "chunked") return {400, "the only Transfer-Encoding taken is `chunked`"};
      head.chunked = true;
    }
  }
  if (has_length && head.chunked) return {400, "both Content-Length and Transfer-Encoding are given"};
  return kFine;
}

HeadFault read_wishes(RequestHead& head) {
  for (const auto& [name, value] : head.in.headers) {
    if (name == "host" && (value.empty() || value.find_first_of(" \t,/?#@\\") != std::string::npos)) return {400, "the header Host is malformed"};
    if (name == "expect") {
      if (lower(value) != "100-continue") return {417, "the only Expect taken is `100-continue`"};
      head.wants_continue = head.chunked || head.length > 0;
    }
    if (name != "connection") continue;
    for (std::string_view rest = value; !rest.empty();) {
      const size_t comma = std::min(rest.find(','), rest.size());
      if (lower(trimmed(rest.substr(0, comma))) == "close") head.keep_alive = false;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return kFine;
}

}  // namespace

HeadFault scan_head(std::string_view bytes, size_t seen, const HeadLimits& limits, size_t& end) {
  end = std::string_view::npos;
  if (!bytes.empty() && (bytes[0] < 'A' || bytes[0] > 'Z')) return {400, "this is not an HTTP request"};   // TLS, an empty line, `get`
  const std::string_view window = bytes.substr(0, limits.bytes_max);
  for (size_t at = window.find('\n', seen); at != std::string_view::npos; at = window.find('\n', at + 1)) {
    if (at == 0 || window[at - 1] != '\r') return {400, "a line of the head ends without a carriage return"};
    if (at >= 3 && window[at - 2] == '\n') {
      end = at + 1;
      return kFine;
    }
  }
  const size_t first_line = window.find('\r');
  if (first_line == std::string_view::npos && window.size() > kMethodBytesMax + 1 + limits.target_bytes_max) return {414, "the address is too long"};
  if (bytes.size() >= limits.bytes_max) return {431, "the headers are too large"};
  return kFine;
}

HeadFault read_head(std::string_view bytes, const HeadLimits& limits, RequestHead& head) {
  head = {};
  if (bytes.size() > limits.bytes_max) return {431, "the headers are too large"};
  std::string_view rest = bytes;
  if (const HeadFault fault = read_request_line(take_line(rest), limits, head.in)) return fault;
  for (std::string_view line = take_line(rest); !line.empty(); line = take_line(rest)) {
    if (head.in.headers.size() >= limits.fields_max) return {431, "there are too many headers"};
    if (const HeadFault fault = read_field(line, head.in.headers)) return fault;
  }
  if (const HeadFault fault = check_once(head.in.headers)) return fault;
  if (const HeadFault fault = read_framing(limits, head)) return fault;
  return read_wishes(head);
}

}  // namespace wend
