// Tested by tests/unit/diagnostics.
#include "runtime/abi/printable.h"

#include <cstdint>

#include "runtime/abi/utf8.h"

namespace wend {

namespace {

// C0 and C1 controls, line separators, and the characters that turn the direction of text around.
bool misleads(uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const Scalar scalar = read_scalar(text, at);
    at += scalar.size;
    const bool blank = scalar.value == '\t' || scalar.value == '\n';
    append_scalar(out, blank ? ' ' : misleads(scalar.value) ? kReplacement : scalar.value);
  }
  return out;
}

}  // namespace wend
