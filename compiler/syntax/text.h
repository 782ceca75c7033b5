// Texts as written and as meant: a place in the value of a text, back in the source; a value, as it would be written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/syntax/ast.h"

namespace wend {

// The byte of the source file that byte `offset` of `text.value` was written at; `source` is the file's text.
// An escape (`\n`) maps to its backslash, the end of the value to the closing quote.
uint32_t source_offset(const ast::Text& text, std::string_view source, size_t offset);

// A value of a `one of` as it is written: a word as it is, anything else in quotes.
std::string written_value(std::string_view value);

}  // namespace wend
