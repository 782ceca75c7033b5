// The statements of a journey's steps. Recursion follows the nesting of braces, which is bounded.
#include "compiler/syntax/translate.h"

#include "compiler/diagnostics/codes.h"

namespace wend {

ast::Block Translator::block(const Node& node) const {
  ast::Block out;
  for (const Node* child : node.children) {
    if (child->rule != rule::RuleStatement) continue;
    if (auto one = statement(*child)) out.push_back(std::move(*one));
  }
  return out;
}

void Translator::channels(const Node& node, ast::SendStmt& out) const {
  using Choice = ast::SendStmt::Choice;
  out.choice = node.has(tok::BEST) ? Choice::best : node.has(tok::AND) ? Choice::all : Choice::in_order;
  for (const Node* child : node.children) {
    if (child->rule == rule::RulePlainPath) out.channels.push_back(name(*child));
  }
}

ast::SendStmt Translator::send(const Node& node) const {
  ast::SendStmt out;
  out.message = child_name(node);
  bool by = false, at = false, with = false;
  for (const Node* clause : node.children) {
    if (clause->rule != rule::RuleSendClause) continue;
    if (clause->has(tok::BY)) {
      if (once(by, *clause, "by")) channels(clause->child(rule::RuleChannelList), out);
    } else if (clause->has(tok::AT)) {
      if (once(at, *clause, "at")) out.at = clock(clause->child(rule::RuleClock), out.at_user_time);
    } else if (once(with, *clause, "with")) {
      out.arguments = arguments(*clause);
    }
  }
  return out;
}

void Translator::outcome(const Node& node, ast::Block& then, ast::Block& otherwise) const {
  const Node& braces = node.child(rule::RuleOutcome);
  bool has_then = false, has_else = false, behind_branch = false;
  for (const Node* branch : braces.children) {
    const bool no_separator = std::exchange(behind_branch, branch->rule == rule::RuleBranch);
    if (branch->rule != rule::RuleBranch) continue;
    const uint16_t word = branch->first().type;
    if (word == tok::THEN) {
      if (once(has_then, *branch, "then")) then = block(*branch);
    } else if (word == tok::ELSE) {
      if (once(has_else, *branch, "else")) otherwise = block(*branch);
    } else if (no_separator) {  // then wait 7 days finish
      file_.diagnostics.report(Code::missing_separator, span(branch->first().first()), literals_.spelled(branch->first().first()));
    } else {
      if (!branch->broken) {
        const Span place{file_.file, branch->begin, branch->begin};
        file_.diagnostics.report(Code::missing_then, span(branch->first().first()))
            .label("when it came, or when it did not?")
            .fix("add `then`", place, "then ", false);
      }
      then = block(*branch);
    }
  }
}

ast::WaitUntilDateStmt Translator::wait_date(const Node& node) const {
  ast::WaitUntilDateStmt out;
  out.date = fallback(node.child(rule::RuleFallback));
  const Node& at = node.child(rule::RuleClock);
  if (at) out.time_of_day = clock(at, out.user_time);
  using Else = ast::WaitUntilDateStmt::Else;
  out.span = span(node);
  bool past = false, unknown = false;
  for (const Node* clause : node.children) {
    if (clause->rule != rule::RuleDateElse) continue;
    const Else said = clause->has(tok::LEAVE) ? Else::leave : Else::skip;
    if (clause->has(tok::PAST)) {
      if (once(past, *clause, "if past")) out.past = said;
    } else if (once(unknown, *clause, "if unknown")) {
      out.unknown = said;
    }
  }
  return out;
}

std::optional<ast::Stmt> Translator::wait(const Node& node) const {
  ast::Stmt out;
  out.span = span(node);
  const Node& quantity = node.child(rule::RuleQuantity);
  if (node.has(tok::FOR)) {
    ast::WaitForStmt wait{event_ref(node.child(rule::RuleEventRef)), where(node), literals_.duration(quantity), {}, {}};
    outcome(node, wait.then, wait.otherwise);
    out.node = std::move(wait);
  } else if (!node.has(tok::UNTIL)) {
    if (!quantity) return std::nullopt;
    out.node = ast::WaitStmt{literals_.duration(quantity)};
  } else if (node.child(rule::RuleExpr)) {
    ast::WaitUntilStmt wait{expr(node.child(rule::RuleExpr)), literals_.duration(quantity), {}, {}};
    outcome(node, wait.then, wait.otherwise);
    out.node = std::move(wait);
  } else if (node.has(tok::DATE)) {
    out.node = wait_date(node);
  } else {
    ast::WaitUntilTimeStmt wait{0, false, weekdays(node)};
    wait.time_of_day = clock(node.child(rule::RuleWallClock), wait.user_time);
    out.node = std::move(wait);
  }
  return out;
}

// `if a { } else if b { } else { }` stands flat in the parse, nested in the tree.
ast::IfStmt Translator::if_statement(const Node& node, size_t branch) const {
  ast::IfStmt out;
  const Node& condition = node.child(rule::RuleExpr, branch);
  out.condition = expr(condition);
  out.then = block(node.child(rule::RuleBlock, branch));
  const Node& next = node.child(rule::RuleExpr, branch + 1);
  if (next) {
    ast::Stmt inner;
    inner.span = {file_.file, next.begin, node.end};
    inner.node = if_statement(node, branch + 1);
    out.otherwise.push_back(std::move(inner));
  } else {
    out.otherwise = block(node.child(rule::RuleBlock, branch + 1));
  }
  return out;
}

std::vector<ast::Arm> Translator::arms(const Node& node) const {
  std::vector<ast::Arm> out;
  for (const Node* child : node.children) {
    const bool arm = child->rule == rule::RuleWhenArm || child->rule == rule::RuleNamedArm || child->rule == rule::RuleShareArm;
    if (!arm) continue;
    ast::Arm one;
    one.span = span(*child);
    one.name = child_name(*child);
    one.otherwise = child->has(tok::OTHERWISE);
    if (child->has(tok::WHEN)) one.when = expr(child->child(rule::RuleExpr));
    if (child->has(tok::PERCENT)) one.millionths = literals_.percent_millionths(child->token(tok::PERCENT));
    one.body = block(child->child(rule::RuleBlock));
    out.push_back(std::move(one));
  }
  return out;
}

std::optional<ast::Stmt> Translator::statement(const Node& node) const {
  ast::Stmt out;
  out.span = span(node);
  const uint16_t word = node.first().type;
  const bool has_blocks = word == tok::IF || word == tok::CHOOSE || word == tok::SPLIT || word == tok::WAIT;
  if (node.broken && !has_blocks) return std::nullopt;
  switch (word) {
    case tok::SEND: out.node = send(node); break;
    case tok::WAIT: return wait(node);
    case tok::IF: out.node = if_statement(node, 0); break;
    case tok::CHOOSE:
      if (node.has(tok::FIRST)) {
        out.node = ast::ChooseFirstStmt{arms(node)};
      } else {
        out.node = ast::ChooseExperimentStmt{child_name(node), arms(node)};
      }
      break;
    case tok::SPLIT: out.node = ast::SplitStmt{literals_.text(node.child(rule::RuleText)), node.has(tok::PER), arms(node)}; break;
    case tok::SET: {
      const bool unknown = node.has(tok::UNKNOWN);
      out.node = ast::SetStmt{child_name(node), unknown ? nullptr : expr(node.child(rule::RuleExpr)), unknown};
      break;
    }
    case tok::EMIT: out.node = ast::EmitStmt{child_name(node), arguments(node.child(rule::RuleRecord))}; break;
    case tok::CALL: out.node = ast::CallStmt{child_name(node), arguments(node)}; break;
    case tok::GO: out.node = ast::GoToStmt{child_name(node)}; break;
    case tok::FINISH: out.node = ast::FinishStmt{}; break;
    case tok::LEAVE: out.node = ast::LeaveStmt{}; break;
    default: return std::nullopt;
  }
  return out;
}

}  // namespace wend
