// Open addressing, as the interner.
#include "runtime/engine/duplicates.h"

#include <string>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "runtime/abi/zones.h"
#include "runtime/engine/profiles.h"

namespace wend {

Duplicates::Duplicates(int64_t within_us) : within_us_(within_us) {}

Duplicates::Entry* Duplicates::Table::find(uint64_t low, uint64_t high) {
  if (entries.empty()) return nullptr;
  size_t at = low & (entries.size() - 1);
  while ((entries[at].low | entries[at].high) != 0 && (entries[at].low != low || entries[at].high != high)) {
    at = (at + 1) & (entries.size() - 1);
  }
  return &entries[at];
}

void Duplicates::Table::add(const Entry& entry) {
  if ((used + 1) * 2 > entries.size()) {
    std::vector<Entry> old(entries.empty() ? 1024 : entries.size() * 2);
    old.swap(entries);
    for (const Entry& kept : old) if ((kept.low | kept.high) != 0) *find(kept.low, kept.high) = kept;
  }
  *find(entry.low, entry.high) = entry;
  ++used;
}

void Duplicates::Table::clear() {
  entries.clear();
  entries.shrink_to_fit();
  used = 0;
}

bool Duplicates::knows(uint32_t profile, std::string_view id, int64_t at_us) {
  if (id.empty() || within_us_ <= 0) return false;
  const XXH128_hash_t hash = XXH3_128bits_withSeed(id.data(), id.size(), profile);
  for (Table* table : {&present_, &before_}) {
    const Entry* found = table->find(hash.low64, hash.high64 | 1);
    if (found != nullptr && found->high != 0 && at_us - found->at < within_us_) return true;
  }
  return false;
}

void Duplicates::expect(uint32_t profile, std::string_view id) const {
  const XXH128_hash_t hash = XXH3_128bits_withSeed(id.data(), id.size(), profile);
  for (const Table* table : {&present_, &before_})
    if (!table->entries.empty()) __builtin_prefetch(&table->entries[hash.low64 & (table->entries.size() - 1)], 1);
}

bool Duplicates::seen(uint32_t profile, std::string_view id, int64_t at_us) {
  if (id.empty() || within_us_ <= 0) return false;
  const int64_t generation = floor_div(at_us, within_us_);
  if (generation != generation_) {
    std::swap(present_, before_);
    present_.clear();
    if (generation != generation_ + 1) before_.clear();
    generation_ = generation;
  }
  const XXH128_hash_t hash = XXH3_128bits_withSeed(id.data(), id.size(), profile);
  const Entry entry{hash.low64, hash.high64 | 1, at_us};
  for (Table* table : {&present_, &before_}) {
    Entry* found = table->find(entry.low, entry.high);
    if (found == nullptr || found->high == 0 || at_us - found->at >= within_us_) continue;
    return true;
  }
  if (Entry* old = present_.find(entry.low, entry.high); old != nullptr && old->high != 0) *old = entry;
  else present_.add(entry);
  return false;
}

bool is_duplicate(const Profiles& profiles, Duplicates& duplicates, uint32_t profile, std::string_view id, int64_t at_us) {
  for (const uint32_t part : profiles.parts(profile)) {
    if (duplicates.knows(part, id, at_us)) return true;
  }
  return duplicates.seen(profile, id, at_us);
}

}  // namespace wend
