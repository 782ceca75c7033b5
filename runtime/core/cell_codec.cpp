// Each kind of cell, written and read side by side through one visitor, so that the two cannot differ.
// Tested by tests/unit/core.
#include "runtime/core/cell_codec.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <type_traits>

#include "runtime/abi/lists.h"

namespace wend {
namespace {

constexpr int64_t kLeastPane = INT32_MIN, kMostPane = INT32_MAX;
constexpr uint64_t kMostEntries = 1u << 20;

// Passes over the members of a cell in a fixed order. Writing and reading differ in what a member's call does.
class Writing {
 public:
  static constexpr bool reads = false;
  Writing(ByteWriter& out, const Context& context) : out_(out), context_(context) {}
  void instant(const int64_t& value) { out_.instant(value); }
  void true_instant(const int64_t& value) { out_.instant(value); }
  void pane(const int64_t& value) { out_.integer(value == WEND_NEVER ? kMostPane + 1 : value); }
  template <class Pane>
  void pane_behind(const Pane& value, int64_t before) { out_.integer(value - before); }
  template <class Count>
  void count(const Count& value) { out_.varint(static_cast<uint64_t>(value)); }
  void word(const uint64_t& value) { out_.varint(value); }
  void integer(const int64_t& value) { out_.integer(value); }
  void number(const double& value) { out_.raw(std::bit_cast<uint64_t>(value)); }
  void value(const int64_t& value, const ModuleCell& cell) {
    if (cell.text_value) out_.text(context_.texts.at(static_cast<uint32_t>(value)));
    else if (cell.number_value) out_.raw(static_cast<uint64_t>(value));
    else out_.integer(value);
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
  void instant(int64_t& value) { value = in_.instant(); in_.check(value != WEND_FOREVER); }
  void true_instant(int64_t& value) { value = in_.true_instant(); }
  void pane(int64_t& value) {
    const int64_t code = in_.integer_in(kLeastPane, kMostPane + 1);
    value = code == kMostPane + 1 ? WEND_NEVER : code;
  }
  template <class Pane>
  void pane_behind(Pane& value, int64_t before) {
    const int64_t step = in_.integer_in(2 * kLeastPane, 2 * kMostPane);
    in_.check(before + step >= kLeastPane && before + step <= kMostPane);
    value = in_.good() ? static_cast<Pane>(before + step) : Pane{0};
  }
  template <class Count>
  void count(Count& value) {
    const uint64_t read = in_.varint();
    in_.check(read <= static_cast<uint64_t>(std::is_same_v<Count, uint32_t> ? UINT32_MAX : INT64_MAX));
    value = static_cast<Count>(read);
  }
  void word(uint64_t& value) { value = in_.varint(); }
  void integer(int64_t& value) { value = in_.integer(); }
  void number(double& value) { value = in_.number(); }
  void value(int64_t& value, const ModuleCell& cell) {
    if (cell.text_value) value = context_.intern(in_.text());
    else if (cell.number_value) value = std::bit_cast<int64_t>(in_.number());
    else value = in_.integer();
  }
  bool good() const { return in_.good(); }
  void require(bool holds) { in_.check(holds); }

 private:
  ByteReader& in_;
  Context& context_;
};

template <class Pass, class Entry>
void pass_total(Pass& pass, const ModuleCell& cell, Entry& total) {
  pass.word(total.sum_low);
  pass.integer(total.sum_high);
  if (cell.number_value) {
    ModuleCell extreme = {};
    extreme.number_value = true;
    pass.value(total.smallest, extreme);
    pass.value(total.largest, extreme);
  } else {
    pass.integer(total.smallest);
    pass.integer(total.largest);
  }
}

// ---- entries; `before` is the one in front, or null
template <class Pass, class Entry>
void pass_entry(Pass& pass, const ModuleCell& cell, Entry& entry, const std::remove_const_t<Entry>* before) {
  using Plain = std::remove_const_t<Entry>;
  if constexpr (std::is_same_v<Plain, CountEntry> || std::is_same_v<Plain, PaneEntry>) {
    pass.pane_behind(entry.pane, before ? before->pane : 0);
    pass.count(entry.count);
    if constexpr (std::is_same_v<Plain, PaneEntry>) pass_total(pass, cell, entry);
  } else if constexpr (std::is_same_v<Plain, FirstEntry>) {
    pass.pane_behind(entry.pane, before ? before->pane : 0);
    pass.true_instant(entry.at);
    pass.value(entry.value, cell);
  } else if constexpr (std::is_same_v<Plain, RingEntry> || std::is_same_v<Plain, ValueEntry>) {
    pass.true_instant(entry.at);
    pass.value(entry.value, cell);
  } else if constexpr (std::is_same_v<Plain, PaneStamp>) {
    pass.pane_behind(entry.pane, before ? before->pane : 0);
    pass.true_instant(entry.at);
  } else if constexpr (std::is_same_v<Plain, SequenceEntry>) {
    pass.true_instant(entry.at);
    pass.value(entry.value, cell);
    pass.integer(entry.hop);
  } else {
    static_assert(std::is_same_v<Plain, PairEntry>);
    pass.pane_behind(entry.pane, before ? before->pane : 0);
    pass.value(entry.value, cell);
    pass.count(entry.count);
    pass.true_instant(entry.at);
  }
}

template <class Entry>
void write_block(ByteWriter& out, const Context& context, const ModuleCell& cell, const uint8_t* place) {
  CellBlock* block = nullptr;
  std::memcpy(&block, place, sizeof block);
  const uint32_t count = block ? block->count : 0;
  out.varint(count);
  Writing pass(out, context);
  for (uint32_t i = 0; i < count; ++i) {
    const Entry* entries = block->entries<Entry>();
    pass_entry(pass, cell, entries[i], i ? &entries[i - 1] : nullptr);
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
  Entry* entries = block->entries<Entry>();
  for (uint32_t i = 0; i < count && in.good(); ++i) pass_entry(pass, cell, entries[i], i ? &entries[i - 1] : nullptr);
}

template <class Entry, class Coder, class Ctx, class Byte>
void pass_block(Coder& coder, Ctx& context, const ModuleCell& cell, Byte* place) {
  if constexpr (std::is_const_v<Byte>) write_block<Entry>(coder, context, cell, place);
  else read_block<Entry>(coder, context, cell, place);
}

// ---- cells of fixed size; what an untouched cell cannot say is not written
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
    case CellKind::bits: {
      auto& bits = as(static_cast<BitsCell*>(nullptr));
      pass.pane(bits.last);
      auto* words = bits.words;   // as many as the cell says, not the one declared
      for (uint32_t i = 0; bits.last != WEND_NEVER && i < cell.words; ++i) pass.word(words[i]);
      break;
    }
    case CellKind::total: {
      auto& total = as(static_cast<TotalCell*>(nullptr));
      pass.count(total.count);
      if (total.count) pass_total(pass, cell, total);
      break;
    }
    case CellKind::streak: {
      auto& streak = as(static_cast<StreakCell*>(nullptr));
      pass.pane(streak.last);
      if (streak.last == WEND_NEVER) break;
      pass.word(streak.bits);
      pass.pane(streak.run_start);
      break;
    }
    case CellKind::ever_units: {
      auto& units = as(static_cast<EverUnitsCell*>(nullptr));
      pass.pane(units.last);
      if (units.last == WEND_NEVER) break;
      pass.word(units.bits);
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
    case CellKind::pairs: return pass_block<PairEntry>(coder, context, cell, place);
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
  else if (held_as_bytes(kind)) out.text({value.data, static_cast<size_t>(value.size)});
  else if (kind == ValueKind::number) out.raw(static_cast<uint64_t>(value.integer));
  else if (kind == ValueKind::time) out.instant(value.integer);
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
    const std::string_view text = in.text();
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
    default: value.integer = in.integer();
  }
  return value;
}

void pack_cells(ByteWriter& out, const Context& context, const std::vector<ModuleCell>& cells, const uint8_t* record) {
  Writing pass(out, context);
  for (const ModuleCell& cell : cells) {
    pass_cell(out, pass, context, cell, record + cell.offset);
    if (cell.kind == CellKind::baseline) out.instant(reinterpret_cast<const BaselineCell*>(record + cell.offset)->next);
  }
}

void unpack_cells(ByteReader& in, Context& context, const std::vector<ModuleCell>& cells, uint8_t* record) {
  Reading pass(in, context);
  for (const ModuleCell& cell : cells) {
    if (!in.good()) return;
    pass_cell(in, pass, context, cell, record + cell.offset);
    if (cell.kind == CellKind::baseline) {
      int64_t& next = reinterpret_cast<BaselineCell*>(record + cell.offset)->next;
      next = in.instant();
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
