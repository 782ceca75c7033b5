// Blocks of lists and sets.
#include "runtime/abi/lists.h"

#include <algorithm>
#include <bit>

namespace wend {
namespace {

void append64(std::string& out, uint64_t word) { out.append(reinterpret_cast<const char*>(&word), sizeof word); }
void append32(std::string& out, uint32_t word) { out.append(reinterpret_cast<const char*>(&word), sizeof word); }

}  // namespace

bool ListView::field(uint32_t item, uint32_t field, ValueKind kind, wend_slot& out) const {
  out = wend_slot{};
  const size_t begin = kListHeaderBytes + item * list_item_bytes(fields());
  if (!(word64(begin) >> field & 1)) return false;
  const size_t at = begin + kListKnownBytes + field * kListFieldBytes;
  out.integer = static_cast<int64_t>(word64(at));
  if (!held_as_bytes(kind)) return true;
  out.data = data_ + word64(at);
  out.size = static_cast<int64_t>(word64(at + 8));
  return true;
}

void ListBuilder::begin_item() { items_.emplace_back(type_.fields.size()); }

void ListBuilder::put(uint32_t field, const wend_slot& value) {
  Cell& cell = items_.back()[field];
  cell.known = true;
  if (held_as_bytes(type_.fields[field].type.kind)) cell.text.assign(value.size > 0 ? value.data : "", static_cast<size_t>(value.size));
  else cell.slot.integer = value.integer;
}

// The first different values are those that are kept.
void ListBuilder::make_set() {
  const bool text = held_as_bytes(type_.fields[0].type.kind), number = type_.fields[0].type.kind == ValueKind::number;
  const auto before = [&](const std::vector<Cell>& a, const std::vector<Cell>& b) {
    if (text) return a[0].text < b[0].text;
    if (number) return std::bit_cast<double>(a[0].slot.integer) < std::bit_cast<double>(b[0].slot.integer);
    return a[0].slot.integer < b[0].slot.integer;
  };
  std::vector<std::vector<Cell>> kept;
  for (std::vector<Cell>& item : items_) {
    const auto place = std::lower_bound(kept.begin(), kept.end(), item, before);
    as_given_ &= place == kept.end() && kept.size() < kListEntriesKept;
    if (place != kept.end() && !before(item, *place)) continue;
    if (kept.size() == kListEntriesKept) ++dropped_;
    else kept.insert(place, std::move(item));
  }
  items_ = std::move(kept);
}

std::string ListBuilder::finish() {
  if (type_.kind == ValueKind::set) make_set();
  if (items_.size() > kListEntriesKept) {
    dropped_ += items_.size() - kListEntriesKept;
    items_.resize(kListEntriesKept);
  }
  if (items_.empty()) return {};
  const size_t fields = type_.fields.size();
  std::string out, texts;
  append32(out, static_cast<uint32_t>(items_.size()));
  append32(out, static_cast<uint32_t>(fields));
  const size_t texts_at = kListHeaderBytes + items_.size() * list_item_bytes(fields);
  for (const std::vector<Cell>& item : items_) {
    uint64_t known = 0;
    for (size_t f = 0; f < fields; ++f) known |= static_cast<uint64_t>(item[f].known) << f;
    append64(out, known);
    for (size_t f = 0; f < fields; ++f) {
      const bool text = item[f].known && held_as_bytes(type_.fields[f].type.kind);
      append64(out, text ? texts_at + texts.size() : static_cast<uint64_t>(item[f].slot.integer));
      append64(out, text ? item[f].text.size() : 0);
      if (text) texts += item[f].text;
    }
  }
  return out + texts;
}

}  // namespace wend

extern "C" {

int64_t wend_list_count(const char* list, int64_t size) { return wend::ListView(list, size).count(); }

int32_t wend_list_contains_value(const char* list, int64_t size, int64_t value, int32_t number) {
  const wend::ListView view(list, size);
  for (uint32_t i = 0; i < view.count(); ++i) {
    wend_slot item;
    view.field(i, 0, wend::ValueKind::integer, item);
    if (number ? std::bit_cast<double>(item.integer) == std::bit_cast<double>(value) : item.integer == value) return 1;
  }
  return 0;
}

int32_t wend_list_contains_text(const char* list, int64_t size, const char* text, int64_t text_size) {
  const wend::ListView view(list, size);
  for (uint32_t i = 0; i < view.count(); ++i) {
    wend_slot item;
    view.field(i, 0, wend::ValueKind::text, item);
    if (item.size == text_size && (text_size == 0 || std::memcmp(item.data, text, static_cast<size_t>(text_size)) == 0)) return 1;
  }
  return 0;
}

}
