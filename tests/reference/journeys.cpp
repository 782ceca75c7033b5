// Journeys: live instances, entries, and a run from one wait to the next by walking the typed statements.
#include <algorithm>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

const Journey& journey_of(const Moment& m, const Instance& i) { return m.program().journeys[i.journey.index()]; }

void leave(Moment& m, size_t journey, const std::string& outcome) {
  m.lines.leave(m.program().journeys[journey].name, outcome);
  m.user.last_exit[journey] = m.now;
  m.user.live.erase(journey);
}

bool waits_for_sends(const Moment& m, const Instance& i) {
  for (const auto& send : m.user.open)
    if (send->instance == i.id && !send->decided()) return true;
  return false;
}

int64_t next_wall_time(const Zone& zone, const WaitUntilTimeStmt& wait, int64_t after) {
  for (int64_t day = zone.local_day(after) - 1;; ++day) {
    if (!(wait.weekdays >> weekday_of(day) & 1)) continue;
    int64_t instant = zone.instant(day, wait.time_of_day_us);
    if (instant > after) return instant;
  }
}

void begin_wait(Moment& m, Instance& i, const Stmt& stmt) {
  i.wait = &stmt;
  i.begun = m.now;
  if (const auto* wait = std::get_if<WaitStmt>(&stmt.node)) i.due = m.now + wait->length_us;
  if (const auto* wait = std::get_if<WaitForStmt>(&stmt.node)) i.due = m.now + wait->up_to_us;
  if (const auto* wait = std::get_if<WaitUntilTimeStmt>(&stmt.node)) i.due = next_wall_time(m.world.zone_of(m.user, wait->user_time), *wait, m.now);
}

void begin_step(Moment& m, Instance& i, size_t step) {
  const Journey& journey = journey_of(m, i);
  i.step = step;
  m.lines.step(journey.name, journey.steps[step].name);
  i.frames = {{&journey.steps[step].body, 0}};
}

void push(Instance& i, const std::unique_ptr<Block>& block) {
  if (block && !block->empty()) i.frames.push_back({block.get(), 0});
}

void reach_send(Moment& m, Instance& i, const SendStmt& stmt) {
  const Program& program = m.program();
  const Journey& journey = journey_of(m, i);
  auto send = std::make_shared<Send>();
  send->message = stmt.message;
  send->journey = i.journey;
  send->step = journey.steps[i.step].name;
  for (const ExprPtr& argument : stmt.arguments) send->arguments.push_back(evaluate(*argument, m.scene(&i)));
  send->id_parts = {program.project.name, m.user.unit, journey.name, "", std::to_string(i.entry_number), send->step + "/" + std::to_string(stmt.site), std::to_string(++i.activations)};
  send->valid_until = m.now + program.messages[stmt.message.index()].valid_for_us;
  send->order = ++m.user.sends_reached;
  send->instance = i.id;
  if (stmt.choice == SendStmt::Choice::in_order) {
    send->legs.push_back({1, stmt.channels});
  } else {
    for (size_t k = 0; k < stmt.channels.size(); ++k) send->legs.push_back({static_cast<int>(k + 1), {stmt.channels[k]}});
  }
  m.gathered.push_back(send);
  m.user.open.push_back(send);
}

// Which arm a user takes; nothing: otherwise.
std::optional<size_t> arm_of(Moment& m, const Instance& i, const Experiment& experiment) {
  if (!experiment.layer.empty()) {
    int64_t place = bucket(experiment.layer, "", m.user.unit);
    if (place < experiment.layer_from || place >= experiment.layer_to) return std::nullopt;
  }
  if (experiment.audience && !holds(*experiment.audience, m.plain())) return std::nullopt;
  int64_t place = bucket(experiment.name, experiment.salt, m.user.unit), from = 0;
  for (size_t k = 0; k < experiment.variants.size(); ++k) {
    from += experiment.variants[k].millionths;
    if (place < from) return k;
  }
  return std::nullopt;
}

void choose(Moment& m, Instance& i, const ChooseExperimentStmt& stmt) {
  const Experiment& experiment = m.program().experiments[stmt.experiment.index()];
  auto arm = arm_of(m, i, experiment);
  if (!arm) return push(i, stmt.otherwise);
  bool fresh = m.user.exposed.insert(stmt.experiment.index()).second;
  if (fresh && !held_out(m.world, m.user)) m.lines.exposure(experiment.name, experiment.variants[*arm].name);
  if (*arm < stmt.arms.size()) push(i, stmt.arms[*arm]);
}

bool is_wait(const Stmt& stmt) {
  return std::holds_alternative<WaitStmt>(stmt.node) || std::holds_alternative<WaitUntilTimeStmt>(stmt.node) || std::holds_alternative<WaitForStmt>(stmt.node);
}

// Ends the journey, now or when the sends before the end are decided.
void finish(Moment& m, Instance& i, const std::string& outcome) {
  if (waits_for_sends(m, i)) i.held_outcome = outcome;
  else leave(m, i.journey.index(), outcome);
}

void run(Moment& m, Instance& i) {
  i.wait = nullptr;
  for (;;) {
    while (!i.frames.empty() && i.frames.back().next == i.frames.back().block->size()) i.frames.pop_back();
    if (i.frames.empty()) {
      if (i.step + 1 == journey_of(m, i).steps.size()) return finish(m, i, "finished");
      begin_step(m, i, i.step + 1);
      continue;
    }
    const Stmt& stmt = (*i.frames.back().block)[i.frames.back().next++];
    if (is_wait(stmt)) {
      if (waits_for_sends(m, i)) i.held_wait = &stmt;
      else begin_wait(m, i, stmt);
      return;
    }
    if (std::holds_alternative<FinishStmt>(stmt.node)) return finish(m, i, "finished");
    if (std::holds_alternative<LeaveStmt>(stmt.node)) return finish(m, i, "left");
    if (const auto* send = std::get_if<SendStmt>(&stmt.node)) reach_send(m, i, *send);
    else if (const auto* test = std::get_if<IfStmt>(&stmt.node)) push(i, holds(*test->condition, m.scene(&i)) ? test->then : test->otherwise);
    else if (const auto* choice = std::get_if<ChooseExperimentStmt>(&stmt.node)) choose(m, i, *choice);
    else begin_step(m, i, std::get<GoToStmt>(stmt.node).step.index());
  }
}

bool wait_for_is_met(const Moment& m, const Instance& i, const WaitForStmt& wait) {
  if (!m.event || m.event->event != wait.event) return false;
  if (m.late && !(i.begun < m.event->at)) return false;
  return !wait.where || holds(*wait.where, m.scene(&i));
}

// Does this input end the wait? If so the instance runs on.
void resume(Moment& m, Instance& i) {
  if (!i.wait) return;
  const auto* for_event = std::get_if<WaitForStmt>(&i.wait->node);
  if (for_event && wait_for_is_met(m, i, *for_event)) {
    push(i, for_event->then);
    return run(m, i);
  }
  if (!m.timer || i.due > m.now) return;
  if (for_event) push(i, for_event->otherwise);
  run(m, i);
}

bool exits(Moment& m, const Instance& i) {
  const Journey& journey = journey_of(m, i);
  for (size_t k = 0; k < journey.exits.size(); ++k) {
    const Condition& exit = journey.exits[k];
    if (exit.trigger ? m.exited_by.count({i.journey.index(), k}) > 0 : holds(*exit.expr, m.scene(&i))) return true;
  }
  return false;
}

bool may_re_enter(const Moment& m, size_t journey) {
  const ReEnter& rule = m.program().journeys[journey].re_enter;
  if (!m.user.entries[journey]) return true;
  if (rule.kind == ReEnter::Kind::never) return false;
  if (rule.kind == ReEnter::Kind::always) return true;
  return m.user.last_exit[journey] + rule.after_us <= m.now;
}

// The place of the first `enter` that fires.
std::optional<size_t> entered_by(Moment& m, size_t j) {
  const Journey& journey = m.program().journeys[j];
  for (size_t k = 0; k < journey.enters.size(); ++k) {
    if (m.entered_by.count({j, k})) return k;
    const auto* on = std::get_if<EnterOn>(&journey.enters[k].node);
    if (on && m.event && m.event->event == on->event && (!on->where || holds(*on->where, m.scene()))) return k;
  }
  return std::nullopt;
}

void try_entry(Moment& m, size_t j) {
  const Journey& journey = m.program().journeys[j];
  auto place = entered_by(m, j);
  if (!place || journey.closed || m.late || m.user.live.count(j) || !may_re_enter(m, j)) return;
  auto instance = std::make_unique<Instance>();
  instance->id = ++m.user.instances_made;
  instance->journey = JourneyId(j);
  instance->entered_at = m.now;
  instance->entered_after = m.user.history.size();
  if (std::holds_alternative<EnterOn>(journey.enters[*place].node)) instance->entry = *m.event;
  if (journey.only_if && !holds(*journey.only_if, m.scene(instance.get()))) return;
  if (journey.goal && holds(*journey.goal, m.scene(instance.get()))) return;
  if (exits(m, *instance)) return;
  instance->entry_number = ++m.user.entries[j];
  m.lines.enter(journey.name);
  Instance& i = *instance;
  m.user.live[j] = std::move(instance);
  begin_step(m, i, 0);
  run(m, i);
}

}  // namespace

bool held_out(const World& world, const User& user) {
  int64_t place = bucket("hold out", "", user.unit);
  for (const HoldOutRule& rule : world.program.protection.hold_outs)
    if (place < rule.millionths) return true;
  return false;
}

void run_live(Moment& m) {
  std::vector<size_t> inside;
  for (const auto& [journey, instance] : m.user.live) inside.push_back(journey);
  for (size_t j : inside) {
    Instance& i = *m.user.live[j];
    const Journey& journey = m.program().journeys[j];
    bool goal = journey.goal && holds(*journey.goal, m.scene(&i));
    if (goal || exits(m, i)) {
      withdraw(m, i);
      leave(m, j, goal ? "goal" : "exit");
      continue;
    }
    resume(m, i);
  }
}

void run_entries(Moment& m) {
  for (size_t j = 0; j < m.program().journeys.size(); ++j) try_entry(m, j);
}

void go_on(Moment& m) {
  std::vector<size_t> inside;
  for (const auto& [journey, instance] : m.user.live) inside.push_back(journey);
  for (size_t j : inside) {
    Instance& i = *m.user.live[j];
    if (!i.held() || waits_for_sends(m, i)) continue;
    if (!i.held_outcome.empty()) {
      leave(m, j, i.held_outcome);
      continue;
    }
    const Stmt* wait = i.held_wait;
    i.held_wait = nullptr;
    begin_wait(m, i, *wait);
  }
}

}  // namespace wend::reference
