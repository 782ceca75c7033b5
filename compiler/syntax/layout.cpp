// Lines: which line ends separate members, and where one declaration ends and the next begins. The rules
// are those of language.md, section 2. Tested by tests/golden/syntax/lines.
#include "compiler/syntax/front.h"

namespace wend {
namespace {

// A line that ends with one of these goes on. (A property may be called `from`: after a dot it is a name.)
bool asks_for_more(uint16_t type) {
  switch (type) {
    case tok::LBRACE: case tok::LPAREN: case tok::LBRACKET: case tok::COMMA: case tok::ASSIGN: case tok::LT: case tok::LE:
    case tok::GT: case tok::GE: case tok::PLUS: case tok::MINUS: case tok::SLASH: case tok::COLON: case tok::DOT:
    case tok::DOTDOT: case tok::AND: case tok::OR: case tok::NOT: case tok::IS: case tok::IN: case tok::IF: case tok::THEN:
    case tok::ELSE: case tok::WHERE: case tok::WHEN: case tok::UNTIL: case tok::OF: case tok::BY: case tok::TO:
    case tok::FROM: case tok::WITH: case tok::FOR: case tok::AT: case tok::ON: case tok::AS: return true;
    default: return false;
  }
}

// A line that begins with one of these belongs to the line above.
bool goes_on(const std::vector<Token>& tokens, size_t next) {
  const auto type = [&](size_t i) -> uint16_t { return i < tokens.size() ? tokens[i].type : 0; };
  const uint16_t then = type(next + 1);
  switch (type(next)) {
    case tok::LBRACE: case tok::RBRACE: case tok::COMMA: case tok::RPAREN: case tok::RBRACKET: case tok::LT: case tok::LE:
    case tok::GT: case tok::GE: case tok::PLUS: case tok::MINUS: case tok::STAR: case tok::SLASH: case tok::DOT: case tok::AND:
    case tok::OR: case tok::ASSIGN: case tok::WHERE: return true;
    case tok::IN: return then == tok::LAST || then == tok::ROLLING || then == tok::LBRACKET || then == tok::INT;
    case tok::UP: return then == tok::TO;
    case tok::WITHIN: return then == tok::INT || then == tok::NUMBER;
    case tok::FROM: return then == tok::INT || then == tok::DATE_LITERAL;
    default: return false;
  }
}

bool follows_brace_freely(uint16_t type) {
  return type == tok::ELSE || type == tok::LBRACE || type == tok::RBRACE || type == tok::COMMA || type == tok::NL || type == tok::RPAREN ||
         type == tok::RBRACKET || type == tok::QUESTION || type == tok::ASSIGN || type == tok::SENSITIVE || type == 0;
}

// Walks the tokens once and keeps those that the parser is to see.
class Filter {
 public:
  explicit Filter(const std::vector<Token>& tokens) : tokens_(tokens) {}

  std::vector<Token> run() {
    for (size_t i = 0; i < tokens_.size(); ++i) {
      const Token& token = tokens_[i];
      if (token.type == tok::NL) {
        line_end(i);
        continue;
      }
      if (token.type == tok::COMMA && next_visible(i + 1) == tok::RBRACE) continue;
      out_.push_back(token);
      track(token.type);
      const uint16_t next = i + 1 < tokens_.size() ? tokens_[i + 1].type : 0;
      const bool from_text = next == tok::FROM && i + 2 < tokens_.size() && tokens_[i + 2].type == tok::TEXT;   // list of { … } from "cart.items"
      if (token.type == tok::RBRACE && !follows_brace_freely(next) && !from_text) out_.push_back({tok::NL, token.end, token.end});
    }
    while (!out_.empty() && out_.back().type == tok::NL) out_.pop_back();
    return std::move(out_);
  }

 private:
  uint16_t next_visible(size_t i) const {
    while (i < tokens_.size() && tokens_[i].type == tok::NL) ++i;
    return i < tokens_.size() ? tokens_[i].type : 0;
  }

  void track(uint16_t type) {
    if (type == tok::LBRACE) ++depth_;
    if (type == tok::RBRACE && depth_ > 0) --depth_;
    if (type == tok::LBRACE || type == tok::RBRACE) parens_ = 0;
    if (type == tok::LPAREN || type == tok::LBRACKET) ++parens_;
    if ((type == tok::RPAREN || type == tok::RBRACKET) && parens_ > 0) --parens_;
  }

  void line_end(size_t i) {
    if (out_.empty() || out_.back().type == tok::NL || parens_ > 0) return;
    const bool is_property = out_.size() > 1 && out_[out_.size() - 2].type == tok::DOT;
    if (asks_for_more(out_.back().type) && !(is_property && is_word(out_.back().type))) return;
    size_t next = i;
    while (next < tokens_.size() && tokens_[next].type == tok::NL) ++next;
    if (next == tokens_.size() || goes_on(tokens_, next)) return;
    if (depth_ == 0 && tokens_[next].type == tok::THEN) return;   // of a report; in a block it begins a branch
    out_.push_back({tok::NL, tokens_[i].begin, tokens_[i].begin});
  }

  const std::vector<Token>& tokens_;
  std::vector<Token> out_;
  size_t parens_ = 0, depth_ = 0;
};

}  // namespace

std::vector<std::vector<Token>> lay_out(const std::vector<Token>& tokens) {
  std::vector<std::vector<Token>> declarations;
  std::vector<Token> current;
  size_t depth = 0;
  for (const Token& token : Filter(tokens).run()) {
    if (token.type == tok::LBRACE) ++depth;
    if (token.type == tok::RBRACE && depth > 0) --depth;
    if (token.type == tok::NL && depth == 0) {
      if (!current.empty()) declarations.push_back(std::move(current));
      current.clear();
      continue;
    }
    current.push_back(token);
  }
  if (!current.empty()) declarations.push_back(std::move(current));
  return declarations;
}

std::vector<uint32_t> separator_places(const std::vector<Token>& tokens) {
  std::vector<Token> visible;
  for (const Token& token : tokens) {
    if (!is_hidden(token.type)) visible.push_back(token);
  }
  std::vector<uint32_t> out;
  for (const Token& token : Filter(visible).run()) {
    if (token.type == tok::NL) out.push_back(token.begin);
  }
  return out;
}

}  // namespace wend
