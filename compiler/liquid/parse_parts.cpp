// The insides of objects and conditions: values, filters and comparisons. The first thing that does not fit is
// reported and ends the part.
#include <charconv>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/parse.h"

namespace wend::liquid {
namespace {

std::string found_text(const Token& token) {
  if (token.kind == Token::Kind::end) return "nothing";
  return "`" + std::string(token.kind == Token::Kind::text ? "'" + std::string(token.text) + "'" : std::string(token.text)) + "`";
}

class Parts {
 public:
  Parts(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Range place)
      : source_(source), tokens_(tokens), at_(first), place_(place) {}

  bool output(Node& node) {
    node.value = term("a value");
    if (broken_) return false;
    while (!broken_ && is_sign("|")) {
      if (node.filters.size() >= kFiltersMax) return too_many("filters", kFiltersMax);
      filter(node);
    }
    if (broken_) return false;
    if (peek().kind != Token::Kind::end) return misfit("`|` or `}}`");
    return true;
  }

  Condition condition() {
    Condition result;
    for (;;) {
      if (result.terms.size() >= kTermsMax) {
        too_many("comparisons in one condition", kTermsMax);
        return {};
      }
      result.terms.push_back(comparison());
      if (broken_) return {};
      const Token& next = peek();
      if (next.kind == Token::Kind::end) return result;
      if (next.text == "and" && next.kind == Token::Kind::name) {
        result.joins.push_back(Condition::Join::and_);
      } else if (next.text == "or" && next.kind == Token::Kind::name) {
        result.joins.push_back(Condition::Join::or_);
      } else {
        misfit("`and`, `or` or `%}`");
        return {};
      }
      ++at_;
    }
  }

 private:
  const Token& peek() const { return tokens_[std::min(at_, tokens_.size() - 1)]; }
  bool is_sign(std::string_view sign) const { return peek().kind == Token::Kind::sign && peek().text == sign; }
  Range end_of_last() const { return at_ > 0 ? tokens_[std::min(at_, tokens_.size()) - 1].range : place_; }

  bool misfit(const char* expected) {
    broken_ = true;
    const Token& token = peek();
    // At the end there is nothing to point at: the whole part is.
    const Range range = token.kind == Token::Kind::end ? place_ : token.range;
    auto& report = source_.report(Code::template_syntax, range, expected, found_text(token));
    const std::string_view text = token.text;
    if (text == "=" || text == "is") report.help("equality is `==`").fix("write `==`", source_.span(token.range), "==");
    if (text == "&&") report.help("write `and`").fix("write `and`", source_.span(token.range), "and");
    if (text == "||") report.help("write `or`").fix("write `or`", source_.span(token.range), "or");
    if (text == "(" || text == ")") report.help("a condition has no parentheses: `and` and `or` are read from right to left");
    if (text == "!" || text == "not") report.help("the opposite of `{% if x %}` is `{% unless x %}`");
    if (text == "[") report.help("a value is one name: parts of lists cannot be read");
    return false;
  }

  bool too_many(const char* what, uint32_t most) {
    broken_ = true;
    source_.report(Code::template_too_many, place_, what, std::to_string(most));
    return false;
  }

  Term term(const char* expected) {
    const Token& token = peek();
    Term result;
    result.range = token.range;
    result.text = token.text;
    switch (token.kind) {
      case Token::Kind::end:
      case Token::Kind::sign: misfit(expected); return result;
      case Token::Kind::text: result.kind = Term::Kind::text; break;
      case Token::Kind::integer:
      case Token::Kind::number: number(token, result); break;
      case Token::Kind::name: word(token, result); break;
    }
    ++at_;
    return result;
  }

  void number(const Token& token, Term& result) {
    const char* begin = token.text.data();
    const char* end = begin + token.text.size();
    if (token.kind == Token::Kind::integer) {
      result.kind = Term::Kind::integer;
      if (std::from_chars(begin, end, result.integer).ec != std::errc()) {
        broken_ = true;
        source_.report(Code::template_number, token.range, token.text);
      }
    } else {
      result.kind = Term::Kind::number;
    }
    if (std::from_chars(begin, end, result.number).ec != std::errc() && !broken_) {
      broken_ = true;
      source_.report(Code::template_number, token.range, token.text);
    }
  }

  void word(const Token& token, Term& result) {
    if (token.text == "true" || token.text == "false") {
      result.kind = Term::Kind::boolean;
      result.integer = token.text == "true";
    } else if (token.text == "nil" || token.text == "null") {
      result.kind = Term::Kind::nil;
    } else if (token.text == "blank" || token.text == "empty") {
      result.kind = Term::Kind::blank;
    } else if (token.text == "and" || token.text == "or" || token.text == "contains" || token.text == "not") {
      misfit("a value");
    } else {
      result.kind = Term::Kind::name;
    }
  }

  void filter(Node& node) {
    Filter result;
    result.range.begin = peek().range.begin;
    ++at_;
    if (peek().kind != Token::Kind::name) {
      misfit("the name of a filter");
      return;
    }
    result.name = peek().text;
    result.name_range = peek().range;
    ++at_;
    if (is_sign(":")) arguments(result);
    result.range.end = end_of_last().end;
    node.filters.push_back(std::move(result));
  }

  void arguments(Filter& filter) {
    do {
      ++at_;
      filter.arguments.push_back(term("a value"));
      if (broken_) return;
      if (is_sign(":")) {
        broken_ = true;
        source_.report(Code::template_named_argument, filter.arguments.back().range, filter.arguments.back().text);
        return;
      }
      if (filter.arguments.size() > kFiltersMax) {
        too_many("arguments of a filter", kFiltersMax);
        return;
      }
    } while (is_sign(","));
  }

  Comparison comparison() {
    Comparison result;
    result.left = term("a value");
    result.range = result.left.range;
    if (broken_) return result;
    result.op = operator_of(peek());
    if (result.op == Operator::none) return result;
    result.op_range = peek().range;
    ++at_;
    result.right = term("a value");
    result.range.end = result.right.range.end;
    return result;
  }

  static Operator operator_of(const Token& token) {
    if (token.kind == Token::Kind::name) return token.text == "contains" ? Operator::contains : Operator::none;
    if (token.kind != Token::Kind::sign) return Operator::none;
    if (token.text == "==") return Operator::equal;
    if (token.text == "!=" || token.text == "<>") return Operator::not_equal;
    if (token.text == "<") return Operator::less;
    if (token.text == "<=") return Operator::less_equal;
    if (token.text == ">") return Operator::greater;
    if (token.text == ">=") return Operator::greater_equal;
    return Operator::none;
  }

  const TemplateText& source_;
  const std::vector<Token>& tokens_;
  size_t at_;
  Range place_;
  bool broken_ = false;
};

}  // namespace

bool parse_output(const TemplateText& source, Range inner, Node& node) {
  const std::vector<Token> tokens = lex(source, inner);
  return Parts(source, tokens, 0, node.range).output(node);
}

Condition parse_condition(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Range place) {
  return Parts(source, tokens, first, place).condition();
}

}  // namespace wend::liquid
