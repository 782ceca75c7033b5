// HTTP and SMTP over libcurl: the only file that includes it.
#include "runtime/channels/http.h"

#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>

namespace wend {
namespace {

constexpr size_t kUrlBytesMax = 2048;
constexpr size_t kHeaderBytesMax = 16 * 1024;
constexpr long kIdleSecondsMax = 30;

struct List {
  curl_slist* head = nullptr;
  ~List() { curl_slist_free_all(head); }
  bool add(const std::string& line) {
    curl_slist* longer = curl_slist_append(head, line.c_str());
    if (longer) head = longer;
    return longer != nullptr;
  }
};

// What one transfer sees and does; libcurl's callbacks get it.
struct Transfer {
  const NetRules* rules = nullptr;
  bool encrypted = false;          // TLS from the first byte or by STARTTLS, without which nothing is sent
  bool address_refused = false;
  int requests = 0;                // times that the request was about to be sent
  bool too_large = false;
  size_t header_bytes = 0;
  size_t body_bytes_max = kAnswerBytesMax;
  HttpAnswer* http = nullptr;
  MailAnswer* mail = nullptr;
  std::string_view upload;
  bool upload_ended = false;
};

Transfer& of(void* data) { return *static_cast<Transfer*>(data); }

curl_socket_t open_socket(void* data, curlsocktype purpose, curl_sockaddr* address) {
  Transfer& transfer = of(data);
  uint16_t port = 0;
  if (address->family == AF_INET) port = ntohs(reinterpret_cast<const sockaddr_in*>(&address->addr)->sin_port);
  if (address->family == AF_INET6) port = ntohs(reinterpret_cast<const sockaddr_in6*>(&address->addr)->sin6_port);
  if (purpose != CURLSOCKTYPE_IPCXN ||
      !may_dial(*transfer.rules, kind_of_address(&address->addr, address->addrlen), port, transfer.encrypted)) {
    transfer.address_refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

// Called when the connection stands (TLS included) and the request is about to go out: nothing of it has left before. A
// second time means that libcurl wants to send it again, over another connection: it must not, the first may have arrived.
int before_request(void* data, char*, char*, int, int) {
  Transfer& transfer = of(data);
  if (transfer.address_refused) return CURL_PREREQFUNC_ABORT;   // one of the name's addresses was bad: none is good
  return ++transfer.requests == 1 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

size_t take_body(char* bytes, size_t, size_t count, void* data) {
  Transfer& transfer = of(data);
  std::string& body = transfer.http->body;
  const size_t room = transfer.body_bytes_max - body.size();
  body.append(bytes, std::min(room, count));
  transfer.too_large = count > room;
  return transfer.too_large ? 0 : count;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && std::strchr(" \t\r\n", text.front())) text.remove_prefix(1);
  while (!text.empty() && std::strchr(" \t\r\n", text.back())) text.remove_suffix(1);
  return text;
}

size_t take_header(char* bytes, size_t, size_t count, void* data) {
  Transfer& transfer = of(data);
  const std::string_view line(bytes, count);
  transfer.header_bytes += count;
  if (transfer.header_bytes > kHeaderBytesMax) {
    transfer.too_large = true;
    return 0;
  }
  if (line.substr(0, 5) == "HTTP/") {   // also the one behind a `100 Continue`
    transfer.http->headers.clear();
    return count;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return count;
  std::string name(line.substr(0, colon));
  for (char& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  transfer.http->headers.emplace_back(std::move(name), trimmed(line.substr(colon + 1)));
  return count;
}

// For SMTP libcurl gives the server's replies as headers.
size_t take_reply(char* bytes, size_t, size_t count, void* data) {
  Transfer& transfer = of(data);
  transfer.header_bytes += count;
  if (transfer.header_bytes > kAnswerBytesMax) return 0;
  // The goodbye comes behind the answer to the mail, which is what counts.
  if (std::string_view line = trimmed({bytes, count}); line.substr(0, 3) != "221") transfer.mail->reply = line;
  return count;
}

size_t give_mail(char* room, size_t, size_t count, void* data) {
  Transfer& transfer = of(data);
  const size_t given = std::min(count, transfer.upload.size());
  std::memcpy(room, transfer.upload.data(), given);
  transfer.upload.remove_prefix(given);
  transfer.upload_ended = transfer.upload.empty();
  return given;
}

Trouble trouble_of(CURLcode code, const Transfer& transfer) {
  if (transfer.address_refused && code != CURLE_OK) return Trouble::address;
  if (transfer.too_large) return Trouble::too_large;
  if (transfer.requests > 0 && code == CURLE_UNSUPPORTED_PROTOCOL) return Trouble::broken;   // what answers is not HTTP
  switch (code) {
    case CURLE_OK: return Trouble::none;
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL: return Trouble::url;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY: return Trouble::dns;
    case CURLE_COULDNT_CONNECT: return Trouble::connect;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_CIPHER:
    case CURLE_USE_SSL_FAILED: return Trouble::tls;
    case CURLE_OPERATION_TIMEDOUT: return Trouble::late;
    case CURLE_OUT_OF_MEMORY: return Trouble::memory;
    default: return Trouble::broken;
  }
}

bool has_control(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

// Nothing left of the deadline: 0.
long milliseconds_to(Deadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  return std::clamp<long>(static_cast<long>(left.count()), 0, 10 * 60 * 1000);
}

struct Url {
  CURLU* url = curl_url();
  ~Url() { curl_url_cleanup(url); }
  std::string part(CURLUPart which) const {
    char* text = nullptr;
    if (!url || curl_url_get(url, which, &text, 0) != CURLUE_OK) return {};
    std::string copy(text);
    curl_free(text);
    return copy;
  }
};

std::string problem_in_url(std::string_view text, const NetRules& rules, bool& encrypted) {
  if (text.size() > kUrlBytesMax) return "the URL is longer than 2,048 bytes";
  for (const char c : text)
    if (static_cast<unsigned char>(c) <= 0x20 || static_cast<unsigned char>(c) >= 0x7f)
      return "the URL has a blank, a control character or a letter outside ASCII";
  // libcurl reads `https:///x` as the host x, and a backslash in its own way.
  if (text.find(":///") != std::string_view::npos || text.find('\\') != std::string_view::npos) return "the URL has a backslash or three slashes";
  Url url;
  const std::string copy(text);
  if (!url.url || curl_url_set(url.url, CURLUPART_URL, copy.c_str(), CURLU_DISALLOW_USER) != CURLUE_OK)
    return "it is no absolute URL without a user name";
  const std::string scheme = url.part(CURLUPART_SCHEME);
  encrypted = scheme == "https";
  if (!encrypted && !(scheme == "http" && rules.plain_loopback)) return "the URL does not begin with `https://`";
  if (!url.part(CURLUPART_FRAGMENT).empty()) return "the URL has a part behind `#`";
  return "";
}

// What every transfer has in common.
void prepare(CURL* curl, Transfer& transfer, Deadline deadline, curl_slist* names, const std::string& ca_file) {
  curl_easy_reset(curl);
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_PROXY, "");
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(curl, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
  curl_easy_setopt(curl, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(curl, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L);   // a name server that hangs does not hold us past the deadline
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_PREREQFUNCTION, before_request);
  curl_easy_setopt(curl, CURLOPT_PREREQDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, std::max(1L, milliseconds_to(deadline)));
  if (names) curl_easy_setopt(curl, CURLOPT_RESOLVE, names);
  if (ca_file.empty()) return;
  curl_easy_setopt(curl, CURLOPT_CAINFO, ca_file.c_str());
  curl_easy_setopt(curl, CURLOPT_CAPATH, nullptr);
}

}  // namespace

std::string_view word(Trouble trouble) {
  static constexpr std::string_view kWords[] = {"",    "url", "request", "deadline",  "address", "dns", "connection refused",
                                                "tls", "connection broken", "answer too large", "memory"};
  return kWords[static_cast<size_t>(trouble)];
}

std::string_view HttpAnswer::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return "";
}

// Handles that nobody uses now. One that is used belongs to one thread.
struct Wire::Handles {
  std::mutex mutex;
  std::vector<CURL*> idle;

  CURL* take() {
    {
      const std::lock_guard lock(mutex);
      if (!idle.empty()) {
        CURL* curl = idle.back();
        idle.pop_back();
        return curl;
      }
    }
    return curl_easy_init();
  }
  void give_back(CURL* curl) {
    curl_easy_reset(curl);   // it must not keep pointers to what was on a stack
    const std::lock_guard lock(mutex);
    idle.push_back(curl);
  }
  ~Handles() {
    for (CURL* curl : idle) curl_easy_cleanup(curl);
  }
};

Wire::Wire(NetRules rules, std::vector<std::string> names, std::string ca_file)
    : rules_(std::move(rules)), names_(std::move(names)), ca_file_(std::move(ca_file)), handles_(std::make_unique<Handles>()) {
  curl_global_init(CURL_GLOBAL_DEFAULT);   // counted and locked by libcurl itself
}

Wire::~Wire() {
  handles_.reset();
  curl_global_cleanup();
}

std::string Wire::problem_of_url(std::string_view url) const {
  bool encrypted = false;
  return problem_in_url(url, rules_, encrypted);
}

HttpAnswer Wire::exchange(const HttpRequest& request, Deadline deadline) {
  HttpAnswer answer;
  const auto stop = [&](Trouble trouble) { return answer.trouble = trouble, answer; };
  Transfer transfer{.rules = &rules_, .body_bytes_max = request.answer_bytes_max, .http = &answer};
  if (request.method != "POST" && ((request.method != "GET" && request.method != "DELETE") || !request.body.empty())) return stop(Trouble::request);
  if (!problem_in_url(request.url, rules_, transfer.encrypted).empty()) return stop(Trouble::url);
  List headers, names;
  bool listed = headers.add("Accept:") && headers.add("Expect:") && headers.add("User-Agent: wend");
  for (const auto& [name, value] : request.headers) {
    if (has_control(name) || has_control(value)) return stop(Trouble::request);
    listed = listed && headers.add(value.empty() ? name + ";" : name + ": " + value);
  }
  for (const std::string& name : names_) listed = listed && names.add(name);
  if (milliseconds_to(deadline) == 0) return stop(Trouble::late);
  CURL* curl = listed ? handles_->take() : nullptr;
  if (!curl) return stop(Trouble::memory);

  prepare(curl, transfer, deadline, names.head, ca_file_);
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, transfer.encrypted ? "https" : "http");
  curl_easy_setopt(curl, CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(curl, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers.head);
  if (request.method == "POST") {
    curl_easy_setopt(curl, CURLOPT_POST, 1L);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, request.body.data());
  } else {
    curl_easy_setopt(curl, CURLOPT_HTTPGET, 1L);
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, request.method.c_str());
  }
  curl_easy_setopt(curl, CURLOPT_HTTP_VERSION,
                   static_cast<long>(request.http2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, request.reuse ? 0L : 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, request.reuse ? 0L : 1L);
  curl_easy_setopt(curl, CURLOPT_MAXAGE_CONN, kIdleSecondsMax);

  const CURLcode code = curl_easy_perform(curl);
  long status = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
  answer.status = transfer.requests > 0 ? static_cast<int>(status) : 0;
  answer.trouble = trouble_of(code, transfer);
  answer.may_have_left = transfer.requests > 0;
  handles_->give_back(curl);
  return answer;
}

MailAnswer Wire::send_mail(const MailRequest& request, Deadline deadline) {
  MailAnswer answer;
  const auto stop = [&](Trouble trouble) { return answer.trouble = trouble, answer; };
  if (has_control(request.url) || has_control(request.hello) || has_control(request.from) || has_control(request.to))
    return stop(Trouble::request);
  const bool implicit_tls = request.url.rfind("smtps://", 0) == 0;
  if (!implicit_tls && request.url.rfind("smtp://", 0) != 0) return stop(Trouble::url);
  Transfer transfer{.rules = &rules_, .encrypted = !rules_.plain_loopback || implicit_tls, .mail = &answer,
                    .upload = request.data};
  List to, names;
  bool listed = to.add("<" + request.to + ">");
  for (const std::string& name : names_) listed = listed && names.add(name);
  if (milliseconds_to(deadline) == 0) return stop(Trouble::late);
  CURL* curl = listed ? handles_->take() : nullptr;
  if (!curl) return stop(Trouble::memory);

  prepare(curl, transfer, deadline, names.head, ca_file_);
  const std::string url = request.url + "/" + request.hello, from = "<" + request.from + ">";
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl, CURLOPT_USE_SSL, static_cast<long>(transfer.encrypted ? CURLUSESSL_ALL : CURLUSESSL_NONE));
  curl_easy_setopt(curl, CURLOPT_MAIL_FROM, from.c_str());
  curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to.head);
  const std::string user(request.user);
  std::string password(request.password);
  if (!user.empty()) {
    curl_easy_setopt(curl, CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(curl, CURLOPT_PASSWORD, password.c_str());
    ::explicit_bzero(password.data(), password.size());   // libcurl has its own copy
  }
  curl_easy_setopt(curl, CURLOPT_SERVER_RESPONSE_TIMEOUT, 1 + milliseconds_to(deadline) / 1000);   // of the goodbye, too
  curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_mail);
  curl_easy_setopt(curl, CURLOPT_READDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_reply);
  curl_easy_setopt(curl, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(curl, CURLOPT_FORBID_REUSE, 1L);

  const CURLcode code = curl_easy_perform(curl);
  long reply = 0;
  curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply);
  answer.code = static_cast<int>(reply);
  answer.trouble = trouble_of(code, transfer);
  answer.login_failed = code == CURLE_LOGIN_DENIED;
  // 354 asks for the mail; while it is the last word, the answer to the mail is still out.
  answer.may_have_left = code != CURLE_OK && transfer.upload_ended && answer.code < 400;
  handles_->give_back(curl);
  return answer;
}

}  // namespace wend
