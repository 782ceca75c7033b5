// A user as bytes: canonical (the same facts give the same bytes, whatever pool held the texts) and bound to one layout.
// A user packed and unpacked between inputs decides the same as one kept live.
//
// Bytes: u8 version, u32 of the layout's hash, u32 of the payload's, payload. Inside it numbers take as many bits as they need (bits.h),
// instants are distances in the coarsest unit that is exact (packing.h), texts take fewer bits the more usual their letters are
// (text_code.h), equal ones are written once, and what no window can see any more is left out.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "runtime/core/step.h"

namespace wend {

constexpr uint8_t kStateVersion = 4;

// Of all that decides how a user is packed: the module's layout, and every bound by which an index is written.
uint32_t packed_layout(const Module& module);

// Where the bits of packed users are, added up: by the module's cells, and in all else.
struct PackedParts {
  uint64_t profile = 0, states = 0, journeys = 0, rest = 0;   // journeys: with sends, those to come and those behind; rest: what every user has
  std::vector<uint64_t> cells;
};

// Replaces `out`. A fresh user is no bytes at all.
void pack(const Step& step, const UserState& user, std::string& out, PackedParts* parts = nullptr);

// Gives false, and leaves `out` alone, unless the bytes are whole, of this layout and version, and say nothing that the
// step could not have written. They are not trusted: every index, length and enumerator is checked.
bool unpack(const Step& step, std::span<const uint8_t> bytes, UserState& out);

}  // namespace wend
