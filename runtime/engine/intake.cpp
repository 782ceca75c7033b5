// Names to places, and the counting of what is left out.
#include "runtime/engine/intake.h"

#include "runtime/engine/convert.h"

namespace wend {

Intake::Intake(const Module& program) : module(program), named(program.identities.size()), ranks_(program.attributes.size(), -1) {
  for (size_t i = 0; i < program.events.size(); ++i) {
    if (!program.events[i].signal) events_.emplace(program.events[i].source_name, static_cast<int32_t>(i));
  }
  for (size_t i = 0; i < program.attributes.size(); ++i) attributes_.emplace(program.attributes[i].name, static_cast<int32_t>(i));
  for (size_t rank = 0; rank < program.identities.size(); ++rank) {
    const int32_t attribute = attribute_of(program.identities[rank]);
    if (attribute >= 0) ranks_[attribute] = static_cast<int32_t>(rank);
  }
}

namespace {
int32_t find(const std::unordered_map<std::string_view, int32_t>& table, std::string_view name) {
  const auto found = table.find(name);
  return found == table.end() ? -1 : found->second;
}
}  // namespace

int32_t Intake::event_of(std::string_view source_name) const { return find(events_, source_name); }
int32_t Intake::attribute_of(std::string_view name) const { return find(attributes_, name); }

int32_t Intake::rank_of(std::string_view identity) const {
  for (size_t rank = 0; rank < module.identities.size(); ++rank) {
    if (module.identities[rank] == identity) return static_cast<int32_t>(rank);
  }
  return -1;
}

void Intake::unknown(std::string_view what, std::string_view name, std::string_view of, uint64_t times) {
  constexpr size_t kNamesMax = 10'000, kNameBytesMax = 100;
  std::string key(what);
  key += " `";
  key += name.substr(0, kNameBytesMax);
  key += name.size() > kNameBytesMax ? "…`" : "`";
  if (!of.empty()) key.append(" of `").append(of).append("`");
  const auto found = unknown_.find(key);
  if (found != unknown_.end()) {
    found->second += times;
  } else {
    unknown_[unknown_.size() < kNamesMax ? std::move(key) : "other names"] += times;
  }
}

void Intake::reject(const Fault& fault, std::string place, std::optional<int64_t> at, uint32_t identity) {
  ++rejected_by_reason[fault.group];
  rejected.push_back({at, identity, std::move(place), fault.reason, fault.group});
}

bool Intake::take_identities(EventDraft& draft) {
  draft.identities.clear();
  for (uint32_t rank = 0; rank < named.size(); ++rank) {
    if (!named[rank].empty()) draft.identities.push_back(identities.intern(rank, named[rank]));
  }
  return !draft.identities.empty();
}

bool Intake::take_absent(uint32_t type, uint32_t property, EventDraft& draft) {
  const ModuleProperty& declared = module.events[type].properties[property];
  if (declared.initial.known) {
    draft.slots[property] = owned_slot(declared.initial, declared.type.kind);
    draft.known |= uint64_t{1} << property;
    return true;
  }
  return declared.type.optional;
}

Fault wrong_value(const ModuleEvent& event, const ModuleProperty& property, const std::string& found) {
  const std::string group = "`" + property.name + "` of `" + event.name + "` must be " + expected_words(property.type);
  return {group + ", found " + found, group};
}

Fault lacks_value(const ModuleEvent& event, const ModuleProperty& property) {
  const std::string at = property.path == property.name ? "" : " (read from `" + property.path + "`)";
  return plain_fault("`" + event.name + "` lacks `" + property.name + "`" + at + ", " + expected_words(property.type) + " was expected");
}

Fault plain_fault(std::string reason) { return {reason, reason}; }

}  // namespace wend
