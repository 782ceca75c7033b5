// report.
#include "compiler/syntax/translate.h"

namespace wend {

ast::Report Translator::report(const Node& node) const {
  ast::Report out;
  out.name = child_name(node);
  out.span = span(node);
  if (const Node& kind = node.token(tok::IDENT)) out.kind = {std::string(literals_.spelled(kind)), span(kind)};
  for (const Node* step : node.children) {
    if (step->rule != rule::RuleFunnelStep || step->broken) continue;
    out.steps.push_back({event_ref(step->child(rule::RuleEventRef)), where(*step), step->has(tok::NOT), span(*step)});
  }
  if (node.has(tok::WITHIN)) out.within = literals_.duration(node.child(rule::RuleQuantity));
  return out;
}

}  // namespace wend
