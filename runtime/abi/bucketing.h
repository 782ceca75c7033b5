// How other experiment platforms put a unit into a bucket, so that a team can bring its running experiments along without
// anybody changing variant. What each does is published by its makers; grammar/reference/assignment.md has the formulas and
// vectors. Wend's own chance is in hash.h. Tested by tests/unit/bucketing.
#pragma once

#include <cstdint>
#include <string_view>

namespace wend {

enum class Bucketing : uint8_t { wend, growthbook_v1, growthbook_v2, optimizely, launchdarkly };

// A part of the buckets, [from, to), in millionths.
struct ShareRange {
  int64_t from = 0, to = 0;
  bool holds(int64_t bucket) const { return bucket >= from && bucket < to; }
};

// How many different buckets a scheme knows; what it cannot tell apart falls on one side of a boundary.
int64_t bucket_count(Bucketing scheme);

// The bucket of a unit, below 1 000 000, under another platform's scheme. `seed` is what that platform mixes in: GrowthBook's
// seed or experiment key, Optimizely's experiment id, LaunchDarkly's seed or `flag.salt`.
int64_t foreign_bucket(Bucketing scheme, std::string_view seed, std::string_view unit);

}  // namespace wend
