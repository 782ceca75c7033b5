// `wend fmt`: the one style, in place; what has syntax errors is left as it was.
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include "compiler/cli/command.h"
#include "compiler/cli/line_diff.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/render.h"
#include "compiler/syntax/format.h"
#include "compiler/syntax/parse.h"

namespace wend::cli {

namespace {

namespace fs = std::filesystem;

class Formatting {
 public:
  Formatting(const Arguments& arguments, Terminal& terminal)
      : check_(arguments.has("--check")), diff_(arguments.has("--diff")), terminal_(terminal), output_("") {}

  int run(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
      if (path == "-") standard_input();
      else one_path(path);
    }
    if (!check_ && !diff_ && changed_ > 0) terminal_.say(std::to_string(changed_) + (changed_ == 1 ? " file" : " files") + " formatted\n");
    const bool wrong = broken_ || ((check_ || diff_) && changed_ > 0);
    return finish_output(output_, terminal_, environment_ ? exit_code::kEnvironment : wrong ? exit_code::kInput : exit_code::kWell);
  }

 private:
  void trouble(const std::string& what) {
    terminal_.fail(what);
    environment_ = true;
  }

  void one_path(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return file(path);
    std::vector<std::string> files;
    fs::recursive_directory_iterator walk(path, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && walk != end; walk.increment(error)) {
      if (walk->path().filename().string().starts_with(".") && walk->is_directory()) walk.disable_recursion_pending();
      else if (walk->is_regular_file() && walk->path().extension() == ".wend") files.push_back(walk->path().string());
    }
    if (error) trouble("cannot read the folder `" + path + "`: " + error.message());
    std::sort(files.begin(), files.end());
    for (const std::string& each : files) file(each.starts_with("./") ? each.substr(2) : each);
  }

  void file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (in) text << in.rdbuf();
    if (!in) return trouble("cannot read `" + path + "`: " + std::strerror(errno));
    const std::optional<std::string> formatted = format_text(text.str(), path);
    if (!formatted || *formatted == text.str()) return;
    ++changed_;
    if (diff_) return output_.write(line_diff(text.str(), *formatted, path));
    if (check_) return output_.line(path);
    std::ofstream out(path, std::ios::binary | std::ios::trunc);
    out << *formatted;
    out.close();
    if (!out) trouble("cannot write `" + path + "`: " + std::strerror(errno));
  }

  void standard_input() {
    std::ostringstream text;
    text << std::cin.rdbuf();
    const std::optional<std::string> formatted = format_text(text.str(), "-");
    if (formatted && *formatted != text.str()) ++changed_;
    if (check_) return;
    if (diff_ && formatted) return output_.write(line_diff(text.str(), *formatted, "-"));
    output_.write(formatted.value_or(text.str()));
  }

  // Nothing when the text has syntax errors: they are told.
  std::optional<std::string> format_text(const std::string& text, const std::string& path) {
    std::optional<std::string> formatted = format(text);
    if (formatted) return formatted;
    broken_ = true;
    Sources sources;
    Diagnostics diagnostics;
    parse(sources, sources.add(path, text), diagnostics);
    diagnostics.finish(sources);
    terminal_.complain(render_text(diagnostics, sources, {.colour = terminal_.colour_err()}));
    return std::nullopt;
  }

  bool check_, diff_;
  Terminal& terminal_;
  Output output_;
  size_t changed_ = 0;
  bool broken_ = false, environment_ = false;
};

int run(const Arguments& arguments, Terminal& terminal) {
  std::vector<std::string> paths = arguments.positionals;
  if (paths.empty()) paths = {"."};
  return Formatting(arguments, terminal).run(paths);
}

}  // namespace

const Command kFmt = {
    "fmt", "the one style of Wend text, in place",
    "  wend fmt\n  wend fmt --check journeys\n  wend fmt - < draft.wend\n",
    {{"PATH", "folders or files; `-` reads standard input and writes standard output", false, true}},
    {{"--check", nullptr, "change nothing; list what would change and end with 1"},
     {"--diff", nullptr, "change nothing; show what would change and end with 1"}},
    run};

}  // namespace wend::cli
