// The changes of clocks of one zone, read from a compiled IANA file (RFC 8536). Private to runtime/abi, but for the list of names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wend {

// Offsets from UTC in seconds. Neighbouring spans differ: a change that moves no clock is left out.
//
// Where summer time goes on for ever by rule, the changes of more than 400 years of it stand in the table. The
// calendar and its weekdays repeat after 400 years, so a later instant is looked up whole periods earlier.
struct ZoneData {
  int32_t first_offset = 0;           // before the first change
  std::vector<int64_t> changes_us;    // rising
  std::vector<int32_t> offsets;       // offsets[i] holds from changes_us[i]
  bool repeats = false;               // from repeat_from_us on every 400 years are alike
  int64_t repeat_from_us = 0;
  int32_t largest_offset = 0;
};

constexpr int64_t kRepeatUs = int64_t{146'097} * 86'400 * 1'000'000;  // 400 Gregorian years

// False when the bytes are no sound zone file, or one that counts leap seconds (its instants are not ours).
bool read_zone_data(std::string_view bytes, ZoneData& zone);

// The names of all zones, by alphabet; for suggestions.
std::vector<std::string> zone_names();

}  // namespace wend
