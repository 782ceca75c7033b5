// The way through a journey: steps nobody reaches, statements behind a jump, cycles of steps in which no wait is sure to
// take time, and goals nobody is inside for. Sure are `wait D`, `wait until T`, `wait for E`, and a condition's timeout.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"

namespace wend::sema {
namespace {

struct Reach {
  bool goes_on = true;   // control comes out behind
  bool at_once = true;   // on some way without a sure wait since the step began
};

struct StepFlow {
  std::set<uint32_t> targets;              // steps reached from it
  std::map<uint32_t, Span> at_once;        // those reached without a sure wait, and where
  bool waits = false;                      // there is a wait in it
};

struct FlowChecker {
  Context& context;
  const Journey& journey;
  std::vector<StepFlow> steps;
  StepFlow* current = nullptr;

  Reach block(const Block& body, Reach reach) {
    bool told = false;
    for (const Stmt& stmt : body) {
      if (!reach.goes_on) {
        if (!told) {
          const Span rest = join(stmt.span, body.back().span);
          context.diagnostics.report(Code::statement_unreachable, stmt.span).label("never reached").note("what stands before it always leaves this place")
              .fix("take it out", with_separator(context, rest), "", false);
        }
        return reach;
      }
      reach = std::visit([&](const auto& node) { return statement(node, stmt.span, reach); }, stmt.node);
    }
    return reach;
  }

  static Reach either(Reach a, Reach b) {
    if (!a.goes_on) return b;
    if (!b.goes_on) return a;
    return {true, a.at_once || b.at_once};
  }

  Reach waited() {
    current->waits = true;
    return {true, false};
  }

  Reach statement(const SendStmt&, Span, Reach reach) { return reach; }
  Reach statement(const WaitStmt&, Span, Reach) { return waited(); }
  Reach statement(const WaitUntilTimeStmt&, Span, Reach) { return waited(); }
  Reach statement(const WaitForStmt& wait, Span, Reach) {
    current->waits = true;
    Reach behind{true, false};
    return either(wait.then ? block(*wait.then, behind) : behind, wait.otherwise ? block(*wait.otherwise, behind) : behind);
  }
  // Not sure: it may be past, or be met at once. Where it timed out, time has passed.
  Reach statement(const WaitUntilDateStmt&, Span, Reach reach) {
    current->waits = true;
    return reach;
  }
  Reach statement(const WaitUntilStmt& wait, Span, Reach reach) {
    current->waits = true;
    Reach timed_out{true, false};
    return either(wait.then ? block(*wait.then, reach) : reach, wait.otherwise ? block(*wait.otherwise, timed_out) : timed_out);
  }
  Reach statement(const ChooseFirstStmt& choose, Span, Reach reach) {
    Reach all = choose.otherwise ? block(*choose.otherwise, reach) : reach;
    for (const auto& arm : choose.arms) all = either(all, block(*arm.body, reach));
    return all;
  }
  Reach statement(const SplitStmt& split, Span, Reach reach) {
    Reach all{false, false};
    for (const auto& arm : split.arms) all = either(all, block(*arm.body, reach));
    return all;
  }
  Reach statement(const IfStmt& choice, Span, Reach reach) {
    return either(choice.then ? block(*choice.then, reach) : reach, choice.otherwise ? block(*choice.otherwise, reach) : reach);
  }
  Reach statement(const ChooseExperimentStmt& choose, Span, Reach reach) {
    Reach all = choose.otherwise ? block(*choose.otherwise, reach) : reach;
    for (const auto& arm : choose.arms) all = either(all, arm ? block(*arm, reach) : reach);
    return all;
  }
  Reach statement(const SetStmt&, Span, Reach reach) { return reach; }
  Reach statement(const EmitStmt&, Span, Reach reach) { return reach; }
  Reach statement(const CallStmt&, Span, Reach reach) { return reach; }
  Reach statement(const GoToStmt& jump, Span span, Reach reach) {
    current->targets.insert(jump.step.value);
    if (reach.at_once) current->at_once.emplace(jump.step.value, span);
    return {false, false};
  }
  Reach statement(const FinishStmt&, Span, Reach) { return {false, false}; }
  Reach statement(const LeaveStmt&, Span, Reach) { return {false, false}; }

  void walk() {
    steps.resize(journey.steps.size());
    for (uint32_t i = 0; i < steps.size(); ++i) {
      current = &steps[i];
      Reach end = block(journey.steps[i].body, {});
      if (!end.goes_on || i + 1 >= steps.size()) continue;
      current->targets.insert(i + 1);
      if (end.at_once) current->at_once.emplace(i + 1, journey.steps[i].span);
    }
  }

  void unreachable() {
    std::set<uint32_t> reached;
    std::vector<uint32_t> waiting;
    if (!steps.empty()) waiting.push_back(0);
    while (!waiting.empty()) {
      uint32_t step = waiting.back();
      waiting.pop_back();
      if (!reached.insert(step).second) continue;
      waiting.insert(waiting.end(), steps[step].targets.begin(), steps[step].targets.end());
    }
    for (uint32_t i = 0; i < steps.size(); ++i)
      if (!reached.count(i)) {
        const JourneyStep& step = journey.steps[i];
        auto& diagnostic = context.diagnostics.report(Code::step_unreachable, step.span, step.name);
        diagnostic.label("nobody comes here").note("the step before it never falls through, and no `go to` that is reached names it");
        // Where the step before ends the journey, it may have been meant to go on.
        const Block& before = journey.steps[i > 0 ? i - 1 : 0].body;
        if (i > 0 && before.size() > 1 && reached.count(i - 1) && std::holds_alternative<FinishStmt>(before.back().node))
          diagnostic.fix("let `" + journey.steps[i - 1].name + "` go on to it", with_separator(context, before.back().span), "", false);
      }
  }

  // A goal is tested while a user is inside, so one that ends at once never meets it.
  void goal() {
    if (!journey.goal || journey.goal_within_us) return;
    if (std::any_of(steps.begin(), steps.end(), [](const StepFlow& step) { return step.waits; })) return;
    context.diagnostics.report(Code::goal_forestalled, journey.goal->span, journey.name).label("nobody is inside long enough").note("a goal is tested at every input while a user is inside, and there is no wait on the way")
        .help("watch it on behind the end: `within 14 days of entry`");
  }

  void report_cycle(const std::vector<uint32_t>& path) {
    std::string text;
    for (uint32_t step : path) text += journey.steps[step].name + " → ";
    text += journey.steps[path[0]].name;
    const Span back = steps[path.back()].at_once.at(path[0]);
    auto& diagnostic = context.diagnostics.report(Code::endless_cycle, back, text).label("comes back at once").also(journey.steps[path[0]].span, "to this step");
    diagnostic.note("sure to take time are `wait 2 days`, `wait until 09:00` and `wait for`").help("put a wait on the way");
    const bool falls_through = back == journey.steps[path.back()].span;
    diagnostic.fixes.push_back({"wait a day", false, {falls_through ? last_member(context, back, "wait 1 day") : member_before(context, back, "wait 1 day")}});
  }

  // Depth first over the edges that take no time; an edge back into the way that led here closes a cycle.
  void cycles() {
    enum class Mark : uint8_t { fresh, open, done };
    std::vector<Mark> marks(steps.size(), Mark::fresh);
    std::set<uint32_t> told;
    using Edges = std::map<uint32_t, Span>::const_iterator;
    for (uint32_t start = 0; start < steps.size(); ++start) {
      if (marks[start] != Mark::fresh) continue;
      std::vector<std::pair<uint32_t, Edges>> way = {{start, steps[start].at_once.begin()}};
      marks[start] = Mark::open;
      while (!way.empty()) {
        auto& [step, edge] = way.back();
        if (edge == steps[step].at_once.end()) {
          marks[step] = Mark::done;
          way.pop_back();
          continue;
        }
        uint32_t next = (edge++)->first;
        if (marks[next] == Mark::fresh) {
          marks[next] = Mark::open;
          way.emplace_back(next, steps[next].at_once.begin());
        } else if (marks[next] == Mark::open && told.insert(next).second) {
          std::vector<uint32_t> path;
          for (const auto& [on_way, _] : way)
            if (!path.empty() || on_way == next) path.push_back(on_way);
          report_cycle(path);
        }
      }
    }
  }
};

}  // namespace

void check_flow(Context& context, const Journey& journey) {
  FlowChecker checker{context, journey, {}, nullptr};
  checker.walk();
  checker.unreachable();
  checker.cycles();
  checker.goal();
}

}  // namespace wend::sema
