// Templates: a function a field, which appends to a std::string. Variables stand on its stack; loops are loops, and ask before
// each turn whether there may be another.
#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/emitter.h"
#include "runtime/abi/lists.h"

namespace wend {

void Emitter::emit_render(const PlanFunction& function) {
  begin(function.name, void_, {ptr_, ptr_, ptr_});
  record_ = function_->getArg(0);
  ctx_ = function_->getArg(1);
  call("wend_render_begin", void_, {ctx_});
  emit_template(*function.body, function_->getArg(2));
  call("wend_render_end", void_, {ctx_});
  b_.CreateRetVoid();
}

void Emitter::emit_template(const TemplateBody& body, llvm::Value* out) {
  for (const TemplateNode& node : body) {
    switch (node.kind) {
      case TemplateNode::Kind::text:
        if (!node.text.empty()) call("wend_out_text", void_, {out, text_constant(node.text), i64(static_cast<int64_t>(node.text.size())), i32(0)});
        break;
      case TemplateNode::Kind::output: emit_shown(value(*node.value), node.value->type, node.escape, out); break;
      case TemplateNode::Kind::branches: emit_branches(node, out); break;
      case TemplateNode::Kind::assign: emit_assign(local(node.local), value(*node.value), node.value->type); break;
      case TemplateNode::Kind::capture: emit_capture(node); break;
      case TemplateNode::Kind::loop: emit_loop(node, out); break;
      case TemplateNode::Kind::leave: emit_leave(node); break;
      case TemplateNode::Kind::count: emit_count(node, out); break;
      case TemplateNode::Kind::cycle: emit_cycle(node, out); break;
    }
  }
}

void Emitter::emit_branches(const TemplateNode& node, llvm::Value* out) {
  llvm::BasicBlock* done = block("done");
  for (const TemplateBranch& arm : node.branches) {
    llvm::BasicBlock* next = nullptr;
    if (arm.condition) {
      llvm::BasicBlock* taken = block("taken");
      next = block("next");
      branch(*arm.condition, taken, next);
      b_.SetInsertPoint(taken);
    }
    emit_template(arm.body, out);
    b_.CreateBr(done);
    if (!next) break;
    b_.SetInsertPoint(next);
  }
  if (!b_.GetInsertBlock()->getTerminator()) b_.CreateBr(done);
  b_.SetInsertPoint(done);
}

void Emitter::emit_shown(Val v, const Type& type, Escape how, llvm::Value* out) {
  v = as_text(v, type);
  llvm::Value* escape = i32(static_cast<int32_t>(how));
  switch (type.kind) {
    case TypeKind::boolean: call("wend_out_bool", void_, {out, b_.CreateZExt(v.a, int32_), escape}); return;
    case TypeKind::integer: call("wend_out_int", void_, {out, v.a, escape}); return;
    case TypeKind::number: call("wend_out_number", void_, {out, v.a, escape}); return;
    case TypeKind::percent: call("wend_out_percent", void_, {out, v.a, escape}); return;
    case TypeKind::money: {
      const std::string& currency = program_.currencies[type.of];
      call("wend_out_money", void_, {out, v.a, text_constant(currency), i64(static_cast<int64_t>(currency.size())), escape});
      return;
    }
    case TypeKind::duration: call("wend_out_duration", void_, {out, v.a, escape}); return;
    case TypeKind::time: call("wend_out_time", void_, {out, v.a, escape}); return;
    case TypeKind::date: call("wend_out_date", void_, {out, v.a, escape}); return;
    case TypeKind::time_of_day: call("wend_out_time_of_day", void_, {out, v.a, escape}); return;
    case TypeKind::weekday: call("wend_out_weekday", void_, {out, v.a, escape}); return;
    default: call("wend_out_text", void_, {out, v.a, v.b, escape});
  }
}

// ---- variables ---------------------------------------------------------------------------------------

// On the stack from the function's begin, zero and unknown.
Emitter::Local& Emitter::local(uint32_t number) {
  auto [found, fresh] = locals_.try_emplace(number);
  if (!fresh) return found->second;
  llvm::BasicBlock& entry = function_->getEntryBlock();
  llvm::IRBuilder<> at_entry(&entry, entry.begin());
  llvm::AllocaInst* slot = at_entry.CreateAlloca(int8_, i64(16));
  slot->setAlignment(llvm::Align(8));
  llvm::AllocaInst* known = at_entry.CreateAlloca(int8_);
  at_entry.CreateStore(i64(0), slot);
  at_entry.CreateStore(i64(0), at_entry.CreateConstInBoundsGEP1_64(int8_, slot, 8));
  at_entry.CreateStore(at_entry.getInt8(0), known);
  found->second = {slot, known};
  return found->second;
}

void Emitter::emit_assign(const Local& local, const Val& value, const Type& type) {
  store_slot(local.slot, value, type);
  b_.CreateStore(value.known ? b_.CreateZExt(value.known, int8_) : b_.getInt8(1), local.known);
}

Val Emitter::read_local(const Expr& expr) {
  const Local place = local(expr.index);
  Val v = load_slot(place.slot, expr.type);
  if (expr.type.optional) v.known = b_.CreateICmpNE(load(int8_, place.known, 0), b_.getInt8(0));
  return v;
}

void Emitter::emit_capture(const TemplateNode& node) {
  llvm::Value* captured = call("wend_capture_begin", ptr_, {ctx_});
  emit_template(node.branches[0].body, captured);
  const Local place = local(node.local);
  call("wend_capture_end", void_, {ctx_, place.slot});
  b_.CreateStore(b_.getInt8(1), place.known);
}

Val Emitter::shown_text(const Expr& expr) {
  Val v = value(expr);
  llvm::Value* captured = call("wend_capture_begin", ptr_, {ctx_});
  emit_shown(v, expr.type, Escape::none, captured);
  llvm::Value* text = scratch(16);
  call("wend_capture_end", void_, {ctx_, text});
  return {load(ptr_, text, 0), load(int64_, text, 8)};
}

// ---- lists: blocks of runtime/abi/lists.h, which lie at any address -----------------------------------

Val Emitter::entry_field(llvm::Value* item, llvm::Value* block, uint32_t field, const Type& type) {
  const auto word = [&](llvm::Type* kind, uint64_t offset) { return b_.CreateAlignedLoad(kind, at(item, offset), llvm::Align(1)); };
  const uint64_t place = kListKnownBytes + field * kListFieldBytes;
  Val v;
  if (is_text(type)) v = {b_.CreateInBoundsGEP(int8_, block, word(int64_, place)), word(int64_, place + 8)};
  else v.a = word(type.kind == TypeKind::number ? double_ : int64_, place);
  if (type.kind == TypeKind::boolean) v.a = b_.CreateICmpNE(v.a, i64(0));
  if (type.optional) v.known = b_.CreateTrunc(b_.CreateLShr(word(int64_, 0), field), int1_);
  return v;
}

Val Emitter::record_field(const Expr& expr) {
  Val entry = value(*expr.args[0]);
  return entry_field(entry.a, b_.CreateIntToPtr(entry.b, ptr_), expr.index, expr.type);
}

Val Emitter::entry_of(const Type& list, llvm::Value* block, llvm::Value* place) {
  const Type& entry = program_.item_types[list.of];
  const size_t fields = entry.kind == TypeKind::record ? program_.records[entry.of].fields.size() : 1;
  llvm::Value* offset = b_.CreateAdd(b_.CreateMul(place, i64(static_cast<int64_t>(list_item_bytes(fields)))), i64(kListHeaderBytes));
  llvm::Value* item = b_.CreateInBoundsGEP(int8_, block, offset);
  if (entry.kind == TypeKind::record) return {item, b_.CreatePtrToInt(block, int64_)};
  return entry_field(item, block, 0, entry);
}

Val Emitter::joined_text(const Expr& list, const Expr& between) {
  const Type& entry = program_.item_types[list.type.of];
  Val all = value(list), text = value(between);
  llvm::Value* captured = call("wend_capture_begin", ptr_, {ctx_});
  llvm::Value* count = call("wend_fn_list_size", int64_, {ctx_, all.a, all.b});
  llvm::Value* turn = scratch(8);
  b_.CreateStore(i64(0), turn);
  llvm::BasicBlock *head = block("join"), *first = block("join_first"), *more = block("join_more"), *show = block("join_entry"), *done = block("joined");
  b_.CreateBr(head);
  b_.SetInsertPoint(head);
  llvm::Value* place = load(int64_, turn, 0);
  b_.CreateCondBr(b_.CreateICmpSLT(place, count), first, done);
  b_.SetInsertPoint(first);
  b_.CreateCondBr(b_.CreateICmpEQ(place, i64(0)), show, more);
  b_.SetInsertPoint(more);
  call("wend_out_text", void_, {captured, text.a, text.b, i32(0)});
  b_.CreateBr(show);
  b_.SetInsertPoint(show);
  emit_shown(entry_of(list.type, all.a, place), entry, Escape::none, captured);
  b_.CreateStore(b_.CreateAdd(place, i64(1)), turn);
  b_.CreateBr(head);
  b_.SetInsertPoint(done);
  llvm::Value* out = scratch(16);
  call("wend_capture_end", void_, {ctx_, out});
  return {load(ptr_, out, 0), load(int64_, out, 8)};
}

// ---- loops -------------------------------------------------------------------------------------------

llvm::Value* Emitter::within(llvm::Value* value, llvm::Value* least, llvm::Value* most) {
  llvm::Value* raised = b_.CreateSelect(b_.CreateICmpSLT(value, least), least, value);
  return b_.CreateSelect(b_.CreateICmpSGT(raised, most), most, raised);
}

void Emitter::emit_loop(const TemplateNode& node, llvm::Value* out) {
  // How many entries there are, and of those how many are gone over, from the `first` on.
  llvm::Value *from = nullptr, *all = nullptr;
  Val list;
  if (node.value) {
    list = value(*node.value);
    all = within(call("wend_fn_list_size", int64_, {ctx_, list.a, list.b}), i64(0), i64(kRangeMax));
  } else {
    from = value(*node.args[0]).a;
    llvm::Value* to = value(*node.args[1]).a;
    llvm::Value* above = b_.CreateSelect(b_.CreateICmpSLT(to, from), i64(-1), b_.CreateSub(to, from));   // wraps where it is far above the most
    llvm::Value* far = b_.CreateAnd(b_.CreateICmpSGE(to, from), b_.CreateICmpSLT(above, i64(0)));
    all = b_.CreateSelect(far, i64(kRangeMax), within(b_.CreateAdd(within(above, i64(-1), i64(kRangeMax)), i64(1)), i64(0), i64(kRangeMax)));
  }
  llvm::Value* first = node.args[2] ? within(value(*node.args[2]).a, i64(0), all) : i64(0);
  llvm::Value* count = b_.CreateSub(all, first);
  if (node.args[3]) count = within(value(*node.args[3]).a, i64(0), count);

  TemplateLoop loop{scratch(8), count, block("turn_over"), block("loop_end")};
  llvm::BasicBlock *head = block("loop"), *granted = block("granted"), *body = block("turn");
  b_.CreateStore(i64(0), loop.turn);
  llvm::BasicBlock* none = node.branches.size() > 1 ? block("none") : loop.end;
  b_.CreateCondBr(b_.CreateICmpEQ(count, i64(0)), none, head);

  b_.SetInsertPoint(head);
  llvm::Value* turn = load(int64_, loop.turn, 0);
  b_.CreateCondBr(b_.CreateICmpSLT(turn, count), granted, loop.end);
  b_.SetInsertPoint(granted);
  b_.CreateCondBr(b_.CreateICmpNE(call("wend_render_turn", int32_, {ctx_}), i32(0)), body, loop.end);
  b_.SetInsertPoint(body);
  llvm::Value* place = node.flag ? b_.CreateSub(b_.CreateSub(b_.CreateAdd(first, count), i64(1)), turn) : b_.CreateAdd(first, turn);
  if (node.value) emit_assign(local(node.local), entry_of(node.value->type, list.a, place), program_.item_types[node.value->type.of]);
  else emit_assign(local(node.local), {b_.CreateAdd(from, place)}, {TypeKind::integer});
  template_loops_[node.loop] = loop;
  emit_template(node.branches[0].body, out);
  b_.CreateBr(loop.next);

  b_.SetInsertPoint(loop.next);
  b_.CreateStore(b_.CreateAdd(load(int64_, loop.turn, 0), i64(1)), loop.turn);
  b_.CreateBr(head);
  if (none != loop.end) {
    b_.SetInsertPoint(none);
    emit_template(node.branches[1].body, out);
    b_.CreateBr(loop.end);
  }
  b_.SetInsertPoint(loop.end);
}

void Emitter::emit_leave(const TemplateNode& node) {
  const TemplateLoop& loop = template_loops_.at(node.loop);
  b_.CreateBr(node.flag ? loop.end : loop.next);
  b_.SetInsertPoint(block("behind"));   // nothing comes here
}

Val Emitter::loop_value(const Expr& expr) {
  const TemplateLoop& loop = template_loops_.at(expr.id);
  llvm::Value* turn = load(int64_, loop.turn, 0);
  llvm::Value* last = b_.CreateSub(loop.count, i64(1));
  switch (static_cast<LoopValue>(expr.index)) {
    case LoopValue::index: return {b_.CreateAdd(turn, i64(1))};
    case LoopValue::index0: return {turn};
    case LoopValue::rindex: return {b_.CreateSub(loop.count, turn)};
    case LoopValue::rindex0: return {b_.CreateSub(last, turn)};
    case LoopValue::first: return {b_.CreateICmpEQ(turn, i64(0))};
    case LoopValue::last: return {b_.CreateICmpEQ(turn, last)};
    case LoopValue::length: break;
  }
  return {loop.count};
}

void Emitter::emit_count(const TemplateNode& node, llvm::Value* out) {
  const Local place = local(node.local);
  llvm::Value* before = load(int64_, place.slot, 0);
  llvm::Value* after = node.flag ? b_.CreateSub(before, i64(1)) : b_.CreateAdd(before, i64(1));
  call("wend_out_int", void_, {out, node.flag ? after : before, i32(0)});
  b_.CreateStore(after, place.slot);
}

void Emitter::emit_cycle(const TemplateNode& node, llvm::Value* out) {
  const Local place = local(node.local);
  llvm::Value* turn = load(int64_, place.slot, 0);
  llvm::BasicBlock* done = block("done");
  for (size_t i = 0; i < node.args.size(); ++i) {
    llvm::BasicBlock *taken = block("taken"), *next = block("next");
    b_.CreateCondBr(b_.CreateICmpEQ(turn, i64(static_cast<int64_t>(i))), taken, next);
    b_.SetInsertPoint(taken);
    emit_shown(value(*node.args[i]), node.args[i]->type, node.escape, out);
    b_.CreateBr(done);
    b_.SetInsertPoint(next);
  }
  b_.CreateBr(done);
  b_.SetInsertPoint(done);
  llvm::Value* after = b_.CreateAdd(turn, i64(1));
  b_.CreateStore(b_.CreateSelect(b_.CreateICmpSGE(after, i64(static_cast<int64_t>(node.args.size()))), i64(0), after), place.slot);
}

}  // namespace wend
