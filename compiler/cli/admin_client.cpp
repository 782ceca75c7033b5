#include "compiler/cli/admin_client.h"

#include <chrono>

#include "runtime/channels/json.h"

namespace wend::cli {
namespace {

constexpr const char* kServer = "http://127.0.0.1:8081";
constexpr auto kPatience = std::chrono::seconds(60);
constexpr size_t kAnswerMost = 256u << 20;   // an export may be large

// The port a URL names; 0: none.
uint16_t port_of(std::string_view url) {
  const size_t scheme = url.find("://");
  const std::string_view rest = url.substr(scheme == std::string_view::npos ? 0 : scheme + 3);
  const std::string_view host = rest.substr(0, std::min(rest.find_first_of("/?"), rest.size()));
  const size_t colon = host.rfind(':');
  if (colon == std::string_view::npos || host.find(']', colon) != std::string_view::npos) return 0;
  uint32_t port = 0;
  for (const char c : host.substr(colon + 1)) {
    if (c < '0' || c > '9' || port > 65535) return 0;
    port = port * 10 + static_cast<uint32_t>(c - '0');
  }
  return port <= 65535 ? static_cast<uint16_t>(port) : 0;
}

}  // namespace

std::vector<Option> with_admin_options(std::vector<Option> own) {
  own.push_back({"--server", "URL", "the admin address of the server; http://127.0.0.1:8081 if not said"});
  own.push_back({"--token", "SECRET", "where its token stands: file:PATH or env:NAME"});
  return own;
}

std::string encoded(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) out += c;
    else out += {'%', kDigits[static_cast<unsigned char>(c) >> 4], kDigits[static_cast<unsigned char>(c) & 15]};
  }
  return out;
}

std::string path_of_user(std::string_view user) {
  if (user.empty()) throw UsageError{"whom? An identity that is empty is nobody's"};
  if (user == "." || user == "..") throw UsageError{"a server cannot be asked for `" + std::string(user) + "`, which is a way up: name another identity of theirs"};
  return "/v1/users/" + encoded(user);
}

AdminClient::AdminClient(const Arguments& arguments) : server_(arguments.value_or("--server", kServer)) {
  while (server_.ends_with('/')) server_.pop_back();
  if (const auto reference = arguments.value("--token")) {
    std::string problem;
    const auto source = SecretSource::from(*reference, problem);
    if (!source) throw UsageError{"`--token`: " + problem};
    token_ = *source;
  }
  NetRules rules;
  rules.plain_loopback = rules.loopback = rules.inside = true;
  if (const uint16_t port = port_of(server_); port != 0) rules.ports.push_back(port);
  wire_ = std::make_unique<Wire>(std::move(rules));
  if (const std::string problem = wire_->problem_of_url(server_ + "/"); !problem.empty()) throw UsageError{"`--server`: " + problem};
}

int AdminClient::Answer::exit_code() const {
  if (well()) return exit_code::kWell;
  return status >= 400 && status < 500 && status != 401 && status != 403 ? exit_code::kInput : exit_code::kEnvironment;
}

AdminClient::Answer AdminClient::ask(const char* method, const std::string& path, const std::string& body) {
  Answer answer;
  HttpRequest request;
  request.url = server_ + path;
  request.method = method;
  request.body = body;
  request.answer_bytes_max = kAnswerMost;
  if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
  if (!token_.none()) {
    const auto token = token_.read(answer.problem);
    if (!token) return answer;
    request.headers.emplace_back("Authorization", "Bearer " + std::string(token->reveal()));
  }
  HttpAnswer heard = wire_->exchange(request, std::chrono::steady_clock::now() + kPatience);
  if (heard.trouble != Trouble::none) {
    answer.problem = "no answer from " + server_ + ": " + std::string(word(heard.trouble));
    if (heard.trouble == Trouble::connect) answer.problem = "nothing listens at " + server_ + "; name the server with `--server URL`";
    if (heard.trouble == Trouble::address) answer.problem = "no server is asked at " + server_ + ": without TLS only this machine is";
    return answer;
  }
  answer.status = heard.status;
  answer.body = std::move(heard.body);
  if (heard.status >= 200 && heard.status < 300) return answer;
  const JsonAnswer json(answer.body);
  const std::string title = json.at("/title"), detail = json.at("/detail");
  answer.problem = title.empty() ? server_ + " answers " + std::to_string(heard.status) : title + (detail.empty() ? "" : ": " + detail);
  return answer;
}

}  // namespace wend::cli
