// Reading measure state: small cells inline, the others through cell_ops.h.
#include <llvm/IR/Intrinsics.h>

#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/emitter.h"

namespace wend {

llvm::Value* Emitter::cell_pointer(const PlanCell& cell) { return at(cell.journey.valid() ? instance_ : record_, cell.offset); }

llvm::Value* Emitter::window_start(int32_t window) { return load(int64_, load(ptr_, ctx_, kCtxWindowStarts), static_cast<uint64_t>(window) * 8); }
llvm::Value* Emitter::window_first(int32_t window) { return load(int64_, load(ptr_, ctx_, kCtxWindowFirsts), static_cast<uint64_t>(window) * 8); }
llvm::Value* Emitter::pane_now(TimeUnit unit) { return load(int64_, ctx_, kCtxPanesNow + static_cast<uint64_t>(unit) * 8); }

llvm::Value* Emitter::after_instant(const Aggregate& a) { return b_.CreateSub(load(int64_, ctx_, kCtxNow), i64(a.window.length_us)); }

llvm::Value* Emitter::first_inside(const Aggregate& a, const PlanRead& read) {
  if (a.window.kind == WindowKind::last_units) return window_start(read.window);
  if (a.window.kind == WindowKind::rolling) return b_.CreateAdd(after_instant(a), i64(1));
  return i64(WEND_NEVER + 1);
}

llvm::Value* Emitter::in_window(const Aggregate& a, const PlanRead& read, llvm::Value* stamp) {
  return b_.CreateICmpSGE(stamp, first_inside(a, read));
}

Val Emitter::from_value8(llvm::Value* value8, const Type& type, llvm::Value* known) {
  Val v{value8, nullptr, known};
  if (is_text(type)) {
    // What is not known may be any bits: text 0 always exists.
    llvm::Value* id = known ? b_.CreateSelect(known, value8, i64(0)) : value8;
    llvm::Value* text = b_.CreateInBoundsGEP(int8_, load(ptr_, ctx_, kCtxPool), b_.CreateShl(id, 4));
    v.a = load(ptr_, text, 0);
    v.b = load(int64_, text, 8);
  } else if (type.kind == TypeKind::number) {
    v.a = b_.CreateBitCast(value8, double_);
  } else if (type.kind == TypeKind::boolean) {
    v.a = b_.CreateICmpNE(value8, i64(0));
  }
  return v;
}

llvm::Value* Emitter::to_value8(const Val& value, const Type& type) {
  if (is_text(type)) return call("wend_intern", int64_, {ctx_, value.a, value.b});
  if (type.kind == TypeKind::number) return b_.CreateBitCast(value.a, int64_);
  if (type.kind == TypeKind::boolean) return b_.CreateZExt(value.a, int64_);
  return value.a;
}

// count, sum, average, smallest, largest out of a TotalCell.
Val Emitter::from_total(const Aggregate& a, llvm::Value* total) {
  llvm::Value* count = load(int64_, total, offsetof(TotalCell, count));
  const Type type = a.has_property ? program_.events[a.event.index()].properties[a.property].type.known() : Type{TypeKind::integer};
  const bool number = type.kind == TypeKind::number, integer = type.kind == TypeKind::integer;
  llvm::Value* some = b_.CreateICmpSGT(count, i64(0));
  switch (a.kind) {
    case AggregateKind::count: return {count};
    case AggregateKind::sum:
      return {number ? call("wend_total_sum_number", double_, {total}, true) : call("wend_total_sum_int", int64_, {ctx_, total})};
    case AggregateKind::average: {
      // Reads a count of at least one: an average over nothing is unknown, whatever stands there.
      llvm::BasicBlock *from = b_.GetInsertBlock(), *divide = block("average"), *join = block("join");
      b_.CreateCondBr(some, divide, join);
      b_.SetInsertPoint(divide);
      llvm::Type* result = number || integer ? double_ : int64_;
      llvm::Value* average = number ? call("wend_total_average_number", double_, {total}, true)
                           : integer ? call("wend_total_average_int", double_, {total}, true)
                                     : call("wend_total_average_micros", int64_, {total}, true);
      llvm::BasicBlock* from_divide = b_.GetInsertBlock();
      b_.CreateBr(join);
      b_.SetInsertPoint(join);
      llvm::PHINode* phi = b_.CreatePHI(result, 2);
      phi->addIncoming(llvm::Constant::getNullValue(result), from);
      phi->addIncoming(average, from_divide);
      return {phi, nullptr, some};
    }
    case AggregateKind::smallest: return from_value8(load(int64_, total, offsetof(TotalCell, smallest)), type, some);
    default: return from_value8(load(int64_, total, offsetof(TotalCell, largest)), type, some);
  }
}

Val Emitter::past_window(const Aggregate& a, const PlanRead& read) {
  const PlanCell& cell = plan_.cells[read.cell];
  llvm::Value *place = cell_pointer(cell), *from = window_first(read.window), *upto = window_first(read.until);
  const auto stamped = [&](const char* name, bool since) -> Val {
    llvm::Value *stamp = scratch(8), *value = scratch(8);
    b_.CreateStore(i64(0), stamp);
    b_.CreateStore(i64(0), value);
    llvm::Value* known = b_.CreateICmpNE(call(name, int32_, {place, from, upto, stamp, value}), i32(0));
    if (since) return {b_.CreateSub(load(int64_, ctx_, kCtxNow), load(int64_, stamp, 0)), nullptr, known};
    return from_value8(load(int64_, value, 0), cell.value_type, known);
  };
  switch (cell.kind) {
    case CellKind::counts: {
      if (a.kind == AggregateKind::units_with) return {call("wend_counts_panes", int64_, {place, from, upto}, true)};
      llvm::Value* count = call("wend_counts_between", int64_, {place, from, upto}, true);
      return {a.kind == AggregateKind::has ? b_.CreateICmpSGT(count, i64(0)) : count};
    }
    case CellKind::panes: {
      llvm::Value* total = scratch(sizeof(TotalCell));
      call("wend_panes_between", void_, {place, from, upto, i32(cell.value_type.kind == TypeKind::number), total});
      return from_total(a, total);
    }
    case CellKind::firsts: return stamped("wend_firsts_between", a.kind == AggregateKind::time_since_first);
    case CellKind::lasts: return stamped("wend_lasts_between", a.kind == AggregateKind::time_since_last);
    default: break;
  }
  if (a.kind == AggregateKind::distinct) return {call("wend_pairs_distinct", int64_, {place, from, upto}, true)};
  llvm::Value* top = scratch(8);
  b_.CreateStore(i64(0), top);
  llvm::Value* known = b_.CreateICmpNE(call("wend_pairs_top_between", int32_, {place, from, upto, top}), i32(0));
  return from_value8(load(int64_, top, 0), cell.value_type, known);
}

Val Emitter::aggregate(const Expr& expr) {
  const Aggregate& a = program_.aggregates[expr.id];
  const PlanRead& read = plan_.reads[expr.id];
  const PlanCell& cell = plan_.cells[read.cell];
  llvm::Value* place = cell_pointer(cell);
  const bool number = cell.value_type.kind == TypeKind::number;
  if (a.window.kind == WindowKind::ago) return past_window(a, read);
  switch (cell.kind) {
    case CellKind::stamp: {
      llvm::Value* stamp = load(int64_, place, 0);
      llvm::Value* inside = in_window(a, read, stamp);
      if (a.kind == AggregateKind::has) return {inside};
      return {b_.CreateSub(load(int64_, ctx_, kCtxNow), stamp), nullptr, inside};
    }
    case CellKind::last: return from_value8(load(int64_, place, 8), cell.value_type, in_window(a, read, load(int64_, place, 0)));
    case CellKind::first: {
      llvm::Value* stamp = load(int64_, place, 0);
      llvm::Value* known = b_.CreateICmpNE(stamp, i64(WEND_NEVER));
      if (a.kind == AggregateKind::time_since_first) return {b_.CreateSub(load(int64_, ctx_, kCtxNow), stamp), nullptr, known};
      return from_value8(load(int64_, place, 8), cell.value_type, known);
    }
    case CellKind::bits:
      return {call("wend_bits_count", int64_, {place, i64(cell.words), b_.CreateSub(pane_now(cell.unit), i64(a.window.count)), pane_now(cell.unit)}, true)};
    case CellKind::total: return from_total(a, place);
    case CellKind::counts: return {call("wend_counts_read", int64_, {place, window_first(read.window)}, true)};
    case CellKind::panes: {
      llvm::Value* total = scratch(sizeof(TotalCell));
      call("wend_panes_read", void_, {place, window_first(read.window), i32(number), total});
      return from_total(a, total);
    }
    case CellKind::firsts: {
      llvm::Value *stamp = scratch(8), *first = scratch(8);
      b_.CreateStore(i64(0), stamp);
      b_.CreateStore(i64(0), first);
      llvm::Value* known = b_.CreateICmpNE(call("wend_firsts_read", int32_, {place, window_first(read.window), stamp, first}), i32(0));
      if (a.kind == AggregateKind::time_since_first) return {b_.CreateSub(load(int64_, ctx_, kCtxNow), load(int64_, stamp, 0)), nullptr, known};
      return from_value8(load(int64_, first, 0), cell.value_type, known);
    }
    case CellKind::ring: {
      if (a.kind == AggregateKind::count) return {call("wend_ring_count", int64_, {place, after_instant(a)}, true)};
      if (a.kind == AggregateKind::units_with) return {call("wend_ring_distinct", int64_, {place, after_instant(a)}, true)};
      if (a.kind == AggregateKind::streak) return {call("wend_ring_streak", int64_, {place, after_instant(a), pane_now(cell.unit)}, true)};
      if (a.kind == AggregateKind::distinct) {
        llvm::Value* different = call("wend_ring_distinct", int64_, {place, after_instant(a)}, true);
        return {b_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, different, i64(a.up_to))};
      }
      if (a.kind == AggregateKind::most_frequent) {
        llvm::Value* top = scratch(8);
        b_.CreateStore(i64(0), top);
        llvm::Value* known = b_.CreateICmpNE(call("wend_ring_top", int32_, {place, after_instant(a), top}), i32(0));
        return from_value8(load(int64_, top, 0), cell.value_type, known);
      }
      if (a.kind == AggregateKind::first || a.kind == AggregateKind::time_since_first) {
        llvm::Value *stamp = scratch(8), *first = scratch(8);
        b_.CreateStore(i64(0), stamp);
        b_.CreateStore(i64(0), first);
        llvm::Value* known = b_.CreateICmpNE(call("wend_ring_first", int32_, {place, after_instant(a), stamp, first}), i32(0));
        if (a.kind == AggregateKind::time_since_first) return {b_.CreateSub(load(int64_, ctx_, kCtxNow), load(int64_, stamp, 0)), nullptr, known};
        return from_value8(load(int64_, first, 0), cell.value_type, known);
      }
      llvm::Value* total = scratch(sizeof(TotalCell));
      call("wend_ring_read", void_, {place, after_instant(a), i32(number), total});
      return from_total(a, total);
    }
    case CellKind::stamps:
      if (a.kind == AggregateKind::streak)
        return {call("wend_stamps_streak", int64_, {place, first_inside(a, read), pane_now(cell.unit)}, true)};
      return {call("wend_stamps_count", int64_, {place, first_inside(a, read)}, true)};
    case CellKind::values: return {call("wend_values_count", int64_, {place, first_inside(a, read)}, true)};
    case CellKind::pairs: {
      llvm::Value* top = scratch(8);
      b_.CreateStore(i64(0), top);
      llvm::Value* from = read.window >= 0 ? window_first(read.window) : i64(WEND_NEVER);
      llvm::Value* known = b_.CreateICmpNE(call("wend_pairs_top", int32_, {place, from, top}), i32(0));
      return from_value8(load(int64_, top, 0), cell.value_type, known);
    }
    case CellKind::streak: return {call("wend_streak_read", int64_, {place, pane_now(cell.unit)}, true)};
    case CellKind::ever_units: return {load(int64_, place, offsetof(EverUnitsCell, count))};
    case CellKind::baseline: case CellKind::lasts: case CellKind::sequence: break;
  }
  return {truth_constant(false)};
}

}  // namespace wend
