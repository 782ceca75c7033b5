// Measure state: adding an event, reading a window, finding the next change. See cell_ops.h for the contracts.
#include "runtime/abi/cell_ops.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <new>
#include <tuple>
#include <utility>

namespace wend {
namespace {

using i128 = __int128;

constexpr double kGrid = 1099511627776.0;   // 2^40: sums of numbers are whole multiples of 2^-40

template <class Entry>
struct View {
  Entry* data = nullptr;
  uint32_t count = 0;
  Entry* begin() const { return data; }
  Entry* end() const { return data + count; }
};

template <class Entry>
View<Entry> view(void* const* cell) {
  CellBlock* block = static_cast<CellBlock*>(*cell);
  return block ? View<Entry>{block->entries<Entry>(), block->count} : View<Entry>{};
}

// Room for one more entry at `index`; the entries behind it move up.
template <class Entry>
Entry* insert(void** cell, uint32_t index) {
  CellBlock* block = static_cast<CellBlock*>(*cell);
  if (!block || block->count == block->capacity) {
    const uint32_t count = block ? block->count : 0, capacity = block ? block->capacity * 2 : 2;
    block = static_cast<CellBlock*>(std::realloc(block, sizeof(CellBlock) + sizeof(Entry) * capacity));
    if (!block) throw std::bad_alloc();
    block->count = count;
    block->capacity = capacity;
    *cell = block;
  }
  Entry* entries = block->entries<Entry>();
  std::memmove(static_cast<void*>(entries + index + 1), entries + index, sizeof(Entry) * (block->count - index));
  ++block->count;
  return entries + index;
}

template <class Entry>
void erase(void** cell, uint32_t index, uint32_t n = 1) {
  CellBlock* block = static_cast<CellBlock*>(*cell);
  Entry* entries = block->entries<Entry>();
  std::memmove(static_cast<void*>(entries + index), entries + index + n, sizeof(Entry) * (block->count - index - n));
  block->count -= n;
}

// Entries stand in order of their pane. Drops those before `oldest`; then finds the place of `pane`, from behind,
// because events come nearly in order.
template <class Entry>
uint32_t advance_to(void** cell, int64_t pane, int64_t oldest) {
  View<Entry> entries = view<Entry>(cell);
  uint32_t dead = 0;
  while (dead < entries.count && entries.data[dead].pane < oldest) ++dead;
  if (dead) erase<Entry>(cell, 0, dead);
  entries = view<Entry>(cell);
  uint32_t index = entries.count;
  while (index > 0 && entries.data[index - 1].pane >= pane) --index;
  return index;
}

template <class Entry>
bool holds(void* const* cell, uint32_t index, int64_t pane) {
  View<Entry> entries = view<Entry>(cell);
  return index < entries.count && entries.data[index].pane == pane;
}

// The latest pane's entry, if that is `pane`: most events come in the pane of the one before. What has passed has gone with the first of it.
template <class Entry>
Entry* latest(void* const* cell, int64_t pane) {
  const View<Entry> entries = view<Entry>(cell);
  return entries.count > 0 && entries.data[entries.count - 1].pane == pane ? &entries.data[entries.count - 1] : nullptr;
}

template <class Entry>
int64_t oldest_pane(void* const* cell, int64_t from) {
  int64_t least = WEND_FOREVER;
  for (const Entry& entry : view<Entry>(cell))
    if (entry.pane >= from) least = std::min<int64_t>(least, entry.pane);
  return least;
}

i128 to_wide(uint64_t low, int64_t high) { return (static_cast<i128>(high) << 64) | low; }
void from_wide(i128 wide, uint64_t& low, int64_t& high) {
  low = static_cast<uint64_t>(wide);
  high = static_cast<int64_t>(wide >> 64);
}

// Beyond 128 bits, where no sum of a user's events comes, it begins again from the other end.
i128 plus(i128 a, i128 b) { return static_cast<i128>(static_cast<unsigned __int128>(a) + static_cast<unsigned __int128>(b)); }

// A value as it is summed: numbers on the grid, halves to even, clamped to +-2^100.
i128 addend(int64_t value, bool number) {
  if (!number) return value;
  double scaled = std::bit_cast<double>(value) * kGrid;
  const double limit = std::ldexp(1.0, 100);
  if (scaled >= limit) return static_cast<i128>(1) << 100;
  if (scaled <= -limit) return -(static_cast<i128>(1) << 100);
  return static_cast<i128>(std::nearbyint(scaled));
}

bool less(int64_t a, int64_t b, bool number) {
  return number ? std::bit_cast<double>(a) < std::bit_cast<double>(b) : a < b;
}

template <class Total>   // TotalCell or PaneEntry
void fold(Total& total, i128 sum, int64_t count, int64_t smallest, int64_t largest, bool number) {
  if (total.count == 0) {
    total.smallest = smallest;
    total.largest = largest;
  } else {
    if (less(smallest, total.smallest, number)) total.smallest = smallest;
    if (less(total.largest, largest, number)) total.largest = largest;
  }
  count_more(total.count, count);
  from_wide(plus(to_wide(total.sum_low, total.sum_high), sum), total.sum_low, total.sum_high);
}

int64_t saturate(i128 wide) {
  if (wide > std::numeric_limits<int64_t>::max()) return std::numeric_limits<int64_t>::max();
  if (wide < std::numeric_limits<int64_t>::min()) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(wide);
}

// a / b rounded half to even, b > 0.
i128 divide_half_even(i128 a, i128 b) {
  i128 quotient = a / b, rest = a % b;
  if (rest < 0) { rest += b; --quotient; }
  i128 twice = rest * 2;
  if (twice > b || (twice == b && (quotient & 1))) ++quotient;
  return quotient;
}

// A result of the program held to 64 bits, which is counted.
int64_t counted(wend_ctx* ctx, i128 wide) {
  const int64_t held = saturate(wide);
  ctx->saturations += held != wide;
  return held;
}

int64_t rounded(wend_ctx* ctx, double value) {
  const bool above = value >= 9223372036854775808.0, below = value < -9223372036854775808.0;
  ctx->saturations += above || below;
  return above ? std::numeric_limits<int64_t>::max() : below ? std::numeric_limits<int64_t>::min() : static_cast<int64_t>(std::nearbyint(value));
}

}  // namespace
}  // namespace wend

using namespace wend;

extern "C" {

// ---- counts, panes, firsts -------------------------------------------------------------------------

void wend_counts_add(void** cell, int64_t pane, int64_t oldest) {
  if (pane < oldest) return;
  CountEntry* entry = latest<CountEntry>(cell, pane);
  if (!entry) {
    const uint32_t index = advance_to<CountEntry>(cell, pane, oldest);
    if (!holds<CountEntry>(cell, index, pane)) *insert<CountEntry>(cell, index) = {static_cast<int32_t>(pane), 0};
    entry = &view<CountEntry>(cell).data[index];
  }
  count_more(entry->count, 1);
}

int64_t wend_counts_read(void* const* cell, int64_t from) {
  int64_t count = 0;
  for (const CountEntry& entry : view<CountEntry>(cell))
    if (entry.pane >= from) count += entry.count;
  return count;
}

int64_t wend_counts_between(void* const* cell, int64_t from, int64_t upto) {
  int64_t count = 0;
  for (const CountEntry& entry : view<CountEntry>(cell))
    if (entry.pane >= from && entry.pane <= upto) count += entry.count;
  return count;
}

int64_t wend_counts_panes(void* const* cell, int64_t from, int64_t upto) {
  int64_t panes = 0;
  for (const CountEntry& entry : view<CountEntry>(cell)) panes += entry.pane >= from && entry.pane <= upto;
  return panes;
}

int64_t wend_counts_oldest(void* const* cell, int64_t from) { return oldest_pane<CountEntry>(cell, from); }

void wend_panes_add(void** cell, int64_t pane, int64_t oldest, int64_t value, int32_t number) {
  if (pane < oldest) return;
  PaneEntry* entry = latest<PaneEntry>(cell, pane);
  if (!entry) {
    const uint32_t index = advance_to<PaneEntry>(cell, pane, oldest);
    if (!holds<PaneEntry>(cell, index, pane)) *insert<PaneEntry>(cell, index) = {static_cast<int32_t>(pane), 0, 0, 0, 0, 0};
    entry = &view<PaneEntry>(cell).data[index];
  }
  fold(*entry, addend(value, number), 1, value, value, number);
}

void wend_panes_read(void* const* cell, int64_t from, int32_t number, TotalCell* out) {
  *out = {};
  for (const PaneEntry& entry : view<PaneEntry>(cell))
    if (entry.pane >= from)
      fold(*out, to_wide(entry.sum_low, entry.sum_high), entry.count, entry.smallest, entry.largest, number);
}

void wend_panes_between(void* const* cell, int64_t from, int64_t upto, int32_t number, TotalCell* out) {
  *out = {};
  for (const PaneEntry& entry : view<PaneEntry>(cell))
    if (entry.pane >= from && entry.pane <= upto)
      fold(*out, to_wide(entry.sum_low, entry.sum_high), entry.count, entry.smallest, entry.largest, number);
}

int64_t wend_panes_oldest(void* const* cell, int64_t from) { return oldest_pane<PaneEntry>(cell, from); }

void wend_firsts_add(void** cell, int64_t pane, int64_t oldest, int64_t at, int64_t value) {
  if (pane < oldest) return;
  uint32_t index = advance_to<FirstEntry>(cell, pane, oldest);
  if (!holds<FirstEntry>(cell, index, pane)) {
    *insert<FirstEntry>(cell, index) = {pane, at, value};
    return;
  }
  FirstEntry& entry = view<FirstEntry>(cell).data[index];
  if (at < entry.at) entry = {pane, at, value};
}

int32_t wend_firsts_read(void* const* cell, int64_t from, int64_t* at, int64_t* value) {
  for (const FirstEntry& entry : view<FirstEntry>(cell))
    if (entry.pane >= from) {
      *at = entry.at;
      *value = entry.value;
      return 1;
    }
  return 0;
}

int32_t wend_firsts_between(void* const* cell, int64_t from, int64_t upto, int64_t* at, int64_t* value) {
  for (const FirstEntry& entry : view<FirstEntry>(cell)) {
    if (entry.pane < from) continue;
    if (entry.pane > upto) return 0;
    *at = entry.at;
    *value = entry.value;
    return 1;
  }
  return 0;
}

// ---- lasts: the latest event of each pane; equal times: the one handled last
void wend_lasts_add(void** cell, int64_t pane, int64_t oldest, int64_t at, int64_t value) {
  if (pane < oldest) return;
  uint32_t index = advance_to<FirstEntry>(cell, pane, oldest);
  if (!holds<FirstEntry>(cell, index, pane)) {
    *insert<FirstEntry>(cell, index) = {pane, at, value};
    return;
  }
  FirstEntry& entry = view<FirstEntry>(cell).data[index];
  if (at >= entry.at) entry = {pane, at, value};
}

int32_t wend_lasts_between(void* const* cell, int64_t from, int64_t upto, int64_t* at, int64_t* value) {
  const View<FirstEntry> entries = view<FirstEntry>(cell);
  for (uint32_t i = entries.count; i > 0; --i) {
    const FirstEntry& entry = entries.data[i - 1];
    if (entry.pane > upto) continue;
    if (entry.pane < from) return 0;
    *at = entry.at;
    *value = entry.value;
    return 1;
  }
  return 0;
}

int64_t wend_firsts_oldest(void* const* cell, int64_t from) { return oldest_pane<FirstEntry>(cell, from); }

// ---- rings: entries in order of time, equal times in order of handling -----------------------------

void wend_ring_add(void** cell, int64_t keep, int64_t at, int64_t value) {
  View<RingEntry> entries = view<RingEntry>(cell);
  uint32_t index = entries.count;
  while (index > 0 && entries.data[index - 1].at > at) --index;
  if (entries.count >= keep) {
    if (index == 0) return;   // older than all that are kept
    erase<RingEntry>(cell, 0);
    --index;
  }
  *insert<RingEntry>(cell, index) = {at, value};
}

int64_t wend_ring_count(void* const* cell, int64_t after) {
  View<RingEntry> entries = view<RingEntry>(cell);
  uint32_t index = entries.count;
  while (index > 0 && entries.data[index - 1].at > after) --index;
  return entries.count - index;
}

void wend_ring_read(void* const* cell, int64_t after, int32_t number, TotalCell* out) {
  *out = {};
  for (const RingEntry& entry : view<RingEntry>(cell))
    if (entry.at > after) fold(*out, addend(entry.value, number), 1, entry.value, entry.value, number);
}

int32_t wend_ring_first(void* const* cell, int64_t after, int64_t* at, int64_t* value) {
  for (const RingEntry& entry : view<RingEntry>(cell))
    if (entry.at > after) {
      *at = entry.at;
      *value = entry.value;
      return 1;
    }
  return 0;
}

int32_t wend_ring_top(void* const* cell, int64_t after, int64_t* value) {
  View<RingEntry> entries = view<RingEntry>(cell);
  uint32_t begin = entries.count - static_cast<uint32_t>(wend_ring_count(cell, after));
  int64_t best = 0;
  // From behind: the first time a value is met is its latest event, so ties fall to the more recent.
  for (uint32_t i = entries.count; i > begin; --i) {
    const RingEntry& entry = entries.data[i - 1];
    bool seen = false;
    for (uint32_t j = i; j < entries.count && !seen; ++j) seen = entries.data[j].value == entry.value;
    if (seen) continue;
    int64_t count = 0;
    for (uint32_t j = begin; j < i; ++j) count += entries.data[j].value == entry.value;
    if (count > best) {
      best = count;
      *value = entry.value;
    }
  }
  return best > 0;
}

int64_t wend_ring_distinct(void* const* cell, int64_t after) {
  View<RingEntry> entries = view<RingEntry>(cell);
  uint32_t begin = entries.count - static_cast<uint32_t>(wend_ring_count(cell, after));
  int64_t different = 0;
  for (uint32_t i = begin; i < entries.count; ++i) {
    bool seen = false;
    for (uint32_t j = begin; j < i && !seen; ++j) seen = entries.data[j].value == entries.data[i].value;
    different += !seen;
  }
  return different;
}

int64_t wend_ring_streak(void* const* cell, int64_t after, int64_t present) {
  View<RingEntry> entries = view<RingEntry>(cell);
  int64_t run = 0, expected = present;
  for (uint32_t i = entries.count; i > 0; --i) {   // entries are in order of time, so of panes
    const RingEntry& entry = entries.data[i - 1];
    if (entry.at <= after) break;
    if (run > 0 && entry.value == expected + 1) continue;   // a further event of the pane just counted
    if (run == 0 && entry.value == present - 1) expected = present - 1;
    if (entry.value != expected) break;
    ++run;
    --expected;
  }
  return run;
}

int64_t wend_ring_oldest(void* const* cell, int64_t after) {
  int64_t at = WEND_FOREVER, value;
  wend_ring_first(cell, after, &at, &value);
  return at;
}

// ---- stamps, values, pairs -------------------------------------------------------------------------

void wend_stamps_add(void** cell, int64_t pane, int64_t at, int64_t oldest_at) {
  if (at < oldest_at) return;
  View<PaneStamp> entries = view<PaneStamp>(cell);
  uint32_t dead = 0;
  while (dead < entries.count && entries.data[dead].at < oldest_at) ++dead;
  if (dead) erase<PaneStamp>(cell, 0, dead);
  uint32_t index = advance_to<PaneStamp>(cell, pane, std::numeric_limits<int64_t>::min());
  if (!holds<PaneStamp>(cell, index, pane)) *insert<PaneStamp>(cell, index) = {pane, at};
  PaneStamp& entry = view<PaneStamp>(cell).data[index];
  entry.at = std::max(entry.at, at);
}

int64_t wend_stamps_count(void* const* cell, int64_t from_at) {
  int64_t count = 0;
  for (const PaneStamp& entry : view<PaneStamp>(cell)) count += entry.at >= from_at;
  return count;
}

int64_t wend_stamps_streak(void* const* cell, int64_t from_at, int64_t present) {
  View<PaneStamp> entries = view<PaneStamp>(cell);
  int64_t run = 0, expected = present;
  for (uint32_t i = entries.count; i > 0; --i) {
    const PaneStamp& entry = entries.data[i - 1];
    if (entry.at < from_at) break;
    if (run == 0 && entry.pane == present - 1) expected = present - 1;
    if (entry.pane != expected) break;
    ++run;
    --expected;
  }
  return run;
}

int64_t wend_stamps_oldest(void* const* cell, int64_t from_at) {
  int64_t least = WEND_FOREVER;
  for (const PaneStamp& entry : view<PaneStamp>(cell))
    if (entry.at >= from_at) least = std::min(least, entry.at);
  return least;
}

// Entries stand in the order in which they were last seen (equal times: handled last, last).
void wend_values_add(wend_ctx* ctx, void** cell, int64_t up_to, int64_t value, int64_t at, int64_t from_at) {
  View<ValueEntry> entries = view<ValueEntry>(cell);
  for (uint32_t i = entries.count; i > 0; --i) {
    if (entries.data[i - 1].value != value) continue;
    if (entries.data[i - 1].at > at) return;
    erase<ValueEntry>(cell, i - 1);
    break;
  }
  entries = view<ValueEntry>(cell);
  uint32_t index = entries.count;
  while (index > 0 && entries.data[index - 1].at > at) --index;
  if (entries.count >= up_to) {
    if (index == 0 || entries.data[0].at >= from_at) ++ctx->values_dropped;
    if (index == 0) return;
    erase<ValueEntry>(cell, 0);
    --index;
  }
  *insert<ValueEntry>(cell, index) = {value, at};
}

int64_t wend_values_count(void* const* cell, int64_t from_at) {
  int64_t count = 0;
  for (const ValueEntry& entry : view<ValueEntry>(cell)) count += entry.at >= from_at;
  return count;
}

int64_t wend_values_oldest(void* const* cell, int64_t from_at) {
  for (const ValueEntry& entry : view<ValueEntry>(cell))
    if (entry.at >= from_at) return entry.at;
  return WEND_FOREVER;
}

namespace {

// Of the entries of a value, the first and the place behind the last; both the end where there are none.
std::pair<uint32_t, uint32_t> pairs_of(const View<PairEntry>& entries, int64_t value) {
  uint32_t end = entries.count;
  while (end > 0 && entries.data[end - 1].value != value) --end;   // from behind, where those seen last are
  uint32_t begin = end;
  while (begin > 0 && entries.data[begin - 1].value == value) --begin;
  return end == 0 ? std::pair(entries.count, entries.count) : std::pair(begin, end);
}

void drop_passed_pairs(void** cell, int64_t oldest) {
  uint32_t kept = 0;
  const View<PairEntry> entries = view<PairEntry>(cell);
  for (const PairEntry& entry : entries)
    if (entry.pane >= oldest) entries.data[kept++] = entry;
  if (CellBlock* block = static_cast<CellBlock*>(*cell)) block->count = kept;
}

// Room for a pair: where there is none, the oldest pane's goes, of those the one that stands first. False: what comes is that itself.
bool make_room(wend_ctx* ctx, void** cell, int64_t up_to, int64_t pane, int64_t seen) {
  const View<PairEntry> entries = view<PairEntry>(cell);
  if (entries.count < up_to) return true;
  ++ctx->values_dropped;
  uint32_t victim = 0;
  for (uint32_t i = 1; i < entries.count; ++i)
    if (entries.data[i].pane < entries.data[victim].pane) victim = i;
  const PairEntry& oldest = entries.data[victim];
  if (oldest.pane > pane || (oldest.pane == pane && oldest.at > seen)) return false;
  erase<PairEntry>(cell, victim);
  return true;
}

}  // namespace

// The pairs of a value stand together, by pane, each with the time of the value's latest event; the values by that time, of equal
// ones the value handled last behind. Pairs that have left the window go when a new one comes.
void wend_pairs_add(wend_ctx* ctx, void** cell, int64_t up_to, int64_t value, int64_t pane, int64_t oldest, int64_t at) {
  if (pane < oldest) return;
  View<PairEntry> entries = view<PairEntry>(cell);
  if (entries.count > 0) {   // what was seen last, again, and in no other pane of its own
    PairEntry& last = entries.data[entries.count - 1];
    const bool alone = entries.count == 1 || entries.data[entries.count - 2].value != value;
    if (last.value == value && last.pane == pane && alone && at >= last.at) {
      count_more(last.count, 1);
      last.at = at;
      return;
    }
  }
  auto [begin, end] = pairs_of(entries, value);
  uint32_t place = end;
  while (place > begin && entries.data[place - 1].pane > pane) --place;
  const bool known = place > begin && entries.data[place - 1].pane == pane;
  if (known) {
    count_more(entries.data[place - 1].count, 1);
  } else {
    drop_passed_pairs(cell, oldest);
    entries = view<PairEntry>(cell);
    std::tie(begin, end) = pairs_of(entries, value);
    const int64_t seen = begin < end ? std::max(at, entries.data[begin].at) : at;
    if (!make_room(ctx, cell, up_to, pane, seen)) return;
    entries = view<PairEntry>(cell);
    std::tie(begin, end) = pairs_of(entries, value);
    if (begin == end)
      while (begin > 0 && entries.data[begin - 1].at > at) --begin, --end;
    place = end;
    while (place > begin && entries.data[place - 1].pane > pane) --place;
    *insert<PairEntry>(cell, place) = {value, seen, static_cast<int32_t>(pane), 1};
    entries = view<PairEntry>(cell);
    ++end;
  }
  if (at < entries.data[begin].at) return;
  for (uint32_t i = begin; i < end; ++i) entries.data[i].at = at;
  uint32_t behind = end;
  while (behind < entries.count && entries.data[behind].at <= at) ++behind;
  if (behind > end) std::rotate(entries.data + begin, entries.data + end, entries.data + behind);
}

// Where windows that have passed are asked, each pair has a time of its own, and they stand by that.
void wend_pairs_add_dated(wend_ctx* ctx, void** cell, int64_t up_to, int64_t value, int64_t pane, int64_t oldest, int64_t at) {
  if (pane < oldest) return;
  View<PairEntry> entries = view<PairEntry>(cell);
  for (uint32_t i = entries.count; i-- > 0;) {
    PairEntry updated = entries.data[i];
    if (updated.pane != pane || updated.value != value) continue;
    count_more(updated.count, 1);
    updated.at = std::max(updated.at, at);
    for (; i + 1 < entries.count && entries.data[i + 1].at <= updated.at; ++i) entries.data[i] = entries.data[i + 1];
    entries.data[i] = updated;
    return;
  }
  drop_passed_pairs(cell, oldest);
  if (!make_room(ctx, cell, up_to, pane, at)) return;
  entries = view<PairEntry>(cell);
  uint32_t index = entries.count;
  while (index > 0 && entries.data[index - 1].at > at) --index;
  *insert<PairEntry>(cell, index) = {value, at, static_cast<int32_t>(pane), 1};
}

int32_t wend_pairs_top(void* const* cell, int64_t from, int64_t* value) { return wend_pairs_top_between(cell, from, WEND_FOREVER, value); }

int32_t wend_pairs_top_between(void* const* cell, int64_t from, int64_t upto, int64_t* value) {
  const auto outside = [&](const PairEntry& entry) { return entry.pane < from || entry.pane > upto; };
  View<PairEntry> entries = view<PairEntry>(cell);
  int64_t best = 0;
  // From behind: the first pair of a value holds its latest event.
  for (uint32_t i = entries.count; i > 0; --i) {
    const PairEntry& entry = entries.data[i - 1];
    if (outside(entry)) continue;
    bool seen = false;
    for (uint32_t j = i; j < entries.count && !seen; ++j)
      seen = entries.data[j].value == entry.value && !outside(entries.data[j]);
    if (seen) continue;
    int64_t count = 0;
    for (uint32_t j = 0; j < i; ++j)
      if (entries.data[j].value == entry.value && !outside(entries.data[j])) count += entries.data[j].count;
    if (count > best) {
      best = count;
      *value = entry.value;
    }
  }
  return best > 0;
}

int64_t wend_pairs_distinct(void* const* cell, int64_t from, int64_t upto) {
  const View<PairEntry> entries = view<PairEntry>(cell);
  const auto outside = [&](const PairEntry& entry) { return entry.pane < from || entry.pane > upto; };
  int64_t different = 0;
  for (uint32_t i = 0; i < entries.count; ++i) {
    bool seen = outside(entries.data[i]);
    for (uint32_t j = 0; j < i && !seen; ++j) seen = !outside(entries.data[j]) && entries.data[j].value == entries.data[i].value;
    different += !seen;
  }
  return different;
}

// ---- sequences: entries in the order in which they were taken

static int64_t find_open(void* const* cell, int64_t hop, int64_t value) {
  const View<SequenceEntry> entries = view<SequenceEntry>(cell);
  for (uint32_t i = 0; i < entries.count; ++i)
    if (entries.data[i].hop == hop && entries.data[i].value == value) return i;
  return -1;
}

// False: a newer match waits there already.
static bool open_match(wend_ctx* ctx, void** cell, int64_t hop, int64_t value, int64_t at, int64_t open_max) {
  const int64_t known = find_open(cell, hop, value);
  if (known >= 0) {
    if (view<SequenceEntry>(cell).data[known].at > at) return false;
    erase<SequenceEntry>(cell, static_cast<uint32_t>(known));
  }
  *insert<SequenceEntry>(cell, view<SequenceEntry>(cell).count) = {value, at, hop};
  const View<SequenceEntry> entries = view<SequenceEntry>(cell);
  int64_t open = 0;
  uint32_t oldest = entries.count;
  for (uint32_t i = 0; i < entries.count; ++i) {
    if (entries.data[i].hop != hop) continue;
    ++open;
    if (oldest == entries.count || entries.data[i].at < entries.data[oldest].at) oldest = i;
  }
  if (open > open_max) {
    erase<SequenceEntry>(cell, oldest);
    ++ctx->open_dropped;
  }
  return true;
}

int32_t wend_sequence_step(wend_ctx* ctx, void** cell, int64_t hop, int32_t last, int64_t value, int64_t at, int64_t within_us, int64_t open_max) {
  if (hop == 0) return open_match(ctx, cell, 1, value, at, open_max);
  const int64_t waiting = find_open(cell, hop, value);
  if (waiting < 0) return 0;
  const int64_t since = view<SequenceEntry>(cell).data[waiting].at;
  if (at < since || (within_us > 0 && at - since >= within_us)) return 0;
  if (!last && !open_match(ctx, cell, hop + 1, value, at, open_max)) return 0;
  erase<SequenceEntry>(cell, static_cast<uint32_t>(find_open(cell, hop, value)));
  return last ? 2 : 1;
}

void wend_cell_reset(uint8_t* cell, int32_t kind, int64_t words) {
  const int64_t never = WEND_NEVER;
  switch (static_cast<CellKind>(kind)) {
    case CellKind::stamp: case CellKind::last: case CellKind::first: std::memcpy(cell, &never, sizeof never); break;
    case CellKind::bits:
      std::memset(cell, 0, static_cast<size_t>(words + 1) * 8);
      std::memcpy(cell, &never, sizeof never);
      break;
    case CellKind::total: std::memset(cell, 0, sizeof(TotalCell)); break;
    case CellKind::streak: *reinterpret_cast<StreakCell*>(cell) = {WEND_NEVER, 0, WEND_NEVER}; break;
    case CellKind::ever_units: *reinterpret_cast<EverUnitsCell*>(cell) = {WEND_NEVER, 0, 0}; break;
    case CellKind::baseline: break;
    default:
      if (CellBlock* block = *reinterpret_cast<CellBlock**>(cell)) block->count = 0;
  }
}

int64_t wend_pairs_oldest(void* const* cell, int64_t from) { return oldest_pane<PairEntry>(cell, from); }

// ---- bits, streaks, panes of all time --------------------------------------------------------------

void wend_bits_add(BitsCell* cell, int64_t words, int64_t pane) {
  uint64_t* bits = cell->words;
  if (cell->last == WEND_NEVER) {
    cell->last = pane;
    bits[0] = 1;
    return;
  }
  int64_t distance = pane - cell->last;
  if (distance > 0) {
    if (distance >= words * 64) {
      std::memset(bits, 0, sizeof(uint64_t) * static_cast<size_t>(words));
    } else {
      int64_t whole = distance / 64, part = distance % 64;
      for (int64_t i = words - 1; i >= 0; --i) {
        uint64_t word = i >= whole ? bits[i - whole] << part : 0;
        if (part && i > whole) word |= bits[i - whole - 1] >> (64 - part);
        bits[i] = word;
      }
    }
    bits[0] |= 1;
    cell->last = pane;
  } else if (-distance < words * 64) {
    bits[-distance / 64] |= 1ull << (-distance % 64);
  }
}

int64_t wend_bits_count(const BitsCell* cell, int64_t words, int64_t from, int64_t) {
  if (cell->last == WEND_NEVER || cell->last < from) return 0;
  int64_t width = cell->last - from + 1, count = 0;   // bits 0 .. width - 1 are inside
  for (int64_t i = 0; i < words && width > 0; ++i, width -= 64) {
    uint64_t mask = width >= 64 ? ~0ull : (1ull << width) - 1;
    count += std::popcount(cell->words[i] & mask);
  }
  return count;
}

int64_t wend_bits_oldest(const BitsCell* cell, int64_t words, int64_t from) {
  if (cell->last == WEND_NEVER || cell->last < from) return WEND_FOREVER;
  int64_t width = std::min(cell->last - from + 1, words * 64);
  for (int64_t bit = width - 1; bit >= 0; --bit)
    if (cell->words[bit / 64] >> (bit % 64) & 1) return cell->last - bit;
  return WEND_FOREVER;
}

void wend_streak_add(StreakCell* cell, int64_t pane) {
  if (cell->last == WEND_NEVER) {
    *cell = {pane, 1, WEND_NEVER};
    return;
  }
  int64_t distance = pane - cell->last;
  if (distance > 0) {
    // A run that fills all bits goes on behind them: remember where it began.
    if (distance == 1 && cell->bits == ~0ull) {
      if (cell->run_start == WEND_NEVER) cell->run_start = cell->last - 63;
    } else {
      cell->run_start = WEND_NEVER;
    }
    cell->bits = distance >= 64 ? 0 : cell->bits << distance;
    cell->bits |= 1;
    cell->last = pane;
  } else if (-distance < 64) {
    cell->bits |= 1ull << -distance;
  }
}

int64_t wend_streak_read(const StreakCell* cell, int64_t present) {
  if (cell->last == WEND_NEVER || cell->last < present - 1) return 0;
  if (cell->bits == ~0ull && cell->run_start != WEND_NEVER) return cell->last - cell->run_start + 1;
  return std::countr_one(cell->bits);
}

void wend_ever_units_add(EverUnitsCell* cell, int64_t pane) {
  if (cell->last == WEND_NEVER) {
    *cell = {pane, 1, 1};
    return;
  }
  int64_t distance = pane - cell->last;
  if (distance > 0) {
    cell->bits = distance >= 64 ? 0 : cell->bits << distance;
    cell->bits |= 1;
    cell->last = pane;
    ++cell->count;
  } else if (-distance < 64 && !(cell->bits >> -distance & 1)) {
    cell->bits |= 1ull << -distance;
    ++cell->count;
  }
}

// ---- totals, last, first ---------------------------------------------------------------------------

void wend_total_add(TotalCell* cell, int64_t value, int32_t number) {
  fold(*cell, addend(value, number), 1, value, value, number);
}

int64_t wend_total_sum_int(wend_ctx* ctx, const TotalCell* cell) { return counted(ctx, to_wide(cell->sum_low, cell->sum_high)); }

double wend_total_sum_number(const TotalCell* cell) {
  return static_cast<double>(to_wide(cell->sum_low, cell->sum_high)) / kGrid;
}

double wend_total_average_int(const TotalCell* cell) {
  return static_cast<double>(to_wide(cell->sum_low, cell->sum_high)) / static_cast<double>(cell->count);
}

int64_t wend_total_average_micros(const TotalCell* cell) {
  const i128 sum = to_wide(cell->sum_low, cell->sum_high);
  const auto count = static_cast<unsigned __int128>(cell->count), wide = static_cast<unsigned __int128>(sum);
  const auto rounded = static_cast<i128>((2 * (sum < 0 ? 0 - wide : wide) + count) / (2 * count));
  return saturate(sum < 0 ? -rounded : rounded);
}

double wend_total_average_number(const TotalCell* cell) {
  return wend_total_sum_number(cell) / static_cast<double>(cell->count);
}

void wend_last_add(LastCell* cell, int64_t at, int64_t value) {
  if (at >= cell->at) *cell = {at, value};
}

void wend_first_add(LastCell* cell, int64_t at, int64_t value) {
  if (cell->at == WEND_NEVER || at < cell->at) *cell = {at, value};
}

// ---- time ------------------------------------------------------------------------------------------

int64_t wend_pane_exit(wend_ctx* ctx, int32_t unit, int64_t pane, int64_t count) {
  if (pane == WEND_FOREVER) return WEND_FOREVER;
  return static_cast<Context*>(ctx)->start_of(static_cast<PaneUnit>(unit), static_cast<int32_t>(pane + count + 1));
}

int64_t wend_stamp_exit(wend_ctx* ctx, int32_t unit, int64_t at, int64_t count) {
  if (at == WEND_FOREVER) return WEND_FOREVER;
  const Zone& zone = static_cast<Context*>(ctx)->zone;
  return wend_pane_exit(ctx, unit, pane_of(zone, static_cast<PaneUnit>(unit), at), count);
}

int64_t wend_next_midnight(wend_ctx* ctx) {
  return static_cast<Context*>(ctx)->start_of(PaneUnit::day, static_cast<int32_t>(ctx->today + 1));
}

int64_t wend_next_quarter(wend_ctx* ctx) {
  constexpr int64_t quarter = 15 * kMicrosPerMinute;
  return (floor_div(ctx->now, quarter) + 1) * quarter;
}

// ---- texts -----------------------------------------------------------------------------------------

int64_t wend_intern(wend_ctx* ctx, const char* data, int64_t size) {
  return static_cast<Context*>(ctx)->intern({data, static_cast<size_t>(size)});
}

int32_t wend_text_equal(const char* a, int64_t n, const char* b, int64_t m) {
  return n == m && std::memcmp(a, b, static_cast<size_t>(n)) == 0;
}

// ---- arithmetic ------------------------------------------------------------------------------------

int64_t wend_multiply_number(wend_ctx* ctx, int64_t quantity, double factor) {
  return rounded(ctx, static_cast<double>(quantity) * factor);
}

int64_t wend_divide_number(wend_ctx* ctx, int64_t quantity, double divisor) {
  return rounded(ctx, static_cast<double>(quantity) / divisor);
}

int64_t wend_multiply_share(wend_ctx* ctx, int64_t quantity, int64_t millionths) {
  return counted(ctx, divide_half_even(static_cast<i128>(quantity) * millionths, 1'000'000));
}

int64_t wend_divide_int(wend_ctx* ctx, int64_t quantity, int64_t divisor) {
  i128 a = quantity, b = divisor;
  if (b < 0) {
    a = -a;
    b = -b;
  }
  return counted(ctx, divide_half_even(a, b));
}
}
