// The run over events in memory: one loop over the instants at which something happens, in time order, each with its timers
// before its events and its lines sorted. Private to the batch host.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/engine/duplicates.h"
#include "runtime/engine/intake.h"
#include "runtime/engine/profiles.h"
#include "runtime/hosts/batch.h"
#include "runtime/hosts/tally.h"
#include "runtime/hosts/wake_queue.h"

namespace wend {

class Migration;

class BatchRun {
 public:
  BatchRun(Intake& intake, const BatchOptions& options);

  void run(int64_t before = WEND_FOREVER); // to the last event, to `until_us` or to `snapshot_us`; nothing from `before` on
  int64_t last_instant() const;            // at which something can happen
  std::string snapshot(int64_t at_us);     // behind run()
  void summarise(Summary& summary);
  // By name; of who joined another nothing. Behind run().
  void each_user(const std::function<void(std::string_view name, UserState& user)>& visit);
  Step& step() { return step_; }
  // Of the line that is being told: the user as it stands there, and whose profile it is (kNoProfile: a rejected event's).
  struct Told { std::string_view user; uint32_t profile = kNoProfile; };
  const Told& told() const { return told_; }
  std::string_view name_at_end(uint32_t profile) const { return profiles_.name(profiles_.root(profile)); }   // behind run()

  // batch_change.cpp
  std::vector<Change::Place> inside() const;
  // From here on what journeys do is kept for the shadow of a version to come.
  void keep_effects() { keeps_effects_ = true; }
  // Runs up to `at` as a shadow, then takes the users as `before` has left them there. Not empty: values users have that this
  // version has no place for, as they are told, and nothing was done.
  std::string take_over(BatchRun& before, int64_t at);

 private:
  std::vector<uint32_t> known_here(const BatchRun& before, uint32_t profile);
  uint32_t profile_like(const BatchRun& before, uint32_t profile);
  uint32_t profile_named(const BatchRun& before, uint32_t profile);
  void effects_of(int64_t instant);
  void run_shadow(const BatchRun& before, const Migration& migration, int64_t at);
  void refill(const Migration& migration, int64_t at);
  void look(BatchObserver& observer, int64_t instant) const;
  void wake(int64_t instant);
  void events_of(int64_t instant);
  void expect() const;
  void handle(const StoredEvent& event);
  void join(uint32_t profile, uint32_t part, int64_t at);   // `part` turned out to be the same user
  void merge(uint32_t profile, UserState& other, int64_t now);   // both are at that time
  void tell_identities(uint32_t profile);               // into changes_: those the step does not know yet
  void gather(uint32_t profile, size_t from);           // decisions from there on are this user's
  void flush();                                         // the instant's lines, by user
  void rejections(int64_t before_or_at);                // the lines of rejected events up to there
  void rejection_line(const Rejection& rejection);
  void progress();

  Intake& intake_;
  const Module& module_;
  const BatchOptions& options_;
  Context context_;
  Step step_;
  Profiles profiles_;
  Duplicates duplicates_;
  WakeQueue queue_;
  Tally tally_;
  std::vector<UserState> users_;                        // by profile
  std::vector<int32_t> identity_attributes_;            // by rank

  std::vector<uint32_t> woken_;
  std::vector<Decision> decisions_;                     // of the present instant
  struct Owned { std::string_view user; uint32_t profile, decision; std::string line; };   // the name as it was then; a line: told by another version
  std::vector<Owned> owned_;
  std::vector<AttributeChange> changes_;
  std::vector<const Rejection*> rejected_;              // by time, those without one first
  size_t next_event_ = 0, end_event_ = 0, next_rejected_ = 0;
  std::multimap<std::string, uint32_t> nameless_;       // profiles that have lost every identity, by the name they keep
  struct Effect { int64_t at; uint32_t profile; Decision decision; };
  std::vector<Effect> effects_;                         // `set` and `emit`
  bool keeps_effects_ = false;
  const BatchRun* seen_ = nullptr;                      // a shadow: the run whose effects it sees
  size_t next_effect_ = 0;
  Told told_;
  int64_t owned_at_ = 0;                                // of lines that wait for the first instant
  bool shadow_ = false;                                 // nothing is told or counted
  uint64_t handled_ = 0, duplicated_ = 0, aliases_ = 0, instants_ = 0;
  int64_t first_at_ = 0, last_at_ = 0;
  std::string line_;
};

}  // namespace wend
