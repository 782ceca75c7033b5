// Journeys: leaving by goal and exit, goals watched on, and the run from node to node. Who enters stands in entering.cpp, how a wait begins
// and ends in waiting.cpp. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/abi/hash.h"
#include "runtime/core/input.h"
#include "runtime/core/wall.h"

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
    if (!resumes(instance, next)) continue;
    if (module_.journeys[instance.journey].paused) {   // goes on when that is lifted
      instance.phase = Instance::Phase::ended_wait;
      instance.node = next;
    } else {
      run(instance, next);
    }
  }
}

bool Input::goal_open(const Instance& instance) const {
  const int64_t within = module_.journeys[instance.journey].goal_within_us;
  return within == 0 || now_ < add_micros(instance.entered_at, within);
}

bool Input::rule_holds(const Instance& instance, Decision::Leave& outcome, int32_t& rule) const {
  const ModuleJourney& journey = module_.journeys[instance.journey];
  const uint8_t *user = user_.record.bytes(), *record = bytes_of(instance);
  outcome = Decision::Leave::goal;
  if (journey.goal && goal_open(instance) && journey.goal(user, record, event_, &context_)) return true;
  outcome = Decision::Leave::exit;
  for (const ModuleExit& exit : journey.exits) {
    rule = static_cast<int32_t>(&exit - journey.exits.data());
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
  int32_t rule = -1;
  if (!rule_holds(instance, outcome, rule)) return false;
  leave(instance, outcome, rule);
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
      case ModuleNode::Kind::wait_until_date: case ModuleNode::Kind::wait_until:
        instance.node = node;
        instance.phase = Instance::Phase::held_wait;
        if (sent) return;
        switch (begin_wait(instance)) {
          case Begun::waits: return;
          case Begun::over:
            pass(instance, here, 0);
            node = here.next;
            break;
          case Begun::leaves: return leave(instance, Decision::Leave::left);
        }
        break;
      case ModuleNode::Kind::branch:
        if (here.condition(user_.record.bytes(), bytes_of(instance), event_, &context_)) {
          pass(instance, here, 0);
          node = here.next;
        } else {
          pass(instance, here, 1);
          node = here.other;
        }
        break;
      case ModuleNode::Kind::split: node = split_arm(here, instance); break;
      case ModuleNode::Kind::experiment: node = experiment_arm(here, instance); break;
      case ModuleNode::Kind::set: set_attribute(instance, here); node = here.next; break;
      case ModuleNode::Kind::emit: emit_event(instance, here); node = here.next; break;
      case ModuleNode::Kind::call: call_hook(instance, here); node = here.next; break;
      case ModuleNode::Kind::go: node = here.next; break;
      case ModuleNode::Kind::finish: return finish(instance, Decision::Leave::finished, sent);
      case ModuleNode::Kind::leave: return finish(instance, here.removed ? Decision::Leave::removed : Decision::Leave::left, sent);
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

void Input::leave(Instance& instance, Decision::Leave outcome, int32_t rule) {
  Decision line = journey_line(Decision::Kind::leave, instance);
  line.leave = outcome;
  line.why.rule = rule;
  out_.push_back(std::move(line));
  withdraw(instance);
  remember_exit(instance);
  watch_on(instance, outcome);
  instance.phase = Instance::Phase::gone;
}

// The goal of one that left by itself stays open for its time.
void Input::watch_on(Instance& instance, Decision::Leave outcome) {
  const ModuleJourney& journey = module_.journeys[instance.journey];
  const bool by_itself = outcome == Decision::Leave::finished || outcome == Decision::Leave::left;
  if (!by_itself || !journey.goal || journey.goal_within_us == 0 || !goal_open(instance)) return;
  std::vector<Instance>& watched = user_.more().watched;
  watched.push_back(std::move(instance));
  watched.back().phase = Instance::Phase::gone;
  if (watched.size() > kGoalsWatched) watched.erase(watched.begin());
}

void Input::watch_goals() {
  UserState::More* more = user_.more_or_null();
  if (!more) return;
  std::erase_if(more->watched, [&](const Instance& instance) {
    if (!goal_open(instance)) return true;
    if (!module_.journeys[instance.journey].goal(user_.record.bytes(), bytes_of(instance), event_, &context_)) return false;
    out_.push_back(journey_line(Decision::Kind::goal, instance));
    return true;
  });
}

void Input::drop_gone() {
  if (UserState::More* more = user_.more_or_null()) {
    std::erase_if(more->instances, [](const Instance& instance) { return instance.phase == Instance::Phase::gone; });
  }
}

void Input::pass(const Instance& instance, const ModuleNode& node, size_t arm) const {
  if (!step_.overrides_ || !step_.overrides_->passages) return;
  const std::vector<ModuleNode>& nodes = module_.journeys[instance.journey].nodes;
  step_.overrides_->passages->push_back({instance.journey, static_cast<uint32_t>(&node - nodes.data()), static_cast<uint32_t>(arm)});
}

uint32_t Input::split_arm(const ModuleNode& node, const Instance& instance) const {
  const std::string salt = node.per_entry ? std::to_string(instance.entry) : "";
  const int64_t bucket = chance_bucket(node.chance, salt, context_.texts.at(user_.unit));
  for (size_t i = 0; i < node.arms.size(); ++i) {
    if (bucket >= node.upto[i]) continue;
    pass(instance, node, i);
    return node.arms[i];
  }
  return node.next;   // not reached: the last share ends at the whole
}

}  // namespace wend
