// Waits: when they begin, when they end, and who stands still behind a send. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

bool has_undecided(const UserState::More& more, const Instance& instance) {
  return std::any_of(more.deferred.begin(), more.deferred.end(), [&](const PendingSend& send) {
    return send.journey == static_cast<int32_t>(instance.journey) && send.entry == instance.entry && send.key == instance.key &&
           send.unit == instance.unit;
  });
}

}  // namespace

// A wait that is over as it begins leaves the instance where it is: the caller goes on.
Input::Begun Input::begin_wait(Instance& instance) {
  const ModuleNode& node = module_.journeys[instance.journey].nodes[instance.node];
  instance.phase = Instance::Phase::waiting;
  instance.begun = now_;
  switch (node.kind) {
    case ModuleNode::Kind::wait_until_time:
      instance.due = next_wall_time(zone(node.user_time), node.time_of_day_us, node.weekdays, now_);
      return Begun::waits;
    case ModuleNode::Kind::wait_until_date: return begin_date(instance, node);
    case ModuleNode::Kind::wait_until:
      instance.due = add_micros(now_, node.length_us);
      return node.condition(user_.record.bytes(), bytes_of(instance), event_, &context_) ? Begun::over : Begun::waits;
    default: instance.due = add_micros(now_, node.length_us); return Begun::waits;
  }
}

Input::Begun Input::begin_date(Instance& instance, const ModuleNode& node) {
  wend_slot date{};
  if (!node.date(user_.record.bytes(), bytes_of(instance), event_, &context_, &date)) return node.leave_if_unknown ? Begun::leaves : Begun::over;
  instance.due = instant_of_date(zone(node.user_time), date.integer, node.time_of_day_us);
  if (instance.due > now_) return Begun::waits;
  return instance.due < now_ && node.leave_if_past ? Begun::leaves : Begun::over;
}

bool Input::resumes(const Instance& instance, uint32_t& next) {
  next = instance.node;
  if (instance.phase == Instance::Phase::ended_wait) return true;
  if (instance.phase != Instance::Phase::waiting) return false;
  const ModuleNode& node = module_.journeys[instance.journey].nodes[instance.node];
  const bool waits_for = node.kind == ModuleNode::Kind::wait_for, waits_until = node.kind == ModuleNode::Kind::wait_until;
  if (instance.due <= now_ && depth_ == 0) {
    pass(instance, node, 1);
    next = waits_for || waits_until ? node.other : node.next;
    return true;
  }
  next = node.next;
  if (!waits_until && (!waits_for || !event_ || event_->type != node.event || (late_ && event_->at <= instance.begun))) return false;
  if (node.condition && !node.condition(user_.record.bytes(), bytes_of(instance), event_, &context_)) return false;
  pass(instance, node, 0);
  return true;
}

// Instances whose sends are all decided: their wait begins, or they leave. One whose wait is over at once goes on as a
// further input at this instant.
void Input::go_on() {
  UserState::More* more = user_.more_or_null();
  if (!more) return;
  for (Instance& instance : more->instances) {
    const bool held = instance.phase == Instance::Phase::held_wait || instance.phase == Instance::Phase::held_end;
    if (!held || has_undecided(*more, instance)) continue;
    if (instance.phase == Instance::Phase::held_end) {
      leave(instance, static_cast<Decision::Leave>(instance.outcome));
      continue;
    }
    switch (begin_wait(instance)) {
      case Begun::waits: break;
      case Begun::over:
        pass(instance, module_.journeys[instance.journey].nodes[instance.node], 0);
        instance.phase = Instance::Phase::ended_wait;
        instance.node = module_.journeys[instance.journey].nodes[instance.node].next;
        break;
      case Begun::leaves: leave(instance, Decision::Leave::left); break;
    }
  }
}

}  // namespace wend
