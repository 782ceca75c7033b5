// A new version going live in the midst of a run: who is where, and each user taken over.
#include <map>

#include "runtime/core/migration.h"
#include "runtime/hosts/batch_run.h"

namespace wend {

std::vector<Change::Place> BatchRun::inside() const {
  std::map<std::pair<uint32_t, uint32_t>, Change::Place> places;
  const auto place = [&](uint32_t journey, uint32_t step) -> Change::Place& {
    Change::Place& found = places[{journey, step}];
    found.journey = journey;
    found.step = step;
    return found;
  };
  for (const UserState& user : users_) {
    const UserState::More* more = user.more_or_null();
    if (!more) continue;
    for (const Instance& instance : more->instances) ++place(instance.journey, instance.step).people;
    for (const PendingSend& send : more->deferred)
      if (send.journey >= 0) ++place(static_cast<uint32_t>(send.journey), module_.journeys[static_cast<size_t>(send.journey)].nodes[send.node].step).sends;
  }
  std::vector<Change::Place> out;
  for (const auto& [_, found] : places) out.push_back(found);
  return out;
}

// Found by what it is known by there; a user of whom nothing has been read here begins here.
uint32_t BatchRun::profile_like(const BatchRun& before, uint32_t profile) {
  std::vector<uint32_t> known;
  for (uint32_t rank = 0; rank < before.profiles_.ranks(); ++rank) {
    const uint32_t identity = before.profiles_.value(profile, rank);
    const int32_t here = intake_.rank_of(before.module_.identities[rank]);
    if (identity == kNoProfile || here < 0) continue;
    known.push_back(intake_.identities.intern(static_cast<uint32_t>(here), before.intake_.identities.text(identity)));
    if (const uint32_t found = profiles_.profile_of(known.back()); found != kNoProfile) return profiles_.root(found);
  }
  if (known.empty()) {   // it has lost every identity to others, and keeps a name
    const auto found = nameless_.lower_bound(std::string(before.profiles_.name(profile)));
    if (found == nameless_.end() || found->first != before.profiles_.name(profile)) return kNoProfile;
    const uint32_t here = found->second;
    nameless_.erase(found);   // several keep one name where it went on from each to the next: the first is the first
    return here;
  }
  const Profiles::Found found = profiles_.resolve(known);
  if (found.fresh) users_.emplace_back();
  return found.profile;
}

void BatchRun::take_over(BatchRun& before, int64_t at) {
  Migration migration(before.step_, step_);
  const Step::Overrides overrides = Migration::shadow_overrides();
  shadow_ = true;
  step_.set_overrides(&overrides);
  run(at);
  std::vector<UserState> shadows(users_.size());
  std::swap(shadows, users_);
  for (uint32_t profile = 0; profile < profiles_.size(); ++profile) {
    bool known = profiles_.joined(profile);
    for (uint32_t rank = 0; rank < profiles_.ranks() && !known; ++rank) known = profiles_.value(profile, rank) != kNoProfile;
    if (!known) nameless_.emplace(profiles_.name(profile), profile);
  }
  for (uint32_t profile = 0; profile < before.users_.size(); ++profile) {
    if (!before.users_[profile].begun()) continue;
    const uint32_t here = profile_like(before, profile);
    if (here == kNoProfile) continue;
    shadows.resize(users_.size());
    if (migration.wants_shadow()) step_.advance(shadows[here], at - 1, decisions_);
    users_[here] = migration.move(before.users_[profile]);
    migration.take_over(users_[here], shadows[here], at - 1);
    queue_.schedule(here, step_.next_due(users_[here]));
  }
  decisions_.clear();
  step_.set_overrides(nullptr);
  shadow_ = false;
}

}  // namespace wend
