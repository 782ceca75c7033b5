// One array a kind of decision.
#include "runtime/hosts/tally.h"

namespace wend {

const char* outcome_word(Decision::Leave leave) {
  static constexpr const char* kWords[] = {"goal", "exit", "finished", "left", "merged", "removed"};
  return kWords[static_cast<size_t>(leave)];
}

const char* reason_word(Decision::Reason reason) {
  static constexpr const char* kWords[] = {"", "holdout", "consent", "unreachable", "topic", "never", "expired", "quiet",
                                           "gap", "cap", "left", "paused", "removed", "limit"};
  return kWords[static_cast<size_t>(reason)];
}

Tally::Tally(const Module& module)
    : module_(module), events_(module.events.size() + 1), moves_(module.states.size()), journeys_(module.journeys.size()),
      channels_(module.channels.size() + 1), inside_(module.journeys.size()), raised_(module.events.size()), sets_(module.attributes.size()), calls_(module.hooks.size()) {
  for (const ModuleStates& states : module.states) populations_.emplace_back(states.names.size());
  for (const ModuleExperiment& experiment : module.experiments) exposures_.emplace_back(experiment.variants.size());
}

void Tally::event(uint32_t type) { ++events_[type == WEND_IDENTIFY ? events_.size() - 1 : type]; }

void Tally::decision(const Decision& d) {
  switch (d.kind) {
    case Decision::Kind::state:
      if (d.from >= 0) ++moves_[d.subject][{d.from, d.to}];
      break;
    case Decision::Kind::enter: ++journeys_[d.subject].entered; break;
    case Decision::Kind::leave: ++journeys_[d.subject].left[static_cast<size_t>(d.leave)]; break;
    case Decision::Kind::exposure: ++exposures_[d.subject][d.to]; break;
    case Decision::Kind::late: ++late_; break;
    case Decision::Kind::message: {
      Channel& channel = channels_[d.channel < 0 ? channels_.size() - 1 : static_cast<size_t>(d.channel)];
      if (d.outcome == Decision::Outcome::sent) ++channel.sent;
      else if (d.outcome == Decision::Outcome::deferred) ++channel.deferred;
      else ++channel.suppressed[static_cast<size_t>(d.reason)];
      break;
    }
    case Decision::Kind::goal: ++journeys_[d.subject].goals_later; break;
    case Decision::Kind::refused: ++journeys_[d.subject].refused; break;
    case Decision::Kind::signal: ++raised_[static_cast<size_t>(d.subject)]; break;
    case Decision::Kind::set: ++sets_[static_cast<size_t>(d.subject)]; break;
    case Decision::Kind::call: ++calls_[static_cast<size_t>(d.subject)]; break;
    case Decision::Kind::step: break;
  }
}

void Tally::population(const UserState& user) {
  for (size_t i = 0; i < module_.states.size(); ++i) {
    const uint8_t current = state_slot(user, module_.states[i])->current;
    if (current < populations_[i].size()) ++populations_[i][current];
  }
  if (const UserState::More* more = user.more_or_null())
    for (const Instance& instance : more->instances) ++inside_[instance.journey];
}

void Tally::write(Summary& summary) const {
  summary.late = late_;
  for (size_t i = 0; i < events_.size(); ++i) {
    if (events_[i] > 0) summary.events_by_name[i + 1 == events_.size() ? "identify" : module_.events[i].name] += events_[i];
  }
  const auto named = [](const auto& table, const std::vector<uint64_t>& counts, std::map<std::string, uint64_t>& out) {
    for (size_t i = 0; i < counts.size(); ++i) if (counts[i] > 0) out[table[i].name] = counts[i];
  };
  named(module_.events, raised_, summary.raised);
  named(module_.attributes, sets_, summary.sets);
  named(module_.hooks, calls_, summary.calls);
  for (size_t i = 0; i < module_.states.size(); ++i) {
    const ModuleStates& states = module_.states[i];
    Summary::States& out = summary.states[states.name];
    for (size_t s = 0; s < states.names.size(); ++s) if (populations_[i][s] > 0) out.population[states.names[s]] = populations_[i][s];
    for (const auto& [move, count] : moves_[i]) out.moves[{states.names[move.first], states.names[move.second]}] = count;
  }
  for (size_t i = 0; i < journeys_.size(); ++i) {
    Summary::Journey& out = summary.journeys[module_.journeys[i].name];
    out.entered = journeys_[i].entered;
    out.inside = inside_[i];
    out.goals_later = journeys_[i].goals_later;
    out.refused = journeys_[i].refused;
    for (size_t leave = 0; leave < 6; ++leave) {
      if (journeys_[i].left[leave] > 0) out.left[outcome_word(static_cast<Decision::Leave>(leave))] = journeys_[i].left[leave];
    }
  }
  for (size_t i = 0; i < channels_.size(); ++i) {
    const Channel& channel = channels_[i];
    Summary::Channel out{channel.sent, channel.deferred, {}};
    for (size_t reason = 0; reason < 16; ++reason) {
      if (channel.suppressed[reason] > 0) out.suppressed[reason_word(static_cast<Decision::Reason>(reason))] = channel.suppressed[reason];
    }
    if (out.sent + out.deferred > 0 || !out.suppressed.empty()) {
      summary.channels[i + 1 == channels_.size() ? "(none)" : module_.channels[i].name] = std::move(out);
    }
  }
  for (size_t i = 0; i < exposures_.size(); ++i) {
    for (size_t v = 0; v < exposures_[i].size(); ++v) {
      if (exposures_[i][v] > 0) summary.exposures[module_.experiments[i].name][module_.experiments[i].variants[v]] = exposures_[i][v];
    }
  }
}

namespace {
template <class Key>
void add(std::map<Key, uint64_t>& counts, const std::map<Key, uint64_t>& earlier) {
  for (const auto& [key, count] : earlier) counts[key] += count;
}
}  // namespace

void add_earlier(Summary& summary, const Summary& earlier) {
  if (earlier.events > 0) {
    summary.first_at = earlier.first_at;
    if (summary.events == 0) summary.last_at = earlier.last_at;
  }
  summary.events += earlier.events;
  summary.duplicates += earlier.duplicates;
  summary.late += earlier.late;
  summary.aliases += earlier.aliases;
  for (uint64_t Summary::*dropped : {&Summary::saturations, &Summary::open_dropped, &Summary::values_dropped, &Summary::raised_dropped, &Summary::sets_refused})
    summary.*dropped += earlier.*dropped;
  add(summary.events_by_name, earlier.events_by_name);
  add(summary.raised, earlier.raised);
  add(summary.sets, earlier.sets);
  add(summary.calls, earlier.calls);
  for (const auto& [name, states] : earlier.states) add(summary.states[name].moves, states.moves);
  for (const auto& [name, was] : earlier.journeys) {
    Summary::Journey& journey = summary.journeys[name];
    journey.entered += was.entered;
    journey.goals_later += was.goals_later;
    journey.refused += was.refused;
    add(journey.left, was.left);
  }
  for (const auto& [name, was] : earlier.channels) {
    Summary::Channel& channel = summary.channels[name];
    channel.sent += was.sent;
    channel.deferred += was.deferred;
    add(channel.suppressed, was.suppressed);
  }
  for (const auto& [name, variants] : earlier.exposures) add(summary.exposures[name], variants);
}

}  // namespace wend
