// Decimal texts to whole numbers of a smaller unit, exactly: money and durations are never read through a double.
#pragma once

#include <cstdint>
#include <string_view>

namespace wend {

// `digits` × 10^scale as an integer, halves to even. Takes what JSON takes for a number, and a leading `+`. False when it is
// no number or does not fit.
bool parse_decimal(std::string_view digits, int scale, int64_t& out);

}  // namespace wend
