// Journeys as text: entries, interrupts, and steps with their statements indented.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/sema/print.h"

namespace wend {
namespace {

struct JourneyPrinter {
  const Program& program;
  const Journey& journey;
  std::string& out;
  bool whole = false;                  // by what is kept, not by what it is called

  std::string print(const Expr& expr) const { return whole ? print_whole(program, expr) : print_expr(program, expr); }
  void line(int depth, const std::string& text) { out += std::string(static_cast<size_t>(depth) * 2, ' ') + text + "\n"; }

  std::string trigger(const Trigger& t) {
    static constexpr const char* words[] = {"moves", "becomes", "leaves", "changes", "drops", "rises", "stays"};
    std::string text = std::string("trigger ") + words[static_cast<size_t>(t.kind)];
    if (!t.on_states) return text + " " + print(*t.value);
    const States& states = program.states[t.states.index()];
    const auto name = [&](uint32_t rule) { return " " + (whole ? states.rules[rule].stored_name : states.rules[rule].name); };
    text += " " + (whole ? states.stored_name : states.name);
    bool from = t.kind == TriggerKind::moves || t.kind == TriggerKind::leaves || t.kind == TriggerKind::stays;
    bool to = t.kind == TriggerKind::moves || t.kind == TriggerKind::becomes;
    if (from) text += " from" + name(t.from);
    if (to) text += " to" + name(t.to);
    if (t.kind == TriggerKind::stays) text += " for " + print_span_us(t.length_us);
    return text;
  }

  std::string condition(const Condition& c) { return c.trigger ? trigger(*c.trigger) : c.expr ? print(*c.expr) : "?"; }

  std::string event(EventId id, const ExprPtr& where) {
    return program.events[id.index()].name + (where ? " where " + print(*where) : "");
  }

  std::string by_unit(const ExprPtr& unit) { return unit && !whole ? " unit " + print(*unit) : ""; }
  const std::string& called(const Experiment& experiment) { return whole ? experiment.hashed : experiment.name; }

  std::string only_for(const Enter& enter) {
    if (!enter.experiment.valid()) return "";
    const Experiment& experiment = program.experiments[enter.experiment.index()];
    const bool otherwise = enter.variant >= experiment.variants.size();
    return " for " + (otherwise ? std::string("otherwise") : experiment.variants[enter.variant].name) + " of " + called(experiment) + by_unit(enter.unit);
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
    if (s.choice == SendStmt::Choice::best) text += " best";
    if (s.at_us) text += " at " + clock(*s.at_us, s.at_user_time);
    line(depth, text + values(message.parameters, s.arguments));
  }
  void statement(int depth, const WaitStmt& s) { line(depth, "wait " + print_span_us(s.length_us)); }
  void statement(int depth, const WaitUntilTimeStmt& s) {
    line(depth, fmt::format("wait until {} days {:#x}", clock(s.time_of_day_us, s.user_time), s.weekdays));
  }
  void statement(int depth, const WaitForStmt& s) {
    line(depth, fmt::format("wait for {} up to {}", event(s.event, s.where), print_span_us(s.up_to_us)));
    block(depth + 1, "then", s.then);
    block(depth + 1, "else", s.otherwise);
  }
  void statement(int depth, const WaitUntilStmt& s) {
    line(depth, fmt::format("wait until {} up to {}", print(*s.condition), print_span_us(s.up_to_us)));
    block(depth + 1, "then", s.then);
    block(depth + 1, "else", s.otherwise);
  }
  void statement(int depth, const WaitUntilDateStmt& s) {
    static constexpr const char* words[] = {"skip", "leave"};
    line(depth, fmt::format("wait until date {} at {} past {} unknown {}", print(*s.date), clock(s.time_of_day_us, s.user_time),
                            words[static_cast<size_t>(s.past)], words[static_cast<size_t>(s.unknown)]));
  }
  void statement(int depth, const ChooseFirstStmt& s) {
    line(depth, "choose first");
    for (const auto& arm : s.arms) block(depth + 1, ("when " + print(*arm.condition)).c_str(), arm.body);
    block(depth + 1, "otherwise", s.otherwise);
  }
  void statement(int depth, const SplitStmt& s) {
    line(depth, "split " + s.chance + (s.per_entry ? " per entry" : ""));
    for (const auto& arm : s.arms) block(depth + 1, fmt::format("{} millionths", arm.millionths).c_str(), arm.body);
  }
  void statement(int depth, const IfStmt& s) {
    line(depth, "if " + print(*s.condition));
    block(depth + 1, "then", s.then);
    block(depth + 1, "else", s.otherwise);
  }
  void statement(int depth, const ChooseExperimentStmt& s) {
    const Experiment& experiment = program.experiments[s.experiment.index()];
    line(depth, "choose by experiment " + called(experiment) + by_unit(s.unit));
    for (size_t i = 0; i < s.arms.size(); ++i) block(depth + 1, experiment.variants[i].name.c_str(), s.arms[i]);
    block(depth + 1, "otherwise", s.otherwise);
  }
  template <class Named>
  std::string values(const std::vector<Named>& named, const std::vector<ExprPtr>& given) {
    std::vector<std::string> texts;
    for (size_t i = 0; i < given.size(); ++i)
      if (given[i]) texts.push_back(fmt::format(" {}: {}", named[i].name, print(*given[i])));
    if (whole) std::sort(texts.begin(), texts.end());
    return fmt::format("{}", fmt::join(texts, ""));
  }
  void statement(int depth, const SetStmt& s) {
    line(depth, fmt::format("set {} to {}", program.attributes[s.attribute.index()].name, s.value ? print(*s.value) : "unknown"));
  }
  void statement(int depth, const EmitStmt& s) {
    const EventDecl& event = program.events[s.event.index()];
    line(depth, "emit " + event.name + values(event.properties, s.values));
  }
  void statement(int depth, const CallStmt& s) {
    const Hook& hook = program.hooks[s.hook.index()];
    line(depth, fmt::format("call {} #{}", hook.name, s.site) + values(hook.fields, s.values));
  }
  void statement(int depth, const GoToStmt& s) { line(depth, "go to " + journey.steps[s.step.index()].name); }
  void statement(int depth, const FinishStmt&) { line(depth, "finish"); }
  void statement(int depth, const LeaveStmt&) { line(depth, "leave"); }

  static std::string clock(int64_t time_us, bool user_time) {
    return print_time_of_day(time_us) + (user_time ? " user time" : "");
  }

  std::string entry(const EnterOn& e) { return "on " + event(e.event, e.where) + (e.key && !whole ? " key " + print(*e.key) : ""); }
  std::string entry(const EnterWhen& e) { return "when " + condition(e.condition); }
  std::string entry(const EnterEvery& e) { return fmt::format("every {:#x} at {}", e.weekdays, clock(e.time_of_day_us, e.user_time)); }
  std::string entry(const EnterOnce& e) { return fmt::format("once on day {} at {}", e.day, clock(e.time_of_day_us, e.user_time)); }
  std::string entry(const EnterOnDate& e) {
    return fmt::format("on date {} at {}{}", print(*e.date), clock(e.time_of_day_us, e.user_time), e.yearly ? " yearly" : "");
  }

  void all() {
    line(0, "\njourney " + journey.name + (journey.closed ? " closed" : "") + (journey.paused ? " paused" : "") + (journey.renamed_from.empty() ? "" : " renamed from " + journey.renamed_from));
    if (!journey.about.empty()) line(1, "about " + journey.about);
    for (const Enter& enter : journey.enters) line(1, "enter " + std::visit([&](const auto& e) { return entry(e); }, enter.node) + only_for(enter));
    if (journey.keyed) line(1, "keyed" + (journey.at_most ? " at most " + std::to_string(journey.at_most) : std::string()));
    if (journey.only_if) line(1, "only if " + print(*journey.only_if));
    static constexpr const char* again[] = {"never", "after", "always"};
    line(1, std::string("re-enter ") + again[static_cast<size_t>(journey.re_enter.kind)] +
                (journey.re_enter.kind == ReEnter::Kind::after ? " " + print_span_us(journey.re_enter.after_us) : ""));
    if (journey.priority) line(1, "priority " + std::to_string(journey.priority));
    if (journey.goal) line(1, "goal " + print(*journey.goal) + (journey.goal_within_us ? " within " + print_span_us(journey.goal_within_us) : ""));
    for (const Condition& exit : journey.exits) line(1, "exit " + condition(exit));
    for (const JourneyStep& step : journey.steps) {
      if (step.kind == JourneyStep::Kind::former)
        line(1, "former step " + step.name + (step.behind < journey.steps.size() ? " before " + journey.steps[step.behind].name : ""));
      else line(1, (step.kind == JourneyStep::Kind::gone ? "gone " : "step ") + step.name + (step.renamed_from.empty() ? "" : " renamed from " + step.renamed_from));
      statements(2, step.body);
    }
    for (const RemovedStep& gone : journey.removed) line(1, "removed " + gone.name + (gone.go_to.valid() ? " go to " + journey.steps[gone.go_to.index()].name : " leave"));
  }
};

}  // namespace

void print_journeys(const Program& program, std::string& out) {
  for (const Journey& journey : program.journeys) JourneyPrinter{program, journey, out}.all();
}

std::string print_condition(const Program& program, const Journey& journey, const Condition& condition) {
  std::string out;
  return JourneyPrinter{program, journey, out, true}.condition(condition);
}

std::string print_entry(const Program& program, const Journey& journey, const Enter& enter) {
  std::string out;
  JourneyPrinter printer{program, journey, out, true};
  return std::visit([&](const auto& e) { return printer.entry(e); }, enter.node) + printer.only_for(enter);
}

std::string print_step(const Program& program, const Journey& journey, const Block& body) {
  std::string out;
  JourneyPrinter{program, journey, out, true}.statements(0, body);
  return out;
}

}  // namespace wend
