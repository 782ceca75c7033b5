// The names of all diagnostics: one enumerator per row of diagnostics.def, taken from its rows when Wend is built (codes.cmake).
// Include it where a diagnostic is reported or asked for by name; everything else does with the declaration in diagnostics.h,
// so that wording a row rebuilds one file.
#pragma once

#include <cstdint>

namespace wend {

enum class Code : uint16_t {
#include "diagnostic_names.inc"
};

}  // namespace wend
