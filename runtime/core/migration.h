// A user of one version of a program as one of the next. What both versions keep is carried over by what it means (the
// numbers in the module tables); where people stand in journeys, by the step as it was written. What is new is filled from a
// shadow: the same user under the new version over the kept log, with nobody let into journeys. Nothing fires.
//
// A host runs the old version up to the instant before the new one, then for each user: move(), take_over().
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/step.h"

namespace wend {

class Migration {
 public:
  // Both must outlive it. Their contexts may differ.
  Migration(Step& from, Step& to);

  // `user` as the new version keeps it; nothing decided, nothing lost but what the new version does not know.
  UserState move(const UserState& user) const;

  // Fills what is new in a user that move() has made, and takes its present value silently. `shadow` may be fresh: then what
  // is new begins empty. `now` is the last instant of the old version.
  void take_over(UserState& user, UserState& shadow, int64_t now) const;

  // Whether a shadow has anything to give.
  bool wants_shadow() const { return wants_shadow_; }
  // For the step that runs shadows.
  static Step::Overrides shadow_overrides();

 private:
  struct Cells { std::vector<int32_t> from; };   // by cell of the new version: the one it was, or -1
  struct JourneyMap {
    int32_t to = -1;                       // -1: gone
    std::vector<uint32_t> nodes, steps;    // by node and step of the old version; kLost: nowhere
    std::vector<int32_t> entry;            // by property of the new version's instances: the one it was, or -1
    Cells cells;
  };
  static constexpr uint32_t kLost = 0xfffffffeu;

  void map_journeys();
  void map_nodes(const ModuleJourney& old, const ModuleJourney& now, JourneyMap& map) const;
  std::vector<int32_t> map_cells(const std::vector<ModuleCell>& old, const std::vector<ModuleCell>& now) const;

  void move_attributes(const UserState& user, UserState& out) const;
  void move_states(const UserState& user, UserState& out) const;
  void move_tail(const UserState& user, UserState& out) const;
  void move_cells(const std::vector<ModuleCell>& old, const uint8_t* from, const std::vector<ModuleCell>& now, uint8_t* to, const std::vector<int32_t>& map) const;
  void move_more(const UserState::More& more, UserState::More& out) const;
  bool move_instance(const Instance& instance, bool left, Instance& out) const;
  bool move_send(const PendingSend& send, PendingSend& out) const;
  std::vector<FixedValue> move_parameters(const PendingSend& send, uint32_t message) const;
  void copy_field(const Context& from, const uint8_t* old, const Field& old_field, const ValueType& old_type,
                  uint8_t* record, const Field& field, const ValueType& type) const;
  uint32_t text(uint32_t id) const;      // in the pool of the new version

  Step &from_, &to_;
  const Module &old_, &new_;
  std::vector<int32_t> attributes_, states_, watches_, floors_, clocks_, experiments_;   // by the new version's: the old one's, or -1
  std::vector<int32_t> messages_, channels_, categories_, signals_, old_attributes_, old_floors_, old_experiments_;   // by the old version's
  std::vector<int32_t> cells_;
  std::vector<std::vector<uint8_t>> state_names_;   // by the new version's block, then the old one's state: the state now, 0xff none
  std::vector<JourneyMap> journeys_;                // by the old version's
  bool wants_shadow_ = false;
};

}  // namespace wend
