// Counts for the Summary, kept by index while a run is on and named at its end.
#pragma once

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/hosts/batch.h"

namespace wend {

class Tally {
 public:
  explicit Tally(const Module& module);
  void event(uint32_t type);                       // index, or WEND_IDENTIFY
  void decision(const Decision& decision);
  void population(const UserState& user);          // once a user, at the end
  void write(Summary& summary) const;

 private:
  struct Journey { uint64_t entered = 0, goals_later = 0, refused = 0; uint64_t left[6] = {}; };
  struct Channel { uint64_t sent = 0, deferred = 0; uint64_t suppressed[16] = {}; };

  const Module& module_;
  std::vector<uint64_t> events_;                   // the last is identify
  std::vector<std::vector<uint64_t>> populations_;
  std::vector<std::map<std::pair<int32_t, int32_t>, uint64_t>> moves_;
  std::vector<Journey> journeys_;
  std::vector<Channel> channels_;                  // the last: no channel was taken
  std::vector<std::vector<uint64_t>> exposures_;
  std::vector<uint64_t> inside_;                   // by journey
  uint64_t late_ = 0;
  std::vector<uint64_t> raised_, sets_, calls_;    // by event, attribute, hook
};

// Adds what was decided before a new version went live to what was decided since; populations are those of the end.
void add_earlier(Summary& summary, const Summary& earlier);

const char* outcome_word(Decision::Leave leave);
const char* reason_word(Decision::Reason reason);  // "" for none

}  // namespace wend
