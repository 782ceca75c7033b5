// A journey's statements -> the graph of nodes the step walks.
#pragma once

#include <functional>

#include "compiler/jit/jit.h"
#include "compiler/plan/plan.h"
#include "runtime/abi/module.h"

namespace wend {

// Looks up the native function of an expression; null for a null expression.
struct Functions {
  const Plan& plan;
  const NativeCode& code;

  template <class Fn>
  Fn get(int32_t function) const {
    return function < 0 ? nullptr : reinterpret_cast<Fn>(code.address(plan.functions[static_cast<size_t>(function)].name));
  }
  ConditionFn condition(const Expr* expr) const { return expr ? get<ConditionFn>(plan.find(FunctionKind::condition, expr)) : nullptr; }
  ValueFn value(const Expr* expr) const { return expr ? get<ValueFn>(plan.find(FunctionKind::value, expr)) : nullptr; }
  NextFn next(const Expr* expr) const { return expr ? get<NextFn>(plan.find(FunctionKind::next, expr)) : nullptr; }
};

using TypeOf = std::function<ValueType(const Type&)>;
using PlaceOf = std::function<SourcePlace(Span, const char* before)>;   // `before`: words in front of what the span holds

void build_graph(const Journey& journey, const Functions& functions, const TypeOf& type_of, const PlaceOf& place_of, ModuleJourney& out);

// The statement that each node of such a graph was made of; null for those of none. Of a `choose first` its first arm stands for it.
std::vector<const Stmt*> statements_of_nodes(const Journey& journey);

}  // namespace wend
