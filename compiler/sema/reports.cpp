// Reports: the steps of a funnel and how long it may take. A report goes over a log, so it reads events and nothing of the user.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

struct ReportChecker {
  Context& context;
  const ast::Report& node;
  Report& report;

  void check() {
    if (node.kind.present()) {
      context.diagnostics.report(Code::report_unknown, node.kind.span, node.kind.text).label("not a kind of report").help("the kind there is is `funnel of A then B within 30 days`");
      return;
    }
    if (node.steps.empty()) return;   // could not be read
    if (node.steps.size() < 2 || node.steps.size() > kFunnelStepsMax) {
      context.diagnostics.report(Code::funnel_length, span_of_steps(), counted(static_cast<int64_t>(node.steps.size()), "step"))
          .label(node.steps.size() < 2 ? "nothing follows" : "too many")
          .help(node.steps.size() < 2 ? "say what comes behind it: `then …`" : "name the steps that matter most");
      return;
    }
    for (const ast::FunnelStep& step : node.steps) check_step(step);
    check_absent();
    if (node.within) report.within_us = positive_span(context, *node.within, "`within`").value_or(0);
    else report_no_time();
  }

 private:
  Span span_of_steps() const { return join(node.steps.front().span, node.steps.back().span); }

  void check_step(const ast::FunnelStep& written) {
    FunnelStep step;
    step.span = written.event.span;
    if (written.where) step.span = join(step.span, written.where->span);
    Scope scope;
    scope.event_only = true;
    step.event = check_event_ref(context, scope, written.event, written.where.get(), step.where);
    if (const ast::Name property = settled(context, written.event).property; property.present())
      context.diagnostics.report(Code::property_needless, property.span, "funnel of").label("a property").help("a condition on the event follows in a `where`");
    if (!step.event.valid()) return;
    if (const SignalId signal = context.program.events[step.event.index()].signal; signal.valid()) report_signal(written.event.event, signal);
    report.steps.push_back(std::move(step));
  }

  void report_signal(const ast::Name& name, SignalId id) {
    auto& diagnostic = context.diagnostics.report(Code::funnel_signal, name.span, name.text).label("raised, never sent");
    if (const EventId from = context.program.signals[id.index()].from; from.valid())
      diagnostic.help("name the event it is made from, `" + context.program.events[from.index()].name + "`");
  }

  void check_absent() {
    for (size_t i = 0; i < node.steps.size(); ++i) {
      if (!node.steps[i].negated) continue;
      report.without = true;
      if (i == 1 && node.steps.size() == 2) continue;
      context.diagnostics.report(Code::funnel_not_place, node.steps[i].span).label(i == 0 ? "nothing comes before" : i == 1 ? "a step comes behind" : "more than one step comes before");
      return;
    }
  }

  void report_no_time() {
    const Span behind{node.span.file, node.steps.back().span.end, node.steps.back().span.end};
    context.diagnostics.report(Code::funnel_without_time, node.name.span, node.name.text).label("how long may it take?").fix("allow 30 days", behind, " within 30 days", false);
  }
};

}  // namespace

void check_reports(Context& context) {
  for (size_t i = 0; i < context.program.reports.size(); ++i) ReportChecker{context, *context.declared.reports[i].node, context.program.reports[i]}.check();
}

}  // namespace wend::sema
