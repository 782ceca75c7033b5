// The insides of objects and tags: values, filters, comparisons and what a tag is given. The first thing that does
// not fit is reported and ends the part.
#include <algorithm>
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
    return ends("`|` or `}}`");
  }

  bool assign(Node& node) { return name(node, "the name of a variable") && sign("=") && output(node); }

  bool name_alone(Node& node) { return name(node, "the name of a variable") && ends("`%}`"); }

  // name in value reversed limit: n, offset: m
  bool loop(Node& node) {
    if (!name(node, "the name of what is gone over one by one")) return false;
    if (peek().text != "in" || peek().kind != Token::Kind::name) return misfit("`in`");
    ++at_;
    node.value = term("a list");
    while (!broken_ && peek().kind != Token::Kind::end) {
      if (is_sign(",")) {
        ++at_;
      } else if (peek().kind == Token::Kind::name && peek().text == "reversed") {
        node.flag = true;
        ++at_;
      } else if (peek().text == "limit" || peek().text == "offset") {
        given(node);
      } else {
        return misfit("`limit:`, `offset:`, `reversed` or `%}`");
      }
    }
    return !broken_;
  }

  // a, b  or  name: a, b
  bool cycle(Node& node) {
    node.name_range = peek().range;
    Term first = term("a value");
    if (!broken_ && is_sign(":")) {
      node.name = "\n" + source_.text_of(first.range);   // no list of values is written like it
      ++at_;
      first = term("a value");
    }
    node.values.push_back(std::move(first));
    while (!broken_ && is_sign(",")) {
      ++at_;
      if (peek().kind == Token::Kind::end) break;
      if (node.values.size() >= kTermsMax) return too_many("values of one `cycle`", kTermsMax);
      node.values.push_back(term("a value"));
    }
    if (node.name.empty())
      for (const Term& value : node.values) node.name += source_.text_of(value.range) + ",";
    return ends("`,` or `%}`");
  }

  // 'footer.liquid', name: value
  bool render(Node& node) {
    if (peek().kind != Token::Kind::text) return misfit("the name of a file in quotes");
    node.value = term("the name of a file in quotes");
    while (!broken_ && peek().kind != Token::Kind::end) {
      if (is_sign(",")) {
        ++at_;
      } else if (peek().kind == Token::Kind::name && peek().text != "with" && peek().text != "for" && peek().text != "as") {
        if (node.given.size() >= kTermsMax) return too_many("values given to a file", kTermsMax);
        given(node);
      } else {
        return misfit("`name: value` or `%}`");
      }
    }
    return !broken_;
  }

  bool subject(Term& out) {
    out = term("a value");
    return ends("`%}`");
  }

  // a, b or c
  Condition when(const Term& subject) {
    Condition result;
    for (;;) {
      if (result.terms.size() >= kTermsMax) {
        too_many("values of one `when`", kTermsMax);
        return {};
      }
      Comparison one;
      one.left = subject;
      one.op = Operator::equal;
      one.right = term("a value");
      one.range = one.op_range = one.right.range;
      if (broken_) return {};
      result.terms.push_back(std::move(one));
      if (peek().kind == Token::Kind::end) return result;
      if (!is_sign(",") && !(peek().kind == Token::Kind::name && peek().text == "or")) {
        misfit("`,`, `or` or `%}`");
        return {};
      }
      ++at_;
      result.joins.push_back(Condition::Join::or_);
    }
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

  bool ends(const char* expected) {
    if (broken_) return false;
    return peek().kind == Token::Kind::end || misfit(expected);
  }

  bool sign(const char* wanted) {
    if (!is_sign(wanted)) return misfit((std::string("`") + wanted + "`").c_str());
    ++at_;
    return true;
  }

  bool name(Node& node, const char* expected) {
    const Token& token = peek();
    if (token.kind != Token::Kind::name || token.text.ends_with('?') || is_word_of_liquid(token.text)) return misfit(expected);
    node.name = token.text;
    node.name_range = token.range;
    ++at_;
    return true;
  }

  // name: value
  void given(Node& node) {
    Given one;
    one.name = peek().text;
    one.name_range = peek().range;
    ++at_;
    if (!sign(":")) return;
    one.value = term("a value");
    if (!broken_) node.given.push_back(std::move(one));
  }

  static bool is_word_of_liquid(std::string_view word) {
    static constexpr std::string_view kWords[] = {"and", "or", "contains", "not", "true", "false", "nil", "null", "blank", "empty"};
    return std::find(std::begin(kWords), std::end(kWords), word) != std::end(kWords);
  }

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
    if (text == "$") bare_name(report);
    if (text == "!" || text == "not") report.help("the opposite of `{% if x %}` is `{% unless x %}`");
    return false;
  }

  // ${first_name}, {{custom_attribute.${plan}}}: the name alone, from where the value begins.
  void bare_name(Diagnostic& report) {
    if (at_ + 2 >= tokens_.size() || tokens_[at_ + 1].text != "{" || tokens_[at_ + 2].kind != Token::Kind::name) return;
    size_t first = at_;
    while (first >= 2 && tokens_[first - 1].text == "." && tokens_[first - 2].kind == Token::Kind::name) first -= 2;
    const std::string name(tokens_[at_ + 2].text);
    const bool apart = at_ + 3 < tokens_.size() && tokens_[at_ + 3].text == "}";   // else it is one of three
    const uint32_t end = apart ? tokens_[at_ + 3].range.end : tokens_[at_ + 2].range.end + 1;
    report.help("an attribute is shown by its name").fix("write `" + name + "`", source_.span({tokens_[first].range.begin, end}), name);
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
    if (is_sign("(")) {
      range_of(result);
      return result;
    }
    switch (token.kind) {
      case Token::Kind::end:
      case Token::Kind::sign: misfit(expected); return result;
      case Token::Kind::text: result.kind = Term::Kind::text; break;
      case Token::Kind::integer:
      case Token::Kind::number: number(token, result); break;
      case Token::Kind::name: word(token, result); break;
    }
    ++at_;
    if (!broken_ && result.kind == Term::Kind::name) steps(result);
    return result;
  }

  // (from..to)
  void range_of(Term& result) {
    result.kind = Term::Kind::range;
    if (++depth_ > kStepsMax) {
      too_many("ranges and brackets inside one another", kStepsMax);
      return;
    }
    ++at_;
    result.bounds.push_back(term("a whole number"));
    if (broken_ || !sign("..")) return;
    result.bounds.push_back(term("a whole number"));
    if (broken_) return;
    result.range.end = peek().range.end;
    sign(")");
    --depth_;
  }

  void steps(Term& result) {
    while (!broken_ && (is_sign(".") || is_sign("["))) {
      if (result.steps.size() >= kStepsMax || depth_ >= kStepsMax) {
        too_many("dots and brackets behind one name", kStepsMax);
        return;
      }
      const bool dot = is_sign(".");
      Step step;
      step.range = peek().range;
      ++at_;
      if (dot) {
        if (peek().kind != Token::Kind::name) {
          misfit("a name behind the dot");
          return;
        }
        step.field = peek().text;
        ++at_;
      } else {
        ++depth_;
        step.index.push_back(term("a whole number, counted from 0"));
        if (broken_ || !sign("]")) return;
        --depth_;
      }
      step.range.end = end_of_last().end;
      result.range.end = step.range.end;
      result.steps.push_back(std::move(step));
    }
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
  uint32_t depth_ = 0;   // brackets inside brackets
  bool broken_ = false;
};

}  // namespace

std::string Term::written() const {
  std::string out = text;
  for (const Step& step : steps) out += step.index.empty() ? "." + step.field : "[" + step.index[0].written() + "]";
  return out;
}

bool parse_output(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Node& node) {
  return Parts(source, tokens, first, node.range).output(node);
}

Condition parse_condition(const TemplateText& source, const std::vector<Token>& tokens, size_t first, Range place) {
  return Parts(source, tokens, first, place).condition();
}

bool parse_assign(const TemplateText& source, const std::vector<Token>& tokens, Node& node) {
  return Parts(source, tokens, 1, node.range).assign(node);
}

bool parse_loop(const TemplateText& source, const std::vector<Token>& tokens, Node& node) {
  return Parts(source, tokens, 1, node.range).loop(node);
}

bool parse_name(const TemplateText& source, const std::vector<Token>& tokens, Node& node) {
  return Parts(source, tokens, 1, node.range).name_alone(node);
}

bool parse_cycle(const TemplateText& source, const std::vector<Token>& tokens, Node& node) {
  return Parts(source, tokens, 1, node.range).cycle(node);
}

bool parse_render(const TemplateText& source, const std::vector<Token>& tokens, Node& node) {
  return Parts(source, tokens, 1, node.range).render(node);
}

bool parse_subject(const TemplateText& source, const std::vector<Token>& tokens, Range place, Term& subject) {
  return Parts(source, tokens, 1, place).subject(subject);
}

Condition parse_when(const TemplateText& source, const std::vector<Token>& tokens, Range place, const Term& subject) {
  return Parts(source, tokens, 1, place).when(subject);
}

}  // namespace wend::liquid
