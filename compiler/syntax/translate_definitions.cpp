// project, profile, event, measure, audience, states.
#include "compiler/syntax/translate.h"

#include "compiler/diagnostics/codes.h"

namespace wend {

ast::Project Translator::project(const Node& node) const {
  ast::Project out;
  out.name = child_name(node);
  bool about = false, zone = false, currency = false, user = false, late = false, duplicates = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleProjectMember || member->broken) continue;
    const Node& quantity = member->child(rule::RuleQuantity);
    switch (member->first().type) {
      case tok::ABOUT:
        if (once(about, *member, "about")) out.about = literals_.text(member->child(rule::RuleText));
        break;
      case tok::TIME:
        if (once(zone, *member, "time zone")) out.time_zone = literals_.text(member->child(rule::RuleText));
        break;
      case tok::CURRENCY:
        if (once(currency, *member, "currency")) out.currency = child_name(*member);
        break;
      case tok::USER:
        if (once(user, *member, "user time")) out.user_time = child_name(*member);
        break;
      case tok::LATE:
        if (once(late, *member, "late after")) out.late_after = literals_.duration(quantity);
        break;
      case tok::DUPLICATES:
        if (once(duplicates, *member, "duplicates within")) out.duplicates_within = literals_.duration(quantity);
        break;
      default: break;
    }
  }
  return out;
}

ast::Attribute Translator::attribute(const Node& node) const {
  ast::Attribute out{child_name(node), type(node.child(rule::RuleType)), nullptr, node.has(tok::SENSITIVE)};
  if (node.has(tok::ASSIGN)) out.default_value = value(node.child(rule::RuleValue));
  return out;
}

ast::Profile Translator::profile(const Node& node) const {
  ast::Profile out;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleProfileMember || member->broken) continue;
    for (const Node* child : member->children) {
      if (child->rule == rule::RuleIdentity) out.identities.push_back({child_name(*child), child->has(tok::MANY)});
      if (child->rule == rule::RuleAttribute) out.attributes.push_back(attribute(*child));
    }
  }
  return out;
}

ast::Property Translator::property(const Node& node) const {
  ast::Property out;
  out.name = name(node.child(rule::RuleProp));
  out.type = type(node.child(rule::RuleType));
  if (node.has(tok::ASSIGN)) out.default_value = value(node.child(rule::RuleValue));
  out.in_milliseconds = node.has(tok::MILLISECONDS);
  if (node.has(tok::FROM)) out.from = literals_.text(node.child(rule::RuleText));
  return out;
}

ast::Event Translator::event(const Node& node) const {
  ast::Event out;
  out.name = child_name(node);
  if (node.has(tok::FROM)) out.from = literals_.text(node.child(rule::RuleText));
  for (const Node* member : node.children) {
    if (member->rule == rule::RuleProperty && !member->broken) out.properties.push_back(property(*member));
  }
  return out;
}

ast::Measure Translator::measure(const Node& node) const {
  ast::Measure out{child_name(node), expr(node.child(rule::RuleExpr)), std::nullopt, renamed(node)};
  if (node.has(tok::USUAL)) out.usual_over = literals_.span_of_window(node.child(rule::RuleQuantity));
  return out;
}

ast::Measure Translator::score(const Node& node) const {
  ast::Measure out{child_name(node), expr(node.child(rule::RuleExpr)), std::nullopt, renamed(node)};
  out.score = true;
  return out;
}

ast::Audience Translator::audience(const Node& node) const { return {child_name(node), expr(node.child(rule::RuleExpr))}; }

ast::Cadence Translator::cadence(const Node& node) const {
  ast::Cadence out;
  out.span = span(node);
  const Node& at = node.child(rule::RuleClock);
  if (at) out.time_of_day = clock(at, out.user_time);
  switch (node.first().type) {
    case tok::HOURLY: out.kind = ast::CadenceKind::hourly; break;
    case tok::CONTINUOUSLY: out.kind = ast::CadenceKind::continuously; break;
    case tok::DAILY: out.kind = ast::CadenceKind::daily; break;
    case tok::WEEKLY:
      out.kind = ast::CadenceKind::weekly;
      out.weekday = weekday(node.child(rule::RuleWeekday));
      break;
    case tok::MONTHLY: {
      out.kind = ast::CadenceKind::monthly;
      const Node& day = node.token(tok::INT);
      const int64_t value = literals_.integer(day);
      if (day && (value < 1 || value > 31)) {
        file_.diagnostics.report(Code::number_out_of_range, span(day), literals_.spelled(day), "a month has the days 1 to 31");
      } else if (day) {
        out.day = static_cast<int>(value);
      }
      break;
    }
    default: break;
  }
  return out;
}

ast::StateRule Translator::state_rule(const Node& node) const {
  ast::StateRule out;
  out.name = child_name(node);
  out.span = span(node);
  out.renamed_from = renamed(node);
  if (node.has(tok::WHEN)) out.when = expr(node.child(rule::RuleExpr));
  if (node.has(tok::UNTIL)) out.until = expr(node.child(rule::RuleExpr, 1));
  return out;
}

ast::States Translator::states(const Node& node) const {
  ast::States out;
  out.name = child_name(node);
  out.ordered = node.has(tok::ORDERED);
  out.renamed_from = renamed(node);
  bool evaluate = false, settle = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleStatesMember || member->broken) continue;
    const Node& state = member->child(rule::RuleStateRule);
    if (state) {
      out.rules.push_back(state_rule(state));
    } else if (member->has(tok::EVALUATE)) {
      if (once(evaluate, *member, "evaluate")) out.evaluate = cadence(member->child(rule::RuleCadence));
    } else if (once(settle, *member, "settle")) {
      out.settle = literals_.integer(member->token(tok::INT));
    }
  }
  return out;
}

}  // namespace wend
