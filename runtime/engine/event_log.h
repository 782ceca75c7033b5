// The events of a run in memory: 16 bytes in a list that can be sorted, and behind each a record in an arena with its
// values, ready to be handed to native code as it lies.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "runtime/abi/value.h"
#include "runtime/engine/arena.h"

namespace wend {

// The type of an `alias`: its first identity is the new one, the others are what the previous one may be.
constexpr uint32_t kAliasCall = 0xfffffffeu;

// A trait an event carries: `known` 0 makes a `T?` unknown.
struct StoredTrait {
  uint32_t attribute = 0;
  uint32_t known = 0;
  wend_slot value{};
};

// In the arena: this head, then the slots, the traits, the identities and the bytes of the id.
struct EventRecord {
  uint64_t known;          // bit i: slot i is known
  uint32_t type;           // index into Module::events, WEND_IDENTIFY or kAliasCall
  uint16_t slot_count;
  uint16_t trait_count;
  uint16_t identity_count;
  uint16_t id_size;

  std::span<const wend_slot> slots() const { return {reinterpret_cast<const wend_slot*>(this + 1), slot_count}; }
  std::span<const StoredTrait> traits() const {
    return {reinterpret_cast<const StoredTrait*>(slots().data() + slot_count), trait_count};
  }
  // Numbers of an Interner, strongest first.
  std::span<const uint32_t> identities() const {
    return {reinterpret_cast<const uint32_t*>(traits().data() + trait_count), identity_count};
  }
  std::string_view id() const { return {reinterpret_cast<const char*>(identities().data() + identity_count), id_size}; }
};
static_assert(sizeof(EventRecord) == 24 && sizeof(StoredTrait) == 24 && sizeof(wend_slot) == 16);

struct StoredEvent {
  int64_t at;
  const EventRecord* record;
};

// One event about to be added; reused from line to line.
struct EventDraft {
  int64_t at = 0;
  uint32_t type = WEND_IDENTIFY;
  uint64_t known = 0;
  std::vector<wend_slot> slots;
  std::vector<StoredTrait> traits;
  std::vector<uint32_t> identities;
  std::string_view id;

  void clear();
};

class EventLog {
 public:
  Arena& arena() { return arena_; }        // where the texts of a draft must lie
  void add(const EventDraft& draft);
  // By time; equal times keep the order in which they were added. Nothing is done when that is so already.
  void sort();

  const std::vector<StoredEvent>& events() const { return events_; }
  bool sorted() const { return sorted_; }

 private:
  Arena arena_;
  std::vector<StoredEvent> events_;
  bool sorted_ = true;
};

}  // namespace wend
