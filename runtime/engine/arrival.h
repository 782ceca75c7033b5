// A record as it came to a host that stays up: when it says it happened, whose clock said so, and its instant by ours.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "runtime/channels/callback.h"
#include "runtime/engine/intake.h"

namespace wend {

// What the provider of a channel reports of a message it took; whose it is only the outbox knows.
struct ProviderReport { std::string channel; Callback said; };

struct Arrival {
  const EventRecord* record = nullptr;      // of the Intake beside it; null: it was not taken, or means nothing to the program
  std::optional<int64_t> timestamp, sent_at;
  std::string raw;                          // the JSON object as it came
  std::optional<ProviderReport> report;     // instead of all the above
  std::string rejected, group;              // why it was not taken; the same without what was found, for counting
};

// What one request brought. Its Intake keeps the records.
struct Arrivals {
  std::unique_ptr<Intake> intake;           // may be null where all are reports
  std::vector<Arrival> items;
  int64_t received = 0;                     // stamped as it is queued; never goes back
  std::shared_ptr<const Module> module;     // of the Intake, where it might not outlive this; may be null
};

// The instant of an event by our clock, never after `received`: the sender's clock is set right by what it said when it sent,
// unless it is more than a day off; then it is not believed at all. `moved`: the event said it lies ahead of us.
int64_t instant_of(std::optional<int64_t> timestamp, std::optional<int64_t> sent_at, int64_t received, bool& moved);

}  // namespace wend
