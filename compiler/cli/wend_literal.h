// A value of the runtime as Wend text that reads back as the same value: for tests that are written by the program.
// Tested by tests/unit/cli.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/abi/module.h"

namespace wend::cli {

// Nothing where Wend has no way to write it: a carriage return in a text, a negative duration.
std::optional<std::string> literal_of(const ValueType& type, const wend_slot& value);
std::optional<std::string> quoted(std::string_view text);
// `2026-02-17 04:00` in the zone where that says it exactly, else an instant in UTC.
std::string time_of_test(const Zone& zone, int64_t at_us);

}  // namespace wend::cli
