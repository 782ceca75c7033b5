// A message to be delivered, what may come of it, and the interface of whoever delivers it. A connector makes one attempt
// and says honestly how it ended; when to try again, and whether at all, is decided by its caller.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/channels/callback.h"

namespace wend {

struct Delivery {
  struct Field { std::string name, text; };

  std::string id;                  // the message id: 32 hex digits, the same in every attempt
  std::string channel, address;
  std::vector<Field> content;      // in the channel's order; a field that is absent is left out
  std::string message, category;
  int64_t valid_until_us = INT64_MAX;
  int64_t begin_by_us = INT64_MAX; // by the wall clock: behind it the permit is too old, and no attempt is begun
  uint32_t attempt = 1;
  std::chrono::steady_clock::time_point deadline;   // of this attempt; one that has passed sends nothing
};

// Whether the provider took the message.
//   delivered  it did, and answers for it from now on
//   failed     it surely did not: nothing of it will arrive because of this attempt
//   unknown    it may have
struct Outcome {
  enum class Kind : uint8_t { delivered, failed, unknown };

  Kind kind = Kind::unknown;
  bool permanent = false;          // failed: another attempt would fail as well
  bool address_dead = false;       // failed: nothing will ever arrive at this address
  int64_t dead_since_us = 0;       // address_dead: one registered after this instant may live; 0: not said
  bool opted_out = false;          // failed: the person told the provider to let nothing through from us
  bool endpoint_gone = false;      // failed: the receiving end wants no more, whatever the message
  int64_t retry_at_us = 0;         // failed for now: not before this instant; 0: the provider named none
  std::string reason;              // a short fixed word: `dns`, `status 429`, `too large`
  std::string provider_id;         // delivered: what the provider calls the message, if it said
  std::string said;                // what the provider said, at most kSaidBytes, without the address, the secrets, the content
};

constexpr size_t kSaidBytes = 200;

class Connector {
 public:
  virtual ~Connector() = default;
  // One attempt. May be called by several threads at once; returns soon after the deadline at the latest. Throws nothing
  // but for want of memory.
  virtual Outcome deliver(const Delivery& delivery) = 0;
  // What the provider calls back with, checked and read. By several threads at once; throws nothing but for want of memory.
  // Here: that it never does.
  virtual CallbackReading hear(const CallbackRequest& request);
};

}  // namespace wend
