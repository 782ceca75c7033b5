// Identity -> profile, profile -> the one it has joined, and the present identities of each. Tested by tests/unit/ingest.
#include "runtime/engine/profiles.h"

#include <algorithm>

#include "runtime/core/step.h"

namespace wend {

Profiles::Profiles(const Interner& identities, std::vector<bool> many)
    : identities_(identities), many_(std::move(many)), of_(identities.size(), kNoProfile) {}

uint32_t Profiles::root(uint32_t profile) const {
  while (into_[profile] != profile) profile = into_[profile];   // at most kProfilesOfAUser long
  return profile;
}

uint32_t Profiles::profile_of(uint32_t identity) const {
  return identity < of_.size() && of_[identity] != kNoProfile ? root(of_[identity]) : kNoProfile;
}

uint32_t Profiles::name_only(uint32_t identity) {
  const auto profile = static_cast<uint32_t>(names_.size());
  names_.push_back(identity);
  into_.push_back(profile);
  parts_.emplace_back();
  values_.resize(values_.size() + ranks(), kNoProfile);
  told_.resize(told_.size() + ranks(), kNoProfile);
  return profile;
}

uint32_t Profiles::restore(uint32_t name, std::span<const uint32_t> values, std::span<const uint32_t> told, size_t parts) {
  const uint32_t profile = name_only(name);
  for (uint32_t rank = 0; rank < ranks(); ++rank) {
    values_[profile * ranks() + rank] = values[rank];
    told_[profile * ranks() + rank] = told[rank];
    if (values[rank] != kNoProfile) own(profile, values[rank]);
  }
  for (; parts > 0; --parts) {
    const uint32_t part = name_only(name);
    into_[part] = profile;
    parts_[profile].push_back(part);
  }
  return profile;
}

void Profiles::own(uint32_t profile, uint32_t identity) {
  if (of_.size() <= identity) of_.resize(identity + 1, kNoProfile);
  of_[identity] = profile;
}

uint32_t Profiles::make(uint32_t identity) {
  const uint32_t profile = name_only(identity);
  link(profile, identity);
  return profile;
}

void Profiles::link(uint32_t profile, uint32_t identity) {
  own(profile, identity);
  values_[profile * ranks() + identities_.kind(identity)] = identity;
  rename(profile);
}

// The name is the strongest identity it has; without one it keeps the name it had.
void Profiles::rename(uint32_t profile) {
  for (uint32_t rank = 0; rank < ranks(); ++rank) {
    if (value(profile, rank) == kNoProfile) continue;
    names_[profile] = value(profile, rank);
    return;
  }
}

bool Profiles::too_many(uint32_t profile, uint32_t other) const {
  return parts_[profile].size() + parts_[other].size() + 1 >= kProfilesOfAUser;
}

// Whether an identity of which a user has one would have two: of the profile or the event, and of the other.
bool Profiles::clash(uint32_t profile, uint32_t other, std::span<const uint32_t> identities) const {
  for (uint32_t rank = 0; rank < ranks(); ++rank) {
    const uint32_t theirs = value(other, rank);
    if (many_[rank] || theirs == kNoProfile) continue;
    if (profile != kNoProfile && value(profile, rank) != kNoProfile && value(profile, rank) != theirs) return true;
    for (const uint32_t identity : identities) {
      if (identities_.kind(identity) == rank && identity != theirs) return true;
    }
  }
  return profile != kNoProfile && too_many(profile, other);
}

void Profiles::join(uint32_t profile, uint32_t other) {
  into_[other] = profile;
  for (uint32_t rank = 0; rank < ranks(); ++rank) {
    uint32_t& own = values_[profile * ranks() + rank];
    if (own == kNoProfile) own = value(other, rank);
    told_[profile * ranks() + rank] = kNoProfile;   // which value the joined record holds is asked no more: it is told again
  }
  parts_[profile].push_back(other);
  parts_[profile].insert(parts_[profile].end(), parts_[other].begin(), parts_[other].end());
  parts_[other] = {};
  joined_.push_back(other);
  ++merged_;
}

void Profiles::take_from(uint32_t owner, uint32_t identity) {
  uint32_t& value = values_[owner * ranks() + identities_.kind(identity)];
  if (value == identity) value = kNoProfile;
  rename(owner);
  ++unmerged_;
}

Profiles::Found Profiles::resolve(std::span<const uint32_t> identities) {
  joined_.clear();
  const size_t before = size();
  uint32_t profile = profile_of(identities.front());
  for (const uint32_t weaker : identities.subspan(1)) {
    const uint32_t other = profile_of(weaker);
    if (other == kNoProfile || other == profile) continue;
    if (clash(profile, other, identities)) {
      if (profile == kNoProfile) profile = make(identities.front());
      take_from(other, weaker);
      of_[weaker] = profile;
    } else if (profile == kNoProfile) {
      profile = other;   // a stronger identity of somebody known
    } else {
      join(profile, other);
    }
  }
  if (profile == kNoProfile) profile = make(identities.front());
  for (const uint32_t identity : identities) link(profile, identity);
  return {profile, size() > before, joined_};
}

Profiles::Found Profiles::alias(std::span<const uint32_t> identities) {
  joined_.clear();
  const size_t before = size();
  uint32_t profile = profile_of(identities.front());
  const std::span<const uint32_t> previous = identities.subspan(1);
  uint32_t known = previous.empty() ? identities.front() : previous.front();
  for (const uint32_t candidate : previous) {
    if (profile_of(candidate) == kNoProfile) continue;
    known = candidate;
    break;
  }
  const uint32_t other = profile_of(known);
  if (profile == kNoProfile) profile = other;
  else if (other != kNoProfile && other != profile && too_many(profile, other)) ++unmerged_;
  else if (other != kNoProfile && other != profile) join(profile, other);
  if (profile == kNoProfile) profile = make(identities.front());
  if (profile_of(known) == kNoProfile) link(profile, known);
  link(profile, identities.front());
  return {profile, size() > before, joined_};
}

bool Profiles::takes(uint32_t profile, uint32_t identity) {
  uint32_t& told = told_[profile * ranks() + identities_.kind(identity)];
  if (told == identity) return false;
  told = identity;
  return true;
}

std::vector<int32_t> attributes_by_rank(const Module& module) {
  std::vector<int32_t> attributes;
  for (const std::string& identity : module.identities) {
    const auto found = std::find_if(module.attributes.begin(), module.attributes.end(), [&](const ModuleAttribute& attribute) { return attribute.name == identity; });
    attributes.push_back(found == module.attributes.end() ? -1 : static_cast<int32_t>(found - module.attributes.begin()));
  }
  return attributes;
}

std::vector<bool> many_by_rank(const Module& module) {
  std::vector<bool> many;
  for (const int32_t attribute : attributes_by_rank(module)) many.push_back(attribute >= 0 && module.attributes[static_cast<size_t>(attribute)].many);
  return many;
}

void untold(Profiles& profiles, uint32_t profile, const Interner& identities, const std::vector<int32_t>& attributes, std::vector<AttributeChange>& changes) {
  changes.clear();
  for (uint32_t rank = 0; rank < profiles.ranks(); ++rank) {
    const uint32_t identity = profiles.value(profile, rank);
    if (identity == kNoProfile || attributes[rank] < 0 || !profiles.takes(profile, identity)) continue;
    const std::string_view text = identities.text(identity);
    wend_slot value{};
    value.data = text.data();
    value.size = static_cast<int64_t>(text.size());
    changes.push_back({static_cast<uint32_t>(attributes[rank]), true, value});
  }
}

}  // namespace wend
