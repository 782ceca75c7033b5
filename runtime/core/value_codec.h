// Single values and the fields of a record as bits; the inner part of the codec.
#pragma once

#include <string>

#include "runtime/core/packing.h"
#include "runtime/core/user_state.h"

namespace wend {

// One value by its type. A read value has passed the checks that keep native code safe; its text is a view of what `in` has read,
// its list one of `block`.
void pack_value(PackWriter& out, const ValueType& type, const wend_slot& value);
wend_slot unpack_value(PackReader& in, const ValueType& type, std::string& block);

// Attributes or an entry's properties: of each whether it is known, where it may not be, and its value.
template <class Fields>   // ModuleAttribute or ModuleEntryProperty
void pack_fields(PackWriter& out, const Context& context, const Fields& fields, const uint8_t* record) {
  for (const auto& one : fields) {
    wend_slot value{};
    const bool known = read_field(record, one.field, one.type.kind, context, value);
    if (one.field.presence >= 0) out.flag(known);
    if (known) pack_value(out, one.type, value);
  }
}
// `record` is fresh: what is not known is no more than cleared.
template <class Fields>
void unpack_fields(PackReader& in, Context& context, const Fields& fields, uint8_t* record) {
  std::string block;
  for (const auto& one : fields) {
    if (one.field.presence >= 0 && !in.flag()) {
      clear_field(record, one.field);
      continue;
    }
    const wend_slot value = unpack_value(in, one.type, block);
    if (!in.good()) return;
    write_field(record, one.field, one.type.kind, value, context);
  }
}
}  // namespace wend
