// A program behind the C interface: made by whoever can load one (compiler/embed), read by the step.
#pragma once

#include <memory>

#include "runtime/abi/module.h"
#include "runtime/embed/wend_embed.h"

struct wend_prog {
  std::shared_ptr<const wend::Module> module;
};
