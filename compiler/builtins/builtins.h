// The function table, parsed once: names, parameter types, symbols and documentation of every builtin.
// Tested by tests/unit/builtins.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

// The simple types a builtin may take or give (a subset of TypeKind, spelled in builtins.def).
enum class BuiltinType : uint8_t { boolean, integer, number, percent, text, money, duration, time, date, weekday, timezone };

struct BuiltinParameter {
  BuiltinType type;
  bool has_default = false;
  int64_t default_integer = 0;   // only int defaults exist
};

struct Builtin {
  const char* name;
  bool is_function = false;      // may be called in an expression
  bool is_filter = false;        // may stand behind `|` in a template; the first parameter is the piped value
  std::vector<BuiltinParameter> parameters;
  BuiltinType result;
  bool result_optional = false;
  const char* symbol;
  const char* doc;
  const char* example;
};

std::span<const Builtin> builtins();   // in the table's order; a BuiltinId is an index into it

}  // namespace wend
