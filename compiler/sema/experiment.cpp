// Experiments: variants and their weights, layers, the unit, the audience, and the metrics. Which buckets a variant owns is
// worked out in experiment_shares.cpp.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"

namespace wend::sema {
namespace {

// The weight of a variant as it is written, with the blank before it; empty, behind the name, where there is none.
Span weight_of(const Context& context, const ast::Variant& variant) {
  const Span name = variant.name.span;
  if (!variant.millionths) return {name.file, name.end, name.end};
  return up_to_any(context, name.file, name.end, ",}#");
}

// A second variant, with half of the users.
void offer_second(const Context& context, Diagnostic& diagnostic, const ast::Experiment& node) {
  if (node.variants.size() != 1 || !node.variants[0].name.present()) return;
  const std::string other = node.variants[0].name.text == "other" ? "another" : "other";
  const bool weighted = node.variants[0].millionths.has_value();
  diagnostic.fix("add a second variant", weight_of(context, node.variants[0]), weighted ? " 50%, " + other + " 50%" : ", " + other, false);
}

// What is left to 100%, in equal shares to those without a weight.
void offer_rest(const Context& context, Diagnostic& diagnostic, const ast::Experiment& node, int64_t sum, size_t without) {
  const int64_t share = without == 0 ? 0 : (kWhole - sum) / static_cast<int64_t>(without);
  if (share <= 0 || share % 100 != 0 || share * static_cast<int64_t>(without) != kWhole - sum) return;
  Fix fix{"give the others what is left", false, {}};
  for (const ast::Variant& variant : node.variants)
    if (!variant.millionths) fix.edits.push_back({weight_of(context, variant), " " + percent_text(share)});
  diagnostic.fixes.push_back(std::move(fix));
}

// The last variant takes what makes the sum right.
void offer_sum(const Context& context, Diagnostic& diagnostic, const ast::Experiment& node, int64_t sum) {
  const ast::Variant& last = node.variants.back();
  const int64_t right = last.millionths.value_or(0) + kWhole - sum;
  if (right > 0 && right % 100 == 0) diagnostic.fix("give `" + last.name.text + "` " + percent_text(right), weight_of(context, last), " " + percent_text(right), false);
}

// What was weighed in ranges has no weights that could add up.
bool in_ranges(const ast::Experiment& node) {
  return std::any_of(node.variants.begin(), node.variants.end(), [](const ast::Variant& variant) { return !variant.ranges.empty(); });
}

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
    if (!noted(context.diagnostics, seen, variant.name, "variant")) continue;
    if (variant.millionths) {
      ++weighted;
      if (*variant.millionths < 0 || *variant.millionths > kWhole || __builtin_add_overflow(sum, *variant.millionths, &sum)) {
        context.diagnostics.report(Code::share_range, variant.name.span).label("from 0% to 100%");
        return;
      }
    }
    experiment.variants.push_back({variant.name.text, variant.millionths.value_or(0), {}});
  }
  size_t n = experiment.variants.size();
  if (n < 2) {
    auto& diagnostic = context.diagnostics.report(Code::too_few_variants, node.name.span, experiment.name).label(n == 0 ? "has no variant" : "has one variant").note("there is nothing to compare");
    offer_second(context, diagnostic, node);
    return;
  }
  if (in_ranges(node)) return;
  if (weighted != 0 && weighted != n) {
    auto& diagnostic = context.diagnostics.report(Code::weights_partly, node.name.span, experiment.name).label("some variants have a weight and some have none");
    offer_rest(context, diagnostic, node, sum, n - weighted);
    return;
  }
  if (weighted == 0) {
    int64_t share = kWhole / static_cast<int64_t>(n), odd = kWhole % static_cast<int64_t>(n);
    for (size_t i = 0; i < n; ++i) experiment.variants[i].millionths = share + (static_cast<int64_t>(i) < odd ? 1 : 0);
    return;
  }
  if (sum != kWhole) {
    auto& diagnostic = context.diagnostics.report(Code::weights_sum, node.name.span, experiment.name, percent_text(sum)).label("does not add up to 100%");
    diagnostic.note(sum < kWhole ? percent_text(kWhole - sum) + " are missing" : percent_text(sum - kWhole) + " are too many");
    offer_sum(context, diagnostic, node, sum);
  }
}

void check_layer(Context& context, const ast::Experiment& node, Experiment& experiment) {
  if (!node.layer.present()) return;
  if (node.layer_from < 0 || node.layer_to > kWhole || node.layer_from >= node.layer_to) {
    context.diagnostics.report(Code::layer_range, node.layer.span, node.layer.text).label("from 0% to 100%, and not backwards");
    return;
  }
  experiment.layer = full_name(context.modules.instances[instance_of(context, node.layer.span)], node.layer.text);
  experiment.layer_from = node.layer_from;
  experiment.layer_to = node.layer_to;
}

// A metric is a truth or a quantity of what follows the exposure.
ExprPtr check_metric(Context& context, Experiment& experiment, const ast::ExprPtr& value) {
  if (!value) return nullptr;
  Scope scope;
  scope.exposure = true;
  scope.metric_aggregates = &experiment.aggregates;
  ExprPtr checked = check(context, scope, *value);
  if (is_error(checked)) return nullptr;
  if (checked->type.kind == TypeKind::boolean || is_quantity(checked->type.kind)) return checked;
  context.diagnostics.report(Code::metric_type, value->span, type_name(context.program, checked->type)).label("cannot be compared between variants").help("a metric is a condition or a quantity, such as `has play within 7 days of exposure`");
  return nullptr;
}

void check_stops(Context& context, const ast::Experiment& node, Experiment& experiment) {
  std::vector<std::string> names;
  for (const Metric& metric : experiment.metrics) names.push_back(metric.name);
  for (const ast::StopRule& written : node.stops) {
    StopRule stop;
    stop.worse = written.worse;
    if (written.after) {
      stop.after_us = positive_span(context, *written.after, "`stop after`");
      if (stop.after_us) experiment.stops.push_back(stop);
      continue;
    }
    if (!written.metric.present()) continue;
    auto found = std::find(names.begin(), names.end(), written.metric.text);
    if (found == names.end()) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_name, written.metric.span, "metric", written.metric.text);
      diagnostic.label("not of this experiment");
      suggest(diagnostic, written.metric.span, written.metric.text, names, "its metrics and guards are");
      continue;
    }
    stop.metric = static_cast<uint32_t>(found - names.begin());
    experiment.stops.push_back(stop);
  }
}

// `unit user` says what is meant where nothing is said.
bool counts_users(const ast::Experiment& node) {
  if (!node.unit) return true;
  const auto* name = std::get_if<ast::NameExpr>(&node.unit->node);
  return name && name->name.text == "user";
}

std::string unit_text(const Context& context, const ast::Experiment& node) {
  return counts_users(node) ? "user" : std::string(context.sources.text(node.unit->span));
}

void check_layers(Context& context) {
  std::map<std::string, std::vector<const Experiment*>> layers;
  for (const Experiment& experiment : context.program.experiments)
    if (!experiment.layer.empty()) layers[experiment.layer].push_back(&experiment);
  for (auto& [layer, list] : layers) {
    std::stable_sort(list.begin(), list.end(), [](const Experiment* a, const Experiment* b) { return a->layer_from < b->layer_from; });
    const auto node_of = [&](const Experiment* e) -> const ast::Experiment& { return *context.declared.experiments[static_cast<size_t>(e - context.program.experiments.data())].node; };
    for (size_t i = 1; i < list.size(); ++i)
      if (unit_text(context, node_of(list[i])) != unit_text(context, node_of(list[0])))
        context.diagnostics.report(Code::layer_units, node_of(list[i]).layer.span, list[0]->name, list[i]->name, layer).label("counts by another unit").also(node_of(list[0]).layer.span, "than this one")
            .note("`" + list[0]->name + "` counts by " + unit_text(context, node_of(list[0])) + ", `" + list[i]->name + "` by " + unit_text(context, node_of(list[i])));
    for (size_t i = 1; i < list.size(); ++i)
      if (list[i]->layer_from < list[i - 1]->layer_to) {
        const ast::Name& at = context.declared.experiments[static_cast<size_t>(list[i] - context.program.experiments.data())].node->layer;
        const ast::Name& other = context.declared.experiments[static_cast<size_t>(list[i - 1] - context.program.experiments.data())].node->layer;
        auto& diagnostic = context.diagnostics.report(Code::layers_overlap, at.span, list[i]->name, list[i - 1]->name, layer);
        diagnostic.label("overlaps").also(other.span, "with this range").note("experiments of one layer never share a user");
        const std::string free = " " + percent_text(list[i - 1]->layer_to) + " to " + percent_text(list[i]->layer_to);
        if (list[i]->layer_to > list[i - 1]->layer_to) diagnostic.fix("begin where the other ends", up_to_any(context, at.span.file, at.span.end, ",}#"), free, false);
      }
  }
}

}  // namespace

void declare_experiments(Context& context) {
  for (size_t i = 0; i < context.declared.experiments.size(); ++i) {
    const ast::Experiment& node = *context.declared.experiments[i].node;
    Experiment& experiment = context.program.experiments[i];
    experiment.hashed = node.renamed_from.present() ? node.renamed_from.text : experiment.name;
    if (node.renamed_from.present() && context.table(Space::experiment).count(node.renamed_from.text))
      context.diagnostics.report(Code::renamed_still_there, node.renamed_from.span, "experiment", node.renamed_from.text).label("still declared").note("both would put the same users into the same buckets");
    if (node.salt) experiment.salt = node.salt->value;
    size_t errors = context.diagnostics.error_count();
    check_variants(context, node, experiment);
    if (errors == context.diagnostics.error_count()) check_shares(context, node, experiment);
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
    Experiment& experiment = context.program.experiments[i];
    std::set<std::string> seen;
    auto metric = [&](const ast::Name& name, const ast::ExprPtr& value) -> Metric& {
      if (name.present()) noted(context.diagnostics, seen, name, "metric");
      experiment.metrics.push_back({name.text, check_metric(context, experiment, value), false, std::nullopt});
      return experiment.metrics.back();
    };
    for (const ast::Metric& each : node.metrics) metric(each.name, each.value);
    for (const ast::Guard& each : node.guards) {
      Metric& guard = metric(each.name, each.value);
      guard.guard = true;
      if (each.limited) guard.points_worse = each.points_worse;
    }
    check_stops(context, node, experiment);
    Scope scope;   // what needs no journey is told even where no journey uses it
    if (node.unit && std::holds_alternative<ast::NameExpr>(node.unit->node)) check_unit(context, scope, ExperimentId(i), node.unit->span);
  }
}

ExprPtr check_unit(Context& context, Scope& scope, ExperimentId experiment, Span use) {
  const ast::Experiment& node = *context.declared.experiments[experiment.index()].node;
  if (counts_users(node) || context.told_units.count(experiment.value)) return nullptr;
  Scope inner = scope;
  inner.no_aggregates = "no aggregate stands in a unit";
  ExprPtr unit = check(context, inner, *node.unit);
  if (is_error(unit)) {
    context.told_units.insert(experiment.value);
    return nullptr;
  }
  TypeKind kind = unit->type.kind;
  if (unit->type.is_text() || kind == TypeKind::integer || kind == TypeKind::one_of) return unit;
  context.told_units.insert(experiment.value);
  auto& diagnostic = context.diagnostics.report(Code::unit_type, node.unit->span, type_name(context.program, unit->type));
  diagnostic.label("does not name anyone");
  if (use.begin != node.unit->span.begin || use.file != node.unit->span.file) diagnostic.also(use, "used here");
  return nullptr;
}

int find_variant(Context& context, ExperimentId experiment, const std::string& name, Span span) {
  const Experiment& entry = context.program.experiments[experiment.index()];
  std::vector<std::string> names;
  for (const Variant& variant : entry.variants) names.push_back(variant.name);
  auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) {
    note_use(context, {name, span}, SymbolKind::variant, experiment.value, static_cast<size_t>(found - names.begin()));
    return static_cast<int>(found - names.begin());
  }
  auto& diagnostic = context.diagnostics.report(Code::unknown_variant, span, entry.name, name);
  diagnostic.label("no such variant").also(entry.span, "declared here");
  suggest(diagnostic, span, name, names, "its variants are");
  return -1;
}

}  // namespace wend::sema
