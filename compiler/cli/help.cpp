// Help pages, made from the table: what it does, examples, then every option.
#include <algorithm>

#include "compiler/cli/command.h"

namespace wend::cli {

namespace {

constexpr size_t kLeft = 26;

void entry(std::string& out, std::string left, const std::string& help) {
  left.insert(0, "  ");
  if (left.size() + 1 < kLeft) left.append(kLeft - left.size(), ' ');
  else left += "  ";
  out += left + help + "\n";
}

void entry(std::string& out, const Option& option) {
  std::string left = option.name;
  if (option.value != nullptr) left += option.bare ? std::string("[=") + option.value + "]" : std::string(" ") + option.value;
  entry(out, left, option.help);
}

// Of those that read events, which can do nothing without.
bool needs_events(const Command& command) {
  const std::string_view name = command.name;
  return name == "run" || name == "simulate" || name == "snapshot";
}

}  // namespace

std::string help_of(const Command& command) {
  std::string out = std::string("wend ") + command.name + ": " + command.about + "\n\n" + command.examples + "\nusage: wend " + command.name;
  if (needs_events(command)) out += " --events FILE";
  if (!command.options.empty()) out += " [options]";
  for (const Positional& p : command.positionals) {
    out += p.required ? std::string(" ") + p.name : std::string(" [") + p.name + (p.many ? " …]" : "]");
  }
  out += "\n";
  for (const Positional& p : command.positionals) entry(out, p.name, p.help);
  if (!command.options.empty()) out += "\noptions\n";
  for (const Option& option : command.options) entry(out, option);
  out += "\nfor every command\n";
  for (const Option& option : global_options()) entry(out, option);
  return out;
}

std::span<const std::pair<const char*, const char*>> exit_codes_told() {
  static constexpr std::pair<const char*, const char*> kTable[] = {
      {"0", "well"},
      {"1", "the input is wrong: diagnostics, a failed test, unformatted text"},
      {"2", "the command line is wrong"},
      {"3", "there are changes; only with `--exit-code`"},
      {"4", "the plan was made for what is not live any more: plan again"},
      {"5", "a file or a store could not be read or written"},
      {"70", "a bug in wend"},
  };
  return kTable;
}

std::string help_of_all() {
  std::string out =
      "Wend: customer journeys, checked as a whole and compiled to native code.\n\n"
      "  wend check my_project                             is everything in it right?\n"
      "  wend test -C my_project                           do its journeys do what they should?\n"
      "  wend run my_project --events events.ndjson.gz     what would it have done?\n\ncommands\n";
  for (const Command& command : commands()) entry(out, command.name, command.about);
  out += "\nfor every command\n";
  for (const Option& option : global_options()) entry(out, option);
  out += "\nexit codes\n";
  for (const auto& [code, means] : exit_codes_told()) entry(out, code, means);
  return out;
}

}  // namespace wend::cli
