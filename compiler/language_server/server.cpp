// Dispatch by the table of methods, and the few methods that are about the conversation itself.
#include "compiler/language_server/server.h"

#include <algorithm>
#include <exception>

#include "compiler/language_server/handlers.h"

namespace wend::lsp {
namespace {

struct Request { std::string_view method; Json (*run)(Session&, const Json&); const char* doc; };
struct Notice { std::string_view method; void (*run)(Session&, const Json&); const char* doc; };

constexpr Request kRequests[] = {
#define WEND_REQUEST(method, run, doc) {method, handler::run, doc},
#define WEND_NOTICE(method, handler, doc)
#include "compiler/language_server/methods.def"
#undef WEND_REQUEST
#undef WEND_NOTICE
};
constexpr Notice kNotices[] = {
#define WEND_REQUEST(method, handler, doc)
#define WEND_NOTICE(method, run, doc) {method, handler::run, doc},
#include "compiler/language_server/methods.def"
#undef WEND_REQUEST
#undef WEND_NOTICE
};

template <class Row, size_t N>
const Row* find(const Row (&rows)[N], std::string_view method) {
  const auto found = std::find_if(std::begin(rows), std::end(rows), [&](const Row& row) { return row.method == method; });
  return found == std::end(rows) ? nullptr : &*found;
}

bool is_id(const Json& id) { return id.is_integer() || id.is_string(); }

}  // namespace

std::vector<MethodRow> method_table() {
  return {
#define WEND_REQUEST(method, handler, doc) {method, true, doc},
#define WEND_NOTICE(method, handler, doc) {method, false, doc},
#include "compiler/language_server/methods.def"
#undef WEND_REQUEST
#undef WEND_NOTICE
  };
}

Server::Server(Fetch fetch) : session_(std::make_unique<Session>()) { session_->fetch = std::move(fetch); }
Server::~Server() = default;

std::vector<std::string> Server::receive(const std::vector<std::string>& messages) {
  std::vector<Json> read, cancelled;
  for (const std::string& text : messages) {
    std::optional<Json> message = parse_json(text);
    if (!message) {
      refuse({}, error_code::kParse, "this is no JSON, or too deep");
      continue;
    }
    if ((*message)["method"].text() == "$/cancelRequest" && is_id((*message)["params"]["id"])) cancelled.push_back((*message)["params"]["id"]);
    read.push_back(std::move(*message));
  }
  for (const Json& message : read) {
    if (done()) break;
    one(message, cancelled);
  }
  return take();
}

std::vector<std::string> Server::broken(std::string_view why) {
  refuse({}, error_code::kParse, why);
  return take();
}

std::vector<std::string> Server::rest() {
  if (state_ == State::running) {
    try {
      publish(*session_);
    } catch (const std::exception& error) {
      session_->outbox.push_back(object({{"jsonrpc", "2.0"}, {"method", "window/logMessage"}, {"params", object({{"type", 1}, {"message", std::string("this is a bug in wend: ") + error.what()}})}}));
    }
  }
  return take();
}

void Server::one(const Json& message, const std::vector<Json>& cancelled) {
  const bool has_method = message["method"].is_string();
  if (has_method && is_id(message["id"])) return request(message, cancelled);
  if (has_method && !message.has("id")) return notice(message);
  if (message.is_object() && !has_method && is_id(message["id"]) && (message.has("result") || message.has("error"))) return;   // an answer to us
  refuse(is_id(message["id"]) ? message["id"] : Json(), error_code::kInvalidRequest, "neither a request nor a notification");
}

void Server::request(const Json& message, const std::vector<Json>& cancelled) {
  const Json& id = message["id"];
  const std::string& method = message["method"].text();
  if (state_ == State::fresh && method != "initialize") return refuse(id, error_code::kNotInitialized, "`initialize` comes first");
  if (state_ == State::shut_down || (state_ == State::running && method == "initialize"))
    return refuse(id, error_code::kInvalidRequest, state_ == State::running ? "`initialize` comes once" : "behind `shutdown` only `exit` comes");
  if (std::find(cancelled.begin(), cancelled.end(), id) != cancelled.end()) return refuse(id, error_code::kCancelled, "cancelled");
  if (method == "shutdown") {
    state_ = State::shut_down;
    in_order_ = true;
    return answer(id, {});
  }
  const Request* row = find(kRequests, method);
  if (!row) return refuse(id, error_code::kMethodNotFound, "wend does not know `" + method + "`");
  try {
    answer(id, row->run(*session_, message["params"]));
    if (method == "initialize") state_ = State::running;
  } catch (const Refused& refused) {
    refuse(id, refused.code, refused.message);
  } catch (const std::exception& error) {
    refuse(id, error_code::kInternal, std::string("this is a bug in wend: ") + error.what());
  } catch (...) {   // the generated parser may throw anything
    refuse(id, error_code::kInternal, "this is a bug in wend");
  }
}

void Server::notice(const Json& message) {
  const std::string& method = message["method"].text();
  if (method == "exit") {
    state_ = State::done;
    return;
  }
  if (state_ != State::running) return;   // the protocol: dropped
  const Notice* row = find(kNotices, method);
  if (!row) return;                       // the protocol: what is not known is not needed
  try {
    row->run(*session_, message["params"]);
  } catch (...) {   // nobody waits for an answer
  }
}

void Server::answer(const Json& id, Json result) { session_->outbox.push_back(object({{"jsonrpc", "2.0"}, {"id", id}, {"result", std::move(result)}})); }

void Server::refuse(const Json& id, int code, std::string_view why) {
  session_->outbox.push_back(object({{"jsonrpc", "2.0"}, {"id", id}, {"error", object({{"code", code}, {"message", why}})}}));
}

std::vector<std::string> Server::take() {
  std::vector<std::string> out;
  for (const Json& message : session_->outbox) out.push_back(message.dump());
  session_->outbox.clear();
  return out;
}

}  // namespace wend::lsp
