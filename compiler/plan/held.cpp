// One walk over rules finds their pieces; what may be a piece is said by from_operands() and only_text().
#include "compiler/plan/held.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <xxhash.h>

#include "compiler/plan/meaning.h"
#include "compiler/plan/reads.h"
#include "compiler/sema/print.h"

namespace wend {
namespace {

bool held_as_text(TypeKind kind) { return kind == TypeKind::text || kind == TypeKind::html || kind == TypeKind::url || kind == TypeKind::email || kind == TypeKind::timezone; }
bool can_be_held(const Type& type) { return type.kind != TypeKind::list && type.kind != TypeKind::set && type.kind != TypeKind::record && type.kind != TypeKind::error; }
bool is_quantity(TypeKind kind) { return kind == TypeKind::money || kind == TypeKind::duration; }

// What from_operands() leaves to the functions of the runtime: shares and quotients of quantities, which are rounded there.
bool plain_arithmetic(const Expr& expr) {
  const TypeKind left = expr.args[0]->type.kind, right = expr.args[1]->type.kind;
  if (expr.type.kind == TypeKind::number) return true;
  if (expr.kind == ExprKind::divide) return false;
  if (expr.kind != ExprKind::multiply) return (left == TypeKind::date) == (right == TypeKind::date);   // a date moves by whole days
  const auto scaled = [&](TypeKind kind) { return kind == TypeKind::percent || kind == TypeKind::number; };
  return !(is_quantity(left) && scaled(right)) && !(is_quantity(right) && scaled(left)) && left != TypeKind::percent && right != TypeKind::percent;
}

// What a condition about one text may be made of, beside the text.
bool asks_text_alone(ExprKind kind) {
  switch (kind) {
    case ExprKind::constant: case ExprKind::unwrap: case ExprKind::to_optional: case ExprKind::int_to_number: case ExprKind::not_: case ExprKind::and_:
    case ExprKind::or_: case ExprKind::conditional: case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal:
    case ExprKind::greater: case ExprKind::greater_equal: case ExprKind::in_list: case ExprKind::in_range: case ExprKind::contains:
    case ExprKind::starts_with: case ExprKind::ends_with: case ExprKind::matches: case ExprKind::mentions: case ExprKind::is_known:
    case ExprKind::is_unknown: case ExprKind::or_else: case ExprKind::negate: case ExprKind::add: case ExprKind::subtract: case ExprKind::multiply:
    case ExprKind::divide: case ExprKind::call: return true;
    default: return false;
  }
}

bool same_text(const Expr& a, const Expr& b) { return a.kind == b.kind && a.id == b.id; }

// False: it asks about something else too.
bool find_text(const Program& program, const Expr& expr, const Expr*& found) {
  const bool leaf = expr.kind == ExprKind::attribute || expr.kind == ExprKind::measure || expr.kind == ExprKind::aggregate;
  if (leaf && held_as_text(expr.type.kind) && !reads_present_state(program, expr)) {
    if (found && !same_text(*found, expr)) return false;
    found = &expr;
    return true;
  }
  if (leaf || !asks_text_alone(expr.kind)) return false;
  return std::all_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return find_text(program, *arg, found); });
}

class Pieces {
 public:
  Pieces(const Program& program, std::vector<HeldColumn>& out) : program_(program), out_(out) {}

  void readings() {
    for (const Measure& measure : program_.measures) {
      if (!can_be_held(measure.value->type) || reads_present_state(program_, *measure.value)) continue;
      hold(ColumnRole::reading, measure.name, *measure.value);
    }
  }
  void of(const Expr* expr) { if (expr) walk(*expr); }

 private:
  void walk(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::constant: case ExprKind::attribute: case ExprKind::state: case ExprKind::now: case ExprKind::today: return;
      case ExprKind::measure: if (seen_.emplace('m', expr.id).second) walk(*program_.measures[expr.id].value); return;
      case ExprKind::audience: if (seen_.emplace('a', expr.id).second) walk(*program_.audiences[expr.id].condition); return;
      default: break;
    }
    if (from_operands(expr) || only_text(program_, expr)) {
      for (const ExprPtr& arg : expr.args) walk(*arg);
      return;
    }
    if (can_be_held(expr.type) && !reads_present_state(program_, expr)) hold(ColumnRole::part, as_written(program_, expr), expr);
  }
  void hold(ColumnRole role, std::string name, const Expr& expr) {
    const uint64_t meaning = held_meaning(program_, expr);
    if (!meanings_.insert(meaning).second) return;
    out_.push_back({role, std::move(name), expr.type, meaning, 0, &expr});
  }

  const Program& program_;
  std::vector<HeldColumn>& out_;
  std::set<uint64_t> meanings_;
  std::set<std::pair<char, uint32_t>> seen_;
};

}  // namespace

std::vector<HeldColumn> held_columns(const Program& program) {
  std::vector<HeldColumn> out;
  for (uint32_t i = 0; i < program.attributes.size(); ++i) {
    const Attribute& attribute = program.attributes[i];
    if (can_be_held(attribute.type)) out.push_back({ColumnRole::attribute, attribute.name, attribute.type, held_meaning(program, attribute, i), i, nullptr});
  }
  Pieces pieces(program, out);
  pieces.readings();
  const size_t parts = out.size();
  for (const Measure& measure : program.measures) pieces.of(measure.value.get());
  for (const States& states : program.states)
    for (const StateRule& rule : states.rules) {
      pieces.of(rule.when.get());
      pieces.of(rule.until.get());
    }
  for (const Audience& audience : program.audiences) pieces.of(audience.condition.get());
  std::sort(out.begin() + static_cast<ptrdiff_t>(parts), out.end(), [](const HeldColumn& a, const HeldColumn& b) { return a.name < b.name; });
  for (uint32_t i = 0; i < program.states.size(); ++i) {
    const States& states = program.states[i];
    out.push_back({ColumnRole::state, states.stored_name, {TypeKind::one_of, false, states.one_of.value}, 0, i, nullptr});
  }
  for (uint32_t i = 0; i < program.audiences.size(); ++i)
    out.push_back({ColumnRole::audience, program.audiences[i].name, {TypeKind::boolean, false, 0}, 0, i, program.audiences[i].condition.get()});
  return out;
}

// Its default belongs to it: whoever has said nothing has that.
uint64_t held_meaning(const Program& program, const Attribute& attribute, uint32_t id) {
  Expr expr;
  expr.kind = ExprKind::attribute;
  expr.type = attribute.type;
  expr.id = id;
  return meaning_of(program, expr);
}

// What is counted since a state was taken hangs on the rules of its block.
uint64_t held_meaning(const Program& program, const Expr& expr) {
  std::string all = fmt::format("{}", meaning_of(program, expr));
  for (const uint32_t states : reads_of(program, expr).states) all += fmt::format(" {}", meaning_of(program, program.states[states]));
  return XXH3_64bits(all.data(), all.size());
}

std::string as_written(const Program& program, const Expr& expr) {
  if (!program.sources || expr.span.file >= program.sources->size() || expr.span.empty()) return print_whole(program, expr);
  std::string out;
  for (const char c : program.sources->text(expr.span)) {
    const bool space = c == ' ' || c == '\n' || c == '\r' || c == '\t';
    if (!space) out += c;
    else if (!out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

ValueType held_type(const Program& program, const Type& type) {
  ValueType out;
  out.kind = static_cast<ValueKind>(static_cast<int>(type.kind) - 1);   // behind TypeKind::error the same list
  static_assert(static_cast<int>(TypeKind::set) - 1 == static_cast<int>(ValueKind::set));
  out.optional = type.optional;
  if (type.kind == TypeKind::one_of) out.words = program.one_ofs[type.of].values;
  if (type.kind == TypeKind::money && type.of < program.currencies.size()) out.currency = program.currencies[type.of];
  return out;
}

bool from_operands(const Expr& expr) {
  const auto no_bytes = [&] {
    return std::all_of(expr.args.begin(), expr.args.end(), [](const ExprPtr& arg) { return !held_as_text(arg->type.kind) && can_be_held(arg->type); });
  };
  switch (expr.kind) {
    case ExprKind::not_: case ExprKind::and_: case ExprKind::or_: return true;
    case ExprKind::is_known: case ExprKind::is_unknown: return can_be_held(expr.args[0]->type);
    case ExprKind::unwrap: case ExprKind::to_optional: case ExprKind::int_to_number: case ExprKind::conditional: case ExprKind::or_else:
    case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal: case ExprKind::greater: case ExprKind::greater_equal:
    case ExprKind::in_list: case ExprKind::in_range: case ExprKind::negate: return no_bytes();
    case ExprKind::add: case ExprKind::subtract: case ExprKind::multiply: case ExprKind::divide: return no_bytes() && plain_arithmetic(expr);
    default: return false;
  }
}

const Expr* only_text(const Program& program, const Expr& condition) {
  const Expr* found = nullptr;
  if (condition.type.kind != TypeKind::boolean || condition.type.optional) return nullptr;
  return find_text(program, condition, found) ? found : nullptr;
}

bool reads_present_state(const Program& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::state: return true;
    case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual:
      if (reads_present_state(program, *program.measures[expr.id].value)) return true;
      break;
    case ExprKind::audience: if (reads_present_state(program, *program.audiences[expr.id].condition)) return true; break;
    default: break;
  }
  return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return reads_present_state(program, *arg); });
}

}  // namespace wend
