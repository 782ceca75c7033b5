// The frames in which inputs and results of the embedded step travel: one block of bytes each, that any language can make and
// read. README.md has the layout. Reading trusts nothing: every length is checked, and all but the states, which have sums of
// their own, stands under one. Tested by tests/unit/embed.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace wend {

constexpr uint32_t kFrameHeaderBytes = 40;
constexpr uint32_t kFrameBytesMax = 64 << 20;
constexpr int64_t kFrameEarliest = 0, kFrameLatest = 4'102'444'800'000'000 - 1;   // 1970 to 2099: a wrong clock must not run for centuries

enum class InputKind : uint16_t { wake = 0, event = 1, merge = 2 };

struct InputFrame {
  InputKind kind = InputKind::wake;
  int64_t at = 0;
  std::string_view line;
  std::span<const uint8_t> state, other;
};

// False: these bytes are no frame, or of another version.
bool read_input(std::span<const uint8_t> bytes, InputFrame& frame);
// The bytes it takes; written when `out` has room for them. More than kFrameBytesMax: it cannot be written.
uint64_t write_input(const InputFrame& frame, std::span<uint8_t> out);

struct ResultFrame {
  int64_t next_due = 0;
  uint32_t count = 0;
  std::span<const uint8_t> decisions;   // each u32 length, then its line
  std::span<const uint8_t> state;
};
bool read_result(std::span<const uint8_t> bytes, ResultFrame& frame);
uint64_t write_result(const ResultFrame& frame, std::span<uint8_t> out);

}  // namespace wend
