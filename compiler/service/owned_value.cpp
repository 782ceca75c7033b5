// Everything but a list is held the same way on both sides.
#include "compiler/service/owned_value.h"

#include "runtime/abi/lists.h"
#include "runtime/core/user_state.h"

namespace wend {

OwnedValue owned_value(const Value& value, const ValueType& type) {
  if (!value.known || (type.kind != ValueKind::list && type.kind != ValueKind::set)) return {value.known, value.integer, value.number, value.text};
  ListBuilder list(type);
  const bool plain = type.fields.size() == 1 && type.fields[0].name.empty();
  for (const Value& item : value.items) {
    list.begin_item();
    for (uint32_t f = 0; f < type.fields.size(); ++f) {
      const Value& field = plain ? item : item.items[f];
      if (field.known) list.put(f, slot_of(owned_value(field, type.fields[f].type), type.fields[f].type.kind));
    }
  }
  return {true, 0, 0, list.finish()};
}

}  // namespace wend
