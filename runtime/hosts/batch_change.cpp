// A new version going live in the midst of a run: who is where, and each user taken over.
#include <algorithm>
#include <deque>

#include "runtime/abi/named.h"
#include "runtime/core/convert.h"
#include "runtime/core/migration.h"
#include "runtime/core/refill.h"
#include "runtime/core/user_state.h"
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

// ---- whose a user of the version before is here

// What it is known by there, of the kinds there are here.
std::vector<uint32_t> BatchRun::known_here(const BatchRun& before, uint32_t profile) {
  std::vector<uint32_t> known;
  for (uint32_t rank = 0; rank < before.profiles_.ranks(); ++rank) {
    const uint32_t identity = before.profiles_.value(profile, rank);
    const int32_t here = intake_.rank_of(before.module_.identities[rank]);
    if (identity != kNoProfile && here >= 0) known.push_back(intake_.identities.intern(static_cast<uint32_t>(here), before.intake_.identities.text(identity)));
  }
  return known;
}

// kNoProfile: nobody here is known by any of that.
uint32_t BatchRun::profile_like(const BatchRun& before, uint32_t profile) {
  for (const uint32_t identity : known_here(before, profile))
    if (const uint32_t found = profiles_.profile_of(identity); found != kNoProfile) return found;
  return kNoProfile;
}

// A user of whom nothing has been read here, or who has lost every identity to others: known by the name alone.
uint32_t BatchRun::profile_named(const BatchRun& before, uint32_t profile) {
  const std::string name(before.profiles_.name(profile));
  if (const auto found = nameless_.lower_bound(name); found != nameless_.end() && found->first == name) {
    const uint32_t here = found->second;
    nameless_.erase(found);   // several keep one name where it went on from each to the next: the first is the first
    return here;
  }
  users_.emplace_back();
  if (const std::vector<uint32_t> known = known_here(before, profile); !known.empty()) return profiles_.resolve(known).profile;
  return profiles_.name_only(intake_.identities.intern(profiles_.ranks(), name));
}

// ---- the shadow also sees what journeys did

// What `set` and `emit` of the version before have done at an instant, as inputs.
void BatchRun::effects_of(int64_t instant) {
  for (; next_effect_ < seen_->effects_.size() && seen_->effects_[next_effect_].at == instant; ++next_effect_) {
    const Effect& effect = seen_->effects_[next_effect_];
    const uint32_t profile = profile_like(*seen_, seen_->profiles_.root(effect.profile));
    if (profile == kNoProfile || !users_[profile].begun()) continue;
    EventInput input;
    input.event.at = input.arrival = instant;
    input.user = profiles_.name(profile);
    std::vector<wend_slot> slots;
    std::deque<std::string> blocks;
    const auto taken = [&](const ValueType& old, const ValueType& now, const OwnedValue& value, wend_slot& slot) {
      slot = slot_of(value, old.kind);
      blocks.emplace_back();
      return value.known && convert(old, now, slot, blocks.back());
    };
    AttributeChange change;
    if (effect.decision.kind == Decision::Kind::set) {
      const ModuleAttribute& old = seen_->module_.attributes[static_cast<size_t>(effect.decision.subject)];
      const int32_t attribute = index_of(module_.attributes, old.name);
      if (attribute < 0) continue;
      change.attribute = static_cast<uint32_t>(attribute);
      change.known = taken(old.type, module_.attributes[change.attribute].type, effect.decision.values.front(), change.value);
      input.event.type = WEND_IDENTIFY;
      input.attributes = {&change, 1};
    } else {
      const ModuleEvent& old = seen_->module_.events[static_cast<size_t>(effect.decision.subject)];
      const int32_t event = index_of(module_.events, old.name);
      if (event < 0) continue;
      const ModuleEvent& now = module_.events[static_cast<size_t>(event)];
      slots.resize(now.properties.size());
      bool whole = true;
      for (size_t i = 0; i < now.properties.size(); ++i) {
        const int32_t was = index_of(old.properties, now.properties[i].name);
        if (was >= 0 && taken(old.properties[static_cast<size_t>(was)].type, now.properties[i].type, effect.decision.values[static_cast<size_t>(was)], slots[i])) input.event.known |= 1ull << i;
        else if (now.properties[i].initial.known) {
          slots[i] = slot_of(now.properties[i].initial, now.properties[i].type.kind);
          input.event.known |= 1ull << i;
        } else whole = whole && now.properties[i].type.optional;
      }
      if (!whole) continue;
      input.event.type = static_cast<uint32_t>(event);
      input.event.slots = slots.data();
    }
    std::vector<Decision> nothing;
    step_.handle(users_[profile], input, nothing);
    queue_.schedule(profile, step_.next_due(users_[profile]));
  }
}

// ---- taking over

std::string BatchRun::take_over(BatchRun& before, int64_t at) {
  const Migration migration(before.step_, step_);
  std::map<std::string, uint64_t> misfits;
  for (const UserState& user : before.users_) migration.count_misfits(user, misfits);
  if (!misfits.empty()) return Migration::refusal_of(misfits);
  run_shadow(before, migration, at);
  std::vector<UserState> shadows(users_.size());
  std::swap(shadows, users_);
  for (uint32_t profile = 0; profile < profiles_.size(); ++profile) {
    bool known = profiles_.joined(profile);
    for (uint32_t rank = 0; rank < profiles_.ranks() && !known; ++rank) known = profiles_.value(profile, rank) != kNoProfile;
    if (!known) nameless_.emplace(profiles_.name(profile), profile);
  }
  for (uint32_t profile = 0; profile < before.users_.size(); ++profile) {
    if (!before.users_[profile].begun()) continue;
    uint32_t here = profile_like(before, profile);
    if (here == kNoProfile) here = profile_named(before, profile);
    shadows.resize(std::max(shadows.size(), users_.size()));
    std::vector<Decision> given_up;
    UserState moved = migration.move(before.users_[profile], at, given_up);
    for (const Decision& line : given_up) {
      before.tally_.decision(line);
      owned_.push_back({profiles_.name(here), here, 0, ""});
      append_json(before.module_, line, profiles_.name(here), owned_.back().line);
    }
    migration.take_over(moved, shadows[here], at);
    // Two who were two in the version before may be one here, since this one knows them by more.
    if (users_[here].begun()) merge(here, moved, at);
    else users_[here] = std::move(moved);
    shadows[here] = UserState();
    queue_.schedule(here, step_.next_due(users_[here]));
  }
  for (uint32_t profile = 0; profile < shadows.size(); ++profile) {
    if (!shadows[profile].begun() || users_[profile].begun()) continue;
    migration.adopt(shadows[profile], at);
    users_[profile] = std::move(shadows[profile]);
    queue_.schedule(profile, step_.next_due(users_[profile]));
  }
  refill(migration, at);
  if (!options_.line) owned_.clear();
  owned_at_ = at;
  return "";
}

// The user over the log under this version, nothing told and nobody in a journey.
void BatchRun::run_shadow(const BatchRun& before, const Migration& migration, int64_t at) {
  const Step::Overrides overrides = Migration::shadow_overrides();
  shadow_ = true;
  seen_ = &before;
  step_.set_overrides(&overrides);
  run(at);
  if (migration.wants_shadow())
    for (UserState& user : users_) step_.advance(user, at - 1, decisions_);
  decisions_.clear();
  step_.set_overrides(nullptr);
  seen_ = nullptr;
  shadow_ = false;
}

// What instances lack is read from the events since their entry.
void BatchRun::refill(const Migration& migration, int64_t at) {
  std::map<uint32_t, Refill> refills;
  for (uint32_t profile = 0; profile < users_.size(); ++profile)
    if (Refill refill(migration, users_[profile]); refill.wanted()) refills.emplace(profile, std::move(refill));
  if (refills.empty()) return;
  for (const StoredEvent& stored : intake_.log.events()) {
    if (stored.at >= at) break;
    const EventRecord& record = *stored.record;
    if (record.type >= module_.events.size() || record.identities().empty()) continue;
    const auto found = refills.find(profiles_.profile_of(record.identities().front()));
    if (found != refills.end()) found->second.event({record.type, 0, stored.at, record.known, record.slots().data()});
  }
  for (auto& [_, refill] : refills) refill.finish();
}

}  // namespace wend
