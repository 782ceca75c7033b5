// Depth and length of what the parser and all later phases walk: past these bounds a text is refused, so
// that no recursion over it can run out of stack. Tested by tests/unit/syntax/hostile_test.cpp.
#include <string>

#include "compiler/diagnostics/codes.h"
#include "compiler/syntax/front.h"

namespace wend {
namespace {

bool is_operator(uint16_t type) {
  switch (type) {
    case tok::AND: case tok::OR: case tok::PLUS: case tok::MINUS: case tok::STAR: case tok::SLASH: case tok::DOT:
    case tok::THEN: case tok::LT: case tok::GT: case tok::LE: case tok::GE: return true;
    default: return false;
  }
}

// What has been met since the last separator, at one depth of brackets.
struct Level {
  size_t operators = 0;
  size_t nested = 0;    // `where` and `if`: an expression inside another without a bracket
  size_t signs = 0;     // consecutive `not` or `-`
  size_t else_ifs = 0;
};

bool too_deep(const FrontFile& file, const Token& token, const char* what, const ParseLimits& limits) {
  file.diagnostics.report(Code::nesting_too_deep, file.span(token), what, std::to_string(limits.nesting_max))
      .help("give an inner part a name of its own");
  return false;
}

}  // namespace

bool check_nesting(const FrontFile& file, const std::vector<Token>& tokens, const ParseLimits& limits) {
  size_t depth = 0;
  for (const Token& token : tokens) {
    switch (token.type) {
      case tok::LBRACE: case tok::LPAREN: case tok::LBRACKET:
        if (++depth > limits.nesting_max) return too_deep(file, token, "brackets", limits);
        break;
      case tok::RBRACE: case tok::RPAREN: case tok::RBRACKET:
        if (depth > 0) --depth;
        break;
      default: break;
    }
  }
  return true;
}

bool check_chains(const FrontFile& file, const std::vector<Token>& tokens, const ParseLimits& limits) {
  std::vector<Level> levels(1);
  uint16_t before = 0;
  for (const Token& token : tokens) {
    switch (token.type) {
      case tok::LBRACE: case tok::LPAREN: case tok::LBRACKET: levels.emplace_back(); break;
      case tok::RBRACE: case tok::RPAREN: case tok::RBRACKET:
        if (levels.size() > 1) levels.pop_back();
        break;
      case tok::NL: case tok::COMMA: levels.back() = Level(); break;
      default: break;
    }
    Level& level = levels.back();
    if (is_operator(token.type) && ++level.operators > limits.chain_max) {
      file.diagnostics.report(Code::chain_too_long, file.span(token), std::to_string(limits.chain_max))
          .help("give an inner part a name of its own");
      return false;
    }
    const bool sign = token.type == tok::NOT || token.type == tok::MINUS;
    level.signs = sign ? level.signs + 1 : 0;
    if (level.signs > limits.nesting_max) return too_deep(file, token, "`not` and `-`", limits);
    if (token.type == tok::IF && before == tok::ELSE) {
      if (++level.else_ifs > limits.nesting_max) return too_deep(file, token, "`else if`", limits);
    } else if (token.type == tok::IF || token.type == tok::WHERE) {
      if (++level.nested > limits.nesting_max) return too_deep(file, token, "`where` and `if`", limits);
    }
    before = token.type;
  }
  return true;
}

}  // namespace wend
