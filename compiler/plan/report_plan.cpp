// The functions that reports need: a condition for each `where`.
#include <fmt/format.h>

#include "compiler/plan/plan.h"

namespace wend {

Plan make_report_plan(const Program& program) {
  Plan plan;
  plan.program = &program;
  plan.attributes.resize(program.attributes.size());
  for (const Report& report : program.reports) {
    for (size_t i = 0; i < report.steps.size(); ++i) {
      const Expr* where = report.steps[i].where.get();
      if (!where) continue;
      PlanFunction function;
      function.kind = FunctionKind::condition;
      function.name = fmt::format("wend_report_{}_{}", report.name, i);
      function.expr = where;
      plan.by_source.emplace(std::pair<FunctionKind, const void*>{function.kind, where}, static_cast<uint32_t>(plan.functions.size()));
      plan.functions.push_back(std::move(function));
    }
  }
  return plan;
}

}  // namespace wend
