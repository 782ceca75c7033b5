// `wend check --cost`: what a program keeps for a user and what each event sets in motion, known before it runs.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/plan/plan.h"
#include "compiler/service/service.h"

namespace wend {
namespace {

// The most a piece of state may grow to, beside its place in the record.
uint64_t entries_max(const PlanCell& cell) {
  switch (cell.kind) {
    case CellKind::counts: case CellKind::panes: case CellKind::firsts: case CellKind::lasts: return static_cast<uint64_t>(cell.panes) + 1;
    case CellKind::ring: return cell.keep;
    case CellKind::values: case CellKind::pairs: case CellKind::sequence: return cell.up_to;
    case CellKind::stamps: return static_cast<uint64_t>(cell.panes) + 2;
    default: return 0;
  }
}

constexpr uint64_t kOpenBytes = 88, kCarriedBytes = 48;   // of OpenSignal and FixedValue in runtime/core/user_state.h

std::string grouped(uint64_t n) {
  std::string digits = std::to_string(n);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3) digits.insert(static_cast<size_t>(i), ",");
  return digits;
}

}  // namespace

std::string cost_report(const Program& program) {
  Plan plan = make_plan(program);
  std::string out = "bytes of state per user\n";
  uint64_t attributes = plan.presence_words * 8, most = plan.record_bytes;
  for (const Attribute& attribute : program.attributes) attributes += storage_of(attribute.type.kind).bytes;
  out += fmt::format("  {:>7}  {:>9}  {}\n", "fixed", "at most", "for");
  out += fmt::format("  {:>7}  {:>9}  profile, {} attributes\n", attributes, "", program.attributes.size());
  for (const States& states : program.states) out += fmt::format("  {:>7}  {:>9}  states {}\n", sizeof(StateSlot), "", states.name);
  for (const PlanCell& cell : plan.cells) {
    uint64_t grown = entries_max(cell) * entry_bytes(cell.kind);
    if (!cell.journey.valid()) most += grown;
    out += fmt::format("  {:>7}  {:>9}  {}{}\n", cell.bytes, grown ? grouped(cell.bytes + grown) : "", cell.what,
                       cell.journey.valid() ? fmt::format(" (while in {})", program.journeys[cell.journey.index()].name) : "");
  }
  for (const Signal& signal : program.signals) {
    if (signal.follow == Signal::Follow::none) continue;
    const uint64_t values = signal.matching ? signal.up_to : 1, grown = values * (kOpenBytes + kCarriedBytes * signal.carries.size());
    most += grown;
    out += fmt::format("  {:>7}  {:>9}  signal {}, {} {} waiting\n", 0, grouped(grown), signal.name, values, values == 1 ? "value" : "values");
  }
  out += fmt::format("  {:>7}  {:>9}  in all, journeys and what was sent beside it\n", plan.record_bytes, grouped(most));
  out += "\nwork per event\n";
  for (const EventDecl& event : program.events) {
    size_t cells = std::count_if(plan.cells.begin(), plan.cells.end(), [&](const PlanCell& cell) {
      return cell.event.valid() && cell.sequence < 0 && &program.events[cell.event.index()] == &event;
    });
    for (const PlanSequence& sequence : plan.sequences) {
      const auto& hops = sequence.aggregate->hops;
      cells += std::any_of(hops.begin(), hops.end(), [&](const Hop& hop) { return &program.events[hop.event.index()] == &event; });
    }
    for (const PlanAnchor& anchor : plan.anchors) cells += anchor.window.event.valid() && &program.events[anchor.window.event.index()] == &event;
    if (cells) out += fmt::format("  {:<20} {} {} of state\n", event.name, cells, cells == 1 ? "piece" : "pieces");
  }
  return out;
}

}  // namespace wend
