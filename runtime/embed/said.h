// Words for a caller in C.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace wend {

// Cut to fit, a zero behind; nothing where there is no room for that.
inline void say(std::string_view words, char* said, uint32_t cap) {
  if (!said || cap == 0) return;
  const size_t size = std::min<size_t>(words.size(), cap - 1);
  if (size > 0) std::memcpy(said, words.data(), size);
  said[size] = 0;
}

}  // namespace wend
