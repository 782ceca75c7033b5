// Packs drafts into the arena.
#include "runtime/engine/event_log.h"

#include <string.h>

#include <algorithm>

namespace wend {

void EventDraft::clear() {
  at = 0;
  type = WEND_IDENTIFY;
  known = 0;
  slots.clear();
  traits.clear();
  identities.clear();
  id = {};
}

namespace {
template <class T>
char* put(char* at, const T* data, size_t count) {
  if (count > 0) memcpy(at, data, count * sizeof(T));
  return at + count * sizeof(T);
}
}  // namespace

void EventLog::add(const EventDraft& draft) {
  const EventRecord head{draft.known, draft.type, static_cast<uint16_t>(draft.slots.size()),
                         static_cast<uint16_t>(draft.traits.size()), static_cast<uint16_t>(draft.identities.size()),
                         static_cast<uint16_t>(draft.id.size())};
  char* place = arena_.alloc(sizeof head + head.slot_count * sizeof(wend_slot) + head.trait_count * sizeof(StoredTrait) +
                             head.identity_count * sizeof(uint32_t) + head.id_size);
  char* at = put(place, &head, 1);
  at = put(at, draft.slots.data(), head.slot_count);
  at = put(at, draft.traits.data(), head.trait_count);
  at = put(at, draft.identities.data(), head.identity_count);
  put(at, draft.id.data(), head.id_size);
  if (!events_.empty() && events_.back().at > draft.at) sorted_ = false;
  events_.push_back({draft.at, reinterpret_cast<const EventRecord*>(place)});
}

void EventLog::sort() {
  if (sorted_) return;
  std::stable_sort(events_.begin(), events_.end(), [](const StoredEvent& a, const StoredEvent& b) { return a.at < b.at; });
  sorted_ = true;
}

}  // namespace wend
