// What the step works out once about a Module: how fresh records look, where the tail behind a record holds what, which
// built-in events mean something, how far back a cap sees.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <utility>
#include <vector>

#include "runtime/abi/context.h"
#include "runtime/abi/module.h"
#include "runtime/core/asking.h"
#include "runtime/core/user_state.h"
#include "runtime/core/wall.h"

namespace wend {

// The tail of a user's record, behind Module::record_bytes. Words of 64 bits throughout.
struct TailLayout {
  uint32_t exposures = 0;     // one bit an experiment
  uint32_t truths = 0;        // one bit a watch: edge: it was true; change: the value was known
  uint32_t values = 0;        // eight bytes a watch: the value before (texts by pool id)
  uint32_t floors = 0;        // eight bytes a floor: its last firing
  uint32_t clocks = 0;        // a ClockSlot a clock
  uint32_t writes = 0;        // eight bytes an attribute: when it was last written, which decides a merge
  // What follows from all else and is not packed: what asking.h needs.
  uint32_t again = 0;         // one bit a number of Asking: to be asked at the next input, whatever it is
  uint32_t nexts = 0;         // eight bytes a number of Asking: the next change by time of what it reads
  uint32_t soonest = 0;       // two of eight bytes: the least of `nexts`; the instant at which the first clock rings
  uint32_t bytes = 0;         // of record and tail
  TailLayout(const Module& module, const Asking& asking);
};

// What is kept of an entry by the clock.
struct ClockSlot {
  int64_t due;                // when it rings next; WEND_FOREVER: not
  int32_t date;               // the local date that stands for
  int32_t last;               // the one it rang for last; INT32_MIN: none
};

// The last answers of next_cadence() for a block. Users are met by time, so most ask what the one before asked.
struct CadenceMemo {
  const Zone* zone = nullptr;
  int32_t nominal = 0;
  int64_t from = 0;           // the instant it was asked at; the answer is the same from there until it comes
  CadenceInstant next{0, 0};
};
constexpr size_t kCadenceMemos = 32;

struct StaysRule { uint32_t states = 0; uint32_t state = 0; int64_t length_us = 0; };

// A built-in event's place and properties; -1 what the program does not have.
struct FeedbackEvent { int32_t event = -1, channel = -1, category = -1, message = -1, id = -1, topic = -1, permanent = -1; };

// What the watches come to over a fresh record. It is the same of every user, so a first input asks only those it touches.
struct FreshWatches {
  int64_t from = WEND_FOREVER, until = WEND_NEVER;   // the instants at which it is so
  Bits truths;                                       // as in the tail
  std::vector<std::pair<uint32_t, int64_t>> values, nexts;   // as in the tail, where they are not what a fresh record has
};

struct Tables {
  Tables(const Module& module, Context& context);

  Asking asking;
  TailLayout tail;
  std::vector<uint8_t> fresh_user;                    // a record and its tail before the first input
  std::vector<std::vector<uint8_t>> fresh_instances;  // by journey
  FreshWatches fresh_watches;
  std::vector<uint32_t> blocks;                       // offsets of the cells that point to one; the first few
  std::vector<CadenceMemo> cadences;                  // kCadenceMemos a block
  std::vector<StaysRule> stays;                       // each (states, state, length) once
  FeedbackEvent unsubscribed, external_send, failed, bounced, opened, clicked;
  bool chooses_best = false;                          // some send goes `by best channel`
  std::vector<int64_t> cap_horizons;                  // by cap: a stamp this old is out of its sight, whatever the zone
  std::unordered_map<uint32_t, const Zone*> zones;    // by pool id; null: no such zone
  uint32_t packed_layout = 0;                         // codec.h
};

inline bool tail_bit(const uint8_t* record, uint32_t words, uint32_t bit) {
  return reinterpret_cast<const uint64_t*>(record + words)[bit / 64] >> (bit % 64) & 1;
}
inline void set_tail_bit(uint8_t* record, uint32_t words, uint32_t bit, bool on) {
  uint64_t& word = reinterpret_cast<uint64_t*>(record + words)[bit / 64];
  word = on ? word | 1ull << (bit % 64) : word & ~(1ull << (bit % 64));
}
inline ClockSlot& clock_slot(uint8_t* record, uint32_t clocks, uint32_t index) {
  return reinterpret_cast<ClockSlot*>(record + clocks)[index];
}
inline int64_t& tail_value(uint8_t* record, uint32_t words, uint32_t index) {
  return reinterpret_cast<int64_t*>(record + words)[index];
}

// Writes the state before any event of every cell, in a zeroed record.
void init_cells(const std::vector<ModuleCell>& cells, uint8_t* record);

}  // namespace wend
