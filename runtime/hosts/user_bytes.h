// What users take at rest, packed as runtime/core/codec.h does, and what for.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "runtime/core/codec.h"

namespace wend {

// In bytes. Who is not begun is no user.
struct UserBytes {
  uint64_t users = 0;
  double mean = 0;
  uint64_t p50 = 0, p99 = 0, max = 0;
  struct Part { std::string what; double mean = 0; };
  std::vector<Part> parts;           // what they are for, the dearest first; together the mean
};

// Of sorted values the one that so many hundredths lie within; nothing of none.
template <class T>
T percentile(const std::vector<T>& sorted, size_t hundredths) { return sorted.empty() ? T{} : sorted[std::min(sorted.size() - 1, sorted.size() * hundredths / 100)]; }

class UserBytesSum {
 public:
  void add(const Step& step, const UserState& user);
  UserBytes of(const Module& module);

 private:
  std::vector<uint64_t> sizes_;
  PackedParts parts_;
  std::string packed_;
};

// Lines for people: `bytes of a user at rest`, then what they are for.
std::string render_text(const UserBytes& bytes, uint64_t events);

}  // namespace wend
