// Journeys as text: entries, interrupts, and steps with their statements indented.
#include <fmt/format.h>

#include "compiler/sema/print.h"

namespace wend {
namespace {

struct JourneyPrinter {
  const Program& program;
  const Journey& journey;
  std::string& out;

  void line(int depth, const std::string& text) { out += std::string(static_cast<size_t>(depth) * 2, ' ') + text + "\n"; }

  std::string trigger(const Trigger& t) {
    static constexpr const char* words[] = {"moves", "becomes", "leaves", "changes", "drops", "rises", "stays"};
    std::string text = std::string("trigger ") + words[static_cast<size_t>(t.kind)];
    if (!t.on_states) return text + " " + print_expr(program, *t.value);
    const States& states = program.states[t.states.index()];
    text += " " + states.name;
    bool from = t.kind == TriggerKind::moves || t.kind == TriggerKind::leaves || t.kind == TriggerKind::stays;
    bool to = t.kind == TriggerKind::moves || t.kind == TriggerKind::becomes;
    if (from) text += " from " + states.rules[t.from].name;
    if (to) text += " to " + states.rules[t.to].name;
    if (t.kind == TriggerKind::stays) text += " for " + print_span_us(t.length_us);
    return text;
  }

  std::string condition(const Condition& c) { return c.trigger ? trigger(*c.trigger) : c.expr ? print_expr(program, *c.expr) : "?"; }

  std::string event(EventId id, const ExprPtr& where) {
    return program.events[id.index()].name + (where ? " where " + print_expr(program, *where) : "");
  }

  void block(int depth, const char* word, const std::unique_ptr<Block>& body) {
    if (!body) return;
    line(depth, word);
    statements(depth + 1, *body);
  }

  void statements(int depth, const Block& body) {
    for (const Stmt& stmt : body) std::visit([&](const auto& node) { statement(depth, node); }, stmt.node);
  }

  void statement(int depth, const SendStmt& s) {
    const Message& message = program.messages[s.message.index()];
    std::string text = fmt::format("send {} #{} by", message.name, s.site);
    const char* joint = s.choice == SendStmt::Choice::all ? " and" : " else";
    for (size_t i = 0; i < s.channels.size(); ++i) text += (i ? std::string(joint) + " " : std::string(" ")) + program.channels[s.channels[i].index()].name;
    for (size_t i = 0; i < s.arguments.size(); ++i) text += fmt::format(" {}: {}", message.parameters[i].name, print_expr(program, *s.arguments[i]));
    line(depth, text);
  }
  void statement(int depth, const WaitStmt& s) { line(depth, "wait " + print_span_us(s.length_us)); }
  void statement(int depth, const WaitUntilTimeStmt& s) {
    line(depth, fmt::format("wait until {:02}:{:02}{} days {:#x}", s.time_of_day_us / 3'600'000'000, s.time_of_day_us / 60'000'000 % 60, s.user_time ? " user time" : "", s.weekdays));
  }
  void statement(int depth, const WaitForStmt& s) {
    line(depth, fmt::format("wait for {} up to {}", event(s.event, s.where), print_span_us(s.up_to_us)));
    block(depth + 1, "then", s.then);
    block(depth + 1, "else", s.otherwise);
  }
  void statement(int depth, const IfStmt& s) {
    line(depth, "if " + print_expr(program, *s.condition));
    block(depth + 1, "then", s.then);
    block(depth + 1, "else", s.otherwise);
  }
  void statement(int depth, const ChooseExperimentStmt& s) {
    const Experiment& experiment = program.experiments[s.experiment.index()];
    line(depth, "choose by experiment " + experiment.name);
    for (size_t i = 0; i < s.arms.size(); ++i) block(depth + 1, experiment.variants[i].name.c_str(), s.arms[i]);
    block(depth + 1, "otherwise", s.otherwise);
  }
  void statement(int depth, const GoToStmt& s) { line(depth, "go to " + journey.steps[s.step.index()].name); }
  void statement(int depth, const FinishStmt&) { line(depth, "finish"); }
  void statement(int depth, const LeaveStmt&) { line(depth, "leave"); }

  void print() {
    line(0, "\njourney " + journey.name + (journey.closed ? " closed" : ""));
    if (!journey.about.empty()) line(1, "about " + journey.about);
    for (const Enter& enter : journey.enters) {
      if (const auto* on = std::get_if<EnterOn>(&enter.node)) line(1, "enter on " + event(on->event, on->where));
      else line(1, "enter when " + condition(std::get<EnterWhen>(enter.node).condition));
    }
    if (journey.only_if) line(1, "only if " + print_expr(program, *journey.only_if));
    static constexpr const char* again[] = {"never", "after", "always"};
    line(1, std::string("re-enter ") + again[static_cast<size_t>(journey.re_enter.kind)] +
                (journey.re_enter.kind == ReEnter::Kind::after ? " " + print_span_us(journey.re_enter.after_us) : ""));
    if (journey.priority) line(1, "priority " + std::to_string(journey.priority));
    if (journey.goal) line(1, "goal " + print_expr(program, *journey.goal));
    for (const Condition& exit : journey.exits) line(1, "exit " + condition(exit));
    for (const JourneyStep& step : journey.steps) {
      line(1, "step " + step.name);
      statements(2, step.body);
    }
  }
};

}  // namespace

void print_journeys(const Program& program, std::string& out) {
  for (const Journey& journey : program.journeys) JourneyPrinter{program, journey, out}.print();
}

}  // namespace wend
