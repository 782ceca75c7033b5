// Narrowing: which optional reads are known once a condition has been found true, or false. A fact is named by the
// node that reads the value, so that the same attribute read twice is one fact.
#include <algorithm>

#include "compiler/sema/context.h"

namespace wend::sema {

std::optional<FactKey> fact_key(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::unwrap:
    case ExprKind::to_optional: return expr.args.empty() ? std::nullopt : fact_key(*expr.args[0]);
    case ExprKind::attribute:
    case ExprKind::event_property:
    case ExprKind::entry_property:
    case ExprKind::parameter:
    case ExprKind::measure:
    case ExprKind::usual:
    case ExprKind::item:
    case ExprKind::aggregate: return FactKey{expr.kind, expr.id, expr.index};
    default: return std::nullopt;
  }
}

namespace {

void add_key(const Expr& operand, Facts& facts) {
  if (auto key = fact_key(operand)) facts.insert(*key);
}

Facts both(const Facts& a, const Facts& b) {
  Facts common;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::inserter(common, common.end()));
  return common;
}

}  // namespace

void add_facts(const Expr& condition, bool holds, Facts& facts) {
  switch (condition.kind) {
    case ExprKind::is_known:
      if (holds) add_key(*condition.args[0], facts);
      return;
    case ExprKind::is_unknown:
      if (!holds) add_key(*condition.args[0], facts);
      return;
    case ExprKind::equal: case ExprKind::contains: case ExprKind::starts_with: case ExprKind::ends_with: case ExprKind::matches:
    case ExprKind::mentions:
      if (holds) add_key(*condition.args[0], facts);
      return;
    case ExprKind::any_item:
      if (holds) add_key(*condition.args[0], facts);
      return;
    case ExprKind::list_contains:
      if (holds && !condition.negated)
        for (const ExprPtr& operand : condition.args) add_key(*operand, facts);
      return;
    case ExprKind::in_list: case ExprKind::in_range:
      if (holds && !condition.negated) add_key(*condition.args[0], facts);
      return;
    case ExprKind::not_: add_facts(*condition.args[0], !holds, facts); return;
    case ExprKind::and_:
    case ExprKind::or_: {
      if ((condition.kind == ExprKind::and_) == holds) {  // every part has this outcome
        for (const ExprPtr& part : condition.args) add_facts(*part, holds, facts);
        return;
      }
      Facts left, right;
      add_facts(*condition.args[0], holds, left);
      add_facts(*condition.args[1], holds, right);
      facts.merge(both(left, right));
      return;
    }
    default: return;
  }
}

ExprPtr narrowed(const Scope& scope, ExprPtr expr) {
  if (!expr->type.optional) return expr;
  auto key = fact_key(*expr);
  if (!key || !scope.facts.count(*key)) return expr;
  Type known = expr->type.known();
  Span span = expr->span;
  return make(ExprKind::unwrap, known, span, std::move(expr));
}

}  // namespace wend::sema
