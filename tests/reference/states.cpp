// Baselines, states and the triggers that watch them: steps 1 (timers) and 2 of an input.
#include <algorithm>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

// The local date's instant, when the cadence stands for that date.
bool stands_for(const Cadence& cadence, int64_t day) {
  if (cadence.kind == CadenceKind::weekly) return weekday_of(day) == cadence.weekday;
  if (cadence.kind != CadenceKind::monthly) return true;
  Civil c = civil(day);
  return c.day == std::min(cadence.day, days_in_month(c.year, c.month));
}

struct Due { int64_t instant; int64_t date; };

// The first date behind the last one evaluated whose instant is after `now`.
std::optional<Due> next_due(const World& world, const User& user, size_t block, int64_t now) {
  const States& states = world.program.states[block];
  const Cadence& cadence = states.cadence;
  int64_t last = user.states[block].last_date;
  if (cadence.kind == CadenceKind::continuously) return std::nullopt;
  if (cadence.kind == CadenceKind::hourly) {
    int64_t hour = floor_div(now, kHour) + 1;
    return Due{hour * kHour, hour};
  }
  const Zone& zone = world.zone_of(user, cadence.user_time);
  for (int64_t day = std::max(zone.local_day(now) - 2, last == INT64_MIN ? last : last + 1);; ++day) {
    if (!stands_for(cadence, day)) continue;
    int64_t instant = zone.instant(day, cadence.time_of_day_us);
    if (instant > now) return Due{instant, day};
  }
}

uint32_t found_state(const Moment& m, size_t block) {
  const States& states = m.program().states[block];
  const BlockState& present = m.user.states[block];
  Scene scene = m.plain();
  for (uint32_t i = 0; i < states.rules.size(); ++i) {
    const StateRule& rule = states.rules[i];
    bool inside = present.evaluated && present.state == i;
    if (!rule.when) return i;
    if (rule.until && holds(*rule.until, scene)) continue;   // ends it, and bars it
    if ((inside && rule.until) || holds(*rule.when, scene)) return i;
  }
  return static_cast<uint32_t>(states.rules.size() - 1);
}

void take(Moment& m, size_t block, uint32_t state) {
  const States& states = m.program().states[block];
  BlockState& present = m.user.states[block];
  std::optional<uint32_t> from;
  if (present.evaluated) from = present.state;
  m.lines.state(states.name, from ? &states.rules[*from].name : nullptr, states.rules[state].name);
  m.state_changes[block] = {from, state};
  present.evaluated = true;
  present.state = state;
  present.since = m.now;
  m.user.became[{block, state}] = {m.user.history.size(), m.now};
  present.found = state;
  present.found_in_a_row = 0;
}

void evaluate_block(Moment& m, size_t block) {
  const States& states = m.program().states[block];
  BlockState& present = m.user.states[block];
  uint32_t found = found_state(m, block);
  if (!present.evaluated) return take(m, block, found);
  bool repeated = found == present.found;
  present.found = found;
  if (found == present.state) {
    present.found_in_a_row = 0;
    return;
  }
  if (repeated && m.timer && states.cadence.kind == CadenceKind::continuously) return;  // time alone: nothing new was found
  present.found_in_a_row = repeated ? present.found_in_a_row + 1 : 1;
  if (present.found_in_a_row >= states.settle) take(m, block, found);
}

bool states_trigger(const Moment& m, const Trigger& t) {
  if (t.kind == TriggerKind::stays) {
    const BlockState& present = m.user.states[t.states.index()];
    return m.timer && present.state == t.from && present.since + t.length_us == m.now;
  }
  auto found = m.state_changes.find(t.states.index());
  if (found == m.state_changes.end()) return false;
  auto [from, to] = found->second;
  switch (t.kind) {
    case TriggerKind::moves: return from == t.from && to == t.to;
    case TriggerKind::becomes: return to == t.to;
    case TriggerKind::leaves: return from == t.from;
    case TriggerKind::changes: return from.has_value();
    case TriggerKind::drops: return from && to > *from;
    case TriggerKind::rises: return from && to < *from;
    default: return false;
  }
}

bool rose(Moment& m, const Expr& condition, Watch& watch) {
  bool now = holds(condition, m.plain()), before = watch.held;
  watch.held = now;
  return now && !before;
}

bool value_changed(Moment& m, const Expr& expr, Watch& watch) {
  Value now = evaluate(expr, m.plain());
  bool changed = watch.seen && !same(expr.type, now, watch.value);
  watch.seen = true;
  watch.value = now;
  return changed;
}

bool fires(Moment& m, const Trigger& t, Watch& watch) {
  if (t.on_states) return states_trigger(m, t);
  return t.kind == TriggerKind::changes ? value_changed(m, *t.value, watch) : rose(m, *t.value, watch);
}

}  // namespace

std::optional<int64_t> next_cadence(const World& world, const User& user, size_t block, int64_t now) {
  auto due = next_due(world, user, block, now);
  return due ? std::optional<int64_t>(due->instant) : std::nullopt;
}

// The next Monday of a measure's baseline: at or after first sight and its longest window, behind the last one.
int64_t next_monday(const World& world, const User& user, size_t measure) {
  const Window& window = world.program.measures[measure].usual_window;
  int64_t from = user.first_sight;
  if (window.kind == WindowKind::last_units) from = units_on(*world.zone, window.unit, std::max(window.count, 1), from);
  if (window.kind == WindowKind::rolling) from += window.length_us;
  int64_t last = user.baselines[measure].last_monday;
  if (last != INT64_MIN) from = std::max(from, last + 1);
  int64_t week = pane_of(*world.zone, TimeUnit::week, from);
  while (pane_start(*world.zone, TimeUnit::week, week) < from) ++week;
  return pane_start(*world.zone, TimeUnit::week, week);
}

void sample_baselines(Moment& m) {
  std::vector<std::pair<size_t, Value>> values;
  for (size_t i = 0; i < m.program().measures.size(); ++i)
    if (m.program().measures[i].usual && next_monday(m.world, m.user, i) <= m.now) values.emplace_back(i, evaluate(*m.program().measures[i].value, m.plain()));
  for (auto& [i, value] : values) {
    const Measure& measure = m.program().measures[i];
    Baseline& baseline = m.user.baselines[i];
    baseline.last_monday = m.now;
    if (!value.known) continue;
    double x = plain_number(measure.value->type, value), w = 2.0 / (measure.usual->weeks + 1);
    if (baseline.samples++ == 0) {
      baseline.mean = x;
      baseline.var = 0;
      continue;
    }
    double d = x - baseline.mean;
    baseline.mean += w * d;
    baseline.var = (1 - w) * (baseline.var + w * (d * d));
  }
}

void evaluate_states(Moment& m) {
  for (StatesId id : m.program().states_order) {
    size_t block = id.index();
    bool continuous = m.program().states[block].cadence.kind == CadenceKind::continuously;
    std::optional<Due> due;
    if (m.timer) due = next_due(m.world, m.user, block, m.before);
    bool is_due = due && due->instant == m.now;
    if (is_due) m.user.states[block].last_date = due->date;
    if (continuous || m.first || is_due) evaluate_block(m, block);
  }
}

void test_triggers(Moment& m) {
  const Program& program = m.program();
  for (size_t j = 0; j < program.journeys.size(); ++j) {
    const Journey& journey = program.journeys[j];
    for (size_t k = 0; k < journey.enters.size(); ++k) {
      const auto* when = std::get_if<EnterWhen>(&journey.enters[k].node);
      if (!when) continue;
      Watch& watch = m.user.enter_watches[{j, k}];
      bool fired = when->condition.trigger ? fires(m, *when->condition.trigger, watch) : rose(m, *when->condition.expr, watch);
      if (fired) m.entered_by.insert({j, k});
    }
    for (size_t k = 0; k < journey.exits.size(); ++k)
      if (journey.exits[k].trigger && fires(m, *journey.exits[k].trigger, m.user.exit_watches[{j, k}])) m.exited_by.insert({j, k});
  }
}

}  // namespace wend::reference
