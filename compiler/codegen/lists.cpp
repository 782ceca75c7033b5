// Lists and sets: a loop over the items of a block (runtime/abi/lists.h), the fields of the present item, and what is
// asked of them. Blocks lie at any address, so loads from them claim no alignment.
#include "compiler/codegen/emitter.h"
#include "runtime/abi/lists.h"

namespace wend {

uint32_t Emitter::item_fields(const Type& list) const {
  const Type& item = program_.item_types[list.of];
  return item.kind == TypeKind::record ? static_cast<uint32_t>(program_.records[item.of].fields.size()) : 1;
}

void Emitter::each_item(const Val& list, const Type& type, const std::function<void(llvm::BasicBlock* done)>& body) {
  llvm::Value* count = call("wend_list_count", int64_, {list.a, list.b}, true);
  if (list.known) count = b_.CreateSelect(list.known, count, i64(0));
  llvm::Value* place = scratch(8);
  b_.CreateStore(i64(0), place);
  llvm::BasicBlock *head = block("items"), *inside = block("item"), *next = block("next_item"), *done = block("items_done");
  b_.CreateBr(head);
  b_.SetInsertPoint(head);
  llvm::Value* number = b_.CreateLoad(int64_, place);
  b_.CreateCondBr(b_.CreateICmpSLT(number, count), inside, done);
  b_.SetInsertPoint(inside);
  llvm::Value* offset = b_.CreateAdd(b_.CreateMul(number, i64(static_cast<int64_t>(list_item_bytes(item_fields(type))))), i64(kListHeaderBytes));
  loops_.push_back({b_.CreateInBoundsGEP(int8_, list.a, offset), list.a});
  body(done);
  loops_.pop_back();
  if (!b_.GetInsertBlock()->getTerminator()) b_.CreateBr(next);
  b_.SetInsertPoint(next);
  b_.CreateStore(b_.CreateAdd(b_.CreateLoad(int64_, place), i64(1)), place);
  b_.CreateBr(head);
  b_.SetInsertPoint(done);
}

Val Emitter::item(const Expr& expr) {
  const Loop& loop = loops_[expr.id];
  const auto word = [&](llvm::Type* type, uint64_t offset) { return b_.CreateAlignedLoad(type, at(loop.item, offset), llvm::Align(1)); };
  const uint64_t field = kListKnownBytes + expr.index * kListFieldBytes;
  Val v;
  if (is_text(expr.type)) v = {b_.CreateInBoundsGEP(int8_, loop.block, word(int64_, field)), word(int64_, field + 8)};
  else v.a = word(expr.type.kind == TypeKind::number ? double_ : int64_, field);
  if (expr.type.kind == TypeKind::boolean) v.a = b_.CreateICmpNE(v.a, i64(0));
  if (expr.type.optional) v.known = b_.CreateTrunc(b_.CreateLShr(word(int64_, 0), expr.index), int1_);
  return v;
}

Val Emitter::quantified(const Expr& expr) {
  Val list = value(*expr.args[0]);
  const Expr* where = expr.args.size() > 1 ? expr.args[1].get() : nullptr;
  const bool counts = expr.kind == ExprKind::count_items, all = expr.kind == ExprKind::all_items;
  llvm::Value* result = scratch(8);
  b_.CreateStore(i64(all ? 1 : 0), result);
  each_item(list, expr.args[0]->type, [&](llvm::BasicBlock* done) {
    llvm::BasicBlock *yes = block("yes"), *no = block("no"), *next = block("next");
    if (where) branch(*where, yes, no);
    else b_.CreateBr(yes);
    b_.SetInsertPoint(yes);
    if (counts) b_.CreateStore(b_.CreateAdd(b_.CreateLoad(int64_, result), i64(1)), result);
    if (!counts && !all) b_.CreateStore(i64(1), result);
    b_.CreateBr(counts || all ? next : done);
    b_.SetInsertPoint(no);
    if (all) b_.CreateStore(i64(0), result);
    b_.CreateBr(all ? done : next);
    b_.SetInsertPoint(next);
  });
  llvm::Value* found = b_.CreateLoad(int64_, result);
  return {counts ? found : b_.CreateICmpNE(found, i64(0))};
}

llvm::Value* Emitter::list_contains(const Expr& expr) {
  Val list = value(*expr.args[0]), sought = value(*expr.args[1]);
  const Type& type = expr.args[1]->type;
  llvm::Value* known = both(list.known, sought.known);
  llvm::Value* size = list.known ? b_.CreateSelect(list.known, list.b, i64(0)) : list.b;
  llvm::Value* found;
  if (is_text(type)) {
    llvm::Value* length = sought.known ? b_.CreateSelect(sought.known, sought.b, i64(0)) : sought.b;
    found = call("wend_list_contains_text", int32_, {list.a, size, sought.a, length}, true);
  } else {
    found = call("wend_list_contains_value", int32_, {list.a, size, to_value8(sought, type), i32(type.kind == TypeKind::number)}, true);
  }
  llvm::Value* result = b_.CreateICmpNE(found, i32(0));
  if (expr.negated) result = b_.CreateNot(result);
  return both(known, result);
}

}  // namespace wend
