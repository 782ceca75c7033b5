// See toml_value.h.
#include "runtime/settings/toml_value.h"

#include <toml++/toml.h>

#include <algorithm>

namespace wend {
namespace {

TomlPlace place_of(const toml::source_region& region) { return {region.begin.line, region.begin.column}; }

TomlValue plain(const toml::node& node, int depth) {
  using Kind = TomlValue::Kind;
  TomlValue out;
  out.place = place_of(node.source());
  node.visit([&](const auto& is) {
    if constexpr (toml::is_string<decltype(is)>) {
      out.kind = Kind::text;
      out.text = is.get();
    } else if constexpr (toml::is_integer<decltype(is)>) {
      out.kind = Kind::integer;
      out.integer = is.get();
      out.decimal = static_cast<double>(is.get());
    } else if constexpr (toml::is_floating_point<decltype(is)>) {
      out.kind = Kind::decimal;
      out.decimal = is.get();
    } else if constexpr (toml::is_boolean<decltype(is)>) {
      out.kind = Kind::yes_no;
      out.yes = is.get();
    } else if constexpr (toml::is_array<decltype(is)>) {
      out.kind = Kind::list;
      if (depth < kTomlDepthMax) for (const toml::node& item : is) out.items.push_back(plain(item, depth + 1));
    } else if constexpr (toml::is_table<decltype(is)>) {
      out.kind = Kind::table;
      if (depth < kTomlDepthMax) for (auto&& [key, value] : is) out.entries.push_back({std::string(key.str()), place_of(key.source()), plain(value, depth + 1)});
    } else {
      out.kind = Kind::time;
    }
  });
  return out;
}

// A line on which a key has more parts than any key of ours. toml++ makes a table of each part and takes them apart one inside
// the other, so enough of them end the process.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  uint32_t line_with_too_many_dots() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\n') { ++line_; dots_ = 0; ++at_; }
      else if (c == '#') skip_to_line_end();
      else if (c == '"' || c == '\'') skip_text(c);
      else { if (c == '.' && ++dots_ > kTomlDotsMax) return line_; ++at_; }
    }
    return 0;
  }

 private:
  bool thrice(char quote) const { return text_.substr(at_, 3) == std::string(3, quote); }
  void skip_to_line_end() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  void skip_text(char quote) {
    const bool lines = thrice(quote);
    at_ += lines ? 3 : 1;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        if (!lines) return;   // toml++ will say so
        ++line_;
        dots_ = 0;
      } else if (c == '\\' && quote == '"' && at_ + 1 < text_.size() && text_[at_ + 1] != '\n') {
        ++at_;
      } else if (c == quote && (!lines || thrice(quote))) {
        at_ += lines ? 3 : 1;
        for (int more = 0; lines && more < 2 && at_ < text_.size() && text_[at_] == quote; ++more) ++at_;   // of the text itself
        return;
      }
    }
  }

  std::string_view text_;
  size_t at_ = 0, dots_ = 0;
  uint32_t line_ = 1;
};

// What toml++ says quotes pieces of the file, which may be of a secret.
std::string without_quotes(std::string said) {
  if (const size_t saw = said.find(", saw"); saw != std::string::npos) said.resize(saw);
  if (const size_t first = said.find('\''); first != std::string::npos) said.replace(first, said.rfind('\'') - first + 1, "…");
  constexpr std::string_view kBefore = "Error while parsing ";
  if (said.rfind(kBefore, 0) == 0) said = "in the " + said.substr(kBefore.size());
  return "this is no TOML: " + said;
}

}  // namespace

std::optional<TomlValue> parse_toml(std::string_view text, TomlProblem& problem) {
  if (const uint32_t line = Scan(text).line_with_too_many_dots()) {
    problem = {{line, 1}, "a key has too many parts"};
    return {};
  }
  try {
    return plain(toml::parse(text), 0);
  } catch (const toml::parse_error& error) {
    problem = {place_of(error.source()), without_quotes(std::string(error.description()))};
  }
  return {};
}

const TomlEntry* find_entry(const TomlValue& table, std::string_view key) {
  for (const TomlEntry& entry : table.entries)
    if (entry.key == key) return &entry;
  return nullptr;
}

std::string_view name_of(TomlValue::Kind kind) {
  switch (kind) {
    case TomlValue::Kind::text: return "a text";
    case TomlValue::Kind::integer: return "a whole number";
    case TomlValue::Kind::decimal: return "a number";
    case TomlValue::Kind::yes_no: return "a truth value";
    case TomlValue::Kind::time: return "a date or time";
    case TomlValue::Kind::list: return "a list";
    case TomlValue::Kind::table: return "a table";
  }
  return "";
}

}  // namespace wend
