// LLVM IR -> machine code in this process, through ORC. Objects are compiled here (one context and one target machine a call)
// and ORC only links and loads them; the code may name the symbols of jit/symbols.h and nothing else.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>

#include "compiler/plan/plan.h"

namespace wend {

// Loaded code; its functions live as long as it does.
class NativeCode {
 public:
  virtual ~NativeCode() = default;
  void* address(const std::string& function) const;   // null when there is no such function

 protected:
  std::unordered_map<std::string, void*> addresses_;
};

// `optimised` false: O0, for the fastest start. Throws std::runtime_error when LLVM fails, which is a bug.
std::shared_ptr<const NativeCode> compile_native(const Plan& plan, bool optimised);

std::string print_llvm(const Plan& plan, bool optimised);
std::string print_assembly(const Plan& plan);

}  // namespace wend
