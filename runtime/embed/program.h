// A program behind the C interface: made by whoever can load one (compiler/embed), read by the step.
#pragma once

#include <cstdint>
#include <memory>

#include "runtime/abi/module.h"
#include "runtime/embed/wend_embed.h"

struct wend_prog {
  std::shared_ptr<const wend::Module> module;
  uint64_t version = 0;                         // of the states it makes
  std::shared_ptr<const wend::Module> before;   // whose states it takes over; null: none
  uint64_t version_before = 0;
  std::shared_ptr<const void> source;           // what its maker needs for the next version
};
