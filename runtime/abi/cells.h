// The state kept for measures, as it lies in a user's fixed-layout record (or in a journey instance), and the
// operations native code calls on it. The compiler's plan chooses the kinds and places (Module::cells); the codec packs
// them. A `value8` is any value in eight bytes: an integer, the bits of a double, or a text's pool id.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/abi/value.h"

struct wend_ctx;

namespace wend {

enum class CellKind : uint8_t {
  stamp,       // StampCell: when the latest event was
  last,        // LastCell: latest (stamp, value8)
  first,       // LastCell: earliest (stamp, value8)
  bits,        // BitsCell: one bit a pane, `words` words
  total,       // TotalCell: of all time, or since entry
  counts,      // Block of CountEntry: how many events each pane that holds some has
  panes,       // Block of PaneEntry: count, sum and extremes of each pane that holds events
  firsts,      // Block of FirstEntry: the earliest event of each pane
  ring,        // Block of RingEntry: the `keep` latest events, by time
  stamps,      // Block of PaneStamp: the latest event of each pane
  values,      // Block of ValueEntry: different values, with their latest event
  pairs,       // Block of PairEntry: (value, pane) pairs with counts
  streak,      // StreakCell
  ever_units,  // EverUnitsCell: how many different panes of all time held an event
  baseline,    // BaselineCell
  lasts,       // Block of FirstEntry: the latest event of each pane
  sequence,    // Block of SequenceEntry: matches that wait for their next event
};

struct StampCell { int64_t at; };                                  // WEND_NEVER: none
struct LastCell { int64_t at; int64_t value; };
struct BitsCell { int64_t last; uint64_t words[1]; };              // bit i of the words: pane last - i; WEND_NEVER: none
struct TotalCell { int64_t count; uint64_t sum_low; int64_t sum_high; int64_t smallest; int64_t largest; };
struct StreakCell { int64_t last; uint64_t bits; int64_t run_start; };   // run_start: first pane of a run older than the bits
struct EverUnitsCell { int64_t last; uint64_t bits; int64_t count; };
struct BaselineCell { double mean; double variance; int64_t samples; int64_t next; };   // next: the next Monday's start

struct CountEntry { int32_t pane; uint32_t count; };
struct PaneEntry { int32_t pane; uint32_t count; uint64_t sum_low; int64_t sum_high; int64_t smallest; int64_t largest; };
struct FirstEntry { int64_t pane; int64_t at; int64_t value; };
struct RingEntry { int64_t at; int64_t value; };
struct PaneStamp { int64_t pane; int64_t at; };
struct ValueEntry { int64_t value; int64_t at; };
struct SequenceEntry { int64_t value; int64_t at; int64_t hop; };   // of a `matching` value; hop: events seen so far
struct PairEntry { int64_t value; int64_t at; int32_t pane; uint32_t count; };

// No count of a pane goes back to nothing, however many events there are.
inline void count_more(uint32_t& count, int64_t more) {
  const int64_t sum = int64_t{count} + more;
  count = sum > UINT32_MAX ? UINT32_MAX : static_cast<uint32_t>(sum);
}
inline void count_more(int64_t& count, int64_t more) {
  if (__builtin_add_overflow(count, more, &count)) count = INT64_MAX;
}

// A variable number of entries, in memory of malloc; the record holds a pointer, null while there are none.
struct CellBlock {
  uint32_t count;
  uint32_t capacity;
  // entries follow, 8-byte aligned
  template <class Entry> Entry* entries() { return reinterpret_cast<Entry*>(this + 1); }
  template <class Entry> const Entry* entries() const { return reinterpret_cast<const Entry*>(this + 1); }
};

size_t cell_bytes(CellKind kind, uint32_t words);   // in the record; `words` of bits
size_t entry_bytes(CellKind kind);                  // of block kinds; 0 for the others
bool is_block(CellKind kind);

}  // namespace wend
