// A text of TOML as plain values with their places. toml_value.cpp is the only file that knows toml++.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {

struct TomlPlace { uint32_t line = 0, column = 0; };

struct TomlEntry;
struct TomlValue {
  enum class Kind : uint8_t { text, integer, decimal, yes_no, time, list, table } kind = Kind::table;
  TomlPlace place;
  std::string text;
  int64_t integer = 0;
  double decimal = 0;                // of an integer, too
  bool yes = false;
  std::vector<TomlValue> items;      // of a list
  std::vector<TomlEntry> entries;    // of a table, by key
};
struct TomlEntry {
  std::string key;
  TomlPlace place;
  TomlValue value;
};

struct TomlProblem { TomlPlace place; std::string what; };   // quotes nothing of the text

constexpr size_t kTomlDotsMax = 16;    // of keys, on one line
constexpr int kTomlDepthMax = 8;       // what lies deeper is left away

// The whole text, or where it stops being TOML.
std::optional<TomlValue> parse_toml(std::string_view text, TomlProblem& problem);

const TomlEntry* find_entry(const TomlValue& table, std::string_view key);
std::string_view name_of(TomlValue::Kind kind);   // `a text`, `a whole number`

}  // namespace wend
