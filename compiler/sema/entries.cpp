// Who enters a journey: by an event, a condition or trigger, the clock or a date; and the key of an instance. Also the dates
// that entries and waits are reckoned from, which may be unknown as a whole.
#include <algorithm>
#include <set>
#include <string>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/statements.h"

namespace wend::sema {
namespace {

constexpr int64_t kAtOnceMax = 64;   // instances of a user

// The plain reads of a sum: `renewal` in `renewal - 7 days`. Iterative, since a sum may be long.
std::vector<const ast::Expr*> reads_of(const ast::Expr& expr) {
  std::vector<const ast::Expr*> reads, waiting{&expr};
  while (!waiting.empty()) {
    const ast::Expr* next = waiting.back();
    waiting.pop_back();
    if (const auto* sum = std::get_if<ast::BinaryExpr>(&next->node)) {
      if (sum->op != ast::BinaryOp::add && sum->op != ast::BinaryOp::subtract) continue;
      if (sum->right) waiting.push_back(sum->right.get());
      if (sum->left) waiting.push_back(sum->left.get());
    } else if (std::holds_alternative<ast::NameExpr>(next->node) || std::holds_alternative<ast::MemberExpr>(next->node)) {
      reads.push_back(next);
    }
  }
  return reads;
}

ExprPtr no_date(Span span) {
  Value unknown;
  unknown.known = false;
  return make_constant(Type{TypeKind::date, true}, unknown, span);
}

// Whether time alone can change the value. Calls may read today.
bool changes_by_time(const Program& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::now: case ExprKind::today: case ExprKind::call: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual: return true;
    case ExprKind::measure: return changes_by_time(program, *program.measures[expr.id].value);
    case ExprKind::audience: return changes_by_time(program, *program.audiences[expr.id].condition);
    case ExprKind::aggregate: {
      const Aggregate& read = program.aggregates[expr.id];
      const bool timed = read.kind == AggregateKind::streak || read.kind == AggregateKind::time_since_last || read.kind == AggregateKind::time_since_first;
      return timed || read.window.kind == WindowKind::last_units || read.window.kind == WindowKind::rolling;
    }
    default: return std::any_of(expr.args.begin(), expr.args.end(), [&](const ExprPtr& arg) { return changes_by_time(program, *arg); });
  }
}

struct EntryChecker {
  Context& context;
  const ast::Journey& node;
  JourneyScope& journey;
  Journey& out;

  void add(Span span, decltype(Enter::node) entry) {
    Enter enter;
    enter.span = span;
    enter.node = std::move(entry);
    out.enters.push_back(std::move(enter));
  }

  // `one per`, over the event of this entry; what its `where` says is known.
  bool key(EnterOn& on) {
    Scope scope;
    scope.event = on.event;
    scope.no_aggregates = "a key is made of the entering event";
    if (on.where) add_facts(*on.where, true, scope.facts);
    ExprPtr checked = need_known(context, check(context, scope, *node.one_per), "a key is never unknown");
    if (is_error(checked)) return false;
    const Type& type = checked->type;
    if (!type.is_text() && type.kind != TypeKind::integer && type.kind != TypeKind::one_of && type.kind != TypeKind::date && type.kind != TypeKind::time) {
      context.diagnostics.report(Code::key_type, node.one_per->span, type_name(context.program, type)).label("not a key");
      return false;
    }
    on.key = std::move(checked);
    return true;
  }

  void entry(const ast::EnterOn& written, Span span) {
    EnterOn on;
    Scope scope;
    on.event = check_event_ref(context, scope, written.event, written.where.get(), on.where);
    if (const ast::Name property = settled(context, written.event).property; property.present()) {
      context.diagnostics.report(Code::property_needless, property.span, "enter on").label("a property").help("a condition on the event follows in a `where`");
      return;
    }
    if (!on.event.valid()) { journey.other_entries = true; return; }
    if (std::find(journey.events.begin(), journey.events.end(), on.event) == journey.events.end()) journey.events.push_back(on.event);
    if (out.keyed && !key_refused && !key(on)) key_refused = true;
    add(span, std::move(on));
  }

  // `engagement becomes core and plan is premium`: a trigger, and what belongs behind `only if`.
  bool joined_trigger(const ast::Expr& condition) {
    const ast::Expr* trigger = &condition;
    const ast::Expr* rest = nullptr;
    while (const auto* both = std::get_if<ast::BinaryExpr>(&trigger->node)) {
      if (both->op != ast::BinaryOp::and_) return false;
      rest = both->right.get();
      trigger = both->left.get();
    }
    if (rest == nullptr || !std::holds_alternative<ast::TriggerExpr>(trigger->node)) return false;
    auto& diagnostic = context.diagnostics.report(Code::trigger_here, trigger->span).label("a trigger, not a condition");
    diagnostic.note("a trigger stands alone behind `enter when` or `exit when`; it happens, it does not hold").help("what must hold besides is said by `only if`");
    const std::string line = "\n" + indentation(context, condition.span) + "only if ";
    if (!node.only_if) diagnostic.fix("say the rest by `only if`", Span{condition.span.file, trigger->span.end, rest->span.begin}, line, false);
    return true;
  }

  // Who may be meant where nobody is named: those who come into the last of the states, else those with some event.
  void enter_missing() {
    auto& diagnostic = context.diagnostics.report(Code::enter_missing, node.name.span, node.name.text).label("nobody can enter");
    std::string line;
    for (size_t i = 0; i < context.program.events.size() && line.empty(); ++i)
      if (!context.program.events[i].builtin) line = "enter on " + context.program.events[i].name;
    for (size_t i = 0; i < context.program.states.size() && i < 1; ++i)
      if (!context.program.states[i].rules.empty()) line = "enter when " + context.program.states[i].name + " becomes " + context.program.states[i].rules.back().name;
    diagnostic.help("say who does: `enter on` an event, or `enter when` something becomes true");
    if (!line.empty()) diagnostic.fixes.push_back({"say who enters", false, {first_member(context, node.name.span, line)}});
  }

  void entry(const ast::EnterWhen& written, Span span) {
    journey.other_entries = true;
    if (!written.condition || joined_trigger(*written.condition)) return;
    Scope scope;
    EnterWhen when;
    when.condition = check_watched(context, scope, *written.condition);
    if (when.condition.present()) add(span, std::move(when));
  }

  void entry(const ast::EnterSchedule& written, Span span) {
    journey.other_entries = true;
    EnterEvery every;
    every.weekdays = 0;
    for (int day : written.weekdays) every.weekdays |= 1u << (day % 7);
    every.time_of_day_us = written.time_of_day;
    every.user_time = has_user_time(context, written.user_time, span);
    add(span, every);
  }

  void entry(const ast::EnterOnce& written, Span span) {
    journey.other_entries = true;
    add(span, EnterOnce{static_cast<int32_t>(written.local_date), written.time_of_day, has_user_time(context, written.user_time, span)});
  }

  void entry(const ast::EnterOnDate& written, Span span) {
    journey.other_entries = true;
    if (!written.date) return;
    Scope scope;
    EnterOnDate on;
    on.date = check_date(context, scope, *written.date);
    on.time_of_day_us = written.time_of_day;
    on.user_time = has_user_time(context, written.user_time, span);
    on.yearly = written.yearly;
    if (is_error(on.date)) return;
    if (changes_by_time(context.program, *on.date)) {
      context.diagnostics.report(Code::date_moves_by_itself, written.date->span).label("changes by time alone").help("an entry on a date is reckoned from an attribute, or from the last or first of an event");
      return;
    }
    add(span, std::move(on));
  }

  // The trigger is the variant: each way in is open to the users of its arm only.
  void entry(const ast::EnterByExperiment& written, Span) {
    ExperimentId experiment;
    experiment.value = resolve(context, Space::experiment, written.experiment);
    std::set<std::string> seen;
    for (const ast::EnterArm& arm : written.arms) {
      int variant = -1;
      if (experiment.valid() && arm.otherwise) variant = static_cast<int>(context.program.experiments[experiment.index()].variants.size());
      else if (experiment.valid() && arm.variant.present()) variant = find_variant(context, experiment, arm.variant.text, arm.variant.span);
      std::string word = arm.otherwise ? "otherwise" : arm.variant.text;
      if (!word.empty() && !seen.insert(word).second) context.diagnostics.report(Code::listed_twice, arm.span, "arm", word).label("written before");
      size_t before = out.enters.size();
      for (const ast::Enter& each : arm.enters) {
        if (std::holds_alternative<ast::EnterByExperiment>(each.node)) context.diagnostics.report(Code::experiment_in_experiment, each.span).label("inside another experiment's arm");
        else way_in(each);
      }
      for (size_t i = before; i < out.enters.size() && variant >= 0; ++i) {
        out.enters[i].experiment = experiment;
        out.enters[i].variant = static_cast<uint32_t>(variant);
      }
    }
  }

  // What the experiments count by may read the entering event, so it is asked when all ways in are known.
  void units() {
    for (Enter& enter : out.enters) {
      if (!enter.experiment.valid()) continue;
      Scope scope;
      scope.journey = &journey;
      scope.before_entry = true;
      enter.unit = check_unit(context, scope, enter.experiment, enter.span);
    }
  }

  void way_in(const ast::Enter& enter) {
    const bool may_have_a_key = std::holds_alternative<ast::EnterOn>(enter.node) || std::holds_alternative<ast::EnterByExperiment>(enter.node);
    if (out.keyed && !may_have_a_key)
      context.diagnostics.report(Code::key_without_event, enter.span, node.name.text).label("has no event to take the key from").also(node.one_per->span, "the key");
    std::visit([&](const auto& written) { entry(written, enter.span); }, enter.node);
  }

  void at_once() {
    if (!node.at_most_at_once) return;
    Span span = node.one_per ? node.one_per->span : node.name.span;
    if (!node.one_per) {
      context.diagnostics.report(Code::at_once_without_key, span, node.name.text).label("has one instance of a user anyway").help("say what there may be one of: `one per cart_id, at most 8 at once`");
    } else if (*node.at_most_at_once < 1 || *node.at_most_at_once > kAtOnceMax) {
      context.diagnostics.report(Code::at_once_range, span, std::to_string(*node.at_most_at_once)).label("from 1 to 64 at once");
    } else {
      out.at_most = *node.at_most_at_once;
    }
  }

  void run() {
    out.keyed = node.one_per != nullptr;
    for (const ast::Enter& enter : node.enters) way_in(enter);
    units();
    at_once();
    if (node.enters.empty()) enter_missing();
  }

  bool key_refused = false;   // told once, whatever the number of entries
};

}  // namespace

ExprPtr check_date(Context& context, Scope& scope, const ast::Expr& expr) {
  Scope inside = scope;
  ExprPtr all_known;
  for (const ast::Expr* written : reads_of(expr)) {
    ExprPtr read = check(context, scope, *written);
    if (is_error(read)) return make_error(expr.span);
    auto key = read->type.optional ? fact_key(*read) : std::nullopt;
    if (!key || !inside.facts.insert(*key).second) continue;
    const Span at = read->span;
    ExprPtr known = make(ExprKind::is_known, Type{TypeKind::boolean}, at, std::move(read));
    all_known = all_known ? make(ExprKind::and_, Type{TypeKind::boolean}, expr.span, std::move(all_known), std::move(known)) : std::move(known);
  }
  const Type date{TypeKind::date, true};
  ExprPtr value = check(context, inside, expr, &date);
  if (is_error(value)) return value;
  if (value->type.kind != TypeKind::date) {
    context.diagnostics.report(Code::type_mismatch, expr.span, "date", type_name(context.program, value->type))
        .label("of type `" + type_name(context.program, value->type) + "`").note("a day is said by a `date`; its time follows behind `at`");
    return make_error(expr.span);
  }
  if (!value->type.optional) value = make(ExprKind::to_optional, date, expr.span, std::move(value));
  if (!all_known) return value;
  return make(ExprKind::conditional, date, expr.span, std::move(all_known), std::move(value), no_date(expr.span));
}

void check_entries(Context& context, const ast::Journey& node, JourneyScope& journey, Journey& out) { EntryChecker{context, node, journey, out}.run(); }

}  // namespace wend::sema
