// protect and its rules.
#include "compiler/syntax/translate.h"

#include "compiler/diagnostics/codes.h"

namespace wend {

ast::ThenDo Translator::then_do(const Node& node) const {
  ast::ThenDo out;
  const Node& then = node.child(rule::RuleThenDo);
  if (!then) return out;
  out.span = span(then);
  out.kind = then.has(tok::DROP) ? ast::ThenDo::Kind::drop : then.has(tok::WAIT) ? ast::ThenDo::Kind::wait : ast::ThenDo::Kind::send;
  out.message = child_name(then);
  return out;
}

ast::ProtectRule Translator::cap(const Node& node) const {
  ast::CapRule out{literals_.integer(node.token(tok::INT)), child_name(node), std::nullopt, std::nullopt,
                   node.has(tok::USER), then_do(node), span(node)};
  if (out.subject.text == "message") out.subject.text = "messages";
  const Node& quantity = node.child(rule::RuleQuantity);
  if (quantity) out.within = literals_.duration(quantity);
  const Node& per = node.child(rule::RuleTimeUnit);
  if (!per) return out;
  out.per = Literals::unit(per);
  if (*out.per != ast::Unit::days && *out.per != ast::Unit::weeks && *out.per != ast::Unit::months) {
    file_.diagnostics.report(Code::unknown_unit, span(per), literals_.spelled(per)).help("a calendar cap is `per day`, `per week` or `per month`");
  }
  return out;
}

ast::ProtectRule Translator::floor(const Node& node) const {
  ast::FloorRule out{literals_.integer(node.token(tok::INT)), literals_.duration(node.child(rule::RuleQuantity)), child_name(node),
                     ast::ChannelChoice::any, {}, span(node)};
  if (!node.has(tok::BY)) return out;
  ast::SendStmt channels_of;
  channels(node.child(rule::RuleChannelList), channels_of);
  out.choice = channels_of.choice;
  out.by = std::move(channels_of.channels);
  return out;
}

std::optional<ast::ProtectRule> Translator::protect_rule(const Node& node) const {
  switch (node.first().type) {
    case tok::CATEGORIES: return ast::CategoriesRule{names(node), span(node)};
    case tok::EXEMPT: return ast::ExemptRule{names(node), span(node)};
    case tok::QUIET:
      return ast::QuietRule{literals_.clock(node.token(tok::CLOCK)), literals_.clock(node.token(tok::CLOCK, 1)),
                            node.has(tok::USER), then_do(node), span(node)};
    case tok::NEVER: {
      ast::NeverRule out{child_name(node), expr(node.child(rule::RuleExpr)), then_do(node), span(node)};
      if (out.subject.text == "message") out.subject.text = "messages";
      return out;
    }
    case tok::HOLD: return ast::HoldOutRule{literals_.percent_millionths(node.token(tok::PERCENT)), names(node), span(node)};
    case tok::AT: break;
    default: return std::nullopt;
  }
  if (node.has(tok::MOST)) return cap(node);
  if (node.has(tok::BETWEEN)) return ast::GapRule{literals_.duration(node.child(rule::RuleQuantity)), then_do(node), span(node)};
  return floor(node);
}

ast::Protect Translator::protect(const Node& node) const {
  ast::Protect out{child_name(node), {}};
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleProtectRule || member->broken) continue;
    if (auto rule = protect_rule(*member)) out.rules.push_back(std::move(*rule));
  }
  return out;
}

}  // namespace wend
