// A conversation with a server in a test: a folder that goes with it, requests by method, and what came back.
#pragma once

#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "compiler/language_server/json.h"
#include "compiler/language_server/server.h"
#include "compiler/language_server/uri.h"

namespace wend::lsp {

class Folder {
 public:
  Folder() {
    static std::atomic<int> number{0};
    path_ = (std::filesystem::temp_directory_path() / ("wend-lsp-" + std::to_string(::getpid()) + "-" + std::to_string(++number))).string();
    std::filesystem::create_directories(path_);
  }
  ~Folder() {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
  }
  Folder(const Folder&) = delete;

  const std::string& path() const { return path_; }
  std::string uri(const std::string& name) const { return uri_of(path_ + "/" + name); }
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories(std::filesystem::path(path_ + "/" + name).parent_path());
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }

 private:
  std::string path_;
};

class Talk {
 public:
  explicit Talk(Json initialize = object({{"capabilities", object()}}), Server::Fetch fetch = {}) : server_(std::move(fetch)) {
    if (initialize.is_null()) return;   // the test does it
    first = request("initialize", std::move(initialize));
    notify("initialized", object());
  }

  // The answer: `result`, or the whole with its `error`.
  Json request(const std::string& method, Json params) {
    const int id = ++last_id_;
    take(server_.receive({object({{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", std::move(params)}}).dump()}));
    for (size_t i = received.size(); i-- > 0;)
      if (received[i]["id"] == Json(id)) return received[i].has("error") ? received[i] : received[i]["result"];
    return "no answer";
  }
  void notify(const std::string& method, Json params) { take(server_.receive({object({{"jsonrpc", "2.0"}, {"method", method}, {"params", std::move(params)}}).dump()})); }
  void send(const std::vector<std::string>& messages) { take(server_.receive(messages)); }
  void rest() { take(server_.rest()); }

  void open(const std::string& uri, const std::string& text, int version = 1) {
    notify("textDocument/didOpen", object({{"textDocument", object({{"uri", uri}, {"languageId", "wend"}, {"version", version}, {"text", text}})}}));
  }
  void change(const std::string& uri, Json changes, int version) {
    notify("textDocument/didChange", object({{"textDocument", object({{"uri", uri}, {"version", version}})}, {"contentChanges", std::move(changes)}}));
  }
  Json at(const std::string& method, const std::string& uri, uint32_t line, uint32_t character) {
    return request(method, object({{"textDocument", object({{"uri", uri}})}, {"position", object({{"line", line}, {"character", character}})}}));
  }
  Json of(const std::string& method, const std::string& uri) { return request(method, object({{"textDocument", object({{"uri", uri}})}})); }

  // What was last published of a document; null: nothing ever was.
  Json diagnostics(const std::string& uri) {
    rest();
    for (size_t i = received.size(); i-- > 0;)
      if (received[i]["method"].text() == "textDocument/publishDiagnostics" && received[i]["params"]["uri"].text() == uri) return received[i]["params"]["diagnostics"];
    return {};
  }
  std::vector<std::string> codes(const std::string& uri) {
    std::vector<std::string> out;
    const Json list = diagnostics(uri);
    for (const Json& item : list.items()) out.push_back(item["code"].text());
    return out;
  }

  Server& server() { return server_; }
  std::vector<Json> received;   // everything that came, in order
  Json first;                   // the answer to `initialize`

 private:
  void take(const std::vector<std::string>& messages) {
    for (const std::string& message : messages) received.push_back(parse_json(message).value_or("not JSON: " + message));
  }

  Server server_;
  int last_id_ = 0;
};

// A small project that is well.
inline const char* kProject = R"(project shop {
  time zone "Europe/Stockholm"
  currency EUR
}

profile {
  identity user_id
  first_name   text?
  email        text?
  email_opt_in bool = false
  plan         one of free, premium = free
}

event play { genre text, played duration }

measure plays = count of play where played >= 30 seconds in last 7 days

states engagement ordered {
  evaluate daily at 04:00
  core   when plays >= 5
  casual otherwise
}

channel email { reaches email, consent email_opt_in, content { subject text } }
protect everyone { categories lifecycle }

message hello {
  category lifecycle
  email { subject "Hello {{ first_name | default: 'friend' }}" }
}

journey greet {
  enter on play

  step first {
    send hello
    wait 2 days
    go to second
  }

  step second {
    if plan is premium { finish }
    send hello by email
  }
}
)";

}  // namespace wend::lsp
