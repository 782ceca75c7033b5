// A provider that behaves as real ones do, by a seed: takes messages, refuses them, takes them and never answers, asks for
// time, knows dead addresses and people who have opted out; and keeps book of what it took.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "runtime/channels/channel.h"

namespace wend::simulation {

class SimProvider : public Connector {
 public:
  // `takes_once`: knows a message again by its id for `remembers_us`.
  SimProvider(uint64_t seed, bool takes_once, int64_t remembers_us) : seed_(seed), takes_once_(takes_once), remembers_(remembers_us) {}

  Outcome deliver(const Delivery& delivery) override;

  struct Book { uint32_t attempts = 0, taken = 0, answered = 0; int64_t first_taken = 0; };
  const std::map<std::string, Book>& book() const { return book_; }

  int64_t now = 0;                 // its own clock, which runs evenly
  int64_t asked_by = 0;            // the time of whoever asks, for what it says of instants
  bool well = false;               // from now on it takes everything
  int trouble = 20;                // how many of a hundred attempts go wrong

 private:
  const uint64_t seed_;
  const bool takes_once_;
  const int64_t remembers_;
  std::map<std::string, Book> book_;
};

}  // namespace wend::simulation
