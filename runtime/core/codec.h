// A user as bytes: canonical (the same facts give the same bytes, whatever pool held the texts) and bound to one layout.
// A user packed and unpacked between inputs decides the same as one kept live.
//
// Bytes: "WEND", u16 version, u16 zero, u64 layout hash, u32 payload length, u64 XXH3-64 of the payload, payload. All
// integers little-endian; inside the payload they are varints, instants relative to the user's `now`.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "runtime/core/step.h"

namespace wend {

constexpr uint16_t kStateVersion = 2;

// Replaces `out`. A fresh user is no bytes at all.
void pack(const Step& step, const UserState& user, std::string& out);

// Gives false, and leaves `out` alone, unless the bytes are whole, of this layout and version, and say nothing that the
// step could not have written. They are not trusted: every index, length and enumerator is checked.
bool unpack(const Step& step, std::span<const uint8_t> bytes, UserState& out);

}  // namespace wend
