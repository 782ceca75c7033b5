// The command line, read with CLI11 after the table of commands. CLI11's own exit codes and words are not used: a mistake
// says what was typed, what is near it, and ends with 2.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <exception>
#include <map>
#include <memory>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include "compiler/cli/command.h"
#include "compiler/cli/complete.h"
#include "compiler/cli/man_page.h"
#include "compiler/cli/output.h"
#include "compiler/diagnostics/diagnostics.h"

namespace wend::cli {

bool Arguments::has(std::string_view name) const { return value(name).has_value(); }

std::optional<std::string> Arguments::value(std::string_view name) const {
  for (auto it = options.rbegin(); it != options.rend(); ++it) if (it->first == name) return it->second;
  return std::nullopt;
}

std::string Arguments::value_or(std::string_view name, std::string_view otherwise) const {
  return value(name).value_or(std::string(otherwise));
}

std::string Arguments::positional_or(size_t index, std::string_view otherwise) const {
  return index < positionals.size() ? positionals[index] : std::string(otherwise);
}

namespace {

std::string near_words(const std::string& typed, const std::vector<std::string>& known) {
  const std::string near = nearest(typed, known);
  return near.empty() ? "" : "; did you mean `" + near + "`?";
}

bool is_choice(const Option& option, std::string_view value) {
  if (option.choices == nullptr) return true;
  for (std::string_view rest = option.choices; !rest.empty();) {
    const size_t end = std::min(rest.find('|'), rest.size());
    if (rest.substr(0, end) == value) return true;
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  return false;
}

std::string listed(std::string_view choices) {
  std::string out;
  for (char c : choices) out += c == '|' ? std::string(", ") : std::string(1, c);
  return out;
}

// One CLI11 subcommand after a row of the table.
class Reader {
 public:
  explicit Reader(const Command& command) : command_(command), app_(command.about, command.name) {
    app_.set_help_flag("");
    for (const Option& option : command.options) add(option);
    for (const Option& option : global_options()) add(option);
    app_.add_option("positionals", positionals_)->expected(0, 1 << 20);
  }

  Arguments read(int argc, const char* const* argv) {
    std::vector<std::string> words;
    for (int i = argc - 1; i > 0; --i) words.emplace_back(argv[i]);   // CLI11 takes them back to front
    take_bare(words);
    check_names(words);
    try {
      app_.parse(std::move(words));
    } catch (const CLI::ParseError& error) {
      throw UsageError{std::string("`wend ") + command_.name + "`: " + error.what()};
    }
    return gather();
  }

 private:
  void add(const Option& option) {
    rows_[option.name] = &option;
    if (option.bare) return;
    std::string names = option.name;
    if (names == "--help") names = "-h,--help";
    if (names == "--quiet") names = "-q,--quiet";
    CLI::Option* made = option.value == nullptr
                            ? app_.add_flag(names, flags_)
                            : app_.add_option(names, values_.emplace_back())->expected(1)->allow_extra_args(false);
    made->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    made_[made] = &option;
  }

  // CLI11 would take the word behind an option that may stand alone for its value.
  void take_bare(std::vector<std::string>& words) {
    size_t end = words.size();   // of those in front of `--`, which stand last here
    for (size_t i = words.size(); i-- > 0 && words[i] != "--";) end = i;
    for (size_t i = words.size(); i-- > end;) {
      const size_t equals = std::min(words[i].find('='), words[i].size());
      const auto row = rows_.find(words[i].substr(0, equals));
      if (row == rows_.end() || !row->second->bare) continue;
      bare_.emplace_back(row->first, words[i].substr(std::min(equals + 1, words[i].size())));
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }

  // CLI11 takes an unknown option for a surplus word; here it is told with what is near.
  void check_names(const std::vector<std::string>& words) const {
    std::vector<std::string> known;
    for (const auto& [name, row] : rows_) known.push_back(name);
    for (auto it = words.rbegin(); it != words.rend(); ++it) {
      if (*it == "--") return;
      if (it->size() < 2 || (*it)[0] != '-' || *it == "-h" || *it == "-q") continue;
      const std::string name = it->substr(0, it->find('='));
      const auto row = rows_.find(name);
      if (row == rows_.end()) {
        throw UsageError{std::string("`wend ") + command_.name + "` has no option `" + name + "`" + near_words(name, known)};
      }
      if (row->second->value == nullptr || name.size() != it->size()) continue;
      if (++it == words.rend()) throw UsageError{"`" + name + "` needs a value: " + row->second->value};
    }
  }

  Arguments gather() const {
    Arguments arguments;
    arguments.options = bare_;
    std::map<const CLI::Option*, size_t> taken;
    for (const CLI::Option* made : app_.parse_order()) {
      const auto row = made_.find(made);
      if (row == made_.end()) continue;
      const Option& option = *row->second;
      const size_t index = taken[made]++;
      if (index > 0 && !option.repeated && option.value != nullptr) {
        throw UsageError{std::string("`") + option.name + "` is given twice"};
      }
      const std::string value = option.value == nullptr || index >= made->results().size() ? "" : made->results()[index];
      if (option.value != nullptr && !is_choice(option, value)) {
        throw UsageError{std::string("`") + option.name + "` cannot be `" + value + "`; it is one of " + listed(option.choices)};
      }
      arguments.options.emplace_back(option.name, value);
    }
    arguments.positionals = positionals_;
    check_positionals(arguments);
    return arguments;
  }

  void check_positionals(const Arguments& arguments) const {
    if (arguments.has("--help")) return;
    size_t most = 0, least = 0;
    for (const Positional& p : command_.positionals) {
      most = p.many ? SIZE_MAX : most == SIZE_MAX ? most : most + 1;
      if (p.required) ++least;
    }
    if (positionals_.size() > most) throw UsageError{std::string("`wend ") + command_.name + "` cannot do anything with `" + positionals_[most] + "`"};
    if (positionals_.size() < least) throw UsageError{std::string("`wend ") + command_.name + "` needs " + command_.positionals[positionals_.size()].name};
  }

  const Command& command_;
  CLI::App app_;
  bool flags_ = false;
  std::deque<std::vector<std::string>> values_;
  std::vector<std::string> positionals_;
  std::map<std::string, const Option*> rows_;
  std::map<const CLI::Option*, const Option*> made_;
  std::vector<std::pair<std::string, std::string>> bare_;
};

const Command& command_named(const std::string& name) {
  std::vector<std::string> known;
  for (const Command& command : commands()) {
    if (name == command.name) return command;
    known.emplace_back(command.name);
  }
  const std::string hint = hint_for(name);
  throw UsageError{"there is no command `" + name + "`" + (hint.empty() ? near_words(name, known) : "; " + hint)};
}

int print(std::string_view text, Terminal& terminal) {
  Output output("");
  output.write(text);
  return finish_output(output, terminal, exit_code::kWell);
}

// The first word that is no global option is the command; global options may stand on both sides of it.
int run_words(int argc, const char* const* argv, Terminal& terminal) {
  if (argc > 1 && std::string_view(argv[1]) == "__complete") return complete_words(argc - 2, argv + 2);
  if (argc > 2 && std::string_view(argv[1]) == "__share") return write_share(argv[2], terminal);
  std::vector<const char*> words(argv, argv + argc);
  size_t at = 1;
  while (at < words.size() && words[at][0] == '-' && hint_for(words[at]).empty()) {
    const std::string_view word = words[at];
    if (word == "-h" || word == "--help") return print(help_of_all(), terminal);
    at += word == "-C" || word == "--color" ? 2 : 1;
  }
  if (at >= words.size()) {
    if (argc > 1) throw UsageError{"no command is named"};
    terminal.complain(help_of_all());
    return exit_code::kUsage;
  }
  const std::string name = words[at];
  if (name == "help") {
    if (at + 1 >= words.size()) return print(help_of_all(), terminal);
    return print(help_of(command_named(words[at + 1])), terminal);
  }
  if (name == "--version") return kVersion.run({}, terminal);
  const Command& command = command_named(name);
  words.erase(words.begin() + static_cast<std::ptrdiff_t>(at));
  const Arguments arguments = Reader(command).read(static_cast<int>(words.size()), words.data());
  if (arguments.has("--help")) return print(help_of(command), terminal);
  terminal.set_colour(arguments.value_or("--color", "auto"));
  terminal.set_quiet(arguments.has("--quiet"));
  if (const auto folder = arguments.value("-C"); folder && ::chdir(folder->c_str()) != 0) {
    terminal.fail("cannot go to the folder `" + *folder + "`: " + std::strerror(errno));
    return exit_code::kEnvironment;
  }
  return command.run(arguments, terminal);
}

int bug(Terminal& terminal, const char* what) {
  terminal.fail(std::string("this is a bug in wend: ") + what);
  terminal.complain("what you did, and the files you did it with, would help to mend it\n");
  return exit_code::kBug;
}

}  // namespace

int run_command_line(int argc, const char* const* argv, Terminal& terminal) {
  try {
    return run_words(argc, argv, terminal);
  } catch (const UsageError& error) {
    terminal.fail(error.message);
    terminal.complain("`wend help` lists what there is\n");
    return exit_code::kUsage;
  } catch (const std::bad_alloc&) {
    terminal.fail("there is not enough memory for this");
    return exit_code::kEnvironment;
  } catch (const std::exception& error) {
    return bug(terminal, error.what());
  } catch (...) {
    return bug(terminal, "an unknown exception");
  }
}

}  // namespace wend::cli
