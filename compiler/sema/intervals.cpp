// The interval analysis of conditions: sets of values, and what the comparisons of one quantity with constants say.
#include "compiler/sema/intervals.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace wend::sema {
namespace {

constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();

}  // namespace

ValueSet ValueSet::all() {
  ValueSet set = between(kLowest, kHighest);
  set.unknown_ = true;
  return set;
}

ValueSet ValueSet::between(int64_t low, int64_t high) {
  ValueSet set;
  if (low <= high) set.ranges_.emplace_back(low, high);
  return set;
}

ValueSet ValueSet::only_unknown() {
  ValueSet set;
  set.unknown_ = true;
  return set;
}

ValueSet ValueSet::operator&(const ValueSet& other) const {
  ValueSet set;
  set.unknown_ = unknown_ && other.unknown_;
  for (size_t i = 0, j = 0; i < ranges_.size() && j < other.ranges_.size();) {
    int64_t low = std::max(ranges_[i].first, other.ranges_[j].first);
    int64_t high = std::min(ranges_[i].second, other.ranges_[j].second);
    if (low <= high) set.ranges_.emplace_back(low, high);
    if (ranges_[i].second < other.ranges_[j].second) ++i;
    else ++j;
  }
  return set;
}

ValueSet ValueSet::operator~() const {
  ValueSet set;
  set.unknown_ = !unknown_;
  int64_t next = kLowest;
  bool open = true;  // something is left above `next`
  for (const auto& [low, high] : ranges_) {
    if (low > next) set.ranges_.emplace_back(next, low - 1);
    if (high == kHighest) {
      open = false;
      break;
    }
    next = high + 1;
  }
  if (open) set.ranges_.emplace_back(next, kHighest);
  return set;
}

ValueSet ValueSet::operator|(const ValueSet& other) const { return ~(~*this & ~other); }

bool ValueSet::contains(int64_t value) const {
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const auto& range) { return range.first <= value && value <= range.second; });
}

int64_t order_of(double number) {
  int64_t bits;
  std::memcpy(&bits, &number, sizeof bits);
  return bits >= 0 ? bits : -(bits & kHighest);
}

namespace {

std::optional<Quantity> quantity_of(const Expr& expr) {
  const Expr& leaf = bare(expr);
  switch (leaf.type.kind) {
    case TypeKind::boolean: case TypeKind::integer: case TypeKind::number: case TypeKind::percent: case TypeKind::money: case TypeKind::duration:
    case TypeKind::date: case TypeKind::one_of: case TypeKind::time_of_day: case TypeKind::weekday: break;
    default: return std::nullopt;
  }
  switch (leaf.kind) {
    case ExprKind::attribute: case ExprKind::event_property: case ExprKind::entry_property: case ExprKind::measure:
    case ExprKind::audience: case ExprKind::state: case ExprKind::aggregate:
      return Quantity{leaf.kind, leaf.id, leaf.index};
    default: return std::nullopt;
  }
}

std::optional<int64_t> constant_of(const Expr& expr) {
  const Expr& leaf = bare(expr);
  if (leaf.kind != ExprKind::constant) return std::nullopt;
  return leaf.type.kind == TypeKind::number ? order_of(leaf.value.number) : leaf.value.integer;
}

ValueSet below(int64_t value) { return value == kLowest ? ValueSet::none() : ValueSet::between(kLowest, value - 1); }
ValueSet above(int64_t value) { return value == kHighest ? ValueSet::none() : ValueSet::between(value + 1, kHighest); }

ValueSet ordered_set(ExprKind kind, int64_t value) {
  switch (kind) {
    case ExprKind::equal: return ValueSet::between(value, value);
    case ExprKind::not_equal: return ~ValueSet::between(value, value);
    case ExprKind::less: return below(value);
    case ExprKind::less_equal: return ValueSet::between(kLowest, value);
    case ExprKind::greater: return above(value);
    default: return ValueSet::between(value, kHighest);
  }
}

const Holds kUndecided = {ValueSet::all(), ValueSet::none()};

// The set of values a comparison asks for is exact; an unwrapped operand that is unknown is never compared, so that
// for an unknown value nothing is claimed.
Holds exact(ValueSet values, const Expr& operand) {
  ValueSet known = values & ~ValueSet::only_unknown();
  if (operand.kind == ExprKind::unwrap) return {known | ValueSet::only_unknown(), known};
  return {known, known};
}

Holds compare(const Expr& e, const Quantity& quantity) {
  for (int side = 0; side < 2; ++side) {
    const Expr& operand = *e.args[side];
    auto read = quantity_of(operand);
    auto constant = constant_of(*e.args[1 - side]);
    if (!read || *read != quantity || !constant) continue;
    ExprKind kind = side == 0 ? e.kind : mirrored(e.kind);
    // States are listed from best to worst and later is less.
    if (bare(operand).kind == ExprKind::state) kind = mirrored(kind);
    return exact(ordered_set(kind, *constant), operand);
  }
  return kUndecided;
}

Holds in_list(const Expr& e, const Quantity& quantity) {
  auto read = quantity_of(*e.args[0]);
  if (!read || *read != quantity || e.args.size() > 500) return kUndecided;
  ValueSet values;
  for (size_t i = 1; i < e.args.size(); ++i) {
    auto constant = constant_of(*e.args[i]);
    if (!constant) return kUndecided;
    values = values | ValueSet::between(*constant, *constant);
  }
  return exact(e.negated ? ~values : values, *e.args[0]);
}

Holds in_range(const Expr& e, const Quantity& quantity) {
  auto read = quantity_of(*e.args[0]);
  auto low = constant_of(*e.args[1]), high = constant_of(*e.args[2]);
  if (!read || *read != quantity || !low || !high) return kUndecided;
  if (bare(*e.args[0]).kind == ExprKind::state) std::swap(low, high);
  ValueSet values = ValueSet::between(*low, *high);
  return exact(e.negated ? ~values : values, *e.args[0]);
}

void collect(const Expr& expr, std::vector<Quantity>& found) {
  if (auto quantity = quantity_of(expr))
    if (std::find(found.begin(), found.end(), *quantity) == found.end()) found.push_back(*quantity);
  for (const ExprPtr& arg : expr.args) collect(*arg, found);
}

}  // namespace

std::vector<Quantity> quantities_of(const Expr& condition) {
  std::vector<Quantity> found;
  collect(condition, found);
  return found;
}

const Expr* find_leaf(const Expr& condition, const Quantity& quantity) {
  auto read = quantity_of(condition);
  if (read && *read == quantity) return &bare(condition);
  for (const ExprPtr& arg : condition.args)
    if (const Expr* leaf = find_leaf(*arg, quantity)) return leaf;
  return nullptr;
}

Holds holds_for(const Program& program, const Expr& e, const Quantity& quantity) {
  if (e.type.kind == TypeKind::error) return kUndecided;   // what is wrong with it has been told
  switch (e.kind) {
    case ExprKind::constant: return e.value.integer ? Holds{ValueSet::all(), ValueSet::all()} : Holds{};
    case ExprKind::not_: {
      Holds inner = holds_for(program, *e.args[0], quantity);
      return {~inner.surely, ~inner.may};
    }
    case ExprKind::and_:
    case ExprKind::or_: {
      Holds a = holds_for(program, *e.args[0], quantity), b = holds_for(program, *e.args[1], quantity);
      if (e.kind == ExprKind::and_) return {a.may & b.may, a.surely & b.surely};
      return {a.may | b.may, a.surely | b.surely};
    }
    case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal: case ExprKind::greater: case ExprKind::greater_equal:
      return compare(e, quantity);
    case ExprKind::in_list: return in_list(e, quantity);
    case ExprKind::in_range: return in_range(e, quantity);
    case ExprKind::is_known:
    case ExprKind::is_unknown: {
      auto read = quantity_of(*e.args[0]);
      if (!read || *read != quantity) return kUndecided;
      ValueSet set = e.kind == ExprKind::is_known ? ~ValueSet::only_unknown() : ValueSet::only_unknown();
      return {set, set};
    }
    default: break;
  }
  auto read = quantity_of(e);  // a bare condition: `has play ever`, an audience, a bool attribute
  if (e.type.kind == TypeKind::boolean && read && *read == quantity) return exact(ValueSet::between(1, 1), e);
  return kUndecided;
}

ValueSet domain_of(const Program& program, const Quantity& quantity, const Expr& leaf) {
  ValueSet unknown = leaf.type.optional ? ValueSet::only_unknown() : ValueSet::none();
  if (leaf.type.kind == TypeKind::boolean) return ValueSet::between(0, 1) | unknown;
  if (leaf.type.kind == TypeKind::one_of && leaf.type.of < program.one_ofs.size())
    return ValueSet::between(0, static_cast<int64_t>(program.one_ofs[leaf.type.of].values.size()) - 1) | unknown;
  if (leaf.type.kind == TypeKind::weekday) return ValueSet::between(0, 6) | unknown;
  const Expr* value = &leaf;
  for (int i = 0; i < 50 && value->kind == ExprKind::measure && program.measures[value->id].value; ++i) value = program.measures[value->id].value.get();
  ValueSet everything = ~ValueSet::only_unknown() | unknown;
  if (value->kind != ExprKind::aggregate) return everything;
  const Aggregate& aggregate = program.aggregates[value->id];
  bool counts = aggregate.kind == AggregateKind::count || aggregate.kind == AggregateKind::units_with || aggregate.kind == AggregateKind::streak || aggregate.kind == AggregateKind::distinct;
  if (!counts) return everything;
  int64_t most = kHighest;
  if (aggregate.kind == AggregateKind::units_with && aggregate.window.kind == WindowKind::last_units && aggregate.unit == aggregate.window.unit)
    most = int64_t{aggregate.window.count} + 1;
  if (aggregate.kind == AggregateKind::distinct) most = aggregate.up_to;
  return ValueSet::between(0, most) | unknown;
}

ExprKind mirrored(ExprKind kind) {
  switch (kind) {
    case ExprKind::less: return ExprKind::greater;
    case ExprKind::less_equal: return ExprKind::greater_equal;
    case ExprKind::greater: return ExprKind::less;
    case ExprKind::greater_equal: return ExprKind::less_equal;
    default: return kind;
  }
}

const Expr& bare(const Expr& expr) {
  const Expr* at = &expr;
  while ((at->kind == ExprKind::unwrap || at->kind == ExprKind::to_optional) && !at->args.empty()) at = at->args[0].get();
  return *at;
}

}  // namespace wend::sema
