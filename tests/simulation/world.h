// One host, without sockets and threads, from its first start over every kill to its end: the clock, the store, the provider,
// the desk, and book of what was durably accepted, so that others can say what should have come of it.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/service/service.h"
#include "runtime/engine/clock.h"
#include "runtime/engine/desk.h"
#include "runtime/store/ahead_store.h"
#include "tests/differential/random.h"
#include "tests/simulation/provider.h"
#include "tests/simulation/sim_store.h"
#include "tests/simulation/story.h"

namespace wend::simulation {

// A wall clock that may be set, and one that cannot.
class SimClock : public Clock {
 public:
  int64_t wall() const override { return steady_ + offset_; }
  int64_t steady() const override { return steady_; }
  void go_on(int64_t by) { steady_ += by; }
  void jump(int64_t by) { offset_ += by; }

 private:
  int64_t steady_ = 0, offset_ = 0;
};

// What the host said it has, in its order.
struct Accepted {
  enum class Kind : uint8_t { line, change, erase } kind = Kind::line;
  int64_t received = 0, at = 0;    // change: the other version is live from `at` on
  std::string raw;
  UserId user = kNoUser;           // erase; `raw` has their identities, one a line
};

// A decision as it is kept.
struct Kept {
  uint64_t sequence = 0;
  int64_t at = 0;
  UserId id = kNoUser;
  std::string line;
};
std::vector<Kept> kept_decisions(const StoreReader& store);
// What came of sends, as the host told itself; by sequence.
std::vector<Accepted> kept_feedback(const StoreReader& store);

class World {
 public:
  World(const Story& story, uint64_t seed, SimDisk* disk = nullptr);
  ~World();
  bool ok() const { return project_.ok(); }
  const bool joins;                 // users may turn out to be one

  // ---- the process; all of it may throw Killed or ShardFault
  void start();
  // Whatever is not durable is gone. The lines nobody was told are safe.
  std::vector<std::string> stop();
  bool running() const { return desk_ != nullptr; }
  void take(const std::vector<std::string>& lines, bool of_before);
  void tick();
  bool claim(size_t most);          // and commits
  bool attempt();                   // the next on some channel
  bool hear(size_t which);          // an outcome that came back
  void commit();
  void go_on();                     // commits; perhaps without waiting until it is durable
  bool change();                    // false: the other version is refused
  void erase(UserId user);
  Desk& desk() { return *desk_; }

  // ---- time
  int64_t pass(int64_t by);         // and what the host believes to be now
  int64_t now() const { return now_; }
  bool trusted() { return clock_->trusted(); }
  TrustedClock& clock() { return *clock_; }
  SimClock& hands() { return hands_; }

  SimStore& store() { return store_; }
  const SimStore& store() const { return store_; }
  SimProvider& provider() { return *provider_; }
  const SimProvider& provider() const { return *provider_; }
  bool desk_user_is_gone(UserId user) const;   // erased, durably
  const Project& project() const { return project_; }
  const Module& module() const { return *live().module; }
  const Desk::Version& live() const { return versions_[live_]; }
  const Desk::Version& version(size_t which) const { return versions_[which]; }
  bool changed() const { return live_ > 0; }
  const ProgramFiles& next_files() const { return next_files_; }
  const DeliveryPolicy& policy() const { return policy_; }
  bool takes_once() const { return takes_once_; }
  size_t came_back() const { return back_.size(); }
  std::vector<std::string> channels() const;
  std::optional<UserRow> row_of(UserId user) const;   // as it is kept

  const std::vector<Accepted>& accepted() const { return accepted_; }
  const std::vector<std::string>& told() const { return told_; }
  std::set<std::string> failed_by_others;   // ids of sends that somebody outside said had failed
  std::set<std::string> settled;            // ids of sends of which somebody else said what became of them
  std::vector<std::string> problems;        // found while it ran

 private:
  void check_claims(const std::set<std::string>& before);

  // The disk is behind by one batch, whose writing comes when somebody waits for it.
  struct Ahead : AheadStore {
    explicit Ahead(World& world_) : AheadStore(world_.store_, true), world(world_) {}
    StoreFailure begin(Batch batch) override;
    StoreFailure write(const Batch& batch, bool synced) override;
    World& world;
  };

  differential::Random random_, landing_;
  const bool one_ahead_;
  Project project_;
  ProgramFiles files_, next_files_;
  std::vector<Desk::Version> versions_;
  size_t live_ = 0;
  DeliveryPolicy policy_;
  bool takes_once_ = false;
  SimClock hands_;
  int64_t now_ = INT64_MIN;
  std::unique_ptr<TrustedClock> clock_;
  SimStore store_;
  std::unique_ptr<Ahead> ahead_;
  std::shared_ptr<SimProvider> provider_;
  std::map<std::string, Courier::Way> ways_;
  std::unique_ptr<Dispatcher> dispatcher_;
  std::unique_ptr<Desk> desk_;
  uint64_t generation_ = 0;             // of processes
  std::deque<std::pair<std::string, Outcome>> back_;
  std::vector<Accepted> pending_, accepted_;
  size_t begun_ = 0;                    // of those pending: in the batch that is on its way
  std::vector<std::string> told_;
};

}  // namespace wend::simulation
