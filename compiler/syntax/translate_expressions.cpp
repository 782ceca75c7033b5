// Expressions. The rules of the grammar are a ladder; a node with one child is that child.
#include "compiler/syntax/translate.h"

#include "compiler/diagnostics/codes.h"

namespace wend {
namespace {

ast::BinaryOp binary_op(const Node& token) {
  switch (token.type) {
    case tok::AND: return ast::BinaryOp::and_;
    case tok::PLUS: return ast::BinaryOp::add;
    case tok::MINUS: return ast::BinaryOp::subtract;
    case tok::STAR: return ast::BinaryOp::multiply;
    case tok::SLASH: return ast::BinaryOp::divide;
    default: return ast::BinaryOp::or_;
  }
}

ast::CompareOp compare_op(const Node& node) {
  switch (node.first().type) {
    case tok::LT: return ast::CompareOp::less;
    case tok::LE: return ast::CompareOp::less_equal;
    case tok::GT: return ast::CompareOp::greater;
    case tok::GE: return ast::CompareOp::greater_equal;
    case tok::CONTAINS: return ast::CompareOp::contains;
    case tok::STARTS: return ast::CompareOp::starts_with;
    case tok::ENDS: return ast::CompareOp::ends_with;
    case tok::MATCHES: return ast::CompareOp::matches;
    default: return node.has(tok::NOT) ? ast::CompareOp::is_not : ast::CompareOp::is;
  }
}

// The code of a currency that was written as it is said, or in small letters; empty for what is none of these.
std::string currency_code(std::string_view said) {
  std::string word(said);
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  constexpr std::pair<std::string_view, const char*> kCommon[] = {
      {"euro", "EUR"}, {"euros", "EUR"}, {"dollar", "USD"}, {"dollars", "USD"}, {"pound", "GBP"}, {"pounds", "GBP"},
      {"kr", "SEK"}, {"kronor", "SEK"}, {"kroner", "NOK"}, {"yen", "JPY"}, {"francs", "CHF"},
      {"eur", "EUR"}, {"usd", "USD"}, {"gbp", "GBP"}, {"sek", "SEK"}, {"nok", "NOK"}, {"dkk", "DKK"}, {"chf", "CHF"}, {"jpy", "JPY"}};
  for (const auto& [name, code] : kCommon)
    if (word == name) return code;
  return {};
}

}  // namespace

ast::ExprPtr Translator::make(const Node& node, decltype(ast::Expr::node) value) const {
  auto out = std::make_unique<ast::Expr>();
  out->span = span(node);
  out->node = std::move(value);
  return out;
}

ast::ExprPtr Translator::error(const Node& node) const { return make(node, ast::ErrorExpr{}); }

ast::ExprPtr Translator::expr(const Node& node) const {
  if (!node.present() || node.broken) return error(node);
  if (!node.has(tok::IF)) return disjunction(node.child(rule::RuleDisjunction));
  return make(node, ast::IfExpr{expr(node.child(rule::RuleExpr)), expr(node.child(rule::RuleExpr, 1)),
                                expr(node.child(rule::RuleExpr, 2))});
}

// `a + b - c` to ((a + b) - c), without recursion over the length of the chain.
ast::ExprPtr Translator::operators(const Node& node, rule::Rule operand,
                                   ast::ExprPtr (Translator::*read)(const Node&) const) const {
  ast::ExprPtr left;
  Span op_span;
  ast::BinaryOp op = ast::BinaryOp::or_;
  for (const Node* child : node.children) {
    if (child->rule < 0) {
      const bool second = child->type == tok::ELSE;
      op = second ? ast::BinaryOp::or_else : binary_op(*child);
      op_span = second ? join(op_span, span(*child)) : span(*child);
    } else if (child->rule == operand) {
      ast::ExprPtr right = (this->*read)(*child);
      if (!left) {
        left = std::move(right);
        continue;
      }
      const Span whole = join(left->span, right->span);
      left = make(node, ast::BinaryExpr{op, op_span, std::move(left), std::move(right)});
      left->span = whole;
    }
  }
  return left ? std::move(left) : error(node);
}

ast::ExprPtr Translator::disjunction(const Node& node) const {
  return operators(node, rule::RuleConjunction, &Translator::conjunction);
}

ast::ExprPtr Translator::conjunction(const Node& node) const {
  return operators(node, rule::RuleNegation, &Translator::negation);
}

ast::ExprPtr Translator::fallback(const Node& node) const { return operators(node, rule::RuleArith, &Translator::arith); }
ast::ExprPtr Translator::arith(const Node& node) const { return operators(node, rule::RuleTerm, &Translator::term); }
ast::ExprPtr Translator::term(const Node& node) const { return operators(node, rule::RuleFactor, &Translator::factor); }

ast::ExprPtr Translator::negation(const Node& node) const {
  ast::ExprPtr out = comparison(node.child(rule::RuleComparison));
  for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
    if ((*child)->type != tok::NOT) continue;
    const Span whole = join(span(**child), out->span);
    out = make(node, ast::NotExpr{std::move(out)});
    out->span = whole;
  }
  return out;
}

ast::ExprPtr Translator::factor(const Node& node) const {
  ast::ExprPtr out = postfix(node.child(rule::RulePostfix));
  for (auto child = node.children.rbegin(); child != node.children.rend(); ++child) {
    if ((*child)->type != tok::MINUS) continue;
    const Span whole = join(span(**child), out->span);
    out = make(node, ast::NegateExpr{std::move(out)});
    out->span = whole;
  }
  return out;
}

ast::ExprPtr Translator::comparison(const Node& node) const {
  ast::ExprPtr left = fallback(node.child(rule::RuleFallback));
  const Node& relation_node = node.child(rule::RuleRelation);
  return relation_node ? relation(node, relation_node, std::move(left)) : std::move(left);
}

ast::ExprPtr Translator::relation(const Node& whole, const Node& node, ast::ExprPtr left) const {
  if (node.has(tok::KNOWN) || node.has(tok::UNKNOWN)) {
    return make(whole, ast::KnownExpr{std::move(left), node.has(tok::KNOWN) != node.has(tok::NOT)});
  }
  if (node.has(tok::USUAL)) {
    const bool sigmas = node.has(tok::SIGMAS);
    const double amount = sigmas ? literals_.number(node.has(tok::INT) ? node.token(tok::INT) : node.token(tok::NUMBER))
                                 : static_cast<double>(literals_.percent_millionths(node.token(tok::PERCENT))) / 1e6;
    return make(whole, ast::AgainstUsualExpr{std::move(left), node.has(tok::BELOW), sigmas, amount});
  }
  if (node.has(tok::MENTIONS)) return make(whole, ast::MentionsExpr{std::move(left), query(node.child(rule::RuleTextPrimary))});
  if (node.has(tok::IN)) return list_relation(whole, node, std::move(left));
  const Node& right = node.child(rule::RuleFallback);
  if (!right) return trigger(whole, node, std::move(left));
  const uint32_t op_end = node.has(tok::NOT) ? node.token(tok::NOT).end
                          : node.has(tok::WITH) ? node.token(tok::WITH).end : node.first().end;
  const Span op_span{file_.file, node.begin, op_end};
  return make(whole, ast::CompareExpr{compare_op(node), op_span, std::move(left), fallback(right)});
}

ast::ExprPtr Translator::list_relation(const Node& whole, const Node& node, ast::ExprPtr left) const {
  const bool negated = node.has(tok::NOT);
  if (node.has(tok::LBRACKET)) {
    ast::InListExpr out{std::move(left), negated, {}};
    for (const Node* child : node.children) {
      if (child->rule == rule::RuleExpr) out.items.push_back(expr(*child));
    }
    return make(whole, std::move(out));
  }
  if (node.has(tok::DOTDOT)) {
    return make(whole, ast::InRangeExpr{std::move(left), negated, arith(node.child(rule::RuleArith)),
                                        arith(node.child(rule::RuleArith, 1))});
  }
  return make(whole, ast::InNameExpr{std::move(left), negated, postfix(node.child(rule::RulePostfix))});
}

ast::ExprPtr Translator::trigger(const Node& whole, const Node& node, ast::ExprPtr left) const {
  ast::TriggerExpr out{ast::TriggerKind::changes, std::move(left), nullptr, nullptr, {}};
  const auto value = [&](size_t index) { return arith(node.child(rule::RuleArith, index)); };
  switch (node.first().type) {
    case tok::MOVES: out.kind = ast::TriggerKind::moves; out.from = value(0); out.to = value(1); break;
    case tok::BECOMES: out.kind = ast::TriggerKind::becomes; out.to = value(0); break;
    case tok::LEAVES: out.kind = ast::TriggerKind::leaves; out.from = value(0); break;
    case tok::DROPS: out.kind = ast::TriggerKind::drops; break;
    case tok::RISES: out.kind = ast::TriggerKind::rises; break;
    case tok::STAYS:
      out.kind = ast::TriggerKind::stays;
      out.from = value(0);
      out.length = literals_.duration(node.child(rule::RuleQuantity));
      break;
    default: break;
  }
  return make(whole, std::move(out));
}

ast::ExprPtr Translator::postfix(const Node& node) const {
  const Node& primary_node = node.child(rule::RulePrimary);
  ast::ExprPtr out = primary_node.present() ? primary(primary_node) : make(node.child(rule::RuleName), ast::NameExpr{child_name(node)});   // of a list: a name
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleProp) continue;
    const Span whole = join(out->span, span(*child));
    out = make(node, ast::MemberExpr{std::move(out), name(*child)});
    out->span = whole;
  }
  return out;
}

ast::ExprPtr Translator::primary(const Node& node) const {
  const Node& first = node.first();
  if (!node.present() || node.broken) return error(node);
  switch (first.rule) {
    case rule::RuleLiteral: return literal(first);
    case rule::RuleAggregate: return aggregate(first);
    case rule::RuleQuantifier: return quantifier(first);
    case rule::RuleName: return node.has(tok::LPAREN) ? call(node) : make(node, ast::NameExpr{name(first)});
    default: break;
  }
  if (node.has(tok::USUAL)) return make(node, ast::UsualExpr{child_name(node)});
  if (first.type == tok::AT) return make(node, ast::NameExpr{{"at", span(first)}});
  ast::ExprPtr inner = expr(node.child(rule::RuleExpr));
  inner->span = span(node);  // with its parentheses
  return inner;
}

ast::ExprPtr Translator::call(const Node& node) const {
  ast::CallExpr out{child_name(node), {}};
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleCallArgument) continue;
    const Node& value = child->child(rule::RuleExpr);
    if (value) out.arguments.push_back(expr(value));
    if (!child->has(tok::USER)) continue;
    const Span words{file_.file, child->token(tok::USER).begin, child->end};
    out.arguments.push_back(make(*child, ast::NameExpr{{"user time", words}}));
    out.arguments.back()->span = words;
  }
  return make(node, std::move(out));
}

ast::ExprPtr Translator::quantifier(const Node& node) const {
  const auto kind = node.has(tok::ANY) ? ast::Quantifier::any : node.has(tok::ALL) ? ast::Quantifier::all : ast::Quantifier::count;
  return make(node, ast::QuantifierExpr{kind, child_name(node), postfix(node.child(node.child(rule::RuleListName).present() ? rule::RuleListName : rule::RulePostfix)), where(node)});
}

// A value written out: an expression, or a list of values or records.
ast::ExprPtr Translator::value(const Node& node) const {
  const Node& list = node.child(rule::RuleList);
  if (!list) return expr(node.child(rule::RuleExpr));
  if (list.broken) return error(list);
  ast::ListLiteral out;
  for (const Node* item : list.children) {
    if (item->rule != rule::RuleListItem) continue;
    if (!item->child(rule::RuleRecord)) {
      out.items.push_back(expr(item->child(rule::RuleExpr)));
      continue;
    }
    ast::RecordLiteral record;
    for (ast::Argument& field : arguments(item->child(rule::RuleRecord))) record.fields.emplace_back(std::move(field.name), std::move(field.value));
    out.items.push_back(make(*item, std::move(record)));
  }
  return make(list, std::move(out));
}

ast::ExprPtr Translator::literal(const Node& node) const {
  const Node& first = node.first();
  if (node.has(tok::IDENT)) {  // 49.90 EUR
    const Node& unit = node.token(tok::IDENT);
    const std::string_view currency = literals_.spelled(unit);
    const bool is_currency = currency.size() == 3 && currency.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") == std::string_view::npos;
    if (!is_currency) {
      Diagnostic& out = file_.diagnostics.report(Code::unknown_unit, span(unit), currency);
      out.help("units are `seconds` to `weeks`; a currency is three capital letters, as in `5 EUR`");
      if (const std::string code = currency_code(currency); !code.empty()) out.fix("write `" + code + "`", span(unit), code);
      return error(node);
    }
    return make(node, ast::MoneyLiteral{literals_.money_micros(first), {std::string(currency), span(unit)}});
  }
  if (node.child(rule::RuleTimeUnit)) return make(node, ast::DurationLiteral{literals_.duration(node)});
  if (first.rule == rule::RuleText) return make(node, ast::TextLiteral{literals_.text(first)});
  switch (first.type) {
    case tok::TRUE: case tok::FALSE: return make(node, ast::BoolLiteral{first.type == tok::TRUE});
    case tok::INT: return make(node, ast::IntLiteral{literals_.integer(first)});
    case tok::NUMBER: return make(node, ast::NumberLiteral{literals_.number(first)});
    case tok::PERCENT: return make(node, ast::PercentLiteral{literals_.percent_millionths(first)});
    case tok::DATE_LITERAL: return make(node, ast::DateLiteral{literals_.date(first)});
    case tok::INSTANT: return make(node, ast::TimeLiteral{literals_.instant(first)});
    case tok::CLOCK: return make(node, ast::TimeOfDayLiteral{literals_.clock(first)});
    default: return error(node);
  }
}

// textQuery, textConjunction, textNegation, textPrimary: the same ladder.
ast::TextQueryPtr Translator::query(const Node& node) const {
  auto out = std::make_unique<ast::TextQuery>();
  out->kind = ast::TextQuery::Kind::phrase;
  if (node.rule == rule::RuleTextPrimary) {
    if (node.has(tok::LPAREN)) return query(node.child(rule::RuleTextQuery));
    out->phrase = literals_.text(node.child(rule::RuleText));
    return out;
  }
  std::vector<ast::TextQueryPtr> parts;
  for (const Node* child : node.children) {
    if (child->rule >= 0) parts.push_back(query(*child));
  }
  if (parts.empty()) return out;
  if (parts.size() == 1 && !node.has(tok::NOT)) return std::move(parts.front());
  out->kind = node.has(tok::NOT) ? ast::TextQuery::Kind::not_
              : node.rule == rule::RuleTextQuery ? ast::TextQuery::Kind::or_ : ast::TextQuery::Kind::and_;
  out->parts = std::move(parts);
  return out;
}

}  // namespace wend
