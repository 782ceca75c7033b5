// Random projects and streams from a seed: the text of a Wend project (so that the parser and the checker are exercised
// too) and an NDJSON stream that is unkind to it: bursts, ties, events at cadence instants and at the edges of windows,
// duplicates, changes of clocks, leap days, consent and zones that change, nulls. One seed gives one case, everywhere.
// Tested by generate_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace wend::differential {

// A piece of a project that can be left out as a whole, with pieces inside.
struct Piece {
  std::string head;
  std::vector<Piece> inside;
  std::string tail;
};

struct Case {
  std::vector<Piece> project;
  std::vector<std::string> events;    // NDJSON lines
  std::optional<int64_t> until_us;
  bool arrivals = false;              // `receivedAt` counts: a live stream, in which events come late

  std::string text() const;           // of the project
  std::string stream() const;
};

struct Size {
  int users = 3;
  int days = 20;                      // of the stream
  int events = 30;                    // per user, about
  int measures = 4, states = 2, messages = 3, journeys = 2, experiments = 1;
};

Size small_size();
Size size_of_seed(uint64_t seed);     // grows with the seed: 1 is small, from about 1000 on all are large

Case generate(uint64_t seed, const Size& size);

// The case with feedback about what it sent, by the ids in its decision lines: delivered, failed, opened, clicked, bounced.
Case with_feedback(const Case& made, const std::vector<std::string>& lines, uint64_t seed);

// Drops pieces and events as long as `fails` holds of what is left. `fails` must be false of a project that does not compile.
Case shrink(Case failing, const std::function<bool(const Case&)>& fails, int attempts_max = 2000);

}  // namespace wend::differential
