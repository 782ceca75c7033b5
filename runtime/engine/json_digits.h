// The digits of a number as they stand in a JSON text. Parsers give numbers as doubles, and an amount of money must not pass
// through one.
#pragma once

#include <span>
#include <string_view>

namespace wend {

// The number found by going through objects by `path`, through arrays by the number of the item, from 0; `json` must be one well-formed object without duplicate keys.
// Empty when there is no number at that place.
std::string_view number_digits(std::string_view json, std::span<const std::string_view> path);

}  // namespace wend
