// One module, compiled and linked at once: batch code is neither kept nor shared.
#include "compiler/jit/batch.h"

#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>

#include "compiler/codegen/batch.h"
#include "compiler/jit/linker.h"
#include "compiler/jit/machine.h"

namespace wend {

std::shared_ptr<const BatchModule> compile_batch(const Program& program, const PopulationLayout& layout, std::vector<std::string>& missing) {
  llvm::LLVMContext context;
  llvm::Module module("wend_batch", context);
  const Machine machine(true);
  machine.prepare(module);
  BatchCode code = generate_batch(program, layout, module);
  missing = code.missing;
  if (!missing.empty()) return nullptr;
  machine.optimise(module);
  Object object{machine.object(module), code.functions};
  object.functions.insert(object.functions.end(), code.tests.begin(), code.tests.end());

  const auto linker = std::make_shared<Linker>();
  const Addresses addresses = linker->link({std::move(object)});
  auto batch = std::make_shared<BatchModule>(std::move(code.batch));
  for (const std::string& name : code.functions) batch->functions.push_back(reinterpret_cast<BatchFn>(addresses.at(name)));
  for (size_t i = 0; i < code.tests.size(); ++i) batch->tests[i].passes = reinterpret_cast<TextTestFn>(addresses.at(code.tests[i]));
  batch->code = linker;
  return batch;
}

std::string print_batch_llvm(const Program& program, const PopulationLayout& layout) {
  llvm::LLVMContext context;
  llvm::Module module("wend_batch", context);
  generate_batch(program, layout, module);
  std::string text;
  llvm::raw_string_ostream stream(text);
  module.print(stream, nullptr);
  return text;
}

}  // namespace wend
