// Each kind of cell, written and read side by side through one visitor, so that the two cannot differ.
// Tested by tests/unit/core.
#include "runtime/core/cell_codec.h"

#include <algorithm>
#include <bit>
#include <cstdlib>
#include <new>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include "runtime/core/cell_passes.h"

namespace wend {
namespace {

constexpr uint64_t kMostEntries = 1u << 20;
constexpr int64_t kStreakBits = 64;

// Panes of days, weeks and months are those of the project's zone, and what is known of a zone may be mended later: the pane of an instant is this one
// or kOff from it. What is kept at rest and how it is written follows from `now` and this alone, so that it is read the same for ever.
int64_t pane_near(PaneUnit unit, int64_t now) {
  const int64_t day = floor_div(now, kMicrosPerDay);
  switch (unit) {
    case PaneUnit::minute: return std::clamp(floor_div(now, kMicrosPerMinute), kLeastPane, kMostPane);   // as pane_of(), which ends in the year 6053
    case PaneUnit::hour: return floor_div(now, kMicrosPerHour);
    case PaneUnit::day: return day;
    case PaneUnit::week: return floor_div(day + 3, 7);
    case PaneUnit::month: break;
  }
  const CivilDate date = civil_from_days(static_cast<int32_t>(day));
  return (int64_t{date.year} - 1970) * 12 + date.month - 1;
}
constexpr int64_t kOff = 1;

// Sums are wide; nearly all fit in 64 bits.
bool is_wide(uint64_t low, int64_t high) { return high != (static_cast<int64_t>(low) < 0 ? -1 : 0); }

// What the members of a cell's entries have been.
struct Columns {
  Column gaps{0}, counts{2};
  AmountColumn sums{Column{200}}, values{Column{200}};
  Distance::Tag tag = Distance::millis;
  bool wide = false;   // some sums are
};

template <class Pass, class Entry>
void pass_total(Pass& pass, const ModuleCell& cell, Entry& total, Columns& columns) {
  if (cell.sums) {
    bool wide = columns.wide && !Pass::reads && is_wide(total.sum_low, total.sum_high);
    if (columns.wide) pass.flag(wide);
    if (wide) {
      pass.word(total.sum_low);
      uint64_t high = static_cast<uint64_t>(total.sum_high);
      pass.word(high);
      if constexpr (Pass::reads) total.sum_high = static_cast<int64_t>(high);
      pass.require(is_wide(total.sum_low, total.sum_high));
    } else {
      pass.sum(total.sum_low, total.sum_high, cell, columns.sums);
    }
  }
  if (!cell.extremes) return;
  ModuleCell extreme = {};
  extreme.number_value = cell.number_value;
  pass.value(total.smallest, extreme, columns.values);
  pass.value(total.largest, extreme, columns.values);
}

// Of entries in order of time.
template <class Pass, class Entry>
void pass_at(Pass& pass, Entry& entry, const std::remove_const_t<Entry>* before, Columns& columns) {
  if (before) pass.later(entry.at, before->at, columns.tag);
  else pass.true_instant(entry.at);
}

// Of entries in order of panes, no two of one.
template <class Pass, class Entry>
void pass_pane(Pass& pass, Entry& entry, const std::remove_const_t<Entry>* before, int64_t near, Columns& columns) {
  if (before) pass.next_pane(entry.pane, before->pane, columns.gaps);
  else pass.first_pane(entry.pane, near);
}

// ---- entries; `before` is the one in front, or null
template <class Pass, class Entry>
void pass_entry(Pass& pass, const ModuleCell& cell, Entry& entry, const std::remove_const_t<Entry>* before, int64_t near, Columns& columns) {
  using Plain = std::remove_const_t<Entry>;
  if constexpr (std::is_same_v<Plain, CountEntry>) {
    pass_pane(pass, entry, before, near, columns);
    pass.count(entry.count, columns.counts);
  } else if constexpr (std::is_same_v<Plain, PaneEntry>) {
    pass_pane(pass, entry, before, near, columns);
    pass.count(entry.count, columns.counts);
    pass_total(pass, cell, entry, columns);
  } else if constexpr (std::is_same_v<Plain, FirstEntry>) {
    pass_pane(pass, entry, before, near, columns);
    pass_at(pass, entry, before, columns);
    pass.value(entry.value, cell, columns.values);
  } else if constexpr (std::is_same_v<Plain, RingEntry> || std::is_same_v<Plain, ValueEntry>) {
    pass_at(pass, entry, before, columns);
    pass.value(entry.value, cell, columns.values);
  } else if constexpr (std::is_same_v<Plain, PaneStamp>) {
    pass_pane(pass, entry, before, near, columns);
    pass_at(pass, entry, before, columns);
  } else if constexpr (std::is_same_v<Plain, SequenceEntry>) {
    pass_at(pass, entry, before, columns);
    pass.value(entry.value, cell, columns.values);
    pass.hop(entry.hop);
  } else {
    static_assert(std::is_same_v<Plain, PairEntry>);   // of which each has a time of its own
    pass.any_pane(entry.pane, before ? before->pane : near, columns.gaps);
    pass.count(entry.count, columns.counts);
    pass.value(entry.value, cell, columns.values);
    pass_at(pass, entry, before, columns);
  }
}

// What has left the window for good is not written; `oldest` is the first pane that may not have.
template <class Entry>
bool is_kept(const Entry& entry, int64_t oldest) {
  if constexpr (requires { entry.pane; }) return entry.pane >= oldest;
  else return true;
}

int64_t oldest_kept(const ModuleCell& cell, int64_t now) { return cell.panes < 0 ? INT64_MIN : pane_near(cell.unit, now) - kOff - cell.panes; }
// … and the first that surely has not.
int64_t oldest_sure(const ModuleCell& cell, int64_t now) { return cell.panes < 0 ? INT64_MIN : pane_near(cell.unit, now) + kOff - cell.panes; }

// A block of so many entries, all zero, which the record at `place` owns from here on.
template <class Entry>
std::span<Entry> new_block(uint8_t* place, size_t count) {
  auto* block = static_cast<CellBlock*>(std::calloc(1, sizeof(CellBlock) + sizeof(Entry) * count));
  if (!block) throw std::bad_alloc();
  block->count = block->capacity = static_cast<uint32_t>(count);
  std::memcpy(place, &block, sizeof block);
  return {block->entries<Entry>(), count};
}

template <class Entry>
std::span<const Entry> entries_of(const uint8_t* place) {
  const CellBlock* block = nullptr;
  std::memcpy(&block, place, sizeof block);
  return block ? std::span<const Entry>{block->entries<Entry>(), block->count} : std::span<const Entry>();
}

// Of entries in order of panes those that are kept: the last ones.
template <class Entry>
std::span<const Entry> kept_of(const uint8_t* place, int64_t oldest) {
  const std::span<const Entry> all = entries_of<Entry>(place);
  return all.subspan(static_cast<size_t>(std::find_if(all.begin(), all.end(), [&](const Entry& entry) { return is_kept(entry, oldest); }) - all.begin()));
}

template <class Panes>
bool any_wide(const ModuleCell& cell, const Panes& panes) {
  return cell.sums && std::any_of(panes.begin(), panes.end(), [](const PaneEntry& entry) { return is_wide(entry.sum_low, entry.sum_high); });
}

template <class Entry>
void write_block(PackWriter& out, const Context& context, const ModuleCell& cell, const uint8_t* place) {
  const std::span<const Entry> entries = entries_of<Entry>(place);
  const int64_t oldest = entries.empty() ? 0 : oldest_kept(cell, out.now);
  const auto kept = std::count_if(entries.begin(), entries.end(), [&](const Entry& entry) { return is_kept(entry, oldest); });
  out.number(static_cast<uint64_t>(kept), kSome);
  if (kept == 0) return;
  Writing pass(out, context);
  Columns columns;
  if constexpr (std::is_same_v<Entry, PaneEntry>) {
    columns.wide = any_wide(cell, kept_of<PaneEntry>(place, oldest));
    if (cell.sums) out.flag(columns.wide);
  }
  const int64_t near = pane_near(cell.unit, out.now);
  const Entry* before = nullptr;
  for (const Entry& entry : entries) {
    if (!is_kept(entry, oldest)) continue;
    pass_entry(pass, cell, entry, before, near, columns);
    before = &entry;
  }
}

template <class Entry>
void read_block(PackReader& in, Context& context, const ModuleCell& cell, uint8_t* place) {
  const uint32_t count = in.count(kMostEntries, kSome);
  if (!in.good() || count == 0) return;
  const std::span<Entry> entries = new_block<Entry>(place, count);
  Reading pass(in, context);
  Columns columns;
  if constexpr (std::is_same_v<Entry, PaneEntry>) columns.wide = cell.sums && in.flag();
  const int64_t near = pane_near(cell.unit, in.now), oldest = oldest_kept(cell, in.now);
  const Entry* before = nullptr;
  for (Entry& entry : entries) {
    if (!in.good()) return;
    pass_entry(pass, cell, entry, before, near, columns);
    in.check(is_kept(entry, oldest));
    before = &entry;
  }
  if constexpr (std::is_same_v<Entry, PaneEntry>) in.check(columns.wide == any_wide(cell, entries));
}

// Pairs stand value by value (wend_pairs_add): the value, the time of its latest event, in which panes, and how often in each. Where there
// are few panes, one bit says of each, from the first that some value has to the last, whether the value has it.
constexpr int32_t kFewPanes = 31;
constexpr size_t kUsualPairs = 128;

// How many panes there may be; 0: not few.
unsigned few_panes(const ModuleCell& cell) { return cell.panes < 0 || cell.panes > kFewPanes ? 0 : static_cast<unsigned>(cell.panes + 1 + 2 * kOff); }

void write_pairs(PackWriter& out, const Context& context, const ModuleCell& cell, const uint8_t* place) {
  const int64_t oldest = oldest_kept(cell, out.now), near = pane_near(cell.unit, out.now);
  const std::span<const PairEntry> entries = entries_of<PairEntry>(place);
  const PairEntry* const end = entries.data() + entries.size();
  const auto values = [&](auto&& visit) {   // the pairs of each value that are kept: the last ones, being in order
    for (const PairEntry *from = entries.data(), *to = from; from != end; from = to) {
      while (to != end && to->value == from->value) ++to;
      while (from != to && from->pane < oldest) ++from;
      if (from != to) visit(from, to);
    }
  };
  uint64_t count = 0;
  int64_t first = INT64_MAX, last = INT64_MIN;
  values([&](const PairEntry* from, const PairEntry* to) {
    ++count;
    first = std::min<int64_t>(first, from->pane);
    last = std::max<int64_t>(last, to[-1].pane);
  });
  out.number(count, kSome);
  if (count == 0) return;
  const unsigned most = few_panes(cell);
  const bool few = most > 0 && last - oldest < most;
  out.flag(few);
  if (few) {
    out.index(static_cast<uint64_t>(first - oldest), most);
    out.index(static_cast<uint64_t>(last - oldest), most);
  }
  Writing pass(out, context);
  Columns columns;
  Column kept(2);
  const PairEntry* before = nullptr;
  values([&](const PairEntry* from, const PairEntry* to) {
    pass.value(from->value, cell, columns.values);
    pass_at(pass, *from, before, columns);
    before = from;
    if (few) {
      uint64_t panes = 0;
      for (const PairEntry* entry = from; entry != to; ++entry) panes |= uint64_t{1} << (entry->pane - first);
      out.bits(panes, static_cast<unsigned>(last - first) + 1);
    } else {
      pass.count(to - from, kept);
    }
    for (const PairEntry* entry = from; entry != to; ++entry) {
      if (!few) pass_pane(pass, *entry, entry == from ? nullptr : entry - 1, near, columns);
      pass.count(entry->count, columns.counts);
    }
  });
}

// The block being read, which grows as pairs come: how many there are is known of values only.
class PairsRead {
 public:
  PairsRead(uint8_t* place, size_t usual) : place_(place) { grow(usual); }
  std::span<const PairEntry> all() const { return {block_->entries<PairEntry>(), block_->count}; }
  void add(const PairEntry& entry) {
    if (block_->count == block_->capacity) grow(size_t{block_->capacity} * 2);
    block_->entries<PairEntry>()[block_->count++] = entry;
  }

 private:
  void grow(size_t capacity) {
    auto* block = static_cast<CellBlock*>(std::realloc(block_, sizeof(CellBlock) + sizeof(PairEntry) * capacity));
    if (!block) throw std::bad_alloc();
    if (!block_) block->count = 0;
    block->capacity = static_cast<uint32_t>(capacity);
    block_ = block;
    std::memcpy(place_, &block_, sizeof block_);
  }
  uint8_t* place_;
  CellBlock* block_ = nullptr;
};

void read_pairs(PackReader& in, Context& context, const ModuleCell& cell, uint8_t* place) {
  const int64_t oldest = oldest_kept(cell, in.now), near = pane_near(cell.unit, in.now);
  const uint32_t count = in.count(kMostEntries, kSome);
  if (!in.good() || count == 0) return;
  const unsigned most = few_panes(cell);
  const bool few = in.flag();
  if (!in.check(!few || most > 0)) return;
  const uint64_t first = few ? in.index(most) : 0, last_of_all = few ? in.index(most) : 0;
  if (!in.check(first <= last_of_all)) return;
  const auto width = static_cast<unsigned>(last_of_all - first) + 1;
  PairsRead read(place, std::min<size_t>(count, kUsualPairs));
  std::unordered_set<int64_t> many;   // values, where a look at those before takes too long
  const auto is_new = [&](int64_t value) {
    const std::span<const PairEntry> entries = read.all();
    if (entries.size() > kUsualPairs) {
      if (many.empty()) for (const PairEntry& entry : entries) many.insert(entry.value);
      return many.insert(value).second;
    }
    return std::none_of(entries.begin(), entries.end(), [&](const PairEntry& entry) { return entry.value == value; });
  };
  Reading pass(in, context);
  Columns columns;
  Column kept(2);
  uint64_t all_panes = 0;      // of few: those that some value has
  bool any_far = false;        // of others
  PairEntry before{};
  for (uint32_t i = 0; i < count && in.good(); ++i) {
    PairEntry entry{};
    pass.value(entry.value, cell, columns.values);
    in.check(is_new(entry.value));
    pass_at(pass, entry, i ? &before : nullptr, columns);
    in.check(i == 0 || entry.at >= before.at);
    before = entry;
    uint64_t panes = few ? in.bits(width) : 0, left = static_cast<uint64_t>(std::popcount(panes));
    all_panes |= panes;
    if (!few) pass.count(left, kept);
    in.check(left > 0 && left <= in.left());
    const PairEntry* in_front = nullptr;
    PairEntry last{};
    for (; left > 0 && in.good(); --left) {
      if (few) entry.pane = static_cast<int32_t>(oldest + static_cast<int64_t>(first) + std::countr_zero(panes));
      else pass_pane(pass, entry, in_front, near, columns);
      panes &= panes - 1;
      pass.count(entry.count, columns.counts);
      if (!in.check(entry.pane >= oldest && read.all().size() < kMostEntries)) return;
      read.add(entry);
      last = entry;
      in_front = &last;
    }
    any_far |= most > 0 && last.pane - oldest >= most;
  }
  in.check(few ? (all_panes & 1) != 0 && all_panes >> (width - 1) != 0 : most == 0 || any_far);
}

template <class Entry, class Coder, class Ctx, class Byte>
void pass_block(Coder& coder, Ctx& context, const ModuleCell& cell, Byte* place) {
  if constexpr (std::is_const_v<Byte>) write_block<Entry>(coder, context, cell, place);
  else read_block<Entry>(coder, context, cell, place);
}

// ---- cells of fixed size; what an untouched cell cannot say is not written

// How many of its bits are of panes from `oldest` on.
uint32_t bits_kept(const ModuleCell& cell, int64_t last, int64_t oldest) {
  const int64_t all = int64_t{cell.words} * 64;
  return static_cast<uint32_t>(oldest == INT64_MIN ? all : std::clamp<int64_t>(last - oldest + 1, 0, all));
}

// The bits of panes that have left the window are as good as none; where none is left, so is the cell.
void write_bits(PackWriter& out, Writing& pass, const ModuleCell& cell, const BitsCell& bits) {
  const int64_t near = pane_near(cell.unit, out.now), oldest = bits.last == WEND_NEVER ? 0 : oldest_kept(cell, out.now);
  if (bits.last == WEND_NEVER || bits.last < oldest) return pass.pane(WEND_NEVER, near);
  pass.pane(bits.last, near);
  pass.runs(bits.words, bits_kept(cell, bits.last, oldest));
}
void read_bits(PackReader& in, Reading& pass, const ModuleCell& cell, BitsCell& bits) {
  pass.pane(bits.last, pane_near(cell.unit, in.now));
  if (bits.last == WEND_NEVER) return;
  const int64_t oldest = oldest_kept(cell, in.now);
  if (in.check(bits.last >= oldest)) pass.runs(bits.words, bits_kept(cell, bits.last, oldest));
}

template <class Pass, class Byte>
void pass_fixed(Pass& pass, const ModuleCell& cell, int64_t now, Byte* place) {
  const auto as = [&]<class Cell>(const Cell*) -> auto& {
    using Same = std::conditional_t<std::is_const_v<Byte>, const Cell, Cell>;
    return *reinterpret_cast<Same*>(place);
  };
  Columns columns;
  switch (cell.kind) {
    case CellKind::stamp: pass.instant(as(static_cast<StampCell*>(nullptr)).at); break;
    case CellKind::last: case CellKind::first: {
      auto& last = as(static_cast<LastCell*>(nullptr));
      pass.instant(last.at);
      if (last.at != WEND_NEVER) pass.value(last.value, cell, columns.values);
      break;
    }
    case CellKind::total: {
      auto& total = as(static_cast<TotalCell*>(nullptr));
      pass.total(total.count);
      if (!total.count) break;
      if (cell.sums) {
        columns.wide = !Pass::reads && is_wide(total.sum_low, total.sum_high);
        pass.flag(columns.wide);
      }
      pass_total(pass, cell, total, columns);
      pass.require(!columns.wide || is_wide(total.sum_low, total.sum_high));
      break;
    }
    case CellKind::streak: {
      auto& streak = as(static_cast<StreakCell*>(nullptr));
      pass.pane(streak.last, pane_near(cell.unit, now));
      if (streak.last == WEND_NEVER) break;
      pass.runs(&streak.bits, 64);
      pass.pane(streak.run_start, streak.last - kStreakBits);
      break;
    }
    case CellKind::ever_units: {
      auto& units = as(static_cast<EverUnitsCell*>(nullptr));
      pass.pane(units.last, pane_near(cell.unit, now));
      if (units.last == WEND_NEVER) break;
      pass.runs(&units.bits, 64);
      pass.total(units.count);
      break;
    }
    default: break;
  }
}

template <class Pass, class Byte>
void pass_baseline(Pass& pass, Byte* place) {
  using Cell = std::conditional_t<std::is_const_v<Byte>, const BaselineCell, BaselineCell>;
  Cell& baseline = *reinterpret_cast<Cell*>(place);
  pass.total(baseline.samples);
  if (!baseline.samples) return;
  pass.real(baseline.mean);
  pass.real(baseline.variance);
}

template <class Coder, class Pass, class Ctx, class Byte>
void pass_cell(Coder& coder, Pass& pass, Ctx& context, const ModuleCell& cell, Byte* place) {
  switch (cell.kind) {
    case CellKind::counts: return pass_block<CountEntry>(coder, context, cell, place);
    case CellKind::panes: return pass_block<PaneEntry>(coder, context, cell, place);
    case CellKind::firsts: case CellKind::lasts: return pass_block<FirstEntry>(coder, context, cell, place);
    case CellKind::sequence: return pass_block<SequenceEntry>(coder, context, cell, place);
    case CellKind::ring: return pass_block<RingEntry>(coder, context, cell, place);
    case CellKind::stamps: return pass_block<PaneStamp>(coder, context, cell, place);
    case CellKind::values: return pass_block<ValueEntry>(coder, context, cell, place);
    case CellKind::pairs:
      if (cell.dated_pairs) return pass_block<PairEntry>(coder, context, cell, place);
      if constexpr (std::is_const_v<Byte>) return write_pairs(coder, context, cell, place);
      else return read_pairs(coder, context, cell, place);
    case CellKind::bits:
      if constexpr (std::is_const_v<Byte>) return write_bits(coder, pass, cell, *reinterpret_cast<const BitsCell*>(place));
      else return read_bits(coder, pass, cell, *reinterpret_cast<BitsCell*>(place));
    case CellKind::baseline: return pass_baseline(pass, place);
    default: return pass_fixed(pass, cell, coder.now, place);
  }
}

// ---- cells of which some counts tell nearly all (ModuleCell::like): one bit for that, then what they do not tell. Where they do not (an event
// without the property that is summed), such a cell is written in full.
struct Counts {
  std::span<const CountEntry> entries;   // those that are kept
  int64_t oldest = INT64_MIN;            // no earlier pane is among them
  bool empty() const { return entries.empty(); }
  size_t size() const { return entries.size(); }
  int64_t last() const { return entries.back().pane; }
};

Counts counts_since(const ModuleCell& counts, const uint8_t* record, int64_t oldest) { return {kept_of<CountEntry>(record + counts.offset, oldest), oldest}; }

uint64_t bits_before(const Counts& counts, int64_t last) {   // one for each pane, the lowest that of `last`
  uint64_t bits = 0;
  for (const CountEntry& entry : counts.entries)
    if (last - entry.pane < kStreakBits) bits |= uint64_t{1} << (last - entry.pane);
  return bits;
}
// How many of a streak's bits, from the lowest, the counts tell.
unsigned bits_told(const Counts& counts) {
  return counts.oldest == INT64_MIN ? kStreakBits : static_cast<unsigned>(std::clamp<int64_t>(counts.last() - counts.oldest + 1, 0, kStreakBits));
}

bool tells(const Counts& counts, const StreakCell& streak) {
  if (counts.empty() || streak.last == WEND_NEVER) return counts.empty() && streak.last == WEND_NEVER;
  return streak.last == counts.last() && low_bits(streak.bits, bits_told(counts)) == bits_before(counts, streak.last);
}
// Those before counts.oldest are told by nothing.
bool tells(const Counts& counts, const ModuleCell& cell, const BitsCell& bits, int64_t kept_from) {
  const bool none = bits.last == WEND_NEVER || bits.last < kept_from;
  if (counts.empty() || none) return counts.empty() && none;
  if (bits.last != counts.last()) return false;
  const uint32_t kept = bits_kept(cell, bits.last, counts.oldest);
  size_t set = 0;
  for (uint32_t word = 0; word * 64 < kept; ++word) set += static_cast<size_t>(std::popcount(low_bits(bits.words[word], kept - word * 64)));
  return set == counts.size() && std::all_of(counts.entries.begin(), counts.entries.end(), [&](const CountEntry& entry) {
    const int64_t at = bits.last - entry.pane;
    return at < kept && bit_at(bits.words, static_cast<uint32_t>(at));
  });
}
// All but how many there are: the last of the counts.
bool tells(const Counts& counts, std::span<const PaneEntry> panes) {
  return panes.size() <= counts.size() && std::equal(panes.begin(), panes.end(), counts.entries.end() - static_cast<std::ptrdiff_t>(panes.size()), [](const PaneEntry& a, const CountEntry& b) { return a.pane == b.pane && a.count == b.count; });
}

template <class Pass, class Streak>
void pass_rest(Pass& pass, const Counts& counts, Streak& streak) {   // of one that the counts tell
  if (counts.empty()) return;
  const unsigned told = bits_told(counts);
  if (told < kStreakBits) {
    uint64_t older = streak.bits >> told;
    bool any = older != 0;
    pass.flag(any);
    if (any) pass.runs(&older, kStreakBits - told, false);
    if constexpr (Pass::reads) streak.bits |= older << told;
  }
  pass.pane(streak.run_start, streak.last - kStreakBits);
}

// Of days: those few that may have left the window, which the counts may have forgotten.
template <class Pass, class Bits>
void pass_rest(Pass& pass, const ModuleCell& cell, Bits& bits, int64_t kept_from, int64_t sure_from) {
  for (uint32_t at = bits_kept(cell, bits.last, sure_from); at < bits_kept(cell, bits.last, kept_from); ++at) {
    bool set = !Pass::reads && bit_at(bits.words, at);
    pass.flag(set);
    if constexpr (Pass::reads) bits.words[at / 64] |= uint64_t{set} << (at % 64);
  }
}

template <class Pass, class Entry>
void pass_rest(Pass& pass, const ModuleCell& cell, std::span<Entry> panes, Columns& columns) {
  if (cell.sums && !panes.empty()) pass.flag(columns.wide);
  for (Entry& entry : panes) pass_total(pass, cell, entry, columns);
}

void write_like(PackWriter& out, Writing& pass, const ModuleCell& cell, const ModuleCell& like, const uint8_t* record) {
  const uint8_t* place = record + cell.offset;
  if (cell.kind == CellKind::streak) {
    const Counts counts = counts_since(like, record, oldest_sure(like, out.now));
    const auto& streak = *reinterpret_cast<const StreakCell*>(place);
    const bool told = tells(counts, streak);
    out.flag(told);
    told ? pass_rest(pass, counts, streak) : pass_fixed(pass, cell, out.now, place);
  } else if (cell.kind == CellKind::bits) {
    const int64_t kept_from = oldest_kept(cell, out.now), sure_from = oldest_sure(cell, out.now);
    const Counts counts = counts_since(like, record, sure_from);
    const auto& bits = *reinterpret_cast<const BitsCell*>(place);
    const bool told = tells(counts, cell, bits, kept_from);
    out.flag(told);
    if (!told) return write_bits(out, pass, cell, bits);
    if (!counts.empty()) pass_rest(pass, cell, bits, kept_from, sure_from);
  } else {
    const Counts counts = counts_since(like, record, oldest_kept(cell, out.now));
    const std::span<const PaneEntry> panes = kept_of<PaneEntry>(place, counts.oldest);
    const bool told = tells(counts, panes);
    out.flag(told);
    if (!told) return write_block<PaneEntry>(out, pass.context(), cell, place);
    if (counts.empty()) return;
    const bool all = panes.size() == counts.size();
    out.flag(all);
    if (!all) out.number(panes.size(), kSome);
    Columns columns;
    columns.wide = any_wide(cell, panes);
    pass_rest(pass, cell, panes, columns);
  }
}

void read_like(PackReader& in, Reading& pass, Context& context, const ModuleCell& cell, const ModuleCell& like, uint8_t* record) {
  uint8_t* place = record + cell.offset;
  const bool told = in.flag();
  if (cell.kind == CellKind::streak) {
    const Counts counts = counts_since(like, record, oldest_sure(like, in.now));
    auto& streak = *reinterpret_cast<StreakCell*>(place);
    if (told && !counts.empty()) streak = {counts.last(), bits_before(counts, counts.last()), WEND_NEVER};
    told ? pass_rest(pass, counts, streak) : pass_fixed(pass, cell, in.now, place);
    in.check(told || !tells(counts, streak));
  } else if (cell.kind == CellKind::bits) {
    const int64_t kept_from = oldest_kept(cell, in.now), sure_from = oldest_sure(cell, in.now);
    const Counts counts = counts_since(like, record, sure_from);
    auto& bits = *reinterpret_cast<BitsCell*>(place);
    if (!told) {
      read_bits(in, pass, cell, bits);
    } else if (!counts.empty()) {
      bits.last = counts.last();
      for (const CountEntry& entry : counts.entries) {
        const auto at = static_cast<uint64_t>(bits.last - entry.pane);
        if (in.check(at < uint64_t{cell.words} * 64)) bits.words[at / 64] |= uint64_t{1} << (at % 64);
      }
      pass_rest(pass, cell, bits, kept_from, sure_from);
    }
    in.check(told || !tells(counts, cell, bits, kept_from));
  } else {
    const Counts counts = counts_since(like, record, oldest_kept(cell, in.now));
    if (!told) {
      read_block<PaneEntry>(in, context, cell, place);
      in.check(!tells(counts, kept_of<PaneEntry>(place, counts.oldest)));
      return;
    }
    if (counts.empty()) return;
    const bool all = in.flag();
    const uint64_t count = all ? counts.size() : in.below(counts.size(), kSome);
    if (!in.good() || count == 0) return;
    const std::span<PaneEntry> panes = new_block<PaneEntry>(place, count);
    for (size_t i = 0; i < panes.size(); ++i) {
      const CountEntry& counted = counts.entries.last(count)[i];
      panes[i].pane = counted.pane;
      panes[i].count = counted.count;
    }
    Columns columns;
    pass_rest(pass, cell, panes, columns);
    in.check(columns.wide == any_wide(cell, panes));
  }
}

}  // namespace

// Cells that are like counts come behind all others.
void pack_cells(PackWriter& out, const Context& context, const std::vector<ModuleCell>& cells, const uint8_t* record, std::vector<uint64_t>* sizes) {
  Writing pass(out, context);
  if (sizes) sizes->resize(cells.size());
  bool any_like = false;
  const auto each = [&](bool likes) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const ModuleCell& cell = cells[i];
      any_like |= cell.like >= 0;
      if ((cell.like >= 0) != likes) continue;
      const size_t before = out.size();
      if (likes) write_like(out, pass, cell, cells[static_cast<size_t>(cell.like)], record);
      else pass_cell(out, pass, context, cell, record + cell.offset);
      if (cell.kind == CellKind::baseline) out.ahead(reinterpret_cast<const BaselineCell*>(record + cell.offset)->next, out.now);
      if (sizes) (*sizes)[i] += out.size() - before;
    }
  };
  each(false);
  if (any_like) each(true);
}

void unpack_cells(PackReader& in, Context& context, const std::vector<ModuleCell>& cells, uint8_t* record) {
  Reading pass(in, context);
  bool any_like = false;
  const auto each = [&](bool likes) {
    for (const ModuleCell& cell : cells) {
      if (!in.good()) return;
      any_like |= cell.like >= 0;
      if ((cell.like >= 0) != likes) continue;
      if (likes) read_like(in, pass, context, cell, cells[static_cast<size_t>(cell.like)], record);
      else pass_cell(in, pass, context, cell, record + cell.offset);
      if (cell.kind == CellKind::baseline) {
        int64_t& next = reinterpret_cast<BaselineCell*>(record + cell.offset)->next;
        next = in.ahead(in.now);
        in.check(next != WEND_NEVER);
      }
    }
  };
  each(false);
  if (any_like) each(true);
}

void copy_cell(const Context& from, const ModuleCell& old, const uint8_t* record, Context& to, const ModuleCell& now, uint8_t* into) {
  std::string bytes;
  PackWriter writer(bytes);
  ModuleCell alone = old, alone_now = now;
  alone.like = alone_now.like = alone.panes = alone_now.panes = -1;   // as it is, with what has left its window
  pack_cells(writer, from, {alone}, record);
  writer.finish();
  PackReader reader(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  unpack_cells(reader, to, {alone_now}, into);
}

}  // namespace wend
