// How a plan's functions are shared out among modules: by how much code each will be, roughly.
#include <map>
#include <utility>

#include "compiler/codegen/codegen.h"

namespace wend {
namespace {

uint64_t weight(const Expr* expr) {
  if (!expr) return 0;
  uint64_t nodes = 1;
  for (const ExprPtr& arg : expr->args) nodes += weight(arg.get());
  return nodes;
}

uint64_t weight(const TemplateBody& body) {
  uint64_t nodes = 0;
  for (const TemplateNode& node : body) {
    nodes += 1 + weight(node.value.get());
    for (const TemplateBranch& branch : node.branches) nodes += weight(branch.condition.get()) + weight(branch.body);
    for (const ExprPtr& arg : node.args) nodes += weight(arg.get());
  }
  return nodes;
}

}  // namespace

std::vector<Bundle> bundles_of(const Plan& plan, uint64_t weight_max) {
  constexpr uint64_t kOfFunction = 4, kOfCell = 4;
  std::map<std::pair<uint32_t, uint32_t>, uint64_t> updates;   // by event and journey
  for (const PlanCell& cell : plan.cells) updates[{cell.event.value, cell.journey.value}] += kOfCell + weight(cell.where);
  const auto weight_of = [&](const PlanFunction& function) {
    uint64_t nodes = kOfFunction + weight(function.expr);
    if (function.body) nodes += weight(*function.body);
    if (function.states.valid())
      for (const StateRule& rule : plan.program->states[function.states.index()].rules) nodes += weight(rule.when.get()) + weight(rule.until.get());
    if (const auto cells = updates.find({function.event.value, function.journey.value}); function.event.valid() && cells != updates.end()) nodes += cells->second;
    return nodes;
  };
  std::vector<Bundle> bundles;
  uint64_t filled = 0;
  for (uint32_t i = 0; i < plan.functions.size(); ++i) {
    const uint64_t more = weight_of(plan.functions[i]);
    if (bundles.empty() || filled + more > weight_max) {
      bundles.push_back({i, i});
      filled = 0;
    }
    filled += more;
    bundles.back().end = i + 1;
  }
  return bundles;
}

}  // namespace wend
