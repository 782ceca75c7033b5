// A list or a set as one value: a block of bytes that native code, the codec, templates and hosts read alike. Equal
// values are equal bytes, so that a block is kept, compared and copied as a text is. The empty list is the empty block.
//
//   block := u32 count | u32 fields | count × item | the bytes of its texts
//   item  := u64 known (bit i: field i) | fields × { u64 value; u64 size }
//
// A list of plain values has one field. A field is as in wend_slot; of texts the value is the place of the bytes, from the
// block's first byte. What is unknown is zero. Little-endian; a block may lie at any address. Tested by
// tests/unit/runtime_builtins.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/abi/module.h"
#include "runtime/abi/value.h"

namespace wend {

constexpr size_t kListEntriesKept = 50;   // of a list or a set; what comes behind is dropped
constexpr size_t kListHeaderBytes = 8, kListKnownBytes = 8, kListFieldBytes = 16;
inline size_t list_item_bytes(size_t fields) { return kListKnownBytes + fields * kListFieldBytes; }

// Reads a block made by ListBuilder.
class ListView {
 public:
  ListView(const char* data, int64_t size) : data_(size > 0 ? data : nullptr) {}
  explicit ListView(const wend_slot& slot) : ListView(slot.data, slot.size) {}

  uint32_t count() const { return data_ ? word32(0) : 0; }
  uint32_t fields() const { return data_ ? word32(4) : 0; }
  // False: unknown. Texts are views of the block.
  bool field(uint32_t item, uint32_t field, ValueKind kind, wend_slot& out) const;

 private:
  uint32_t word32(size_t at) const { uint32_t w; std::memcpy(&w, data_ + at, sizeof w); return w; }
  uint64_t word64(size_t at) const { uint64_t w; std::memcpy(&w, data_ + at, sizeof w); return w; }
  const char* data_;
};

// Makes a block item by item. A set is sorted by value, each value once; of both at most kListEntriesKept are kept.
class ListBuilder {
 public:
  explicit ListBuilder(const ValueType& type) : type_(type) {}
  void begin_item();
  void put(uint32_t field, const wend_slot& value);   // of the item begun last
  std::string finish();
  uint64_t dropped() const { return dropped_; }       // items behind the most that are kept; known after finish()
  bool as_given() const { return as_given_; }         // no item of a set was moved or dropped; likewise

 private:
  struct Cell { bool known = false; wend_slot slot{}; std::string text; };
  void make_set();
  const ValueType& type_;
  std::vector<std::vector<Cell>> items_;
  uint64_t dropped_ = 0;
  bool as_given_ = true;
};

}  // namespace wend

extern "C" {
int64_t wend_list_count(const char* list, int64_t size);
// `value`: the bits of a number, or any other plain value; texts by `text`.
int32_t wend_list_contains_value(const char* list, int64_t size, int64_t value, int32_t number);
int32_t wend_list_contains_text(const char* list, int64_t size, const char* text, int64_t text_size);
}
