// The next instant at which time alone may change what a condition reads: the least over its leaves. The list of leaves is
// that of grammar/reference/step.md, "Conditions and triggers". Asking too often shows nowhere; too late would.
#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/emitter.h"

namespace wend {
namespace {

bool is_temporal(const Type& type) { return type.kind == TypeKind::time || type.kind == TypeKind::duration; }

bool is_time_since(const Program& program, const Expr& expr) {
  return expr.kind == ExprKind::aggregate && is_time_since(program.aggregates[expr.id]);
}

}  // namespace

void Emitter::least(llvm::Value* instant) {
  llvm::Value* now = load(int64_, ctx_, kCtxNow);
  llvm::Value* best = b_.CreateLoad(int64_, least_);
  llvm::Value* better = b_.CreateAnd(b_.CreateICmpSGT(instant, now), b_.CreateICmpSLT(instant, best));
  b_.CreateStore(b_.CreateSelect(better, instant, best), least_);
}

void Emitter::begin_next(const PlanFunction& function) {
  begin(function.name, int64_, {ptr_, ptr_, ptr_, ptr_});
  record_ = function_->getArg(0);
  instance_ = function_->getArg(1);
  event_ = function_->getArg(2);
  ctx_ = function_->getArg(3);
  least_ = scratch(8);
  covered_.clear();
  b_.CreateStore(i64(WEND_FOREVER), least_);
}

void Emitter::end_next() { b_.CreateRet(b_.CreateLoad(int64_, least_)); }

void Emitter::emit_next(const PlanFunction& function) {
  begin_next(function);
  next_general(*function.expr);
  end_next();
}

void Emitter::emit_states_next(const PlanFunction& function) {
  begin_next(function);
  for (const StateRule& rule : program_.states[function.states.index()].rules) {
    if (rule.when) next_general(*rule.when);
    if (rule.until) next_general(*rule.until);
  }
  end_next();
}

void Emitter::next_general(const Expr& expr) {
  if (!depends_on_time(program_, expr)) return;
  switch (expr.kind) {
    case ExprKind::now: least(call("wend_next_quarter", int64_, {ctx_})); return;
    case ExprKind::today: least(call("wend_next_midnight", int64_, {ctx_})); return;
    case ExprKind::call:
      for (const ExprPtr& arg : expr.args) next_general(*arg);
      least(call("wend_next_midnight", int64_, {ctx_}));   // `age` reads today
      return;
    case ExprKind::measure:
      if (covered_.insert({expr.kind, expr.id}).second) next_general(*program_.measures[expr.id].value);
      return;
    case ExprKind::below_usual: case ExprKind::above_usual:
      next_general(*program_.measures[expr.id].value);
      next_general(*expr.args[0]);
      return;
    case ExprKind::audience:
      if (covered_.insert({expr.kind, expr.id}).second) next_general(*program_.audiences[expr.id].condition);
      return;
    case ExprKind::aggregate:
      next_aggregate(expr);
      if (is_time_since(program_, expr)) least(call("wend_next_quarter", int64_, {ctx_}));
      return;
    case ExprKind::any_item: case ExprKind::all_items: case ExprKind::count_items:
      next_general(*expr.args[0]);
      if (expr.args.size() > 1) {
        const auto before = covered_;   // a list may be empty: what is asked of its entries is asked again behind it
        each_item(value(*expr.args[0]), expr.args[0]->type, [&](llvm::BasicBlock*) { next_general(*expr.args[1]); });
        covered_ = before;
      }
      return;
    case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal:
    case ExprKind::greater: case ExprKind::greater_equal:
      if (is_temporal(expr.args[0]->type)) {
        next_compare(expr, *expr.args[0], *expr.args[1], expr.kind);
        return;
      }
      break;
    case ExprKind::in_range:
      if (is_temporal(expr.args[0]->type)) {
        next_compare(expr, *expr.args[0], *expr.args[1], ExprKind::greater_equal);
        next_compare(expr, *expr.args[0], *expr.args[2], ExprKind::less_equal);
        return;
      }
      break;
    default: break;
  }
  for (const ExprPtr& arg : expr.args) next_general(*arg);
}

// Leaves below a comparison that is solved for `now`: what moves with `now` itself is not asked again.
void Emitter::next_linear(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::now: return;
    case ExprKind::aggregate:
      if (is_time_since(program_, expr)) {
        next_aggregate(expr);
        return;
      }
      break;
    case ExprKind::measure:
      if (is_temporal(expr.type)) {
        next_linear(*program_.measures[expr.id].value);
        return;
      }
      break;
    case ExprKind::add: case ExprKind::subtract: case ExprKind::unwrap: case ExprKind::to_optional: case ExprKind::or_else:
      if (!is_temporal(expr.type)) break;
      for (const ExprPtr& arg : expr.args) next_linear(*arg);
      return;
    case ExprKind::conditional:
      if (!is_temporal(expr.type)) break;
      next_general(*expr.args[0]);
      next_linear(*expr.args[1]);
      next_linear(*expr.args[2]);
      return;
    default: break;
  }
  next_general(expr);
}

Linear Emitter::linear(const Expr& expr) {
  if (is_temporal(expr.type)) switch (expr.kind) {
    case ExprKind::now: return {value(expr), i64(1)};
    case ExprKind::aggregate:
      if (is_time_since(program_, expr)) return {value(expr), i64(1)};
      break;
    case ExprKind::measure: return linear(*program_.measures[expr.id].value);
    case ExprKind::unwrap: {
      Linear l = linear(*expr.args[0]);
      l.value.known = nullptr;
      return l;
    }
    case ExprKind::to_optional: return linear(*expr.args[0]);
    case ExprKind::add: case ExprKind::subtract: {
      if (!is_temporal(expr.args[0]->type) || !is_temporal(expr.args[1]->type)) break;
      Linear a = linear(*expr.args[0]), b = linear(*expr.args[1]);
      const bool minus = expr.kind == ExprKind::subtract;
      llvm::Intrinsic::ID sat = minus ? llvm::Intrinsic::ssub_sat : llvm::Intrinsic::sadd_sat;
      Linear result;
      result.value.a = b_.CreateBinaryIntrinsic(sat, a.value.a, b.value.a);
      result.slope = minus ? b_.CreateSub(a.slope, b.slope) : b_.CreateAdd(a.slope, b.slope);
      return result;
    }
    case ExprKind::or_else: {
      Linear a = linear(*expr.args[0]);
      if (!a.value.known) return a;
      Linear b = linear(*expr.args[1]);
      Linear result;
      result.value.a = b_.CreateSelect(a.value.known, a.value.a, b.value.a);
      result.value.known = b.value.known ? b_.CreateOr(a.value.known, b.value.known) : nullptr;
      result.slope = b_.CreateSelect(a.value.known, a.slope, b.slope);
      return result;
    }
    case ExprKind::conditional: {
      llvm::Value* condition = truth(*expr.args[0]);
      Linear a = linear(*expr.args[1]), b = linear(*expr.args[2]);
      Linear result;
      result.value.a = b_.CreateSelect(condition, a.value.a, b.value.a);
      if (a.value.known || b.value.known)
        result.value.known = b_.CreateSelect(condition, a.value.known ? a.value.known : truth_constant(true), b.value.known ? b.value.known : truth_constant(true));
      result.slope = b_.CreateSelect(condition, a.slope, b.slope);
      return result;
    }
    default: break;
  }
  return {value(expr), i64(0)};
}

// v = left - right moves with slope s; when does `v op 0` turn?
void Emitter::next_compare(const Expr&, const Expr& left, const Expr& right, ExprKind kind) {
  next_linear(left);
  next_linear(right);
  Linear l = linear(left), r = linear(right);
  llvm::Value* now = load(int64_, ctx_, kCtxNow);
  llvm::Value* v = b_.CreateBinaryIntrinsic(llvm::Intrinsic::ssub_sat, l.value.a, r.value.a);
  llvm::Value* slope = b_.CreateSub(l.slope, r.slope);
  llvm::Value* known = both(l.value.known, r.value.known);
  if (!known) known = truth_constant(true);
  auto plus = [&](llvm::Value* a, llvm::Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_sat, a, b); };
  auto minus = [&](llvm::Value* a, llvm::Value* b) { return b_.CreateBinaryIntrinsic(llvm::Intrinsic::ssub_sat, a, b); };
  llvm::Value *rising, *falling;   // the instant it turns at when v grows, and when it shrinks
  llvm::Value* one = i64(1);
  if (kind == ExprKind::less || kind == ExprKind::greater_equal) {
    rising = minus(now, v);
    falling = plus(plus(now, v), one);
  } else if (kind == ExprKind::greater || kind == ExprKind::less_equal) {
    rising = plus(minus(now, v), one);
    falling = plus(now, v);
  } else {   // equal, not_equal: true for one microsecond
    llvm::Value* here = b_.CreateICmpEQ(v, i64(0));
    rising = b_.CreateSelect(here, plus(now, one), minus(now, v));
    falling = b_.CreateSelect(here, plus(now, one), plus(now, v));
  }
  llvm::Value* forever = i64(WEND_FOREVER);
  llvm::Value* turn = b_.CreateSelect(b_.CreateICmpEQ(slope, one), rising, b_.CreateSelect(b_.CreateICmpEQ(slope, i64(-1)), falling, forever));
  llvm::Value* other = b_.CreateAnd(b_.CreateICmpNE(slope, i64(0)), b_.CreateICmpEQ(turn, forever));
  if (!llvm::isa<llvm::ConstantInt>(slope)) turn = b_.CreateSelect(other, call("wend_next_quarter", int64_, {ctx_}), turn);
  least(b_.CreateSelect(known, turn, forever));
}

void Emitter::next_aggregate(const Expr& expr) {
  const Aggregate& a = program_.aggregates[expr.id];
  const PlanRead& read = plan_.reads[expr.id];
  const PlanCell& cell = plan_.cells[read.cell];
  const bool calendar = a.window.kind == WindowKind::last_units, rolling = a.window.kind == WindowKind::rolling;
  llvm::Value* place = cell_pointer(cell);
  llvm::Value* forever = i64(WEND_FOREVER);
  auto pane_exit = [&](llvm::Value* pane) {
    least(call("wend_pane_exit", int64_, {ctx_, i32(static_cast<int>(a.window.unit)), pane, i64(a.window.count)}));
  };
  // The exit of an instant inside the window (FOREVER: none).
  auto stamp_exit = [&](llvm::Value* stamp) {
    if (rolling) least(b_.CreateBinaryIntrinsic(llvm::Intrinsic::sadd_sat, stamp, i64(a.window.length_us)));
    else if (calendar) least(call("wend_stamp_exit", int64_, {ctx_, i32(static_cast<int>(a.window.unit)), stamp, i64(a.window.count)}));
  };
  if (cell.kind == CellKind::streak) {
    // Alive: it ends at the start of the unit after next to its last.
    llvm::Value* last = load(int64_, place, 0);
    llvm::Value* alive = b_.CreateICmpSGE(last, b_.CreateSub(pane_now(cell.unit), i64(1)));
    least(call("wend_pane_exit", int64_, {ctx_, i32(static_cast<int>(cell.unit)), b_.CreateSelect(alive, last, forever), i64(1)}));
    return;
  }
  if (a.window.kind == WindowKind::ago) {   // panes come into it and leave it as units pass
    least(call("wend_pane_exit", int64_, {ctx_, i32(static_cast<int>(a.window.unit)), pane_now(a.window.unit), i64(0)}));
    return;
  }
  if (!calendar && !rolling) return;
  // A streak inside a window also ends by itself: asked again at the start of each of its units.
  if (a.kind == AggregateKind::streak)
    least(call("wend_pane_exit", int64_, {ctx_, i32(static_cast<int>(cell.unit)), pane_now(cell.unit), i64(0)}));
  switch (cell.kind) {
    case CellKind::stamp: case CellKind::last: {
      llvm::Value* stamp = load(int64_, place, 0);
      stamp_exit(b_.CreateSelect(in_window(a, read, stamp), stamp, forever));
      return;
    }
    case CellKind::bits:
      pane_exit(call("wend_bits_oldest", int64_, {place, i64(cell.words), b_.CreateSub(pane_now(cell.unit), i64(a.window.count))}, true));
      return;
    case CellKind::counts: pane_exit(call("wend_counts_oldest", int64_, {place, window_first(read.window)}, true)); return;
    case CellKind::panes: pane_exit(call("wend_panes_oldest", int64_, {place, window_first(read.window)}, true)); return;
    case CellKind::firsts: pane_exit(call("wend_firsts_oldest", int64_, {place, window_first(read.window)}, true)); return;
    case CellKind::pairs: pane_exit(call("wend_pairs_oldest", int64_, {place, window_first(read.window)}, true)); return;
    case CellKind::ring: stamp_exit(call("wend_ring_oldest", int64_, {place, after_instant(a)})); return;
    case CellKind::stamps: stamp_exit(call("wend_stamps_oldest", int64_, {place, first_inside(a, read)}, true)); return;
    case CellKind::values: stamp_exit(call("wend_values_oldest", int64_, {place, first_inside(a, read)}, true)); return;
    default: return;
  }
}

}  // namespace wend
