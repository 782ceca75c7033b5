// The part of a context that builtins ask for, with an instant of the test's choosing, in Stockholm.
#pragma once

#include <deque>
#include <string>

#include "runtime/abi/builtins.h"
#include "runtime/abi/zones.h"

namespace wend::builtins_test {

struct Step {
  const Zone* zone = find_zone("Europe/Stockholm");
  int64_t now_us;
  std::deque<std::string> memory;

  explicit Step(int64_t now = 1'771'329'600'000'000 /* 2026-02-17T12:00Z */) : now_us(now) {}
  wend_ctx* ctx() { return reinterpret_cast<wend_ctx*>(this); }
  static Step& of(wend_ctx* ctx) { return *reinterpret_cast<Step*>(ctx); }
};

inline std::string text(const wend_text& value) { return std::string(value.data, static_cast<size_t>(value.size)); }

}  // namespace wend::builtins_test
