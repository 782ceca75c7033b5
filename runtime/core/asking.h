// What an input must ask: of all conditions of a program the few that it may turn. An input touches events, attributes, states and
// baselines; a condition that reads none of them, and whose next change by time has not come, is what it was. So an input costs what it
// touches, not what there is. Worked out once from Module's `reads`.
//
// Numbered here: watches, then states blocks (those evaluated continuously), then clocks (those whose date can move).
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

#include "runtime/abi/module.h"

namespace wend {

// Sets of numbers below a fixed bound, as words.
using Bits = std::vector<uint64_t>;
inline Bits bits_for(size_t bound) { return Bits((bound + 63) / 64); }
inline void set_bit(Bits& bits, uint32_t bit) { bits[bit / 64] |= 1ull << (bit % 64); }
inline bool has_bit(const Bits& bits, uint32_t bit) { return bits[bit / 64] >> (bit % 64) & 1; }
inline void add_bits(Bits& to, const Bits& bits) {
  for (size_t i = 0, words = to.size(); i < words; ++i) to[i] |= bits[i];
}
inline bool any_from(const Bits& bits, uint32_t from) {
  for (size_t word = from / 64; word < bits.size(); ++word) {
    if (word == from / 64 ? bits[word] >> (from % 64) : bits[word]) return true;
  }
  return false;
}
template <class Visit>   // in order, those below `below`
void each_bit(const Bits& bits, uint32_t below, Visit visit) {
  for (uint32_t word = 0; word * 64 < below; ++word)
    for (uint64_t left = bits[word]; left != 0; left &= left - 1) {
      const uint32_t bit = word * 64 + static_cast<uint32_t>(std::countr_zero(left));
      if (bit >= below) return;
      visit(bit);
    }
}

struct Asking {
  explicit Asking(const Module& module);

  uint32_t watches = 0, blocks = 0, clocks = 0;
  uint32_t size() const { return watches + blocks + clocks; }
  uint32_t block(uint32_t states) const { return watches + states; }
  uint32_t clock(uint32_t index) const { return watches + blocks + index; }

  std::vector<Bits> by_event, by_attribute, by_states;
  Bits by_baselines, always, all;
  Bits watching;                   // the numbers of watches

  // Journeys that an input may let in: by the event, by a block that moved, by a watch that fired, by a clock that rang; and those
  // with a `stays`, which time lets in.
  std::vector<Bits> entered_by_event, entered_by_states;
  std::vector<std::vector<uint32_t>> entered_by_watch, entered_by_clock;
  Bits entered_by_stays;

  std::vector<std::vector<uint32_t>> signals_of;   // by event: those it opens, raises or follows, in order
  std::vector<bool> calm;                          // by event: it does nothing but what measures and conditions make of it
};

}  // namespace wend
