// The one file that includes the pass builder: its headers take seconds to compile.
#include "compiler/jit/machine.h"

#include <elf.h>
#include <link.h>

#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>

#include <stdexcept>
#include <string_view>

namespace wend {
namespace {

const std::string& features() {
  static const std::string text = [] {
    std::string all;
    for (const auto& feature : llvm::sys::getHostCPUFeatures())
      all += (all.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
    return all;
  }();
  return text;
}

std::string emit_file(llvm::Module& module, llvm::TargetMachine& machine, llvm::CodeGenFileType type) {
  llvm::SmallVector<char, 0> bytes;
  llvm::raw_svector_ostream stream(bytes);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, type)) throw std::runtime_error("this machine's code generator writes no such file");
  passes.run(module);
  return std::string(bytes.data(), bytes.size());
}

// ---- builds

struct Wanted { uintptr_t address; std::string build; };

// Of the loaded object the address lies in: the number its linker gave it, a hash of all that is in it.
int look_into(dl_phdr_info* object, size_t, void* data) {
  Wanted& wanted = *static_cast<Wanted*>(data);
  const auto each = [&](auto visit) {
    for (int i = 0; i < object->dlpi_phnum; ++i) visit(object->dlpi_phdr[i]);
  };
  bool inside = false;
  each([&](const ElfW(Phdr)& part) {
    const uintptr_t begin = object->dlpi_addr + part.p_vaddr;
    inside |= part.p_type == PT_LOAD && wanted.address >= begin && wanted.address - begin < part.p_memsz;
  });
  if (!inside) return 0;
  each([&](const ElfW(Phdr)& part) {
    if (part.p_type != PT_NOTE) return;
    const auto padded = [](size_t size) { return (size + 3) / 4 * 4; };
    std::string_view notes(reinterpret_cast<const char*>(object->dlpi_addr + part.p_vaddr), part.p_memsz);
    while (notes.size() >= sizeof(ElfW(Nhdr))) {
      const auto& note = *reinterpret_cast<const ElfW(Nhdr)*>(notes.data());
      const size_t name = sizeof note, text = name + padded(note.n_namesz), end = text + padded(note.n_descsz);
      if (end > notes.size()) return;
      if (note.n_type == NT_GNU_BUILD_ID && notes.substr(name, note.n_namesz) == std::string_view("GNU", 4)) wanted.build = notes.substr(text, note.n_descsz);
      notes.remove_prefix(end);
    }
  });
  return 1;
}

template <class Function>
std::string build_of(Function* inside) {
  Wanted wanted{reinterpret_cast<uintptr_t>(inside), ""};
  ::dl_iterate_phdr(look_into, &wanted);
  return wanted.build;
}

}  // namespace

void initialise_code_generator() {
  static const bool done = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  (void)done;
}

Machine::Machine(bool optimised) : optimised_(optimised) {
  initialise_code_generator();
  const std::string triple = llvm::sys::getProcessTriple();
  std::string problem;
  const llvm::Target* target = llvm::TargetRegistry::lookupTarget(triple, problem);
  if (!target) throw std::runtime_error("no code generator for this machine: " + problem);
  llvm::TargetOptions options;
  options.AllowFPOpFusion = llvm::FPOpFusion::Strict;   // one meaning everywhere: no fused multiply-add
  machine_.reset(target->createTargetMachine(triple, llvm::sys::getHostCPUName(), features(), options, llvm::Reloc::PIC_, std::nullopt,
                                             optimised ? llvm::CodeGenOptLevel::Default : llvm::CodeGenOptLevel::None, true));
}

Machine::~Machine() = default;

void Machine::prepare(llvm::Module& module) const {
  module.setTargetTriple(machine_->getTargetTriple().str());
  module.setDataLayout(machine_->createDataLayout());
}

// Real branches are kept: a first test that fails for most users must spare the others.
void Machine::optimise(llvm::Module& module, const std::atomic<bool>* stop) const {
  if (!optimised_) return;
  llvm::PipelineTuningOptions tuning;
  tuning.LoopVectorization = false;
  tuning.SLPVectorization = false;
  llvm::PassInstrumentationCallbacks callbacks;
  if (stop) callbacks.registerShouldRunOptionalPassCallback([stop](llvm::StringRef, llvm::Any) { return !stop->load(std::memory_order_relaxed); });
  llvm::PassBuilder builder(machine_.get(), tuning, std::nullopt, &callbacks);
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

std::string Machine::object(llvm::Module& module) const { return emit_file(module, *machine_, llvm::CodeGenFileType::ObjectFile); }

std::string Machine::assembly(llvm::Module& module) const { return emit_file(module, *machine_, llvm::CodeGenFileType::AssemblyFile); }

const std::string& machine_identity() {
  static const std::string identity = [] {
    const std::string ours = build_of(&machine_identity), llvms = build_of(&llvm::sys::getProcessTriple);
    if (ours.empty() || llvms.empty()) return std::string();
    return llvm::sys::getProcessTriple() + "\n" + llvm::sys::getHostCPUName().str() + "\n" + features() + "\n" LLVM_VERSION_STRING "\n" + llvms + "\n" + ours;
  }();
  return identity;
}

}  // namespace wend
