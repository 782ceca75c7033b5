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

#include "runtime/abi/lists.h"

namespace wend {
namespace {

constexpr int64_t kLeastPane = INT32_MIN, kMostPane = INT32_MAX;
constexpr uint64_t kMostEntries = 1u << 20;

// A pane near the one of an instant, by arithmetic alone: what panes are counted from, the same wherever it is read.
int64_t pane_near(PaneUnit unit, int64_t now) {
  switch (unit) {
    case PaneUnit::minute: return floor_div(now, kMicrosPerMinute);
    case PaneUnit::hour: return floor_div(now, kMicrosPerHour);
    case PaneUnit::day: return floor_div(now, kMicrosPerDay);
    case PaneUnit::week: return floor_div(floor_div(now, kMicrosPerDay) + 3, 7);
    case PaneUnit::month: break;
  }
  return floor_div(floor_div(now, kMicrosPerDay), 31);
}

// Passes over the members of a cell in a fixed order. Writing and reading differ in what a member's call does.
class Writing {
 public:
  static constexpr bool reads = false;
  Writing(ByteWriter& out, const Context& context) : out_(out), context_(context) {}
  void instant(const int64_t& value) { out_.behind(value, out_.now); }
  void true_instant(const int64_t& value) { out_.behind(value, out_.now); }
  void later(const int64_t& value, int64_t before) { out_.ahead(value, before); }
  void pane(const int64_t& value, PaneUnit unit) {
    out_.near_or_none(value == WEND_NEVER, value, pane_near(unit, out_.now));
  }
  // How many, and of the pane behind `before`: most are next to each other. `flag`: one bit more.
  template <class Pane, class Count>
  void paned(const Pane& value, int64_t before, const Count& count, bool& flag) {
    const int64_t gap = value - before;
    const bool far = gap < 1 || gap > 3;
    out_.tagged((far ? 3u : static_cast<unsigned>(gap - 1)) | (flag ? 4u : 0u), 3, static_cast<uint64_t>(count));
    if (far) out_.integer(gap);
  }
  template <class Count>
  void count(const Count& value) { out_.varint(static_cast<uint64_t>(value)); }
  void word(const uint64_t& value) { out_.varint(value); }
  void ones(const uint64_t& value) {   // how many from the lowest on, then what is behind the first that is none
    const int run = std::countr_one(value);
    out_.varint(static_cast<uint64_t>(run));
    if (run < 63) out_.varint(value >> (run + 1));
  }
  void integer(const int64_t& value) { out_.integer(value); }
  void amount(const int64_t& value) { out_.amount(value); }
  void number(const double& value) { out_.raw(std::bit_cast<uint64_t>(value)); }
  void value(const int64_t& value, const ModuleCell& cell) {
    if (cell.text_value) out_.shared_text(context_.texts.at(static_cast<uint32_t>(value)));
    else if (cell.number_value) out_.raw(static_cast<uint64_t>(value));
    else out_.amount(value);
  }
  bool good() const { return true; }
  void require(bool) {}

 private:
  ByteWriter& out_;
  const Context& context_;
};

class Reading {
 public:
  static constexpr bool reads = true;
  Reading(ByteReader& in, Context& context) : in_(in), context_(context) {}
  void instant(int64_t& value) { value = in_.behind(in_.now); in_.check(value != WEND_FOREVER); }
  void true_instant(int64_t& value) { value = in_.true_behind(in_.now); }
  void later(int64_t& value, int64_t before) { value = in_.true_ahead(before); }
  void pane(int64_t& value, PaneUnit unit) {
    value = in_.near_or_none(WEND_NEVER, pane_near(unit, in_.now), kLeastPane, kMostPane);
  }
  template <class Pane, class Count>
  void paned(Pane& value, int64_t before, Count& count, bool& flag) {
    unsigned tag = 0;
    const uint64_t read = in_.tagged(3, tag);
    flag = (tag & 4) != 0;
    in_.check(read <= static_cast<uint64_t>(std::is_same_v<Count, uint32_t> ? UINT32_MAX : INT64_MAX));
    count = static_cast<Count>(read);
    int64_t gap = static_cast<int64_t>(tag & 3) + 1;
    if ((tag & 3) == 3) {
      gap = in_.integer();
      in_.check(gap < 1 || gap > 3);
    }
    const __int128 pane = static_cast<__int128>(before) + gap;
    value = in_.check(pane >= kLeastPane && pane <= kMostPane) ? static_cast<Pane>(pane) : Pane{0};
  }
  template <class Count>
  void count(Count& value) {
    const uint64_t read = in_.varint();
    in_.check(read <= static_cast<uint64_t>(std::is_same_v<Count, uint32_t> ? UINT32_MAX : INT64_MAX));
    value = static_cast<Count>(read);
  }
  void word(uint64_t& value) { value = in_.varint(); }
  void ones(uint64_t& value) {
    const uint64_t run = in_.varint();
    if (!in_.check(run <= 64)) return;
    value = run == 64 ? ~0ull : (1ull << run) - 1;
    if (run >= 63) return;
    const uint64_t rest = in_.varint();
    if (in_.check(rest <= UINT64_MAX >> (run + 1))) value |= rest << (run + 1);
  }
  void integer(int64_t& value) { value = in_.integer(); }
  void amount(int64_t& value) { value = in_.amount(); }
  void number(double& value) { value = in_.number(); }
  void value(int64_t& value, const ModuleCell& cell) {
    if (cell.text_value) value = context_.intern(in_.shared_text());
    else if (cell.number_value) value = std::bit_cast<int64_t>(in_.number());
    else value = in_.amount();
  }
  bool good() const { return in_.good(); }
  void require(bool holds) { in_.check(holds); }

 private:
  ByteReader& in_;
  Context& context_;
};

// Sums are wide; nearly all fit in 64 bits.
bool is_wide(uint64_t low, int64_t high) { return high != (static_cast<int64_t>(low) < 0 ? -1 : 0); }

template <class Pass, class Entry>
void pass_total(Pass& pass, const ModuleCell& cell, Entry& total, bool wide) {
  if (cell.sums) {
    if (wide) {
      pass.word(total.sum_low);
      pass.integer(total.sum_high);
      pass.require(is_wide(total.sum_low, total.sum_high));
    } else if constexpr (Pass::reads) {
      int64_t low = 0;
      pass.amount(low);
      total.sum_low = static_cast<uint64_t>(low);
      total.sum_high = low < 0 ? -1 : 0;
    } else {
      pass.amount(static_cast<int64_t>(total.sum_low));
    }
  }
  if (!cell.extremes) return;
  ModuleCell extreme = {};
  extreme.number_value = cell.number_value;
  pass.value(total.smallest, extreme);
  pass.value(total.largest, extreme);
}

// Of entries in order of time.
template <class Pass, class Entry>
void pass_at(Pass& pass, Entry& entry, const std::remove_const_t<Entry>* before) {
  if (before) pass.later(entry.at, before->at);
  else pass.true_instant(entry.at);
}

// ---- entries; `before` is the one in front, or null
template <class Pass, class Entry>
void pass_entry(Pass& pass, const ModuleCell& cell, Entry& entry, const std::remove_const_t<Entry>* before, int64_t near) {
  using Plain = std::remove_const_t<Entry>;
  bool flag = false;
  if constexpr (std::is_same_v<Plain, CountEntry>) {
    pass.paned(entry.pane, before ? before->pane : near, entry.count, flag);
    pass.require(!flag);
  } else if constexpr (std::is_same_v<Plain, PaneEntry>) {
    if constexpr (!Pass::reads) flag = cell.sums && is_wide(entry.sum_low, entry.sum_high);
    pass.paned(entry.pane, before ? before->pane : near, entry.count, flag);
    pass.require(!flag || cell.sums);
    pass_total(pass, cell, entry, flag);
  } else if constexpr (std::is_same_v<Plain, FirstEntry>) {
    int64_t one = 1;
    pass.paned(entry.pane, before ? before->pane : near, one, flag);
    pass.require(!flag && one == 1);
    pass_at(pass, entry, before);
    pass.value(entry.value, cell);
  } else if constexpr (std::is_same_v<Plain, RingEntry> || std::is_same_v<Plain, ValueEntry>) {
    pass_at(pass, entry, before);
    pass.value(entry.value, cell);
  } else if constexpr (std::is_same_v<Plain, PaneStamp>) {
    int64_t one = 1;
    pass.paned(entry.pane, before ? before->pane : near, one, flag);
    pass.require(!flag && one == 1);
    pass_at(pass, entry, before);
  } else if constexpr (std::is_same_v<Plain, SequenceEntry>) {
    pass_at(pass, entry, before);
    pass.value(entry.value, cell);
    pass.integer(entry.hop);
  } else {
    static_assert(std::is_same_v<Plain, PairEntry>);
    pass.paned(entry.pane, before ? before->pane : near, entry.count, flag);
    pass.require(!flag);
    pass.value(entry.value, cell);
    pass_at(pass, entry, before);
  }
}

// What has left the window for good is not written; `oldest` is the first pane that has not.
template <class Entry>
bool is_kept(const Entry& entry, int64_t oldest) {
  if constexpr (requires { entry.pane; }) return entry.pane >= oldest;
  else return true;
}

int64_t oldest_kept(const ModuleCell& cell, const Context& context, int64_t now) {
  return cell.panes < 0 ? INT64_MIN : context.pane_at(cell.unit, now) - cell.panes;
}

template <class Entry>
void write_block(ByteWriter& out, const Context& context, const ModuleCell& cell, const uint8_t* place) {
  CellBlock* block = nullptr;
  std::memcpy(&block, place, sizeof block);
  if (!block || block->count == 0) return out.varint(0);
  const int64_t oldest = oldest_kept(cell, context, out.now);
  const Entry* const begin = block->entries<Entry>();
  const Entry* const end = begin + block->count;
  out.varint(static_cast<uint64_t>(std::count_if(begin, end, [&](const Entry& entry) { return is_kept(entry, oldest); })));
  Writing pass(out, context);
  const int64_t near = pane_near(cell.unit, out.now);
  const Entry* before = nullptr;
  for (const Entry* entry = begin; entry != end; ++entry) {
    if (!is_kept(*entry, oldest)) continue;
    pass_entry(pass, cell, *entry, before, near);
    before = entry;
  }
}

template <class Entry>
void read_block(ByteReader& in, Context& context, const ModuleCell& cell, uint8_t* place) {
  const uint32_t count = in.count(kMostEntries);
  if (!in.good() || count == 0) return;
  auto* block = static_cast<CellBlock*>(std::calloc(1, sizeof(CellBlock) + sizeof(Entry) * count));
  if (!block) throw std::bad_alloc();
  block->count = block->capacity = count;
  std::memcpy(place, &block, sizeof block);   // the record owns it from here on
  Reading pass(in, context);
  const int64_t near = pane_near(cell.unit, in.now), oldest = oldest_kept(cell, context, in.now);
  Entry* entries = block->entries<Entry>();
  for (uint32_t i = 0; i < count && in.good(); ++i) {
    pass_entry(pass, cell, entries[i], i ? &entries[i - 1] : nullptr, near);
    in.check(is_kept(entries[i], oldest));
  }
}

// Pairs stand value by value (wend_pairs_add): the value, the time of its latest event, and how often in which panes.
void write_pairs(ByteWriter& out, const Context& context, const ModuleCell& cell, const uint8_t* place) {
  CellBlock* block = nullptr;
  std::memcpy(&block, place, sizeof block);
  const int64_t oldest = oldest_kept(cell, context, out.now), near = pane_near(cell.unit, out.now);
  const PairEntry* const begin = block ? block->entries<PairEntry>() : nullptr;
  const PairEntry* const end = begin ? begin + block->count : nullptr;
  const auto values = [&](auto&& visit) {   // the pairs of each value of which some are kept
    for (const PairEntry *from = begin, *to = begin; from != end; from = to) {
      while (to != end && to->value == from->value) ++to;
      const auto kept = std::count_if(from, to, [&](const PairEntry& entry) { return entry.pane >= oldest; });
      if (kept > 0) visit(from, to, static_cast<uint64_t>(kept));
    }
  };
  uint64_t count = 0;
  values([&](const PairEntry*, const PairEntry*, uint64_t) { ++count; });
  out.varint(count);
  Writing pass(out, context);
  const PairEntry* before = nullptr;
  values([&](const PairEntry* from, const PairEntry* to, uint64_t kept) {
    pass.value(from->value, cell);
    pass_at(pass, *from, before);
    before = from;
    out.varint(kept - 1);
    int64_t pane = near;
    bool flag = false;
    for (const PairEntry* entry = from; entry != to; ++entry) {
      if (entry->pane < oldest) continue;
      pass.paned(entry->pane, pane, entry->count, flag);
      pane = entry->pane;
    }
  });
}

void read_pairs(ByteReader& in, Context& context, const ModuleCell& cell, uint8_t* place) {
  const int64_t oldest = oldest_kept(cell, context, in.now), near = pane_near(cell.unit, in.now);
  std::vector<PairEntry> entries;
  std::unordered_set<int64_t> values;
  Reading pass(in, context);
  PairEntry before{};
  const uint32_t count = in.count(kMostEntries);
  for (uint32_t i = 0; i < count && in.good(); ++i) {
    PairEntry entry{};
    pass.value(entry.value, cell);
    in.check(values.insert(entry.value).second);
    pass_at(pass, entry, i ? &before : nullptr);
    in.check(i == 0 || entry.at >= before.at);
    before = entry;
    int64_t pane = near;
    for (uint64_t left = uint64_t{in.count(kMostEntries)} + 1; left > 0 && in.good(); --left) {
      bool flag = false;
      const bool first = entries.empty() || entries.back().value != entry.value;
      pass.paned(entry.pane, pane, entry.count, flag);
      in.check(!flag && entry.pane >= oldest && (first || entry.pane > pane) && entries.size() < kMostEntries);
      pane = entry.pane;
      entries.push_back(entry);
    }
  }
  if (!in.good() || entries.empty()) return;
  auto* block = static_cast<CellBlock*>(std::malloc(sizeof(CellBlock) + sizeof(PairEntry) * entries.size()));
  if (!block) throw std::bad_alloc();
  block->count = block->capacity = static_cast<uint32_t>(entries.size());
  std::copy(entries.begin(), entries.end(), block->entries<PairEntry>());
  std::memcpy(place, &block, sizeof block);   // the record owns it from here on
}

template <class Entry, class Coder, class Ctx, class Byte>
void pass_block(Coder& coder, Ctx& context, const ModuleCell& cell, Byte* place) {
  if constexpr (std::is_const_v<Byte>) write_block<Entry>(coder, context, cell, place);
  else read_block<Entry>(coder, context, cell, place);
}

// ---- cells of fixed size; what an untouched cell cannot say is not written

// How many of a word's bits are of panes from `oldest` on.
int64_t bits_kept(int64_t last, int64_t oldest, uint32_t word) {
  return oldest == INT64_MIN ? 64 : std::clamp<int64_t>(last - oldest + 1 - int64_t{word} * 64, 0, 64);
}

// The bits of panes that have left the window are as good as none; where none is left, so is the cell.
void write_bits(ByteWriter& out, Writing& pass, const Context& context, const ModuleCell& cell, const BitsCell& bits) {
  const int64_t oldest = bits.last == WEND_NEVER ? 0 : oldest_kept(cell, context, out.now);
  if (bits.last == WEND_NEVER || bits.last < oldest) return pass.pane(WEND_NEVER, cell.unit);
  pass.pane(bits.last, cell.unit);
  for (uint32_t i = 0; i < cell.words; ++i) {
    const int64_t kept = bits_kept(bits.last, oldest, i);
    pass.word(kept == 64 ? bits.words[i] : bits.words[i] & ((1ull << kept) - 1));
  }
}
void read_bits(ByteReader& in, Reading& pass, const Context& context, const ModuleCell& cell, BitsCell& bits) {
  pass.pane(bits.last, cell.unit);
  if (bits.last == WEND_NEVER) return;
  const int64_t oldest = oldest_kept(cell, context, in.now);
  in.check(bits.last >= oldest);
  for (uint32_t i = 0; i < cell.words && in.good(); ++i) {
    pass.word(bits.words[i]);
    const int64_t kept = bits_kept(bits.last, oldest, i);
    in.check(kept == 64 || bits.words[i] >> kept == 0);
  }
}

template <class Pass, class Byte>
void pass_fixed(Pass& pass, const ModuleCell& cell, Byte* place) {
  const auto as = [&]<class Cell>(const Cell*) -> auto& {
    using Same = std::conditional_t<std::is_const_v<Byte>, const Cell, Cell>;
    return *reinterpret_cast<Same*>(place);
  };
  switch (cell.kind) {
    case CellKind::stamp: pass.instant(as(static_cast<StampCell*>(nullptr)).at); break;
    case CellKind::last: case CellKind::first: {
      auto& last = as(static_cast<LastCell*>(nullptr));
      pass.instant(last.at);
      if (last.at != WEND_NEVER) pass.value(last.value, cell);
      break;
    }
    case CellKind::total: {
      auto& total = as(static_cast<TotalCell*>(nullptr));
      pass.count(total.count);
      if (!total.count) break;
      uint64_t wide = is_wide(total.sum_low, total.sum_high);
      if (cell.sums) pass.word(wide);
      pass.require(wide <= 1);
      pass_total(pass, cell, total, cell.sums && wide != 0);
      break;
    }
    case CellKind::streak: {
      auto& streak = as(static_cast<StreakCell*>(nullptr));
      pass.pane(streak.last, cell.unit);
      if (streak.last == WEND_NEVER) break;
      pass.ones(streak.bits);
      pass.pane(streak.run_start, cell.unit);
      break;
    }
    case CellKind::ever_units: {
      auto& units = as(static_cast<EverUnitsCell*>(nullptr));
      pass.pane(units.last, cell.unit);
      if (units.last == WEND_NEVER) break;
      pass.ones(units.bits);
      pass.count(units.count);
      break;
    }
    default: break;
  }
}

template <class Pass, class Byte>
void pass_baseline(Pass& pass, Byte* place) {
  using Cell = std::conditional_t<std::is_const_v<Byte>, const BaselineCell, BaselineCell>;
  Cell& baseline = *reinterpret_cast<Cell*>(place);
  pass.count(baseline.samples);
  if (!baseline.samples) return;
  pass.number(baseline.mean);
  pass.number(baseline.variance);
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
      if constexpr (std::is_const_v<Byte>) return write_bits(coder, pass, context, cell, *reinterpret_cast<const BitsCell*>(place));
      else return read_bits(coder, pass, context, cell, *reinterpret_cast<BitsCell*>(place));
    case CellKind::baseline: return pass_baseline(pass, place);
    default: return pass_fixed(pass, cell, place);
  }
}

}  // namespace

namespace {

bool is_list(ValueKind kind) { return kind == ValueKind::list || kind == ValueKind::set; }

// How many, then each item: which fields are known, where one may lack, and those.
void pack_list(ByteWriter& out, const ValueType& type, const wend_slot& value) {
  const ListView list(value);
  out.varint(list.count());
  const bool lacking = std::any_of(type.fields.begin(), type.fields.end(), [](const ValueField& field) { return field.type.optional; });
  for (uint32_t i = 0; i < list.count(); ++i) {
    wend_slot slot;
    uint64_t known = 0;
    for (uint32_t f = 0; f < type.fields.size(); ++f) known |= static_cast<uint64_t>(list.field(i, f, type.fields[f].type.kind, slot)) << f;
    if (lacking) out.varint(known);
    for (uint32_t f = 0; f < type.fields.size(); ++f)
      if (list.field(i, f, type.fields[f].type.kind, slot)) pack_value(out, type.fields[f].type, slot);
  }
}

std::string unpack_list(ByteReader& in, const ValueType& type) {
  ListBuilder list(type);
  uint64_t must = 0;
  bool lacking = false;
  for (size_t f = 0; f < type.fields.size(); ++f) {
    if (type.fields[f].type.optional) lacking = true;
    else must |= 1ull << f;
  }
  const uint64_t all = type.fields.size() == 64 ? ~0ull : (1ull << type.fields.size()) - 1;
  for (uint32_t left = in.count(kListEntriesKept); left > 0 && in.good(); --left) {
    const uint64_t known = lacking ? in.varint() : all;
    in.check((known & ~all) == 0 && (known & must) == must);
    list.begin_item();
    std::string none;   // items are not lists themselves
    for (uint32_t f = 0; f < type.fields.size() && in.good(); ++f)
      if (known >> f & 1) list.put(f, unpack_value(in, type.fields[f].type, none));
  }
  return in.good() ? list.finish() : std::string();
}

}  // namespace

void pack_value(ByteWriter& out, const ValueType& type, const wend_slot& value) {
  const ValueKind kind = type.kind;
  if (is_list(kind)) pack_list(out, type, value);
  else if (held_as_bytes(kind)) out.shared_text({value.data, static_cast<size_t>(value.size)});
  else if (kind == ValueKind::number) out.raw(static_cast<uint64_t>(value.integer));
  else if (kind == ValueKind::time) out.instant(value.integer);
  else if (kind == ValueKind::money || kind == ValueKind::duration || kind == ValueKind::percent || kind == ValueKind::time_of_day) out.amount(value.integer);
  else out.integer(value.integer);
}

wend_slot unpack_value(ByteReader& in, const ValueType& type, std::string& block) {
  wend_slot value{};
  if (is_list(type.kind)) {
    block = unpack_list(in, type);
    value.data = block.data();
    value.size = static_cast<int64_t>(block.size());
    return value;
  }
  if (held_as_bytes(type.kind)) {
    const std::string_view text = in.shared_text();
    value.data = text.data();
    value.size = static_cast<int64_t>(text.size());
    return value;
  }
  switch (type.kind) {
    case ValueKind::number: value.number = in.number(); break;
    case ValueKind::time: value.integer = instant_of(in.varint(), in.now); break;
    case ValueKind::boolean: value.integer = in.integer_in(0, 1); break;
    case ValueKind::weekday: value.integer = in.integer_in(0, 6); break;
    case ValueKind::date: value.integer = in.integer_in(INT32_MIN, INT32_MAX); break;
    case ValueKind::one_of: value.integer = in.integer_in(0, static_cast<int64_t>(type.words.size()) - 1); break;
    case ValueKind::money: case ValueKind::duration: case ValueKind::percent: case ValueKind::time_of_day: value.integer = in.amount(); break;
    default: value.integer = in.integer();
  }
  return value;
}

void pack_cells(ByteWriter& out, const Context& context, const std::vector<ModuleCell>& cells, const uint8_t* record, std::vector<uint64_t>* sizes) {
  Writing pass(out, context);
  if (sizes) sizes->resize(cells.size());
  for (size_t i = 0; i < cells.size(); ++i) {
    const ModuleCell& cell = cells[i];
    const size_t before = out.size();
    pass_cell(out, pass, context, cell, record + cell.offset);
    if (cell.kind == CellKind::baseline) out.ahead(reinterpret_cast<const BaselineCell*>(record + cell.offset)->next, out.now);
    if (sizes) (*sizes)[i] += out.size() - before;
  }
}

void unpack_cells(ByteReader& in, Context& context, const std::vector<ModuleCell>& cells, uint8_t* record) {
  Reading pass(in, context);
  for (const ModuleCell& cell : cells) {
    if (!in.good()) return;
    pass_cell(in, pass, context, cell, record + cell.offset);
    if (cell.kind == CellKind::baseline) {
      int64_t& next = reinterpret_cast<BaselineCell*>(record + cell.offset)->next;
      next = in.ahead(in.now);
      in.check(next != WEND_NEVER);
    }
  }
}

void copy_cell(const Context& from, const ModuleCell& old, const uint8_t* record, Context& to, const ModuleCell& now, uint8_t* into) {
  std::string bytes;
  ByteWriter writer(bytes);
  pack_cells(writer, from, {old}, record);
  ByteReader reader(std::span(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  unpack_cells(reader, to, {now}, into);
}

}  // namespace wend
