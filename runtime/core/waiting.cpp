// Waits: when they begin, when they end, and who stands still behind a send. Tested by tests/unit/core.
#include <algorithm>

#include "runtime/core/input.h"
#include "runtime/core/wall.h"

namespace wend {
namespace {

bool has_undecided(const UserState::More& more, const Instance& instance) {
  return std::any_of(more.deferred.begin(), more.deferred.end(), [&](const PendingSend& send) {
    return send.journey == static_cast<int32_t>(instance.journey) && send.entry == instance.entry && send.key == instance.key;
  });
}

}  // namespace

void Input::begin_wait(Instance& instance) {
  const ModuleNode& node = module_.journeys[instance.journey].nodes[instance.node];
  instance.phase = Instance::Phase::waiting;
  instance.begun = now_;
  instance.due = node.kind == ModuleNode::Kind::wait_until_time
                     ? next_wall_time(zone(node.user_time), node.time_of_day_us, node.weekdays, now_)
                     : add_micros(now_, node.length_us);
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

}  // namespace wend
