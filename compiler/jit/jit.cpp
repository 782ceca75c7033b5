// The one file that includes ORC and the pass builder: their headers take seconds to compile.
#include "compiler/jit/jit.h"

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>

#include <stdexcept>

#include "compiler/codegen/codegen.h"
#include "compiler/diagnostics/codes.h"
#include "compiler/jit/symbols.h"

namespace wend {

void* NativeCode::address(const std::string& function) const {
  auto it = addresses_.find(function);
  return it == addresses_.end() ? nullptr : it->second;
}

namespace {

[[noreturn]] void fail(const char* what, llvm::Error error) {
  throw std::runtime_error(std::string(what) + ": " + llvm::toString(std::move(error)));
}

template <class T>
T take(const char* what, llvm::Expected<T> expected) {
  if (!expected) fail(what, expected.takeError());
  return std::move(*expected);
}

void initialise() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

std::unique_ptr<llvm::TargetMachine> target_machine(bool optimised) {
  initialise();
  const std::string triple = llvm::sys::getProcessTriple();
  std::string problem;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, problem);
  if (!target) throw std::runtime_error("no code generator for this machine: " + problem);
  std::string features;
  for (const auto& feature : llvm::sys::getHostCPUFeatures())
    features += (features.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;   // one meaning everywhere: no fused multiply-add
  return std::unique_ptr<llvm::TargetMachine>(
      target->createTargetMachine(triple, llvm::sys::getHostCPUName(), features, options, llvm::Reloc::PIC_, std::nullopt,
                                  optimised ? llvm::CodeGenOptLevel::Default : llvm::CodeGenOptLevel::None, true));
}

// Real branches are kept: a first test that fails for most users must spare the others.
void optimise(llvm::Module& module, llvm::TargetMachine& machine) {
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  llvm::PassBuilder builder(&machine, tuning);
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager graph;
  llvm::ModuleAnalysisManager modules;
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(graph);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, graph, modules);
  builder.buildPerModuleDefaultPipeline(llvm::OptimizationLevel::O2).run(module, modules);
}

llvm::SmallVector<char, 0> emit_file(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type)) throw std::runtime_error("this machine's code generator writes no such file");
  passes.run(module);
  return bytes;
}

struct Generated {
  llvm::LLVMContext context;
  std::unique_ptr<llvm::TargetMachine> machine;
  std::unique_ptr<llvm::Module> module;
};

std::unique_ptr<Generated> generate_for_host(const Plan& plan, bool optimised) {
  auto generated = std::make_unique<Generated>();
  generated->machine = target_machine(optimised);
  generated->module = generate(plan, generated->context);
  generated->module->setTargetTriple(generated->machine->getTargetTriple().str());
  generated->module->setDataLayout(generated->machine->createDataLayout());
  if (optimised) optimise(*generated->module, *generated->machine);
  return generated;
}

class LoadedCode : public NativeCode {
 public:
  LoadedCode(const Plan& plan, llvm::SmallVector<char, 0> object) {
    jit_ = take("starting the linker", llvm::orc::LLJITBuilder().create());
    llvm::orc::ExecutionSession& session = jit_->getExecutionSession();
    llvm::orc::JITDylib& runtime = session.createBareJITDylib("runtime");
    llvm::orc::JITDylib& program = session.createBareJITDylib("program");
    llvm::orc::SymbolMap symbols;
    for (const auto& [name, address] : runtime_symbols())
      symbols[jit_->mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(address), llvm::JITSymbolFlags::Exported | llvm::JITSymbolFlags::Callable};
    if (auto error = runtime.define(llvm::orc::absoluteSymbols(std::move(symbols)))) fail("naming the runtime's functions", std::move(error));
    program.addToLinkOrder(runtime);
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(llvm::StringRef(object.data(), object.size()), "wend");
    if (auto error = jit_->addObjectFile(program, std::move(buffer))) fail("loading the code", std::move(error));
    llvm::orc::SymbolLookupSet wanted;
    for (const PlanFunction& function : plan.functions) wanted.add(jit_->mangleAndIntern(function.name));
    auto found = take("linking the code", session.lookup({{&program, llvm::orc::JITDylibLookupFlags::MatchAllSymbols}}, std::move(wanted)));
    for (const PlanFunction& function : plan.functions)
      addresses_[function.name] = found[jit_->mangleAndIntern(function.name)].getAddress().toPtr<void*>();
  }

 private:
  std::unique_ptr<llvm::orc::LLJIT> jit_;
};

}  // namespace

std::shared_ptr<const NativeCode> compile_native(const Plan& plan, bool optimised) {
  llvm::SmallVector<char, 0> object;
  {
    std::unique_ptr<Generated> generated = generate_for_host(plan, optimised);
    object = emit_file(*generated->module, *generated->machine, llvm::CodeGenFileType::ObjectFile);
  }   // context and module are gone before anything is loaded
  initialise();
  return std::make_shared<LoadedCode>(plan, std::move(object));
}

std::string print_llvm(const Plan& plan, bool optimised) {
  std::unique_ptr<Generated> generated = generate_for_host(plan, optimised);
  // The machine's own lines would differ from place to place.
  generated->module->setTargetTriple("");
  std::string text;
  llvm::raw_string_ostream stream(text);
  generated->module->print(stream, nullptr);
  return text;
}

std::string print_assembly(const Plan& plan) {
  std::unique_ptr<Generated> generated = generate_for_host(plan, true);
  llvm::SmallVector<char, 0> bytes = emit_file(*generated->module, *generated->machine, llvm::CodeGenFileType::AssemblyFile);
  return std::string(bytes.data(), bytes.size());
}

}  // namespace wend
