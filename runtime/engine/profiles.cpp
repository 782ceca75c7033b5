// Two arrays: identity -> profile, and profile -> its present identities.
#include "runtime/engine/profiles.h"

namespace wend {

Profiles::Profiles(const Interner& identities, size_t ranks)
    : identities_(identities), ranks_(ranks), of_(identities.size(), kNoProfile) {}

Profiles::Found Profiles::resolve(std::span<const uint32_t> identities) {
  Found found;
  const uint32_t strongest = identities.front();
  found.fresh = of_[strongest] == kNoProfile;
  if (found.fresh) {
    of_[strongest] = static_cast<uint32_t>(names_.size());
    names_.push_back(strongest);
    values_.resize(values_.size() + ranks_, kNoProfile);
  }
  found.profile = of_[strongest];
  for (uint32_t weaker : identities.subspan(1)) {
    if (of_[weaker] != kNoProfile && of_[weaker] != found.profile) ++unmerged_;
    of_[weaker] = found.profile;
  }
  return found;
}

bool Profiles::takes(uint32_t profile, uint32_t identity) {
  uint32_t& value = values_[profile * ranks_ + identities_.kind(identity)];
  if (value == identity) return false;
  value = identity;
  return true;
}

}  // namespace wend
