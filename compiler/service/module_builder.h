// Program + Plan + native code -> the Module the runtime works by.
#pragma once

#include <memory>

#include "compiler/jit/jit.h"
#include "compiler/plan/plan.h"
#include "runtime/abi/module.h"

namespace wend {

std::shared_ptr<const Module> build_module(const Plan& plan, std::shared_ptr<const NativeCode> code);

}  // namespace wend
