// Reads builtins.def into the table of builtins.h. A malformed signature is a defect of the table and stops the
// process at the first use; tests/unit/builtins keeps that from being shipped.
#include "compiler/builtins/builtins.h"

#include <cstdlib>

namespace wend {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

BuiltinType type_of(std::string_view word) {
  struct Row { std::string_view word; BuiltinType type; };
  static constexpr Row rows[] = {
      {"bool", BuiltinType::boolean},     {"int", BuiltinType::integer},   {"number", BuiltinType::number},
      {"percent", BuiltinType::percent},  {"text", BuiltinType::text},     {"money", BuiltinType::money},
      {"duration", BuiltinType::duration}, {"time", BuiltinType::time},    {"date", BuiltinType::date},
      {"weekday", BuiltinType::weekday},    {"timezone", BuiltinType::timezone},
      {"shown", BuiltinType::shown},      {"html", BuiltinType::html},     {"currency", BuiltinType::currency},
      {"list", BuiltinType::list},        {"entry", BuiltinType::entry},   {"key", BuiltinType::key},     {"match", BuiltinType::match},
      {"item", BuiltinType::item},        {"total", BuiltinType::total},   {"column", BuiltinType::column},
      {"texts", BuiltinType::texts},      {"ints", BuiltinType::ints}};
  for (const Row& row : rows)
    if (row.word == word) return row.type;
  std::abort();
}

BuiltinParameter parameter_of(std::string_view text) {
  BuiltinParameter parameter{};
  if (size_t equals = text.find('='); equals != std::string_view::npos) {
    parameter.has_default = true;
    const std::string_view value = trim(text.substr(equals + 1));
    if (value.starts_with('\'')) parameter.default_text = value.substr(1, value.size() - 2);
    else parameter.default_integer = std::strtoll(std::string(value).c_str(), nullptr, 10);
    text = trim(text.substr(0, equals));
  }
  parameter.type = type_of(text);
  return parameter;
}

Builtin row(const char* name, bool function, bool filter, std::string_view signature, const char* symbol,
            const char* doc, const char* example) {
  Builtin builtin{name, function, filter, {}, BuiltinType::boolean, false, symbol, doc, example};
  size_t arrow = signature.find("->");
  std::string_view parameters = trim(signature.substr(0, arrow)), result = trim(signature.substr(arrow + 2));
  while (!parameters.empty()) {
    size_t comma = parameters.find(',');
    builtin.parameters.push_back(parameter_of(trim(parameters.substr(0, comma))));
    parameters = comma == std::string_view::npos ? std::string_view{} : trim(parameters.substr(comma + 1));
  }
  if (result.ends_with('?')) {
    builtin.result_optional = true;
    result.remove_suffix(1);
  }
  builtin.result = type_of(result);
  return builtin;
}

}  // namespace

std::span<const Builtin> builtins() {
  enum Where { hidden = 0, function = 1, filter = 2, both = 3 };
  static const std::vector<Builtin> table = {
#define WEND_BUILTIN(name, where, signature, symbol, doc, example) \
  row(name, (where)&function, (where)&filter, signature, #symbol, doc, example),
#include "compiler/builtins/builtins.def"
#undef WEND_BUILTIN
  };
  return table;
}

}  // namespace wend
