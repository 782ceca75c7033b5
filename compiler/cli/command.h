// What a command of `wend` is: one row of the table in commands.cpp, from which the parser, the help and the suggestions are
// made. Adding a command is a file, a row and a line of CMake.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/cli/terminal.h"

namespace wend::cli {

namespace exit_code {
constexpr int kWell = 0;
constexpr int kInput = 1;         // diagnostics, a failed test, unformatted text
constexpr int kUsage = 2;
constexpr int kChanges = 3;       // there are changes; only where the command line asks
constexpr int kStale = 4;         // a plan that was made for what is not live any more
constexpr int kEnvironment = 5;   // a file, the disk
constexpr int kBug = 70;
}  // namespace exit_code

struct Option {
  const char* name;               // "--events"
  const char* value = nullptr;    // "FILE"; null: a flag
  const char* help = "";
  bool repeated = false;
  const char* choices = nullptr;  // "text|short|json"
  bool bare = false;              // may stand without its value, which else follows a `=`
};

struct Positional {
  const char* name;               // "PROJECT"
  const char* help = "";
  bool required = false;
  bool many = false;
};

// A command line that has been read: only options the command has, values of the choices it has.
struct Arguments {
  std::vector<std::pair<std::string, std::string>> options;   // as they came; a flag's value is empty
  std::vector<std::string> positionals;

  bool has(std::string_view name) const;
  std::optional<std::string> value(std::string_view name) const;   // the last
  std::string value_or(std::string_view name, std::string_view otherwise) const;
  std::string positional_or(size_t index, std::string_view otherwise) const;
};

struct Command {
  const char* name;
  const char* about;              // one line
  const char* examples;           // lines for the top of its help
  std::vector<Positional> positionals;
  std::vector<Option> options;
  int (*run)(const Arguments& arguments, Terminal& terminal);
};

// What a command says when its arguments make no sense together; the caller prints it with exit code 2.
struct UsageError { std::string message; };

std::span<const Command> commands();
std::span<const Option> global_options();

// What people type who come from another tool, or who read of what is still to come. Empty: nothing is known of the name.
std::string hint_for(std::string_view name);

std::string help_of(const Command& command);
std::string help_of_all();
std::span<const std::pair<const char*, const char*>> exit_codes_told();   // as help and manual tell them

// "1 test", "1204 tests".
inline std::string plain_count(size_t count, const char* one, const char* many) { return std::to_string(count) + " " + (count == 1 ? one : many); }

// The whole of the program. Never throws.
int run_command_line(int argc, const char* const* argv, Terminal& terminal);

extern const Command kNew, kCheck, kFmt, kTest, kRun, kSimulate, kSnapshot, kSweep, kReport, kRender, kGraph, kEmit, kPlan, kServe, kApply, kHold, kRelease, kExport, kErase, kBackup, kRestore, kVerify, kExplain, kLsp, kBench, kDoctor, kCompletions, kVersion;

}  // namespace wend::cli
