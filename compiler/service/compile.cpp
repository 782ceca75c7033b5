// Program -> Module, and the texts of the later stages.
#include <fmt/format.h>

#include "compiler/jit/jit.h"
#include "compiler/plan/plan.h"
#include "compiler/service/module_builder.h"
#include "compiler/service/service.h"

namespace wend {

namespace {

constexpr int64_t kRiseAfterMs = 300;   // what is over sooner is not worth it

struct Kept {
  std::shared_ptr<const Program> program;
  Plan plan;
};

}  // namespace

std::shared_ptr<const Module> compile(const Program& program, Tier tier, const std::shared_ptr<CodeCache>& cache) {
  const Plan plan = make_plan(program);
  return build_module(plan, compile_native(plan, tier == Tier::optimised, {cache}));
}

std::shared_ptr<const Module> compile_rising(std::shared_ptr<const Program> program, const std::shared_ptr<CodeCache>& cache) {
  const auto kept = std::make_shared<Kept>(Kept{program, make_plan(*program)});
  const std::shared_ptr<const Plan> plan(kept, &kept->plan);
  return build_module(*plan, rise_in_background(compile_rising(plan, {cache}), kRiseAfterMs));
}

std::string emit_plan(const Program& program) { return print_plan(make_plan(program)); }
std::string emit_llvm(const Program& program, bool optimised) { return print_llvm(make_plan(program), optimised); }
std::string emit_assembly(const Program& program) { return print_assembly(make_plan(program)); }

}  // namespace wend
