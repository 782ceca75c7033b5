// Measures and audiences: a value or a condition with a name, and the baseline a measure may keep.
#include "compiler/sema/context.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"

namespace wend::sema {
namespace {

// How long a window is, about, so that the longest can be told.
double length_of(const Window& window) {
  static constexpr double units[] = {6e7, 3.6e9, 8.64e10, 6.048e11, 2.6784e12};
  switch (window.kind) {
    case WindowKind::last_units:
    case WindowKind::ago: return units[static_cast<size_t>(window.unit)] * window.count;
    case WindowKind::rolling: return static_cast<double>(window.length_us);
    case WindowKind::ever: return -1;  // covered from the first sight on
    default: return -2;
  }
}

// The longest window among the aggregates a value reads, also through other measures.
void longest_window(const Context& context, const Expr& expr, Window& longest, std::set<uint32_t>& seen) {
  if (expr.kind == ExprKind::aggregate) {
    const Window& window = context.program.aggregates[expr.id].window;
    if (length_of(window) > length_of(longest)) longest = window;
    if (longest.kind == WindowKind::ago) longest.kind = WindowKind::last_units;   // covered once its far end is
  }
  if (expr.kind == ExprKind::measure && seen.insert(expr.id).second && seen.size() < 200)
    if (const ExprPtr& value = context.program.measures[expr.id].value) longest_window(context, *value, longest, seen);
  for (const ExprPtr& arg : expr.args) longest_window(context, *arg, longest, seen);
}

void check_usual_over(Context& context, const ast::Measure& node, Measure& measure) {
  const ast::Quantity& over = *node.usual_over;
  bool weeks = over.unit == ast::Unit::weeks && over.whole && over.count >= 1 && over.count <= 520;
  if (!weeks) {
    auto& diagnostic = context.diagnostics.report(Code::usual_over, over.span).label("not a number of weeks from 1 to 520").note("a baseline takes one sample a week");
    const double days = over.unit == ast::Unit::months ? over.count * 30.4 : over.unit == ast::Unit::years ? over.count * 365 : static_cast<double>(over.micros) / static_cast<double>(kDay);
    const int64_t near = std::clamp<int64_t>(static_cast<int64_t>(days / 7 + 0.5), 1, 520);
    diagnostic.fix("say it in weeks", over.span, counted(near, "week"), false);
    return;
  }
  const Type& type = measure.value->type;
  if (is_error(measure.value)) return;
  if (!is_quantity(type.kind)) {
    auto& diagnostic = context.diagnostics.report(Code::usual_not_quantity, over.span, measure.name, type_name(context.program, type));
    diagnostic.label("a baseline is a mean of quantities").also(measure.value->span, "of type `" + type_name(context.program, type) + "`");
    return;
  }
  measure.usual = Baseline{static_cast<int32_t>(over.count)};
  std::set<uint32_t> seen;
  longest_window(context, *measure.value, measure.usual_window, seen);
}

ExprPtr score_value(Context& context, const ast::Measure& node, ExprPtr value) {
  if (is_error(value)) return value;
  if (ExprPtr number = convert(value, {TypeKind::number})) return number;
  context.diagnostics.report(Code::score_not_number, node.value->span, node.name.text, type_name(context.program, value->type)).label("of type `" + type_name(context.program, value->type) + "`")
      .help(value->type.optional ? "say what stands in for an unknown value: `or else`" : "divide by a unit, such as `/ 1 EUR` or `/ 1 day`, or choose numbers with `if … then … else`");
  return make_error(node.value->span);
}

}  // namespace

void check_measure(Context& context, uint32_t index) {
  const ast::Measure& node = *context.declared.measures[index].node;
  if (!node.value) {
    context.program.measures[index].value = make_error(context.program.measures[index].span);
    return;
  }
  Scope scope;
  ExprPtr value = check(context, scope, *node.value);
  if (node.score) value = score_value(context, node, std::move(value));
  Measure& measure = context.program.measures[index];
  measure.value = std::move(value);
  if (node.usual_over) check_usual_over(context, node, measure);
}

void check_audience(Context& context, uint32_t index) {
  const ast::Audience& node = *context.declared.audiences[index].node;
  Scope scope;
  ExprPtr condition = node.condition ? check_condition(context, scope, *node.condition) : make_error(context.program.audiences[index].span);
  context.program.audiences[index].condition = std::move(condition);
}

}  // namespace wend::sema
