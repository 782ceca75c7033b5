// Fresh records and lookups. Tested by tests/unit/core.
#include "runtime/core/tables.h"

#include <algorithm>
#include <cstring>

#include "runtime/core/codec.h"

namespace wend {
namespace {

uint32_t words_for(size_t bits) { return static_cast<uint32_t>((bits + 63) / 64 * 8); }

FeedbackEvent feedback(const Module& module, std::string_view name) {
  FeedbackEvent found;
  for (size_t i = 0; i < module.events.size(); ++i) {
    const ModuleEvent& event = module.events[i];
    if (!event.builtin || event.name != name) continue;
    found.event = static_cast<int32_t>(i);
    for (size_t p = 0; p < event.properties.size(); ++p) {
      const std::string& property = event.properties[p].name;
      const auto place = static_cast<int32_t>(p);
      if (property == "channel") found.channel = place;
      else if (property == "category") found.category = place;
      else if (property == "message") found.message = place;
      else if (property == "message_id") found.id = place;
      else if (property == "topic") found.topic = place;
      else if (property == "permanent") found.permanent = place;
    }
  }
  return found;
}

void add_stays(std::vector<StaysRule>& rules, const StateTrigger& trigger) {
  if (trigger.kind != StateTrigger::Kind::stays) return;
  for (const StaysRule& rule : rules) {
    if (rule.states == trigger.states && rule.state == trigger.from && rule.length_us == trigger.length_us) return;
  }
  rules.push_back({trigger.states, trigger.from, trigger.length_us});
}

// A cap by the calendar sees at most its unit, an hour or so more over a change of clocks, and a day more when the user
// changes zone.
int64_t horizon_of(const ModuleCap& cap) {
  if (cap.within_us > 0) return cap.within_us;
  switch (cap.per) {
    case PaneUnit::week: return 10 * kMicrosPerDay;
    case PaneUnit::month: return 34 * kMicrosPerDay;
    default: return 4 * kMicrosPerDay;
  }
}

std::vector<uint8_t> fresh_instance(const ModuleJourney& journey) {
  if (journey.instance_bytes == 0) return {};
  std::vector<uint8_t> record(journey.instance_bytes);
  init_cells(journey.cells, record.data());
  return record;
}

}  // namespace

TailLayout::TailLayout(const Module& module, const Asking& asking) {
  exposures = (module.record_bytes + 7) & ~7u;
  truths = exposures + words_for(module.experiments.size());
  values = truths + words_for(module.watches.size());
  floors = values + static_cast<uint32_t>(module.watches.size() * 8);
  clocks = floors + static_cast<uint32_t>(module.floors.size() * 8);
  writes = clocks + static_cast<uint32_t>(module.clocks.size() * sizeof(ClockSlot));
  again = writes + static_cast<uint32_t>(module.attributes.size() * 8);
  nexts = again + words_for(asking.size());
  soonest = nexts + asking.size() * 8;
  bytes = soonest + 16;
}

void init_cells(const std::vector<ModuleCell>& cells, uint8_t* record) {
  for (const ModuleCell& cell : cells) {
    uint8_t* at = record + cell.offset;
    switch (cell.kind) {
      case CellKind::stamp: case CellKind::last: case CellKind::first: case CellKind::bits: case CellKind::streak:
      case CellKind::ever_units: {
        const int64_t never = WEND_NEVER;   // each begins with its stamp or last pane
        std::memcpy(at, &never, sizeof never);
        if (cell.kind == CellKind::streak) reinterpret_cast<StreakCell*>(at)->run_start = WEND_NEVER;
        break;
      }
      case CellKind::baseline: reinterpret_cast<BaselineCell*>(at)->next = WEND_FOREVER; break;
      default: break;   // zeros
    }
  }
}

Tables::Tables(const Module& module, Context& context) : asking(module), tail(module, asking), fresh_user(tail.bytes), packed_layout(wend::packed_layout(module)) {
  uint8_t* record = fresh_user.data();
  for (const ModuleAttribute& attribute : module.attributes) {
    if (attribute.initial.known) {
      write_field(record, attribute.field, attribute.type.kind, slot_of(attribute.initial, attribute.type.kind), context);
    }
  }
  init_cells(module.cells, record);
  constexpr size_t kBlocksExpected = 16;
  for (const ModuleCell& cell : module.cells)
    if (is_block(cell.kind) && blocks.size() < kBlocksExpected) blocks.push_back(cell.offset);
  cadences.resize(module.states.size() * kCadenceMemos);
  for (const ModuleStates& states : module.states) {
    const StateSlot slot{WEND_NEVER, WEND_FOREVER, INT32_MIN, 0xff, 0xff, 0};
    std::memcpy(record + states.slot, &slot, sizeof slot);
  }
  for (size_t i = 0; i < module.floors.size(); ++i) tail_value(record, tail.floors, static_cast<uint32_t>(i)) = WEND_NEVER;
  for (uint32_t i = 0; i < module.clocks.size(); ++i) clock_slot(record, tail.clocks, i) = {WEND_FOREVER, 0, INT32_MIN};
  for (size_t i = 0; i < module.attributes.size(); ++i) tail_value(record, tail.writes, static_cast<uint32_t>(i)) = WEND_NEVER;
  for (size_t i = 0; i < asking.all.size(); ++i) reinterpret_cast<uint64_t*>(record + tail.again)[i] = asking.all[i];
  for (uint32_t i = 0; i < asking.size(); ++i) tail_value(record, tail.nexts, i) = WEND_FOREVER;
  tail_value(record, tail.soonest, 0) = WEND_FOREVER;
  tail_value(record, tail.soonest, 1) = WEND_NEVER;   // not known yet
  for (const ModuleJourney& journey : module.journeys) {
    fresh_instances.push_back(fresh_instance(journey));
    for (const ModuleEnter& enter : journey.enters) {
      if (enter.kind == ModuleEnter::Kind::trigger) add_stays(stays, enter.trigger);
    }
    for (const ModuleExit& exit : journey.exits) {
      if (exit.kind == ModuleExit::Kind::trigger) add_stays(stays, exit.trigger);
    }
  }
  unsubscribed = feedback(module, "unsubscribed");
  external_send = feedback(module, "external_send");
  failed = feedback(module, "failed");
  bounced = feedback(module, "bounced");
  opened = feedback(module, "opened");
  clicked = feedback(module, "clicked");
  for (const ModuleFloor& floor : module.floors) chooses_best |= floor.best_channel;
  for (const ModuleJourney& journey : module.journeys) {
    for (const ModuleNode& node : journey.nodes) chooses_best |= node.best_channel;
  }
  for (const ModuleCap& cap : module.caps) cap_horizons.push_back(horizon_of(cap));
}

}  // namespace wend
