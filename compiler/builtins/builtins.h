// The function table, parsed once: names, parameter types, symbols and documentation of every builtin.
// Tested by tests/unit/builtins.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

// The types a builtin may take or give, spelled in builtins.def. Functions have those that are types of their own;
// filters also the others.
enum class BuiltinType : uint8_t {
  boolean, integer, number, percent, text, money, duration, time, date, weekday, timezone,
  shown,      // any value that can be shown, as the text it is shown as
  html,       // result: a text that is escaped already
  currency,   // not written: the currency of the money before the filter
  list,       // a list or a set; behind the first: one of the same type
  entry,      // not written: what an entry of the list before the filter is (runtime/abi/builtins.h)
  key,        // the name of a field of the entries; '' of plain ones
  match,      // a value of the type of that field
  item,       // result: an entry
  total,      // result: of the type of that field
  column,     // result: a list of values of that field
  texts,      // result: a list of text
  ints        // result: a list of int
};

struct BuiltinParameter {
  BuiltinType type;
  bool has_default = false;
  int64_t default_integer = 0;   // an int
  std::string default_text;      // a text
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
