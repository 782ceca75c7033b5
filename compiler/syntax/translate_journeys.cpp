// journey: its entry, its conditions, its steps. The statements are in translate_statements.cpp.
#include "compiler/syntax/translate.h"

namespace wend {

ast::EnterByExperiment Translator::enter_by_experiment(const Node& node) const {
  ast::EnterByExperiment out;
  out.experiment = child_name(node);
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleEnterArm || child->broken) continue;
    ast::EnterArm arm;
    arm.span = span(*child);
    arm.variant = child_name(*child);
    arm.otherwise = child->has(tok::OTHERWISE);
    for (const Node* way : child->children) {
      if (way->rule != rule::RuleEnter || way->broken) continue;
      if (auto entry = enter(*way)) arm.enters.push_back(std::move(*entry));
    }
    out.arms.push_back(std::move(arm));
  }
  return out;
}

std::optional<ast::Enter> Translator::enter(const Node& node) const {
  ast::Enter out;
  out.span = span(node);
  bool user_time = false;
  const Node& at = node.child(rule::RuleClock);
  const int64_t time = at ? clock(at, user_time) : 0;
  const Node& first = node.first();
  if (first.type == tok::BY) {
    out.node = enter_by_experiment(node);
  } else if (first.type == tok::WHEN) {
    out.node = ast::EnterWhen{expr(node.child(rule::RuleExpr))};
  } else if (first.type == tok::EVERY) {
    std::vector<int> days = weekdays(node);
    if (node.has(tok::DAYS)) days = {0, 1, 2, 3, 4, 5, 6};
    out.node = ast::EnterSchedule{std::move(days), time, user_time};
  } else if (first.type == tok::ONCE) {
    out.node = ast::EnterOnce{literals_.date(node.token(tok::DATE_LITERAL)), time, user_time};
  } else if (node.child(rule::RuleEventRef)) {
    out.node = ast::EnterOn{event_ref(node.child(rule::RuleEventRef)), where(node)};
  } else {
    out.node = ast::EnterOnDate{fallback(node.child(rule::RuleFallback)), time, user_time, node.has(tok::YEARLY)};
  }
  return out;
}

ast::ReEnter Translator::re_enter(const Node& node) const {
  ast::ReEnter out;
  out.span = span(node);
  out.kind = node.has(tok::NEVER) ? ast::ReEnter::Kind::never
             : node.has(tok::ALWAYS) ? ast::ReEnter::Kind::always : ast::ReEnter::Kind::after;
  if (node.has(tok::AFTER)) out.after = literals_.duration(node.child(rule::RuleQuantity));
  return out;
}

ast::Journey Translator::journey(const Node& node) const {
  ast::Journey out;
  out.name = child_name(node);
  out.closed = node.has(tok::CLOSED);
  out.paused = node.has(tok::PAUSED);
  out.renamed_from = renamed(node);
  bool about = false, only_if = false, re_entry = false, one_per = false, at_once = false, goal = false, priority = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleJourneyMember) continue;
    const uint16_t word = member->first().type;
    entered_ = word == tok::STEP || word == tok::GOAL || word == tok::EXIT;
    if (word == tok::STEP) {  // a step with something broken in it keeps its name and the rest
      out.steps.push_back({child_name(*member), block(member->child(rule::RuleBlock)), renamed(*member)});
      continue;
    }
    if (member->broken) continue;
    const Node& value = member->child(rule::RuleExpr);
    switch (word) {
      case tok::ABOUT:
        if (once(about, *member, "about")) out.about = literals_.text(member->child(rule::RuleText));
        break;
      case tok::ENTER:
        if (auto entry = enter(member->child(rule::RuleEnter))) out.enters.push_back(std::move(*entry));
        break;
      case tok::ONLY:
        if (once(only_if, *member, "only if")) out.only_if = expr(value);
        break;
      case tok::REENTER:
        if (once(re_entry, *member, "re-enter")) out.re_enter = re_enter(*member);
        break;
      case tok::ONE:
        if (!once(one_per, *member, "one per")) break;
        out.one_per = expr(value);
        if (member->has(tok::INT) && once(at_once, *member, "at most")) out.at_most_at_once = literals_.integer(member->token(tok::INT));
        break;
      case tok::AT:
        if (once(at_once, *member, "at most")) out.at_most_at_once = literals_.integer(member->token(tok::INT));
        break;
      case tok::GOAL:
        if (!once(goal, *member, "goal")) break;
        out.goal = expr(value);
        if (member->has(tok::WITHIN)) out.goal_within = literals_.duration(member->child(rule::RuleQuantity));
        break;
      case tok::EXIT: out.exits.push_back(expr(value)); break;
      case tok::PRIORITY:
        if (!once(priority, *member, "priority")) break;
        out.priority = literals_.integer(member->token(tok::INT)) * (member->has(tok::MINUS) ? -1 : 1);
        break;
      case tok::REMOVED:
        out.removed.push_back({child_name(*member), member->has(tok::LEAVE) ? ast::Name{} : child_name(*member, 1), span(*member)});
        break;
      default: break;
    }
  }
  entered_ = false;
  return out;
}

}  // namespace wend
