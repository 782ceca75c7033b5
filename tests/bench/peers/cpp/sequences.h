// The sequences by hand: one walk over the log, a little state a user.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/peers/log.h"

namespace peers::cpp {

// Users who viewed, then added to a cart, then purchased, the purchase less than 7 days after the view.
uint64_t funnel(const std::vector<LoggedEvent>& log);
// The same three, each less than a day after the one before.
uint64_t chain(const std::vector<LoggedEvent>& log);
// Carts not followed by a purchase within 1 hour of the latest: one is counted when an hour has passed since it was added to, by
// the last event of the log at the latest.
uint64_t abandoned(const std::vector<LoggedEvent>& log);

struct Sequence {
  const char* name;
  uint64_t (*count)(const std::vector<LoggedEvent>&);
};
inline constexpr Sequence kSequences[] = {{"funnel", funnel}, {"chain", chain}, {"abandoned", abandoned}};

}  // namespace peers::cpp
