// Conditions: comparisons joined right to left, each checked under what those before it have settled.
#include "compiler/liquid/check.h"

namespace wend::liquid {
namespace {

// A condition that could not be understood says nothing, and what it guards is not judged for being unknown.
Known all_named(const Context& context, const Condition& condition) {
  Known known;
  for (const Comparison& term : condition.terms) {
    for (const Term* name : {&term.left, &term.right}) {
      if (name->kind != Term::Kind::name) continue;
      if (const Variable* variable = context.scope.find(name->text)) {
        known.add(Subject{ExprKind::local, variable->local});
        continue;
      }
      Term meant = *name;
      if (!is_name(context, meant.text)) meant.text = nearest_name(context, meant.text);
      size_t steps = 0;
      if (meant.text.empty()) continue;
      if (ExprPtr expr = look_up_outside(context, meant, steps)) known.add(*expr);
    }
  }
  return known;
}

// left `join` right, where right was checked under what left settles.
Tested join(Tested left, Condition::Join join, Tested right) {
  const bool both = join == Condition::Join::and_;
  Tested result;
  const Span span = wend::join(left.expr->span, right.expr->span);
  result.expr = make(both ? ExprKind::and_ : ExprKind::or_, {TypeKind::boolean}, span, std::move(left.expr), std::move(right.expr));
  // The side on which both were tested learns from both, the other what either path would have told.
  Known& sure = both ? result.when_true : result.when_false;
  Known& either = both ? result.when_false : result.when_true;
  Known& left_sure = both ? left.when_true : left.when_false;
  Known& left_other = both ? left.when_false : left.when_true;
  sure = left_sure;
  sure.add(both ? right.when_true : right.when_false);
  Known by_right = left_sure;   // reached only behind a left that went on
  by_right.add(both ? right.when_false : right.when_true);
  either = Known::both(left_other, by_right);
  return result;
}

}  // namespace

Tested check_condition(const Context& context, const Condition& condition, const Known& known) {
  std::vector<Tested> terms;
  Known here = known;
  bool broken = condition.terms.empty();
  for (size_t i = 0; i < condition.terms.size(); ++i) {
    Tested tested = check_comparison(context, condition.terms[i], here, condition.terms.size() == 1);
    broken = broken || !tested.expr;
    if (i < condition.joins.size())
      here.add(condition.joins[i] == Condition::Join::and_ ? tested.when_true : tested.when_false);
    terms.push_back(std::move(tested));
  }
  if (broken) {
    Tested result;
    result.when_true = result.when_false = all_named(context, condition);
    return result;
  }
  Tested result = std::move(terms.back());
  for (size_t i = terms.size() - 1; i-- > 0;) result = join(std::move(terms[i]), condition.joins[i], std::move(result));
  return result;
}

}  // namespace wend::liquid
