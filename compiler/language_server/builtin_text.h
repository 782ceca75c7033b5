// Functions and filters as an editor tells them. Internal to compiler/language_server.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/builtins/builtins.h"

namespace wend::lsp {

// "round(number, int = 0) -> number", of a filter "number | round: int = 0 -> number". `parameters`: the bytes of each that is written.
std::string signature_of(const Builtin& builtin, bool filter, std::vector<std::pair<uint32_t, uint32_t>>* parameters = nullptr);
// All overloads with what they do and an example; empty where there is none of the name.
std::string builtin_text(std::string_view name, bool filter, bool markdown);

}  // namespace wend::lsp
