// Plan -> LLVM IR. Emits functions of Plan::functions over the fixed-layout record, and nothing else: no address
// of this process, no interned id, no global state goes into the code, so that objects can be cached and shared.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "compiler/plan/plan.h"

namespace llvm {
class LLVMContext;
class Module;
}

namespace wend {

// Functions that are compiled together: [begin, end) of Plan::functions.
struct Bundle { uint32_t begin = 0, end = 0; };

// Large enough that a module's own cost does not count, small enough that one is soon compiled.
constexpr uint64_t kBundleWeight = 600;   // nodes of expressions and templates

inline Bundle whole(const Plan& plan) { return {0, static_cast<uint32_t>(plan.functions.size())}; }
// All functions, in their order; a bundle heavier than `weight_max` has one function. Equal plans give equal bundles.
std::vector<Bundle> bundles_of(const Plan& plan, uint64_t weight_max = kBundleWeight);

// Calls to other bundles' functions go by name.
std::unique_ptr<llvm::Module> generate(const Plan& plan, Bundle bundle, llvm::LLVMContext& context);
// Throws std::runtime_error where the code is not well-formed, which is a bug.
void verify(const llvm::Module& module);

}  // namespace wend
