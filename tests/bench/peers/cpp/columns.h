// The segments by hand, over columns: 1,024 users at a time, a byte a user that stays 1 while every test holds, a plain loop a test.
// No branch depends on a user, and the compiler makes vectors of the loops.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/peers/population.h"

namespace peers::cpp {

struct ListenerColumns {
  explicit ListenerColumns(const Population& population);

  size_t users;
  std::vector<uint8_t> email_opt_in, push_opt_in, student, plan, country, language, platform, engagement, top_genre;
  std::vector<int32_t> active_days, plays_7d, plays_28d, skips_7d, playlists, followed_artists, streak_days, support_tickets, joined;
  std::vector<int64_t> spend_90d, spend;   // cents
  std::vector<double> rating, churn_risk;
  // Unknown is where `has` is 0.
  std::vector<int32_t> days_since_purchase, days_since_push, days_since_open, birth_date, trial_ends;
  std::vector<uint8_t> has_purchase, has_push, has_open, has_birth_date, has_trial;
};

inline constexpr size_t kBlock = 1'024;

// How many of the users from `begin` on, at most kBlock of them, are in it.
struct ColumnCondition {
  const char* name;
  uint64_t (*count)(const ListenerColumns&, size_t begin);
};
const std::vector<ColumnCondition>& column_segments();

}  // namespace peers::cpp
