// experiment.
#include "compiler/syntax/translate.h"

namespace wend {

ast::ShareRange Translator::share_range(const Node& node) const {
  return {literals_.percent_millionths(node.token(tok::PERCENT)), literals_.percent_millionths(node.token(tok::PERCENT, 1)), span(node)};
}

std::vector<ast::ShareRange> Translator::share_ranges(const Node& node) const {
  std::vector<ast::ShareRange> out;
  for (const Node* child : node.children) {
    if (child->rule == rule::RuleRange && !child->broken) out.push_back(share_range(*child));
  }
  return out;
}

ast::StopRule Translator::stop_rule(const Node& node) const {
  ast::StopRule out;
  out.span = span(node);
  if (node.has(tok::AFTER)) out.after = literals_.duration(node.child(rule::RuleQuantity));
  else out.metric = child_name(node);
  out.worse = node.has(tok::WORSE);
  return out;
}

void Translator::experiment_member(const Node& member, ast::Experiment& out) const {
  const Node& value = member.child(rule::RuleExpr);
  switch (member.first().type) {
    case tok::UNIT: out.unit = expr(value); break;
    case tok::SALT: out.salt = literals_.text(member.child(rule::RuleText)); break;
    case tok::LAYER:
      out.layer = child_name(member);
      out.layer_from = share_range(member.child(rule::RuleRange)).from;
      out.layer_to = share_range(member.child(rule::RuleRange)).to;
      break;
    case tok::BUCKETING:
      out.bucketing = child_name(member);
      out.version = child_name(member, 1);
      if (member.has(tok::SEED)) out.seed = literals_.text(member.child(rule::RuleText));
      break;
    case tok::COVERAGE: out.coverage = literals_.percent_millionths(member.token(tok::PERCENT)); break;
    case tok::NAMESPACE: case tok::FILTER:
      out.gates.push_back({literals_.text(member.child(rule::RuleText)), share_ranges(member), member.first().type == tok::FILTER, span(member)});
      break;
    case tok::VARIANTS:
      for (const Node* child : member.children) {
        if (child->rule != rule::RuleVariant) continue;
        const Node& share = child->token(tok::PERCENT);
        out.variants.push_back({child_name(*child), share ? std::optional(literals_.percent_millionths(share)) : std::nullopt, share_ranges(*child)});
      }
      break;
    case tok::FOR: out.audience = expr(value); break;
    case tok::METRIC: out.metrics.push_back({child_name(member), expr(value)}); break;
    case tok::GUARD: {
      ast::Guard guard{child_name(member), expr(value), 0, member.has(tok::POINTS)};
      if (guard.limited) {
        guard.points_worse = literals_.number(member.has(tok::INT) ? member.token(tok::INT) : member.token(tok::NUMBER));
      }
      out.guards.push_back(std::move(guard));
      break;
    }
    case tok::STOP: out.stops.push_back(stop_rule(member)); break;
    default: break;
  }
}

ast::Experiment Translator::experiment(const Node& node) const {
  ast::Experiment out;
  out.name = child_name(node);
  out.renamed_from = renamed(node);
  bool seen[7] = {};
  constexpr std::pair<uint16_t, const char*> kOnce[] = {
      {tok::UNIT, "unit"}, {tok::LAYER, "layer"}, {tok::VARIANTS, "variants"}, {tok::FOR, "for"},
      {tok::BUCKETING, "bucketing"}, {tok::COVERAGE, "coverage"}, {tok::SALT, "salt"}};
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleExperimentMember || member->broken) continue;
    bool keep = true;
    for (size_t i = 0; i < std::size(kOnce); ++i) {
      if (member->first().type == kOnce[i].first) keep = once(seen[i], *member, kOnce[i].second);
    }
    if (keep) experiment_member(*member, out);
  }
  return out;
}

}  // namespace wend
