// Records and the values in them. Tested by tests/unit/core.
#include "runtime/core/user_state.h"

#include <cstdlib>
#include <cstring>
#include <new>

namespace wend {
namespace {

template <class T>
T load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <class T>
void store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof value);
}

}  // namespace

OwnedRecord::OwnedRecord(const std::vector<uint8_t>& initial, const std::vector<ModuleCell>& cells) : cells_(&cells) {
  bytes_ = static_cast<uint8_t*>(std::malloc(initial.empty() ? 1 : initial.size()));
  if (!bytes_) throw std::bad_alloc();
  if (!initial.empty()) std::memcpy(bytes_, initial.data(), initial.size());
}

OwnedRecord::~OwnedRecord() {
  if (!bytes_) return;
  for (const ModuleCell& cell : *cells_) {
    if (is_block(cell.kind)) std::free(load<void*>(bytes_ + cell.offset));
  }
  std::free(bytes_);
}

size_t field_bytes(ValueKind kind) {
  switch (kind) {
    case ValueKind::boolean: case ValueKind::weekday: return 1;
    case ValueKind::one_of: return 2;
    case ValueKind::date: case ValueKind::timezone: case ValueKind::text: case ValueKind::html: case ValueKind::url:
    case ValueKind::email: case ValueKind::list: case ValueKind::set: return 4;
    default: return 8;
  }
}

bool is_present(const uint8_t* record, const Field& field) {
  if (field.presence < 0) return true;
  const auto bit = static_cast<uint32_t>(field.presence);
  return load<uint64_t>(record + bit / 64 * 8) >> (bit % 64) & 1;
}

namespace {
void set_present(uint8_t* record, const Field& field, bool present) {
  if (field.presence < 0) return;
  const auto bit = static_cast<uint32_t>(field.presence);
  uint8_t* word = record + bit / 64 * 8;
  const uint64_t mask = 1ull << (bit % 64);
  store<uint64_t>(word, present ? load<uint64_t>(word) | mask : load<uint64_t>(word) & ~mask);
}
}  // namespace

bool read_field(const uint8_t* record, const Field& field, ValueKind kind, const Context& context, wend_slot& out) {
  out.integer = 0;
  out.size = 0;
  if (!is_present(record, field)) return false;
  const uint8_t* at = record + field.offset;
  if (held_as_bytes(kind)) {
    const std::string_view text = context.texts.at(load<uint32_t>(at));
    out.data = text.data();
    out.size = static_cast<int64_t>(text.size());
  } else if (kind == ValueKind::date) {
    out.integer = load<int32_t>(at);
  } else {
    switch (field_bytes(kind)) {
      case 1: out.integer = *at; break;
      case 2: out.integer = load<uint16_t>(at); break;
      default: out.integer = load<int64_t>(at);   // a double by its bits
    }
  }
  return true;
}

void write_field(uint8_t* record, const Field& field, ValueKind kind, const wend_slot& value, Context& context) {
  uint8_t* at = record + field.offset;
  if (held_as_bytes(kind)) {
    const std::string_view text(value.size > 0 ? value.data : "", value.size > 0 ? static_cast<size_t>(value.size) : 0);
    store<uint32_t>(at, context.intern(text));
  } else {
    switch (field_bytes(kind)) {
      case 1: *at = static_cast<uint8_t>(value.integer); break;
      case 2: store<uint16_t>(at, static_cast<uint16_t>(value.integer)); break;
      case 4: store<int32_t>(at, static_cast<int32_t>(value.integer)); break;
      default: store<int64_t>(at, value.integer);
    }
  }
  set_present(record, field, true);
}

void clear_field(uint8_t* record, const Field& field) { set_present(record, field, false); }

wend_slot slot_of(const OwnedValue& value, ValueKind kind) {
  wend_slot slot{};
  if (held_as_bytes(kind)) {
    slot.data = value.text.data();
    slot.size = static_cast<int64_t>(value.text.size());
  } else if (kind == ValueKind::number) {
    slot.number = value.number;
  } else {
    slot.integer = value.integer;
  }
  return slot;
}

}  // namespace wend
