// Where a table has something of a name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wend {

// -1: nowhere.
template <class List>
int32_t index_of(const List& list, std::string_view name) {
  for (size_t i = 0; i < list.size(); ++i) if (list[i].name == name) return static_cast<int32_t>(i);
  return -1;
}

}  // namespace wend
