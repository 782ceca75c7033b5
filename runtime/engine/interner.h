// Texts of a few kinds to dense numbers, and back: the identities of users. Built for many millions of short texts.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "runtime/engine/arena.h"

namespace wend {

class Interner {
 public:
  explicit Interner(size_t slots = 64);   // a power of two
  // The number of (kind, text), counted from 0 in the order of first sight.
  uint32_t intern(uint32_t kind, std::string_view text);
  std::string_view text(uint32_t number) const { return entries_[number].text; }
  uint32_t kind(uint32_t number) const { return entries_[number].kind; }
  size_t size() const { return entries_.size(); }

 private:
  static constexpr uint32_t kFree = 0xffffffffu;
  struct Entry { std::string_view text; uint32_t kind; };
  struct Slot { uint32_t tag = 0; uint32_t number = kFree; };   // tag: further bits of the hash
  void grow();

  std::vector<Entry> entries_;
  std::vector<uint64_t> hashes_;
  std::vector<Slot> slots_;   // a power of two, at most half full
  Arena arena_;
};

}  // namespace wend
