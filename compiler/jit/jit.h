// LLVM IR -> machine code in this process: a plan's functions in bundles, each compiled on its own (one context and one target machine a
// thread), taken from the cache where the same was compiled before.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "compiler/codegen/codegen.h"
#include "compiler/jit/linker.h"
#include "compiler/plan/plan.h"

namespace wend {

class CodeCache;

// Loaded code; its functions live as long as it does.
class NativeCode {
 public:
  virtual ~NativeCode() = default;
  void* address(const std::string& function) const;   // null when there is no such function
  const Addresses& addresses() const { return addresses_; }

 protected:
  Addresses addresses_;
};

struct Compiling {
  std::shared_ptr<CodeCache> cache;         // null: none
  uint64_t bundle_weight = kBundleWeight;
};

// `optimised` false: O0, for the fastest start; true: O2. Throws std::runtime_error when LLVM fails, which is a bug.
std::shared_ptr<const NativeCode> compile_native(const Plan& plan, bool optimised, const Compiling& compiling = {});

// O0 at first, where the cache has nothing better, and O2 a bundle at a time, while others run it: what a function gives is the same
// before and after, and what was replaced stays as long as the rest.
class RisingCode : public NativeCode {
 public:
  // The next bundle; false: none is left. By one thread at a time. `stop` becomes true meanwhile: it ends soon, with nothing done.
  virtual bool rise(const std::atomic<bool>& stop) = 0;
  virtual bool risen() const = 0;   // none is left
};
std::shared_ptr<RisingCode> compile_rising(std::shared_ptr<const Plan> plan, const Compiling& compiling = {});

// The same code, rising by a thread of its own from `after_ms` on; that ends, at the latest, with the code.
std::shared_ptr<const NativeCode> rise_in_background(std::shared_ptr<RisingCode> code, int64_t after_ms);

std::string print_llvm(const Plan& plan, bool optimised);
std::string print_assembly(const Plan& plan);

}  // namespace wend
