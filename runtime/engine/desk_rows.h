// Pieces that the parts of a Desk share: keys of `meta`, numbers in keys, and what a store that cannot be read or written means.
// For desk*.cpp only.
#pragma once

#include <optional>
#include <string>

#include "runtime/engine/shard.h"
#include "runtime/store/keys.h"
#include "runtime/store/store.h"

namespace wend::desk {

inline const std::string kEpoch(kEpochKey), kHold(kHoldKeys), kErased(kErasedKeys), kErasureDue(kErasureDueKeys), kLast(kLastInstantKey), kMarkKey(kMarkKeyKey);
inline const std::string kSequence = "sequence", kPoison = "poison/", kUnknownUntil = "unknown until";
constexpr size_t kEntryHeader = 17;   // of log_row

inline std::string big_endian(uint64_t value) {
  std::string bytes;
  append_big_endian(bytes, value);
  return bytes;
}
inline std::string big_endian_signed(int64_t value) {
  std::string bytes;
  append_big_endian_signed(bytes, value);
  return bytes;
}

inline void check(const StoreFailure& failure) {
  if (failure) throw ShardFault{failure->text()};
}

inline std::optional<std::string> read(const StoreReader& store, const std::string& key) {
  std::optional<std::string> value;
  check(store.get(Space::meta, key, value));
  return value;
}

}  // namespace wend::desk
