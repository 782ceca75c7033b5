// JSON as a plain tree that keeps the digits of numbers, so that money can be read exactly.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend::reference {

struct Json {
  enum class Kind { null, boolean, number, text, array, object } kind = Kind::null;
  bool boolean = false;
  std::string text;  // text, or the digits of a number as written
  std::vector<Json> items;
  std::vector<std::pair<std::string, Json>> members;

  const Json* member(std::string_view name) const;  // null when absent; the last of several
  const Json* path(std::string_view dotted) const;
};

std::optional<Json> read_json(std::string_view text);  // nothing when it is not JSON, or nested deeper than 64

}  // namespace wend::reference
