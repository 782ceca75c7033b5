// Cuts a template into text, objects `{{ … }}` and tags `{% … %}`. Comments are dropped, raw parts become text, and
// the dashes of `{{-` and `-%}` have already eaten the white space beside them.
#pragma once

#include <string>
#include <vector>

#include "compiler/liquid/template_text.h"

namespace wend::liquid {

struct Piece {
  enum class Kind : uint8_t { text, object, tag } kind = Kind::text;
  Range range;        // braces included; text: before trimming
  Range inner;        // object, tag: between the braces and dashes
  std::string text;   // text
};

// Takes time linear in the text, whatever it holds.
std::vector<Piece> scan(const TemplateText& source);

}  // namespace wend::liquid
