// Journeys: live instances, entries, and a run from one wait to the next by walking the typed statements.
#include <algorithm>

#include "tests/reference/step.h"

namespace wend::reference {
namespace {

const Journey& journey_of(const Moment& m, const Instance& i) { return m.program().journeys[i.journey.index()]; }

constexpr size_t kAtOnce = 64;   // instances of a user, and goals watched on

Lines::Key key_of(const Moment& m, const Instance& i) { return journey_of(m, i).keyed ? Lines::Key(i.key) : std::nullopt; }

// A goal counts while the user is inside, or for the time it says.
bool goal_holds(const Moment& m, const Instance& i) {
  const Journey& journey = journey_of(m, i);
  if (!journey.goal || (journey.goal_within_us && m.now >= i.entered_at + journey.goal_within_us)) return false;
  return holds(*journey.goal, m.scene(&i));
}

void leave(Moment& m, Instance& i, const std::string& outcome) {
  size_t j = i.journey.index();
  const Journey& journey = journey_of(m, i);
  m.lines.leave(journey.name, key_of(m, i), outcome);
  m.user.exits[j].emplace_back(i.key, m.now);
  auto found = m.user.live.find({j, i.key});
  std::unique_ptr<Instance> gone = std::move(found->second);
  m.user.live.erase(found);
  bool by_itself = outcome == "finished" || outcome == "left";
  if (!by_itself || !journey.goal || !journey.goal_within_us || m.now >= i.entered_at + journey.goal_within_us) return;
  gone->wait = nullptr;
  m.user.watched.push_back(std::move(gone));
  if (m.user.watched.size() > kAtOnce) m.user.watched.erase(m.user.watched.begin());
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

void push(Instance& i, const std::unique_ptr<Block>& block) {
  if (block && !block->empty()) i.frames.push_back({block.get(), 0});
}

enum class Begun { waits, over, leaves };

Begun begin_date(Moment& m, Instance& i, const WaitUntilDateStmt& wait) {
  using Else = WaitUntilDateStmt::Else;
  Value date = evaluate(*wait.date, m.scene(&i));
  i.due = m.now;
  if (date.known) i.due = m.world.zone_of(m.user, wait.user_time).instant(date.integer, wait.time_of_day_us);
  if (i.due > m.now) return Begun::waits;
  bool leaves = date.known ? i.due < m.now && wait.past == Else::leave : wait.unknown == Else::leave;
  return leaves ? Begun::leaves : Begun::over;
}

// A wait that is over as it begins: its `then`, if it has one, comes next.
Begun begin_wait(Moment& m, Instance& i, const Stmt& stmt) {
  i.wait = &stmt;
  i.begun = m.now;
  Begun begun = Begun::waits;
  if (const auto* wait = std::get_if<WaitUntilDateStmt>(&stmt.node)) begun = begin_date(m, i, *wait);
  if (const auto* wait = std::get_if<WaitUntilStmt>(&stmt.node)) {
    i.due = m.now + wait->up_to_us;
    if (holds(*wait->condition, m.scene(&i))) {
      push(i, wait->then);
      begun = Begun::over;
    }
  }
  if (begun != Begun::waits) i.wait = nullptr;
  if (const auto* wait = std::get_if<WaitStmt>(&stmt.node)) i.due = m.now + wait->length_us;
  if (const auto* wait = std::get_if<WaitForStmt>(&stmt.node)) i.due = m.now + wait->up_to_us;
  if (const auto* wait = std::get_if<WaitUntilTimeStmt>(&stmt.node)) i.due = next_wall_time(m.world.zone_of(m.user, wait->user_time), *wait, m.now);
  return begun;
}

void begin_step(Moment& m, Instance& i, size_t step) {
  const Journey& journey = journey_of(m, i);
  i.step = step;
  m.lines.step(journey.name, key_of(m, i), journey.steps[step].name);
  i.frames = {{&journey.steps[step].body, 0}};
}

void reach_send(Moment& m, Instance& i, const SendStmt& stmt) {
  const Program& program = m.program();
  const Journey& journey = journey_of(m, i);
  auto send = std::make_shared<Send>();
  send->message = stmt.message;
  send->journey = i.journey;
  send->step = journey.steps[i.step].name;
  for (const ExprPtr& argument : stmt.arguments) send->arguments.push_back(evaluate(*argument, m.scene(&i)));
  send->id_parts = {program.project.name, i.unit, first_name(journey), i.key, std::to_string(i.entry_number), first_name(journey.steps[i.step]) + "/" + std::to_string(stmt.site), std::to_string(++i.activations)};
  if (stmt.at_us) {
    const Zone& zone = m.world.zone_of(m.user, stmt.at_user_time);
    for (int64_t day = zone.local_day(m.now) - 1; send->not_before < m.now; ++day) send->not_before = zone.instant(day, *stmt.at_us);
  }
  send->best = stmt.choice == ChannelChoice::best;
  send->valid_until = std::max(m.now, send->not_before) + program.messages[stmt.message.index()].valid_for_us;
  send->order = ++m.user.sends_reached;
  send->instance = i.id;
  send->key = i.key;
  if (stmt.choice != ChannelChoice::all) {
    send->legs.push_back({1, stmt.channels});
  } else {
    for (size_t k = 0; k < stmt.channels.size(); ++k) send->legs.push_back({static_cast<int>(k + 1), {stmt.channels[k]}});
  }
  m.gathered.push_back(send);
  m.user.open.push_back(send);
}

void choose(Moment& m, Instance& i, const ChooseExperimentStmt& stmt) {
  auto arm = variant_of(m, stmt.experiment, stmt.unit.get(), i);
  if (!arm) return push(i, stmt.otherwise);
  expose(m, stmt.experiment, *arm, stmt.unit.get(), i);
  if (*arm < stmt.arms.size()) push(i, stmt.arms[*arm]);
}

void choose_first(Moment& m, Instance& i, const ChooseFirstStmt& stmt) {
  for (const auto& arm : stmt.arms)
    if (holds(*arm.condition, m.scene(&i))) return push(i, arm.body);
  push(i, stmt.otherwise);
}

void split(Moment& m, Instance& i, const SplitStmt& stmt) {
  int64_t place = bucket(stmt.chance, stmt.per_entry ? std::to_string(i.entry_number) : "", m.user.unit), from = 0;
  for (const auto& arm : stmt.arms) {
    from += arm.millionths;
    if (place < from) return push(i, arm.body);
  }
}

bool is_wait(const Stmt& stmt) {
  return std::holds_alternative<WaitStmt>(stmt.node) || std::holds_alternative<WaitUntilTimeStmt>(stmt.node) || std::holds_alternative<WaitForStmt>(stmt.node) ||
         std::holds_alternative<WaitUntilDateStmt>(stmt.node) || std::holds_alternative<WaitUntilStmt>(stmt.node);
}

// Ends the journey, now or when the sends before the end are decided.
void finish(Moment& m, Instance& i, const std::string& outcome) {
  if (waits_for_sends(m, i)) i.held_outcome = outcome;
  else leave(m, i, outcome);
}

void run(Moment& m, Instance& i) {
  i.wait = nullptr;
  i.over = false;
  for (;;) {
    while (!i.frames.empty() && i.frames.back().next == i.frames.back().block->size()) i.frames.pop_back();
    if (i.frames.empty()) {
      if (i.step + 1 == journey_of(m, i).steps.size()) return finish(m, i, "finished");
      begin_step(m, i, i.step + 1);
      continue;
    }
    const Stmt& stmt = (*i.frames.back().block)[i.frames.back().next++];
    if (is_wait(stmt)) {
      if (waits_for_sends(m, i)) {
        i.held_wait = &stmt;
        return;
      }
      switch (begin_wait(m, i, stmt)) {
        case Begun::waits: return;
        case Begun::over: continue;
        case Begun::leaves: return leave(m, i, "left");
      }
    }
    if (std::holds_alternative<FinishStmt>(stmt.node)) return finish(m, i, "finished");
    if (std::holds_alternative<LeaveStmt>(stmt.node)) return finish(m, i, "left");
    if (const auto* send = std::get_if<SendStmt>(&stmt.node)) reach_send(m, i, *send);
    else if (const auto* test = std::get_if<IfStmt>(&stmt.node)) push(i, holds(*test->condition, m.scene(&i)) ? test->then : test->otherwise);
    else if (const auto* choice = std::get_if<ChooseExperimentStmt>(&stmt.node)) choose(m, i, *choice);
    else if (const auto* first = std::get_if<ChooseFirstStmt>(&stmt.node)) choose_first(m, i, *first);
    else if (const auto* shares = std::get_if<SplitStmt>(&stmt.node)) split(m, i, *shares);
    else if (const auto* set = std::get_if<SetStmt>(&stmt.node)) set_attribute(m, i, *set);
    else if (const auto* emit = std::get_if<EmitStmt>(&stmt.node)) emit_event(m, i, *emit);
    else if (const auto* call = std::get_if<CallStmt>(&stmt.node)) call_hook(m, i, *call);
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
  if (i.over) return run(m, i);
  if (!i.wait) return;
  const auto* until = std::get_if<WaitUntilStmt>(&i.wait->node);
  if (until && i.due > m.now && holds(*until->condition, m.scene(&i))) {
    push(i, until->then);
    return run(m, i);
  }
  const auto* for_event = std::get_if<WaitForStmt>(&i.wait->node);
  if (for_event && wait_for_is_met(m, i, *for_event)) {
    push(i, for_event->then);
    return run(m, i);
  }
  if (!m.timer || i.due > m.now) return;
  if (for_event) push(i, for_event->otherwise);
  if (until) push(i, until->otherwise);
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

// The last exit that re-entry counts from: of a keyed journey that of this key, if it is among the 64 keys left last.
std::optional<int64_t> last_exit(const Moment& m, size_t journey, const std::string& key) {
  auto exits = m.user.exits.find(journey);
  if (exits == m.user.exits.end()) return std::nullopt;
  if (!m.program().journeys[journey].keyed) return exits->second.back().second;
  std::set<std::string> later;
  for (auto exit = exits->second.rbegin(); exit != exits->second.rend(); ++exit) {
    later.insert(exit->first);
    if (later.size() > 64) return std::nullopt;
    if (exit->first == key) return exit->second;
  }
  return std::nullopt;
}

bool may_re_enter(const Moment& m, size_t journey, const std::string& key) {
  const ReEnter& rule = m.program().journeys[journey].re_enter;
  auto entries = m.user.entries.find(journey);
  if (rule.kind == ReEnter::Kind::always || entries == m.user.entries.end()) return true;
  if (rule.kind == ReEnter::Kind::never) return false;
  auto left = last_exit(m, journey, key);
  return !left || *left + rule.after_us <= m.now;
}

// Is there room beside those inside?
bool has_room(const Moment& m, size_t journey, const std::string& key) {
  if (m.user.live.count({journey, key})) return false;
  int64_t inside = 0;
  for (const auto& [place, instance] : m.user.live) inside += place.first == journey;
  const int64_t most = m.program().journeys[journey].at_most;
  return !most || inside < most;
}

// The places of the ways in that fire.
std::vector<size_t> entered_by(Moment& m, size_t j) {
  const Journey& journey = m.program().journeys[j];
  std::vector<size_t> places;
  for (size_t k = 0; k < journey.enters.size(); ++k) {
    const auto* on = std::get_if<EnterOn>(&journey.enters[k].node);
    bool by_event = on && m.event && m.event->event == on->event && (!on->where || holds(*on->where, m.scene()));
    if (by_event || m.entered_by.count({j, k})) places.push_back(k);
  }
  return places;
}

void try_entry(Moment& m, size_t j) {
  const Journey& journey = m.program().journeys[j];
  std::vector<size_t> places = entered_by(m, j);
  if (places.empty() || journey.closed || journey.paused || m.late) return;
  const EnterOn* on = nullptr;   // of the ways in by the event the first, if there is one
  for (size_t place : places)
    if (!on) on = std::get_if<EnterOn>(&journey.enters[place].node);
  auto instance = std::make_unique<Instance>();
  if (on && on->key) instance->key = value_text(m.program(), on->key->type, evaluate(*on->key, m.scene()));
  if (!has_room(m, j, instance->key) || !may_re_enter(m, j, instance->key)) return;
  instance->id = ++m.user.instances_made;
  instance->journey = JourneyId(j);
  instance->entered_at = m.now;
  instance->unit = m.user.unit;
  instance->entered_after = m.user.history.size();
  if (on) instance->entry = *m.event;
  if (journey.only_if && !holds(*journey.only_if, m.scene(instance.get()))) return;
  if (goal_holds(m, *instance) || exits(m, *instance)) return;
  if (m.user.live.size() >= kAtOnce) return m.lines.refused(journey.name, key_of(m, *instance));
  if (!has_a_way(m, *instance, places)) return;
  instance->entry_number = ++m.user.entries[j];
  m.lines.enter(journey.name, key_of(m, *instance));
  Instance& i = *instance;
  m.user.live[{j, i.key}] = std::move(instance);
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

void watch_goals(Moment& m) {
  for (size_t k = 0; k < m.user.watched.size();) {
    const Instance& i = *m.user.watched[k];
    bool met = goal_holds(m, i), over = m.now >= i.entered_at + journey_of(m, i).goal_within_us;
    if (met) m.lines.goal(journey_of(m, i).name, key_of(m, i));
    if (met || over) m.user.watched.erase(m.user.watched.begin() + static_cast<std::ptrdiff_t>(k));
    else ++k;
  }
}

namespace {

std::vector<Instance*> inside(Moment& m) {
  std::vector<Instance*> all;
  for (const auto& [place, instance] : m.user.live) all.push_back(instance.get());
  return all;
}

}  // namespace

void leave_merged(Moment& m, const Instance& instance) {
  m.lines.leave(journey_of(m, instance).name, key_of(m, instance), "merged");
  withdraw(m, instance);
  m.user.exits[instance.journey.index()].emplace_back(instance.key, m.now);
}

void run_live(Moment& m) {
  for (Instance* i : inside(m)) {
    bool goal = goal_holds(m, *i);
    if (goal || exits(m, *i)) {
      withdraw(m, *i);
      leave(m, *i, goal ? "goal" : "exit");
      continue;
    }
    resume(m, *i);
  }
}

void run_entries(Moment& m) {
  for (size_t j = 0; j < m.program().journeys.size(); ++j) try_entry(m, j);
}

void go_on(Moment& m) {
  for (Instance* i : inside(m)) {
    if (!i->held() || waits_for_sends(m, *i)) continue;
    if (!i->held_outcome.empty()) {
      leave(m, *i, i->held_outcome);
      continue;
    }
    const Stmt* wait = i->held_wait;
    i->held_wait = nullptr;
    Begun begun = begin_wait(m, *i, *wait);
    if (begun == Begun::over) i->over = true;
    if (begun == Begun::leaves) leave(m, *i, "left");
  }
}

}  // namespace wend::reference
