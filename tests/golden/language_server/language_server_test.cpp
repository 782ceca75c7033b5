// Conversations with the language server: files of a project, what is asked about them, and what is answered. A case has its files
// behind `-- NAME`, and behind `-- ask` a command a line:
//
//   start {…}                          `initialize` with these parameters; without it the first command does it with none
//   open FILE · close FILE             as the editor does; what is published then is shown
//   change FILE `old` => `new`         the first such text in the open document, as an incremental change
//   write FILE `old` => `new`          the same on the disk, and told as a watched file
//   METHOD FILE [`te|xt`] [{…}]        a request about a file, and a place in it: the bar in the first such text; more parameters
//
// The folder of the project is shown as ROOT.
#include <catch2/catch.hpp>

#include "compiler/language_server/positions.h"
#include "test_paths.h"
#include "tests/golden/golden.h"
#include "tests/unit/language_server/talk.h"

using namespace wend::lsp;

namespace {

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) text.replace(at, what.size(), with);
  return text;
}

std::string unescaped(std::string text) { return replaced(replaced(std::move(text), "\\n", "\n"), "\\r", "\r"); }

class Play {
 public:
  explicit Play(const std::string& source) : source_(source) {}

  std::string run() {
    std::istringstream lines(source_);
    std::string name;
    bool asking = false;
    for (std::string line; std::getline(lines, line);) {
      if (line == "-- ask") asking = true;
      else if (line.starts_with("-- ")) files_[name = line.substr(3)];
      else if (!asking && !name.empty()) files_[name] += unescaped_line(line);
      else if (asking && !line.empty() && !line.starts_with('#')) command(line);
    }
    return replaced(std::move(out_), uri_of(folder_.path()), "ROOT");
  }

 private:
  // `\r` at the end of a line makes it one of CR LF.
  static std::string unescaped_line(const std::string& line) { return line.ends_with("\\r") ? line.substr(0, line.size() - 2) + "\r\n" : line + "\n"; }

  void start(Json initialize) {
    for (const auto& [name, text] : files_) folder_.write(name, text);
    if (!initialize.has("capabilities")) initialize.set("capabilities", object());
    talk_ = std::make_unique<Talk>(std::move(initialize), [](const std::string&, const std::string& path) -> std::optional<std::string> {
      if (path != "/v1/journeys") return std::nullopt;
      return R"({"journeys":[{"name":"greet","inside":3,"steps":[{"name":"first","inside":1},{"name":"second","inside":2}]}]})";
    });
    talk_->received.clear();
  }

  static std::string quoted(std::string& rest) {
    const size_t begin = rest.find('`'), end = begin == std::string::npos ? begin : rest.find('`', begin + 1);
    if (end == std::string::npos) return {};
    std::string text = rest.substr(begin + 1, end - begin - 1);
    rest.erase(0, end + 1);
    return unescaped(text);
  }

  void command(const std::string& line) {
    out_ += "> " + line + "\n";
    std::istringstream in(line);
    std::string word, file, rest;
    in >> word;
    if (word == "start") {
      std::getline(in, rest);
      return start(parse_json(rest).value_or(object()));
    }
    if (!talk_) start(object());
    in >> file;
    std::getline(in, rest);
    const std::string uri = file.find(':') == std::string::npos ? folder_.uri(file) : file;
    if (word == "open") {
      open_[file] = files_[file];
      talk_->open(uri, open_[file]);
    } else if (word == "close") {
      talk_->notify("textDocument/didClose", object({{"textDocument", object({{"uri", uri}})}}));
    } else if (word == "change") {
      const std::string from = quoted(rest), to = quoted(rest);
      std::string& text = open_[file];
      const size_t at = text.find(from);
      REQUIRE(at != std::string::npos);
      const Json range = object({{"start", place(text, at)}, {"end", place(text, at + from.size())}});
      text.replace(at, from.size(), to);
      talk_->change(uri, array({object({{"range", range}, {"text", to}})}), ++version_);
    } else if (word == "write") {
      const std::string from = quoted(rest), to = quoted(rest);
      std::string& text = files_[file];
      REQUIRE(text.find(from) != std::string::npos);
      folder_.write(file, text.replace(text.find(from), from.size(), to));
      talk_->notify("workspace/didChangeWatchedFiles", object({{"changes", array({object({{"uri", uri}, {"type", 2}})})}}));
    } else {
      ask(word, file, uri, rest);
    }
    talk_->rest();
    for (const Json& message : talk_->received)
      if (message["method"].text() == "textDocument/publishDiagnostics") published(message["params"]);
    talk_->received.clear();
  }

  void ask(const std::string& method, const std::string& file, const std::string& uri, std::string rest) {
    std::string marked = quoted(rest);
    Json params = parse_json(rest).value_or(object());
    params.set("textDocument", object({{"uri", uri}}));
    if (!marked.empty()) {
      const size_t bar = marked.rfind('|');   // one before it may be Liquid's
      marked.erase(bar, 1);
      const size_t at = open_[file].find(marked);
      INFO(marked);
      REQUIRE(at != std::string::npos);
      params.set("position", place(open_[file], at + bar));
      if (method.find("codeAction") != std::string::npos) params.set("range", object({{"start", place(open_[file], at + bar)}, {"end", place(open_[file], at + bar)}}));
    }
    if (file == "all") params = parse_json(rest).value_or(object());
    const Json answer = talk_->request(method, params);
    if (answer.has("error")) out_ += "refused: " + answer["error"]["message"].text() + "\n";
    else show(answer);
  }

  // Lists an item a line, so that a diff says what has changed.
  void show(const Json& answer) {
    const Json& items = answer.has("items") ? answer["items"] : answer;
    if (!items.is_array() || items.items().empty()) {
      out_ += "  " + answer.dump() + "\n";
      return;
    }
    for (const Json& item : items.items()) out_ += "  " + item.dump() + "\n";
  }

  void published(const Json& params) {
    out_ += params["uri"].text();
    if (params.has("version")) out_ += " version " + std::to_string(params["version"].integer());
    out_ += params["diagnostics"].items().empty() ? ": well\n" : ":\n";
    for (const Json& item : params["diagnostics"].items()) {
      const Json &from = item["range"]["start"], &to = item["range"]["end"];
      out_ += "  " + std::to_string(from["line"].integer()) + ":" + std::to_string(from["character"].integer()) + "-" + std::to_string(to["line"].integer()) + ":" + std::to_string(to["character"].integer()) + " " +
              (item["severity"].integer() == 1 ? "error " : "warning ") + item["code"].text() + " " + replaced(item["message"].text(), "\n", "\n    ") + "\n";
      for (const Json& related : item["relatedInformation"].items()) out_ += "    " + related.dump() + "\n";
    }
  }

  static Json place(const std::string& text, size_t at) {
    const Place place = Lines(text).place(static_cast<uint32_t>(at), Encoding::utf16);
    return object({{"line", place.line}, {"character", place.character}});
  }

  std::string source_, out_;
  Folder folder_;
  std::map<std::string, std::string> files_, open_;
  std::unique_ptr<Talk> talk_;
  int version_ = 1;
};

}  // namespace

TEST_CASE("golden conversations with the language server") {
  wend::golden::check(WEND_SOURCE_DIR "/tests/golden/language_server/cases", [](const wend::golden::Case& golden) { return Play(golden.source).run(); });
}
