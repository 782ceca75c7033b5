// Generated project texts to programs, without the rest of the product.
#pragma once

#include <optional>
#include <string>

#include "compiler/sema/program.h"

namespace wend::differential {

// Nothing when the text has errors; `why` then holds them, one a line.
std::optional<Program> program_of(const std::string& text, std::string* why = nullptr);

}  // namespace wend::differential
