// The conditions by hand, over a struct, as somebody would write them who has only these to serve. Order and names are those of
// the Wend projects beside.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "tests/bench/peers/population.h"

namespace peers::cpp {

constexpr int64_t euro(int64_t whole) { return whole * 100; }   // money is in cents

// Dates are days since 1970.
constexpr int32_t kBorn1991 = 7'684, kBorn2001 = 11'337, k20240115 = 19'737, k20250101 = 20'089, k20250115 = 20'103, k20251216 = 20'438,
                  k20260101 = 20'454, k20260115 = 20'468, k20260122 = 20'475;

struct Reader {
  enum Plan : uint8_t { free, premium, family };
  enum Language : uint8_t { en, sv, de };
  double rating;
  int64_t spend;
  std::optional<int32_t> visits;
  int32_t joined, score;
  Plan plan;
  Language language;
  bool email_opt_in;
};

struct Listener {
  enum Plan : uint8_t { free, premium, family };
  enum Country : uint8_t { se, no, dk, fi, germany, fr, gb, us };
  enum Language : uint8_t { en, sv, german };
  enum Platform : uint8_t { ios, android, desktop, web };
  enum Engagement : uint8_t { core, casual, dormant, lapsed };
  enum Genre : uint8_t { pop, rock, jazz, classical, electronic, folk };
  double rating, churn_risk;
  int64_t spend_90d, spend;
  std::optional<int32_t> days_since_purchase, days_since_push, days_since_open, birth_date, trial_ends;
  int32_t active_days, plays_7d, plays_28d, skips_7d, playlists, followed_artists, streak_days, support_tickets, joined;
  Plan plan;
  Country country;
  Language language;
  Platform platform;
  Engagement engagement;
  Genre top_genre;
  bool email_opt_in, push_opt_in, student;
};

template <class User>
struct Condition {
  const char* name;
  bool (*holds)(const User&);
};

const std::vector<Condition<Reader>>& predicate();
const std::vector<Condition<Listener>>& segments();

std::vector<Reader> readers(const Population& population);
std::vector<Listener> listeners(const Population& population);

}  // namespace peers::cpp
