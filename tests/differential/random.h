// The generator's source of chance: the same numbers from the same seed on every machine.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wend::differential {

class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t next() {  // splitmix64
    uint64_t z = (state_ += 0x9e3779b97f4a7c15ull);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
  }
  int64_t between(int64_t low, int64_t high) { return low + static_cast<int64_t>(next() % static_cast<uint64_t>(high - low + 1)); }
  int64_t below(int64_t n) { return between(0, n - 1); }
  bool chance(int percent) { return between(0, 99) < percent; }
  template <class T>
  const T& pick(const std::vector<T>& list) { return list[static_cast<size_t>(between(0, static_cast<int64_t>(list.size()) - 1))]; }
  std::string word(const std::vector<std::string>& list) { return pick(list); }

 private:
  uint64_t state_;
};

}  // namespace wend::differential
