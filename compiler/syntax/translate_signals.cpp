// signal, hook.
#include "compiler/syntax/translate.h"

namespace wend {

ast::FollowedBy Translator::followed_by(const Node& node) const {
  using Counted = ast::FollowedBy::Counted;
  ast::FollowedBy out;
  out.negated = node.has(tok::NOT);
  out.event = event_ref(node.child(rule::RuleEventRef));
  out.where = where(node);
  out.within = literals_.duration(node.child(rule::RuleQuantity));
  out.counted = node.has(tok::LATEST) ? Counted::latest : node.has(tok::FIRST) ? Counted::first : Counted::unsaid;
  out.matching = name(node.child(rule::RuleProp));
  out.up_to = up_to(node);
  out.span = span(node);
  return out;
}

ast::Signal Translator::signal(const Node& node) const {
  ast::Signal out;
  out.name = child_name(node);
  out.event = event_ref(node.child(rule::RuleEventRef));
  out.where = where(node);
  bool when = false, carries = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleSignalMember || member->broken) continue;
    if (member->has(tok::CARRIES)) {
      if (!once(carries, *member, "carries")) continue;
      for (const Node* child : member->children) {
        if (child->rule == rule::RuleProp) out.carries.push_back(name(*child));
      }
    } else if (once(when, *member, "when")) {
      if (member->has(tok::FOLLOWED)) out.followed = followed_by(*member);
      else out.when = expr(member->child(rule::RuleExpr));
    }
  }
  return out;
}

ast::Hook Translator::hook(const Node& node) const {
  ast::Hook out;
  out.name = child_name(node);
  for (const Node* member : node.children) {
    if (member->rule == rule::RuleHookField && !member->broken) out.fields.push_back(property(*member));
  }
  return out;
}

}  // namespace wend
