// The one file that includes ORC: its headers take seconds to compile.
#include "compiler/jit/linker.h"

#include <llvm/ExecutionEngine/Orc/IndirectionUtils.h>
#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Support/MemoryBuffer.h>

#include <algorithm>
#include <stdexcept>

#include "compiler/jit/machine.h"
#include "compiler/jit/symbols.h"

namespace wend {
namespace {

using llvm::orc::ExecutorAddr;

const llvm::JITSymbolFlags kFunction = llvm::JITSymbolFlags(llvm::JITSymbolFlags::Exported) | llvm::JITSymbolFlags::Callable;
constexpr size_t kEntriesOfBlock = 4096;   // ORC numbers the entries of a block by 16 bits

[[noreturn]] void fail(const char* what, llvm::Error error) {
  throw std::runtime_error(std::string(what) + ": " + llvm::toString(std::move(error)));
}

template <class T>
T take(const char* what, llvm::Expected<T> expected) {
  if (!expected) fail(what, expected.takeError());
  return std::move(*expected);
}

std::unique_ptr<llvm::orc::LLJIT> make_jit() {
  initialise_code_generator();
  return take("starting the linker", llvm::orc::LLJITBuilder().create());
}

}  // namespace

struct Linker::Parts {
  std::unique_ptr<llvm::orc::LLJIT> jit = make_jit();
  llvm::orc::JITDylib* runtime = nullptr;
  llvm::orc::JITDylib* entries = nullptr;
  std::unique_ptr<llvm::orc::IndirectStubsManager> stubs;
  uint32_t programs = 0;

  llvm::orc::SymbolStringPtr name(const std::string& symbol) { return jit->mangleAndIntern(symbol); }

  llvm::orc::JITDylib& define(const char* library, llvm::orc::SymbolMap symbols) {
    llvm::orc::JITDylib& made = jit->getExecutionSession().createBareJITDylib(library);
    if (auto error = made.define(llvm::orc::absoluteSymbols(std::move(symbols)))) fail("naming functions", std::move(error));
    return made;
  }
};

Linker::Linker() : parts_(std::make_unique<Parts>()) {
  llvm::orc::SymbolMap symbols;
  for (const auto& [name, address] : runtime_symbols()) symbols[parts_->name(name)] = {ExecutorAddr::fromPtr(address), kFunction};
  parts_->runtime = &parts_->define("runtime", std::move(symbols));
}

Linker::~Linker() = default;

Addresses Linker::make_entries(const std::vector<std::string>& functions) {
  parts_->stubs = llvm::orc::createLocalIndirectStubsManagerBuilder(parts_->jit->getTargetTriple())();
  llvm::orc::SymbolMap symbols;
  Addresses addresses;
  for (size_t begin = 0; begin < functions.size(); begin += kEntriesOfBlock) {
    llvm::orc::IndirectStubsManager::StubInitsMap block;
    for (size_t i = begin; i < std::min(begin + kEntriesOfBlock, functions.size()); ++i) block[functions[i]] = {ExecutorAddr(), kFunction};
    if (auto error = parts_->stubs->createStubs(block)) fail("making entries", std::move(error));
  }
  for (const std::string& function : functions) {
    const llvm::orc::ExecutorSymbolDef entry = parts_->stubs->findStub(function, false);
    symbols[parts_->name(function)] = entry;
    addresses[function] = entry.getAddress().toPtr<void*>();
  }
  parts_->entries = &parts_->define("entries", std::move(symbols));
  return addresses;
}

void Linker::turn(const std::string& function, void* address) {
  if (auto error = parts_->stubs->updatePointer(function, ExecutorAddr::fromPtr(address))) fail("turning an entry", std::move(error));
}

Addresses Linker::link(std::vector<Object> objects) {
  llvm::orc::ExecutionSession& session = parts_->jit->getExecutionSession();
  llvm::orc::JITDylib& program = session.createBareJITDylib("program " + std::to_string(parts_->programs++));
  if (parts_->entries) program.addToLinkOrder(*parts_->entries);
  program.addToLinkOrder(*parts_->runtime);
  llvm::orc::SymbolLookupSet wanted;
  for (const Object& object : objects) {
    auto buffer = llvm::MemoryBuffer::getMemBufferCopy(object.code, "wend");
    if (auto error = parts_->jit->addObjectFile(program, std::move(buffer))) fail("loading the code", std::move(error));
    for (const std::string& function : object.functions) wanted.add(parts_->name(function));
  }
  const auto found = take("linking the code", session.lookup({{&program, llvm::orc::JITDylibLookupFlags::MatchAllSymbols}}, std::move(wanted)));
  Addresses addresses;
  for (const Object& object : objects)
    for (const std::string& function : object.functions) addresses[function] = found.at(parts_->name(function)).getAddress().toPtr<void*>();
  return addresses;
}

}  // namespace wend
