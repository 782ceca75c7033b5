// Expressions -> SSA. Logic keeps real branches, so that the cheap first test spares the others.
#include "compiler/builtins/builtins.h"
#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/emitter.h"

namespace wend {

llvm::Value* Emitter::truth(const Expr& expr) {
  Val v = value(expr);
  return v.known ? b_.CreateAnd(v.known, v.a) : v.a;
}

void Emitter::branch(const Expr& expr, llvm::BasicBlock* yes, llvm::BasicBlock* no) {
  switch (expr.kind) {
    case ExprKind::not_: branch(*expr.args[0], no, yes); return;
    case ExprKind::and_: {
      llvm::BasicBlock* second = block("and");
      branch(*expr.args[0], second, no);
      b_.SetInsertPoint(second);
      branch(*expr.args[1], yes, no);
      return;
    }
    case ExprKind::or_: {
      llvm::BasicBlock* second = block("or");
      branch(*expr.args[0], yes, second);
      b_.SetInsertPoint(second);
      branch(*expr.args[1], yes, no);
      return;
    }
    default: b_.CreateCondBr(truth(expr), yes, no);
  }
}

Val Emitter::value(const Expr& expr) {
  if (given_ && expr.kind == given_->kind && expr.id == given_->id) return given_value_;
  switch (expr.kind) {
    case ExprKind::constant: return constant(expr.type, expr.value);
    case ExprKind::attribute: return attribute(expr);
    case ExprKind::event_property: {
      const Type& type = program_.events[expr.id].properties[expr.index].type;
      llvm::Value* known = type.optional ? load(int64_, event_, kEventKnown) : nullptr;
      return slot(load(ptr_, event_, kEventSlots), expr.index, type, known);
    }
    case ExprKind::event_at: return {load(int64_, event_, kEventAt)};
    case ExprKind::entry_property: {
      const ModuleEntryProperty* found = nullptr;
      for (const ModuleEntryProperty& property : plan_.instances[journey_.index()].entry)
        if (property.event == expr.id && property.property == expr.index) found = &property;
      Type type = expr.type;
      llvm::Value* bits = load(int64_, instance_, static_cast<uint64_t>(found->field.presence / 64) * 8);
      llvm::Value* known = b_.CreateTrunc(b_.CreateLShr(bits, found->field.presence % 64), int1_);
      return from_value8(load(int64_, instance_, found->field.offset), type.known(), known);
    }
    case ExprKind::parameter: {
      llvm::Value* known = expr.type.optional ? load(int64_, ctx_, kCtxParametersKnown) : nullptr;
      return slot(load(ptr_, ctx_, kCtxParameters), expr.index, expr.type, known);
    }
    case ExprKind::measure: return call_reading(*program_.measures[expr.id].value);
    case ExprKind::audience: return call_reading(*program_.audiences[expr.id].condition);
    case ExprKind::usual: {
      uint64_t cell = static_cast<uint64_t>(plan_.baselines[expr.id]);
      Val v{load(double_, record_, cell + offsetof(BaselineCell, mean))};
      v.known = b_.CreateICmpSGE(load(int64_, record_, cell + offsetof(BaselineCell, samples)), i64(3));
      return v;
    }
    case ExprKind::state:
      return {b_.CreateZExt(load(int8_, record_, plan_.state_slots[expr.id] + offsetof(StateSlot, current)), int64_)};
    case ExprKind::aggregate: return aggregate(expr);
    case ExprKind::now: return {load(int64_, ctx_, kCtxNow)};
    case ExprKind::today: return {load(int64_, ctx_, kCtxToday)};
    case ExprKind::unwrap: {
      Val v = value(*expr.args[0]);
      v.known = nullptr;
      return v;
    }
    case ExprKind::to_optional: {
      Val v = value(*expr.args[0]);
      if (!v.known) v.known = truth_constant(true);
      return v;
    }
    case ExprKind::int_to_number: {
      Val v = value(*expr.args[0]);
      v.a = b_.CreateSIToFP(v.a, double_);
      return v;
    }
    case ExprKind::not_: return {b_.CreateNot(truth(*expr.args[0]))};
    case ExprKind::and_: case ExprKind::or_: {
      llvm::BasicBlock *yes = block("yes"), *no = block("no"), *join = block("join");
      branch(expr, yes, no);
      b_.SetInsertPoint(yes);
      b_.CreateBr(join);
      b_.SetInsertPoint(no);
      b_.CreateBr(join);
      b_.SetInsertPoint(join);
      llvm::PHINode* phi = b_.CreatePHI(int1_, 2);
      phi->addIncoming(truth_constant(true), yes);
      phi->addIncoming(truth_constant(false), no);
      return {phi};
    }
    case ExprKind::conditional: return choose(*expr.args[0], *expr.args[1], *expr.args[2], expr.type.optional);
    case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal:
    case ExprKind::greater: case ExprKind::greater_equal: return {compare(expr)};
    case ExprKind::in_list: return {in_list(expr)};
    case ExprKind::in_range: return {in_range(expr)};
    case ExprKind::contains: case ExprKind::starts_with: case ExprKind::ends_with: case ExprKind::matches:
    case ExprKind::mentions:
      return {text_test(expr)};
    case ExprKind::is_known: {
      Val v = value(*expr.args[0]);
      return {v.known ? v.known : truth_constant(true)};
    }
    case ExprKind::is_unknown: {
      Val v = value(*expr.args[0]);
      return {v.known ? b_.CreateNot(v.known) : truth_constant(false)};
    }
    case ExprKind::or_else: return or_else(expr);
    case ExprKind::below_usual: case ExprKind::above_usual: return {against_usual(expr)};
    case ExprKind::negate: case ExprKind::add: case ExprKind::subtract: case ExprKind::multiply: case ExprKind::divide:
      return arithmetic(expr);
    case ExprKind::call: return call_builtin(expr);
    case ExprKind::item: return item(expr);
    case ExprKind::any_item: case ExprKind::all_items: case ExprKind::count_items: return quantified(expr);
    case ExprKind::list_contains: return {list_contains(expr)};
    case ExprKind::local: return read_local(expr);
    case ExprKind::loop_value: return loop_value(expr);
    case ExprKind::to_text: return expr.args.size() > 1 ? joined_text(*expr.args[0], *expr.args[1]) : shown_text(*expr.args[0]);
    case ExprKind::field: return record_field(expr);
  }
  return {truth_constant(false)};
}

Val Emitter::constant(const Type& type, const Value& value) {
  Val v;
  if (type.kind == TypeKind::boolean) v.a = truth_constant(value.integer != 0);
  else if (type.kind == TypeKind::number) v.a = number_constant(value.number);
  else if (is_text(type)) v = {text_constant(value.text), i64(static_cast<int64_t>(value.text.size()))};
  else v.a = i64(value.integer);
  if (type.optional || !value.known) v.known = truth_constant(value.known);
  return v;
}

Val Emitter::attribute(const Expr& expr) {
  const Attribute& attribute = program_.attributes[expr.id];
  const Field& field = plan_.attributes[expr.id];
  Val v;
  switch (storage_of(attribute.type.kind).bytes) {
    case 1: v.a = b_.CreateZExt(load(int8_, record_, field.offset), int64_); break;
    case 2: v.a = b_.CreateZExt(load(llvm::Type::getInt16Ty(context_), record_, field.offset), int64_); break;
    case 4:
      v.a = load(int32_, record_, field.offset);
      v.a = is_text(attribute.type) ? b_.CreateZExt(v.a, int64_) : b_.CreateSExt(v.a, int64_);
      break;
    default: v.a = load(attribute.type.kind == TypeKind::number ? double_ : int64_, record_, field.offset);
  }
  if (attribute.type.kind == TypeKind::boolean) v.a = b_.CreateICmpNE(v.a, i64(0));
  if (is_text(attribute.type)) {
    llvm::Value* text = b_.CreateInBoundsGEP(int8_, load(ptr_, ctx_, kCtxPool), b_.CreateShl(v.a, 4));
    v = {load(ptr_, text, 0), load(int64_, text, 8)};
  }
  if (field.presence >= 0) {
    llvm::Value* byte = load(int8_, record_, static_cast<uint64_t>(field.presence) / 8);
    v.known = b_.CreateTrunc(b_.CreateLShr(byte, field.presence % 8), int1_);
  }
  return v;
}

// Slot `index` of an array of wend_slot.
Val Emitter::slot(llvm::Value* slots, uint32_t index, const Type& type, llvm::Value* known_bits) {
  Val v = load_slot(at(slots, static_cast<uint64_t>(index) * 16), type);
  if (known_bits) v.known = b_.CreateTrunc(b_.CreateLShr(known_bits, index), int1_);
  return v;
}

Val Emitter::load_slot(llvm::Value* slot, const Type& type) {
  if (is_text(type)) return {load(ptr_, slot, 0), load(int64_, slot, 8)};
  if (type.kind == TypeKind::number) return {load(double_, slot, 0)};
  llvm::Value* integer = load(int64_, slot, 0);
  return {type.kind == TypeKind::boolean ? b_.CreateICmpNE(integer, i64(0)) : integer};
}

void Emitter::store_slot(llvm::Value* slot, const Val& value, const Type& type) {
  llvm::Value* a = value.a;
  if (type.kind == TypeKind::boolean) a = b_.CreateZExt(a, int64_);
  b_.CreateStore(a, slot);
  b_.CreateStore(value.b ? value.b : i64(0), at(slot, 8));
}

// A measure or audience: its own function, which the optimiser may inline.
Val Emitter::call_reading(const Expr& reading) {
  const auto function = static_cast<uint32_t>(plan_.find(FunctionKind::value, &reading));
  readings_.insert(function);
  const Type& type = reading.type;
  llvm::Value* out = scratch(16);
  llvm::FunctionType* signature = llvm::FunctionType::get(int32_, {ptr_, ptr_, ptr_, ptr_, ptr_}, false);
  llvm::Value* null = llvm::ConstantPointerNull::get(llvm::cast<llvm::PointerType>(ptr_));
  llvm::Value* known = b_.CreateCall(module_.getOrInsertFunction(plan_.functions[function].name, signature), {record_, null, null, ctx_, out});
  Val v = load_slot(out, type);
  if (type.optional) v.known = b_.CreateICmpNE(known, i32(0));
  return v;
}

Val Emitter::merge(llvm::BasicBlock* from_a, Val a, llvm::BasicBlock* from_b, Val b, const Type& type) {
  Val v;
  auto phi = [&](llvm::Type* t, llvm::Value* x, llvm::Value* y) {
    llvm::PHINode* node = b_.CreatePHI(t, 2);
    node->addIncoming(x, from_a);
    node->addIncoming(y, from_b);
    return node;
  };
  v.a = phi(type_of(type), a.a, b.a);
  if (is_text(type)) v.b = phi(int64_, a.b, b.b);
  if (type.optional) v.known = phi(int1_, a.known ? a.known : truth_constant(true), b.known ? b.known : truth_constant(true));
  return v;
}

Val Emitter::choose(const Expr& condition, const Expr& yes, const Expr& no, bool optional) {
  llvm::BasicBlock *then_block = block("then"), *else_block = block("else"), *join = block("join");
  branch(condition, then_block, else_block);
  b_.SetInsertPoint(then_block);
  Val a = value(yes);
  llvm::BasicBlock* from_a = b_.GetInsertBlock();
  b_.CreateBr(join);
  b_.SetInsertPoint(else_block);
  Val b = value(no);
  llvm::BasicBlock* from_b = b_.GetInsertBlock();
  b_.CreateBr(join);
  b_.SetInsertPoint(join);
  Type type = yes.type.known();
  type.optional = optional;
  return merge(from_a, a, from_b, b, type);
}

Val Emitter::or_else(const Expr& expr) {
  Val first = value(*expr.args[0]);
  if (expr.negated) first.known = both(first.known, b_.CreateICmpNE(first.b, i64(0)));
  if (!first.known) return first;
  llvm::BasicBlock *from_first = b_.GetInsertBlock(), *other = block("else"), *join = block("join");
  b_.CreateCondBr(first.known, join, other);
  b_.SetInsertPoint(other);
  Val second = value(*expr.args[1]);
  llvm::BasicBlock* from_second = b_.GetInsertBlock();
  b_.CreateBr(join);
  b_.SetInsertPoint(join);
  first.known = nullptr;
  return merge(from_first, first, from_second, second, expr.type);
}

// ---- tests -----------------------------------------------------------------------------------------

llvm::Value* Emitter::compare_values(ExprKind kind, const Type& type, const Val& left, const Val& right) {
  using P = llvm::CmpInst::Predicate;
  if (is_text(type)) {
    if (kind == ExprKind::equal || kind == ExprKind::not_equal) {
      llvm::Value* same = b_.CreateICmpNE(call("wend_text_equal", int32_, {left.a, left.b, right.a, right.b}, true), i32(0));
      return kind == ExprKind::equal ? same : b_.CreateNot(same);
    }
    llvm::Value* order = call("wend_text_compare", int32_, {left.a, left.b, right.a, right.b}, true);
    P p = kind == ExprKind::less ? P::ICMP_SLT : kind == ExprKind::less_equal ? P::ICMP_SLE : kind == ExprKind::greater ? P::ICMP_SGT : P::ICMP_SGE;
    return b_.CreateICmp(p, order, i32(0));
  }
  if (type.kind == TypeKind::number) {
    P p = kind == ExprKind::equal ? P::FCMP_OEQ : kind == ExprKind::not_equal ? P::FCMP_ONE : kind == ExprKind::less ? P::FCMP_OLT
        : kind == ExprKind::less_equal ? P::FCMP_OLE : kind == ExprKind::greater ? P::FCMP_OGT : P::FCMP_OGE;
    return b_.CreateFCmp(p, left.a, right.a);
  }
  if (kind == ExprKind::equal) return b_.CreateICmpEQ(left.a, right.a);
  if (kind == ExprKind::not_equal) return b_.CreateICmpNE(left.a, right.a);
  // In an ordered states block later is less, so places compare the other way round.
  const bool turned = type.kind == TypeKind::one_of;
  llvm::Value *a = turned ? right.a : left.a, *b = turned ? left.a : right.a;
  if (type.kind == TypeKind::boolean) {
    a = b_.CreateZExt(a, int64_);
    b = b_.CreateZExt(b, int64_);
  }
  P p = kind == ExprKind::less ? P::ICMP_SLT : kind == ExprKind::less_equal ? P::ICMP_SLE : kind == ExprKind::greater ? P::ICMP_SGT : P::ICMP_SGE;
  return b_.CreateICmp(p, a, b);
}

llvm::Value* Emitter::compare(const Expr& expr) {
  Val left = value(*expr.args[0]), right = value(*expr.args[1]);
  return both(both(left.known, right.known), compare_values(expr.kind, expr.args[0]->type, left, right));
}

llvm::Value* Emitter::in_list(const Expr& expr) {
  Val left = value(*expr.args[0]);
  llvm::Value* found = truth_constant(false);
  for (size_t i = 1; i < expr.args.size(); ++i)
    found = b_.CreateOr(found, compare_values(ExprKind::equal, expr.args[0]->type, left, value(*expr.args[i])));
  if (expr.negated) found = b_.CreateNot(found);
  return both(left.known, found);
}

llvm::Value* Emitter::in_range(const Expr& expr) {
  Val v = value(*expr.args[0]), low = value(*expr.args[1]), high = value(*expr.args[2]);
  const Type& type = expr.args[0]->type;
  llvm::Value* inside = b_.CreateAnd(compare_values(ExprKind::greater_equal, type, v, low), compare_values(ExprKind::less_equal, type, v, high));
  if (expr.negated) inside = b_.CreateNot(inside);
  return both(v.known, inside);
}

llvm::Value* Emitter::text_test(const Expr& expr) {
  Val v = as_text(value(*expr.args[0]), expr.args[0]->type);
  llvm::Value* result;
  if (expr.kind == ExprKind::matches || expr.kind == ExprKind::mentions) {
    const char* name = expr.kind == ExprKind::matches ? "wend_text_matches" : "wend_text_mentions";
    result = call(name, int32_, {ctx_, v.a, v.b, text_constant(expr.value.text), i64(static_cast<int64_t>(expr.value.text.size()))});
  } else {
    Val other = as_text(value(*expr.args[1]), expr.args[1]->type);
    const char* name = expr.kind == ExprKind::contains ? "wend_text_contains" : expr.kind == ExprKind::starts_with ? "wend_text_starts_with" : "wend_text_ends_with";
    result = call(name, int32_, {v.a, v.b, other.a, other.b}, true);
  }
  return both(v.known, b_.CreateICmpNE(result, i32(0)));
}

// ---- calls -----------------------------------------------------------------------------------------

Val Emitter::as_text(const Val& value, const Type& type) {
  if (type.kind != TypeKind::one_of) return value;
  llvm::Value*& table = word_tables_[type.of];
  llvm::StructType* row = llvm::StructType::get(context_, {ptr_, int64_});
  if (!table) {
    std::vector<llvm::Constant*> rows;
    for (const std::string& word : program_.one_ofs[type.of].values)
      rows.push_back(llvm::ConstantStruct::get(row, {llvm::cast<llvm::Constant>(text_constant(word)), llvm::cast<llvm::Constant>(i64(static_cast<int64_t>(word.size())))}));
    llvm::ArrayType* array = llvm::ArrayType::get(row, rows.size());
    table = new llvm::GlobalVariable(module_, array, true, llvm::GlobalValue::PrivateLinkage, llvm::ConstantArray::get(array, rows), "words");
  }
  llvm::Value* entry = b_.CreateInBoundsGEP(row, table, value.a);
  return {load(ptr_, entry, 0), load(int64_, entry, 8), value.known};
}

Val Emitter::call_builtin(const Expr& expr) {
  const Builtin& builtin = builtins()[expr.id];
  const bool text_result = builtin.result == BuiltinType::text || builtin.result == BuiltinType::html || builtin.result == BuiltinType::list ||
                           builtin.result == BuiltinType::column || builtin.result == BuiltinType::texts || builtin.result == BuiltinType::ints;
  std::vector<llvm::Value*> arguments{ctx_};
  llvm::Value* out = text_result || builtin.result_optional ? scratch(16) : nullptr;
  if (out) arguments.push_back(out);
  for (size_t i = 0; i < builtin.parameters.size(); ++i) {
    const BuiltinParameter& parameter = builtin.parameters[i];
    if (i >= expr.args.size()) {
      arguments.push_back(i64(parameter.default_integer));
      continue;
    }
    Val v = value(*expr.args[i]);
    switch (parameter.type) {
      case BuiltinType::text: case BuiltinType::timezone:
      case BuiltinType::shown:
      case BuiltinType::currency:
      case BuiltinType::list:
        v = as_text(v, expr.args[i]->type);
        arguments.push_back(v.a);
        arguments.push_back(v.b);
        break;
      case BuiltinType::match: {
        llvm::Value* slot = scratch(16);
        store_slot(slot, v, expr.args[i]->type);
        arguments.push_back(slot);
        break;
      }
      case BuiltinType::boolean: arguments.push_back(b_.CreateZExt(v.a, int32_)); break;
      case BuiltinType::number:
        arguments.push_back(expr.args[i]->type.kind == TypeKind::number ? v.a : b_.CreateSIToFP(v.a, double_));
        break;
      default: arguments.push_back(v.a);
    }
  }
  llvm::Type* result = text_result ? void_ : builtin.result_optional || builtin.result == BuiltinType::boolean ? int32_
                     : builtin.result == BuiltinType::number ? double_ : int64_;
  llvm::Value* returned = call(builtin.symbol, result, arguments);
  if (text_result) return {load(ptr_, out, 0), load(int64_, out, 8)};
  if (builtin.result_optional) {
    Val v = load_slot(out, expr.type);
    v.known = b_.CreateICmpNE(returned, i32(0));
    return v;
  }
  if (builtin.result == BuiltinType::boolean) return {b_.CreateICmpNE(returned, i32(0))};
  return {returned};
}

}  // namespace wend
