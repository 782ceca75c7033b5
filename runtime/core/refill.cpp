// Tested by tests/changes.
#include "runtime/core/refill.h"

#include <algorithm>

#include "runtime/core/cell_codec.h"
#include "runtime/core/input.h"
#include "runtime/core/tables.h"

namespace wend {

Refill::Refill(const Migration& migration, UserState& user) : migration_(migration), user_(user) {
  UserState::More* more = user.more_or_null();
  if (!more) return;
  for (std::vector<Instance>* list : {&more->instances, &more->watched})
    for (Instance& instance : *list) {
      if (migration.gaps(instance.journey).empty() || !instance.record.bytes()) continue;
      const ModuleJourney& journey = migration.to().module().journeys[instance.journey];
      lacking_.push_back({&instance, OwnedRecord(migration.to().tables().fresh_instances[instance.journey], journey.cells)});
      for (const ModuleEntryProperty& kept : journey.entry) copy_entry(kept, lacking_.back());
    }
}

// What is counted may ask what entered.
void Refill::copy_entry(const ModuleEntryProperty& kept, Lacking& lacking) const {
  Context& context = migration_.to().context();
  wend_slot value{};
  if (read_field(lacking.instance->record.bytes(), kept.field, kept.type.kind, context, value))
    write_field(lacking.record.bytes(), kept.field, kept.type.kind, value, context);
}

bool Refill::let_in(const Lacking& lacking, const wend_event& event) const {
  if (lacking.entered || event.at != lacking.instance->entered_at) return false;
  Context& context = migration_.to().context();
  const ModuleJourney& journey = migration_.to().module().journeys[lacking.instance->journey];
  return std::any_of(journey.enters.begin(), journey.enters.end(), [&](const ModuleEnter& way) {
    return way.kind == ModuleEnter::Kind::event && way.event == event.type &&
           (!way.key || key_text(way, user_.bytes(), event, context) == context.texts.at(lacking.instance->key));
  });
}

void Refill::event(const wend_event& event) {
  Context& context = migration_.to().context();
  const Module& module = migration_.to().module();
  context.reset_scratch();
  context.set_now(event.at);
  context.set_event_at(event.at);
  for (Lacking& lacking : lacking_) {
    const uint32_t journey = lacking.instance->journey;
    if (let_in(lacking, event)) {
      lacking.entered = true;
      for (const uint32_t property : migration_.gaps(journey).entry) {
        const ModuleEntryProperty& kept = module.journeys[journey].entry[property];
        if (kept.event == event.type) write_entry(kept, event, lacking.instance->record.bytes(), context);
        copy_entry(kept, lacking);
      }
      continue;
    }
    if (event.at < lacking.instance->entered_at || (event.at == lacking.instance->entered_at && !lacking.entered)) continue;
    for (const auto& [of, update] : module.events[event.type].instance_updates)
      if (of == journey) update(user_.record.bytes(), lacking.record.bytes(), &event, &context);
  }
}

void Refill::finish() {
  Context& context = migration_.to().context();
  for (Lacking& lacking : lacking_) {
    const ModuleJourney& journey = migration_.to().module().journeys[lacking.instance->journey];
    for (const uint32_t cell : migration_.gaps(lacking.instance->journey).cells)
      copy_cell(context, journey.cells[cell], lacking.record.bytes(), context, journey.cells[cell], lacking.instance->record.bytes());
  }
}

}  // namespace wend
