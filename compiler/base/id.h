// Typed ids: a 32-bit index into one table of a Program or a Plan. Two kinds of id never mix by accident.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

namespace wend {

template <class Tag>
struct Id {
  static constexpr uint32_t kNone = 0xffffffffu;
  uint32_t value = kNone;

  constexpr Id() = default;
  constexpr explicit Id(size_t index) : value(static_cast<uint32_t>(index)) {}
  constexpr bool valid() const { return value != kNone; }
  constexpr size_t index() const { return value; }
  constexpr auto operator<=>(const Id&) const = default;
};

}  // namespace wend
