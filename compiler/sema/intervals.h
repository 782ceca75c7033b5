// Sets of values of one quantity, as disjoint closed intervals over the integers, and the values for which a checked
// condition may hold and for which it surely does. Never a false alarm: `may` is never too small, `surely` never too
// large. Tested by tests/unit/sema.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "compiler/sema/program.h"

namespace wend::sema {

class ValueSet {
 public:
  static ValueSet none() { return {}; }
  static ValueSet all();                                  // every value, and unknown
  static ValueSet between(int64_t low, int64_t high);     // both included; empty when low > high
  static ValueSet only_unknown();

  ValueSet operator&(const ValueSet& other) const;
  ValueSet operator|(const ValueSet& other) const;
  ValueSet operator~() const;
  bool empty() const { return ranges_.empty() && !unknown_; }
  bool contains(int64_t value) const;
  bool contains_unknown() const { return unknown_; }
  // The range an only range is, for a message.
  const std::vector<std::pair<int64_t, int64_t>>& ranges() const { return ranges_; }

 private:
  std::vector<std::pair<int64_t, int64_t>> ranges_;  // sorted, apart by more than one
  bool unknown_ = false;
};

// A quantity: what a leaf reads. Equal leaves are one quantity.
struct Quantity {
  ExprKind kind;
  uint32_t id, index;
  auto operator<=>(const Quantity&) const = default;
};

struct Holds { ValueSet may, surely; };

// The quantities a condition compares with constants, each once.
std::vector<Quantity> quantities_of(const Expr& condition);
// For which values of `quantity` the condition may hold, and for which it surely does, whatever else is.
Holds holds_for(const Program& program, const Expr& condition, const Quantity& quantity);
// The values the quantity can have at all.
ValueSet domain_of(const Program& program, const Quantity& quantity, const Expr& leaf);
// A leaf of the condition that reads the quantity; null if there is none.
const Expr* find_leaf(const Expr& condition, const Quantity& quantity);

// What is inside steps into and out of what may be unknown.
const Expr& bare(const Expr& expr);
// a < b says what b > a says; others stay.
ExprKind mirrored(ExprKind kind);

// A double's place in the order of all doubles, so that an open end is the next place.
int64_t order_of(double number);

}  // namespace wend::sema
