// What intervals can say of a states block: a state no user can be in, a rule an earlier one always covers, and a
// hysteresis that cannot be left. A rule is compared one quantity at a time; what is not decided is not reported.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/intervals.h"

namespace wend::sema {
namespace {

constexpr size_t kQuantitiesMax = 50;
constexpr size_t kRulesMax = 200;  // the comparison is quadratic; nobody writes that many

struct Linter {
  Context& context;
  const States& states;
  std::vector<Quantity> quantities;
  std::map<Quantity, std::vector<ValueSet>> covered;  // per quantity and rule: see covers()

  const Program& program() const { return context.program; }

  ValueSet domain(const Quantity& quantity) const {
    for (const StateRule& rule : states.rules)
      for (const Expr* expr : {rule.when.get(), rule.until.get()})
        if (expr)
          if (const Expr* leaf = find_leaf(*expr, quantity)) return domain_of(program(), quantity, *leaf);
    return ValueSet::all();
  }

  ValueSet may(const StateRule& rule, const Quantity& quantity) const {
    return rule.when ? holds_for(program(), *rule.when, quantity).may : ValueSet::all();
  }

  const ValueSet& covers(size_t rule, const Quantity& quantity) {
    std::vector<ValueSet>& sets = covered[quantity];
    if (sets.empty())
      for (const StateRule& each : states.rules) sets.push_back(takes(each, quantity));
    return sets[rule];
  }

  // The values for which the rule surely takes every user, in it or not: entered, and not let go at once.
  ValueSet takes(const StateRule& rule, const Quantity& quantity) const {
    if (!rule.when) return ValueSet::all();
    ValueSet set = holds_for(program(), *rule.when, quantity).surely;
    if (rule.until) set = set & ~holds_for(program(), *rule.until, quantity).may;
    return set;
  }

  void find_quantities() {
    std::set<Quantity> seen;
    for (const StateRule& rule : states.rules)
      if (rule.when)
        for (const Quantity& quantity : quantities_of(*rule.when))
          if (quantities.size() < kQuantitiesMax && seen.insert(quantity).second) quantities.push_back(quantity);
  }

  std::string word(const Quantity& quantity) const {
    switch (quantity.kind) {
      case ExprKind::attribute: return program().attributes[quantity.id].name;
      case ExprKind::measure: return program().measures[quantity.id].name;
      case ExprKind::audience: return program().audiences[quantity.id].name;
      case ExprKind::state: return program().states[quantity.id].name;
      case ExprKind::aggregate: return std::string(context.sources.text(program().aggregates[quantity.id].span));
      default: return "it";
    }
  }

  Span rule_span(size_t i) const { return states.rules[i].when ? states.rules[i].when->span : states.rules[i].span; }

  // One report for a rule that takes nobody; true when it was made.
  bool lint_rule(size_t i) {
    const StateRule& rule = states.rules[i];
    for (const Quantity& quantity : quantities) {
      ValueSet left = domain(quantity) & may(rule, quantity);
      if (left.empty()) {
        context.diagnostics.report(Code::state_unreachable, rule_span(i), rule.name).label("never holds").note("no value of `" + word(quantity) + "` makes it true")
            .fix("take the state out", with_separator(context, rule.span), "", false);
        return true;
      }
      for (size_t j = 0; j < i; ++j) {
        if (!(left & ~covers(j, quantity)).empty()) continue;
        auto& diagnostic = rule.when ? context.diagnostics.report(Code::rule_covered, rule_span(i), rule.name, states.rules[j].name)
                                     : context.diagnostics.report(Code::state_unreachable, rule_span(i), rule.name);
        diagnostic.label("comes too late").also(rule_span(j), "takes all of these users first").note("rules are tried in order, and the first that holds wins");
        diagnostic.help("put the narrower rule first");
        const bool alike = (domain(quantity) & may(states.rules[j], quantity) & ~covers(i, quantity)).empty();
        if (rule.when && !alike)
          diagnostic.fixes.push_back({"put the narrower rule first", false, {{states.rules[j].span, std::string(context.sources.text(rule.span))}, {rule.span, std::string(context.sources.text(states.rules[j].span))}}});
        return true;
      }
      for (size_t j = 0; j < i; ++j) left = left & ~covers(j, quantity);
      if (!left.empty()) continue;
      auto& diagnostic = context.diagnostics.report(Code::state_unreachable, rule_span(i), rule.name);
      diagnostic.label("nobody is left").note("the rules before it take every user by `" + word(quantity) + "`");
      if (!rule.when && i > 0) diagnostic.help("let the rule before it, `" + states.rules[i - 1].name + "`, be the `otherwise`");
      return true;
    }
    return false;
  }

  // `until` lets a user go only where `when` does not take them at once again.
  void lint_until(size_t i) {
    const StateRule& rule = states.rules[i];
    if (!rule.when || !rule.until) return;
    for (const Quantity& quantity : quantities_of(*rule.until)) {
      ValueSet all = domain(quantity);
      ValueSet until = all & holds_for(program(), *rule.until, quantity).may;
      bool never = until.empty();
      bool retaken = i == 0 && (until & ~holds_for(program(), *rule.when, quantity).surely).empty();
      if (!never && !retaken) continue;
      context.diagnostics.report(Code::hysteresis_stuck, rule.until->span, rule.name).label(never ? "never holds" : "only where the rule takes them again")
          .also(rule.when->span, "entered here").note(never ? "no value of `" + word(quantity) + "` makes it true" : "wherever `" + word(quantity) + "` ends the state, it also enters it");
      return;
    }
  }

  void lint() {
    find_quantities();
    for (size_t i = 0; i < states.rules.size(); ++i)
      if (!lint_rule(i)) lint_until(i);
  }
};

}  // namespace

void lint_states(Context& context, const States& states) {
  if (states.rules.size() <= kRulesMax) Linter{context, states, {}, {}}.lint();
}

}  // namespace wend::sema
