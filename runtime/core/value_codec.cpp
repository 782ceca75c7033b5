// Tested by tests/unit/core.
#include "runtime/core/value_codec.h"

#include "runtime/abi/lists.h"
#include "runtime/core/zone_codes.h"

namespace wend {
namespace {

constexpr unsigned kDateOrder = 13;

bool is_list(ValueKind kind) { return kind == ValueKind::list || kind == ValueKind::set; }

// How many, then each item: which fields are known, where one may lack, and those.
void pack_list(PackWriter& out, const ValueType& type, const wend_slot& value) {
  const ListView list(value);
  out.number(list.count(), kSome);
  for (uint32_t i = 0; i < list.count(); ++i) {
    wend_slot slot;
    for (uint32_t f = 0; f < type.fields.size(); ++f) {
      const ValueType& of = type.fields[f].type;
      const bool known = list.field(i, f, of.kind, slot);
      if (of.optional) out.flag(known);
      if (known) pack_value(out, of, slot);
    }
  }
}

std::string unpack_list(PackReader& in, const ValueType& type) {
  ListBuilder list(type);
  for (uint64_t left = in.below(uint64_t{kListEntriesKept} + 1, kSome); left > 0 && in.good(); --left) {
    list.begin_item();
    std::string none;   // items are not lists themselves
    for (uint32_t f = 0; f < type.fields.size() && in.good(); ++f) {
      const ValueType& of = type.fields[f].type;
      if (!of.optional || in.flag()) list.put(f, unpack_value(in, of, none));
    }
  }
  if (!in.good()) return {};
  std::string block = list.finish();
  in.check(list.as_given());
  return block;
}

void pack_zone(PackWriter& out, std::string_view name) {
  const int number = zone_number(name);
  out.flag(number >= 0);
  if (number >= 0) out.bits(static_cast<uint64_t>(number), kZoneBits);
  else out.shared_text(name);
}

std::string_view unpack_zone(PackReader& in) {
  if (in.flag()) {
    const std::string_view name = zone_of_number(in.bits(kZoneBits));
    in.check(!name.empty());
    return name;
  }
  const std::string_view name = in.shared_text();
  in.check(zone_number(name) < 0);
  return name;
}

}  // namespace

void pack_value(PackWriter& out, const ValueType& type, const wend_slot& value) {
  if (is_list(type.kind)) return pack_list(out, type, value);
  if (type.kind == ValueKind::timezone) return pack_zone(out, {value.data, static_cast<size_t>(value.size)});
  if (held_as_bytes(type.kind)) return out.shared_text({value.data, static_cast<size_t>(value.size)});
  switch (type.kind) {
    case ValueKind::number: return out.real(value.number);
    case ValueKind::time: return out.behind(value.integer, out.now);
    case ValueKind::boolean: return out.flag(value.integer != 0);
    case ValueKind::weekday: return out.index(static_cast<uint64_t>(value.integer), 7);
    case ValueKind::one_of: return out.index(static_cast<uint64_t>(value.integer), type.words.size());
    case ValueKind::date: return out.integer(value.integer, kDateOrder);
    case ValueKind::money: case ValueKind::duration: case ValueKind::percent: case ValueKind::time_of_day: return out.amount(value.integer);
    default: return out.integer(value.integer, kAmountOrder);
  }
}

wend_slot unpack_value(PackReader& in, const ValueType& type, std::string& block) {
  wend_slot value{};
  if (is_list(type.kind)) {
    block = unpack_list(in, type);
    value.data = block.data();
    value.size = static_cast<int64_t>(block.size());
    return value;
  }
  if (held_as_bytes(type.kind)) {
    const std::string_view text = type.kind == ValueKind::timezone ? unpack_zone(in) : in.shared_text();
    value.data = text.data();
    value.size = static_cast<int64_t>(text.size());
    return value;
  }
  switch (type.kind) {
    case ValueKind::number: value.number = in.real(); break;
    case ValueKind::time: value.integer = in.any_behind(in.now); break;
    case ValueKind::boolean: value.integer = in.flag(); break;
    case ValueKind::weekday: value.integer = static_cast<int64_t>(in.index(7)); break;
    case ValueKind::one_of: value.integer = static_cast<int64_t>(in.index(type.words.size())); break;
    case ValueKind::date: value.integer = in.integer_in(INT32_MIN, INT32_MAX, kDateOrder); break;
    case ValueKind::money: case ValueKind::duration: case ValueKind::percent: case ValueKind::time_of_day: value.integer = in.amount(); break;
    default: value.integer = in.integer(kAmountOrder);
  }
  return value;
}

}  // namespace wend
