// Between ANTLR and the syntax tree: tokens and parse nodes as plain data, so that only lexer.cpp and
// parser.cpp see ANTLR. Private to this folder.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "kinds.h"

namespace wend {

// One token of a file. Offsets are bytes of the file's text.
struct Token {
  uint16_t type = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

inline bool is_hidden(uint16_t type) { return type == tok::BLANK || type == tok::COMMENT; }
bool is_hard_word(uint16_t type);   // never a bare name
bool is_soft_word(uint16_t type);   // a word with a meaning in some places
inline bool is_word(uint16_t type) { return type == tok::IDENT || is_soft_word(type) || is_hard_word(type); }
bool begins_declaration(uint16_t type);
// The word or sign of a token type as it is written: "journey", "{", "days"; empty for literals.
std::string_view spelling(uint16_t type);

// All tokens of the text behind `from`, blanks and comments among them. Stops past `tokens_max` visible ones
// and returns false then. The text must be valid UTF-8.
bool lex(std::string_view text, uint32_t from, size_t tokens_max, std::vector<Token>& tokens);

// A node of the parse: a rule with its children, or one token. A missing child is answered by an empty
// node, so that a broken declaration can be read like a whole one.
struct Node {
  int16_t rule = -1;    // rule number, or -1 for a token
  uint16_t type = 0;    // token type, for a token
  uint32_t begin = 0, end = 0;
  bool broken = false;  // something in it could not be read, and has been reported
  std::vector<const Node*> children;

  bool present() const { return rule >= 0 || type != 0; }
  explicit operator bool() const { return present(); }
  const Node& child(rule::Rule kind, size_t index = 0) const;
  const Node& token(tok::Token kind, size_t index = 0) const;
  bool has(tok::Token kind) const { return token(kind).present(); }
  const Node& first() const;
};

// Where a parse stopped, and what it could have gone on with.
struct SyntaxError {
  size_t at = 0;                    // index of the offending token; tokens.size() is the end
  std::vector<int16_t> rules;       // the rules it stood in, innermost first
  std::vector<uint16_t> expected;
  bool expects(uint16_t type) const;
  bool inside(rule::Rule kind) const;
};

struct ParsedUnit {
  std::deque<Node> nodes;
  const Node* root = nullptr;
  std::vector<SyntaxError> errors;  // at most one for each place
};

// Parses the tokens of one declaration (no hidden ones among them).
ParsedUnit parse_unit(const std::vector<Token>& tokens);

// Whether they are one declaration without an error.
bool parses(const std::vector<Token>& tokens);

}  // namespace wend
