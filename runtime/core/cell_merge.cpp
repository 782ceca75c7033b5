// One case a kind of measure state. Tested by tests/unit/core: merging equals having seen the events in one record.
#include "runtime/core/cell_merge.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <new>
#include <tuple>
#include <vector>

namespace wend {
namespace {

template <class Cell> Cell& as(uint8_t* at) { return *reinterpret_cast<Cell*>(at); }
template <class Cell> const Cell& as(const uint8_t* at) { return *reinterpret_cast<const Cell*>(at); }

template <class Entry>
std::vector<Entry> entries_of(const uint8_t* at) {
  const CellBlock* block = nullptr;
  std::memcpy(&block, at, sizeof block);
  if (!block) return {};
  return {block->entries<Entry>(), block->entries<Entry>() + block->count};
}

template <class Entry>
void put(uint8_t* at, const std::vector<Entry>& entries) {
  CellBlock* block = nullptr;
  std::memcpy(&block, at, sizeof block);
  std::free(block);
  block = nullptr;
  if (!entries.empty()) {
    block = static_cast<CellBlock*>(std::malloc(sizeof(CellBlock) + sizeof(Entry) * entries.size()));
    if (!block) throw std::bad_alloc();
    block->count = block->capacity = static_cast<uint32_t>(entries.size());
    std::memcpy(static_cast<void*>(block->entries<Entry>()), entries.data(), sizeof(Entry) * entries.size());
  }
  std::memcpy(at, &block, sizeof block);
}

// Entries that stand by pane: those of one pane become one.
template <class Entry, class Join>
void merge_panes(uint8_t* older, const uint8_t* younger, Join join) {
  std::vector<Entry> all = entries_of<Entry>(older);
  for (const Entry& entry : entries_of<Entry>(younger)) {
    const auto place = std::lower_bound(all.begin(), all.end(), entry, [](const Entry& a, const Entry& b) { return a.pane < b.pane; });
    if (place != all.end() && place->pane == entry.pane) join(*place, entry);
    else all.insert(place, entry);
  }
  put(older, all);
}

// Entries that stand by time: the latest `bound`. Equal times keep the older's first.
template <class Entry>
std::vector<Entry> by_time(std::vector<Entry> older, const std::vector<Entry>& younger) {
  older.insert(older.end(), younger.begin(), younger.end());
  std::stable_sort(older.begin(), older.end(), [](const Entry& a, const Entry& b) { return a.at < b.at; });
  return older;
}

// How many went.
template <class Entry>
uint64_t keep_latest(std::vector<Entry>& entries, uint32_t bound) {
  if (bound == 0 || entries.size() <= bound) return 0;
  const auto too_many = static_cast<std::ptrdiff_t>(entries.size() - bound);
  entries.erase(entries.begin(), entries.begin() + too_many);
  return static_cast<uint64_t>(too_many);
}

bool less(int64_t a, int64_t b, bool number) {
  return number ? std::bit_cast<double>(a) < std::bit_cast<double>(b) : a < b;
}

template <class Total>   // TotalCell or PaneEntry
void add_total(Total& into, const Total& from, bool number) {
  if (from.count == 0) return;
  if (into.count == 0 || less(from.smallest, into.smallest, number)) into.smallest = from.smallest;
  if (into.count == 0 || less(into.largest, from.largest, number)) into.largest = from.largest;
  const auto wide = [](const Total& total) { return static_cast<unsigned __int128>(static_cast<uint64_t>(total.sum_high)) << 64 | total.sum_low; };
  const unsigned __int128 sum = wide(into) + wide(from);
  into.sum_low = static_cast<uint64_t>(sum);
  into.sum_high = static_cast<int64_t>(static_cast<uint64_t>(sum >> 64));
  count_more(into.count, from.count);
}

bool bit_of(const BitsCell& cell, int64_t words, int64_t pane) {
  if (cell.last == WEND_NEVER) return false;
  const int64_t back = cell.last - pane;
  return back >= 0 && back < words * 64 && (cell.words[back / 64] >> (back % 64) & 1);
}

void merge_bits(BitsCell& older, const BitsCell& younger, int64_t words) {
  if (younger.last == WEND_NEVER) return;
  const int64_t last = std::max(older.last, younger.last);
  std::vector<uint64_t> joined(static_cast<size_t>(words), 0);
  for (int64_t back = 0; back < words * 64; ++back) {
    if (bit_of(older, words, last - back) || bit_of(younger, words, last - back)) joined[static_cast<size_t>(back / 64)] |= 1ull << (back % 64);
  }
  older.last = last;
  std::memcpy(older.words, joined.data(), joined.size() * sizeof(uint64_t));
}

// The bits of panes last, last - 1, … as seen from a later `last`.
uint64_t moved(uint64_t bits, int64_t by) { return by >= 64 ? 0 : bits << by; }

// Whether the cell knows of an event in the pane.
bool covers(const StreakCell& cell, int64_t pane) {
  if (cell.last == WEND_NEVER || pane > cell.last) return false;
  const int64_t back = cell.last - pane;
  if (back < 64) return cell.bits >> back & 1;
  return cell.run_start != WEND_NEVER && pane >= cell.run_start;
}

void merge_streak(StreakCell& older, const StreakCell& younger) {
  if (younger.last == WEND_NEVER) return;
  if (older.last == WEND_NEVER) {
    older = younger;
    return;
  }
  const StreakCell before = older;
  older.last = std::max(before.last, younger.last);
  older.bits = moved(before.bits, older.last - before.last) | moved(younger.bits, older.last - younger.last);
  older.run_start = WEND_NEVER;
  if (older.bits != ~0ull) return;
  int64_t start = older.last - 63;
  while (covers(before, start - 1) || covers(younger, start - 1)) {
    --start;
    for (const StreakCell* cell : {&before, &younger}) {   // a long run is passed in one go
      if (cell->run_start != WEND_NEVER && covers(*cell, start)) start = std::min(start, cell->run_start);
    }
  }
  if (start < older.last - 63) older.run_start = start;
}

// What both have seen is counted once as far as their last 64 units tell.
void merge_ever_units(EverUnitsCell& older, const EverUnitsCell& younger) {
  if (younger.last == WEND_NEVER) return;
  if (older.last == WEND_NEVER) {
    older = younger;
    return;
  }
  const int64_t last = std::max(older.last, younger.last);
  const uint64_t a = moved(older.bits, last - older.last), b = moved(younger.bits, last - younger.last);
  older.count += younger.count - std::popcount(a & b);
  older.bits = a | b;
  older.last = last;
}

uint64_t merge_values(uint8_t* older, const uint8_t* younger, uint32_t bound) {
  std::vector<ValueEntry> kept, all = by_time(entries_of<ValueEntry>(older), entries_of<ValueEntry>(younger));
  for (size_t i = 0; i < all.size(); ++i) {
    const bool again = std::any_of(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(), [&](const ValueEntry& later) { return later.value == all[i].value; });
    if (!again) kept.push_back(all[i]);
  }
  const uint64_t dropped = keep_latest(kept, bound);
  put(older, kept);
  return dropped;
}

uint64_t bound_pairs(std::vector<PairEntry>& kept, uint32_t bound) {
  uint64_t dropped = 0;
  for (; bound > 0 && kept.size() > bound; ++dropped) {   // the oldest pane's, of those the one seen longest ago
    kept.erase(std::min_element(kept.begin(), kept.end(), [](const PairEntry& a, const PairEntry& b) { return a.pane < b.pane; }));
  }
  return dropped;
}

// As wend_pairs_add() keeps them: values by their latest event, the pairs of one by pane.
uint64_t merge_pairs(uint8_t* older, const uint8_t* younger, uint32_t bound) {
  const std::vector<PairEntry> all = by_time(entries_of<PairEntry>(older), entries_of<PairEntry>(younger));
  std::vector<std::vector<PairEntry>> values;   // the one seen last in front
  for (size_t i = all.size(); i-- > 0;) {
    auto group = std::find_if(values.begin(), values.end(), [&](const std::vector<PairEntry>& one) { return one.front().value == all[i].value; });
    if (group == values.end()) group = values.insert(values.end(), std::vector<PairEntry>());
    const int64_t seen = group->empty() ? all[i].at : group->front().at;
    const auto place = std::lower_bound(group->begin(), group->end(), all[i].pane, [](const PairEntry& a, int64_t pane) { return a.pane < pane; });
    if (place != group->end() && place->pane == all[i].pane) count_more(place->count, all[i].count);
    else group->insert(place, {all[i].value, seen, all[i].pane, all[i].count});
  }
  std::vector<PairEntry> kept;
  for (size_t i = values.size(); i-- > 0;) kept.insert(kept.end(), values[i].begin(), values[i].end());
  const uint64_t dropped = bound_pairs(kept, bound);
  put(older, kept);
  return dropped;
}

uint64_t merge_dated_pairs(uint8_t* older, const uint8_t* younger, uint32_t bound) {
  std::vector<PairEntry> kept, all = by_time(entries_of<PairEntry>(older), entries_of<PairEntry>(younger));
  for (size_t i = 0; i < all.size(); ++i) {   // the later of two of one value and pane takes the earlier's count
    const auto same = std::find_if(all.begin() + static_cast<std::ptrdiff_t>(i) + 1, all.end(), [&](const PairEntry& later) { return later.value == all[i].value && later.pane == all[i].pane; });
    if (same != all.end()) count_more(same->count, all[i].count);
    else kept.push_back(all[i]);
  }
  const uint64_t dropped = bound_pairs(kept, bound);
  put(older, kept);
  return dropped;
}

// As if the younger's matches had been opened behind the older's: of two of one value that wait for the same event the
// later stays; of each hop `bound` wait, past it the one whose latest event is oldest goes. Returns how many went.
uint64_t merge_pending(uint8_t* older, const uint8_t* younger, uint32_t bound) {
  std::vector<SequenceEntry> all = entries_of<SequenceEntry>(older);
  uint64_t dropped = 0;
  for (const SequenceEntry& entry : entries_of<SequenceEntry>(younger)) {
    const auto same = std::find_if(all.begin(), all.end(), [&](const SequenceEntry& one) { return one.value == entry.value && one.hop == entry.hop; });
    if (same != all.end()) {
      if (same->at > entry.at) continue;
      all.erase(same);
    }
    all.push_back(entry);
    if (bound == 0 || std::count_if(all.begin(), all.end(), [&](const SequenceEntry& one) { return one.hop == entry.hop; }) <= static_cast<std::ptrdiff_t>(bound)) continue;
    const auto longer_ago = [&](const SequenceEntry& a, const SequenceEntry& b) { return std::tuple(a.hop != entry.hop, a.at) < std::tuple(b.hop != entry.hop, b.at); };
    all.erase(std::min_element(all.begin(), all.end(), longer_ago));
    ++dropped;
  }
  put(older, all);
  return dropped;
}

// What was counted since the later of two anchors is all that is known since it.
void take_since(const ModuleCell& cell, uint8_t* older, uint8_t* younger) {
  if (as<StampCell>(younger + cell.anchor).at <= as<StampCell>(older + cell.anchor).at) return;
  uint8_t* from = younger + cell.offset;
  std::swap_ranges(from, from + cell_bytes(cell.kind, cell.words), older + cell.offset);
}

void merge_cell(const ModuleCell& cell, uint8_t* older_record, const uint8_t* younger_record, wend_ctx& context) {
  uint8_t* older = older_record + cell.offset;
  const uint8_t* younger = younger_record + cell.offset;
  switch (cell.kind) {
    case CellKind::stamp: as<StampCell>(older).at = std::max(as<StampCell>(older).at, as<StampCell>(younger).at); break;
    case CellKind::last:
      if (as<LastCell>(younger).at != WEND_NEVER && as<LastCell>(younger).at >= as<LastCell>(older).at) as<LastCell>(older) = as<LastCell>(younger);
      break;
    case CellKind::first:
      if (as<LastCell>(older).at == WEND_NEVER || (as<LastCell>(younger).at != WEND_NEVER && as<LastCell>(younger).at < as<LastCell>(older).at)) as<LastCell>(older) = as<LastCell>(younger);
      break;
    case CellKind::bits: merge_bits(as<BitsCell>(older), as<BitsCell>(younger), cell.words); break;
    case CellKind::total: add_total(as<TotalCell>(older), as<TotalCell>(younger), cell.number_value); break;
    case CellKind::counts: merge_panes<CountEntry>(older, younger, [](CountEntry& into, const CountEntry& from) { count_more(into.count, from.count); }); break;
    case CellKind::panes: merge_panes<PaneEntry>(older, younger, [&](PaneEntry& into, const PaneEntry& from) { add_total(into, from, cell.number_value); }); break;
    case CellKind::firsts:
      merge_panes<FirstEntry>(older, younger, [](FirstEntry& into, const FirstEntry& from) { if (from.at < into.at) into = from; });
      break;
    case CellKind::lasts:
      merge_panes<FirstEntry>(older, younger, [](FirstEntry& into, const FirstEntry& from) { if (from.at >= into.at) into = from; });
      break;
    case CellKind::sequence: context.open_dropped += merge_pending(older, younger, cell.bound); break;
    case CellKind::stamps: merge_panes<PaneStamp>(older, younger, [](PaneStamp& into, const PaneStamp& from) { into.at = std::max(into.at, from.at); }); break;
    case CellKind::ring: {
      std::vector<RingEntry> all = by_time(entries_of<RingEntry>(older), entries_of<RingEntry>(younger));
      keep_latest(all, cell.bound);
      put(older, all);
      break;
    }
    case CellKind::values: context.values_dropped += merge_values(older, younger, cell.bound); break;
    case CellKind::pairs: context.values_dropped += (cell.dated_pairs ? merge_dated_pairs : merge_pairs)(older, younger, cell.bound); break;
    case CellKind::streak: merge_streak(as<StreakCell>(older), as<StreakCell>(younger)); break;
    case CellKind::ever_units: merge_ever_units(as<EverUnitsCell>(older), as<EverUnitsCell>(younger)); break;
    case CellKind::baseline: break;   // the older's
  }
}

}  // namespace

void merge_cells(const std::vector<ModuleCell>& cells, uint8_t* older, uint8_t* younger, wend_ctx& context) {
  for (const ModuleCell& cell : cells)
    if (cell.anchor >= 0) take_since(cell, older, younger);
  for (const ModuleCell& cell : cells)   // among them the anchors, which nothing asks any more
    if (cell.anchor < 0) merge_cell(cell, older, younger, context);
}

}  // namespace wend
