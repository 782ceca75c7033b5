// Journeys: who enters and when, what interrupts, and the steps. Statements are checked in statements.cpp, the way
// through them in flow.cpp.
#include "compiler/sema/statements.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"

namespace wend::sema {
namespace {

struct JourneyChecker {
  Context& context;
  const ast::Journey& node;
  JourneyId id;
  JourneyScope journey;
  Facts facts;  // about the entering event: it does not change, so they hold throughout

  Journey& program() { return context.program.journeys[id.index()]; }

  void not_compiled() {
    if (node.paused) report_not_compiled(context, node.name.span, "`paused`");
    if (node.one_per) report_not_compiled(context, node.one_per->span, "`one per`");
    else if (node.at_most_at_once) report_not_compiled(context, node.name.span, "`at once`");
    if (node.goal_within) report_not_compiled(context, node.goal_within->span, "`goal … within`");
  }

  void enter_on(const ast::EnterOn& written, Span span) {
    EnterOn on;
    Scope scope;
    on.event = check_event_ref(context, scope, written.event, written.where.get(), on.where);
    if (written.event.property.present()) {
      context.diagnostics.report(Code::property_needless, written.event.property.span, "enter on").label("a property").help("a condition on the event follows in a `where`");
      return;
    }
    if (!on.event.valid()) { journey.other_entries = true; return; }
    if (std::find(journey.events.begin(), journey.events.end(), on.event) == journey.events.end()) journey.events.push_back(on.event);
    Enter enter;
    enter.span = span;
    enter.node = std::move(on);
    program().enters.push_back(std::move(enter));
  }

  void enter_when(const ast::EnterWhen& written, Span span) {
    journey.other_entries = true;
    if (!written.condition) return;
    Scope scope;
    EnterWhen when;
    when.condition = check_watched(context, scope, *written.condition);
    if (!when.condition.present()) return;
    Enter enter;
    enter.span = span;
    enter.node = std::move(when);
    program().enters.push_back(std::move(enter));
  }

  void enters() {
    for (const ast::Enter& enter : node.enters) {
      if (const auto* on = std::get_if<ast::EnterOn>(&enter.node)) { enter_on(*on, enter.span); continue; }
      if (const auto* when = std::get_if<ast::EnterWhen>(&enter.node)) { enter_when(*when, enter.span); continue; }
      journey.other_entries = true;
      const char* what = std::holds_alternative<ast::EnterSchedule>(enter.node) ? "`enter every`" : std::holds_alternative<ast::EnterOnce>(enter.node) ? "`enter once`" : "`enter on date`";
      report_not_compiled(context, enter.span, what);
    }
    if (node.enters.empty())
      context.diagnostics.report(Code::enter_missing, node.name.span, node.name.text).label("nobody can enter").help("say who does: `enter on purchase` or `enter when engagement becomes lapsed`");
  }

  // What `where` and `only if` say of the entering event stays true: `entry.total` is known where they made it so.
  void learn_entry_facts() {
    if (journey.events.size() == 1 && !journey.other_entries && program().enters.size() == 1) {
      Facts learned;
      const auto& on = std::get<EnterOn>(program().enters[0].node);
      if (on.where) add_facts(*on.where, true, learned);
      for (FactKey key : learned) {
        if (key.kind == ExprKind::event_property) facts.insert({ExprKind::entry_property, key.id, key.index});
      }
    }
  }

  void only_if() {
    if (!node.only_if) return;
    Scope scope;
    scope.journey = &journey;
    scope.before_entry = true;
    scope.facts = facts;
    ExprPtr condition = check_condition(context, scope, *node.only_if);
    if (is_error(condition)) return;
    Facts learned;
    add_facts(*condition, true, learned);
    for (const FactKey& key : learned)
      if (key.kind == ExprKind::entry_property) facts.insert(key);
    program().only_if = std::move(condition);
  }

  void interrupts() {
    Scope scope;
    scope.journey = &journey;
    scope.facts = facts;
    if (node.goal) {
      ExprPtr goal = check_condition(context, scope, *node.goal);
      if (!is_error(goal)) program().goal = std::move(goal);
    }
    for (const ast::ExprPtr& written : node.exits) {
      if (!written) continue;
      Condition exit = check_watched(context, scope, *written);
      if (exit.present()) program().exits.push_back(std::move(exit));
    }
  }

  void re_enter() {
    ReEnter& again = program().re_enter;
    if (node.re_enter.kind == ast::ReEnter::Kind::always) again.kind = ReEnter::Kind::always;
    if (node.re_enter.kind != ast::ReEnter::Kind::after) return;
    auto span = positive_span(context, node.re_enter.after, "`re-enter after`");
    if (!span) return;
    again.kind = ReEnter::Kind::after;
    again.after_us = *span;
  }

  void steps() {
    std::map<std::string, uint32_t> names;
    std::vector<const ast::Step*> kept;
    for (const ast::Step& step : node.steps) {
      if (!step.name.present()) continue;
      if (!names.emplace(step.name.text, static_cast<uint32_t>(kept.size())).second) {
        context.diagnostics.report(Code::listed_twice, step.name.span, "step", step.name.text).label("written before");
        continue;
      }
      kept.push_back(&step);
    }
    if (node.steps.empty())
      context.diagnostics.report(Code::step_missing, node.name.span, node.name.text).label("does nothing").help("write what it does: `step first { send … }`");
    for (const ast::Step* step : kept) {
      JourneyStep entry;
      entry.name = step->name.text;
      entry.span = step->name.span;
      program().steps.push_back(std::move(entry));
    }
    for (size_t i = 0; i < kept.size(); ++i) {
      Block body = check_step(context, journey, names, facts, kept[i]->body);
      program().steps[i].body = std::move(body);
    }
  }

  void check() {
    Journey& entry = program();
    entry.closed = node.closed;
    if (node.about) entry.about = node.about->value;
    if (node.priority) entry.priority = *node.priority;
    journey.id = id;
    not_compiled();
    enters();
    learn_entry_facts();
    only_if();
    interrupts();
    re_enter();
    size_t errors = context.diagnostics.error_count();
    steps();
    if (errors == context.diagnostics.error_count()) check_flow(context, program());
  }
};

}  // namespace

void check_journeys(Context& context) {
  for (size_t i = 0; i < context.declared.journeys.size(); ++i)
    JourneyChecker{context, *context.declared.journeys[i].node, JourneyId(i), {}, {}}.check();
}

}  // namespace wend::sema
