// This machine's code generator: IR to objects that can be loaded, and what such an object hangs on besides its IR. Each thread has its own.
#pragma once

#include <atomic>
#include <memory>
#include <string>

namespace llvm {
class Module;
class TargetMachine;
}

namespace wend {

class Machine {
 public:
  // `optimised` false: O0, for the fastest start; true: O2. Throws std::runtime_error where LLVM knows nothing of this machine.
  explicit Machine(bool optimised);
  ~Machine();

  void prepare(llvm::Module& module) const;   // comes first: told whose code it will be
  // Nothing at O0. Where `stop` becomes true meanwhile it ends soon, and the module is as good as before.
  void optimise(llvm::Module& module, const std::atomic<bool>* stop = nullptr) const;
  std::string object(llvm::Module& module) const;
  std::string assembly(llvm::Module& module) const;

 private:
  const bool optimised_;
  std::unique_ptr<llvm::TargetMachine> machine_;
};

void initialise_code_generator();   // once or more; ORC asks it what machine this is

// The processor, the build of LLVM and the build of this program: equal IR makes equal objects wherever this text is equal. Empty where
// it cannot be told; then no object may be kept.
const std::string& machine_identity();

}  // namespace wend
