#include "compiler/service/compile_reports.h"

#include "compiler/jit/jit.h"
#include "compiler/service/journey_graph.h"
#include "compiler/service/source_place.h"
#include "runtime/abi/reports.h"

namespace wend {

std::shared_ptr<const ReportModule> compile_reports(const Program& program, Tier tier) {
  const Plan plan = make_report_plan(program);
  std::shared_ptr<const NativeCode> code;
  if (!plan.functions.empty()) code = compile_native(plan, tier == Tier::optimised);
  auto out = std::make_shared<ReportModule>();
  for (const Report& report : program.reports) {
    ModuleReport compiled{report.name, {}, report.without, report.within_us};
    for (const FunnelStep& step : report.steps) {
      const ConditionFn where = step.where ? Functions{plan, *code}.condition(step.where.get()) : nullptr;
      compiled.steps.push_back({step.event.value, where, place_in(program, step.span).text});
    }
    out->reports.push_back(std::move(compiled));
  }
  out->code = code;
  return out;
}

}  // namespace wend
