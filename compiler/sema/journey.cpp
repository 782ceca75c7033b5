// Journeys: what interrupts, re-entry, and the steps with what became of older ones. Who enters is checked in entries.cpp,
// statements in statements.cpp, the way through them in flow.cpp.
#include "compiler/sema/statements.h"

#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/print.h"

namespace wend::sema {
namespace {

struct JourneyChecker {
  Context& context;
  const ast::Journey& node;
  JourneyId id;
  JourneyScope journey;
  Facts facts;  // about the entering event: it does not change, so they hold throughout

  Journey& program() { return context.program.journeys[id.index()]; }

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
    goal_within();
    for (const ast::ExprPtr& written : node.exits) {
      if (!written) continue;
      Condition exit = check_watched(context, scope, *written);
      if (exit.present()) program().exits.push_back(std::move(exit));
    }
  }

  void goal_within() {
    if (!node.goal_within) return;
    auto span = positive_span(context, *node.goal_within, "`within`");
    if (!span) return;
    if (*span > kWaitMax) context.diagnostics.report(Code::goal_window_too_long, node.goal_within->span).label("longer than 2 years").fix("watch it for 2 years", node.goal_within->span, "730 days", false);
    else program().goal_within_us = *span;
  }

  void re_enter() {
    ReEnter& again = program().re_enter;
    if (node.one_per) {
      again.kind = ReEnter::Kind::always;   // per key
      if (node.re_enter.kind == ast::ReEnter::Kind::never)
        context.diagnostics.report(Code::never_per_key, node.re_enter.span).label("every key that ever left would be kept").help("say for how long: `re-enter after 30 days`");
    }
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
      entry.renamed_from = step->renamed_from.text;
      entry.origins.push_back({context.program.version, node.name.text, entry.name});
      program().steps.push_back(std::move(entry));
    }
    older_steps(names);
    for (size_t i = 0; i < kept.size(); ++i) {
      Block body = check_step(context, journey, names, facts, kept[i]->body);
      program().steps[i].body = std::move(body);
    }
  }

  // What became of a step that is gone: said once, and only of one that is gone.
  void older_step(const ast::Name& name, const std::map<std::string, uint32_t>& steps, std::map<std::string, Span>& told) {
    if (!name.present()) return;
    auto still = steps.find(name.text);
    if (still != steps.end()) {
      context.diagnostics.report(Code::step_still_there, name.span, name.text).label("is no older step").also(program().steps[still->second].span, "it stands here");
      return;
    }
    auto [first, fresh] = told.emplace(name.text, name.span);
    if (!fresh) context.diagnostics.report(Code::listed_twice, name.span, "older step", name.text).label("said before").also(first->second, "here");
  }

  void older_steps(const std::map<std::string, uint32_t>& steps) {
    std::map<std::string, Span> told;
    for (const ast::Step& step : node.steps) older_step(step.renamed_from, steps, told);
    for (const ast::RemovedStep& gone : node.removed) {
      older_step(gone.name, steps, told);
      RemovedStep entry{gone.name.text, {}, gone.span};
      if (gone.go_to.present()) {
        auto target = steps.find(gone.go_to.text);
        if (target == steps.end()) {
          auto& diagnostic = context.diagnostics.report(Code::unknown_name, gone.go_to.span, "step", gone.go_to.text);
          diagnostic.label("not in this journey");
          std::vector<std::string> names;
          for (const auto& [name, _] : steps) names.push_back(name);
          suggest(diagnostic, gone.go_to.span, gone.go_to.text, names, "its steps are");
          continue;
        }
        note_use(context, gone.go_to, SymbolKind::step, id.value, target->second);
        entry.go_to = StepId(target->second);
      }
      program().removed.push_back(std::move(entry));
    }
  }

  void renamed() {
    if (!node.renamed_from.present()) return;
    program().renamed_from = node.renamed_from.text;
    if (context.table(Space::journey).count(node.renamed_from.text))
      context.diagnostics.report(Code::renamed_still_there, node.renamed_from.span, "journey", node.renamed_from.text).label("still declared").note("an older name is one that nothing has any more");
    for (size_t other = 0; other < id.index(); ++other) {
      const ast::Name& taken = context.declared.journeys[other].node->renamed_from;
      if (taken.text != node.renamed_from.text) continue;
      context.diagnostics.report(Code::listed_twice, node.renamed_from.span, "older journey", taken.text).label("was one journey").also(taken.span, "renamed here too");
      return;
    }
  }

  void check() {
    Journey& entry = program();
    entry.closed = node.closed;
    entry.paused = node.paused;
    renamed();
    if (node.about) entry.about = node.about->value;
    if (node.priority) entry.priority = *node.priority;
    journey.id = id;
    check_entries(context, node, journey, entry);
    learn_entry_facts();
    only_if();
    interrupts();
    re_enter();
    size_t errors = context.diagnostics.error_count();
    steps();
    if (errors == context.diagnostics.error_count()) check_flow(context, program());
    former_steps();
  }

  // ---- steps of earlier versions that people are in ----

  uint32_t place_of(const FormerStep::Landing& landing, size_t own) {
    if (landing.kind == FormerStep::Landing::Kind::leave) return static_cast<uint32_t>(own);   // the one that stands for what is gone
    const auto& steps = program().steps;
    for (size_t i = 0; i < own; ++i)
      if (landing.kind == FormerStep::Landing::Kind::step && steps[i].name == landing.step) return static_cast<uint32_t>(i);
    return kEnd;
  }

  // What it says of the entering event is what its own version knew of that.
  Block body_of(const FormerStep& former, size_t own) {
    JourneyChecker then{context, *former.written_in, id, {}, {}};
    const size_t aggregates = context.program.aggregates.size(), sends = context.sends.size();
    Journey scratch;
    then.journey.id = id;
    check_entries(context, *former.written_in, then.journey, scratch);
    std::swap(scratch.enters, program().enters);
    std::swap(scratch.only_if, program().only_if);
    then.learn_entry_facts();
    then.only_if();
    std::swap(scratch.only_if, program().only_if);
    std::swap(scratch.enters, program().enters);
    context.program.aggregates.resize(aggregates);
    std::erase_if(context.aggregate_ids, [&](const auto& known) { return known.second.index() >= aggregates; });
    std::map<std::string, uint32_t> steps;
    for (const auto& [name, landing] : former.targets) steps.emplace(name, place_of(landing, own));
    Block body = check_step(context, then.journey, steps, then.facts, former.step->body);
    context.sends.resize(sends);
    return body;
  }

  void former_steps() {
    const size_t own = program().steps.size();
    const auto landings = context.former_landings.find(node.name.text);
    if (landings == context.former_landings.end()) return;
    program().steps.emplace_back();
    program().steps.back().kind = JourneyStep::Kind::gone;
    program().steps.back().behind = kEnd;
    for (const auto& [step, landing] : landings->second) program().landings.push_back({step, place_of(landing, own)});
    for (const FormerStep& former : context.former_steps) {
      if (former.journey != node.name.text) continue;
      JourneyStep step;
      step.name = former.shown;
      step.renamed_from = former.kept == former.shown ? "" : former.kept;
      step.kind = JourneyStep::Kind::former;
      step.behind = place_of(former.next, own);
      step.body = body_of(former, own);
      step.span = former.step->name.span;
      if (JourneyStep* same = same_step(step, own)) same->origins.push_back(former.origin);
      else {
        step.origins.push_back(former.origin);
        program().steps.push_back(std::move(step));
      }
    }
    for (JourneyStep& step : program().steps)
      if (step.behind == kEnd) step.behind = static_cast<uint32_t>(program().steps.size());
  }

  // A step that goes on in the same way under the same name.
  JourneyStep* same_step(const JourneyStep& step, size_t own) {
    const std::string body = print_step(context.program, program(), step.body);
    auto& steps = program().steps;
    for (size_t i = 0; i < steps.size(); ++i) {
      const uint32_t behind = i < own ? (i + 1 < own ? static_cast<uint32_t>(i + 1) : kEnd) : steps[i].behind;
      if (i != own && steps[i].name == step.name && steps[i].renamed_from == step.renamed_from && behind == step.behind && print_step(context.program, program(), steps[i].body) == body) return &steps[i];
    }
    return nullptr;
  }

  static constexpr uint32_t kEnd = 0xffffffffu;
};

}  // namespace

void check_journeys(Context& context) {
  for (size_t i = 0; i < context.declared.journeys.size(); ++i)
    JourneyChecker{context, *context.declared.journeys[i].node, JourneyId(i), {}, {}}.check();
}

}  // namespace wend::sema
