#include "runtime/core/convert.h"

#include <algorithm>

#include "runtime/abi/lists.h"

namespace wend {
namespace {

bool is_list(ValueKind kind) { return kind == ValueKind::list || kind == ValueKind::set; }

int field_of(const ValueType& type, const std::string& name) {
  for (size_t i = 0; i < type.fields.size(); ++i)
    if (type.fields[i].name == name) return static_cast<int>(i);
  return -1;
}

bool convert_word(const ValueType& now, std::string_view word, wend_slot& value) {
  const auto found = std::find(now.words.begin(), now.words.end(), word);
  if (found == now.words.end()) return false;
  value = {};
  value.integer = found - now.words.begin();
  return true;
}

// Item by item; one that does not fit is left out.
bool convert_list(const ValueType& old, const ValueType& now, wend_slot& value, std::string& block) {
  const ListView list(value);
  ListBuilder made(now);
  for (uint32_t i = 0; i < list.count(); ++i) {
    std::vector<std::pair<uint32_t, wend_slot>> fields;
    bool fits = true;
    for (uint32_t f = 0; f < now.fields.size() && fits; ++f) {
      const int was = field_of(old, now.fields[f].name);
      wend_slot slot{};
      std::string none;   // items are not lists themselves
      const bool known = was >= 0 && list.field(i, static_cast<uint32_t>(was), old.fields[static_cast<size_t>(was)].type.kind, slot) &&
                         convert(old.fields[static_cast<size_t>(was)].type, now.fields[f].type, slot, none);
      if (known) fields.push_back({f, slot});
      else fits = now.fields[f].type.optional;
    }
    if (!fits) continue;
    made.begin_item();
    for (const auto& [field, slot] : fields) made.put(field, slot);
  }
  block = made.finish();
  value = {};
  value.data = block.data();
  value.size = static_cast<int64_t>(block.size());
  return true;
}

}  // namespace

bool same_type(const ValueType& a, const ValueType& b) {
  if (a.kind != b.kind || a.currency != b.currency || a.words != b.words || a.fields.size() != b.fields.size()) return false;
  for (size_t i = 0; i < a.fields.size(); ++i)
    if (a.fields[i].name != b.fields[i].name || a.fields[i].type.optional != b.fields[i].type.optional || !same_type(a.fields[i].type, b.fields[i].type)) return false;
  return true;
}

bool convertible(const ValueType& old, const ValueType& now) {
  if (is_list(old.kind) != is_list(now.kind)) return false;
  if (is_list(old.kind)) {
    return std::all_of(now.fields.begin(), now.fields.end(), [&](const ValueField& field) {
      const int was = field_of(old, field.name);
      return was < 0 ? field.type.optional : convertible(old.fields[static_cast<size_t>(was)].type, field.type) && (field.type.optional || !old.fields[static_cast<size_t>(was)].type.optional);
    });
  }
  const bool word = old.kind == ValueKind::one_of, to_word = now.kind == ValueKind::one_of;
  if (is_text(old.kind) || word) return now.kind == ValueKind::text || to_word || (old.kind == now.kind && !word);
  return (old.kind == now.kind && old.currency == now.currency) || (old.kind == ValueKind::integer && now.kind == ValueKind::number);
}

bool convert(const ValueType& old, const ValueType& now, wend_slot& value, std::string& block) {
  if (same_type(old, now)) return true;
  if (!convertible(old, now)) return false;
  if (is_list(old.kind)) return convert_list(old, now, value, block);
  if (old.kind == ValueKind::integer && now.kind == ValueKind::number) {
    const auto number = static_cast<double>(value.integer);
    value = {};
    value.number = number;
    return true;
  }
  if (old.kind == ValueKind::one_of) {
    const auto word = static_cast<size_t>(value.integer);
    if (word >= old.words.size()) return false;
    if (now.kind == ValueKind::one_of) return convert_word(now, old.words[word], value);
    value = {};
    value.data = old.words[word].data();
    value.size = static_cast<int64_t>(old.words[word].size());
    return true;
  }
  if (now.kind == ValueKind::one_of) return convert_word(now, {value.data, static_cast<size_t>(std::max<int64_t>(value.size, 0))}, value);
  return true;
}

}  // namespace wend
