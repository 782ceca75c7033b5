// `wend check --cost`: what a program keeps for a user and what each event sets in motion, known before it runs. Texts are
// left out: they are as long as events make them, and each different one is kept once for all users.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/plan/plan.h"
#include "compiler/service/module_builder.h"
#include "compiler/service/service.h"
#include "runtime/abi/lists.h"
#include "runtime/core/bounds.h"
#include "runtime/core/tables.h"
#include "runtime/core/user_state.h"

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

std::string grouped(uint64_t n) {
  std::string digits = std::to_string(n);
  for (int i = static_cast<int>(digits.size()) - 3; i > 0; i -= 3) digits.insert(static_cast<size_t>(i), ",");
  return digits;
}

std::string counted(uint64_t n, const char* one, const char* many) { return std::to_string(n) + " " + (n == 1 ? one : many); }

class CostReport {
 public:
  explicit CostReport(const Program& program) : program_(program), plan_(make_plan(program)) {}

  Cost run() {
    cost_.report = "bytes of state per user\n";
    cost_.report += fmt::format("  {:>7}  {:>9}  {}\n", "fixed", "at most", "for");
    const uint64_t beside = beside_record();
    row(sizeof(UserState), sizeof(UserState::More), "every user");
    row(beside, 0, "what is watched, and when attributes were written");
    profile();
    for (const States& states : program_.states) row(sizeof(StateSlot), 0, "states " + states.name);
    for (const PlanCell& cell : plan_.cells)
      if (!cell.journey.valid()) row(cell.bytes, entries_max(cell) * entry_bytes(cell.kind), cell.what);
    signals();
    journeys();
    sends();
    cost_.fixed = sizeof(UserState) + plan_.record_bytes + beside;   // with what alignment leaves between
    cost_.at_most += cost_.fixed;
    cost_.report += fmt::format("  {:>7}  {:>9}  in all\n", cost_.fixed, grouped(cost_.at_most));
    work();
    return std::move(cost_);
  }

 private:
  // What the step keeps behind a record.
  uint64_t beside_record() const {
    struct NoCode : NativeCode {};
    const std::shared_ptr<const Module> module = build_module(plan_, std::make_shared<NoCode>());
    return TailLayout(*module, Asking(*module)).bytes - plan_.record_bytes;
  }

  // `grown`: beside the fixed bytes, at the most.
  void row(uint64_t fixed, uint64_t grown, const std::string& what) {
    cost_.report += fmt::format("  {:>7}  {:>9}  {}\n", fixed, grown ? grouped(fixed + grown) : "", what);
    cost_.at_most += grown;
    cost_.rows.push_back({what, fixed, fixed + grown});
  }

  // Of a list, beside the place that names it.
  uint64_t list_bytes(const Type& type) const {
    if (type.kind != TypeKind::list && type.kind != TypeKind::set) return 0;
    const Type& item = program_.item_types[type.of];
    const size_t fields = item.kind == TypeKind::record ? program_.records[item.of].fields.size() : 1;
    return kListHeaderBytes + kListEntriesKept * list_item_bytes(fields);
  }

  uint64_t value_bytes(const std::vector<Property>& properties) const {
    uint64_t bytes = 0;
    for (const Property& property : properties) bytes += sizeof(FixedValue) + list_bytes(property.type);
    return bytes;
  }

  void profile() {
    uint64_t attributes = plan_.presence_words * 8, lists = 0;
    for (const Attribute& attribute : program_.attributes) {
      attributes += storage_of(attribute.type.kind).bytes;
      lists += list_bytes(attribute.type);
    }
    row(attributes, lists, "profile, " + counted(program_.attributes.size(), "attribute", "attributes"));
  }

  void signals() {
    for (const Signal& signal : program_.signals) {
      if (signal.follow == Signal::Follow::none) continue;
      const uint64_t values = signal.matching ? signal.up_to : 1;
      row(0, values * (sizeof(OpenSignal) + value_bytes(program_.events[signal.event.index()].properties)),
          "signal " + signal.name + ", " + counted(values, "value", "values") + " waiting");
    }
  }

  uint64_t instance_bytes(size_t index) const {
    uint64_t bytes = sizeof(Instance) + plan_.instances[index].bytes;
    for (const PlanCell& cell : plan_.cells)
      if (cell.journey.valid() && cell.journey.index() == index) bytes += entries_max(cell) * entry_bytes(cell.kind);
    for (const ModuleEntryProperty& kept : plan_.instances[index].entry)
      if (kept.property != ModuleEntryProperty::kAt) bytes += list_bytes(program_.events[kept.event].properties[kept.property].type);
    return bytes;
  }

  static uint64_t at_once(const Journey& journey) {
    if (!journey.keyed) return 1;
    return journey.at_most > 0 ? std::min<uint64_t>(static_cast<uint64_t>(journey.at_most), kInstancesOfAUser) : kInstancesOfAUser;
  }

  // A row for each as if it were alone; in all no more than 64 are inside at once, and no more than 64 watched on.
  void journeys() {
    std::vector<uint64_t> inside, watched;
    for (size_t j = 0; j < program_.journeys.size(); ++j) {
      const Journey& journey = program_.journeys[j];
      const uint64_t bytes = instance_bytes(j), most = at_once(journey);
      uint64_t remembered = sizeof(JourneyMemory);
      if (journey.keyed) remembered += kKeysRemembered * sizeof(JourneyMemory::Key);
      inside.insert(inside.end(), most, bytes);
      if (journey.goal_within_us > 0) watched.insert(watched.end(), kGoalsWatched, bytes);
      const uint64_t before = cost_.at_most;
      row(0, most * bytes + remembered, "journey " + journey.name + ", " + counted(most, "instance", "instances") + " of " + std::to_string(bytes));
      cost_.at_most = before + remembered;
    }
    cost_.at_most += largest(inside, kInstancesOfAUser);
    if (watched.empty()) return;
    row(0, largest(watched, kGoalsWatched), counted(kGoalsWatched, "goal", "goals") + " watched after leaving");
  }

  static uint64_t largest(std::vector<uint64_t>& bytes, size_t count) {
    std::sort(bytes.rbegin(), bytes.rend());
    uint64_t sum = 0;
    for (size_t i = 0; i < bytes.size() && i < count; ++i) sum += bytes[i];
    return sum;
  }

  void sends() {
    if (program_.messages.empty()) return;
    uint64_t parameters = 0;
    for (const Message& message : program_.messages) {
      uint64_t bytes = 0;
      for (const Parameter& parameter : message.parameters) bytes += sizeof(FixedValue) + list_bytes(parameter.type);
      parameters = std::max(parameters, bytes);
    }
    row(0, kDeferredOfAUser * (sizeof(PendingSend) + parameters), std::to_string(kDeferredOfAUser) + " sends that wait");
    uint64_t stamps = kGivenBackOf + (chooses_best() ? kAnswersOf : 0);
    for (const CapRule& cap : program_.protection.caps) stamps += static_cast<uint64_t>(cap.count) + kGivenBackOf;
    row(0, stamps * sizeof(SentStamp), counted(stamps, "message", "messages") + " sent before, for caps and feedback");
  }

  bool chooses_best() const {
    bool best = false;
    for (const FloorRule& floor : program_.protection.floors) best = best || floor.choice == ChannelChoice::best;
    for (const Journey& journey : program_.journeys)
      for (const JourneyStep& step : journey.steps)
        each_statement(step.body, [&best](const Stmt& stmt) {
          if (const auto* send = std::get_if<SendStmt>(&stmt.node)) best = best || send->choice == ChannelChoice::best;
        });
    return best;
  }

  void work() {
    cost_.report += "\nwork per event\n";
    for (const EventDecl& event : program_.events) {
      size_t cells = std::count_if(plan_.cells.begin(), plan_.cells.end(), [&](const PlanCell& cell) {
        return cell.event.valid() && cell.sequence < 0 && &program_.events[cell.event.index()] == &event;
      });
      for (const PlanSequence& sequence : plan_.sequences) {
        const auto& hops = sequence.aggregate->hops;
        cells += std::any_of(hops.begin(), hops.end(), [&](const Hop& hop) { return &program_.events[hop.event.index()] == &event; });
      }
      for (const PlanAnchor& anchor : plan_.anchors) cells += anchor.window.event.valid() && &program_.events[anchor.window.event.index()] == &event;
      if (cells) cost_.report += fmt::format("  {:<20} {} {} of state\n", event.name, cells, cells == 1 ? "piece" : "pieces");
    }
  }

  const Program& program_;
  const Plan plan_;
  Cost cost_;
};

}  // namespace

Cost cost_of(const Program& program) { return CostReport(program).run(); }

}  // namespace wend
