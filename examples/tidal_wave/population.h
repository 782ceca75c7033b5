// The made-up listeners behind generate.cpp: who they are, how much they listen on a given day, and the events that come
// of it. All chance is drawn from one generator a listener, so a listener's story depends on the seed and their number
// alone, never on how many others there are.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tidal_wave {

// splitmix64: the same numbers on every machine, which <random>'s distributions do not promise.
class Chance {
 public:
  explicit Chance(uint64_t seed) : state_(seed) {}
  uint64_t next();
  // Below `bound`, which is not zero.
  uint32_t below(uint32_t bound) { return static_cast<uint32_t>((next() >> 32) * bound >> 32); }
  // True `parts` times in a million.
  bool hits(uint32_t parts) { return below(1'000'000) < parts; }
  // The index of a weight, as often as its share of the sum.
  size_t pick(const std::vector<uint32_t>& weights);

 private:
  uint64_t state_;
};

// How far the clock of a place is ahead of UTC, in minutes, at an instant.
enum class SummerTime : uint8_t { none, europe, america };
struct Place {
  const char* country;
  const char* zone;        // null: the listener has none set
  const char* language;
  int standard_minutes;
  SummerTime summer;
  uint32_t weight;
};
int offset_minutes(const Place& place, int64_t utc_seconds);

struct Event {
  int64_t at_ms = 0;       // since 1970, UTC
  uint32_t user = 0;
  uint32_t number = 0;     // within the user
  std::string json;        // the line, without its end
};

struct Request {
  uint32_t users = 500;
  uint32_t days = 90;
  uint64_t seed = 1;
  int64_t start_day = 20454;   // since 1970: 2026-01-01
};

// All events of one listener, in order of time.
std::vector<Event> live(const Request& request, uint32_t user);

}  // namespace tidal_wave
