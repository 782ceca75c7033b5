#include "compiler/cli/man_page.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

#include "compiler/cli/complete.h"

namespace wend::cli {
namespace {

// Text of a line, with what roff would read as its own taken away. A hyphen that can be typed stays one.
std::string roff(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '\\') out += "\\e";
    else if (c == '-') out += "\\-";
    else if (c == '`') out += '"';
    else out += c;
  }
  if (!out.empty() && (out[0] == '.' || out[0] == '\'')) out.insert(0, "\\&");
  return out;
}

std::string title(const std::string& name) {
  std::string upper = name;
  for (char& c : upper) if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return ".TH \"" + roff(upper) + "\" \"1\" \"\" \"wend " WEND_VERSION "\" \"Wend\"\n";
}

// Tagged paragraphs whose tag is one line.
void tagged(std::string& out, const std::string& tag, const std::string& text) { out += ".TP\n" + tag + "\n" + roff(text) + "\n"; }

void options(std::string& out, std::span<const Option> list) {
  for (const Option& option : list) {
    const std::string value = option.value ? "\\fI" + roff(option.value) + "\\fR" : "";
    tagged(out, "\\fB" + roff(option.name) + "\\fR" + (option.bare ? "[=" + value + "]" : option.value ? " " + value : ""), option.help);
  }
}

void exit_codes(std::string& out) {
  out += ".SH EXIT STATUS\n";
  for (const auto& [code, means] : exit_codes_told()) tagged(out, code, means);
}

}  // namespace

std::string man_page(const Command& command) {
  const std::string name = std::string("wend-") + command.name;
  std::string out = title(name) + ".SH NAME\n" + roff(name) + " \\- " + roff(command.about) + "\n.SH SYNOPSIS\n\\fBwend " + roff(command.name) + "\\fR";
  if (!command.options.empty()) out += " [options]";
  for (const Positional& p : command.positionals) out += (p.required ? " \\fI" : " [\\fI") + roff(p.name) + (p.required ? "\\fR" : p.many ? "\\fR ...]" : "\\fR]");
  out += "\n.SH DESCRIPTION\n" + roff(command.about) + ".\n";
  for (const Positional& p : command.positionals) tagged(out, "\\fI" + roff(p.name) + "\\fR", p.help);
  if (!command.options.empty()) {
    out += ".SH OPTIONS\n";
    options(out, command.options);
  }
  out += ".SH \"OPTIONS OF EVERY COMMAND\"\n";
  options(out, global_options());
  out += ".SH EXAMPLES\n.nf\n";
  std::string_view examples = command.examples;
  while (!examples.empty()) {
    const size_t end = std::min(examples.find('\n'), examples.size());
    out += roff(examples.substr(0, end)) + "\n";
    examples.remove_prefix(std::min(end + 1, examples.size()));
  }
  out += ".fi\n";
  exit_codes(out);
  return out + ".SH SEE ALSO\n.BR wend (1)\n";
}

std::string man_page_of_all() {
  std::string out = title("wend") + ".SH NAME\nwend \\- customer journeys, checked as a whole and compiled to native code\n.SH SYNOPSIS\n\\fBwend\\fR \\fIcommand\\fR [options]\n" +
                    ".SH DESCRIPTION\nWend is a language for customer journeys. A project is a folder of files; it is checked as a whole,\ncompiled to native code and run over a stream of events.\n.SH COMMANDS\n";
  for (const Command& command : commands()) tagged(out, std::string("\\fBwend ") + roff(command.name) + "\\fR", command.about);
  out += ".SH OPTIONS\n";
  options(out, global_options());
  exit_codes(out);
  out += ".SH SEE ALSO\n";
  bool first = true;
  for (const Command& command : commands()) {
    out += (first ? "" : ",\n") + std::string(".BR wend\\-") + roff(command.name) + " (1)";
    first = false;
  }
  return out + "\n";
}

int write_share(const std::string& folder, Terminal& terminal) {
  const auto write = [&](const std::string& name, const std::string& text) {
    const std::filesystem::path path = folder + "/" + name;
    std::error_code ignored;
    std::filesystem::create_directories(path.parent_path(), ignored);
    std::ofstream out(path, std::ios::binary);
    out << text;
    out.close();
    if (out) return true;
    terminal.fail("cannot write `" + path.string() + "`: " + std::strerror(errno));
    return false;
  };
  bool well = write("man/man1/wend.1", man_page_of_all());
  for (const Command& command : commands()) well = well && write(std::string("man/man1/wend-") + command.name + ".1", man_page(command));
  well = well && write("bash-completion/completions/wend", completion_script("bash")) && write("zsh/vendor-completions/_wend", completion_script("zsh")) &&
         write("fish/vendor_completions.d/wend.fish", completion_script("fish"));
  return well ? exit_code::kWell : exit_code::kEnvironment;
}

}  // namespace wend::cli
