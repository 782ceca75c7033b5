// Experiments: which variant a unit has, and who is exposed when. Tested by tests/unit/core and tests/stories/experiments.
#include <algorithm>

#include "runtime/abi/hash.h"
#include "runtime/core/input.h"

namespace wend {
namespace {

bool in_any(const std::vector<ShareRange>& ranges, int64_t bucket) {
  return std::any_of(ranges.begin(), ranges.end(), [&](const ShareRange& range) { return range.holds(bucket); });
}

}  // namespace

bool Input::unit_of(const ModuleUnit& unit, const uint8_t* record, std::string& text) const {
  if (!unit.value) {
    text = context_.texts.at(user_.unit);
    return true;
  }
  wend_slot slot{};
  if (!unit.value(user_.record.bytes(), record, event_, &context_, &slot)) return false;
  if (is_text(unit.type.kind)) {
    if (slot.size > 0) text.assign(slot.data, static_cast<size_t>(slot.size));
  } else if (unit.type.kind == ValueKind::one_of) {
    if (static_cast<uint64_t>(slot.integer) < unit.type.words.size()) text = unit.type.words[static_cast<size_t>(slot.integer)];
  } else {
    text = std::to_string(slot.integer);
  }
  return !text.empty();   // an empty text names nobody
}

int32_t Input::variant_of(uint32_t index, const ModuleUnit& by, const uint8_t* record) const {
  const ModuleExperiment& experiment = module_.experiments[index];
  if (step_.overrides_) {
    for (const auto& [pinned, variant] : step_.overrides_->pinned) {
      if (pinned == index) return static_cast<int32_t>(variant);
    }
  }
  std::string unit;
  if (!unit_of(by, record, unit)) return -1;
  if (!experiment.layer.empty()) {
    const int64_t share = chance_bucket(experiment.layer, "", unit);
    if (share < experiment.layer_from || share >= experiment.layer_to) return -1;
  }
  for (const ModuleGate& gate : experiment.gates) {
    if (!in_any(gate.ranges, foreign_bucket(gate.bucketing, gate.seed, unit))) return -1;
  }
  if (experiment.audience && !experiment.audience(user_.record.bytes(), record, event_, &context_)) return -1;
  const int64_t bucket = experiment.bucketing == Bucketing::wend ? chance_bucket(experiment.hashed, experiment.salt, unit)
                                                                 : foreign_bucket(experiment.bucketing, experiment.seed, unit);
  for (const ModuleShare& share : experiment.shares) {
    if (share.range.holds(bucket)) return static_cast<int32_t>(share.variant);
  }
  return -1;
}

// Once per user and experiment; with a unit of its own once per instance. Who is held out is not exposed.
void Input::expose(uint32_t experiment, int32_t variant, const ModuleUnit& unit, Instance& instance) {
  if (held_out_of_any()) return;
  uint8_t* record = user_.record.bytes();
  if (unit.value) {
    if (std::find(instance.exposed.begin(), instance.exposed.end(), experiment) != instance.exposed.end()) return;
    instance.exposed.push_back(experiment);
  } else {
    if (tail_bit(record, tables_.tail.exposures, experiment)) return;
    set_tail_bit(record, tables_.tail.exposures, experiment, true);
  }
  Decision line;
  line.kind = Decision::Kind::exposure;
  line.at = now_;
  line.subject = static_cast<int32_t>(experiment);
  line.to = variant;
  out_.push_back(std::move(line));
}

uint32_t Input::experiment_arm(const ModuleNode& node, Instance& instance) {
  const int32_t variant = variant_of(node.experiment, node.unit, bytes_of(instance));
  const bool outside = variant < 0 || static_cast<size_t>(variant) >= node.arms.size();
  pass(instance, node, outside ? node.arms.size() : static_cast<size_t>(variant));
  if (outside) return node.other;
  expose(node.experiment, variant, node.unit, instance);
  return node.arms[static_cast<size_t>(variant)];
}

// Of the ways in that fire one must be open: written without an experiment, or for the variant the user has. Whoever
// meets a trigger of an experiment and may enter has reached its choice, also where the trigger is another variant's.
bool Input::finds_a_way(const ModuleJourney& journey, Instance& fresh) {
  bool chosen = false;
  for (const ModuleEnter& way : journey.enters) {
    if (!way_fires(way)) continue;
    if (way.experiment < 0) return true;
    chosen = true;
  }
  if (!chosen) return false;
  for (const ModuleEnter& way : journey.enters) {
    if (way.experiment < 0 || !way_fires(way)) continue;
    const auto experiment = static_cast<uint32_t>(way.experiment);
    const int32_t variant = variant_of(experiment, way.unit, bytes_of(fresh));
    if (variant >= 0) expose(experiment, variant, way.unit, fresh);
    const size_t outside = module_.experiments[experiment].variants.size();
    if (way.variant == (variant < 0 ? outside : static_cast<size_t>(variant))) return true;
  }
  return false;
}

}  // namespace wend
