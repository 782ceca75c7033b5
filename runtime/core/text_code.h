// Texts in packed users: names, words, addresses, ids. A byte takes as many bits as its frequency behind the one before it gives it (a
// prefix code, one for each kind of byte that can stand before), and a last code ends the text. The frequencies are fixed and part of the
// format: no dictionary has to be kept, and one user's bytes say nothing of another's.
#pragma once

#include <cstddef>
#include <string_view>

#include "runtime/core/bits.h"

namespace wend {

constexpr unsigned kShortestLetter = 2;   // bits

void write_text(BitWriter& out, std::string_view text);
// Writes into `out`, which has room for so many bytes, and gives how many. Fails where the text does not end, or is longer than that.
size_t read_text(BitReader& in, char* out, size_t room);

}  // namespace wend
