// When could anything happen next by time alone? Every answer is found anew from the whole history, by the list of
// grammar/reference/step.md. An instant too many is harmless.
#include <algorithm>
#include <set>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

using Instants = std::vector<int64_t>;

int64_t next_unit(const Scene& scene, TimeUnit unit) {
  const Zone& zone = *scene.world.zone;
  int64_t pane = pane_of(zone, unit, scene.now) + 1;
  while (pane_start(zone, unit, pane) <= scene.now) ++pane;
  return pane_start(zone, unit, pane);
}

// A counted event leaves its window.
void window_instants(uint32_t id, const Scene& scene, Instants& out) {
  const Aggregate& aggregate = scene.world.program.aggregates[id];
  const Zone& zone = *scene.world.zone;
  if (aggregate.kind == AggregateKind::streak) {
    std::set<int64_t> panes;
    for (const Happening* h : counted_now(id, scene)) panes.insert(pane_of(zone, aggregate.unit, h->at));
    if (!panes.empty()) out.push_back(pane_start(zone, aggregate.unit, *panes.rbegin() + 2));
  }
  const Window& window = aggregate.window;
  if (window.kind == WindowKind::rolling)
    for (const Happening* h : counted_now(id, scene)) out.push_back(h->at + window.length_us);
  if (window.kind == WindowKind::ago) out.push_back(next_unit(scene, window.unit));
  if (window.kind != WindowKind::last_units) return;
  if (window.count == 0) out.push_back(next_unit(scene, window.unit));
  std::set<int64_t> panes;
  for (const Happening* h : counted_now(id, scene)) panes.insert(pane_of(zone, window.unit, h->at));
  for (int64_t pane : panes) out.push_back(pane_start(zone, window.unit, pane + window.count + 1));
}

bool is_time_since(const Program& program, const Expr& expr) {
  if (expr.kind != ExprKind::aggregate) return false;
  AggregateKind kind = program.aggregates[expr.id].kind;
  return kind == AggregateKind::time_since_last || kind == AggregateKind::time_since_first;
}

// The value under names and conversions.
const Expr& inner(const Program& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::unwrap: case ExprKind::to_optional: case ExprKind::or_else: return inner(program, *expr.args[0]);
    case ExprKind::measure: return inner(program, *program.measures[expr.id].value);
    default: return expr;
  }
}

void defaults(const Program& program, const Expr& expr, const Scene& scene, Instants& out) {
  if (expr.kind == ExprKind::or_else) add_instants(*expr.args[1], scene, out);
  if (expr.kind == ExprKind::measure) return defaults(program, *program.measures[expr.id].value, scene, out);
  if (!expr.args.empty()) defaults(program, *expr.args[0], scene, out);
}

// `time since E` or `now` on one side: the instant at which it meets the other, or with `past` one behind it.
bool crossing(const Expr& side, const Expr& other, bool past, const Scene& scene, Instants& out) {
  const Program& program = scene.world.program;
  const Expr& value = inner(program, side);
  if (value.kind == ExprKind::now) {
    Value bound = evaluate(other, scene);
    if (bound.known) out.push_back(saturate(static_cast<__int128>(bound.integer) + past));
    add_instants(other, scene, out);
    return true;
  }
  if (!is_time_since(program, value)) return false;
  Value since = evaluate(value, scene), bound = evaluate(other, scene);
  if (since.known && bound.known) out.push_back(saturate(static_cast<__int128>(scene.now) - since.integer + bound.integer + past));
  window_instants(value.id, scene, out);
  defaults(program, side, scene, out);
  add_instants(other, scene, out);
  return true;
}

void quarter(const Scene& scene, Instants& out) { out.push_back((floor_div(scene.now, 15 * kMinute) + 1) * 15 * kMinute); }

bool is_comparison(ExprKind kind) {
  return kind == ExprKind::less || kind == ExprKind::less_equal || kind == ExprKind::greater || kind == ExprKind::greater_equal;
}

bool is_age(const Program&, const Expr& expr) { return expr.kind == ExprKind::call && expr.id == 0; }

}  // namespace

void add_instants(const Expr& expr, const Scene& scene, Instants& out) {
  const Program& program = scene.world.program;
  if (is_comparison(expr.kind)) {
    bool past = expr.kind == ExprKind::greater || expr.kind == ExprKind::less_equal;  // x > d, x <= d turn behind the meeting
    bool mirrored = expr.kind == ExprKind::less || expr.kind == ExprKind::greater_equal;
    if (crossing(*expr.args[0], *expr.args[1], past, scene, out) || crossing(*expr.args[1], *expr.args[0], mirrored, scene, out)) return;
  }
  if (expr.kind == ExprKind::now) quarter(scene, out);
  if (expr.kind == ExprKind::today || is_age(program, expr)) out.push_back(next_unit(scene, TimeUnit::day));
  if (expr.kind == ExprKind::measure) add_instants(*program.measures[expr.id].value, scene, out);
  if (expr.kind == ExprKind::audience) add_instants(*program.audiences[expr.id].condition, scene, out);
  if (expr.kind == ExprKind::below_usual || expr.kind == ExprKind::above_usual) add_instants(*program.measures[expr.id].value, scene, out);
  if (expr.kind == ExprKind::aggregate) {
    if (is_time_since(program, expr)) quarter(scene, out);
    window_instants(expr.id, scene, out);
  }
  for (const ExprPtr& arg : expr.args) add_instants(*arg, scene, out);
}

namespace {

void state_instants(const World& world, const User& user, Instants& out) {
  for (size_t block = 0; block < world.program.states.size(); ++block) {
    const States& states = world.program.states[block];
    if (auto cadence = next_cadence(world, user, block, user.now)) out.push_back(*cadence);
    if (states.cadence.kind != CadenceKind::continuously) continue;
    Scene scene{world, user, user.now};
    for (const StateRule& rule : states.rules) {
      if (rule.when) add_instants(*rule.when, scene, out);
      if (rule.until) add_instants(*rule.until, scene, out);
    }
  }
}

void condition_instants(const User& user, const Condition& condition, const Scene& scene, Instants& out) {
  if (condition.expr) return add_instants(*condition.expr, scene, out);
  const Trigger& t = *condition.trigger;
  if (t.value) add_instants(*t.value, scene, out);
  if (t.kind == TriggerKind::stays && user.states[t.states.index()].state == t.from) out.push_back(user.states[t.states.index()].since + t.length_us);
}

void journey_instants(const World& world, const User& user, Instants& out) {
  for (size_t j = 0; j < world.program.journeys.size(); ++j) {
    const Journey& journey = world.program.journeys[j];
    Scene plain{world, user, user.now};
    for (const Enter& enter : journey.enters)
      if (const auto* when = std::get_if<EnterWhen>(&enter.node)) condition_instants(user, when->condition, plain, out);
    for (const Condition& exit : journey.exits)
      if (exit.trigger) condition_instants(user, exit, plain, out);
  }
  for (const auto& [place, instance] : user.live) {
    const Journey& journey = world.program.journeys[place.first];
    Scene scene{world, user, user.now, nullptr, instance.get()};
    if (journey.goal) add_instants(*journey.goal, scene, out);
    for (const Condition& exit : journey.exits)
      if (exit.expr) add_instants(*exit.expr, scene, out);
    const auto* until = instance->wait ? std::get_if<WaitUntilStmt>(&instance->wait->node) : nullptr;
    if (until) add_instants(*until->condition, scene, out);
  }
  for (const auto& instance : user.watched)
    add_instants(*world.program.journeys[instance->journey.index()].goal, Scene{world, user, user.now, nullptr, instance.get()}, out);
}

}  // namespace

std::optional<int64_t> next_instant(const World& world, const User& user) {
  Instants later, due;
  state_instants(world, user, later);
  journey_instants(world, user, later);
  for (size_t i = 0; i < world.program.measures.size(); ++i)
    if (world.program.measures[i].usual) due.push_back(next_monday(world, user, i));
  for (const auto& [place, instance] : user.live) {
    if (instance->wait) due.push_back(instance->due);
    if (instance->over) due.push_back(user.now);
  }
  for (const auto& [place, clock] : user.clocks)
    if (clock.due) due.push_back(*clock.due);
  for (const auto& send : user.open) {
    for (const Leg& leg : send->legs) {
      if (!leg.decided && leg.deferred) due.push_back(leg.until);
      if (leg.decided || !leg.held) continue;
      for (const NeverRule& rule : world.program.protection.nevers) add_instants(*rule.condition, Scene{world, user, user.now}, later);
    }
  }
  for (size_t i = 0; i < world.program.protection.floors.size(); ++i) due.push_back(*floor_due(world, user, i));
  add_deadlines(world, user, due);
  std::optional<int64_t> next;
  for (int64_t instant : later)
    if (instant > user.now && (!next || instant < *next)) next = instant;
  for (int64_t instant : due)
    if (!next || std::max(instant, user.now) < *next) next = std::max(instant, user.now);
  return next;
}

}  // namespace wend::reference
