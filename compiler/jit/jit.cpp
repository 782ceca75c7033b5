#include "compiler/jit/jit.h"

#include <llvm/Bitcode/BitcodeWriter.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Module.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "compiler/jit/code_cache.h"
#include "compiler/jit/machine.h"

namespace wend {

void* NativeCode::address(const std::string& function) const {
  auto it = addresses_.find(function);
  return it == addresses_.end() ? nullptr : it->second;
}

namespace {

std::vector<std::string> names_of(const Plan& plan, Bundle bundle) {
  std::vector<std::string> names;
  for (uint32_t i = bundle.begin; i < bundle.end; ++i) names.push_back(plan.functions[i].name);
  return names;
}

// One bundle on its way from the plan to an object.
class Work {
 public:
  Work(const Plan& plan, Bundle bundle, CodeCache* cache) : cache_(machine_identity().empty() ? nullptr : cache) {
    context_.setDiscardValueNames(true);   // nobody reads them here, and they cost as much as the rest
    module_ = generate(plan, bundle, context_);
    if (!cache_) return;
    llvm::SmallVector<char, 0> bytes;
    llvm::raw_svector_ostream stream(bytes);
    llvm::WriteBitcodeToFile(*module_, stream);
    bitcode_.assign(bytes.data(), bytes.size());
  }

  std::optional<std::string> kept(bool optimised) const { return cache_ ? cache_->get(key(optimised)) : std::nullopt; }
  // Nothing where `stop` became true.
  std::optional<std::string> compile(bool optimised, const std::atomic<bool>* stop = nullptr) {
    const auto stopped = [stop] { return stop && stop->load(std::memory_order_relaxed); };
    const Machine machine(optimised);
    verify(*module_);
    machine.prepare(*module_);
    machine.optimise(*module_, stop);
    if (stopped()) return std::nullopt;
    std::string object = machine.object(*module_);
    if (cache_) cache_->put(key(optimised), object);
    return object;
  }

 private:
  CodeKey key(bool optimised) const { return object_key(machine_identity(), optimised ? "O2" : "O0", bitcode_); }

  CodeCache* const cache_;
  llvm::LLVMContext context_;
  std::unique_ptr<llvm::Module> module_;
  std::string bitcode_;
};

// Calls `each` for 0 to count - 1, by as many threads as there are processors; what one of them throws is thrown here.
void in_parallel(size_t count, const std::function<void(size_t)>& each) {
  std::atomic<size_t> next = 0;
  std::exception_ptr failed;
  std::mutex mutex;
  const auto work = [&] {
    try {
      for (size_t i; (i = next++) < count;) each(i);
    } catch (...) {
      next = count;
      const std::lock_guard lock(mutex);
      failed = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (size_t i = 1; i < std::min<size_t>(count, std::thread::hardware_concurrency()); ++i) others.emplace_back(work);
  work();
  for (std::thread& other : others) other.join();
  if (failed) std::rethrow_exception(failed);
}

class LinkedCode : public NativeCode {
 public:
  explicit LinkedCode(std::vector<Object> objects) { addresses_ = linker_.link(std::move(objects)); }

 private:
  Linker linker_;
};

class LinkedRisingCode : public RisingCode {
 public:
  LinkedRisingCode(std::shared_ptr<const Plan> plan, std::shared_ptr<CodeCache> cache, std::vector<Object> objects, std::vector<Bundle> waiting)
      : plan_(std::move(plan)), cache_(std::move(cache)), waiting_(std::move(waiting)) {
    if (waiting_.empty()) {   // the best there is: no need of entries
      addresses_ = linker_.link(std::move(objects));
      plan_.reset();
      return;
    }
    addresses_ = linker_.make_entries(names_of(*plan_, whole(*plan_)));
    for (Object& object : objects) {
      std::vector<Object> alone;
      alone.push_back(std::move(object));
      turn(linker_.link(std::move(alone)));
    }
  }

  bool risen() const override { return risen_ == waiting_.size(); }
  bool rise(const std::atomic<bool>& stop) override {
    if (risen()) return false;
    const Bundle bundle = waiting_[risen_];
    {
      Work work(*plan_, bundle, cache_.get());
      std::optional<std::string> object = work.kept(true);
      if (!object) object = work.compile(true, &stop);
      if (!object) return true;
      std::vector<Object> alone;
      alone.push_back({std::move(*object), names_of(*plan_, bundle)});
      turn(linker_.link(std::move(alone)));
    }
    ++risen_;
    if (!risen()) return true;
    plan_.reset();
    if (cache_) cache_->trim();
    return false;
  }

 private:
  void turn(const Addresses& functions) {
    for (const auto& [name, address] : functions) linker_.turn(name, address);
  }

  Linker linker_;
  std::shared_ptr<const Plan> plan_;   // until nothing is waiting
  std::shared_ptr<CodeCache> cache_;
  std::vector<Bundle> waiting_;
  std::atomic<size_t> risen_ = 0;
};

}  // namespace

std::shared_ptr<const NativeCode> compile_native(const Plan& plan, bool optimised, const Compiling& compiling) {
  const std::vector<Bundle> bundles = bundles_of(plan, compiling.bundle_weight);
  std::vector<Object> objects(bundles.size());
  in_parallel(bundles.size(), [&](size_t i) {
    Work work(plan, bundles[i], compiling.cache.get());
    std::optional<std::string> object = work.kept(optimised);
    objects[i] = {object ? std::move(*object) : *work.compile(optimised), names_of(plan, bundles[i])};
  });
  if (compiling.cache) compiling.cache->trim();
  return std::make_shared<LinkedCode>(std::move(objects));
}

std::shared_ptr<RisingCode> compile_rising(std::shared_ptr<const Plan> plan, const Compiling& compiling) {
  const std::vector<Bundle> bundles = bundles_of(*plan, compiling.bundle_weight);
  std::vector<Object> objects(bundles.size());
  std::vector<char> fast(bundles.size());
  in_parallel(bundles.size(), [&](size_t i) {
    Work work(*plan, bundles[i], compiling.cache.get());
    std::optional<std::string> object = work.kept(true);
    fast[i] = !object;
    if (!object) object = work.kept(false);
    objects[i] = {object ? std::move(*object) : *work.compile(false), names_of(*plan, bundles[i])};
  });
  std::vector<Bundle> waiting;
  for (size_t i = 0; i < bundles.size(); ++i)
    if (fast[i]) waiting.push_back(bundles[i]);
  return std::make_shared<LinkedRisingCode>(std::move(plan), compiling.cache, std::move(objects), std::move(waiting));
}

// ---- texts

namespace {

// The whole plan as one module.
struct Shown {
  Shown(const Plan& plan, bool optimised) : machine(optimised), module(generate(plan, whole(plan), context)) {
    verify(*module);
    machine.prepare(*module);
    machine.optimise(*module);
  }
  const Machine machine;
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> module;
};

}  // namespace

std::string print_llvm(const Plan& plan, bool optimised) {
  const Shown shown(plan, optimised);
  shown.module->setTargetTriple("");   // the machine's own lines would differ from place to place
  std::string text;
  llvm::raw_string_ostream stream(text);
  shown.module->print(stream, nullptr);
  return text;
}

std::string print_assembly(const Plan& plan) {
  const Shown shown(plan, true);
  return shown.machine.assembly(*shown.module);
}

}  // namespace wend
