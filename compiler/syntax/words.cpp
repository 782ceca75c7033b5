// The tokens of the lexer, by what they are to a reader.
#include "compiler/syntax/words.h"

#include <string>

#include "compiler/syntax/parse.h"
#include "compiler/syntax/tree.h"
#include "runtime/abi/utf8.h"

namespace wend {
namespace {

WordKind kind_of(uint16_t type) {
  switch (type) {
    case tok::NL: return WordKind::line_end;
    case tok::COMMENT: return WordKind::comment;
    case tok::TEXT: case tok::TRIPLE: case tok::UNCLOSED_TEXT: case tok::UNCLOSED_TRIPLE: return WordKind::text;
    case tok::INT: case tok::NUMBER: case tok::PERCENT: case tok::CLOCK: case tok::CLOCK_UTC: case tok::DATE_LITERAL: case tok::INSTANT: case tok::BAD_NUMBER:
      return WordKind::number;
    case tok::IDENT: return WordKind::name;
    case tok::STRAY: return WordKind::unread;
    default: break;
  }
  if (is_hard_word(type)) return WordKind::hard_word;
  return is_soft_word(type) || type == tok::REENTER ? WordKind::soft_word : WordKind::sign;
}

}  // namespace

std::vector<Word> words_of(std::string_view text) {
  // The lexer wants UTF-8: what is none is a sign it does not know, of the same length.
  std::string readable(text);
  for (size_t at = 0; at < readable.size();) {
    const Scalar scalar = read_scalar(readable, at);
    if (!scalar.valid) readable[at] = '\x01';
    at += scalar.size;
  }
  const uint32_t from = text.starts_with("\xEF\xBB\xBF") ? 3 : 0;
  std::vector<Token> tokens;
  lex(readable, from, ParseLimits().tokens_max, tokens);
  std::vector<Word> words;
  for (const Token& token : tokens)
    if (token.type != tok::BLANK) words.push_back({kind_of(token.type), token.begin, token.end});
  return words;
}

}  // namespace wend
