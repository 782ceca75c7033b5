// The observer that counts, and the run it looks on.
#include "runtime/hosts/simulation.h"

#include <algorithm>
#include <set>

#include "runtime/core/step.h"

namespace wend {
namespace {

using Reason = Decision::Reason;

constexpr int32_t kLooksMost = 12;   // before the end

class SimulationCount : public BatchObserver {
 public:
  explicit SimulationCount(const Module& module) : module_(module), channels_(module.channels.size()), message_people_(module.messages.size()) {
    out_.project = module.project;
    out_.time_zone = zone_name(*module.zone);
    for (const ModuleChannel& channel : module.channels) out_.channels.push_back(channel.name);
    for (const ModuleMessage& message : module.messages) out_.messages.push_back({message.name, 0, 0, 0, 0});
    for (const ModuleExperiment& experiment : module.experiments) {
      Simulation::Experiment& counted = out_.experiments.emplace_back();
      counted.name = experiment.name;
      for (const std::string& variant : experiment.variants) counted.arms.push_back({variant, 0, 0});
      for (const ModuleShare& share : experiment.shares) counted.arms[share.variant].weight += share.range.to - share.range.from;
    }
    for (const ModuleStates& states : module.states) out_.blocks.push_back({states.name, states.names});
  }

  void begin(int64_t first_at, int64_t last_at) override {
    const int32_t first = to_local(*module_.zone, first_at).day, last = to_local(*module_.zone, last_at).day;
    every_ = std::max(1, (last - first + kLooksMost - 1) / kLooksMost);
    day_ = first + every_;
    last_at_ = last_at;
    next_look_ = start_of_day(*module_.zone, day_);
  }

  int64_t next_look() const override { return module_.states.empty() || next_look_ > last_at_ ? WEND_FOREVER : next_look_; }

  void look(int64_t at, std::span<const UserState> users) override {
    Simulation::Look& look = out_.looks.emplace_back();
    look.at = at;
    for (const ModuleStates& states : module_.states) look.people.emplace_back(states.names.size());
    for (const UserState& user : users) {
      if (!user.begun()) continue;
      for (size_t i = 0; i < module_.states.size(); ++i) {
        const uint8_t current = state_slot(user, module_.states[i])->current;
        if (current < look.people[i].size()) ++look.people[i][current];
      }
    }
    day_ += every_;
    next_look_ = start_of_day(*module_.zone, day_);
  }

  void decided(uint32_t profile, const Decision& decision) override {
    if (decision.kind == Decision::Kind::exposure) ++out_.experiments[static_cast<size_t>(decision.subject)].arms[static_cast<size_t>(decision.to)].people;
    if (decision.kind == Decision::Kind::message) message(profile, decision);
  }

  void end(std::span<const UserState> users) override {
    if (!module_.states.empty() && next_look_ != WEND_FOREVER) look(last_at_, users);
  }

  Simulation finish(Summary summary) {
    out_.summary = std::move(summary);
    for (size_t i = 0; i < out_.messages.size(); ++i) out_.messages[i].people = message_people_[i].size();
    for (const uint32_t got : got_) out_.reached += got > 0, out_.most_to_one = std::max<uint64_t>(out_.most_to_one, got);
    for (auto& [key, counted] : obstacles_) {
      counted.obstacle.people = counted.people.size();
      out_.obstacles.push_back(std::move(counted.obstacle));
    }
    for (Simulation::Experiment& experiment : out_.experiments) {
      std::vector<uint64_t> found;
      std::vector<int64_t> weights;
      for (const Simulation::Arm& arm : experiment.arms) found.push_back(arm.people), weights.push_back(arm.weight);
      experiment.balance = balance_of(found, weights);
    }
    return std::move(out_);
  }

 private:
  // In the order in which rules are asked: see Decision::Reason.
  struct Key {
    Reason reason;
    int32_t rule;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Counted { Simulation::Obstacle obstacle; std::set<uint32_t> people; };

  void message(uint32_t profile, const Decision& decision) {
    Simulation::Message& message = out_.messages[static_cast<size_t>(decision.subject)];
    if (decision.outcome == Decision::Outcome::sent) {
      ++message.sent;
      message_people_[static_cast<size_t>(decision.subject)].insert(profile);
      std::vector<uint64_t>& day = out_.sent[to_local(*module_.zone, decision.at).day];
      day.resize(channels_);
      if (decision.channel >= 0) ++day[static_cast<size_t>(decision.channel)];
      if (profile >= got_.size()) got_.resize(profile + 1, 0);
      ++got_[profile];
      return;
    }
    const bool deferred = decision.outcome == Decision::Outcome::deferred;
    ++(deferred ? message.deferred : message.suppressed);
    const bool of_channel = decision.reason == Reason::consent || decision.reason == Reason::unreachable || decision.reason == Reason::topic;
    Counted& counted = obstacles_[{decision.reason, of_channel ? decision.channel : decision.why.rule}];
    if (counted.obstacle.reason.empty()) describe(decision, of_channel, counted.obstacle);
    ++(deferred ? counted.obstacle.deferred : counted.obstacle.suppressed);
    if (deferred) counted.obstacle.waited_us += std::max<int64_t>(0, decision.until - decision.at);
    counted.people.insert(profile);
  }

  template <class Rules>
  void place_of(const Rules& rules, int32_t rule, Simulation::Obstacle& out) const {
    if (rule < 0 || static_cast<size_t>(rule) >= rules.size()) return;
    out.text = rules[static_cast<size_t>(rule)].place.text;
    out.at = rules[static_cast<size_t>(rule)].place.at;
  }

  void describe(const Decision& decision, bool of_channel, Simulation::Obstacle& out) const {
    out.reason = decision.reason == Reason::none ? "asked for later" : std::string(word(decision.reason));
    switch (decision.reason) {
      case Reason::holdout: place_of(module_.hold_outs, decision.why.rule, out); break;
      case Reason::never: place_of(module_.nevers, decision.why.rule, out); break;
      case Reason::quiet: place_of(module_.quiets, decision.why.rule, out); break;
      case Reason::gap: place_of(module_.gaps, decision.why.rule, out); break;
      case Reason::cap: place_of(module_.caps, decision.why.rule, out); break;
      default: break;
    }
    if (of_channel && decision.channel >= 0) out.text = module_.channels[static_cast<size_t>(decision.channel)].name;
  }

  const Module& module_;
  const size_t channels_;
  Simulation out_;
  std::vector<std::set<uint32_t>> message_people_;
  std::vector<uint32_t> got_;                      // by profile
  std::map<Key, Counted> obstacles_;
  int32_t day_ = 0, every_ = 1;
  int64_t next_look_ = WEND_FOREVER, last_at_ = 0;
};

template <class Run>
SimulationResult simulated(const Module& module, BatchOptions& options, Run run) {
  SimulationCount count(module);
  options.observer = &count;
  BatchResult result = run(options);
  return {count.finish(std::move(result.summary)), std::move(result.error)};
}

}  // namespace

SimulationResult simulate(const Module& module, BatchOptions options) {
  return simulated(module, options, [&module](const BatchOptions& with) { return run_batch(module, with); });
}

SimulationResult simulate_text(const Module& module, std::string_view ndjson, BatchOptions options) {
  return simulated(module, options, [&](const BatchOptions& with) { return run_batch_text(module, ndjson, with); });
}

}  // namespace wend
