// The functions of the outside interface (runtime/abi/module.h): conditions, values, states. And the plumbing all
// of the emitter stands on.
#include <llvm/IR/Intrinsics.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/ModRef.h>
#include <llvm/Support/raw_ostream.h>

#include <set>
#include <stdexcept>
#include <string_view>

#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/codegen.h"
#include "compiler/codegen/emitter.h"

namespace wend {

Emitter::Emitter(const Plan& plan, llvm::Module& module)
    : plan_(plan), program_(*plan.program), module_(module), context_(module.getContext()), b_(context_) {
  int1_ = b_.getInt1Ty();
  int8_ = b_.getInt8Ty();
  int32_ = b_.getInt32Ty();
  int64_ = b_.getInt64Ty();
  double_ = b_.getDoubleTy();
  ptr_ = b_.getPtrTy();
  void_ = b_.getVoidTy();
}

void Emitter::emit(const PlanFunction& function) {
  journey_ = function.journey;
  switch (function.kind) {
    case FunctionKind::update: case FunctionKind::instance_update: emit_update(function); break;
    case FunctionKind::condition: emit_condition(function); break;
    case FunctionKind::value: case FunctionKind::baseline: emit_value(function); break;
    case FunctionKind::next: emit_next(function); break;
    case FunctionKind::states: emit_states(function); break;
    case FunctionKind::states_next: emit_states_next(function); break;
    case FunctionKind::render: emit_render(function); break;
    case FunctionKind::anchor: emit_anchor(function); break;
  }
}

// ---- functions -------------------------------------------------------------------------------------

void Emitter::begin(const std::string& name, llvm::Type* result, std::vector<llvm::Type*> parameters) {
  llvm::FunctionType* type = llvm::FunctionType::get(result, parameters, false);
  function_ = llvm::cast<llvm::Function>(module_.getOrInsertFunction(name, type).getCallee());
  function_->addFnAttr(llvm::Attribute::NoUnwind);
  b_.SetInsertPoint(llvm::BasicBlock::Create(context_, "entry", function_));
  record_ = instance_ = event_ = ctx_ = nullptr;
  locals_.clear();
  template_loops_.clear();
}

void Emitter::emit_condition(const PlanFunction& function) {
  begin(function.name, int32_, {ptr_, ptr_, ptr_, ptr_});
  record_ = function_->getArg(0);
  instance_ = function_->getArg(1);
  event_ = function_->getArg(2);
  ctx_ = function_->getArg(3);
  llvm::BasicBlock *yes = block("yes"), *no = block("no");
  branch(*function.expr, yes, no);
  b_.SetInsertPoint(yes);
  b_.CreateRet(i32(1));
  b_.SetInsertPoint(no);
  b_.CreateRet(i32(0));
}

void Emitter::emit_value(const PlanFunction& function) {
  begin(function.name, int32_, {ptr_, ptr_, ptr_, ptr_, ptr_});
  record_ = function_->getArg(0);
  instance_ = function_->getArg(1);
  event_ = function_->getArg(2);
  ctx_ = function_->getArg(3);
  llvm::Value* out = function_->getArg(4);
  Type type = function.expr->type;
  Val v = value(*function.expr);
  if (function.kind == FunctionKind::baseline) {
    v.a = baseline_number(v, type);
    type.kind = TypeKind::number;
  }
  store_slot(out, v, type);
  b_.CreateRet(v.known ? b_.CreateZExt(v.known, int32_) : i32(1));
}

void Emitter::emit_states(const PlanFunction& function) {
  begin(function.name, int32_, {ptr_, ptr_, int32_});
  record_ = function_->getArg(0);
  ctx_ = function_->getArg(1);
  llvm::Value* current = function_->getArg(2);
  const States& states = program_.states[function.states.index()];
  for (size_t i = 0; i < states.rules.size(); ++i) {
    const StateRule& rule = states.rules[i];
    if (!rule.when) {
      b_.CreateRet(i32(static_cast<int32_t>(i)));
      return;
    }
    llvm::BasicBlock *taken = block("taken"), *next = block("next");
    if (rule.until) {   // ends the state, and bars it; without it whoever is inside stays
      llvm::BasicBlock *open = block("open"), *outside = block("outside");
      branch(*rule.until, next, open);
      b_.SetInsertPoint(open);
      b_.CreateCondBr(b_.CreateICmpEQ(current, i32(static_cast<int32_t>(i))), taken, outside);
      b_.SetInsertPoint(outside);
    }
    branch(*rule.when, taken, next);
    b_.SetInsertPoint(taken);
    b_.CreateRet(i32(static_cast<int32_t>(i)));
    b_.SetInsertPoint(next);
  }
  b_.CreateRet(i32(static_cast<int32_t>(states.rules.size()) - 1));   // not reached: the last rule is `otherwise`
}

void Emitter::emit_text_test(const std::string& name, const Expr& condition, const Expr& text) {
  begin(name, int32_, {ptr_, int64_, int32_, ptr_});
  ctx_ = function_->getArg(3);
  given_ = &text;
  given_value_ = {function_->getArg(0), function_->getArg(1)};
  if (text.type.optional) given_value_.known = b_.CreateICmpNE(function_->getArg(2), i32(0));
  b_.CreateRet(b_.CreateZExt(truth(condition), int32_));
  given_ = nullptr;
}

// ---- plumbing --------------------------------------------------------------------------------------

// Declares a runtime function at its first use. `reads_only`: it writes nothing, so equal calls may be made once.
llvm::Value* Emitter::call(const char* name, llvm::Type* result, std::vector<llvm::Value*> arguments, bool reads_only) {
  std::vector<llvm::Type*> types;
  for (llvm::Value* argument : arguments) types.push_back(argument->getType());
  llvm::FunctionCallee callee = module_.getOrInsertFunction(name, llvm::FunctionType::get(result, types, false));
  llvm::CallInst* instruction = b_.CreateCall(callee, arguments);
  instruction->addFnAttr(llvm::Attribute::NoUnwind);
  instruction->addFnAttr(llvm::Attribute::WillReturn);
  if (reads_only) instruction->addFnAttr(llvm::Attribute::getWithMemoryEffects(context_, llvm::MemoryEffects::readOnly()));
  return instruction;
}

llvm::Value* Emitter::at(llvm::Value* base, uint64_t offset) { return offset ? b_.CreateConstInBoundsGEP1_64(int8_, base, offset) : base; }

llvm::Value* Emitter::load(llvm::Type* type, llvm::Value* base, uint64_t offset) { return b_.CreateLoad(type, at(base, offset)); }

llvm::Value* Emitter::text_constant(const std::string& text) {
  llvm::Value*& global = texts_[text];
  if (!global) global = b_.CreateGlobalString(text, "text", 0, &module_);
  return global;
}

llvm::Value* Emitter::scratch(uint64_t bytes) {
  llvm::IRBuilder<> entry(&function_->getEntryBlock(), function_->getEntryBlock().begin());
  llvm::AllocaInst* slot = entry.CreateAlloca(int8_, i64(static_cast<int64_t>(bytes)));
  slot->setAlignment(llvm::Align(8));
  return slot;
}

llvm::BasicBlock* Emitter::block(const char* name) { return llvm::BasicBlock::Create(context_, name, function_); }

llvm::Value* Emitter::both(llvm::Value* a, llvm::Value* b) { return !a ? b : !b ? a : b_.CreateAnd(a, b); }

llvm::Type* Emitter::type_of(const Type& type) {
  if (type.kind == TypeKind::boolean) return int1_;
  if (type.kind == TypeKind::number) return double_;
  return is_text(type) ? ptr_ : int64_;
}

namespace {

// What the bundle calls of others comes along, to be inlined and then dropped; and what that calls, as long as it is not more than the
// bundle itself.
void emit_copies(const Plan& plan, Bundle bundle, Emitter& emitter, llvm::Module& module) {
  std::set<uint32_t> done;
  size_t room = bundle.end - bundle.begin;
  for (bool more = true; more && room > 0;) {
    more = false;
    const std::set<uint32_t> called = emitter.readings();
    for (const uint32_t reading : called) {
      if (reading >= bundle.begin && reading < bundle.end) continue;
      if (room == 0 || !done.insert(reading).second) continue;
      emitter.emit(plan.functions[reading]);
      module.getFunction(plan.functions[reading].name)->setLinkage(llvm::GlobalValue::AvailableExternallyLinkage);
      --room;
      more = true;
    }
  }
}

}  // namespace

std::unique_ptr<llvm::Module> generate(const Plan& plan, Bundle bundle, llvm::LLVMContext& context) {
  auto module = std::make_unique<llvm::Module>("wend", context);
  Emitter emitter(plan, *module);
  for (uint32_t i = bundle.begin; i < bundle.end; ++i) emitter.emit(plan.functions[i]);
  emit_copies(plan, bundle, emitter, *module);
  return module;
}

void verify(const llvm::Module& module) {
  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(module, &stream)) throw std::runtime_error("generated code is not well-formed: " + stream.str());
}

}  // namespace wend
