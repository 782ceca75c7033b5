// Values that outlive the input they came with: copied out of slots, and viewed as slots again.
#pragma once

#include <bit>

#include "runtime/core/user_state.h"

namespace wend {

// A hash of the address that a channel reaches a user at; 0: none is known. (feedback.cpp)
uint32_t address_of(const Module& module, const Context& context, const uint8_t* record, uint32_t channel);

inline FixedValue fixed_of(bool known, const wend_slot& slot, ValueKind kind) {
  FixedValue fixed;
  fixed.known = known;
  if (!known) return fixed;
  if (held_as_bytes(kind)) fixed.text.assign(slot.size > 0 ? slot.data : "", slot.size > 0 ? static_cast<size_t>(slot.size) : 0);
  else if (kind == ValueKind::number) fixed.bits = std::bit_cast<int64_t>(slot.number + 0.0);   // so that -0 is 0
  else fixed.bits = slot.integer;
  return fixed;
}

inline FixedValue fixed_property(const ModuleEvent& declared, const wend_event& event, uint32_t property) {
  return fixed_of(event.known >> property & 1, event.slots[property], declared.properties[property].type.kind);
}

inline wend_slot slot_of(const FixedValue& value, ValueKind kind) {   // a view of `value`
  wend_slot slot{};
  slot.integer = value.bits;
  if (!held_as_bytes(kind)) return slot;
  slot.data = value.text.data();
  slot.size = static_cast<int64_t>(value.text.size());
  return slot;
}

inline OwnedValue owned_of(const FixedValue& value, ValueKind kind) {
  OwnedValue owned;
  owned.known = value.known;
  owned.text = value.text;
  if (kind == ValueKind::number) owned.number = std::bit_cast<double>(value.bits);
  else if (!held_as_bytes(kind)) owned.integer = value.bits;
  return owned;
}

}  // namespace wend
