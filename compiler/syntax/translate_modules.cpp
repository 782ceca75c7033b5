// Modules: what they need, and what a project gives them.
#include "compiler/syntax/translate.h"

namespace wend {

std::optional<ast::Need> Translator::need(const Node& node) const {
  using Kind = ast::Need::Kind;
  ast::Need out;
  out.span = span(node);
  out.name = child_name(node);
  switch (node.children.size() > 1 ? node.children[1]->type : 0) {
    case tok::EVENT: out.kind = Kind::event; break;
    case tok::MESSAGES: out.kind = Kind::message; break;
    case tok::CHANNEL: out.kind = Kind::channel; break;
    case tok::ATTRIBUTE: out.kind = Kind::attribute; break;
    case tok::MEASURE: out.kind = Kind::measure; break;
    case tok::VALUE: out.kind = Kind::value; break;
    default: return std::nullopt;
  }
  out.properties = fields(node);
  out.parameters = parameters(node);
  if (node.child(rule::RuleType)) out.type = type(node.child(rule::RuleType));
  if (node.has(tok::ASSIGN)) out.default_value = expr(node.child(rule::RuleExpr));
  return out;
}

ast::Module Translator::module(const Node& node) const {
  ast::Module out;
  out.name = child_name(node);
  bool about = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleModuleMember || member->broken) continue;
    if (member->has(tok::ABOUT)) {
      if (once(about, *member, "about")) out.about = literals_.text(member->child(rule::RuleText));
    } else if (auto one = need(*member)) {
      out.needs.push_back(std::move(*one));
    }
  }
  return out;
}

ast::Given Translator::given(const Node& node) const {
  ast::Given out{name(node.child(rule::RuleProp)), expr(node.child(rule::RuleExpr)), {}, span(node)};
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleRenaming || child->broken) continue;
    out.properties.emplace_back(name(child->child(rule::RuleProp)), name(child->child(rule::RuleProp, 1)));
  }
  return out;
}

ast::Use Translator::use(const Node& node) const {
  ast::Use out;
  out.module = name(node.child(rule::RulePath));
  out.as = name(node.child(rule::RuleName));
  for (const Node* child : node.children)
    if (child->rule == rule::RuleGiven && !child->broken) out.with.push_back(given(*child));
  return out;
}

}  // namespace wend
