// Plan -> LLVM IR. Emits every function of Plan::functions over the fixed-layout record, and nothing else: no address
// of this process, no interned id, no global state goes into the code, so that objects can be cached and shared.
#pragma once

#include <memory>

#include "compiler/plan/plan.h"

namespace llvm {
class LLVMContext;
class Module;
}

namespace wend {

std::unique_ptr<llvm::Module> generate(const Plan& plan, llvm::LLVMContext& context);

}  // namespace wend
