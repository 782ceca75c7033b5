// Experiments: variants and their weights, layers, the audience, and the metrics, which are checked and then dropped.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

constexpr int64_t kWhole = 1'000'000;

// Shares in millionths; without weights equal ones, the odd millionths to the first.
void check_variants(Context& context, const ast::Experiment& node, Experiment& experiment) {
  std::set<std::string> seen;
  size_t weighted = 0;
  int64_t sum = 0;
  for (const ast::Variant& variant : node.variants) {
    if (!variant.name.present()) continue;
    if (variant.name.text == "otherwise") {
      context.diagnostics.report(Code::reserved_name, variant.name.span, variant.name.text).label("means everyone outside the experiment");
      continue;
    }
    if (!seen.insert(variant.name.text).second) {
      context.diagnostics.report(Code::listed_twice, variant.name.span, "variant", variant.name.text).label("listed before");
      continue;
    }
    if (variant.millionths) {
      ++weighted;
      if (*variant.millionths < 0 || *variant.millionths > kWhole || __builtin_add_overflow(sum, *variant.millionths, &sum)) {
        context.diagnostics.report(Code::share_range, variant.name.span).label("from 0% to 100%");
        return;
      }
    }
    experiment.variants.push_back({variant.name.text, variant.millionths.value_or(0)});
  }
  size_t n = experiment.variants.size();
  if (n < 2) {
    context.diagnostics.report(Code::too_few_variants, node.name.span, experiment.name).label(n == 0 ? "has no variant" : "has one variant").note("there is nothing to compare");
    return;
  }
  if (weighted != 0 && weighted != n) {
    context.diagnostics.report(Code::weights_partly, node.name.span, experiment.name).label("some variants have a weight and some have none");
    return;
  }
  if (weighted == 0) {
    int64_t share = kWhole / static_cast<int64_t>(n), odd = kWhole % static_cast<int64_t>(n);
    for (size_t i = 0; i < n; ++i) experiment.variants[i].millionths = share + (static_cast<int64_t>(i) < odd ? 1 : 0);
    return;
  }
  if (sum != kWhole) {
    context.diagnostics.report(Code::weights_sum, node.name.span, experiment.name, percent_text(sum)).label("does not add up to 100%").note(sum < kWhole ? percent_text(kWhole - sum) + " are missing" : percent_text(sum - kWhole) + " are too many");
  }
}

void check_layer(Context& context, const ast::Experiment& node, Experiment& experiment) {
  if (!node.layer.present()) return;
  if (node.layer_from < 0 || node.layer_to > kWhole || node.layer_from >= node.layer_to) {
    context.diagnostics.report(Code::layer_range, node.layer.span, node.layer.text).label("from 0% to 100%, and not backwards");
    return;
  }
  experiment.layer = node.layer.text;
  experiment.layer_from = node.layer_from;
  experiment.layer_to = node.layer_to;
}

// A metric is a truth or a quantity of what follows the exposure.
void check_metric(Context& context, const ast::ExprPtr& value) {
  if (!value) return;
  Scope scope;
  scope.exposure = true;
  ExprPtr checked = check(context, scope, *value);
  if (is_error(checked)) return;
  if (checked->type.kind == TypeKind::boolean || is_quantity(checked->type.kind)) return;
  context.diagnostics.report(Code::metric_type, value->span, type_name(context.program, checked->type)).label("cannot be compared between variants").help("a metric is a condition or a quantity, such as `has play within 7 days of exposure`");
}

void check_layers(Context& context) {
  std::map<std::string, std::vector<const Experiment*>> layers;
  for (const Experiment& experiment : context.program.experiments)
    if (!experiment.layer.empty()) layers[experiment.layer].push_back(&experiment);
  for (auto& [layer, list] : layers) {
    std::stable_sort(list.begin(), list.end(), [](const Experiment* a, const Experiment* b) { return a->layer_from < b->layer_from; });
    for (size_t i = 1; i < list.size(); ++i)
      if (list[i]->layer_from < list[i - 1]->layer_to) {
        const ast::Name& at = context.declared.experiments[static_cast<size_t>(list[i] - context.program.experiments.data())].node->layer;
        const ast::Name& other = context.declared.experiments[static_cast<size_t>(list[i - 1] - context.program.experiments.data())].node->layer;
        context.diagnostics.report(Code::layers_overlap, at.span, list[i]->name, list[i - 1]->name, layer).label("overlaps").also(other.span, "with this range").note("experiments of one layer never share a user");
      }
  }
}

}  // namespace

void declare_experiments(Context& context) {
  for (size_t i = 0; i < context.declared.experiments.size(); ++i) {
    const ast::Experiment& node = *context.declared.experiments[i].node;
    Experiment& experiment = context.program.experiments[i];
    if (node.unit.present() && node.unit.text != "user") report_not_compiled(context, node.unit.span, "an experiment's own unit");
    if (node.salt) experiment.salt = node.salt->value;
    check_variants(context, node, experiment);
    check_layer(context, node, experiment);
  }
  check_layers(context);
}

void check_experiments(Context& context) {
  for (size_t i = 0; i < context.declared.experiments.size(); ++i) {
    const ast::Experiment& node = *context.declared.experiments[i].node;
    if (node.audience) {
      Scope scope;
      ExprPtr audience = check_condition(context, scope, *node.audience);
      if (!is_error(audience)) context.program.experiments[i].audience = std::move(audience);
    }
    std::set<std::string> seen;
    auto metric = [&](const ast::Name& name, const ast::ExprPtr& value) {
      if (name.present() && !seen.insert(name.text).second) context.diagnostics.report(Code::listed_twice, name.span, "metric", name.text).label("listed before");
      check_metric(context, value);
    };
    for (const ast::Metric& each : node.metrics) metric(each.name, each.value);
    for (const ast::Guard& each : node.guards) metric(each.name, each.value);
  }
}

}  // namespace wend::sema
