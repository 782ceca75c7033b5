// The plan as text, for `wend emit --stage plan` and its golden tests.
#include <fmt/format.h>

#include "compiler/plan/plan.h"

namespace wend {
namespace {

const char* word(CellKind kind) {
  static constexpr const char* words[] = {"stamp", "last", "first", "bits", "total", "counts", "panes", "firsts", "ring",
                                          "stamps", "values", "pairs", "streak", "ever_units", "baseline", "lasts", "sequence"};
  return words[static_cast<int>(kind)];
}

}  // namespace

std::string print_plan(const Plan& plan) {
  const Program& program = *plan.program;
  std::string out = fmt::format("record {} bytes, {} presence words\n", plan.record_bytes, plan.presence_words);
  for (size_t i = 0; i < program.attributes.size(); ++i)
    out += fmt::format("  {:4} {:12} attribute {}\n", plan.attributes[i].offset,
                       plan.attributes[i].presence < 0 ? "" : fmt::format("presence {}", plan.attributes[i].presence), program.attributes[i].name);
  for (size_t i = 0; i < program.states.size(); ++i) out += fmt::format("  {:4} {:12} states {}\n", plan.state_slots[i], "", program.states[i].name);
  for (const PlanCell& cell : plan.cells)
    if (!cell.journey.valid()) out += fmt::format("  {:4} {:12} {}\n", cell.offset, word(cell.kind), cell.what);
  for (size_t j = 0; j < program.journeys.size(); ++j) {
    out += fmt::format("instance of {} {} bytes\n", program.journeys[j].name, plan.instances[j].bytes);
    for (const PlanCell& cell : plan.cells)
      if (cell.journey.valid() && cell.journey.index() == j) out += fmt::format("  {:4} {:12} {}\n", cell.offset, word(cell.kind), cell.what);
    for (const ModuleEntryProperty& property : plan.instances[j].entry)
      out += fmt::format("  {:4} {:12} entry.{}\n", property.field.offset, "", property.property == ModuleEntryProperty::kAt ? "at" : program.events[property.event].properties[property.property].name);
  }
  for (size_t i = 0; i < plan.windows.size(); ++i) {
    static constexpr const char* units[] = {"minutes", "hours", "days", "weeks", "months"};
    out += fmt::format("window {} in last {} {}\n", i, plan.windows[i].count, units[static_cast<int>(plan.windows[i].unit)]);
  }
  for (const EventDecl& event : program.events) {
    int32_t update = plan.find(FunctionKind::update, &event);
    if (update < 0) continue;
    out += fmt::format("on {}\n", event.name);
    for (const PlanCell& cell : plan.cells)
      if (cell.event.valid() && &program.events[cell.event.index()] == &event)
        out += fmt::format("  update {}{}\n", cell.what, cell.journey.valid() ? fmt::format(" in {}", program.journeys[cell.journey.index()].name) : "");
  }
  for (const PlanFunction& function : plan.functions) out += fmt::format("function {}\n", function.name);
  return out;
}

}  // namespace wend
