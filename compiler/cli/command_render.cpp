// `wend render`: the texts of a message for a user made up on the spot, channel by channel and language by language.
#include <algorithm>
#include <chrono>
#include <fstream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "compiler/cli/load.h"
#include "compiler/cli/output.h"
#include "compiler/service/preview.h"
#include "runtime/hosts/preview.h"

namespace wend::cli {

namespace {

using Json = nlohmann::ordered_json;
using Traits = std::vector<std::pair<std::string, std::string>>;

// A JSON object, in place or in a file.
Json object_of(const std::string& option, const std::string& given) {
  std::string text = given;
  if (given.find_first_not_of(" \t\n") == std::string::npos || given[given.find_first_not_of(" \t\n")] != '{') {
    std::ifstream in(given, std::ios::binary);
    if (!in) throw UsageError{"`" + option + "` names a file of JSON or is an object itself, and `" + given + "` cannot be opened"};
    std::ostringstream bytes;
    bytes << in.rdbuf();
    text = bytes.str();
  }
  Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) throw UsageError{"`" + option + "` is not a JSON object such as {\"first_name\": \"Ada\"}"};
  return json;
}

std::string listed(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& word : words) out += (out.empty() ? "`" : ", `") + word + "`";
  return out;
}

// The values of one object under the names the preview takes them by; names nothing reads are told.
void add_traits(const Json& given, const std::string& option, const PreviewProgram& preview, bool parameters, Traits& traits,
                std::set<std::string>& known, Terminal& terminal) {
  std::vector<std::string> unread;
  for (const auto& [name, value] : given.items()) {
    const auto input = std::find_if(preview.inputs.begin(), preview.inputs.end(), [&](const PreviewInput& i) { return i.name == name && i.parameter == parameters; });
    if (input == preview.inputs.end()) {
      unread.push_back(name);
      continue;
    }
    if (!value.is_null()) known.insert(input->trait);
    traits.push_back({input->trait, value.dump()});
  }
  if (!unread.empty()) terminal.say("the message does not read " + listed(unread) + " of `" + option + "`\n");
}

int missing_inputs(const PreviewProgram& preview, const std::set<std::string>& known, Terminal& terminal) {
  bool any = false;
  for (const PreviewInput& input : preview.inputs) {
    if (!input.required || known.contains(input.trait)) continue;
    terminal.fail("the message reads `" + input.name + "` (" + input.type + "): give it with `" + (input.parameter ? "--with" : "--user") + "`");
    any = true;
  }
  return any ? exit_code::kInput : exit_code::kWell;
}

std::string title(const std::string& channel, const std::string& language) {
  return "== " + channel + (language.empty() ? "" : " in " + language) + "\n";
}

// The languages the attribute `language` can name, where it is a one-of.
std::vector<std::string> languages_of(const Program& program, const PreviewProgram& preview) {
  for (const Attribute& attribute : program.attributes) {
    const bool read = std::any_of(preview.inputs.begin(), preview.inputs.end(), [](const PreviewInput& i) { return i.name == "language" && !i.parameter; });
    if (attribute.name == "language" && attribute.type.kind == TypeKind::one_of && read) return program.one_ofs[attribute.type.of].values;
  }
  return {};
}

// False when a value was refused (told).
bool write_texts(const Module& module, const Traits& traits, int64_t now, const std::string& language, bool html, Output& output, Terminal& terminal) {
  const Preview shown = render_preview(module, 0, traits, now);
  for (const std::string& name : shown.refused) {
    const bool parameter = name.starts_with("with ");
    terminal.fail("the value of `" + (parameter ? name.substr(5) : name) + "` does not fit its type");
  }
  if (!shown.refused.empty()) return false;
  for (const PreviewText& text : shown.texts) {
    if (html) {
      for (size_t i = 0; i < text.fields.size(); ++i)
        for (const ModuleChannel& channel : module.channels)
          if (channel.name == text.channel && channel.fields[i].kind == ValueKind::html && text.fields[i].second) output.write(*text.fields[i].second + "\n");
      continue;
    }
    output.write(title(text.channel, language));
    for (const auto& [name, field] : text.fields)
      if (field) output.write(name + ": " + *field + "\n");
  }
  return true;
}

int run(const Arguments& arguments, Terminal& terminal) {
  const std::string name = arguments.positional_or(0, "");
  int unsound = exit_code::kInput;
  const std::optional<Project> project = load_sound(arguments.positional_or(1, "."), terminal, unsound);
  if (!project) return unsound;
  const Program& program = project->program();
  const auto message = std::find_if(program.messages.begin(), program.messages.end(), [&](const Message& m) { return m.name == name; });
  if (message == program.messages.end()) {
    std::vector<std::string> names;
    for (const Message& m : program.messages) names.push_back(m.name);
    terminal.fail("there is no message `" + name + "`" + (names.empty() ? "" : "; the messages are " + listed(names)));
    return exit_code::kInput;
  }
  const PreviewProgram preview = preview_program(program, MessageId(static_cast<uint32_t>(message - program.messages.begin())));
  Traits traits;
  std::set<std::string> known;
  if (auto user = arguments.value("--user")) add_traits(object_of("--user", *user), "--user", preview, false, traits, known, terminal);
  if (auto with = arguments.value("--with")) add_traits(object_of("--with", *with), "--with", preview, true, traits, known, terminal);
  if (const int code = missing_inputs(preview, known, terminal)) return code;

  int64_t now = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  if (auto at = arguments.value("--at")) now = instant_option("--at", *at, program.project.time_zone);
  const std::shared_ptr<const Module> module = fast_code(preview.program);
  keep_inputs(arguments.value_or("--out", "-"), {}, *project);
  Output output(arguments.value_or("--out", "-"));
  if (output.failed()) return finish_output(output, terminal, exit_code::kEnvironment);

  const bool html = arguments.has("--html");
  std::vector<std::string> languages = languages_of(program, preview);
  if (known.contains("language") || languages.empty()) languages = {""};
  bool well = true;
  for (const std::string& language : languages) {
    Traits of_language = traits;
    if (!language.empty()) of_language.push_back({"language", "\"" + language + "\""});
    well = well && write_texts(*module, of_language, now, language, html, output, terminal);
  }
  return finish_output(output, terminal, well ? exit_code::kWell : exit_code::kInput);
}

}  // namespace

const Command kRender = {
    "render", "the texts of a message for a user given as JSON",
    "  wend render weekly_mix my_project --user '{\"first_name\": \"Ada\", \"top_genre\": \"jazz\"}'\n"
    "  wend render win_back_offer --user ada.json --with '{\"percent\": 30}' --at 2026-03-01\n"
    "  wend render weekly_mix --user ada.json --html --out mix.html\n",
    {{"MESSAGE", "the message's name", true}, {"PROJECT", "the project's folder, or a file in it; this folder if none is named"}},
    {{"--user", "JSON", "what is known of the user, attributes and measures by name: an object, or a file that holds one"},
     {"--with", "JSON", "the parameters the message is sent with"},
     {"--at", "TIME", "the time `now` stands for; the present if not said"},
     {"--html", nullptr, "only the fields of html, to be opened in a browser"},
     {"--out", "FILE", "write the texts there; standard output if not said"}},
    run};

}  // namespace wend::cli
