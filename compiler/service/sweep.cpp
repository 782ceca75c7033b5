// What is held beside measures and audiences gets functions of its own in the plan: the module is as compile() makes it, with a few more.
#include "compiler/service/sweep.h"

#include "compiler/jit/batch.h"
#include "compiler/jit/jit.h"
#include "compiler/plan/held.h"
#include "compiler/service/module_builder.h"

namespace wend {

HeldModule compile_held(const Program& program) {
  Plan plan = make_plan(program);
  const std::vector<HeldColumn> columns = held_columns(program);
  std::vector<int32_t> functions;   // by column; -1: none
  for (const HeldColumn& column : columns) {
    int32_t function = column.expr ? plan.find(FunctionKind::value, column.expr) : -1;
    if (column.expr && function < 0) {
      function = static_cast<int32_t>(plan.functions.size());
      PlanFunction made;
      made.kind = FunctionKind::value;
      made.name = "wend_held_" + std::to_string(function);
      made.expr = column.expr;
      plan.functions.push_back(std::move(made));
    }
    functions.push_back(function);
  }
  const std::shared_ptr<const NativeCode> code = compile_native(plan, true);
  HeldModule out;
  out.module = build_module(plan, code);
  for (size_t i = 0; i < columns.size(); ++i) {
    const HeldColumn& column = columns[i];
    ColumnLayout layout;
    layout.role = column.role;
    layout.name = column.name;
    layout.type = held_type(program, column.type);
    layout.meaning = column.meaning;
    if (column.role == ColumnRole::state) {
      layout.type.optional = true;
      layout.type.words = out.module->states[column.id].kept_names;
    }
    out.columns.push_back(std::move(layout));
    HeldSource source;
    source.index = column.id;
    if (functions[i] >= 0) source.value = reinterpret_cast<ValueFn>(code->address(plan.functions[static_cast<size_t>(functions[i])].name));
    out.sources.push_back(source);
  }
  return out;
}

std::shared_ptr<const BatchModule> compile_sweep(const Program& program, const PopulationLayout& population, std::vector<std::string>& missing) {
  return compile_batch(program, population, missing);
}

}  // namespace wend
