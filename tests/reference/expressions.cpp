// Values of expressions, by their kind.
#include <re2/re2.h>

#include <cmath>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

bool matches(const Expr& expr, const std::string& text, const World& world) {
  auto& pattern = world.patterns[&expr];
  if (!pattern) pattern = std::make_shared<re2::RE2>(expr.value.text, RE2::Quiet);
  return RE2::PartialMatch(text, *pattern);
}

bool text_test(const Expr& expr, const Scene& scene) {
  Value value = evaluate(*expr.args[0], scene);
  if (!value.known) return false;
  if (expr.kind == ExprKind::matches) return matches(expr, value.text, scene.world);
  if (expr.kind == ExprKind::mentions) return mentions(expr.value.text, value.text);
  std::string part = evaluate(*expr.args[1], scene).text;
  const std::string& text = value.text;
  if (expr.kind == ExprKind::contains) return text.find(part) != std::string::npos;
  if (expr.kind == ExprKind::starts_with) return text.compare(0, part.size(), part) == 0 && text.size() >= part.size();
  return text.size() >= part.size() && text.compare(text.size() - part.size(), part.size(), part) == 0;
}

bool comparison(const Expr& expr, const Scene& scene) {
  Value a = evaluate(*expr.args[0], scene), b = evaluate(*expr.args[1], scene);
  if (!a.known || !b.known) return false;
  Type type = expr.args[0]->type.known();
  int order = compare(scene.world.program, type, a, b);
  if (type.kind == TypeKind::one_of && expr.kind != ExprKind::equal && expr.kind != ExprKind::not_equal) order = -order;  // later is less
  switch (expr.kind) {
    case ExprKind::equal: return order == 0;
    case ExprKind::not_equal: return order != 0;
    case ExprKind::less: return order < 0;
    case ExprKind::less_equal: return order <= 0;
    case ExprKind::greater: return order > 0;
    default: return order >= 0;
  }
}

bool in_list(const Expr& expr, const Scene& scene) {
  Value value = evaluate(*expr.args[0], scene);
  if (!value.known) return false;
  bool found = false;
  for (size_t i = 1; i < expr.args.size(); ++i)
    found = found || compare(scene.world.program, expr.args[0]->type.known(), value, evaluate(*expr.args[i], scene)) == 0;
  return found != expr.negated;
}

bool in_range(const Expr& expr, const Scene& scene) {
  Value value = evaluate(*expr.args[0], scene), low = evaluate(*expr.args[1], scene), high = evaluate(*expr.args[2], scene);
  if (!value.known) return false;
  Type type = expr.args[0]->type.known();
  const Program& program = scene.world.program;
  int below = compare(program, type, value, low), above = compare(program, type, value, high);
  bool inside = type.kind == TypeKind::one_of ? (below <= 0 && above >= 0) : (below >= 0 && above <= 0);
  return inside != expr.negated;
}

bool against_usual(const Expr& expr, const Scene& scene) {
  const Baseline& baseline = scene.user.baselines[expr.id];
  const Measure& measure = scene.world.program.measures[expr.id];
  Value value = evaluate(*measure.value, scene);
  if (baseline.samples < 3 || !value.known) return false;
  double x = plain_number(measure.value->type, value), amount = evaluate(*expr.args[0], scene).number, mean = baseline.mean;
  if (expr.kind == ExprKind::below_usual)
    return x < mean && (expr.index == 0 ? x <= mean * (1 - amount) : x <= mean - amount * std::sqrt(baseline.var));
  return x > mean && (expr.index == 0 ? x >= mean * (1 + amount) : x >= mean + amount * std::sqrt(baseline.var));
}

Value truth(bool value) { return integer_value(value); }

// `any`, `all`, `count of` over the items of a list.
Value over_items(const Expr& expr, const Scene& scene) {
  Value list = evaluate(*expr.args[0], scene);
  int64_t found = 0, items = 0;
  Scene inside = scene;
  inside.items.push_back(nullptr);
  if (list.known)
    for (const Value& item : list.items) {
      inside.items.back() = &item;
      ++items;
      found += expr.args.size() < 2 || holds(*expr.args[1], inside);
    }
  if (expr.kind == ExprKind::count_items) return integer_value(found);
  return truth(expr.kind == ExprKind::any_item ? found > 0 : found == items);
}

Value list_contains(const Expr& expr, const Scene& scene) {
  Value list = evaluate(*expr.args[0], scene), value = evaluate(*expr.args[1], scene);
  if (!list.known || !value.known) return truth(false);
  bool found = false;
  for (const Value& item : list.items) found = found || same(expr.args[1]->type.known(), item, value);
  return truth(found != expr.negated);
}

Value item(const Expr& expr, const Scene& scene) {
  const Value& whole = *scene.items[expr.id];
  return whole.items.empty() ? whole : whole.items[expr.index];
}

Value read(const Expr& expr, const Scene& scene) {
  const Program& program = scene.world.program;
  switch (expr.kind) {
    case ExprKind::constant: return expr.value;
    case ExprKind::attribute: return scene.user.attributes[expr.id];
    case ExprKind::event_property: return scene.event && scene.event->event.value == expr.id ? scene.event->properties[expr.index] : unknown_value();
    case ExprKind::event_at: return scene.event ? integer_value(scene.event->at) : unknown_value();
    case ExprKind::entry_property: {
      const auto* entry = scene.instance && scene.instance->entry ? &*scene.instance->entry : nullptr;
      if (!entry || entry->event.value != expr.id) return unknown_value();
      return expr.index == kEntryAt ? integer_value(entry->at) : entry->properties[expr.index];
    }
    case ExprKind::parameter: return (*scene.parameters)[expr.index];
    case ExprKind::measure: return evaluate(*program.measures[expr.id].value, scene);
    case ExprKind::usual: {
      const Baseline& baseline = scene.user.baselines[expr.id];
      return baseline.samples < 3 ? unknown_value() : number_value(baseline.mean);
    }
    case ExprKind::audience: return truth(holds(*program.audiences[expr.id].condition, scene));
    case ExprKind::state: return integer_value(scene.user.states[expr.id].state);
    case ExprKind::aggregate: return evaluate_aggregate(expr.id, scene);
    case ExprKind::now: return integer_value(scene.now);
    default: return integer_value(scene.world.zone->local_day(scene.now));  // today
  }
}

Value call(const Expr& expr, const Scene& scene) {
  std::vector<Value> arguments;
  for (const ExprPtr& arg : expr.args) arguments.push_back(evaluate(*arg, scene));
  return call_function(expr, arguments, scene);
}

}  // namespace

int compare(const Program&, Type type, const Value& a, const Value& b) {
  if (type.is_text() || type.kind == TypeKind::timezone) {
    int order = a.text.compare(b.text);
    return order < 0 ? -1 : order > 0;
  }
  if (type.kind == TypeKind::number) return a.number < b.number ? -1 : a.number > b.number;
  return a.integer < b.integer ? -1 : a.integer > b.integer;
}

// Items hold what their kind holds and zeros beside it, so all of it may be compared.
static bool same_items(const Value& a, const Value& b) {
  if (a.known != b.known || a.integer != b.integer || a.number != b.number || a.text != b.text || a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i)
    if (!same_items(a.items[i], b.items[i])) return false;
  return true;
}

bool same(Type type, const Value& a, const Value& b) {
  if (!a.known || !b.known) return a.known == b.known;
  if (type.kind == TypeKind::list || type.kind == TypeKind::set || type.kind == TypeKind::record) return same_items(a, b);
  if (type.is_text() || type.kind == TypeKind::timezone) return a.text == b.text;
  return type.kind == TypeKind::number ? a.number == b.number : a.integer == b.integer;
}

double plain_number(Type type, const Value& value) {
  if (type.kind == TypeKind::number) return value.number;
  double number = static_cast<double>(value.integer);
  return type.kind == TypeKind::integer ? number : number / 1e6;
}

bool holds(const Expr& expr, const Scene& scene) {
  Value value = evaluate(expr, scene);
  return value.known && value.integer != 0;
}

Value evaluate(const Expr& expr, const Scene& scene) {
  switch (expr.kind) {
    case ExprKind::unwrap: case ExprKind::to_optional: return evaluate(*expr.args[0], scene);
    case ExprKind::int_to_number: {
      Value value = evaluate(*expr.args[0], scene);
      return value.known ? number_value(static_cast<double>(value.integer)) : value;
    }
    case ExprKind::not_: return truth(!holds(*expr.args[0], scene));
    case ExprKind::and_: return truth(holds(*expr.args[0], scene) && holds(*expr.args[1], scene));
    case ExprKind::or_: return truth(holds(*expr.args[0], scene) || holds(*expr.args[1], scene));
    case ExprKind::conditional: return evaluate(*expr.args[holds(*expr.args[0], scene) ? 1 : 2], scene);
    case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal: case ExprKind::greater:
    case ExprKind::greater_equal: return truth(comparison(expr, scene));
    case ExprKind::in_list: return truth(in_list(expr, scene));
    case ExprKind::in_range: return truth(in_range(expr, scene));
    case ExprKind::contains: case ExprKind::starts_with: case ExprKind::ends_with: case ExprKind::matches: case ExprKind::mentions: return truth(text_test(expr, scene));
    case ExprKind::is_known: return truth(evaluate(*expr.args[0], scene).known);
    case ExprKind::is_unknown: return truth(!evaluate(*expr.args[0], scene).known);
    case ExprKind::or_else: {
      Value value = evaluate(*expr.args[0], scene);
      bool there = value.known && !(expr.negated && value.text.empty());
      return there ? value : evaluate(*expr.args[1], scene);
    }
    case ExprKind::below_usual: case ExprKind::above_usual: return truth(against_usual(expr, scene));
    case ExprKind::negate: case ExprKind::add: case ExprKind::subtract: case ExprKind::multiply: case ExprKind::divide: return evaluate_arithmetic(expr, scene);
    case ExprKind::call: return call(expr, scene);
    case ExprKind::item: return item(expr, scene);
    case ExprKind::any_item: case ExprKind::all_items: case ExprKind::count_items: return over_items(expr, scene);
    case ExprKind::list_contains: return list_contains(expr, scene);
    case ExprKind::local: {
      auto found = scene.frame->locals.find(expr.index);
      if (found != scene.frame->locals.end()) return found->second;
      auto counter = scene.frame->counters.find(expr.index);
      if (counter != scene.frame->counters.end()) return integer_value(counter->second);
      return expr.type.optional ? unknown_value() : integer_value(0);
    }
    case ExprKind::loop_value: {
      TemplateFrame::Turn turn = scene.frame->loops.at(expr.id);
      switch (static_cast<LoopValue>(expr.index)) {
        case LoopValue::index: return integer_value(turn.at + 1);
        case LoopValue::index0: return integer_value(turn.at);
        case LoopValue::rindex: return integer_value(turn.of - turn.at);
        case LoopValue::rindex0: return integer_value(turn.of - turn.at - 1);
        case LoopValue::first: return truth(turn.at == 0);
        case LoopValue::last: return truth(turn.at + 1 == turn.of);
        default: return integer_value(turn.of);
      }
    }
    case ExprKind::field: return evaluate(*expr.args[0], scene).items[expr.index];
    case ExprKind::to_text: {
      Value value;
      if (expr.args.size() > 1) {
        std::string out, between = evaluate(*expr.args[1], scene).text;
        Type entry = scene.world.program.item_types[expr.args[0]->type.of];
        bool first = true;
        for (const Value& item : evaluate(*expr.args[0], scene).items) {
          out += (first ? "" : between) + value_text(scene.world.program, entry, item);
          first = false;
        }
        value.text = bounded_text(out, scene);
        return value;
      }
      value.text = bounded_text(value_text(scene.world.program, expr.args[0]->type, evaluate(*expr.args[0], scene)), scene);
      return value;
    }
    default: return read(expr, scene);
  }
}

}  // namespace wend::reference
