// What a host hands to the step: of a record that was read, and of two users who turned out to be one. Views of their arguments.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/engine/event_log.h"

namespace wend {

// Behind what is in `changes`, identities that the step has not been told, come the traits of the event.
inline EventInput input_of(const StoredEvent& event, std::vector<AttributeChange>& changes, std::string_view user, int64_t arrival) {
  const EventRecord& record = *event.record;
  for (const StoredTrait& trait : record.traits()) changes.push_back({trait.attribute, trait.known != 0, trait.value});
  EventInput input;
  input.event = {record.type, 0, event.at, record.known, record.slots().data()};
  input.attributes = changes;
  input.id = record.id();
  input.user = user;
  input.arrival = arrival;
  return input;
}

// `changes`: the identities of both that the step has not been told.
inline EventInput merge_input(int64_t now, std::span<const AttributeChange> changes, std::string_view user) {
  EventInput input;
  input.event.type = WEND_IDENTIFY;
  input.event.at = input.arrival = now;
  input.attributes = changes;
  input.user = user;
  return input;
}

}  // namespace wend
