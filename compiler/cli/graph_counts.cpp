#include "compiler/cli/graph_counts.h"

#include "compiler/service/journey_graph.h"
#include "runtime/core/user_state.h"

namespace wend::cli {

namespace {

template <class Counts>
void count(Counts& counts, int32_t index) {
  if (index >= 0 && static_cast<size_t>(index) < counts.size()) ++counts[static_cast<size_t>(index)];
}

}  // namespace

GraphCounts::GraphCounts(const Program& program, const Module& module) : program_(program), module_(module), choices_(program.experiments.size()) {
  std::vector<int> uses(program.experiments.size(), 0);
  for (const Journey& journey : program.journeys) {
    graph::Counts::Journey& counts = out_.journeys.emplace_back();
    counts.enters.resize(journey.enters.size());
    counts.exits.resize(journey.exits.size());
    counts.steps.resize(journey.steps.size());
    counts.inside.resize(journey.steps.size());
    statements_.push_back(statements_of_nodes(journey));
    for (const Stmt* stmt : statements_.back()) {
      const auto* choose = stmt ? std::get_if<ChooseExperimentStmt>(&stmt->node) : nullptr;
      if (!choose) continue;
      const size_t experiment = choose->experiment.index();
      choices_[experiment] = ++uses[experiment] == 1 ? stmt : nullptr;
    }
  }
  for (size_t i = 0; i < choices_.size(); ++i)
    if (choices_[i]) out_.statements[choices_[i]].arms.resize(program.experiments[i].variants.size());
  for (const States& states : program.states) out_.states.emplace_back().people.resize(states.rules.size());
}

void GraphCounts::decided(uint32_t profile, const Decision& decision) {
  using Kind = Decision::Kind;
  switch (decision.kind) {
    case Kind::state:
      if (decision.from >= 0) ++out_.states[static_cast<size_t>(decision.subject)].moves[{static_cast<uint32_t>(decision.from), static_cast<uint32_t>(decision.to)}];
      break;
    case Kind::enter:
      ++out_.journeys[static_cast<size_t>(decision.subject)].entered;
      count(out_.journeys[static_cast<size_t>(decision.subject)].enters, decision.why.rule);
      break;
    case Kind::step: {
      graph::Counts::Journey& journey = out_.journeys[static_cast<size_t>(decision.subject)];
      count(journey.steps, decision.step);
      const auto step = static_cast<uint32_t>(decision.step);
      const auto [place, first] = at_.try_emplace({profile, decision.subject, decision.key}, step);
      if (!first) ++journey.went[{place->second, step}];
      place->second = step;
      break;
    }
    case Kind::leave: leave(profile, decision); break;
    case Kind::goal: ++out_.journeys[static_cast<size_t>(decision.subject)].goals; break;
    case Kind::message: message(decision); break;
    case Kind::exposure:
      if (const Stmt* choice = choices_[static_cast<size_t>(decision.subject)]) count(out_.statements[choice].arms, decision.to);
      break;
    default: break;
  }
}

void GraphCounts::leave(uint32_t profile, const Decision& decision) {
  using Leave = Decision::Leave;
  graph::Counts::Journey& journey = out_.journeys[static_cast<size_t>(decision.subject)];
  const auto place = at_.find({profile, decision.subject, decision.key});
  const auto goes = [&](uint64_t& ends, uint32_t target) {
    ++ends;
    if (place != at_.end()) ++journey.went[{place->second, target}];
  };
  switch (decision.leave) {
    case Leave::goal: ++journey.goals; break;
    case Leave::exit: count(journey.exits, decision.why.rule); break;
    case Leave::finished: goes(journey.finished, graph::Counts::Journey::kFinished); break;
    case Leave::left: goes(journey.left, graph::Counts::Journey::kLeft); break;
    default: break;
  }
  if (place != at_.end()) at_.erase(place);
}

void GraphCounts::message(const Decision& decision) {
  if (decision.journey < 0 || decision.why.node < 0) return;
  const std::vector<const Stmt*>& nodes = statements_[static_cast<size_t>(decision.journey)];
  if (static_cast<size_t>(decision.why.node) >= nodes.size() || !nodes[static_cast<size_t>(decision.why.node)]) return;
  graph::Sends& sends = out_.statements[nodes[static_cast<size_t>(decision.why.node)]].sends;
  switch (decision.outcome) {
    case Decision::Outcome::sent: ++sends.sent; break;
    case Decision::Outcome::deferred: ++sends.deferred; break;
    case Decision::Outcome::suppressed: ++sends.suppressed; break;
  }
}

void GraphCounts::end(std::span<const UserState> users) {
  for (const UserState& user : users) {
    if (!user.begun()) continue;
    for (size_t i = 0; i < module_.states.size(); ++i) count(out_.states[i].people, state_slot(user, module_.states[i])->current);
    if (const UserState::More* more = user.more_or_null())
      for (const Instance& instance : more->instances) count(out_.journeys[instance.journey].inside, static_cast<int32_t>(instance.step));
  }
}

graph::Counts GraphCounts::finish(const Summary& summary) {
  out_.run.users = summary.users;
  out_.run.events = summary.events;
  if (summary.events > 0) {
    out_.run.from = format_date(to_local(*module_.zone, summary.first_at).day);
    out_.run.to = format_date(to_local(*module_.zone, summary.last_at).day);
  }
  return std::move(out_);
}

}  // namespace wend::cli
