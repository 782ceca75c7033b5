// A typed value as the text of a snapshot's cell and of decision lines: exact, without locale, the same everywhere.
#pragma once

#include <string>

#include "runtime/abi/module.h"

namespace wend {

// money, percent (as a share) and durations (in seconds) as exact decimals; times in UTC; the words of a `one of`.
void append_value(std::string& out, const ValueType& type, const wend_slot& value);

// One cell after RFC 4180, quoted when it has to be.
void append_csv_cell(std::string& out, std::string_view text);

}  // namespace wend
