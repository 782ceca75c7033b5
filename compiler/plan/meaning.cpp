#include "compiler/plan/meaning.h"

#include <set>

#include <fmt/format.h>
#include <xxhash.h>

#include "compiler/sema/names.h"
#include "compiler/sema/print.h"

namespace wend {
namespace {

// A text that grows by the definitions of what it reads, each once.
class Meaning {
 public:
  explicit Meaning(const Program& program) : program_(program) {}

  void add(const std::string& text) { text_ += "\n" + text; }
  void add(const char* word, const Expr* expr) {
    if (!expr) return;
    add(word + print_whole(program_, *expr));
    read(*expr);
  }
  void add(const States& states) {
    add(fmt::format("states {} {} {} {} {} {} {} {}", states.stored_name, states.ordered, static_cast<int>(states.cadence.kind), states.cadence.time_of_day_us,
                    states.cadence.weekday, states.cadence.day, states.cadence.user_time, states.settle));
    for (const StateRule& rule : states.rules) {
      add(rule.stored_name);
      add("when ", rule.when.get());
      add("until ", rule.until.get());
    }
  }
  uint64_t number() const { return XXH3_64bits(text_.data(), text_.size()); }

 private:
  void read(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::attribute:   // what is taken for granted of those who have said nothing
        if (const Attribute& attribute = program_.attributes[expr.id]; first('t', expr.id)) add(attribute.name + " = " + print_value(program_, attribute.type, attribute.default_value));
        break;
      case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual:
        if (first('m', expr.id)) add("= ", program_.measures[expr.id].value.get());
        break;
      case ExprKind::audience:
        if (first('a', expr.id)) add("= ", program_.audiences[expr.id].condition.get());
        break;
      case ExprKind::state:
        if (first('s', expr.id)) add(program_.states[expr.id]);
        break;
      default: break;
    }
    for (const ExprPtr& arg : expr.args) read(*arg);
  }
  bool first(char kind, uint32_t id) { return seen_.emplace(kind, id).second; }

  const Program& program_;
  std::string text_;
  std::set<std::pair<char, uint32_t>> seen_;
};

std::string property_text(const Program& program, EventId event, uint32_t property) {
  const Property& read = program.events[event.index()].properties[property];
  return read.name + " " + type_name(program, read.type);
}

}  // namespace

uint64_t meaning_of(const Program& program, const Expr& expr) {
  Meaning meaning(program);
  meaning.add("", &expr);
  return meaning.number();
}

uint64_t meaning_of(const Program& program, const States& states) {
  Meaning meaning(program);
  meaning.add(states);
  return meaning.number();
}

uint64_t meaning_of(const Plan& plan, const PlanCell& cell) {
  const Program& program = *plan.program;
  Meaning meaning(program);
  meaning.add(fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {}", static_cast<int>(cell.kind), static_cast<int>(cell.unit), cell.panes, cell.keep, cell.keeps_panes, cell.sums, cell.extremes, cell.dated_pairs,
                          cell.up_to, cell.words, cell.by_hand, cell.dated, cell.from_day, cell.to_day));
  if (cell.event.valid()) meaning.add(program.events[cell.event.index()].name);
  meaning.add("where ", cell.where);
  if (cell.has_property && cell.event.valid()) meaning.add(property_text(program, cell.event, cell.property));
  if (cell.window >= 0) meaning.add(fmt::format("{} {}", static_cast<int>(plan.windows[static_cast<size_t>(cell.window)].unit), plan.windows[static_cast<size_t>(cell.window)].count));
  const auto since = [&](const char* word, const Window& window) {   // a state begins anew what is counted since it
    meaning.add(word + window_text(program, window));
    if (window.kind == WindowKind::since_state) meaning.add(program.states[window.states.index()]);
  };
  if (cell.anchor >= 0) since("", plan.anchors[static_cast<size_t>(cell.anchor)].window);
  for (const PlanAnchor& anchor : plan.anchors)
    if (&plan.cells[anchor.stamp] == &cell) since("when", anchor.window);
  for (size_t i = 0; i < plan.sequences.size(); ++i) {
    const bool fed = cell.sequence == static_cast<int32_t>(i), open = &plan.cells[plan.sequences[i].cell] == &cell;
    if (fed || open) meaning.add((fed ? "matches of " : "open ") + print_whole(program, *plan.sequences[i].aggregate));
  }
  for (size_t i = 0; i < program.measures.size(); ++i) {
    const Measure& measure = program.measures[i];
    if (cell.kind != CellKind::baseline || !measure.usual || plan.baselines[i] != static_cast<int32_t>(cell.offset)) continue;
    meaning.add(fmt::format("usual {} {}", measure.stored_name, measure.usual->weeks));
    meaning.add("= ", measure.value.get());
  }
  return meaning.number();
}

uint64_t meaning_of(const Program& program, const Signal& signal) {
  Meaning meaning(program);
  meaning.add(fmt::format("{} {} {} {} {} {}", signal.name, program.events[signal.from.index()].name, static_cast<int>(signal.follow), signal.within_us, signal.latest,
                          signal.up_to));
  meaning.add("where ", signal.where.get());
  if (signal.by.valid()) meaning.add("by " + program.events[signal.by.index()].name);
  meaning.add("where ", signal.by_where.get());
  if (signal.matching && signal.by.valid()) meaning.add("key " + property_text(program, signal.by, signal.key_by));
  if (signal.matching) meaning.add("key " + property_text(program, signal.from, signal.key_from));
  for (const uint32_t property : signal.carries) meaning.add("carries " + property_text(program, signal.from, property));
  return meaning.number();
}

uint64_t meaning_of(const Program& program, const Journey& journey, const Enter& enter) {
  Meaning meaning(program);
  meaning.add(journey.first_name());
  if (auto* every = std::get_if<EnterEvery>(&enter.node)) meaning.add(fmt::format("every {} {} {}", every->weekdays, every->time_of_day_us, every->user_time));
  if (auto* once = std::get_if<EnterOnce>(&enter.node)) meaning.add(fmt::format("once {} {} {}", once->day, once->time_of_day_us, once->user_time));
  if (auto* on = std::get_if<EnterOnDate>(&enter.node)) {
    meaning.add(fmt::format("date {} {} {}", on->time_of_day_us, on->user_time, on->yearly));
    meaning.add("", on->date.get());
  }
  return meaning.number();
}

}  // namespace wend
