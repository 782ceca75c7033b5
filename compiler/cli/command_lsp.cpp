// `wend lsp`: the language server, on standard input and output. An editor starts it.
#include <chrono>
#include <map>
#include <memory>

#include "compiler/cli/admin_client.h"
#include "compiler/cli/command.h"
#include "compiler/language_server/stdio.h"

namespace wend::cli {

namespace {

// What the admin door of a running server says. An editor asks again at each change: an answer, or that there is none, holds for some
// seconds, so that a server that is slow does not slow the typing.
class AskedBefore {
 public:
  std::optional<std::string> get(const std::string& url, const std::string& path) {
    const auto now = std::chrono::steady_clock::now();
    Answer& answer = answers_[url + path];
    if (answer.asked && now - answer.at < std::chrono::seconds(answer.body ? 5 : 30)) return answer.body;
    answer = {true, now, ask(url, path)};
    return answer.body;
  }

 private:
  struct Answer {
    bool asked = false;
    std::chrono::steady_clock::time_point at;
    std::optional<std::string> body;
  };

  static std::optional<std::string> ask(const std::string& url, const std::string& path) {
    try {
      Arguments arguments;
      arguments.options.emplace_back("--server", url);
      AdminClient::Answer answer = AdminClient(arguments).get(path);
      if (answer.well()) return std::move(answer.body);
    } catch (const UsageError&) {
    }
    return std::nullopt;
  }

  std::map<std::string, Answer> answers_;
};

int run(const Arguments& arguments, Terminal& terminal) {
  lsp::StdioOptions options;
  options.log = arguments.value_or("--log", "");
  options.fetch = [asked = std::make_shared<AskedBefore>()](const std::string& url, const std::string& path) { return asked->get(url, path); };
  std::string trouble;
  const int code = lsp::serve_stdio(options, trouble);
  if (!trouble.empty()) terminal.fail(trouble);
  return code;
}

}  // namespace

const Command kLsp = {
    "lsp", "the language server, for editors",
    "  wend lsp\n  wend lsp --log lsp.log\n",
    {},
    {{"--log", "FILE", "add every message to this file"}, {"--stdio", nullptr, "standard input and output, as always; editors say it"}},
    run};

}  // namespace wend::cli
