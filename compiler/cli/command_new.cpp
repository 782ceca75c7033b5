// `wend new`: a small project that is checked and tested at once, in a folder of its own.
#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "compiler/cli/command.h"
#include "compiler/cli/output.h"
#include "compiler/cli/starter.h"
#include "compiler/diagnostics/diagnostics.h"
#include "compiler/syntax/format.h"

namespace wend::cli {

namespace {

namespace fs = std::filesystem;

// The name a project has in its text: that of its folder, with `_` for what a name cannot have.
std::string project_name(const fs::path& folder) {
  std::string name = folder.filename().string();
  for (char& c : name)
    if (!std::isalnum(static_cast<unsigned char>(c)) || (c & 0x80) != 0) c = '_';
  return name;
}

std::string with_name(std::string text, const std::string& name) {
  for (size_t at = text.find("NAME"); at != std::string::npos; at = text.find("NAME", at + name.size())) text.replace(at, 4, name);
  return text;
}

// A path as one word of a shell, and no option.
std::string shell_word(const std::string& path) {
  const bool plain = std::all_of(path.begin(), path.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '/' || c == '.' || c == '_' || c == '-'; });
  const std::string named = path.starts_with("-") ? "./" + path : path;
  if (plain) return named;
  std::string out = "'";
  for (char c : named) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

int list_templates(Terminal& terminal) {
  Output output("");
  size_t widest = 0;
  for (const StarterTemplate& each : starter_templates()) widest = std::max(widest, each.name.size());
  for (const StarterTemplate& each : starter_templates()) output.line(each.name + std::string(widest - each.name.size() + 2, ' ') + each.about);
  return finish_output(output, terminal, exit_code::kWell);
}

std::vector<const StarterFile*> chosen_files(const Arguments& arguments) {
  const std::string name = arguments.value_or("--template", kStarterTemplate);
  std::vector<const StarterFile*> files = starter_files(name);
  if (!files.empty()) return files;
  std::vector<std::string> known;
  for (const StarterTemplate& each : starter_templates()) known.push_back(each.name);
  const std::string near = nearest(name, known);
  throw UsageError{"there is no template `" + name + "`" + (near.empty() ? "; `wend new --list-templates` tells which there are" : "; did you mean `" + near + "`?")};
}

int run(const Arguments& arguments, Terminal& terminal) {
  if (arguments.has("--list-templates")) return list_templates(terminal);
  if (arguments.positionals.empty()) throw UsageError{"`wend new` needs NAME"};
  const std::vector<const StarterFile*> files = chosen_files(arguments);
  std::error_code error;
  fs::path folder = fs::path(arguments.positionals[0]).lexically_normal();
  if (!folder.has_filename()) folder = folder.parent_path();
  const std::string name = project_name(folder);
  if (!format("project " + name + "\n")) throw UsageError{"`" + name + "` cannot be the name of a project: one begins with a letter and is no word such as `in` or `when`"};
  if (fs::exists(folder, error) && !(fs::is_directory(folder, error) && fs::is_empty(folder, error))) {
    terminal.fail("`" + folder.string() + "` is there already, and not an empty folder");
    return exit_code::kInput;
  }
  fs::create_directories(folder, error);
  for (const StarterFile* file : files) {
    const fs::path path = folder / file->path;
    fs::create_directories(path.parent_path(), error);
    std::ofstream out(path, std::ios::binary);
    out << with_name(file->text, name);
    out.close();
    if (out) continue;
    terminal.fail("cannot write `" + path.string() + "`: " + std::strerror(errno));
    return exit_code::kEnvironment;
  }
  terminal.say("a project in " + folder.string() + ": next `wend test " + shell_word(folder.string()) + "`\n");
  return exit_code::kWell;
}

}  // namespace

const Command kNew = {
    "new", "a small project to begin with, which is checked and tested at once",
    "  wend new shop\n  wend test shop\n  wend new radio --template music\n",
    {{"NAME", "the folder to make; its last part names the project"}},
    {{"--template", "NAME", "what to begin with; `start` if not said"},
     {"--list-templates", nullptr, "tell which templates there are"}},
    run};

}  // namespace wend::cli
