// Program -> Module, and the texts of the later stages.
#include <fmt/format.h>

#include "compiler/jit/jit.h"
#include "compiler/plan/plan.h"
#include "compiler/service/module_builder.h"
#include "compiler/service/service.h"

namespace wend {

std::shared_ptr<const Module> compile(const Program& program, Tier tier) {
  Plan plan = make_plan(program);
  return build_module(plan, compile_native(plan, tier == Tier::optimised));
}

std::string emit_plan(const Program& program) { return print_plan(make_plan(program)); }
std::string emit_llvm(const Program& program, bool optimised) { return print_llvm(make_plan(program), optimised); }
std::string emit_assembly(const Program& program) { return print_assembly(make_plan(program)); }

}  // namespace wend
