// A user of one version of a program as one of the next. What both versions keep is carried over by what it means (the
// numbers in the module tables); where people stand in journeys, by the step as it was written. What is new is filled from a
// shadow: the same user under the new version over the kept log, with nobody let into journeys. Nothing fires.
//
// A host runs the old version over all that is before the new one goes live, then for each user: move(), take_over(), and
// where there is a log the Refill of what instances lack. What stands where is written down in grammar/reference/step.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "runtime/core/step.h"

namespace wend {

class Migration {
 public:
  // Both must outlive it. Their contexts may differ.
  Migration(Step& from, Step& to);

  // `user` as the new version keeps it; nothing is decided. `given_up` gets the deferred sends for which the new version has
  // no place, as the old one tells them: suppressed, `removed`.
  UserState move(UserState& user, int64_t at, std::vector<Decision>& given_up) const;

  // Fills what is new in a user that move() has made, and takes its present value silently. `shadow` may be fresh: then what
  // is new begins empty. The new version decides from `at` on.
  void take_over(UserState& user, UserState& shadow, int64_t at) const;

  // A user whom only the new version knows, from its shadow: what was counted stays, what was decided did not happen.
  void adopt(UserState& shadow, int64_t at) const;

  // Values of the user's that have no place in the new version's types, counted by how they are told: "`plan` premium".
  void count_misfits(const UserState& user, std::map<std::string, uint64_t>& counts) const;
  bool may_misfit() const;                 // whether a type changes at all
  // "`plan` `premium` of 3 users, …", and what to do; "" where there are none.
  static std::string refusal_of(const std::map<std::string, uint64_t>& misfits);

  // Whether a shadow has anything to give.
  bool wants_shadow() const { return wants_shadow_; }
  // For the step that runs shadows.
  static Step::Overrides shadow_overrides();

  // What instances of a journey of the new version lack, by index in its cells and entry properties.
  struct Gaps { std::vector<uint32_t> cells, entry; bool empty() const { return cells.empty() && entry.empty(); } };
  const Gaps& gaps(uint32_t journey) const { return gaps_[journey]; }
  Step& to() const { return to_; }

 private:
  using Places = std::vector<int32_t>;     // -1: none
  struct JourneyMap {
    int32_t to = -1;                       // -1: gone
    std::vector<uint32_t> nodes, steps;    // by node and step of the old version; kLost: nowhere
    Places entry, cells;                   // by property and cell of the new version's instances: the one it was
  };
  static constexpr uint32_t kLost = 0xfffffffeu;

  void map_journeys();
  void map_nodes(const ModuleJourney& old, const ModuleJourney& now, JourneyMap& map) const;

  void move_attributes(const UserState& user, UserState& out) const;
  void move_states(const UserState& user, UserState& out) const;
  void move_tail(const UserState& user, UserState& out) const;
  void move_cells(const std::vector<ModuleCell>& old, const uint8_t* from, const std::vector<ModuleCell>& now, uint8_t* to, const Places& map) const;
  void move_more(const UserState::More& more, UserState::More& out, std::vector<const PendingSend*>& given_up) const;
  bool move_instance(const Instance& instance, bool left, Instance& out) const;
  bool move_send(const PendingSend& send, PendingSend& out) const;
  std::vector<FixedValue> move_parameters(const PendingSend& send, uint32_t message) const;
  void copy_field(const Context& from, const uint8_t* old, const Field& old_field, const ValueType& old_type,
                  uint8_t* record, const Field& field, const ValueType& type) const;
  uint32_t text(uint32_t id) const;      // in the pool of the new version
  bool never_written(const UserState& user, size_t attribute) const;   // of the old version
  void fill(UserState& user, const UserState& shadow) const;

  Step &from_, &to_;
  const Module &old_, &new_;
  Places attributes_, states_, watches_, floors_, clocks_, experiments_, cells_;   // by the new version's: the old one's
  Places messages_, channels_, categories_, signals_, old_attributes_, old_floors_, old_experiments_;   // by the old version's
  std::vector<bool> fresh_signals_;                 // by the new version's
  std::vector<std::vector<uint8_t>> state_names_;   // by the new version's block, then the old one's state: the state now, 0xff none
  std::vector<bool> same_states_;                   // by the new version's block: it means what it meant
  std::vector<JourneyMap> journeys_;                // by the old version's
  std::vector<Gaps> gaps_;
  bool wants_shadow_ = false;
};

}  // namespace wend
