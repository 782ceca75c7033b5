// Arithmetic: ints saturate and are counted, numbers are clamped, moneys and durations are whole micros.
#include <llvm/IR/Intrinsics.h>

#include <limits>

#include "compiler/codegen/abi_offsets.h"
#include "compiler/codegen/emitter.h"

namespace wend {
namespace {

bool is_quantity(TypeKind kind) { return kind == TypeKind::money || kind == TypeKind::duration; }

}  // namespace

llvm::Value* Emitter::saturating(llvm::Intrinsic::ID overflowing, llvm::Value* a, llvm::Value* b) {
  llvm::Value* pair = b_.CreateBinaryIntrinsic(overflowing, a, b);
  llvm::Value *result = b_.CreateExtractValue(pair, 0), *overflow = b_.CreateExtractValue(pair, 1);
  llvm::Value* negative;   // of the true result, where it overflows
  if (overflowing == llvm::Intrinsic::smul_with_overflow) negative = b_.CreateICmpSLT(b_.CreateXor(a, b), i64(0));
  else negative = b_.CreateICmpSLT(a, i64(0));
  llvm::Value* limit = b_.CreateSelect(negative, i64(std::numeric_limits<int64_t>::min()), i64(std::numeric_limits<int64_t>::max()));
  llvm::Value* count = at(ctx_, kCtxSaturations);
  llvm::BasicBlock *from = b_.GetInsertBlock(), *full = block("saturated"), *join = block("join");
  b_.CreateCondBr(overflow, full, join);
  b_.SetInsertPoint(full);
  b_.CreateStore(b_.CreateAdd(b_.CreateLoad(int64_, count), i64(1)), count);
  b_.CreateBr(join);
  b_.SetInsertPoint(join);
  llvm::PHINode* phi = b_.CreatePHI(int64_, 2);
  phi->addIncoming(result, from);
  phi->addIncoming(limit, full);
  return phi;
}

llvm::Value* Emitter::clamp(llvm::Value* number) {
  const double most = std::numeric_limits<double>::max();
  llvm::Value* capped = b_.CreateBinaryIntrinsic(llvm::Intrinsic::minnum, number, number_constant(most));
  return b_.CreateBinaryIntrinsic(llvm::Intrinsic::maxnum, capped, number_constant(-most));
}

llvm::Value* Emitter::share(llvm::Value* millionths) {
  return b_.CreateFDiv(b_.CreateSIToFP(millionths, double_), number_constant(1e6));
}

Val Emitter::arithmetic(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::negate: {
      Val v = value(*expr.args[0]);
      if (expr.type.kind == TypeKind::number) return {b_.CreateFNeg(v.a)};
      return {saturating(llvm::Intrinsic::ssub_with_overflow, i64(0), v.a)};
    }
    case ExprKind::add: return add(expr, false);
    case ExprKind::subtract: return add(expr, true);
    case ExprKind::multiply: return multiply(expr);
    default: return divide(expr);
  }
}

Val Emitter::add(const Expr& expr, bool subtract) {
  Val left = value(*expr.args[0]), right = value(*expr.args[1]);
  TypeKind l = expr.args[0]->type.kind, r = expr.args[1]->type.kind;
  if (expr.type.kind == TypeKind::number)
    return {clamp(subtract ? b_.CreateFSub(left.a, right.a) : b_.CreateFAdd(left.a, right.a))};
  // A date moves by whole days.
  if (l == TypeKind::date && r == TypeKind::duration) right.a = b_.CreateSDiv(right.a, i64(kMicrosPerDay));
  if (r == TypeKind::date && l == TypeKind::duration) left.a = b_.CreateSDiv(left.a, i64(kMicrosPerDay));
  return {saturating(subtract ? llvm::Intrinsic::ssub_with_overflow : llvm::Intrinsic::sadd_with_overflow, left.a, right.a)};
}

Val Emitter::multiply(const Expr& expr) {
  Val left = value(*expr.args[0]), right = value(*expr.args[1]);
  TypeKind l = expr.args[0]->type.kind, r = expr.args[1]->type.kind;
  // Put the quantity or the plain value first, the factor second.
  if (is_quantity(r) || (l == TypeKind::percent && r != TypeKind::percent) || (l == TypeKind::integer && r == TypeKind::number)) {
    std::swap(left, right);
    std::swap(l, r);
  }
  if (r == TypeKind::percent) {
    if (l == TypeKind::number) return {clamp(b_.CreateFMul(left.a, share(right.a)))};
    if (expr.type.kind == TypeKind::number) return {clamp(b_.CreateFMul(b_.CreateSIToFP(left.a, double_), share(right.a)))};
    return {call("wend_multiply_share", int64_, {ctx_, left.a, right.a})};
  }
  if (is_quantity(l) || (l == TypeKind::percent && expr.type.kind == TypeKind::percent)) {
    if (r == TypeKind::number) return {call("wend_multiply_number", int64_, {ctx_, left.a, right.a})};
    return {saturating(llvm::Intrinsic::smul_with_overflow, left.a, right.a)};
  }
  if (expr.type.kind == TypeKind::number) {
    if (l != TypeKind::number) left.a = b_.CreateSIToFP(left.a, double_);
    if (r != TypeKind::number) right.a = b_.CreateSIToFP(right.a, double_);
    return {clamp(b_.CreateFMul(left.a, right.a))};
  }
  return {saturating(llvm::Intrinsic::smul_with_overflow, left.a, right.a)};
}

Val Emitter::divide(const Expr& expr) {
  Val left = value(*expr.args[0]), right = value(*expr.args[1]);
  TypeKind l = expr.args[0]->type.kind, r = expr.args[1]->type.kind;
  const bool fractional = r == TypeKind::number;
  llvm::Value* zero = fractional ? b_.CreateFCmpOEQ(right.a, number_constant(0)) : b_.CreateICmpEQ(right.a, i64(0));
  // Where the divisor is zero another one is divided by: the quotient is unknown then, and nothing traps.
  llvm::Value* divisor = b_.CreateSelect(zero, fractional ? number_constant(1) : i64(1), right.a);
  Val result;
  if (expr.type.kind == TypeKind::number) {
    llvm::Value* a = l == TypeKind::number ? left.a : b_.CreateSIToFP(left.a, double_);
    llvm::Value* b = r == TypeKind::number ? divisor : r == TypeKind::percent && l != TypeKind::percent ? share(divisor) : b_.CreateSIToFP(divisor, double_);
    result.a = clamp(b_.CreateFDiv(a, b));
  } else if (r == TypeKind::number) {
    result.a = call("wend_divide_number", int64_, {ctx_, left.a, divisor});
  } else if (r == TypeKind::percent) {
    result.a = call("wend_divide_number", int64_, {ctx_, left.a, share(divisor)});
  } else {
    result.a = call("wend_divide_int", int64_, {ctx_, left.a, divisor});
  }
  if (expr.type.optional) result.known = b_.CreateNot(zero);
  return result;
}

// ---- baselines -------------------------------------------------------------------------------------

llvm::Value* Emitter::baseline_number(const Val& value, const Type& type) {
  switch (type.kind) {
    case TypeKind::number: return value.a;
    case TypeKind::money: case TypeKind::duration: case TypeKind::percent: return share(value.a);
    default: return b_.CreateSIToFP(value.a, double_);
  }
}

llvm::Value* Emitter::against_usual(const Expr& expr) {
  const Measure& measure = program_.measures[expr.id];
  Val v = call_reading(*measure.value);
  llvm::Value* x = baseline_number(v, measure.value->type);
  llvm::Value* amount = value(*expr.args[0]).a;
  uint64_t cell = static_cast<uint64_t>(plan_.baselines[expr.id]);
  llvm::Value* mean = load(double_, record_, cell + offsetof(BaselineCell, mean));
  llvm::Value* enough = b_.CreateICmpSGE(load(int64_, record_, cell + offsetof(BaselineCell, samples)), i64(3));
  const bool below = expr.kind == ExprKind::below_usual;
  llvm::Value* edge;
  if (expr.index == 1) {
    llvm::Value* deviation = b_.CreateUnaryIntrinsic(llvm::Intrinsic::sqrt, load(double_, record_, cell + offsetof(BaselineCell, variance)));
    llvm::Value* distance = b_.CreateFMul(amount, deviation);
    edge = below ? b_.CreateFSub(mean, distance) : b_.CreateFAdd(mean, distance);
  } else {
    llvm::Value* one = number_constant(1);
    edge = b_.CreateFMul(mean, below ? b_.CreateFSub(one, amount) : b_.CreateFAdd(one, amount));
  }
  llvm::Value* beyond = below ? b_.CreateAnd(b_.CreateFCmpOLT(x, mean), b_.CreateFCmpOLE(x, edge))
                              : b_.CreateAnd(b_.CreateFCmpOGT(x, mean), b_.CreateFCmpOGE(x, edge));
  return both(v.known, b_.CreateAnd(enough, beyond));
}

}  // namespace wend
