// Tested by tests/unit/service and, as all of it, by tests/differential.
#include "compiler/plan/reads.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/plan/plan.h"

namespace wend {
namespace {

class Gathering {
 public:
  explicit Gathering(const Program& program) : program_(program) {}

  void add(const Expr* expr) { if (expr) read(*expr); }
  Reads reads() const {
    Reads out;
    out.events.assign(events_.begin(), events_.end());
    out.attributes.assign(attributes_.begin(), attributes_.end());
    out.states.assign(states_.begin(), states_.end());
    out.baselines = baselines_;
    out.always = always_;
    return out;
  }

 private:
  void read(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::attribute: attributes_.insert(expr.id); break;
      case ExprKind::state: states_.insert(expr.id); break;
      case ExprKind::aggregate:
        aggregate(program_.aggregates[expr.id]);
        always_ |= is_time_since(program_.aggregates[expr.id]);
        break;
      case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual:
        baselines_ = true;
        if (first('m', expr.id)) add(program_.measures[expr.id].value.get());
        break;
      case ExprKind::measure:
        if (first('m', expr.id)) add(program_.measures[expr.id].value.get());
        break;
      case ExprKind::audience:
        if (first('a', expr.id)) add(program_.audiences[expr.id].condition.get());
        break;
      case ExprKind::now: always_ = true; break;   // it moves with every input
      case ExprKind::equal: case ExprKind::not_equal: case ExprKind::less: case ExprKind::less_equal: case ExprKind::greater:
      case ExprKind::greater_equal: case ExprKind::in_range:
        if (is_solved(expr)) return read_moments(expr);
        break;
      case ExprKind::is_known: case ExprKind::is_unknown:   // which an event decides
        if (is_moment(*expr.args[0])) return read_moments(expr);
        break;
      case ExprKind::event_property: case ExprKind::event_at: case ExprKind::entry_property: case ExprKind::parameter:
        always_ = true;   // of the input itself
        break;
      default: break;
    }
    for (const ExprPtr& arg : expr.args) read(*arg);
  }

  // Its `where` is asked when an event is counted, so what that reads counts no more afterwards.
  void aggregate(const Aggregate& aggregate) {
    events_.insert(aggregate.event.value);
    for (const Hop& hop : aggregate.hops) events_.insert(hop.event.value);
    if (aggregate.window.kind == WindowKind::since_event) events_.insert(aggregate.window.event.value);
    if (aggregate.window.kind == WindowKind::since_state) states_.insert(aggregate.window.states.value);
    always_ |= aggregate.journey.valid();
  }

  // Against what stands still, `now` and the time since an event turn at an instant that `next` knows exactly.
  bool is_solved(const Expr& comparison) const {
    size_t moving = 0, moments = 0;
    for (const ExprPtr& arg : comparison.args) {
      moving += moves(*arg);
      moments += is_moment(*arg);
    }
    return moving == 1 && moments == 1;
  }
  void read_moments(const Expr& test) {
    for (const ExprPtr& arg : test.args) {
      const Expr& inner = stripped(*arg);
      if (!is_moment(inner)) read(*arg);
      else if (inner.kind == ExprKind::aggregate) aggregate(program_.aggregates[inner.id]);
      else read_moments(inner);   // `or else`; `now` has nothing in it
    }
  }
  const Expr& stripped(const Expr& expr) const {
    switch (expr.kind) {
      case ExprKind::measure: return stripped(*program_.measures[expr.id].value);
      case ExprKind::unwrap: case ExprKind::to_optional: return stripped(*expr.args[0]);
      default: return expr;
    }
  }
  bool is_moment(const Expr& whole) const {
    const Expr& expr = stripped(whole);
    if (expr.kind == ExprKind::or_else) return is_moment(*expr.args[0]) && !moves(*expr.args[1]);
    return expr.kind == ExprKind::now || (expr.kind == ExprKind::aggregate && is_time_since(program_.aggregates[expr.id]));
  }
  bool moves(const Expr& expr) const {
    if (is_moment(expr)) return true;
    switch (expr.kind) {
      case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual:
        if (moves(*program_.measures[expr.id].value)) return true;
        break;
      case ExprKind::audience: if (moves(*program_.audiences[expr.id].condition)) return true; break;
      default: break;
    }
    return std::any_of(expr.args.begin(), expr.args.end(), [this](const ExprPtr& arg) { return moves(*arg); });
  }

  bool first(char kind, uint32_t id) { return seen_.emplace(kind, id).second; }

  const Program& program_;
  std::set<uint32_t> events_, attributes_, states_;
  bool baselines_ = false, always_ = false;
  std::set<std::pair<char, uint32_t>> seen_;
};

}  // namespace

Reads reads_of(const Program& program, const Expr& expr) {
  Gathering gathering(program);
  gathering.add(&expr);
  return gathering.reads();
}

Reads reads_of(const Program& program, const States& states) {
  Gathering gathering(program);
  for (const StateRule& rule : states.rules) {
    gathering.add(rule.when.get());
    gathering.add(rule.until.get());
  }
  return gathering.reads();
}

}  // namespace wend
