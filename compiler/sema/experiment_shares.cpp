// Which buckets a variant owns: by its weight in Wend's own bucketing; by the rules of another platform where an experiment
// was brought along from it, in that platform's buckets and with its arithmetic, so that nobody changes variant.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

double share_of(int64_t millionths) { return static_cast<double>(millionths) / static_cast<double>(kWhole); }

// GrowthBook compares n / count with shares that are doubles: the first n that is not below one, in millionths.
int64_t first_bucket(Bucketing scheme, double share) {
  const int64_t count = bucket_count(scheme);
  int64_t n = std::clamp<int64_t>(static_cast<int64_t>(share * static_cast<double>(count)) - 2, 0, count);
  while (n < count && static_cast<double>(n) / static_cast<double>(count) < share) ++n;
  return n * (kWhole / count);
}

ShareRange range_of(Bucketing scheme, double from, double to) { return {first_bucket(scheme, from), first_bucket(scheme, to)}; }

bool is_growthbook(Bucketing scheme) { return scheme == Bucketing::growthbook_v1 || scheme == Bucketing::growthbook_v2; }

ShareRange range_of(Bucketing scheme, const ast::ShareRange& written) {
  if (is_growthbook(scheme)) return range_of(scheme, share_of(written.from), share_of(written.to));
  return {written.from, written.to};
}

struct Shares {
  Context& context;
  const ast::Experiment& node;
  Experiment& experiment;

  void misfit(Span span, const char* member, const std::string& why) {
    context.diagnostics.report(Code::bucketing_misfit, span, member).label(why);
  }

  bool fine_range(const ast::ShareRange& range) {
    if (range.from >= 0 && range.to <= kWhole && range.from < range.to) return true;
    context.diagnostics.report(Code::share_range, range.span).label("from 0% to 100%, and not backwards");
    return false;
  }

  bool scheme() {
    if (!node.bucketing.present()) return true;
    const std::string& name = node.bucketing.text;
    const std::string version = node.version.present() ? node.version.text : "";
    if (name == "growthbook" && version == "v1") experiment.bucketing = Bucketing::growthbook_v1;
    else if (name == "growthbook" && version == "v2") experiment.bucketing = Bucketing::growthbook_v2;
    else if (name == "optimizely" && version.empty()) experiment.bucketing = Bucketing::optimizely;
    else if (name == "launchdarkly" && version.empty()) experiment.bucketing = Bucketing::launchdarkly;
    else {
      context.diagnostics.report(Code::unknown_bucketing, node.bucketing.span, name + (version.empty() ? "" : " " + version)).label("not one of them")
          .help("there are `growthbook v1`, `growthbook v2`, `optimizely` and `launchdarkly`");
      return false;
    }
    experiment.seed = node.seed ? node.seed->value : experiment.hashed;
    if (node.seed || is_growthbook(experiment.bucketing)) return true;
    context.diagnostics.report(Code::seed_missing, node.bucketing.span, name).label("mixes in an id of its own")
        .help(experiment.bucketing == Bucketing::optimizely ? "write the experiment's id: `bucketing optimizely seed \"1886780721\"`"
                                                            : "write the seed of the iteration, or flag and salt: `bucketing launchdarkly seed \"61\"`");
    return false;
  }

  bool fits() {
    const size_t errors = context.diagnostics.error_count();
    const bool own = experiment.bucketing == Bucketing::wend, growthbook = is_growthbook(experiment.bucketing);
    if (node.salt && !own) misfit(node.salt->span, "salt", "the seed takes its place");
    if (node.coverage && !growthbook) misfit(node.name.span, "coverage", "GrowthBook's only; `layer` takes a part of the users");
    for (const ast::Gate& gate : node.gates)
      if (!growthbook) misfit(gate.span, gate.filter ? "filter" : "namespace", "GrowthBook's only; `layer` keeps experiments apart");
    for (const ast::Variant& variant : node.variants) {
      if (variant.ranges.empty()) continue;
      if (own) misfit(variant.name.span, "a range", "Wend's own variants have weights");
      else if (node.coverage) misfit(variant.name.span, "coverage", "ranges say it all");
    }
    return errors == context.diagnostics.error_count();
  }

  void gates() {
    for (const ast::Gate& written : node.gates) {
      Gate gate;
      gate.bucketing = written.filter ? Bucketing::growthbook_v2 : Bucketing::growthbook_v1;
      gate.seed = (written.filter ? "" : "__") + written.seed.value;
      for (const ast::ShareRange& range : written.ranges)
        if (fine_range(range)) gate.ranges.push_back(range_of(gate.bucketing, range));
      experiment.gates.push_back(std::move(gate));
    }
  }

  // GrowthBook's ranges from weights and coverage, in the order of its additions.
  void growthbook_weights() {
    const bool weighted = node.variants.front().millionths.has_value();
    const double coverage = node.coverage ? share_of(*node.coverage) : 1.0, equal = 1.0 / static_cast<double>(experiment.variants.size());
    double begin = 0;
    for (Variant& variant : experiment.variants) {
      const double weight = weighted ? share_of(variant.millionths) : equal;
      const ShareRange range = range_of(experiment.bucketing, begin, begin + coverage * weight);
      if (range.from < range.to) variant.ranges.push_back(range);
      begin += weight;
    }
  }

  void weights() {
    int64_t begin = 0;
    for (Variant& variant : experiment.variants) {
      if (variant.millionths > 0) variant.ranges.push_back({begin, begin + variant.millionths});
      begin += variant.millionths;
    }
  }

  void written_ranges() {
    std::vector<const ast::ShareRange*> all;
    for (const ast::Variant& written : node.variants) {
      auto variant = std::find_if(experiment.variants.begin(), experiment.variants.end(), [&](const Variant& v) { return v.name == written.name.text; });
      if (variant == experiment.variants.end()) continue;
      for (const ast::ShareRange& range : written.ranges) {
        if (!fine_range(range)) continue;
        all.push_back(&range);
        variant->ranges.push_back(range_of(experiment.bucketing, range));
      }
    }
    std::stable_sort(all.begin(), all.end(), [](const auto* a, const auto* b) { return a->from < b->from; });
    for (size_t i = 1; i < all.size(); ++i)
      if (all[i]->from < all[i - 1]->to)
        context.diagnostics.report(Code::ranges_overlap, all[i]->span, experiment.name).label("overlaps").also(all[i - 1]->span, "with this one");
  }

  void check() {
    if (!scheme() || !fits()) return;
    if (node.coverage && (*node.coverage < 0 || *node.coverage > kWhole)) context.diagnostics.report(Code::share_range, node.name.span).label("its coverage is not from 0% to 100%");
    gates();
    const bool ranges = std::any_of(node.variants.begin(), node.variants.end(), [](const ast::Variant& variant) { return !variant.ranges.empty(); });
    if (ranges) written_ranges();
    else if (is_growthbook(experiment.bucketing)) growthbook_weights();
    else weights();
  }
};

}  // namespace

void check_shares(Context& context, const ast::Experiment& node, Experiment& experiment) { Shares{context, node, experiment}.check(); }

}  // namespace wend::sema
