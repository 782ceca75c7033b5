// States blocks: the cadence, the rules in their order, and that the last one is `otherwise`.
#include "compiler/sema/fixes.h"

#include "compiler/diagnostics/codes.h"

namespace wend::sema {

namespace {

// The name a state is kept under: the one it was renamed from, which no other state of the block may have or claim.
std::string stored_name(Context& context, const ast::States& node, const ast::StateRule& rule) {
  const ast::Name& old = rule.renamed_from;
  if (!old.present()) return rule.name.text;
  for (const ast::StateRule& other : node.rules) {
    const bool has_it = other.name.text == old.text;
    const bool claims_it = &other != &rule && other.renamed_from.present() && other.renamed_from.text == old.text;
    if (!has_it && !claims_it) continue;
    context.diagnostics.report(Code::old_name_taken, old.span, old.text, "state of the block").label(has_it ? "still a state" : "claimed twice");
    return rule.name.text;
  }
  return old.text;
}

}  // namespace

void declare_states(Context& context) {
  for (size_t i = 0; i < context.declared.states.size(); ++i) {
    const ast::States& node = *context.declared.states[i].node;
    States& states = context.program.states[i];
    states.ordered = node.ordered;
    std::vector<std::string> values;
    std::set<std::string> seen;
    for (const ast::StateRule& rule : node.rules) {
      if (!rule.name.present()) continue;
      if (!seen.insert(rule.name.text).second) {
        context.diagnostics.report(Code::listed_twice, rule.name.span, "state", rule.name.text).label("has a rule already")
            .help("join the conditions by `or` in one rule");
        continue;
      }
      values.push_back(rule.name.text);
      StateRule entry;
      entry.name = rule.name.text;
      entry.stored_name = stored_name(context, node, rule);
      entry.span = rule.span;
      states.rules.push_back(std::move(entry));
    }
    check_count(context, node.name.span, node.name.text, states.rules.size(), "states", kStatesMax);
    if (values.empty()) values.push_back("");
    states.one_of = one_of(context, std::move(values));
  }
}

namespace {

void check_cadence(Context& context, const ast::States& node, States& states) {
  const ast::Cadence& written = node.evaluate;
  if (written.kind == ast::CadenceKind::missing) {
    context.diagnostics.report(Code::cadence_missing, node.name.span, states.name).label("evaluated when?").help("say it in the block")
        .fixes.push_back({"evaluate it each night", false, {first_member(context, node.name.span, "evaluate daily at 04:00")}});
    return;
  }
  Cadence& cadence = states.cadence;
  cadence.kind = static_cast<CadenceKind>(static_cast<int>(written.kind) - 1);
  cadence.time_of_day_us = written.time_of_day;
  cadence.weekday = written.weekday;
  cadence.day = written.day;
  cadence.user_time = has_user_time(context, written.user_time, written.span);
}

bool check_otherwise(Context& context, const ast::States& node, const States& states) {
  const ast::StateRule* otherwise = nullptr;
  for (const ast::StateRule& rule : node.rules) {
    if (otherwise) {
      auto& diagnostic = context.diagnostics.report(Code::otherwise_not_last, rule.span, rule.name.text).label("never tried").also(otherwise->span, "`otherwise` takes everyone left");
      const Edit last = last_member(context, node.name.span, std::string(context.sources.text(otherwise->span)));
      diagnostic.fixes.push_back({"put `otherwise` last", true, {{with_separator(context, otherwise->span), ""}, last}});
      return false;
    }
    if (!rule.when) otherwise = &rule;
  }
  if (otherwise) return true;
  auto& diagnostic = context.diagnostics.report(Code::otherwise_missing, node.name.span, states.name);
  diagnostic.label("some users would be in no state").help("end the block with the state of everyone else");
  std::string name = "other";
  for (const ast::StateRule& rule : node.rules)
    if (rule.name.text == name) name = "everyone_else";
  diagnostic.fixes.push_back({"add it", false, {last_member(context, node.name.span, name + " otherwise")}});
  return true;
}

}  // namespace

void check_states(Context& context, uint32_t index) {
  const ast::States& node = *context.declared.states[index].node;
  check_cadence(context, node, context.program.states[index]);
  bool in_order = check_otherwise(context, node, context.program.states[index]);
  if (node.settle) {
    if (*node.settle < 1 || *node.settle > 1000)
      context.diagnostics.report(Code::settle_range, node.name.span, std::to_string(*node.settle)).label("in this block");
    else context.program.states[index].settle = static_cast<int32_t>(*node.settle);
  }
  size_t errors = context.diagnostics.error_count();
  size_t at = 0;
  for (const ast::StateRule& rule : node.rules) {
    auto& rules = context.program.states[index].rules;
    if (at >= rules.size() || rules[at].name != rule.name.text) continue;  // refused above
    Scope scope;
    ExprPtr when = rule.when ? check_condition(context, scope, *rule.when) : nullptr;
    Scope again;
    ExprPtr until = rule.until ? check_condition(context, again, *rule.until) : nullptr;
    StateRule& entry = context.program.states[index].rules[at++];
    entry.when = std::move(when);
    entry.until = std::move(until);
  }
  if (errors == context.diagnostics.error_count() && in_order) lint_states(context, context.program.states[index]);
}

}  // namespace wend::sema
