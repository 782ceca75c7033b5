// Whether two stores hold the same.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "runtime/store/store.h"

namespace wend::disk {

using Rows = std::vector<std::pair<std::string, std::string>>;

// Without what is the store's own.
inline Rows rows_of(const StoreReader& store, Space space) {
  Rows rows;
  if (store.scan(space, {}, [&](std::string_view key, std::string_view value) {
        if (space != Space::meta || key.substr(0, kStoreKeys.size()) != kStoreKeys) rows.emplace_back(key, value);
        return true;
      })) rows.emplace_back("cannot", "be read");
  return rows;
}

// The name of one that differs, or "".
inline std::string differing_space(const StoreReader& a, const StoreReader& b) {
  for (size_t i = 0; i < kSpaces.size(); ++i)
    if (rows_of(a, static_cast<Space>(i)) != rows_of(b, static_cast<Space>(i))) return std::string(kSpaces[i].name);
  return {};
}

}  // namespace wend::disk
