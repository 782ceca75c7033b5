// Journeys: leaving by goal and exit, and the run from node to node. Who enters stands in entering.cpp, how a wait begins
// and ends in waiting.cpp. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/abi/hash.h"
#include "runtime/core/input.h"

namespace wend {
namespace {

constexpr int kNodesOfARun = 2'000;       // past it the instance leaves: no program that compiles comes near

}  // namespace

Decision Input::journey_line(Decision::Kind kind, const Instance& instance) const {
  Decision line;
  line.kind = kind;
  line.at = now_;
  line.subject = line.journey = static_cast<int32_t>(instance.journey);
  line.key = context_.texts.at(instance.key);
  return line;
}

void Input::handle_instances() {
  UserState::More* more = user_.more_or_null();
  if (!more) return;
  for (Instance& instance : more->instances) {
    uint32_t next = kNoNode;
    if (leaves_by_rule(instance)) continue;
    if (resumes(instance, next)) run(instance, next);
  }
}

bool Input::rule_holds(const ModuleJourney& journey, const uint8_t* record, Decision::Leave& outcome) const {
  const uint8_t* user = user_.record.bytes();
  outcome = Decision::Leave::goal;
  if (journey.goal && journey.goal(user, record, event_, &context_)) return true;
  outcome = Decision::Leave::exit;
  for (const ModuleExit& exit : journey.exits) {
    switch (exit.kind) {
      case ModuleExit::Kind::condition: if (exit.condition(user, record, event_, &context_)) return true; break;
      case ModuleExit::Kind::watch: if (scratch_.fired[exit.watch]) return true; break;
      case ModuleExit::Kind::trigger: if (fires(exit.trigger)) return true; break;
    }
  }
  return false;
}

bool Input::leaves_by_rule(Instance& instance) {
  Decision::Leave outcome;
  if (!rule_holds(module_.journeys[instance.journey], bytes_of(instance), outcome)) return false;
  leave(instance, outcome);
  return true;
}

void Input::run(Instance& instance, uint32_t node) {
  const ModuleJourney& journey = module_.journeys[instance.journey];
  bool sent = false;
  for (int budget = kNodesOfARun; budget > 0; --budget) {
    if (node >= journey.nodes.size()) return finish(instance, Decision::Leave::finished, sent);
    const ModuleNode& here = journey.nodes[node];
    switch (here.kind) {
      case ModuleNode::Kind::step: {
        instance.step = here.step;
        Decision line = journey_line(Decision::Kind::step, instance);
        line.step = static_cast<int32_t>(here.step);
        out_.push_back(std::move(line));
        node = here.next;
        break;
      }
      case ModuleNode::Kind::send:
        gather(instance, here, node);
        sent = true;
        node = here.next;
        break;
      case ModuleNode::Kind::wait: case ModuleNode::Kind::wait_until_time: case ModuleNode::Kind::wait_for:
        instance.node = node;
        instance.phase = Instance::Phase::held_wait;
        if (!sent) begin_wait(instance);
        return;
      case ModuleNode::Kind::branch:
        node = here.condition(user_.record.bytes(), bytes_of(instance), event_, &context_) ? here.next : here.other;
        break;
      case ModuleNode::Kind::experiment: node = experiment_arm(here, instance); break;
      case ModuleNode::Kind::go: node = here.next; break;
      case ModuleNode::Kind::finish: return finish(instance, Decision::Leave::finished, sent);
      case ModuleNode::Kind::leave: return finish(instance, Decision::Leave::left, sent);
    }
  }
  finish(instance, Decision::Leave::left, sent);
}

// The journey's end: at once, or when the sends of this run are decided.
void Input::finish(Instance& instance, Decision::Leave outcome, bool sent) {
  if (!sent) return leave(instance, outcome);
  instance.node = kNoNode;
  instance.phase = Instance::Phase::held_end;
  instance.outcome = static_cast<uint8_t>(outcome);
}

void Input::leave(Instance& instance, Decision::Leave outcome) {
  Decision line = journey_line(Decision::Kind::leave, instance);
  line.leave = outcome;
  out_.push_back(std::move(line));
  withdraw(instance);
  memory_of(instance.journey).last_exit = now_;
  instance.phase = Instance::Phase::gone;
}

void Input::drop_gone() {
  if (UserState::More* more = user_.more_or_null()) {
    std::erase_if(more->instances, [](const Instance& instance) { return instance.phase == Instance::Phase::gone; });
  }
}

uint32_t Input::experiment_arm(const ModuleNode& node, const Instance& instance) {
  const ModuleExperiment& experiment = module_.experiments[node.experiment];
  const std::string_view unit = context_.texts.at(user_.unit);
  int32_t arm = -1;
  if (step_.overrides_) {
    for (const auto& [pinned, variant] : step_.overrides_->pinned) {
      if (pinned == node.experiment) arm = static_cast<int32_t>(variant);
    }
  }
  if (arm < 0) {
    if (!experiment.layer.empty()) {
      const int64_t share = chance_bucket(experiment.layer, "", unit);
      if (share < experiment.layer_from || share >= experiment.layer_to) return node.other;
    }
    if (experiment.audience && !experiment.audience(user_.record.bytes(), bytes_of(instance), event_, &context_)) return node.other;
    const int64_t bucket = chance_bucket(experiment.name, experiment.salt, unit);
    arm = 0;
    while (static_cast<size_t>(arm) < experiment.upto.size() && bucket >= experiment.upto[static_cast<size_t>(arm)]) ++arm;
  }
  if (static_cast<size_t>(arm) >= node.arms.size()) return node.other;
  uint8_t* record = user_.record.bytes();
  if (!tail_bit(record, tables_.tail.exposures, node.experiment) && !held_out_of_any()) {
    set_tail_bit(record, tables_.tail.exposures, node.experiment, true);
    Decision line;
    line.kind = Decision::Kind::exposure;
    line.at = now_;
    line.subject = static_cast<int32_t>(node.experiment);
    line.to = arm;
    out_.push_back(std::move(line));
  }
  return node.arms[static_cast<size_t>(arm)];
}

}  // namespace wend
