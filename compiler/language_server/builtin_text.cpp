// Drawn from the table of builtins, so that a new row is known here by itself.
#include "compiler/language_server/builtin_text.h"

namespace wend::lsp {
namespace {

const char* word_of(BuiltinType type) {
  static constexpr const char* kWords[] = {"bool", "int", "number", "percent", "text", "money", "duration", "time", "date", "weekday", "timezone",
                                           "any value", "html", "currency", "list", "entry", "field", "value", "entry", "sum", "list", "list of text", "list of int"};
  return kWords[static_cast<size_t>(type)];
}

// What nobody writes: the compiler puts it there.
bool unwritten(BuiltinType type) { return type == BuiltinType::currency || type == BuiltinType::entry; }

std::string default_of(const BuiltinParameter& parameter) {
  if (!parameter.has_default) return {};
  return parameter.type == BuiltinType::integer ? " = " + std::to_string(parameter.default_integer) : " = '" + parameter.default_text + "'";
}

}  // namespace

std::string signature_of(const Builtin& builtin, bool filter, std::vector<std::pair<uint32_t, uint32_t>>* parameters) {
  std::string text = filter ? "" : std::string(builtin.name) + "(";
  bool first = true;
  for (size_t i = 0; i < builtin.parameters.size(); ++i) {
    if (unwritten(builtin.parameters[i].type)) continue;
    if (filter && i == 1) text += ": ";
    else if (!first) text += ", ";
    const auto begin = static_cast<uint32_t>(text.size());
    text += word_of(builtin.parameters[i].type) + default_of(builtin.parameters[i]);
    if (parameters) parameters->emplace_back(begin, static_cast<uint32_t>(text.size()));
    if (filter && i == 0) text += " | " + std::string(builtin.name);
    first = false;
  }
  if (!filter) text += ")";
  return text + " -> " + word_of(builtin.result) + (builtin.result_optional ? "?" : "");
}

std::string builtin_text(std::string_view name, bool filter, bool markdown) {
  // The one filter that is no function of the table: it is about what is not known.
  if (filter && name == "default")
    return markdown ? "```wend\nvalue? | default: value -> value\n```\nThe other value where this one is unknown; an empty text counts as unknown.\n\n```liquid\n{{ first_name | default: 'friend' }}\n```"
                    : "value? | default: value -> value\nThe other value where this one is unknown; an empty text counts as unknown.\n{{ first_name | default: 'friend' }}";
  std::string signatures, told, example;
  for (const Builtin& builtin : builtins()) {
    if (builtin.name != name || !(filter ? builtin.is_filter : builtin.is_function)) continue;
    signatures += signature_of(builtin, filter) + "\n";
    if (told.find(builtin.doc) == std::string::npos) told += (told.empty() ? "" : "\n") + std::string(builtin.doc);
    if (example.empty()) example = builtin.example;
  }
  if (signatures.empty()) return {};
  if (!markdown) return signatures + told + "\n" + example;
  return "```wend\n" + signatures + "```\n" + told + "\n\n```" + (filter ? "liquid" : "wend") + "\n" + example + "\n```";
}

}  // namespace wend::lsp
