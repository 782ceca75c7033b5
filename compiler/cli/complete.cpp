#include "compiler/cli/complete.h"

#include <algorithm>
#include <filesystem>
#include <optional>

#include "compiler/cli/output.h"
#include "compiler/cli/starter.h"
#include "compiler/diagnostics/render.h"
#include "compiler/service/service.h"

namespace wend::cli {
namespace {

namespace fs = std::filesystem;

using Candidates = std::vector<Candidate>;

// A command line as far as it is typed.
struct Typed {
  const Command* command = nullptr;
  std::string folder;                          // of -C
  std::vector<std::string> positionals;        // behind the command
  std::vector<std::string> options;            // that were given
  const Option* open = nullptr;                // the option whose value is being typed
  bool only_positionals = false;               // behind `--`
};

const Option* option_named(const Command* command, std::string_view name) {
  if (command)
    for (const Option& option : command->options) if (name == option.name) return &option;
  for (const Option& option : global_options()) if (name == option.name) return &option;
  return nullptr;
}

Typed read(const std::vector<std::string>& words) {
  Typed typed;
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    const std::string& word = words[i];
    if (!typed.only_positionals && word.size() > 1 && word[0] == '-') {
      if (word == "--") {
        typed.only_positionals = true;
        continue;
      }
      const Option* option = option_named(typed.command, word.substr(0, word.find('=')));
      if (!option) continue;
      typed.options.push_back(option->name);
      if (option->value == nullptr || option->bare || word.find('=') != std::string::npos) continue;
      if (i + 2 == words.size()) typed.open = option;
      else if (std::string_view(option->name) == "-C") typed.folder = words[++i];
      else ++i;
      continue;
    }
    if (typed.command) {
      typed.positionals.push_back(word);
      continue;
    }
    for (const Command& command : commands()) if (word == command.name) typed.command = &command;
    if (!typed.command) typed.positionals.push_back(word);
  }
  return typed;
}

// The names a project has, where it is sound. `what`: in the words of the table of commands.
class Names {
 public:
  explicit Names(const Typed& typed) : typed_(typed) {}

  Candidates of(std::string_view what) {
    Candidates out;
    const auto add = [&out](const auto& list, const char* about) {
      for (const auto& each : list) out.push_back({each.name, about});
    };
    if (what == "CODE") {
      for (const CodeInfo& code : all_codes()) out.push_back({code.id, ""});
      return out;
    }
    if (what == "--template") {
      for (const StarterTemplate& each : starter_templates()) out.push_back({each.name, each.about});
      return out;
    }
    const bool journeys = what == "--journey" || what == "journey", messages = what == "--message" || what == "MESSAGE" || what == "message";
    const bool states = what == "--states", channels = what == "channel";
    if (!journeys && !messages && !states && !channels) return out;
    const Program* program = load();
    if (!program) return out;
    if (journeys) add(program->journeys, "journey");
    if (messages) add(program->messages, "message");
    if (states) add(program->states, "states");
    if (channels) add(program->channels, "channel");
    return out;
  }

 private:
  // The folder of the project: the positional that is one, else where one is.
  std::string path() const {
    const fs::path base = typed_.folder.empty() ? "." : typed_.folder;
    std::error_code error;
    for (const std::string& word : typed_.positionals)
      if (fs::is_regular_file(base / word / "project.wend", error) || (fs::path(word).extension() == ".wend" && fs::is_regular_file(base / word, error))) return (base / word).string();
    return base.string();
  }

  const Program* load() {
    project_ = Project::load(path());
    return project_->ok() ? &project_->program() : nullptr;
  }

  const Typed& typed_;
  std::optional<Project> project_;
};

Candidates choices_of(const char* choices) {
  Candidates out;
  for (std::string_view rest = choices; !rest.empty();) {
    const size_t end = std::min(rest.find('|'), rest.size());
    out.push_back({std::string(rest.substr(0, end)), ""});
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return out;
}

Candidates option_names(const Typed& typed) {
  Candidates out;
  const auto add = [&](const Option& option) {
    const bool given = std::find(typed.options.begin(), typed.options.end(), option.name) != typed.options.end();
    if (!given || option.repeated) out.push_back({option.name, option.help});
  };
  if (typed.command)
    for (const Option& option : typed.command->options) add(option);
  for (const Option& option : global_options()) add(option);
  return out;
}

Candidates command_names() {
  Candidates out;
  for (const Command& command : commands()) out.push_back({command.name, command.about});
  return out;
}

Candidates positional(const Typed& typed) {
  if (!typed.command) {
    if (typed.positionals.empty()) {
      Candidates out = command_names();
      out.push_back({"help", "what a command does, and its options"});
      return out;
    }
    return typed.positionals.size() == 1 && typed.positionals[0] == "help" ? command_names() : Candidates{};
  }
  const std::vector<Positional>& all = typed.command->positionals;
  if (all.empty()) return {};
  const bool more = typed.positionals.size() >= all.size();
  if (more && !all.back().many) return {};
  const Positional& here = all[std::min(typed.positionals.size(), all.size() - 1)];
  if (std::string_view(here.name) == "SHELL") return choices_of("bash|zsh|fish");
  if (std::string_view(here.name) == "KIND") return choices_of("journey|message|channel|all");
  Names names(typed);
  // `hold KIND NAME`: the kind says which names.
  if (std::string_view(here.name) == "NAME" && typed.positionals.size() == 1) return names.of(typed.positionals[0]);
  return names.of(here.name);
}

// One line, nothing a shell would take for its own.
std::string clean(std::string text) {
  for (char& c : text) if (static_cast<unsigned char>(c) < 32) c = ' ';
  return text;
}

}  // namespace

std::vector<Candidate> candidates(const std::vector<std::string>& words) {
  if (words.empty()) return {};
  const std::string& begun = words.back();
  const Typed typed = read(words);
  Candidates all;
  if (typed.open) all = typed.open->choices ? choices_of(typed.open->choices) : Names(typed).of(typed.open->name);
  else if (!typed.only_positionals && begun.starts_with("-")) all = option_names(typed);
  else all = positional(typed);
  std::erase_if(all, [&begun](const Candidate& candidate) { return !candidate.word.starts_with(begun); });
  return all;
}

int complete_words(int argc, const char* const* argv) {
  Output output("");
  for (const Candidate& candidate : candidates({argv, argv + argc})) output.line(clean(candidate.word) + (candidate.about.empty() ? "" : "\t" + clean(candidate.about)));
  output.finish();
  return exit_code::kWell;
}

std::string completion_script(std::string_view shell) {
  if (shell == "bash")
    return R"sh(# Completions of wend for bash: source this file, or put it where bash-completion looks, as `wend`.
_wend() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$(printf '%q' "${line%%$'\t'*}")")
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _wend wend
)sh";
  if (shell == "zsh")
    return R"sh(#compdef wend
# Completions of wend for zsh: put this file into a folder of $fpath, as `_wend`.
_wend() {
  local line
  local -a found
  for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    [[ -n $line ]] || continue
    if [[ $line == *$'\t'* ]]; then found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}"); else found+=("${line//:/\\:}"); fi
  done
  if (( ${#found} )); then _describe wend found; else _files; fi
}
if [[ ${funcstack[1]} == _wend ]]; then _wend "$@"; else compdef _wend wend; fi
)sh";
  if (shell == "fish")
    return R"sh(# Completions of wend for fish: put this file into ~/.config/fish/completions, as `wend.fish`.
function __wend_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete $words[2..-1] 2>/dev/null
end
# Where wend knows no words, files are meant.
function __wend_knows
    test (count (__wend_complete)) -gt 0
end
complete -c wend -f -n __wend_knows -a '(__wend_complete)'
)sh";
  return {};
}

}  // namespace wend::cli
