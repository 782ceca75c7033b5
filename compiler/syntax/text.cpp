// Places in texts: every escape is two bytes of source for one byte of value.
#include "compiler/syntax/text.h"

#include "compiler/syntax/tree.h"

namespace wend {

uint32_t source_offset(const ast::Text& text, std::string_view source, size_t offset) {
  uint32_t at = text.content.begin;
  while (offset > 0 && at < text.content.end && at < source.size()) {
    if (source[at] == '\r' && at + 1 < source.size() && source[at + 1] == '\n') ++at;  // one line feed in the value
    at += source[at] == '\\' ? 2 : 1;
    --offset;
  }
  return at < text.content.end ? at : text.content.end;
}

std::string written_value(std::string_view value) {
  std::vector<Token> tokens;
  const bool word = lex(value, 0, 2, tokens) && tokens.size() == 1 && is_word(tokens[0].type) && !is_hard_word(tokens[0].type);
  if (word) return std::string(value);
  std::string out = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace wend
