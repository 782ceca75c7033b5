// How a function gives a text to native code: in the memory of the step, within the bounds of the field being rendered.
#pragma once

#include <cstring>
#include <string>
#include <string_view>

#include "runtime/abi/builtins.h"

namespace wend {

constexpr size_t kTextResultMax = size_t{1} << 16;

inline std::string_view view_of(const char* data, int64_t size) {
  return size > 0 ? std::string_view(data, static_cast<size_t>(size)) : std::string_view();
}

inline void give_text(wend_ctx* ctx, wend_text* out, std::string_view text) {
  size_t size = text.size();
  if (size > kTextResultMax) {   // cut before a character that would not be whole
    size = kTextResultMax;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0u) == 0x80u) --size;
  }
  if (!wend_ctx_grant(ctx, size)) size = 0;
  char* data = wend_ctx_alloc(ctx, size);
  if (size > 0) std::memcpy(data, text.data(), size);
  *out = {data, static_cast<int64_t>(size)};
}

}  // namespace wend
