// The language server as a pure machine: messages in, messages out. No stream, no clock, no thread; it reads files of the
// projects it is asked about, and nothing else. Whatever comes in, it answers and goes on. Tested by tests/unit/language_server.
//
//   Server server;
//   for (const std::string& message : server.receive({request})) send(message);
//   for (const std::string& message : server.rest()) send(message);   // nothing waits: diagnostics
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wend::lsp {

class Json;
struct Session;

class Server {
 public:
  // `fetch`: GET of an address and path, for what a running server knows; none: no such lens is ever shown.
  using Fetch = std::function<std::optional<std::string>(const std::string& url, const std::string& path)>;
  explicit Server(Fetch fetch = {});
  ~Server();
  Server(const Server&) = delete;

  // Everything that has come by now, in order: a request that is cancelled behind itself is not worked on, and any number of
  // changes cost one analysis.
  std::vector<std::string> receive(const std::vector<std::string>& messages);
  // Something came that is no message.
  std::vector<std::string> broken(std::string_view why);
  // To be called when nothing waits: analyses what has changed and tells it.
  std::vector<std::string> rest();

  bool done() const { return state_ == State::done; }
  int exit_code() const { return in_order_ ? 0 : 1; }   // 0 only behind `shutdown`

 private:
  enum class State { fresh, running, shut_down, done };

  void one(const Json& message, const std::vector<Json>& cancelled);
  void request(const Json& message, const std::vector<Json>& cancelled);
  void notice(const Json& message);
  void answer(const Json& id, Json result);
  void refuse(const Json& id, int code, std::string_view why);
  std::vector<std::string> take();

  std::unique_ptr<Session> session_;
  State state_ = State::fresh;
  bool in_order_ = false;
};

// A row of the table of methods, for its page.
struct MethodRow { const char* method; bool request; const char* doc; };
std::vector<MethodRow> method_table();

}  // namespace wend::lsp
