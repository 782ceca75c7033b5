// Which event leads to which at one instant: a signal to the event it is made from, what a journey emits to the events
// that enter it or end its waits. An event that leads to itself is an error, told once with its path.
#include <functional>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

using Targets = std::map<uint32_t, Span>;   // event -> where it is raised

// What a journey may emit once it runs from a place: everything that can come behind, through every wait and jump.
struct Reachable {
  const Journey& journey;
  std::vector<std::map<uint32_t, Targets>>& waits;   // by step: event waited for -> what may be emitted behind
  std::vector<Targets> steps;                        // what a step may emit, and those it leads to

  // The emits of a block and of what follows it (`behind`), last statement first.
  Targets block(size_t step, const Block& body, Targets behind) {
    for (auto stmt = body.rbegin(); stmt != body.rend(); ++stmt) behind = std::visit([&](const auto& node) { return statement(step, node, stmt->span, std::move(behind)); }, stmt->node);
    return behind;
  }
  Targets inner(size_t step, const std::unique_ptr<Block>& body, const Targets& behind) { return body ? block(step, *body, behind) : behind; }
  static Targets join(Targets a, const Targets& b) {
    a.insert(b.begin(), b.end());
    return a;
  }

  template <class T> Targets statement(size_t, const T&, Span, Targets behind) { return behind; }
  Targets statement(size_t, const EmitStmt& emit, Span span, Targets behind) {
    behind.emplace(emit.event.value, span);
    return behind;
  }
  Targets statement(size_t step, const WaitForStmt& wait, Span, Targets behind) {
    Targets then = inner(step, wait.then, behind);
    waits[step][wait.event.value] = join(std::move(waits[step][wait.event.value]), then);
    return join(inner(step, wait.otherwise, behind), then);
  }
  Targets statement(size_t step, const IfStmt& choice, Span, Targets behind) {
    return join(inner(step, choice.then, behind), inner(step, choice.otherwise, behind));
  }
  Targets statement(size_t step, const ChooseExperimentStmt& choose, Span, Targets behind) {
    Targets all = inner(step, choose.otherwise, behind);
    for (const auto& arm : choose.arms) all = join(std::move(all), inner(step, arm, behind));
    return all;
  }
  Targets statement(size_t, const GoToStmt& jump, Span, Targets) { return steps[jump.step.index()]; }
  Targets statement(size_t, const FinishStmt&, Span, Targets) { return {}; }
  Targets statement(size_t, const LeaveStmt&, Span, Targets) { return {}; }

  // Jumps go round: repeated until nothing is added. Each round adds an emit somewhere, so there are few.
  void run() {
    steps.resize(journey.steps.size());
    for (bool more = true; more;) {
      more = false;
      for (size_t i = steps.size(); i-- > 0;) {
        const size_t behind = journey.behind(i);
        Targets found = block(i, journey.steps[i].body, behind < steps.size() ? steps[behind] : Targets{});
        more = more || found.size() > steps[i].size();
        steps[i] = join(std::move(steps[i]), found);
      }
    }
  }
};

struct Graph {
  Context& context;
  std::map<uint32_t, Targets> leads;   // event -> events raised by it

  void add(uint32_t from, const Targets& targets) { leads[from].insert(targets.begin(), targets.end()); }

  void build() {
    const Program& program = context.program;
    for (const Signal& signal : program.signals) {
      if (!signal.event.valid() || !signal.from.valid()) continue;
      leads[signal.from.value].emplace(signal.event.value, signal.span);
      if (signal.follow == Signal::Follow::followed && signal.by.valid()) leads[signal.by.value].emplace(signal.event.value, signal.span);
    }
    for (const Journey& journey : program.journeys) {
      if (journey.steps.empty()) continue;
      std::vector<std::map<uint32_t, Targets>> waits(journey.steps.size());
      Reachable reachable{journey, waits, {}};
      reachable.run();
      for (const Enter& enter : journey.enters)
        if (const auto* on = std::get_if<EnterOn>(&enter.node)) add(on->event.value, reachable.steps[0]);
      for (const auto& step : waits)
        for (const auto& [event, targets] : step) add(event, targets);
    }
  }

  // The shortest way from an event back to it; empty when there is none.
  std::vector<uint32_t> way_round(uint32_t start) const {
    std::map<uint32_t, uint32_t> came_from;
    std::vector<uint32_t> queue{start};
    for (size_t i = 0; i < queue.size(); ++i) {
      const auto found = leads.find(queue[i]);
      if (found == leads.end()) continue;
      for (const auto& [next, _] : found->second) {
        if (next == start) {
          std::vector<uint32_t> path{start};
          for (uint32_t at = queue[i]; at != start; at = came_from[at]) path.push_back(at);
          path.push_back(start);
          return {path.rbegin(), path.rend()};
        }
        if (came_from.emplace(next, queue[i]).second) queue.push_back(next);
      }
    }
    return {};
  }

  void report() {
    std::set<uint32_t> told;
    for (const auto& [event, targets] : leads) {
      if (told.count(event)) continue;
      const std::vector<uint32_t> path = way_round(event);
      if (path.empty()) continue;
      bool fresh = true, by_signals = true;
      std::string text;
      for (uint32_t each : path) {
        fresh = fresh && !told.count(each);
        by_signals = by_signals && context.program.events[each].signal.valid();
        text += (text.empty() ? "" : " → ") + context.program.events[each].name;
      }
      told.insert(path.begin(), path.end());
      const Span where = leads[path[path.size() - 2]].at(event);
      const std::string& name = context.program.events[event].name;
      if (fresh && !by_signals)   // signals made from each other have been told
        context.diagnostics.report(Code::raises_itself, where, name, text).label("raised here").note("what is raised is handled at the same instant; a loop inside one journey is a `go to` behind a wait");
    }
  }
};

}  // namespace

void check_raising(Context& context) {
  Graph graph{context, {}};
  graph.build();
  graph.report();
}

}  // namespace wend::sema
