// Text to tokens through the generated lexer. One of the two files that see ANTLR.
#include "compiler/syntax/tree.h"

#include <antlr4-runtime.h>

#include "WendLexer.h"

namespace wend {
namespace {

// Byte offset of each code point; empty when the text is ASCII and offsets are the same.
std::vector<uint32_t> byte_offsets(std::string_view text) {
  std::vector<uint32_t> offsets;
  bool ascii = true;
  for (char c : text) ascii = ascii && static_cast<unsigned char>(c) < 0x80;
  if (ascii) return offsets;
  for (uint32_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) offsets.push_back(i);
  }
  offsets.push_back(static_cast<uint32_t>(text.size()));
  return offsets;
}

}  // namespace

std::string_view spelling(uint16_t type) {
  // Built once: the vocabulary writes a literal as 'word', and a word with two forms by its token's name.
  static const std::vector<std::string> words = [] {
    antlr4::ANTLRInputStream empty;
    WendLexer lexer(&empty);
    const antlr4::dfa::Vocabulary& vocabulary = lexer.getVocabulary();
    std::vector<std::string> out(tok::STRAY + 1);
    for (size_t type = 1; type < out.size(); ++type) {
      std::string word = vocabulary.getLiteralName(type);
      if (word.size() > 2) {
        word = word.substr(1, word.size() - 2);
      } else if (is_word(static_cast<uint16_t>(type)) && type != tok::IDENT) {
        word = vocabulary.getSymbolicName(type);
        for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
      }
      out[type] = std::move(word);
    }
    return out;
  }();
  return type < words.size() ? std::string_view(words[type]) : std::string_view();
}

bool lex(std::string_view text, uint32_t from, size_t tokens_max, std::vector<Token>& tokens) {
  text.remove_prefix(from);
  const std::vector<uint32_t> offsets = byte_offsets(text);
  antlr4::ANTLRInputStream input{std::string(text)};
  WendLexer lexer(&input);
  lexer.removeErrorListeners();
  size_t visible = 0;
  for (;;) {
    const std::unique_ptr<antlr4::Token> token = lexer.nextToken();
    if (token->getType() == antlr4::Token::EOF) return true;
    const size_t start = token->getStartIndex(), stop = token->getStopIndex() + 1;
    Token out;
    out.type = static_cast<uint16_t>(token->getType());
    out.begin = from + static_cast<uint32_t>(offsets.empty() ? start : offsets[start]);
    out.end = from + static_cast<uint32_t>(offsets.empty() ? stop : offsets[stop]);
    tokens.push_back(out);
    if (out.type != tok::BLANK && ++visible > tokens_max) return false;
  }
}

}  // namespace wend
