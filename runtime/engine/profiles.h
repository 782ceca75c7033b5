// Whose an event is. Identities are numbers of an Interner, strongest kind first; a profile is a dense number from 0.
//
// The strongest identity present decides the profile. A weaker one first seen together with a stronger is linked to that
// profile; one that has a profile of its own already moves to the event's profile: nothing merges, and it is counted.
// Events must come in the order in which they are handled.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/engine/interner.h"

namespace wend {

constexpr uint32_t kNoProfile = 0xffffffffu;

class Profiles {
 public:
  explicit Profiles(const Interner& identities, size_t ranks);

  struct Found {
    uint32_t profile = 0;
    bool fresh = false;   // first seen
  };
  Found resolve(std::span<const uint32_t> identities);

  // Whether the profile's value of this identity's kind was another before; it is this one from now on.
  bool takes(uint32_t profile, uint32_t identity);

  uint32_t profile_of(uint32_t identity) const { return identity < of_.size() ? of_[identity] : kNoProfile; }
  std::string_view name(uint32_t profile) const { return identities_.text(names_[profile]); }   // strongest known identity
  size_t size() const { return names_.size(); }
  uint64_t unmerged() const { return unmerged_; }

 private:
  const Interner& identities_;
  size_t ranks_;
  std::vector<uint32_t> of_;        // by identity
  std::vector<uint32_t> names_;     // by profile: an identity
  std::vector<uint32_t> values_;    // profile × ranks: the identity it has now
  uint64_t unmerged_ = 0;
};

}  // namespace wend
