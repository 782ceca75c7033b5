// Whose an event is. Identities are numbers of an Interner, strongest kind first; a profile is a dense number from 0.
//
// An event belongs to the profile of its strongest identity. Profiles joined by one event become one, unless an identity of
// which a user has one only would get two values: then the weaker identity moves to the event's profile, nothing merges,
// and it is counted. An alias always joins. Events must come in the order in which they are handled.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/engine/interner.h"

namespace wend {

struct AttributeChange;
struct Module;

constexpr uint32_t kNoProfile = 0xffffffffu;
constexpr uint32_t kProfilesOfAUser = 100;   // past it nothing more joins; it is counted as what moved

class Profiles {
 public:
  // `many` says, by rank, whether a user may have several.
  Profiles(const Interner& identities, std::vector<bool> many);

  struct Found {
    uint32_t profile = 0;
    bool fresh = false;                  // first seen
    std::span<const uint32_t> joined;    // profiles that are part of it from now on; good until the next call
  };
  Found resolve(std::span<const uint32_t> identities);
  // The first identity is the new one; of the others the first that anyone has is the previous one, the first of all where
  // nobody has any.
  Found alias(std::span<const uint32_t> identities);

  // Profiles that rest elsewhere between events: one as it was left, with as many parts as had joined it (numbered behind it),
  // and an identity that is one of its, whether or not it is the one its kind stands for now.
  uint32_t restore(uint32_t name, std::span<const uint32_t> values, std::span<const uint32_t> told, size_t parts);
  void own(uint32_t profile, uint32_t identity);
  uint32_t told(uint32_t profile, uint32_t rank) const { return told_[profile * ranks() + rank]; }
  uint32_t name_of(uint32_t profile) const { return names_[profile]; }   // as an identity

  // A profile that has a name and no identity.
  uint32_t name_only(uint32_t identity);

  // Whether the step has been told another value of this identity's kind, or none; it is told this one now.
  bool takes(uint32_t profile, uint32_t identity);
  // The identity a profile has of a rank, or kNoProfile.
  uint32_t value(uint32_t profile, uint32_t rank) const { return values_[profile * ranks() + rank]; }
  uint32_t ranks() const { return static_cast<uint32_t>(many_.size()); }

  uint32_t profile_of(uint32_t identity) const;
  std::string_view name(uint32_t profile) const { return identities_.text(names_[profile]); }   // strongest known identity
  std::span<const uint32_t> parts(uint32_t profile) const { return parts_[profile]; }            // those that have joined it
  uint32_t root(uint32_t profile) const;                                                        // the one it is part of, or itself
  bool joined(uint32_t profile) const { return into_[profile] != profile; }
  size_t size() const { return names_.size(); }
  uint64_t unmerged() const { return unmerged_; }
  uint64_t merged() const { return merged_; }

 private:
  uint32_t make(uint32_t identity);
  bool clash(uint32_t profile, uint32_t other, std::span<const uint32_t> identities) const;
  bool too_many(uint32_t profile, uint32_t other) const;
  void join(uint32_t profile, uint32_t other);
  void take_from(uint32_t owner, uint32_t identity);
  void link(uint32_t profile, uint32_t identity);
  void rename(uint32_t profile);

  const Interner& identities_;
  std::vector<bool> many_;
  std::vector<uint32_t> of_;                      // by identity
  std::vector<uint32_t> names_;                   // by profile: an identity
  std::vector<uint32_t> into_;                    // by profile: itself, or the one it joined
  std::vector<std::vector<uint32_t>> parts_;      // by profile
  std::vector<uint32_t> values_, told_;           // profile × ranks: the identity it has now, the one the step knows
  std::vector<uint32_t> joined_;
  uint64_t unmerged_ = 0, merged_ = 0;
};

// Of a program's identities, strongest first: whether a user may have several, and the attribute of that name, -1: none.
std::vector<bool> many_by_rank(const Module& module);
std::vector<int32_t> attributes_by_rank(const Module& module);
// The identities of a profile of which the step does not know yet; it is told now. Replaces `changes`, which views `identities`.
void untold(Profiles& profiles, uint32_t profile, const Interner& identities, const std::vector<int32_t>& attributes, std::vector<AttributeChange>& changes);

}  // namespace wend
