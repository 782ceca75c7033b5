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


inline std::optional<std::string> read(const StoreReader& store, const std::string& key) {
  std::optional<std::string> value;
  throw_if(store.get(Space::meta, key, value));
  return value;
}

}  // namespace wend::desk
