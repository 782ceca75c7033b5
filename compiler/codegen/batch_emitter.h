// The emitter of batch functions. A batch function is a loop over words of 64 rows with a body of one basic block; in it a truth is
// an i64 with a bit a row, any other value a vector of 64 lanes. batch.cpp has functions, columns and rules; batch_values.cpp expressions.
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/codegen/batch.h"

namespace wend {

constexpr unsigned kLanes = 64;

// 64 values in flight. An integer is `scale` times its lanes, which are `bits` wide, plus `base`; a number of `decimals` its lanes divided
// by `scale`.
struct Lanes {
  llvm::Value* a = nullptr;         // truth: i64; number: <64 x double>; else <64 x i`bits`>; null: a constant, or a state
  llvm::Value* known = nullptr;     // i64; null: always
  unsigned bits = 64;
  int64_t base = 0, scale = 1;
  bool decimals = false;
  std::optional<int64_t> constant;
  std::optional<double> number;     // a constant, beside its lanes
  std::vector<llvm::Value*> states; // of a states block: for each state who is in it, as truths
};

class BatchEmitter {
 public:
  BatchEmitter(const Program& program, const PopulationLayout& layout, llvm::Module& module, BatchCode& out);
  void emit();

 private:
  // batch.cpp
  void begin_function();
  void end_function();
  void emit_states(uint32_t id);
  void emit_audience(uint32_t id);
  llvm::Value* was_in(uint32_t column, const std::string& stored_name);
  void store_set(uint32_t set, llvm::Value* word, llvm::Value* held);   // held: who was in it; null: nobody knows
  llvm::Value* load_set(uint32_t set);
  llvm::Value* place_of(uint32_t set);
  void miss(const std::string& what);
  std::optional<uint32_t> column_of(const Expr& expr);           // of the population; misses it where there is none
  std::optional<uint32_t> held(ColumnRole role, const std::string& name) const;
  uint32_t slot_of(uint32_t column);                              // among BatchModule::columns
  llvm::Value* of_column(uint32_t column, uint64_t field);        // a pointer of its wend_column
  llvm::Value* word_at(llvm::Value* words);                       // of the present rows
  llvm::Value* text_number(uint32_t column, const std::string& text);
  llvm::Value* before_loop(uint64_t list, uint64_t place, llvm::Type* type);
  Lanes load_column(uint32_t column, const Type& type);
  Lanes today_words(Lanes lanes, const ColumnLayout& column, const Type& type);
  llvm::Value* ask_text(const Expr& condition, const Expr& text);

  // batch_values.cpp
  llvm::Value* truth(const Expr& expr);                           // known and true
  Lanes value(const Expr& expr);
  Lanes read(const Expr& expr);
  Lanes constant(const Type& type, const Value& value);
  Lanes arithmetic(const Expr& expr);
  Lanes divide(const Expr& expr);
  std::optional<Lanes> narrow_arithmetic(ExprKind kind, const Lanes& left, const Lanes& right);
  Lanes select(llvm::Value* condition, Lanes yes, Lanes no, const Type& type);
  llvm::Value* compare(const Expr& expr);
  llvm::Value* compare_values(ExprKind kind, const Type& type, const Lanes& left, const Lanes& right);
  llvm::Value* compare_constant(ExprKind kind, const Lanes& left, int64_t right);
  llvm::Value* compare_lanes(ExprKind kind, const Lanes& left, __int128 edge, bool exact);
  llvm::Value* compare_decimals(ExprKind kind, const Lanes& left, double right);
  llvm::Value* compare_texts(const Expr& expr);
  llvm::Value* states_where(const Lanes& state, const std::function<bool(int64_t)>& holds);
  llvm::Value* wide(const Lanes& lanes, const Type& type);        // <64 x i64>, or what its kind else is
  llvm::Value* number(const Lanes& lanes, const Type& type);      // <64 x double>
  llvm::Value* saturating(llvm::Intrinsic::ID overflowing, llvm::Value* a, llvm::Value* b);
  llvm::Value* clamp(llvm::Value* number);
  llvm::Value* share(llvm::Value* millionths);

  // plumbing
  llvm::Value* word(llvm::Value* bits) { return b_.CreateBitCast(bits, int64_); }             // <64 x i1> -> i64
  llvm::Value* lanes(llvm::Value* word) { return b_.CreateBitCast(word, lanes_of(b_.getInt1Ty())); }
  llvm::Value* both(llvm::Value* a, llvm::Value* b) { return !a ? b : !b ? a : b_.CreateAnd(a, b); }
  llvm::Value* all(bool value) { return llvm::ConstantInt::getSigned(int64_, value ? -1 : 0); }
  llvm::Value* number_constant(double value) { return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(kLanes), llvm::ConstantFP::get(b_.getDoubleTy(), value)); }
  llvm::Value* splat(unsigned bits, int64_t value) {
    return llvm::ConstantVector::getSplat(llvm::ElementCount::getFixed(kLanes), llvm::ConstantInt::getSigned(b_.getIntNTy(bits), value));
  }
  llvm::VectorType* lanes_of(llvm::Type* type) { return llvm::FixedVectorType::get(type, kLanes); }

  const Program& program_;
  const PopulationLayout& layout_;
  llvm::Module& module_;
  BatchCode& out_;
  llvm::IRBuilder<> b_;
  llvm::Type *int64_, *ptr_;
  std::map<uint32_t, uint32_t> slots_;                            // column -> BatchModule::columns
  std::map<std::pair<uint32_t, std::string>, uint32_t> texts_;
  std::map<std::string, uint32_t> tests_;                         // by what is asked
  std::vector<int32_t> state_sets_;                               // by StatesId: its first set; -1: not made yet
  std::set<std::string> missed_;
  int64_t today_ = 0;

  // the function being emitted
  llvm::Function* function_ = nullptr;
  llvm::BasicBlock* head_ = nullptr;
  llvm::PHINode* row_word_ = nullptr;
  llvm::Value* out_word_ = nullptr;                               // of the chunk
  llvm::Value* rows_ = nullptr;                                   // those there are
  std::map<uint64_t, llvm::Value*> lists_;
  std::map<std::pair<uint64_t, uint64_t>, llvm::Value*> before_;
  std::map<uint32_t, Lanes> loaded_;                              // by column
  std::map<uint32_t, llvm::Value*> audiences_;                    // asked in this function
  std::map<uint32_t, std::vector<llvm::Value*>> states_;
};

}  // namespace wend
