// The emitter of one module: types, runtime calls, and the translation of expressions. One file a subject:
// expressions.cpp, arithmetic.cpp, aggregates.cpp, next.cpp (when time alone changes a value), updates.cpp, functions.cpp.
//
// A value in flight is up to three SSA values: `known` (null: always known), `a`, and `b` for a text's length. Kinds map to
// i1 (boolean), double (number), ptr + i64 (texts and zones), i64 (everything else).
#pragma once

#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/Module.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/plan/plan.h"

namespace wend {

struct Val {
  llvm::Value* a = nullptr;
  llvm::Value* b = nullptr;
  llvm::Value* known = nullptr;   // i1; null: always
};

// A time or duration that moves with `now`: da/dnow = slope (i64).
struct Linear {
  Val value;
  llvm::Value* slope = nullptr;
};

inline bool held_as_text(TypeKind kind) {
  return kind == TypeKind::text || kind == TypeKind::html || kind == TypeKind::url || kind == TypeKind::email || kind == TypeKind::timezone ||
         kind == TypeKind::list || kind == TypeKind::set || kind == TypeKind::record;
}

class Emitter {
 public:
  Emitter(const Plan& plan, llvm::Module& module);

  void emit(const PlanFunction& function);
  const std::set<uint32_t>& readings() const { return readings_; }   // functions of measures and audiences that were called
  // Of a condition that asks about one text of a user and nothing else (plan/held.h): TextTestFn of abi/columns.h.
  void emit_text_test(const std::string& name, const Expr& condition, const Expr& text);

 private:
  // functions.cpp
  void emit_condition(const PlanFunction& function);
  void emit_value(const PlanFunction& function);
  void emit_states(const PlanFunction& function);
  void begin(const std::string& name, llvm::Type* result, std::vector<llvm::Type*> parameters);
  // templates.cpp
  struct Local { llvm::Value *slot, *known; };               // a wend_slot and an i8, on the stack
  struct TemplateLoop { llvm::Value *turn, *count; llvm::BasicBlock *next, *end; };
  void emit_render(const PlanFunction& function);
  void emit_template(const TemplateBody& body, llvm::Value* out);
  void emit_branches(const TemplateNode& node, llvm::Value* out);
  void emit_shown(Val value, const Type& type, Escape escape, llvm::Value* out);
  Val record_field(const Expr& expr);
  Val entry_field(llvm::Value* item, llvm::Value* block, uint32_t field, const Type& type);
  Val entry_of(const Type& list, llvm::Value* block, llvm::Value* place);   // a value, or of a record where it stands
  Val joined_text(const Expr& list, const Expr& between);
  void emit_assign(const Local& local, const Val& value, const Type& type);
  void emit_capture(const TemplateNode& node);
  void emit_loop(const TemplateNode& node, llvm::Value* out);
  void emit_leave(const TemplateNode& node);
  void emit_count(const TemplateNode& node, llvm::Value* out);
  void emit_cycle(const TemplateNode& node, llvm::Value* out);
  Local& local(uint32_t number);
  Val read_local(const Expr& expr);
  Val loop_value(const Expr& expr);
  Val shown_text(const Expr& expr);                           // to_text
  llvm::Value* within(llvm::Value* value, llvm::Value* least, llvm::Value* most);
  // updates.cpp
  void emit_update(const PlanFunction& function);
  void emit_cell_update(const PlanCell& cell);
  void emit_sequence(const PlanSequence& sequence, uint32_t number, EventId event);
  void emit_anchor(const PlanFunction& function);
  void begin_anew(size_t anchor, llvm::Value* instant);
  // next.cpp
  void begin_next(const PlanFunction& function);   // up to where the leaves are asked
  void end_next();
  void emit_next(const PlanFunction& function);
  void emit_states_next(const PlanFunction& function);
  void next_general(const Expr& expr);
  void next_linear(const Expr& expr);
  void next_compare(const Expr& expr, const Expr& left, const Expr& right, ExprKind kind);
  void next_aggregate(const Expr& expr);
  Linear linear(const Expr& expr);
  void least(llvm::Value* instant);

  // expressions.cpp
  Val value(const Expr& expr);
  llvm::Value* truth(const Expr& expr);                // i1 of a boolean expression
  void branch(const Expr& expr, llvm::BasicBlock* yes, llvm::BasicBlock* no);
  Val constant(const Type& type, const Value& value);
  Val attribute(const Expr& expr);
  Val slot(llvm::Value* slots, uint32_t index, const Type& type, llvm::Value* known_bits);
  Val call_reading(const Expr& reading);               // the value of a measure or an audience, by its function
  Val choose(const Expr& condition, const Expr& yes, const Expr& no, bool optional);
  Val or_else(const Expr& expr);
  llvm::Value* compare(const Expr& expr);
  llvm::Value* compare_values(ExprKind kind, const Type& type, const Val& left, const Val& right);
  llvm::Value* in_list(const Expr& expr);
  llvm::Value* in_range(const Expr& expr);
  llvm::Value* text_test(const Expr& expr);
  Val call_builtin(const Expr& expr);
  Val as_text(const Val& value, const Type& type);     // one_of -> its word
  void store_slot(llvm::Value* slot, const Val& value, const Type& type);
  Val load_slot(llvm::Value* slot, const Type& type);
  Val merge(llvm::BasicBlock* from_a, Val a, llvm::BasicBlock* from_b, Val b, const Type& type);

  // lists.cpp
  Val item(const Expr& expr);
  Val quantified(const Expr& expr);
  llvm::Value* list_contains(const Expr& expr);
  // Emits `body` once, run for each item of a list; inside it `item` expressions of variable loops_.size() - 1 read that
  // item. `body` may branch to `done`, to stop early; where it does not end its block the next item follows. Behind the
  // call stands `done`. An unknown list has no items.
  void each_item(const Val& list, const Type& type, const std::function<void(llvm::BasicBlock* done)>& body);
  uint32_t item_fields(const Type& list) const;

  // arithmetic.cpp
  Val arithmetic(const Expr& expr);
  Val add(const Expr& expr, bool subtract);
  Val multiply(const Expr& expr);
  Val divide(const Expr& expr);
  llvm::Value* saturating(llvm::Intrinsic::ID overflowing, llvm::Value* a, llvm::Value* b);
  llvm::Value* clamp(llvm::Value* number);
  llvm::Value* share(llvm::Value* millionths);         // double
  llvm::Value* against_usual(const Expr& expr);
  llvm::Value* baseline_number(const Val& value, const Type& type);   // in the unit baselines count in

  // aggregates.cpp
  Val aggregate(const Expr& expr);
  Val from_total(const Aggregate& aggregate, llvm::Value* total);
  Val from_value8(llvm::Value* value8, const Type& type, llvm::Value* known);
  llvm::Value* to_value8(const Val& value, const Type& type);
  llvm::Value* cell_pointer(const PlanCell& cell);
  llvm::Value* window_start(int32_t window);
  llvm::Value* window_first(int32_t window);
  Val past_window(const Aggregate& aggregate, const PlanRead& read);   // `from … ago`
  llvm::Value* pane_now(TimeUnit unit);
  llvm::Value* in_window(const Aggregate& aggregate, const PlanRead& read, llvm::Value* at);   // of a stamp
  llvm::Value* first_inside(const Aggregate& aggregate, const PlanRead& read);  // least instant inside; rolling: now - D + 1
  llvm::Value* after_instant(const Aggregate& aggregate);                       // rolling: now - D

  // plumbing
  llvm::Value* call(const char* name, llvm::Type* result, std::vector<llvm::Value*> arguments, bool reads_only = false);
  llvm::Value* at(llvm::Value* base, uint64_t offset);
  llvm::Value* load(llvm::Type* type, llvm::Value* base, uint64_t offset);
  llvm::Value* i64(int64_t value) { return llvm::ConstantInt::getSigned(int64_, value); }
  llvm::Value* i32(int32_t value) { return llvm::ConstantInt::getSigned(int32_, value); }
  llvm::Value* truth_constant(bool value) { return llvm::ConstantInt::getBool(context_, value); }
  llvm::Value* number_constant(double value) { return llvm::ConstantFP::get(double_, value); }
  llvm::Value* text_constant(const std::string& text);
  llvm::Value* scratch(uint64_t bytes);                 // on the stack, in the entry block
  llvm::BasicBlock* block(const char* name);
  llvm::Value* both(llvm::Value* a, llvm::Value* b);    // i1 and; null is true
  static bool is_text(const Type& type) { return held_as_text(type.kind); }
  llvm::Type* type_of(const Type& type);

  const Plan& plan_;
  const Program& program_;
  llvm::Module& module_;
  llvm::LLVMContext& context_;
  llvm::IRBuilder<> b_;
  llvm::Type *int1_, *int8_, *int32_, *int64_, *double_, *ptr_, *void_;
  std::map<std::string, llvm::Value*> texts_;
  std::map<uint32_t, llvm::Value*> word_tables_;
  std::set<uint32_t> readings_;

  // the function being emitted
  llvm::Function* function_ = nullptr;
  JourneyId journey_;              // valid inside a journey's functions
  llvm::Value *record_ = nullptr, *instance_ = nullptr, *event_ = nullptr, *ctx_ = nullptr;
  struct Loop { llvm::Value *item, *block; };
  std::vector<Loop> loops_;        // over lists, outermost first: the present item and its list's first byte
  const Expr* given_ = nullptr;    // a text that is an argument of the function, wherever it is read
  Val given_value_;
  std::map<uint32_t, Local> locals_;   // of a template
  std::map<uint32_t, TemplateLoop> template_loops_;
  llvm::Value* least_ = nullptr;   // next.cpp: where the least instant so far stands
  std::set<std::pair<ExprKind, uint32_t>> covered_;   // measures and audiences whose leaves the function has asked already
};

}  // namespace wend
