// Filters of templates over lists: each reads blocks of lists.h and makes another, entry by entry, or picks one.
// Tested by tests/unit/runtime_builtins and the cases of tests/golden/golden_liquid.
#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/lists.h"
#include "runtime/abi/text_format.h"
#include "runtime/abi/text_result.h"
#include "runtime/abi/utf8.h"

namespace {

constexpr size_t kEntriesMax = 1000;   // of a list a template makes

enum Kind : int64_t { text = 0, number = 1, plain = 2, record = 3, boolean = 4 };
Kind kind_of(int64_t code) { return static_cast<Kind>(code & 0xff); }
uint64_t above_kind(int64_t code) { return static_cast<uint64_t>(code) >> 8; }

uint64_t word(const char* at) {
  uint64_t value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// A field of an entry.
struct Cell {
  bool known = false;
  uint64_t bits = 0;
  std::string_view text;
};

struct Entry {
  const char* block = nullptr;
  const char* item = nullptr;

  Cell cell(uint64_t field, bool is_text) const {
    const char* at = item + wend::kListKnownBytes + field * wend::kListFieldBytes;
    Cell cell{(word(item) >> field & 1) != 0, word(at), {}};
    if (is_text && cell.known) cell.text = {block + cell.bits, static_cast<size_t>(word(at + 8))};
    return cell;
  }
};

struct List {
  std::vector<Entry> entries;
  uint64_t fields = 1;

  List(const char* block, int64_t size) {
    if (size <= 0) return;
    uint32_t head[2];
    std::memcpy(head, block, sizeof head);
    fields = head[1];
    for (uint32_t i = 0; i < head[0]; ++i) entries.push_back({block, block + wend::kListHeaderBytes + i * wend::list_item_bytes(fields)});
  }
};

void append64(std::string& out, uint64_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }
void append32(std::string& out, uint32_t value) { out.append(reinterpret_cast<const char*>(&value), sizeof value); }

void give_block(wend_ctx* ctx, wend_text* out, const std::string& block) {
  *out = {"", 0};
  if (block.empty() || !wend_ctx_grant(ctx, block.size())) return;
  char* data = wend_ctx_alloc(ctx, block.size());
  std::memcpy(data, block.data(), block.size());
  *out = {data, static_cast<int64_t>(block.size())};
}

// A block of rows of cells; `texts`: which fields are texts.
void give_rows(wend_ctx* ctx, wend_text* out, std::vector<std::vector<Cell>> rows, uint64_t fields, uint64_t texts) {
  if (rows.size() > kEntriesMax) rows.resize(kEntriesMax);
  std::string block, behind;
  if (!rows.empty()) {
    append32(block, static_cast<uint32_t>(rows.size()));
    append32(block, static_cast<uint32_t>(fields));
  }
  const size_t texts_at = wend::kListHeaderBytes + rows.size() * wend::list_item_bytes(fields);
  for (const std::vector<Cell>& row : rows) {
    uint64_t known = 0;
    for (uint64_t f = 0; f < fields; ++f) known |= static_cast<uint64_t>(row[f].known) << f;
    append64(block, known);
    for (uint64_t f = 0; f < fields; ++f) {
      const bool is_text = row[f].known && (texts >> f & 1) != 0;
      append64(block, is_text ? texts_at + behind.size() : row[f].known ? row[f].bits : 0);
      append64(block, is_text ? row[f].text.size() : 0);
      if (is_text) behind += row[f].text;
    }
  }
  give_block(ctx, out, block + behind);
}

void give_entries(wend_ctx* ctx, wend_text* out, const std::vector<Entry>& entries, uint64_t fields, int64_t entry) {
  std::vector<std::vector<Cell>> rows;
  for (const Entry& one : entries) {
    if (rows.size() == kEntriesMax) break;
    std::vector<Cell>& row = rows.emplace_back();
    for (uint64_t f = 0; f < fields; ++f) row.push_back(one.cell(f, (above_kind(entry) >> f & 1) != 0));
  }
  give_rows(ctx, out, std::move(rows), fields, above_kind(entry));
}

Cell cell_of(const Entry& entry, int64_t key) { return entry.cell(above_kind(key), kind_of(key) == text); }

bool is_less(const Cell& a, const Cell& b, Kind kind) {
  if (a.known != b.known) return a.known;   // what is unknown comes last
  if (!a.known) return false;
  if (kind == text) return a.text < b.text;
  if (kind == number) return std::bit_cast<double>(a.bits) < std::bit_cast<double>(b.bits);
  return static_cast<int64_t>(a.bits) < static_cast<int64_t>(b.bits);
}

bool is_same(const Cell& a, const Cell& b, Kind kind) { return !is_less(a, b, kind) && !is_less(b, a, kind); }

bool matches(const Entry& entry, int64_t key, const wend_slot* match) {
  const Cell cell = cell_of(entry, key);
  Cell wanted{true, static_cast<uint64_t>(match->integer), {}};
  if (kind_of(key) == text) wanted.text = wend::view_of(match->data, match->size);
  return cell.known && is_same(cell, wanted, kind_of(key));
}

bool holds(const Entry& entry, int64_t key) {
  const Cell cell = cell_of(entry, key);
  return cell.known && (kind_of(key) != boolean || cell.bits != 0);
}

template <class Keep>
void give_kept(wend_ctx* ctx, wend_text* out, const List& list, int64_t entry, Keep keep) {
  std::vector<Entry> kept;
  for (const Entry& one : list.entries)
    if (keep(one)) kept.push_back(one);
  give_entries(ctx, out, kept, list.fields, entry);
}

int32_t give_entry(const List& list, int64_t index, int64_t entry, wend_slot* out) {
  if (index < 0) index += static_cast<int64_t>(list.entries.size());
  if (index < 0 || index >= static_cast<int64_t>(list.entries.size())) return 0;
  const Entry& one = list.entries[static_cast<size_t>(index)];
  if (kind_of(entry) == record) {
    out->data = one.item;
    out->size = static_cast<int64_t>(reinterpret_cast<intptr_t>(one.block));
    return 1;
  }
  const Cell cell = one.cell(0, kind_of(entry) == text);
  out->integer = static_cast<int64_t>(cell.bits);
  out->size = 0;
  if (kind_of(entry) == text) {
    out->data = cell.text.data();
    out->size = static_cast<int64_t>(cell.text.size());
  }
  return 1;
}

int64_t index_of(const List& list, int64_t key, const wend_slot* match) {
  for (size_t i = 0; i < list.entries.size(); ++i)
    if (matches(list.entries[i], key, match)) return static_cast<int64_t>(i);
  return -1;
}

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// As Liquid splits: by a space into words, by nothing into characters, and no empty parts at the end.
std::vector<std::string_view> parts_of(std::string_view text, std::string_view by) {
  std::vector<std::string_view> parts;
  for (size_t at = 0; at < text.size() && parts.size() < kEntriesMax;) {
    size_t end = at;
    if (by == " ") {
      while (at < text.size() && is_space(text[at])) ++at;
      for (end = at; end < text.size() && !is_space(text[end]);) ++end;
      if (end > at) parts.push_back(text.substr(at, end - at));
      at = end;
    } else if (by.empty()) {
      end = at + wend::read_scalar(text, at).size;
      parts.push_back(text.substr(at, end - at));
      at = end;
    } else {
      end = std::min(text.find(by, at), text.size());
      parts.push_back(text.substr(at, end - at));
      at = end + by.size();
    }
  }
  while (!parts.empty() && parts.back().empty()) parts.pop_back();
  return parts;
}

}  // namespace

extern "C" {

#define LIST const char *list, int64_t list_size

int64_t wend_fn_list_size(wend_ctx*, LIST) noexcept { return static_cast<int64_t>(List(list, list_size).entries.size()); }

void wend_fn_split(wend_ctx* ctx, wend_text* out, const char* data, int64_t size, const char* by, int64_t by_size) noexcept {
  std::vector<std::vector<Cell>> rows;
  for (const std::string_view part : parts_of(wend::view_of(data, size), wend::view_of(by, by_size))) rows.push_back({Cell{true, 0, part}});
  give_rows(ctx, out, std::move(rows), 1, 1);
}

void wend_fn_range(wend_ctx* ctx, wend_text* out, int64_t from, int64_t to) noexcept {
  std::vector<std::vector<Cell>> rows;
  for (__int128 n = from; n <= to && rows.size() < kEntriesMax; ++n) rows.push_back({Cell{true, static_cast<uint64_t>(static_cast<int64_t>(n)), {}}});
  give_rows(ctx, out, std::move(rows), 1, 0);
}

int32_t wend_fn_list_at(wend_ctx*, wend_slot* out, LIST, int64_t index, int64_t entry) noexcept { return give_entry(List(list, list_size), index, entry, out); }
int32_t wend_fn_list_first(wend_ctx*, wend_slot* out, LIST, int64_t entry) noexcept { return give_entry(List(list, list_size), 0, entry, out); }
int32_t wend_fn_list_last(wend_ctx*, wend_slot* out, LIST, int64_t entry) noexcept { return give_entry(List(list, list_size), -1, entry, out); }

void wend_fn_list_reverse(wend_ctx* ctx, wend_text* out, LIST, int64_t entry) noexcept {
  List all(list, list_size);
  std::reverse(all.entries.begin(), all.entries.end());
  give_entries(ctx, out, all.entries, all.fields, entry);
}

void wend_fn_list_sort(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key) noexcept {
  List all(list, list_size);
  std::stable_sort(all.entries.begin(), all.entries.end(), [&](const Entry& a, const Entry& b) { return is_less(cell_of(a, key), cell_of(b, key), kind_of(key)); });
  give_entries(ctx, out, all.entries, all.fields, entry);
}

void wend_fn_list_sort_natural(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key) noexcept {
  if (kind_of(key) != text) return wend_fn_list_sort(ctx, out, list, list_size, entry, key);
  List all(list, list_size);
  struct Folded { Cell cell; std::string text; Entry entry; };
  std::vector<Folded> folded;
  for (const Entry& one : all.entries) {
    Folded& f = folded.emplace_back(Folded{cell_of(one, key), {}, one});
    wend::append_downcase(f.text, f.cell.text);
  }
  std::stable_sort(folded.begin(), folded.end(), [](const Folded& a, const Folded& b) { return is_less(Cell{a.cell.known, 0, a.text}, Cell{b.cell.known, 0, b.text}, text); });
  for (size_t i = 0; i < folded.size(); ++i) all.entries[i] = folded[i].entry;
  give_entries(ctx, out, all.entries, all.fields, entry);
}

void wend_fn_list_uniq(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key) noexcept {
  const List all(list, list_size);
  std::vector<Cell> seen;   // sorted
  const auto less = [&](const Cell& a, const Cell& b) { return is_less(a, b, kind_of(key)); };
  give_kept(ctx, out, all, entry, [&](const Entry& one) {
    const Cell cell = cell_of(one, key);
    const auto place = std::lower_bound(seen.begin(), seen.end(), cell, less);
    if (place != seen.end() && !less(cell, *place)) return false;
    seen.insert(place, cell);
    return true;
  });
}

void wend_fn_list_compact(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key) noexcept {
  give_kept(ctx, out, List(list, list_size), entry, [&](const Entry& one) { return cell_of(one, key).known; });
}

void wend_fn_list_concat(wend_ctx* ctx, wend_text* out, LIST, const char* other, int64_t other_size, int64_t entry) noexcept {
  List all(list, list_size);
  const List more(other, other_size);
  if (all.entries.empty()) all.fields = more.fields;
  all.entries.insert(all.entries.end(), more.entries.begin(), more.entries.end());
  give_entries(ctx, out, all.entries, all.fields, entry);
}

void wend_fn_list_slice(wend_ctx* ctx, wend_text* out, LIST, int64_t from, int64_t count, int64_t entry) noexcept {
  List all(list, list_size);
  const auto length = static_cast<int64_t>(all.entries.size());
  if (from < 0) from = from < -length ? length : from + length;
  from = std::min(from, length);
  count = std::clamp<int64_t>(count, 0, length - from);
  const std::vector<Entry> part(all.entries.begin() + from, all.entries.begin() + from + count);
  give_entries(ctx, out, part, all.fields, entry);
}

void wend_fn_list_map(wend_ctx* ctx, wend_text* out, LIST, int64_t, int64_t key) noexcept {
  std::vector<std::vector<Cell>> rows;
  for (const Entry& one : List(list, list_size).entries)
    if (const Cell cell = cell_of(one, key); cell.known) rows.push_back({cell});
  give_rows(ctx, out, std::move(rows), 1, kind_of(key) == text ? 1 : 0);
}

void wend_fn_list_where_known(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key) noexcept {
  give_kept(ctx, out, List(list, list_size), entry, [&](const Entry& one) { return holds(one, key); });
}

void wend_fn_list_reject_known(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key) noexcept {
  give_kept(ctx, out, List(list, list_size), entry, [&](const Entry& one) { return !holds(one, key); });
}

void wend_fn_list_where(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key, const wend_slot* match) noexcept {
  give_kept(ctx, out, List(list, list_size), entry, [&](const Entry& one) { return matches(one, key, match); });
}

void wend_fn_list_reject(wend_ctx* ctx, wend_text* out, LIST, int64_t entry, int64_t key, const wend_slot* match) noexcept {
  give_kept(ctx, out, List(list, list_size), entry, [&](const Entry& one) { return !matches(one, key, match); });
}

int32_t wend_fn_list_find(wend_ctx*, wend_slot* out, LIST, int64_t entry, int64_t key, const wend_slot* match) noexcept {
  const List all(list, list_size);
  const int64_t index = index_of(all, key, match);
  return index < 0 ? 0 : give_entry(all, index, entry, out);
}

int32_t wend_fn_list_find_index(wend_ctx*, wend_slot* out, LIST, int64_t, int64_t key, const wend_slot* match) noexcept {
  out->integer = index_of(List(list, list_size), key, match);
  return out->integer >= 0;
}

int32_t wend_fn_list_has(wend_ctx*, LIST, int64_t, int64_t key, const wend_slot* match) noexcept {
  return index_of(List(list, list_size), key, match) >= 0;
}

int32_t wend_fn_list_sum(wend_ctx*, wend_slot* out, LIST, int64_t, int64_t key) noexcept {
  __int128 sum = 0;
  double numbers = 0;
  for (const Entry& one : List(list, list_size).entries) {
    const Cell cell = cell_of(one, key);
    if (!cell.known) continue;
    if (kind_of(key) == number) numbers = wend_fn_plus_number(nullptr, numbers, std::bit_cast<double>(cell.bits));
    else sum += static_cast<int64_t>(cell.bits);
  }
  if (kind_of(key) == number) out->number = numbers;
  else out->integer = sum > INT64_MAX ? INT64_MAX : sum < INT64_MIN ? INT64_MIN : static_cast<int64_t>(sum);
  return 1;
}

#undef LIST

}  // extern "C"
