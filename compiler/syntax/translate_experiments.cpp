// experiment.
#include "compiler/syntax/translate.h"

namespace wend {

void Translator::experiment_member(const Node& member, ast::Experiment& out) const {
  const Node& value = member.child(rule::RuleExpr);
  switch (member.first().type) {
    case tok::UNIT: out.unit = child_name(member); break;
    case tok::SALT: out.salt = literals_.text(member.child(rule::RuleText)); break;
    case tok::LAYER:
      out.layer = child_name(member);
      out.layer_from = literals_.percent_millionths(member.token(tok::PERCENT));
      out.layer_to = literals_.percent_millionths(member.token(tok::PERCENT, 1));
      break;
    case tok::VARIANTS:
      for (const Node* child : member.children) {
        if (child->rule != rule::RuleVariant) continue;
        const Node& share = child->token(tok::PERCENT);
        out.variants.push_back({child_name(*child), share ? std::optional(literals_.percent_millionths(share)) : std::nullopt});
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
    case tok::STOP: not_compiled(member, "stop"); break;
    default: break;
  }
}

ast::Experiment Translator::experiment(const Node& node) const {
  ast::Experiment out;
  out.name = child_name(node);
  out.renamed_from = renamed(node);
  bool seen[4] = {};
  constexpr std::pair<uint16_t, const char*> kOnce[] = {
      {tok::UNIT, "unit"}, {tok::LAYER, "layer"}, {tok::VARIANTS, "variants"}, {tok::FOR, "for"}};
  for (const Node* member : node.children) {
    if (member->rule != rule::RuleExperimentMember || member->broken) continue;
    bool keep = true;
    for (size_t i = 0; i < 4; ++i) {
      if (member->first().type == kOnce[i].first) keep = once(seen[i], *member, kOnce[i].second);
    }
    if (keep) experiment_member(*member, out);
  }
  return out;
}

}  // namespace wend
