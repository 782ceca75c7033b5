// The clock is looked at here, and decides nothing but when to stop.
#include "runtime/hosts/bench.h"

#include <algorithm>
#include <chrono>
#include <limits>
#include <memory>

#include "runtime/core/codec.h"
#include "runtime/core/tables.h"
#include "runtime/engine/duplicates.h"
#include "runtime/engine/event_input.h"
#include "runtime/engine/ndjson.h"
#include "runtime/engine/profiles.h"
#include "runtime/hosts/wake_queue.h"

namespace wend {
namespace {

using SteadyClock = std::chrono::steady_clock;

uint64_t nanoseconds(SteadyClock::time_point from, SteadyClock::time_point to) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(to - from).count());
}
double seconds_since(SteadyClock::time_point from) { return std::chrono::duration<double>(SteadyClock::now() - from).count(); }

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

constexpr uint64_t kWokenBetweenLooks = 1024;   // users woken in one go before the clock is looked at
constexpr size_t kCallsLeast = 20'000;   // of a rule, for a round that is long enough to be timed

// One pass over the events: users, their timers, and what each event took.
class Pass {
 public:
  Pass(const Module& module, const BenchEvents& events, size_t most)
      : module_(module), events_(events), most_(std::min(most, events.lines.size())), intake_(module), reader_(intake_), context_(*module.zone, module.windows),
        step_(module, context_), profiles_(intake_.identities, many_by_rank(module)), duplicates_(module.duplicates_within_us), attributes_(attributes_by_rank(module)) {
    read_.reserve(most_);
    decide_.reserve(most_);
  }

  void run(double seconds_most) {
    const SteadyClock::time_point began = SteadyClock::now();
    for (size_t i = 0; i < most_; ++i) {
      if (i % 256 == 0 && i > 0 && seconds_since(began) > seconds_most) break;
      const BenchEvents::Line& line = events_.lines[i];
      if (queue_.next() <= line.at && !wake(line.at, began, seconds_most)) break;
      const size_t before = intake_.log.events().size();
      const SteadyClock::time_point start = SteadyClock::now();
      reader_.line(events_.line(line), "bench", i);
      const SteadyClock::time_point read = SteadyClock::now();
      if (intake_.log.events().size() > before) handle(intake_.log.events().back());
      const SteadyClock::time_point done = SteadyClock::now();
      read_.push_back(static_cast<uint32_t>(std::min<uint64_t>(nanoseconds(start, read), UINT32_MAX)));
      decide_.push_back(static_cast<uint32_t>(std::min<uint64_t>(nanoseconds(read, done), UINT32_MAX)));
    }
  }

  size_t handled() const { return read_.size(); }
  const std::vector<uint32_t>& decide() const { return decide_; }
  const std::vector<uint32_t>& read() const { return read_; }
  uint64_t timers_ns() const { return timers_ns_; }
  uint64_t decisions() const { return decided_; }

  BenchStream stream() const {
    BenchStream out;
    out.events = handled();
    out.decisions = decided_;
    out.timers = woken_;
    for (const UserState& user : users_) out.users += user.begun();
    std::vector<uint64_t> whole;
    whole.reserve(handled());
    double read = 0, decide = 0;
    for (size_t i = 0; i < handled(); ++i) {
      whole.push_back(uint64_t{read_[i]} + decide_[i]);
      read += read_[i];
      decide += decide_[i];
    }
    std::sort(whole.begin(), whole.end());
    out.p50 = static_cast<double>(percentile(whole, 50));
    out.p99 = static_cast<double>(percentile(whole, 99));
    out.max = whole.empty() ? 0 : static_cast<double>(whole.back());
    const auto events = static_cast<double>(std::max<size_t>(handled(), 1));
    out.read = read / events;
    out.decide = decide / events;
    out.events_per_second = events * 1e9 / std::max(1.0, read + decide + static_cast<double>(timers_ns_));
    return out;
  }

  UserBytes bytes() const {
    UserBytesSum sum;
    for (const UserState& user : users_) sum.add(step_, user);
    return sum.of(module_);
  }

  double bytes_at_hand() const { return step_.tables().tail.bytes; }
  BenchRules rules(const BenchLimits& limits);

 private:
  // False: the time of the pass was over before all of them were woken.
  bool wake(int64_t until, SteadyClock::time_point began, double seconds_most) {
    const SteadyClock::time_point start = SteadyClock::now();
    bool all = true;
    for (uint64_t woken = 0; all && queue_.next() <= until;) {
      const int64_t instant = queue_.next();
      queue_.take(due_);
      for (const uint32_t profile : due_) {
        step_.advance(users_[profile], instant, decisions_);
        settled(profile);
      }
      woken_ += due_.size();
      woken += due_.size();
      all = woken < kWokenBetweenLooks || queue_.next() > until || seconds_since(began) <= seconds_most;
    }
    timers_ns_ += nanoseconds(start, SteadyClock::now());
    return all;
  }

  // As a run over files does (batch_run.cpp).
  void handle(const StoredEvent& stored) {
    const EventRecord& record = *stored.record;
    const bool alias = record.type == kAliasCall;
    const Profiles::Found found = alias ? profiles_.alias(record.identities()) : profiles_.resolve(record.identities());
    if (found.fresh) users_.emplace_back();
    for (const uint32_t part : found.joined) join(found.profile, part, stored.at);
    if (alias || is_duplicate(profiles_, duplicates_, found.profile, record.id(), stored.at)) return;
    untold(profiles_, found.profile, intake_.identities, attributes_, changes_);
    const EventInput input = input_of(stored, changes_, profiles_.name(found.profile), stored.at);
    UserState& user = users_[found.profile];
    if (step_.next_due(user) <= stored.at) step_.advance(user, stored.at, decisions_);
    step_.handle(user, input, decisions_);
    settled(found.profile);
  }

  void join(uint32_t profile, uint32_t part, int64_t at) {
    UserState &user = users_[profile], &other = users_[part];
    const int64_t now = std::max({at, user.now, other.now});
    step_.advance(user, now, decisions_);
    step_.advance(other, now, decisions_);
    changes_.clear();
    if (user.begun() && other.begun()) untold(profiles_, profile, intake_.identities, attributes_, changes_);
    step_.merge(user, other, merge_input(now, changes_, profiles_.name(profile)), decisions_);
    other = UserState();
    settled(profile);
  }

  void settled(uint32_t profile) {
    queue_.schedule(profile, step_.next_due(users_[profile]));
    for (const Decision& decision : decisions_) {
      line_.clear();
      append_json(module_, decision, profiles_.name(profile), line_);
    }
    decided_ += decisions_.size();
    decisions_.clear();
  }

  const Module& module_;
  const BenchEvents& events_;
  const size_t most_;
  Intake intake_;
  NdjsonReader reader_;
  Context context_;
  Step step_;
  Profiles profiles_;
  Duplicates duplicates_;
  const std::vector<int32_t> attributes_;
  WakeQueue queue_;
  std::vector<UserState> users_;                  // by profile
  std::vector<uint32_t> due_;
  std::vector<Decision> decisions_;
  std::vector<AttributeChange> changes_;
  std::string line_;
  std::vector<uint32_t> read_, decide_;           // by event
  uint64_t timers_ns_ = 0, woken_ = 0, decided_ = 0;
};

// Each function over all users, then the next: what it reads is as near as a scan has it.
BenchRules Pass::rules(const BenchLimits& limits) {
  BenchRules out;
  for (const ModuleStates& states : module_.states) out.states += states.names.size() - 1;
  out.audiences = module_.audiences.size();
  out.watches = module_.watches.size();
  std::vector<const UserState*> asked;
  for (const UserState& user : users_)
    if (user.begun() && asked.size() < limits.rule_users) asked.push_back(&user);
  out.users = asked.size();
  if (asked.empty() || out.states + out.audiences + out.watches == 0) return out;
  context_.set_now(events_.lines[handled() - 1].at);
  const SteadyClock::time_point began = SteadyClock::now();
  volatile int32_t kept = 0;                      // an answer nobody reads is not computed
  const size_t times = std::max<size_t>(1, kCallsLeast / asked.size());   // few users: again and again
  const auto each = [&](auto&& ask) {
    int32_t sum = 0;
    for (size_t time = 0; time < times; ++time)
      for (size_t i = 0; i < asked.size(); ++i) {
        sum += ask(*asked[i]);
        if (i % 64 == 0) context_.reset_scratch();
      }
    kept = sum;
  };
  std::vector<double> took;
  wend_slot value{};
  for (int round = 0; round < limits.rounds; ++round) {
    const SteadyClock::time_point start = SteadyClock::now();
    for (const ModuleStates& states : module_.states)
      each([&](const UserState& user) {
        const StateSlot& slot = *state_slot(user, states);
        return states.find(user.bytes(), &context_, slot.current == 0xff ? -1 : slot.current);
      });
    for (const ModuleReading& audience : module_.audiences) each([&](const UserState& user) { return audience.value(user.bytes(), nullptr, nullptr, &context_, &value); });
    for (const ModuleWatch& watch : module_.watches)
      each([&](const UserState& user) {
        return watch.kind == ModuleWatch::Kind::edge ? watch.condition(user.bytes(), nullptr, nullptr, &context_) : watch.value(user.bytes(), nullptr, nullptr, &context_, &value);
      });
    took.push_back(static_cast<double>(nanoseconds(start, SteadyClock::now())));
    if (seconds_since(began) > limits.seconds / 4) break;
  }
  // What is evaluated when everybody is asked once is counted apart from the clock.
  out.evaluations = (out.audiences + out.watches) * asked.size();
  for (const ModuleStates& states : module_.states)
    for (const UserState* user : asked) {
      const StateSlot& slot = *state_slot(*user, states);
      const int32_t found = states.find(user->bytes(), &context_, slot.current == 0xff ? -1 : slot.current);
      out.evaluations += std::min<size_t>(static_cast<size_t>(std::max(found, 0)) + 1, states.names.size() - 1);
    }
  context_.reset_scratch();
  out.ns = median(took) / static_cast<double>(std::max<uint64_t>(out.evaluations * times, 1));
  out.per_second = out.ns > 0 ? 1e9 / out.ns : 0;
  return out;
}

// Of each event the least of the rounds: what else the machine did is left out.
struct Least {
  std::vector<uint32_t> ns;
  uint64_t timers_ns = std::numeric_limits<uint64_t>::max();
  void take(const Pass& pass) {
    const std::vector<uint32_t>& said = pass.decide();
    if (ns.empty()) ns = said;
    ns.resize(std::min(ns.size(), said.size()));
    for (size_t i = 0; i < ns.size(); ++i) ns[i] = std::min(ns[i], said[i]);
    timers_ns = std::min(timers_ns, pass.timers_ns());
  }
};

void compare(const BenchEvents& events, const Least& base, const Least& with, const BenchVariant& variant, BenchMore& out) {
  double touching = 0, others = 0;
  const size_t both = std::min(base.ns.size(), with.ns.size());
  for (size_t i = 0; i < both; ++i) {
    const bool touches = std::find(variant.touching.begin(), variant.touching.end(), events.lines[i].type) != variant.touching.end();
    const double more = static_cast<double>(with.ns[i]) - static_cast<double>(base.ns[i]);
    (touches ? touching : others) += more;
    ++(touches ? out.touching : out.others);
  }
  const auto rules = static_cast<double>(variant.rules);
  out.rules = variant.rules;
  if (out.touching > 0) out.touching_ns = touching / static_cast<double>(out.touching) / rules;
  if (out.others > 0) out.others_ns = others / static_cast<double>(out.others) / rules;
  const double timers = static_cast<double>(with.timers_ns) - static_cast<double>(base.timers_ns);
  if (both > 0) out.all_ns = (touching + others + timers) / static_cast<double>(both) / rules;
}

}  // namespace

BenchFigures measure(const Module& module, const BenchEvents& events, const BenchVariant* more, const BenchLimits& limits) {
  BenchFigures out;
  Least base, with;
  std::vector<BenchStream> streams;
  const SteadyClock::time_point began = SteadyClock::now();
  size_t most = events.lines.size();
  for (bool last = false; !last;) {
    auto pass = std::make_unique<Pass>(module, events, most);
    pass->run(limits.pass_seconds);
    most = std::min(most, pass->handled());
    streams.push_back(pass->stream());
    base.take(*pass);
    if (limits.progress) limits.progress(static_cast<uint64_t>(out.rounds) * 2 + 1, static_cast<uint64_t>(limits.rounds) * 2);
    last = ++out.rounds >= limits.rounds || seconds_since(began) > limits.seconds;
    if (last) {
      out.bytes = pass->bytes();
      out.rules = pass->rules(limits);
    }
    if (more == nullptr) continue;
    const uint64_t decisions = pass->decisions();
    const size_t handled = pass->handled();
    const double at_hand = pass->bytes_at_hand();
    pass = nullptr;                                // one population at a time
    pass = std::make_unique<Pass>(more->module, events, handled);
    pass->run(limits.pass_seconds * 4);
    with.take(*pass);
    if (limits.progress) limits.progress(static_cast<uint64_t>(out.rounds) * 2, static_cast<uint64_t>(limits.rounds) * 2);
    if (!last) continue;
    out.more.bytes_at_rest = (pass->bytes().mean - out.bytes.mean) / static_cast<double>(more->rules);
    out.more.bytes_at_hand = (pass->bytes_at_hand() - at_hand) / static_cast<double>(more->rules);
    out.more.decisions = pass->decisions() > decisions ? pass->decisions() - decisions : 0;
  }
  if (more != nullptr) compare(events, base, with, *more, out.more);
  std::sort(streams.begin(), streams.end(), [](const BenchStream& a, const BenchStream& b) { return a.events_per_second < b.events_per_second; });
  out.stream = streams[streams.size() / 2];
  out.cut = out.stream.events < events.lines.size();
  return out;
}

}  // namespace wend
