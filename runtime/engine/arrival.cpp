#include "runtime/engine/arrival.h"

#include <algorithm>

#include "runtime/abi/zones.h"

namespace wend {

int64_t instant_of(std::optional<int64_t> timestamp, std::optional<int64_t> sent_at, int64_t received, bool& moved) {
  moved = false;
  if (!timestamp) return received;
  int64_t at = *timestamp;
  if (sent_at) {
    const int64_t off = received - *sent_at;
    if (off > kMicrosPerDay || off < -kMicrosPerDay) return received;
    at += off;
  }
  moved = at > received;
  return std::clamp<int64_t>(at, 0, received);
}

}  // namespace wend
