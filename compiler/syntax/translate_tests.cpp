// test: what is given, what happens, what is expected.
#include "compiler/syntax/translate.h"

namespace wend {

ast::TestEvent Translator::test_event(const Node& node) const {
  ast::TestEvent out;
  out.event = child_name(node);
  out.span = span(node);
  const Node& list = node.child(rule::RuleRecord);
  for (const Node* child : list.children) {
    if (child->rule != rule::RuleArgument || child->broken) continue;
    const Node& local = child->child(rule::RuleLocalTime);
    if (local && literals_.spelled(child->child(rule::RuleProp)) == "at") {
      out.at = local_time(local);
    } else {
      out.properties.push_back(argument(*child));
    }
  }
  return out;
}

ast::ExpectMessage Translator::expect_message(const Node& node) const {
  ast::ExpectMessage out;
  const bool sent = node.has(tok::SENT);
  out.outcome = sent && node.has(tok::NOT) ? ast::MessageOutcome::not_sent
                : sent ? ast::MessageOutcome::sent
                : node.has(tok::DEFERRED) ? ast::MessageOutcome::deferred : ast::MessageOutcome::suppressed;
  out.message = child_name(node);
  bool by = false, times = false, because = false, until = false, with = false;
  for (const Node* clause : node.children) {
    if (clause->rule != rule::RuleExpectClause) continue;
    switch (clause->first().type) {
      case tok::BY:
        if (once(by, *clause, "by")) out.channel = child_name(*clause);
        break;
      case tok::BECAUSE:
        if (once(because, *clause, "because")) out.reason = child_name(*clause);
        break;
      case tok::UNTIL:
        if (once(until, *clause, "until")) out.until = local_time(clause->child(rule::RuleLocalTime));
        break;
      case tok::WITH:
        if (once(with, *clause, "with")) out.content = arguments(*clause);
        break;
      default:
        if (!once(times, *clause, literals_.spelled(*clause))) break;
        out.times = clause->has(tok::ONCE) ? 1 : clause->has(tok::TWICE) ? 2 : literals_.integer(clause->token(tok::INT));
    }
  }
  return out;
}

ast::ExpectDone Translator::expect_done(const Node& node) const {
  using Kind = ast::ExpectDone::Kind;
  ast::ExpectDone out;
  out.kind = node.has(tok::RAISED) ? Kind::raised : node.has(tok::SET) ? Kind::set : Kind::called;
  out.negated = node.has(tok::NOT);
  out.name = child_name(node);
  out.to_unknown = node.has(tok::UNKNOWN);
  if (node.child(rule::RuleExpr)) out.value = expr(node.child(rule::RuleExpr));
  bool times = false, with = false;
  for (const Node* clause : node.children) {
    if (clause->rule != rule::RuleCountClause) continue;
    if (clause->has(tok::WITH)) {
      if (once(with, *clause, "with")) out.content = arguments(*clause);
    } else if (once(times, *clause, literals_.spelled(*clause))) {
      out.times = clause->has(tok::ONCE) ? 1 : clause->has(tok::TWICE) ? 2 : literals_.integer(clause->token(tok::INT));
    }
  }
  return out;
}

ast::Expectation Translator::expectation(const Node& node) const {
  ast::Expectation out;
  out.span = span(node);
  std::optional<ast::Text> key;
  if (node.child(rule::RuleText)) key = literals_.text(node.child(rule::RuleText));
  if (node.has(tok::RAISED) || node.has(tok::SET) || node.has(tok::CALLED)) {
    out.node = expect_done(node);
  } else if (node.has(tok::SENT) || node.has(tok::DEFERRED) || node.has(tok::SUPPRESSED)) {
    out.node = expect_message(node);
  } else if (node.has(tok::IN)) {
    out.node = ast::ExpectPlace{child_name(node), !node.has(tok::NOT), child_name(node, 1), key};
  } else if (node.has(tok::LEFT) || node.has(tok::GOAL)) {
    out.node = ast::ExpectLeft{child_name(node), !node.has(tok::NOT), node.has(tok::GOAL), child_name(node, 1), key};
  } else {
    out.node = ast::ExpectCondition{expr(node.child(rule::RuleExpr))};
  }
  return out;
}

std::vector<ast::TestStatement> Translator::test_body(const Node& node) const {
  std::vector<ast::TestStatement> out;
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleTestStatement || child->broken) continue;
    if (child->has(tok::EXPECT)) {
      out.emplace_back(expectation(child->child(rule::RuleExpectation)));
    } else {
      out.emplace_back(test_event(*child));
    }
  }
  return out;
}

ast::TestBlock Translator::test_block(const Node& node) const {
  using Kind = ast::TestBlock::Kind;
  ast::TestBlock out;
  out.span = span(node);
  switch (node.first().type) {
    case tok::AFTER:
      out.kind = Kind::after;
      out.after = literals_.duration(node.child(rule::RuleQuantity));
      break;
    case tok::DAILY:
      out.kind = Kind::daily;
      out.time_of_day = clock(node.child(rule::RuleClock), out.user_time);
      break;
    case tok::HOURLY: out.kind = Kind::hourly; break;
    default: out.at = local_time(node.child(rule::RuleLocalTime));
  }
  if (out.kind == Kind::daily || out.kind == Kind::hourly) {
    out.from = literals_.date(node.token(tok::DATE_LITERAL));
    out.to = literals_.date(node.token(tok::DATE_LITERAL, 1));
  }
  out.body = test_body(node.child(rule::RuleTestBody));
  return out;
}

ast::Test Translator::test(const Node& node) const {
  ast::Test out;
  out.name = literals_.text(node.child(rule::RuleText));
  bool given = false;
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleTestMember) continue;
    const bool is_block = static_cast<bool>(member->child(rule::RuleTestBody));
    if (member->broken && !is_block) continue;
    switch (member->first().type) {
      case tok::GIVEN:
        if (!once(given, *member, "given user")) break;
        out.given = arguments(member->child(rule::RuleRecord));
        if (member->child(rule::RuleText)) out.user_id = literals_.text(member->child(rule::RuleText));
        break;
      case tok::HELD: out.held_out = true; break;
      case tok::IN: out.pinned.emplace_back(child_name(*member), child_name(*member, 1)); break;
      default: out.blocks.push_back(test_block(*member));
    }
  }
  return out;
}

}  // namespace wend
