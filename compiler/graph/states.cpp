// A states block as a diagram: a card a state in the order in which they are tried, the moves between them, and what journeys
// make of a move.
#include "compiler/graph/build.h"

#include "compiler/graph/words.h"
#include "compiler/sema/print.h"

namespace wend::graph {
namespace {

std::string cadence_text(const Cadence& cadence) {
  static constexpr const char* days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  const std::string at = " at " + clock_text(cadence.time_of_day_us, cadence.user_time);
  switch (cadence.kind) {
    case CadenceKind::hourly: return "evaluated hourly";
    case CadenceKind::continuously: return "evaluated continuously";
    case CadenceKind::daily: return "evaluated daily" + at;
    case CadenceKind::weekly: return std::string("evaluated weekly on ") + days[cadence.weekday % 7] + at;
    case CadenceKind::monthly: return "evaluated monthly on " + std::to_string(cadence.day) + at;
  }
  return "";
}

class StatesDiagram {
 public:
  StatesDiagram(const Program& program, uint32_t index, const Counts* counts)
      : program_(program), states_(program.states[index]), id_(index), own_(counts ? &counts->states[index] : nullptr) {}

  Diagram run() {
    out_.kind = Diagram::Kind::states;
    out_.name = states_.name;
    out_.place = place_of(program_, states_.span);
    if (states_.ordered) out_.facts.push_back("ordered, best first");
    out_.facts.push_back(cadence_text(states_.cadence));
    if (states_.settle > 1) out_.facts.push_back("settles after " + std::to_string(states_.settle) + " evaluations");
    for (size_t i = 0; i < states_.rules.size(); ++i) state(i);
    for (uint32_t i = 0; i + 1 < states_.rules.size(); ++i) out_.edges.push_back({Edge::Kind::else_, i, i + 1, "else", {}});
    for (const Journey& journey : program_.journeys) watchers(journey);
    if (own_)
      for (const auto& [move, people] : own_->moves) move_edge(move.first, move.second).people = people;
    return std::move(out_);
  }

 private:
  void state(size_t i) {
    const StateRule& rule = states_.rules[i];
    Node& node = out_.nodes.emplace_back();
    node.kind = Node::Kind::state;
    node.id = "state." + rule.name;
    node.title = rule.name;
    node.place = place_of(program_, rule.span);
    node.details.push_back(rule.when ? "when " + text_of(program_, *rule.when) : "otherwise");
    if (rule.until) node.details.push_back("until " + text_of(program_, *rule.until));
    if (own_) node.people = i < own_->people.size() ? own_->people[i] : 0;
  }

  Edge& move_edge(uint32_t from, uint32_t to) {
    for (Edge& edge : out_.edges)
      if (edge.kind == Edge::Kind::move && edge.from == from && edge.to == to) return edge;
    return out_.edges.emplace_back(Edge{Edge::Kind::move, from, to, "", own_ ? People(0) : People()});
  }

  void watchers(const Journey& journey) {
    for (const Enter& enter : journey.enters)
      if (const auto* when = std::get_if<EnterWhen>(&enter.node); when && when->condition.trigger) watcher(*when->condition.trigger, "enters " + journey.name, enter.span);
    for (const Condition& exit : journey.exits)
      if (exit.trigger) watcher(*exit.trigger, "ends " + journey.name, exit.trigger->span);
  }

  void note(uint32_t state, std::string text, std::string detail, Span span) {
    if (state >= out_.nodes.size()) return;
    Row& row = out_.nodes[state].rows.emplace_back();
    row.text = std::move(text);
    row.detail = std::move(detail);
    row.place = place_of(program_, span);
  }

  void watcher(const Trigger& trigger, const std::string& does, Span span) {
    if (!trigger.on_states || trigger.states.index() != id_) return;
    switch (trigger.kind) {
      case TriggerKind::moves: {
        Edge& edge = move_edge(trigger.from, trigger.to);
        edge.label = edge.label.empty() ? does : cut(edge.label + "; " + does, 60);
        break;
      }
      case TriggerKind::becomes: note(trigger.to, does, "by coming here", span); break;
      case TriggerKind::leaves: note(trigger.from, does, "by leaving", span); break;
      case TriggerKind::stays: note(trigger.from, does, "after " + print_span_us(trigger.length_us) + " here", span); break;
      case TriggerKind::changes: out_.facts.push_back("a change " + does); break;
      case TriggerKind::drops: out_.facts.push_back("a drop " + does); break;
      case TriggerKind::rises: out_.facts.push_back("a rise " + does); break;
    }
  }

  const Program& program_;
  const States& states_;
  const size_t id_;
  const Counts::States* own_;
  Diagram out_;
};

}  // namespace

Diagram states_diagram(const Program& program, uint32_t states, const Counts* counts) { return StatesDiagram(program, states, counts).run(); }

}  // namespace wend::graph
