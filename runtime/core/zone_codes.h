// Names of time zones by number, for packed users. The numbers are part of the format: a zone that is new comes last, and none ever goes.
#pragma once

#include <cstdint>
#include <string_view>

namespace wend {

constexpr unsigned kZoneBits = 10;   // of a number

// -1: none of the names that have a number.
int zone_number(std::string_view name);
// Empty: no name has that number.
std::string_view zone_of_number(uint64_t number);

}  // namespace wend
