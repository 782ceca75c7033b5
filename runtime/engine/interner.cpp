// Open addressing, linear probing; the tag spares nearly all comparisons of texts.
#include "runtime/engine/interner.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace wend {

Interner::Interner(size_t slots) : slots_(slots) {}

uint32_t Interner::intern(uint32_t kind, std::string_view text) {
  const uint64_t hash = XXH3_64bits_withSeed(text.data(), text.size(), kind);
  const uint32_t tag = static_cast<uint32_t>(hash >> 32);
  size_t at = hash & (slots_.size() - 1);
  for (; slots_[at].number != kFree; at = (at + 1) & (slots_.size() - 1)) {
    if (slots_[at].tag != tag) continue;
    const Entry& entry = entries_[slots_[at].number];
    if (entry.kind == kind && entry.text == text) return slots_[at].number;
  }
  const uint32_t number = static_cast<uint32_t>(entries_.size());
  slots_[at] = {tag, number};
  entries_.push_back({arena_.keep(text), kind});
  hashes_.push_back(hash);
  if (entries_.size() * 2 > slots_.size()) grow();
  return number;
}

void Interner::grow() {
  slots_.assign(slots_.size() * 2, Slot{});
  for (uint32_t number = 0; number < entries_.size(); ++number) {
    size_t at = hashes_[number] & (slots_.size() - 1);
    while (slots_[at].number != kFree) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {static_cast<uint32_t>(hashes_[number] >> 32), number};
  }
}

}  // namespace wend
