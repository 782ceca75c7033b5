// The words, literals and signs between the braces of an object or a tag.
#pragma once

#include <vector>

#include "compiler/liquid/template_text.h"

namespace wend::liquid {

struct Token {
  enum class Kind : uint8_t { end, name, text, integer, number, sign } kind = Kind::end;
  Range range;
  std::string_view text;   // as written; text: without its quotes
};

// The tokens of `inner`, and one of kind `end` last. A quote that is not closed is reported, and what follows it is the
// text.
std::vector<Token> lex(const TemplateText& source, Range inner);

}  // namespace wend::liquid
