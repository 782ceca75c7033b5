// Expressions over columns. Where only constants stand against a column as it lies they are brought to its width, so that narrow columns
// are compared narrow.
#include <llvm/IR/Intrinsics.h>

#include <algorithm>
#include <limits>

#include "compiler/codegen/batch_emitter.h"
#include "compiler/plan/held.h"
#include "compiler/sema/intervals.h"

namespace wend {
namespace {

using P = llvm::CmpInst::Predicate;

P signed_predicate(ExprKind kind) {
  switch (kind) {
    case ExprKind::equal: return P::ICMP_EQ;
    case ExprKind::not_equal: return P::ICMP_NE;
    case ExprKind::less: return P::ICMP_SLT;
    case ExprKind::less_equal: return P::ICMP_SLE;
    case ExprKind::greater: return P::ICMP_SGT;
    default: return P::ICMP_SGE;
  }
}

P number_predicate(ExprKind kind) {
  switch (kind) {
    case ExprKind::equal: return P::FCMP_OEQ;
    case ExprKind::not_equal: return P::FCMP_ONE;
    case ExprKind::less: return P::FCMP_OLT;
    case ExprKind::less_equal: return P::FCMP_OLE;
    case ExprKind::greater: return P::FCMP_OGT;
    default: return P::FCMP_OGE;
  }
}

bool holds(ExprKind kind, int64_t a, int64_t b) {
  switch (kind) {
    case ExprKind::equal: return a == b;
    case ExprKind::not_equal: return a != b;
    case ExprKind::less: return a < b;
    case ExprKind::less_equal: return a <= b;
    case ExprKind::greater: return a > b;
    default: return a >= b;
  }
}

bool of_texts(const Expr& expr) {
  const TypeKind kind = expr.args[0]->type.kind;
  return kind == TypeKind::timezone || kind == TypeKind::text || kind == TypeKind::html || kind == TypeKind::url || kind == TypeKind::email;
}

}  // namespace

llvm::Value* BatchEmitter::truth(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::not_: return b_.CreateNot(truth(*expr.args[0]));
    case ExprKind::and_: return b_.CreateAnd(truth(*expr.args[0]), truth(*expr.args[1]));
    case ExprKind::or_: return b_.CreateOr(truth(*expr.args[0]), truth(*expr.args[1]));
    default: break;
  }
  const Lanes v = value(expr);
  return both(v.known, v.a);
}

Lanes BatchEmitter::value(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::constant: return constant(expr.type, expr.value);
    case ExprKind::now: { Lanes v; v.constant = layout_.at; return v; }
    case ExprKind::today: { Lanes v; v.constant = today_; return v; }
    case ExprKind::attribute: case ExprKind::measure: case ExprKind::audience: case ExprKind::state: return read(expr);
    default: break;
  }
  if (expr.type.kind == TypeKind::boolean && (expr.kind == ExprKind::equal || expr.kind == ExprKind::in_list) && of_texts(expr))
    if (llvm::Value* found = compare_texts(expr)) return {found};
  if (!from_operands(expr)) {
    if (const Expr* text = only_text(program_, expr)) return {ask_text(expr, *text)};
    return read(expr);
  }
  switch (expr.kind) {
    case ExprKind::not_: case ExprKind::and_: case ExprKind::or_: return {truth(expr)};
    case ExprKind::unwrap: {
      Lanes v = value(*expr.args[0]);
      v.known = nullptr;
      return v;
    }
    case ExprKind::to_optional: {
      Lanes v = value(*expr.args[0]);
      if (!v.known) v.known = all(true);
      return v;
    }
    case ExprKind::int_to_number: {
      const Lanes v = value(*expr.args[0]);
      return {number(v, expr.args[0]->type), v.known};
    }
    case ExprKind::conditional: return select(truth(*expr.args[0]), value(*expr.args[1]), value(*expr.args[2]), expr.type);
    case ExprKind::or_else: {
      Lanes first = value(*expr.args[0]);
      if (!first.known) return first;
      llvm::Value* known = first.known;
      first.known = nullptr;
      return select(known, first, value(*expr.args[1]), expr.type);
    }
    case ExprKind::is_known: case ExprKind::is_unknown: {
      llvm::Value* known = value(*expr.args[0]).known;
      if (!known) return {all(expr.kind == ExprKind::is_known)};
      return {expr.kind == ExprKind::is_known ? known : b_.CreateNot(known)};
    }
    case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal: case ExprKind::greater:
    case ExprKind::greater_equal: case ExprKind::in_list: case ExprKind::in_range: return {compare(expr)};
    default: return arithmetic(expr);
  }
}

// What stands in a column, or has been worked out for another rule.
Lanes BatchEmitter::read(const Expr& expr) {
  if (expr.kind == ExprKind::audience) {
    llvm::Value*& asked = audiences_[expr.id];
    if (!asked) {
      llvm::Value* found = truth(*program_.audiences[expr.id].condition);
      audiences_[expr.id] = found;
      return {found};
    }
    return {asked};
  }
  if (expr.kind == ExprKind::state) {
    std::vector<llvm::Value*>& in = states_[expr.id];
    if (in.empty() && state_sets_[expr.id] < 0) miss("`" + program_.states[expr.id].name + "` is read before it is worked out");
    for (size_t i = in.size(); i < program_.states[expr.id].rules.size(); ++i) in.push_back(load_set(static_cast<uint32_t>(state_sets_[expr.id]) + static_cast<uint32_t>(i)));
    Lanes v;
    v.states = in;
    return v;
  }
  const bool measure = expr.kind == ExprKind::measure;
  const Expr& whole = measure ? *program_.measures[expr.id].value : expr;
  if (!measure || !reads_present_state(program_, whole))
    if (const std::optional<uint32_t> column = column_of(expr)) return load_column(*column, whole.type);
  if (measure && whole.kind != ExprKind::aggregate) return value(whole);   // by another formula, of what is held
  if (expr.kind != ExprKind::attribute) {
    const std::string name = measure ? program_.measures[expr.id].name : as_written(program_, expr);
    if (reads_present_state(program_, expr)) miss("`" + name + "` cannot be worked out from columns");
    else miss("`" + name + "` was not held, or means something else now");
  }
  Lanes none;   // the code will not be run
  none.constant = 0;
  if (expr.type.kind == TypeKind::boolean) none = {all(false)};
  if (expr.type.kind == TypeKind::number) none = {number_constant(0)};
  if (expr.type.optional) none.known = all(false);
  return none;
}

Lanes BatchEmitter::constant(const Type& type, const Value& value) {
  Lanes v;
  if (type.kind == TypeKind::boolean) v.a = all(value.integer != 0);
  else if (type.kind == TypeKind::number) {
    v.a = number_constant(value.number);
    v.number = value.number;
  }
  else v.constant = value.integer;
  if (type.optional || !value.known) v.known = all(value.known);
  return v;
}

Lanes BatchEmitter::select(llvm::Value* condition, Lanes yes, Lanes no, const Type& type) {
  Lanes v;
  if (yes.known || no.known) {
    llvm::Value *a = yes.known ? yes.known : all(true), *b = no.known ? no.known : all(true);
    v.known = b_.CreateOr(b_.CreateAnd(condition, a), b_.CreateAnd(b_.CreateNot(condition), b));
  }
  if (type.kind == TypeKind::boolean) {
    v.a = b_.CreateOr(b_.CreateAnd(condition, yes.a), b_.CreateAnd(b_.CreateNot(condition), no.a));
    return v;
  }
  v.a = b_.CreateSelect(lanes(condition), wide(yes, type), wide(no, type));
  return v;
}

// ---- tests -----------------------------------------------------------------------------------------

llvm::Value* BatchEmitter::compare(const Expr& expr) {
  const Type& type = expr.args[0]->type;
  const Lanes left = value(*expr.args[0]);
  llvm::Value* found;
  if (expr.kind == ExprKind::in_list) {
    found = all(false);
    for (size_t i = 1; i < expr.args.size(); ++i) found = b_.CreateOr(found, compare_values(ExprKind::equal, type, left, value(*expr.args[i])));
  } else if (expr.kind == ExprKind::in_range) {
    found = b_.CreateAnd(compare_values(ExprKind::greater_equal, type, left, value(*expr.args[1])),
                         compare_values(ExprKind::less_equal, type, left, value(*expr.args[2])));
  } else {
    const Lanes right = value(*expr.args[1]);
    return both(both(left.known, right.known), compare_values(expr.kind, type, left, right));
  }
  if (expr.negated) found = b_.CreateNot(found);
  return both(left.known, found);
}

llvm::Value* BatchEmitter::states_where(const Lanes& state, const std::function<bool(int64_t)>& holds) {
  llvm::Value* found = all(false);
  for (size_t i = 0; i < state.states.size(); ++i)
    if (holds(static_cast<int64_t>(i))) found = b_.CreateOr(found, state.states[i]);
  return found;
}

llvm::Value* BatchEmitter::compare_values(ExprKind kind, const Type& type, const Lanes& left, const Lanes& right) {
  if (type.kind == TypeKind::boolean) {
    switch (kind) {
      case ExprKind::equal: return b_.CreateNot(b_.CreateXor(left.a, right.a));
      case ExprKind::not_equal: return b_.CreateXor(left.a, right.a);
      case ExprKind::less: return b_.CreateAnd(b_.CreateNot(left.a), right.a);
      case ExprKind::less_equal: return b_.CreateOr(b_.CreateNot(left.a), right.a);
      case ExprKind::greater: return b_.CreateAnd(left.a, b_.CreateNot(right.a));
      default: return b_.CreateOr(left.a, b_.CreateNot(right.a));
    }
  }
  if (type.kind == TypeKind::number) {
    if (left.decimals && right.number) return compare_decimals(kind, left, *right.number);
    if (right.decimals && left.number) return compare_decimals(sema::mirrored(kind), right, *left.number);
    return word(b_.CreateFCmp(number_predicate(kind), number(left, type), number(right, type)));
  }
  if (type.kind == TypeKind::one_of) kind = sema::mirrored(kind);   // in an ordered states block later is less
  if (left.constant && right.constant) return all(holds(kind, *left.constant, *right.constant));
  if (!left.states.empty() && right.constant) return states_where(left, [&](int64_t state) { return holds(kind, state, *right.constant); });
  if (!right.states.empty() && left.constant) return states_where(right, [&](int64_t state) { return holds(kind, *left.constant, state); });
  if (right.constant && left.a) return compare_constant(kind, left, *right.constant);
  if (left.constant && right.a) return compare_constant(sema::mirrored(kind), right, *left.constant);
  if (left.a && right.a && left.base == right.base && left.scale == right.scale) {
    llvm::Type* lanes = lanes_of(b_.getIntNTy(std::max(left.bits, right.bits)));
    return word(b_.CreateICmp(signed_predicate(kind), b_.CreateSExt(left.a, lanes), b_.CreateSExt(right.a, lanes)));
  }
  return word(b_.CreateICmp(signed_predicate(kind), wide(left, type), wide(right, type)));
}

// scale · lane + base against a constant is the lane against the quotient.
llvm::Value* BatchEmitter::compare_constant(ExprKind kind, const Lanes& left, int64_t right) {
  const __int128 distance = static_cast<__int128>(right) - left.base, scale = left.scale;
  const bool exact = distance % scale == 0;
  return compare_lanes(kind, left, distance / scale + (!exact && distance > 0 ? 1 : 0), exact);
}

// lane / scale grows with the lane: where it reaches the constant is found by halving.
llvm::Value* BatchEmitter::compare_decimals(ExprKind kind, const Lanes& left, double right) {
  const auto value = [&](int64_t lane) { return static_cast<double>(lane) / static_cast<double>(left.scale); };
  int64_t from = -(int64_t{1} << (left.bits - 1)), to = -from;   // the first lane that is not less; `to`: none is
  while (from < to) {
    const int64_t middle = from + (to - from) / 2;
    if (value(middle) < right) from = middle + 1;
    else to = middle;
  }
  return compare_lanes(kind, left, from, value(from) == right);
}

// `edge`: the first lane whose value is not less than the constant; `exact`: it is the constant.
llvm::Value* BatchEmitter::compare_lanes(ExprKind kind, const Lanes& left, __int128 edge, bool exact) {
  const __int128 most = (static_cast<__int128>(1) << (left.bits - 1)) - 1, least = -most - 1;
  if (!exact) {   // none is equal: below the edge is less, the others are greater
    if (kind == ExprKind::equal || kind == ExprKind::not_equal) return all(kind == ExprKind::not_equal);
    kind = kind == ExprKind::less || kind == ExprKind::less_equal ? ExprKind::less : ExprKind::greater_equal;
  }
  const bool over = edge > most;
  if (over || edge < least) {   // no lane comes there
    switch (kind) {
      case ExprKind::equal: return all(false);
      case ExprKind::not_equal: return all(true);
      case ExprKind::less: case ExprKind::less_equal: return all(over);
      default: return all(!over);
    }
  }
  return word(b_.CreateICmp(signed_predicate(kind), left.a, splat(left.bits, static_cast<int64_t>(edge))));
}

// A text against constants, by the numbers they have in the block. Null: it is another test.
llvm::Value* BatchEmitter::compare_texts(const Expr& expr) {
  const Expr& text = sema::bare(*expr.args[0]);
  if (text.kind != ExprKind::attribute && text.kind != ExprKind::measure && text.kind != ExprKind::aggregate) return nullptr;
  if (reads_present_state(program_, text)) return nullptr;
  for (size_t i = 1; i < expr.args.size(); ++i)
    if (sema::bare(*expr.args[i]).kind != ExprKind::constant || !sema::bare(*expr.args[i]).value.known) return nullptr;
  const std::optional<uint32_t> column = column_of(text);
  if (!column) return nullptr;   // told by who asks next
  const Lanes left = load_column(*column, text.type);
  llvm::Value* found = all(false);
  for (size_t i = 1; i < expr.args.size(); ++i) {
    llvm::Value* sought = b_.CreateTrunc(text_number(*column, sema::bare(*expr.args[i]).value.text), b_.getIntNTy(left.bits));
    found = b_.CreateOr(found, word(b_.CreateICmpEQ(left.a, b_.CreateVectorSplat(kLanes, sought))));
  }
  if (expr.negated) found = b_.CreateNot(found);
  return both(left.known, found);
}

// ---- arithmetic ------------------------------------------------------------------------------------

llvm::Value* BatchEmitter::wide(const Lanes& lanes, const Type& type) {
  if (type.kind == TypeKind::number) {
    if (!lanes.decimals) return lanes.a;
    llvm::VectorType* numbers = lanes_of(b_.getDoubleTy());
    return b_.CreateFDiv(b_.CreateSIToFP(lanes.a, numbers), number_constant(static_cast<double>(lanes.scale)));
  }
  if (lanes.constant) return splat(64, *lanes.constant);
  if (!lanes.states.empty()) {
    llvm::Value* place = splat(64, 0);
    for (size_t i = 1; i < lanes.states.size(); ++i) place = b_.CreateSelect(this->lanes(lanes.states[i]), splat(64, static_cast<int64_t>(i)), place);
    return place;
  }
  llvm::Value* value = lanes.bits == 64 ? lanes.a : b_.CreateSExt(lanes.a, lanes_of(int64_));
  if (lanes.scale != 1) value = b_.CreateMul(value, splat(64, lanes.scale));
  return lanes.base == 0 ? value : b_.CreateAdd(value, splat(64, lanes.base));
}

llvm::Value* BatchEmitter::number(const Lanes& lanes, const Type& type) {
  return type.kind == TypeKind::number ? wide(lanes, type) : b_.CreateSIToFP(wide(lanes, type), lanes_of(b_.getDoubleTy()));
}

llvm::Value* BatchEmitter::saturating(llvm::Intrinsic::ID overflowing, llvm::Value* a, llvm::Value* b) {
  llvm::Value* pair = b_.CreateBinaryIntrinsic(overflowing, a, b);
  llvm::Value* sign = overflowing == llvm::Intrinsic::smul_with_overflow ? b_.CreateXor(a, b) : a;   // of the true result, where it overflows
  llvm::Value* limit = b_.CreateSelect(b_.CreateICmpSLT(sign, splat(64, 0)), splat(64, std::numeric_limits<int64_t>::min()), splat(64, std::numeric_limits<int64_t>::max()));
  return b_.CreateSelect(b_.CreateExtractValue(pair, 1), limit, b_.CreateExtractValue(pair, 0));
}

llvm::Value* BatchEmitter::clamp(llvm::Value* number) {
  const double most = std::numeric_limits<double>::max();
  llvm::Value* capped = b_.CreateBinaryIntrinsic(llvm::Intrinsic::minnum, number, number_constant(most));
  return b_.CreateBinaryIntrinsic(llvm::Intrinsic::maxnum, capped, number_constant(-most));
}

llvm::Value* BatchEmitter::share(llvm::Value* millionths) {
  return b_.CreateFDiv(b_.CreateSIToFP(millionths, lanes_of(b_.getDoubleTy())), number_constant(1e6));
}

Lanes BatchEmitter::arithmetic(const Expr& expr) {
  const bool in_numbers = expr.type.kind == TypeKind::number;
  const Type& type = expr.args[0]->type;
  if (expr.kind == ExprKind::negate) {
    const Lanes v = value(*expr.args[0]);
    if (in_numbers) return {b_.CreateFNeg(number(v, type))};
    return {saturating(llvm::Intrinsic::ssub_with_overflow, splat(64, 0), wide(v, type))};
  }
  if (expr.kind == ExprKind::divide) return divide(expr);
  const Type& other = expr.args[1]->type;
  const Lanes left = value(*expr.args[0]), right = value(*expr.args[1]);
  if (!in_numbers) {
    if (const std::optional<Lanes> narrow = narrow_arithmetic(expr.kind, left, right)) return *narrow;
    const auto operation = expr.kind == ExprKind::add ? llvm::Intrinsic::sadd_with_overflow
                           : expr.kind == ExprKind::subtract ? llvm::Intrinsic::ssub_with_overflow : llvm::Intrinsic::smul_with_overflow;
    return {saturating(operation, wide(left, type), wide(right, other))};
  }
  if (expr.kind != ExprKind::multiply) {
    llvm::Value *a = number(left, type), *b = number(right, other);
    return {clamp(expr.kind == ExprKind::add ? b_.CreateFAdd(a, b) : b_.CreateFSub(a, b))};
  }
  const bool by_left = type.kind == TypeKind::percent && other.kind != TypeKind::percent;   // which of the two is the share
  llvm::Value* a = by_left ? share(wide(left, type)) : number(left, type);
  llvm::Value* b = other.kind == TypeKind::percent ? share(wide(right, other)) : number(right, other);
  return {clamp(b_.CreateFMul(a, b))};
}

// Where operands are so narrow that the result has room in 32 bits nothing can overflow.
std::optional<Lanes> BatchEmitter::narrow_arithmetic(ExprKind kind, const Lanes& left, const Lanes& right) {
  struct Range { __int128 least, most; };
  const auto range = [](const Lanes& lanes) -> std::optional<Range> {
    if (lanes.constant) return Range{*lanes.constant, *lanes.constant};
    if (!lanes.a || lanes.bits > 32 || lanes.base != 0 || lanes.scale != 1) return std::nullopt;
    const __int128 edge = static_cast<__int128>(1) << (lanes.bits - 1);
    return Range{-edge, edge - 1};
  };
  const std::optional<Range> l = range(left), r = range(right);
  if (!l || !r) return std::nullopt;
  const auto result = [kind](__int128 a, __int128 b) { return kind == ExprKind::add ? a + b : kind == ExprKind::subtract ? a - b : a * b; };
  const auto [least, most] = std::minmax({result(l->least, r->least), result(l->least, r->most), result(l->most, r->least), result(l->most, r->most)});
  unsigned bits = 16;
  while (bits <= 32 && (least < -(static_cast<__int128>(1) << (bits - 1)) || most >= static_cast<__int128>(1) << (bits - 1))) bits *= 2;
  const auto fits = [&](const Range& one) { return one.least >= -(static_cast<__int128>(1) << (bits - 1)) && one.most < static_cast<__int128>(1) << (bits - 1); };
  if (bits > 32 || !fits(*l) || !fits(*r)) return std::nullopt;
  const auto brought = [&](const Lanes& lanes) { return lanes.constant ? splat(bits, *lanes.constant) : b_.CreateSExt(lanes.a, lanes_of(b_.getIntNTy(bits))); };
  llvm::Value *a = brought(left), *b = brought(right);
  Lanes v{kind == ExprKind::add ? b_.CreateAdd(a, b) : kind == ExprKind::subtract ? b_.CreateSub(a, b) : b_.CreateMul(a, b)};
  v.bits = bits;
  return v;
}

Lanes BatchEmitter::divide(const Expr& expr) {
  const Type &l = expr.args[0]->type, &r = expr.args[1]->type;
  const Lanes left = value(*expr.args[0]), right = value(*expr.args[1]);
  const bool fractional = r.kind == TypeKind::number;
  llvm::Value* by = wide(right, r);
  llvm::Value* zero = fractional ? b_.CreateFCmpOEQ(by, number_constant(0)) : b_.CreateICmpEQ(by, splat(64, 0));
  // Where the divisor is zero another one is divided by: the quotient is unknown then.
  llvm::Value* divisor = b_.CreateSelect(zero, fractional ? number_constant(1) : splat(64, 1), by);
  llvm::Value* b = fractional ? divisor : r.kind == TypeKind::percent && l.kind != TypeKind::percent ? share(divisor) : b_.CreateSIToFP(divisor, lanes_of(b_.getDoubleTy()));
  Lanes v{clamp(b_.CreateFDiv(number(left, l), b))};
  if (expr.type.optional) v.known = b_.CreateNot(word(zero));
  return v;
}

}  // namespace wend
