// The operations native code calls on measure state (cells.h). A `void** cell` is the place in the record that holds a
// block's pointer. `oldest` and `from` are the first pane (or instant) still inside a window; `number` says that values are
// the bits of doubles. Every function is total: nothing fails, nothing is read out of bounds.
//
// The rules are those of grammar/reference/step.md, "Measures". Tested by tests/unit/cells against recomputation.
#pragma once

#include <cstdint>

#include "runtime/abi/cells.h"
#include "runtime/abi/context.h"
#include "runtime/abi/value.h"

extern "C" {

// Events a pane.
void wend_counts_add(void** cell, int64_t pane, int64_t oldest);
int64_t wend_counts_read(void* const* cell, int64_t from);
int64_t wend_counts_oldest(void* const* cell, int64_t from);   // the least pane at or behind `from`; WEND_FOREVER if none

// Count, sum and extremes a pane.
void wend_panes_add(void** cell, int64_t pane, int64_t oldest, int64_t value, int32_t number);
void wend_panes_read(void* const* cell, int64_t from, int32_t number, wend::TotalCell* out);
int64_t wend_panes_oldest(void* const* cell, int64_t from);

// The earliest event a pane.
void wend_firsts_add(void** cell, int64_t pane, int64_t oldest, int64_t at, int64_t value);
int32_t wend_firsts_read(void* const* cell, int64_t from, int64_t* at, int64_t* value);
int64_t wend_firsts_oldest(void* const* cell, int64_t from);

// The same over the panes `from` to `upto`, both included: windows that have passed.
int64_t wend_counts_between(void* const* cell, int64_t from, int64_t upto);
int64_t wend_counts_panes(void* const* cell, int64_t from, int64_t upto);   // how many panes hold events
void wend_panes_between(void* const* cell, int64_t from, int64_t upto, int32_t number, wend::TotalCell* out);
int32_t wend_firsts_between(void* const* cell, int64_t from, int64_t upto, int64_t* at, int64_t* value);

// The latest event a pane.
void wend_lasts_add(void** cell, int64_t pane, int64_t oldest, int64_t at, int64_t value);
int32_t wend_lasts_between(void* const* cell, int64_t from, int64_t upto, int64_t* at, int64_t* value);

// The latest `keep` events by time. A window holds what is later than `after`.
void wend_ring_add(void** cell, int64_t keep, int64_t at, int64_t value);
int64_t wend_ring_count(void* const* cell, int64_t after);
void wend_ring_read(void* const* cell, int64_t after, int32_t number, wend::TotalCell* out);
int32_t wend_ring_first(void* const* cell, int64_t after, int64_t* at, int64_t* value);
int32_t wend_ring_top(void* const* cell, int64_t after, int64_t* value);   // most frequent
int64_t wend_ring_distinct(void* const* cell, int64_t after);               // how many different values
int64_t wend_ring_streak(void* const* cell, int64_t after, int64_t present); // values are panes: the run up to `present` or the one before
int64_t wend_ring_oldest(void* const* cell, int64_t after);

// The latest event of each pane. `oldest_at`: what is earlier may be dropped.
void wend_stamps_add(void** cell, int64_t pane, int64_t at, int64_t oldest_at);
int64_t wend_stamps_count(void* const* cell, int64_t from_at);
int64_t wend_stamps_streak(void* const* cell, int64_t from_at, int64_t present);   // consecutive panes up to `present` or the one before
int64_t wend_stamps_oldest(void* const* cell, int64_t from_at);   // least stamp at or behind from_at

// Different values with their latest event; at most up_to, the ones seen longest ago go.
void wend_values_add(wend_ctx* ctx, void** cell, int64_t up_to, int64_t value, int64_t at, int64_t from_at);   // from_at: begin of the window
int64_t wend_values_count(void* const* cell, int64_t from_at);
int64_t wend_values_oldest(void* const* cell, int64_t from_at);

// (value, pane) pairs; at most up_to, the oldest pane's go, within it the value seen longest ago (dated: the pair).
void wend_pairs_add(wend_ctx* ctx, void** cell, int64_t up_to, int64_t value, int64_t pane, int64_t oldest, int64_t at);
void wend_pairs_add_dated(wend_ctx* ctx, void** cell, int64_t up_to, int64_t value, int64_t pane, int64_t oldest, int64_t at);
int32_t wend_pairs_top(void* const* cell, int64_t from, int64_t* value);
int32_t wend_pairs_top_between(void* const* cell, int64_t from, int64_t upto, int64_t* value);
int64_t wend_pairs_distinct(void* const* cell, int64_t from, int64_t upto);   // how many different values
int64_t wend_pairs_oldest(void* const* cell, int64_t from);

// Bits, streaks and panes of all time.
void wend_bits_add(wend::BitsCell* cell, int64_t words, int64_t pane);
int64_t wend_bits_count(const wend::BitsCell* cell, int64_t words, int64_t from, int64_t upto);
int64_t wend_bits_oldest(const wend::BitsCell* cell, int64_t words, int64_t from);
void wend_streak_add(wend::StreakCell* cell, int64_t pane);
int64_t wend_streak_read(const wend::StreakCell* cell, int64_t present);
void wend_ever_units_add(wend::EverUnitsCell* cell, int64_t pane);

// Totals.
void wend_total_add(wend::TotalCell* cell, int64_t value, int32_t number);
int64_t wend_total_sum_int(wend_ctx* ctx, const wend::TotalCell* cell);   // saturates, and counts it
double wend_total_sum_number(const wend::TotalCell* cell);
double wend_total_average_int(const wend::TotalCell* cell);            // count > 0
int64_t wend_total_average_micros(const wend::TotalCell* cell);        // halves away from zero
double wend_total_average_number(const wend::TotalCell* cell);

// The latest and the earliest value.
void wend_last_add(wend::LastCell* cell, int64_t at, int64_t value);
void wend_first_add(wend::LastCell* cell, int64_t at, int64_t value);

// Sequences: an event as the hop-th of a match, from 0. 0: it does not serve, 1: it does, 2: it completes the match
// (`last`). Of each hop and value one match waits, the one whose latest event is latest; of each hop at most open_max.
int32_t wend_sequence_step(wend_ctx* ctx, void** cell, int64_t hop, int32_t last, int64_t value, int64_t at, int64_t within_us, int64_t open_max);

// Begins a cell anew: as it is before any event.
void wend_cell_reset(uint8_t* cell, int32_t kind, int64_t words);

// Time. Units are PaneUnit.
int64_t wend_pane_exit(wend_ctx* ctx, int32_t unit, int64_t pane, int64_t count);   // start of pane + count + 1
int64_t wend_stamp_exit(wend_ctx* ctx, int32_t unit, int64_t at, int64_t count);    // the same for the pane that holds `at`
int64_t wend_next_midnight(wend_ctx* ctx);
int64_t wend_next_quarter(wend_ctx* ctx);                                           // the next full quarter of an hour, UTC

// Texts kept in records.
int64_t wend_intern(wend_ctx* ctx, const char* data, int64_t size);
int32_t wend_text_equal(const char* a, int64_t n, const char* b, int64_t m);
int32_t wend_text_mentions(wend_ctx* ctx, const char* data, int64_t size, const char* query, int64_t query_size);
int32_t wend_text_matches(wend_ctx* ctx, const char* data, int64_t size, const char* pattern, int64_t pattern_size);

// Arithmetic on micros and millionths, halves to even. A result beyond 64 bits is the end of them, and is counted.
int64_t wend_multiply_number(wend_ctx* ctx, int64_t quantity, double factor);
int64_t wend_divide_number(wend_ctx* ctx, int64_t quantity, double divisor);   // divisor is not zero
int64_t wend_multiply_share(wend_ctx* ctx, int64_t quantity, int64_t millionths);
int64_t wend_divide_int(wend_ctx* ctx, int64_t quantity, int64_t divisor);     // divisor is not zero
}
