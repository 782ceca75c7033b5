// Functions, columns and rules of batch code. Several rules share a function, and with it what they read and ask alike.
#include "compiler/codegen/batch.h"

#include <llvm/IR/Verifier.h>
#include <llvm/Support/raw_ostream.h>

#include <algorithm>
#include <stdexcept>

#include "compiler/codegen/batch_emitter.h"
#include "compiler/codegen/emitter.h"
#include "compiler/plan/held.h"
#include "compiler/sema/print.h"
#include "runtime/abi/named.h"
#include "runtime/abi/zones.h"

namespace wend {
namespace {

// What one function may hold, counted in instructions before they are optimised: enough to share, little enough for the optimiser.
constexpr unsigned kFunctionInstructions = 3000;

unsigned instructions(const llvm::Function& function) { return function.getInstructionCount(); }

bool same_kind(const ValueType& held, const ValueType& asked) {
  return held.kind == asked.kind && held.currency == asked.currency && (!held.optional || asked.optional);
}

}  // namespace

BatchEmitter::BatchEmitter(const Program& program, const PopulationLayout& layout, llvm::Module& module, BatchCode& out)
    : program_(program), layout_(layout), module_(module), out_(out), b_(module.getContext()), int64_(b_.getInt64Ty()), ptr_(b_.getPtrTy()),
      state_sets_(program.states.size(), -1) {
  if (const Zone* zone = find_zone(layout.zone)) today_ = to_local(*zone, layout.at).day;
}

void BatchEmitter::emit() {
  const auto within = [&] {   // a function that has grown enough ends here
    if (function_ && instructions(*function_) > kFunctionInstructions) end_function();
    if (!function_) begin_function();
  };
  for (const StatesId id : program_.states_order) {
    within();
    emit_states(id.value);
  }
  for (uint32_t i = 0; i < program_.audiences.size(); ++i) {
    within();
    emit_audience(i);
  }
  if (function_) end_function();
  std::sort(out_.batch.states.begin(), out_.batch.states.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
}

// ---- functions -------------------------------------------------------------------------------------

void BatchEmitter::begin_function() {
  const std::string name = "wend_batch_" + std::to_string(out_.functions.size());
  out_.functions.push_back(name);
  llvm::FunctionType* type = llvm::FunctionType::get(b_.getVoidTy(), {ptr_, int64_, int64_, ptr_, int64_, ptr_}, false);
  function_ = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module_);
  function_->addFnAttr(llvm::Attribute::NoUnwind);
  function_->addFnAttr("prefer-vector-width", "512");
  function_->addFnAttr("min-legal-vector-width", "512");
  function_->addParamAttr(0, llvm::Attribute::ReadOnly);
  function_->addParamAttr(3, llvm::Attribute::NoAlias);
  function_->addParamAttr(5, llvm::Attribute::NoAlias);
  llvm::BasicBlock* entry = llvm::BasicBlock::Create(module_.getContext(), "entry", function_);
  head_ = llvm::BasicBlock::Create(module_.getContext(), "word", function_);
  b_.SetInsertPoint(head_);
  row_word_ = b_.CreatePHI(int64_, 2);
  row_word_->addIncoming(function_->getArg(1), entry);
  out_word_ = b_.CreateSub(row_word_, function_->getArg(1));
  lists_.clear();
  before_.clear();
  rows_ = nullptr;
  loaded_.clear();
  audiences_.clear();
  states_.clear();
}

// It is called for one word or more.
void BatchEmitter::end_function() {
  llvm::Value* next = b_.CreateAdd(row_word_, b_.getInt64(1));
  llvm::BasicBlock* done = llvm::BasicBlock::Create(module_.getContext(), "done", function_);
  b_.CreateCondBr(b_.CreateICmpULT(next, function_->getArg(2)), head_, done);
  row_word_->addIncoming(next, head_);
  b_.SetInsertPoint(done);
  b_.CreateRetVoid();
  b_.SetInsertPoint(&function_->getEntryBlock());
  b_.CreateBr(head_);
  function_ = nullptr;
}

llvm::Value* BatchEmitter::place_of(uint32_t set) {
  llvm::Value* place = b_.CreateAdd(b_.CreateMul(function_->getArg(4), b_.getInt64(set)), out_word_);
  return b_.CreateInBoundsGEP(int64_, function_->getArg(3), place);
}

// Without the rows behind the last, and counted.
void BatchEmitter::store_set(uint32_t set, llvm::Value* word, llvm::Value* held) {
  if (!rows_) {
    llvm::IRBuilder<> entry(&function_->getEntryBlock());
    const auto of_block = [&](uint64_t offset) { return entry.CreateLoad(int64_, entry.CreateConstInBoundsGEP1_64(entry.getInt8Ty(), function_->getArg(0), offset)); };
    llvm::Value *last = of_block(offsetof(wend_columns, last_word)), *rows = of_block(offsetof(wend_columns, last_rows));
    rows_ = b_.CreateSelect(b_.CreateICmpEQ(row_word_, last), rows, all(true));
  }
  word = b_.CreateAnd(word, rows_);
  b_.CreateStore(word, place_of(set));
  const auto count = [&](size_t field, llvm::Value* bits) {
    llvm::Value* place = b_.CreateConstInBoundsGEP1_64(b_.getInt8Ty(), function_->getArg(5), set * sizeof(wend_set_count) + field);
    b_.CreateStore(b_.CreateAdd(b_.CreateLoad(int64_, place), b_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, bits)), place);
  };
  count(offsetof(wend_set_count, users), word);
  if (!held) return;
  count(offsetof(wend_set_count, held), b_.CreateAnd(held, rows_));
  count(offsetof(wend_set_count, both), b_.CreateAnd(held, word));
}

llvm::Value* BatchEmitter::load_set(uint32_t set) { return b_.CreateLoad(int64_, place_of(set)); }

// As StatesFn finds it: in order, the first rule that holds; `until` ends a state and bars it, until then whoever is inside stays.
void BatchEmitter::emit_states(uint32_t id) {
  const States& states = program_.states[id];
  const std::optional<uint32_t> column = held(ColumnRole::state, states.stored_name);
  BatchModule::States out{states.name, {}, out_.batch.sets, column.has_value()};
  llvm::Value* left = all(true);
  std::vector<llvm::Value*> in, before;
  for (const StateRule& rule : states.rules) {
    out.names.push_back(rule.name);
    before.push_back(column ? was_in(*column, rule.stored_name) : nullptr);
    llvm::Value* taken = rule.when ? truth(*rule.when) : all(true);
    if (rule.when && rule.until) {
      if (before.back()) taken = b_.CreateOr(taken, before.back());
      taken = b_.CreateAnd(taken, b_.CreateNot(truth(*rule.until)));
    }
    in.push_back(b_.CreateAnd(left, taken));
    left = b_.CreateAnd(left, b_.CreateNot(taken));
  }
  for (size_t i = 0; i < in.size(); ++i) store_set(out.first_set + static_cast<uint32_t>(i), in[i], before[i]);
  state_sets_[id] = static_cast<int32_t>(out.first_set);
  states_[id] = std::move(in);
  out_.batch.sets += static_cast<uint32_t>(states.rules.size());
  out_.batch.rules += static_cast<uint32_t>(states.rules.size());
  out_.batch.states.push_back(std::move(out));
}

// Whether the state of a block was that one, by its first name; null: nobody can have been in it.
llvm::Value* BatchEmitter::was_in(uint32_t column, const std::string& stored_name) {
  const std::vector<std::string>& words = layout_.columns[column].type.words;
  const auto word = std::find(words.begin(), words.end(), stored_name);
  if (word == words.end()) return nullptr;
  const Lanes before = load_column(column, {});
  return both(before.known, compare_constant(ExprKind::equal, before, word - words.begin()));
}

void BatchEmitter::emit_audience(uint32_t id) {
  const Audience& audience = program_.audiences[id];
  llvm::Value*& asked = audiences_[id];
  if (!asked) asked = truth(*audience.condition);
  const std::optional<uint32_t> before = held(ColumnRole::audience, audience.name);
  store_set(out_.batch.sets, asked, before ? load_column(*before, {}).a : nullptr);
  out_.batch.audiences.push_back({audience.name, out_.batch.sets++, before.has_value()});
  ++out_.batch.rules;
}

// ---- columns ---------------------------------------------------------------------------------------

void BatchEmitter::miss(const std::string& what) {
  if (missed_.insert(what).second) out_.missing.push_back(what);
}

std::optional<uint32_t> BatchEmitter::held(ColumnRole role, const std::string& name) const {
  for (uint32_t i = 0; i < layout_.columns.size(); ++i)
    if (layout_.columns[i].role == role && layout_.columns[i].name == name) return i;
  return std::nullopt;
}

// Attributes by name, the rest by what it means.
std::optional<uint32_t> BatchEmitter::column_of(const Expr& expr) {
  if (expr.kind == ExprKind::attribute) {
    const Attribute& attribute = program_.attributes[expr.id];
    const std::optional<uint32_t> found = held(ColumnRole::attribute, attribute.name);
    if (!found) return miss("`" + attribute.name + "` is not among its columns"), std::nullopt;
    const ColumnLayout& column = layout_.columns[*found];
    if (!same_kind(column.type, held_type(program_, attribute.type))) return miss("`" + attribute.name + "` was of another type when it was held"), std::nullopt;
    if (column.meaning != held_meaning(program_, attribute, expr.id)) return miss("`" + attribute.name + "` had another default when it was held"), std::nullopt;
    return found;
  }
  const Expr& read = expr.kind == ExprKind::measure ? *program_.measures[expr.id].value : expr;
  const uint64_t meaning = held_meaning(program_, read);
  const ValueType type = held_type(program_, read.type);
  for (uint32_t i = 0; i < layout_.columns.size(); ++i) {
    const ColumnLayout& column = layout_.columns[i];
    if ((column.role == ColumnRole::reading || column.role == ColumnRole::part) && column.meaning == meaning && same_kind(column.type, type)) return i;
  }
  return std::nullopt;
}

uint32_t BatchEmitter::slot_of(uint32_t column) {
  const auto [found, fresh] = slots_.try_emplace(column, static_cast<uint32_t>(out_.batch.columns.size()));
  if (fresh) out_.batch.columns.push_back(column);
  return found->second;
}

// What does not change from word to word is loaded once: `type` at a place of one of the lists of wend_columns.
llvm::Value* BatchEmitter::before_loop(uint64_t list, uint64_t place, llvm::Type* type) {
  llvm::IRBuilder<> entry(&function_->getEntryBlock());
  const auto load = [&](llvm::Type* what, llvm::Value* base, uint64_t offset) {
    return entry.CreateLoad(what, entry.CreateConstInBoundsGEP1_64(entry.getInt8Ty(), base, offset));
  };
  llvm::Value*& start = lists_[list];
  if (!start) start = load(ptr_, function_->getArg(0), list);
  llvm::Value*& value = before_[{list, place}];
  if (!value) value = load(type, start, place);
  return value;
}

llvm::Value* BatchEmitter::word_at(llvm::Value* words) { return b_.CreateLoad(int64_, b_.CreateInBoundsGEP(int64_, words, row_word_)); }

llvm::Value* BatchEmitter::of_column(uint32_t column, uint64_t field) {
  return before_loop(offsetof(wend_columns, columns), slot_of(column) * sizeof(wend_column) + field, ptr_);
}

Lanes BatchEmitter::load_column(uint32_t column, const Type& type) {
  if (const auto found = loaded_.find(column); found != loaded_.end()) return found->second;
  const ColumnLayout& layout = layout_.columns[column];
  Lanes lanes;
  llvm::Value* values = of_column(column, offsetof(wend_column, values));
  if (layout.bits()) {
    lanes.a = word_at(values);
  } else {
    lanes.bits = layout.width * 8u;
    lanes.base = layout.base;
    lanes.scale = layout.scale;
    lanes.decimals = layout.decimals();
    llvm::VectorType* vector = lanes_of(layout.type.kind == ValueKind::number && !layout.decimals() ? b_.getDoubleTy() : static_cast<llvm::Type*>(b_.getIntNTy(lanes.bits)));
    lanes.a = b_.CreateAlignedLoad(vector, b_.CreateInBoundsGEP(vector, values, row_word_), llvm::Align(64));
  }
  if (layout.type.optional) lanes.known = word_at(of_column(column, offsetof(wend_column, known)));
  if (layout.role != ColumnRole::state && layout.type.kind == ValueKind::one_of) lanes = today_words(std::move(lanes), layout, type);
  return loaded_[column] = lanes;
}

// Values of a `one of` by their place in the list of today.
Lanes BatchEmitter::today_words(Lanes lanes, const ColumnLayout& column, const Type& type) {
  const std::vector<std::string>& words = program_.one_ofs[type.of].values;
  if (column.type.words == words) return lanes;
  llvm::Value* now = splat(16, 0);
  for (size_t i = 0; i < column.type.words.size(); ++i) {
    const auto word = std::find(words.begin(), words.end(), column.type.words[i]);
    if (word == words.end()) {
      miss("`" + column.type.words[i] + "` of `" + column.name + "` is no value of it any more");
      break;
    }
    llvm::Value* here = this->lanes(compare_constant(ExprKind::equal, lanes, static_cast<int64_t>(i)));
    now = b_.CreateSelect(here, splat(16, word - words.begin()), now);
  }
  lanes.a = now;
  lanes.bits = 16;
  lanes.base = 0;
  lanes.scale = 1;
  return lanes;
}

llvm::Value* BatchEmitter::text_number(uint32_t column, const std::string& text) {
  const auto [found, fresh] = texts_.try_emplace({column, text}, static_cast<uint32_t>(out_.batch.texts.size()));
  if (fresh) out_.batch.texts.push_back({column, text});
  return before_loop(offsetof(wend_columns, texts), found->second * sizeof(uint16_t), b_.getInt16Ty());
}

// The bits have been made for the block, text by text, by a function of its own.
llvm::Value* BatchEmitter::ask_text(const Expr& condition, const Expr& text) {
  const std::optional<uint32_t> column = column_of(text);
  if (!column) {
    if (text.kind != ExprKind::attribute) miss("`" + as_written(program_, text) + "` was not held, or means something else now");
    return all(false);
  }
  slot_of(*column);   // so that it is read, though only by the test
  const auto [found, fresh] = tests_.try_emplace(print_whole(program_, condition), static_cast<uint32_t>(out_.tests.size()));
  if (fresh) {
    const std::string name = "wend_text_test_" + std::to_string(out_.tests.size());
    Plan plan;   // of which such a test reads nothing
    plan.program = &program_;
    Emitter(plan, module_).emit_text_test(name, condition, text);
    out_.tests.push_back(name);
    out_.batch.tests.push_back({*column, nullptr});
  }
  return word_at(before_loop(offsetof(wend_columns, tests), found->second * sizeof(void*), ptr_));
}

BatchCode generate_batch(const Program& program, const PopulationLayout& layout, llvm::Module& module) {
  BatchCode out;
  if (layout.zone != program.project.time_zone) {
    out.missing.push_back("it was held in the time zone " + layout.zone + ", and days begin elsewhen in " + program.project.time_zone);
    return out;
  }
  BatchEmitter(program, layout, module, out).emit();
  std::string problem;
  llvm::raw_string_ostream stream(problem);
  if (llvm::verifyModule(module, &stream)) throw std::runtime_error("generated batch code is not well-formed: " + stream.str());
  return out;
}

}  // namespace wend
