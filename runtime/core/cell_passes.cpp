// Tested by tests/unit/core.
#include "runtime/core/cell_passes.h"

namespace wend {

// One bit a pane, not all of them unset: how far the last that is set lies, then how many are alike in a row, and again. `begins_set`:
// the first is known to be set.
void Writing::runs(const uint64_t* words, uint32_t bits, bool begins_set) {
  uint32_t end = bits;
  while (end > 1 && !bit_at(words, end - 1)) --end;
  out_.index(end - 1, bits);
  if (!begins_set) out_.flag(bit_at(words, 0));
  Column set(2), unset(1);
  for (uint32_t at = 0; at < end;) {
    const bool is_set = bit_at(words, at);
    const uint32_t from = at;
    while (at < end && bit_at(words, at) == is_set) ++at;
    out_.number(at - from - 1, is_set ? set : unset);
  }
}

void Reading::runs(uint64_t* words, uint32_t bits, bool begins_set) {
  const uint64_t end = in_.index(bits) + 1;
  Column set(2), unset(1);
  bool is_set = begins_set || in_.flag();
  for (uint64_t at = 0; at < end && in_.good(); is_set = !is_set) {
    const uint64_t more = in_.number(is_set ? set : unset);
    if (!in_.check(more < end - at)) return;
    for (const uint64_t to = at + more + 1; at < to; ++at)
      if (is_set) words[at / 64] |= uint64_t{1} << (at % 64);
    in_.check(is_set || at < end);   // the last is set
  }
}

}  // namespace wend
