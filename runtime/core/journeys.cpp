// Journeys: leaving by goal and exit, going on behind a wait, entering, and the run from node to node.
// Tested by tests/unit/core.
#include <algorithm>
#include <cstring>

#include "runtime/abi/hash.h"
#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

constexpr int kNodesOfARun = 2'000;       // past it the instance leaves: no program that compiles comes near
constexpr size_t kInstancesOfAUser = 64;  // past it nobody enters

JourneyMemory& memory_of(UserState::More& more, uint32_t journey) {
  auto place = std::lower_bound(more.memories.begin(), more.memories.end(), journey,
                                [](const JourneyMemory& memory, uint32_t wanted) { return memory.journey < wanted; });
  if (place == more.memories.end() || place->journey != journey) place = more.memories.insert(place, JourneyMemory{journey, 0, WEND_NEVER});
  return *place;
}

bool has_undecided(const UserState::More& more, const Instance& instance) {
  return std::any_of(more.deferred.begin(), more.deferred.end(), [&](const PendingSend& send) {
    return send.journey == static_cast<int32_t>(instance.journey) && send.entry == instance.entry && send.key == instance.key;
  });
}

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

bool Input::resumes(const Instance& instance, uint32_t& next) {
  if (instance.phase != Instance::Phase::waiting) return false;
  const ModuleNode& node = module_.journeys[instance.journey].nodes[instance.node];
  const bool waits_for = node.kind == ModuleNode::Kind::wait_for;
  if (instance.due <= now_) {
    next = waits_for ? node.other : node.next;
    return true;
  }
  if (!waits_for || !event_ || event_->type != node.event || (late_ && event_->at <= instance.begun)) return false;
  if (node.condition && !node.condition(user_.record.bytes(), bytes_of(instance), event_, &context_)) return false;
  next = node.next;
  return true;
}

void Input::enter_journeys() {
  if (late_) return;
  for (uint32_t i = 0; i < module_.journeys.size(); ++i) {
    bool by_event = false;
    if (!wants_in(module_.journeys[i], by_event) || !may_enter(i)) continue;
    enter(i, by_event);
  }
}

bool Input::wants_in(const ModuleJourney& journey, bool& by_event) const {
  if (journey.closed) return false;
  bool wants = false;
  for (const ModuleEnter& way : journey.enters) {
    switch (way.kind) {
      case ModuleEnter::Kind::event:
        if (!event_ || event_->type != way.event) break;
        if (way.where && !way.where(user_.record.bytes(), nullptr, event_, &context_)) break;
        by_event = true;
        return true;
      case ModuleEnter::Kind::watch: wants = wants || scratch_.fired[way.watch]; break;
      case ModuleEnter::Kind::trigger: wants = wants || fires(way.trigger); break;
    }
  }
  return wants;
}

bool Input::may_enter(uint32_t index) const {
  const UserState::More* more = user_.more_or_null();
  if (!more) return true;
  const ModuleJourney& journey = module_.journeys[index];
  size_t living = 0;
  for (const Instance& instance : more->instances) {
    if (instance.phase == Instance::Phase::gone) continue;
    if (instance.journey == index) return false;
    ++living;
  }
  if (living >= kInstancesOfAUser) return false;
  for (const JourneyMemory& memory : more->memories) {
    if (memory.journey != index) continue;
    if (journey.re_enter == ModuleJourney::ReEnter::never) return false;
    if (journey.re_enter == ModuleJourney::ReEnter::after && memory.last_exit != WEND_NEVER &&
        add_micros(memory.last_exit, journey.re_enter_after_us) > now_) return false;
  }
  return true;
}

void Input::enter(uint32_t index, bool by_event) {
  const ModuleJourney& journey = module_.journeys[index];
  Instance fresh;
  fresh.journey = index;
  fresh.entered_at = now_;
  if (journey.instance_bytes) fresh.record = OwnedRecord(tables_.fresh_instances[index], journey.cells);
  if (by_event) {
    for (const ModuleEntryProperty& kept : journey.entry) {
      if (kept.event != event_->type || !(event_->known >> kept.property & 1)) continue;
      write_field(bytes_of(fresh), kept.field, kept.type.kind, event_->slots[kept.property], context_);
    }
  }
  if (journey.only_if && !journey.only_if(user_.record.bytes(), bytes_of(fresh), event_, &context_)) return;
  Decision::Leave outcome;
  if (rule_holds(journey, bytes_of(fresh), outcome)) return;

  UserState::More& more = user_.more();
  fresh.entry = ++memory_of(more, index).entries;
  // One that left within this input may still stand there: the new one comes behind it.
  const auto place = std::upper_bound(more.instances.begin(), more.instances.end(), index,
                                      [](uint32_t wanted, const Instance& instance) { return wanted < instance.journey; });
  Instance& instance = *more.instances.insert(place, std::move(fresh));
  out_.push_back(journey_line(Decision::Kind::enter, instance));
  run(instance, journey.first);
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

void Input::begin_wait(Instance& instance) {
  const ModuleNode& node = module_.journeys[instance.journey].nodes[instance.node];
  instance.phase = Instance::Phase::waiting;
  instance.begun = now_;
  instance.due = node.kind == ModuleNode::Kind::wait_until_time
                     ? next_wall_time(zone(node.user_time), node.time_of_day_us, node.weekdays, now_)
                     : add_micros(now_, node.length_us);
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
  memory_of(user_.more(), instance.journey).last_exit = now_;
  instance.phase = Instance::Phase::gone;
}

void Input::go_on() {
  UserState::More* more = user_.more_or_null();
  if (!more) return;
  for (Instance& instance : more->instances) {
    const bool held = instance.phase == Instance::Phase::held_wait || instance.phase == Instance::Phase::held_end;
    if (!held || has_undecided(*more, instance)) continue;
    if (instance.phase == Instance::Phase::held_wait) begin_wait(instance);
    else leave(instance, static_cast<Decision::Leave>(instance.outcome));
  }
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
