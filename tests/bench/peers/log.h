// The log of events over which sequences are counted, the same for every engine: a line an event, ordered by time, in whole
// seconds; two events of one user are never in the same second.
#pragma once

#include <cstdint>
#include <cstdio>
#include <vector>

namespace peers {

enum class EventKind : uint8_t { play, view, add_to_cart, purchase };
const char* event_name(EventKind kind);

struct LoggedEvent {
  int64_t at;                       // seconds since 1970
  uint32_t user;
  EventKind kind;
};

// Of 90 days from 2026-01-01; a user has forty events on average, half of them shortly after the one before.
std::vector<LoggedEvent> make_log(size_t events);

// Columns happened, user_id, kind.
void write_csv(const std::vector<LoggedEvent>& log, std::FILE* out);

}  // namespace peers
