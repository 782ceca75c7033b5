// The admin door of a running server, as commands ask it: `--server URL`, `--token file:PATH|env:NAME`. Tested by
// tests/golden/cli/admin_client_test.cpp.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/cli/command.h"
#include "runtime/channels/http.h"
#include "runtime/channels/secret.h"

namespace wend::cli {

// The options of a command that asks a server, behind its own.
std::vector<Option> with_admin_options(std::vector<Option> own);

class AdminClient {
 public:
  // Throws UsageError where `--server` or `--token` cannot be meant.
  explicit AdminClient(const Arguments& arguments);

  // `status` 0: there is no answer; `problem` says why, or what the server says is wrong (title and detail of its RFC 9457
  // answer), in words for a person. Empty where the status is 2xx.
  struct Answer {
    int status = 0;
    std::string body, problem;
    bool well() const { return problem.empty(); }
    int exit_code() const;         // 0; 1: the request was refused (4xx); 5: no answer, no entry, or the server is at fault
  };
  // `path` begins with a slash; what stands in it was encoded().
  Answer get(const std::string& path) { return ask("GET", path, ""); }
  Answer post(const std::string& path, const std::string& json) { return ask("POST", path, json); }
  Answer remove(const std::string& path) { return ask("DELETE", path, ""); }

  const std::string& server() const { return server_; }

 private:
  Answer ask(const char* method, const std::string& path, const std::string& body);

  std::string server_;             // without a slash at its end
  SecretSource token_;
  std::unique_ptr<Wire> wire_;
};

// A text as a step of a path or a value of a query: %XX for what is neither a letter, a digit nor one of -._~
std::string encoded(std::string_view text);
// `/v1/users/USER`, whatever stands in the identity. Throws UsageError for what cannot be a step of a path.
std::string path_of_user(std::string_view user);

}  // namespace wend::cli
