// One user between two inputs: the fixed-layout record native code reads and writes, and beside it what only the step
// knows. Small, since there are millions: what most users lack (journeys, sends) stands behind one pointer.
//
// A default UserState is a fresh user without a record; Step::handle makes it at the first input.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/cells.h"
#include "runtime/abi/context.h"
#include "runtime/abi/module.h"
#include "runtime/abi/value.h"

namespace wend {

// The bytes of a record and the blocks its cells point to. `cells` is the Module's and must outlive it.
class OwnedRecord {
 public:
  OwnedRecord() = default;
  OwnedRecord(const std::vector<uint8_t>& initial, const std::vector<ModuleCell>& cells);
  OwnedRecord(OwnedRecord&& other) noexcept { swap(other); }
  OwnedRecord& operator=(OwnedRecord&& other) noexcept { swap(other); return *this; }
  ~OwnedRecord();

  uint8_t* bytes() const { return bytes_; }   // null when there is none; 16-byte aligned
  void swap(OwnedRecord& other) noexcept { std::swap(bytes_, other.bytes_); std::swap(cells_, other.cells_); }

 private:
  uint8_t* bytes_ = nullptr;
  const std::vector<ModuleCell>* cells_ = nullptr;
};

// A user inside a journey.
struct Instance {
  enum class Phase : uint8_t {
    waiting,     // in the wait at `node`, which ends at `due`
    held_wait,   // the wait at `node` begins when all sends are decided
    held_end,    // leaves with `outcome` when all sends are decided
    ended_wait,  // its wait is over: goes on at `node` (kNoNode: the end) with the next input that a pause does not bar
    gone         // left within this input
  };
  uint32_t journey = 0;
  uint32_t key = 0;            // pool id; 0 is the empty text
  uint32_t entry = 0;          // number of this entry, from 1
  uint32_t unit = 0;           // the user's unit at entry, which its messages are named by
  uint32_t node = kNoNode;
  uint32_t step = 0;
  uint32_t activations = 0;    // sends reached
  Phase phase = Phase::waiting;
  uint8_t outcome = 0;         // Decision::Leave
  int64_t entered_at = 0;
  int64_t begun = 0;           // of the wait
  int64_t due = WEND_FOREVER;  // end of the wait
  std::vector<uint32_t> exposed;   // experiments of a unit of their own that have exposed this instance
  OwnedRecord record;          // none where the journey keeps nothing
};

// What is remembered of a journey after leaving it.
struct JourneyMemory {
  uint32_t journey = 0;
  uint32_t entries = 0;
  int64_t last_exit = WEND_NEVER;
  struct Key { uint32_t key = 0; int64_t last_exit = 0; };
  std::vector<Key> keys;       // of a keyed journey with `re-enter after`: the keys left last, latest behind
};

// A parameter of a send, fixed when the send was reached.
struct FixedValue {
  bool known = false;
  int64_t bits = 0;            // integer, or the bits of a double
  std::string text;
};

// One leg of a send that is not decided yet.
struct PendingSend {
  int32_t journey = -1;        // -1: of a floor
  uint32_t key = 0, entry = 0;
  uint32_t unit = 0;           // the instance's; of a floor the user's
  uint32_t node = 0;           // the send statement
  uint32_t activation = 0, leg = 1;
  int32_t floor = -1;
  int64_t floor_due = 0;
  uint32_t message = 0;
  int32_t channel = -1;        // the one judged last
  bool instead = false;        // it replaces a blocked message
  bool held = false;           // by a `never … then wait`: judged again as soon as that no longer holds
  bool paused = false;         // waits for the lift of its journey's pause
  uint32_t slot = 0;           // number of the leg that was sent and took the send's slot; 0: none yet
  int64_t reached = 0;         // its validity begins; still ahead: not to be sent before
  int64_t until = 0;           // end of the deferral
  std::vector<FixedValue> parameters;
};

// A leg sent, by us or (`id` 0) by others, as caps, gap, floor and the choice of the best channel see it.
struct SentStamp {
  int64_t at = 0;
  int32_t message = -1, channel = -1, category = -1;
  uint32_t number = 0;         // counts what the user was sent, from 1
  uint32_t slot = 0;           // the number of the leg that holds the send's slot; its own: it counts for more than its channel
  uint64_t id = 0;             // the first half of the message's
  uint32_t address = 0;        // a hash of where it went
  bool exempt = false;         // fills nothing
  bool answered = false;       // opened or clicked
  bool holds_slot() const { return slot == number; }
};

// An address to which a message bounced for good; it reaches nobody until it changes.
struct DeadAddress { uint32_t attribute = 0; uint32_t text = 0; };   // text: pool id

// What `when [not] followed by` waits with: an event that may yet be followed.
struct OpenSignal {
  uint32_t signal = 0;
  FixedValue key;              // of the matching property; not known where there is none
  int64_t at = 0;              // of the event
  std::vector<FixedValue> carried;
};

class UserState {
 public:
  UserState() = default;
  UserState(UserState&&) noexcept = default;
  UserState& operator=(UserState&&) noexcept = default;

  bool begun() const { return record.bytes() != nullptr; }
  const uint8_t* bytes() const { return record.bytes(); }

  // What few users have.
  struct More {
    std::vector<Instance> instances;       // by journey, then key
    std::vector<Instance> watched;         // left by themselves, their goal still open: as they left
    std::vector<JourneyMemory> memories;   // by journey
    std::vector<PendingSend> deferred;     // in the order in which they were deferred
    std::vector<SentStamp> sent;           // by time; only what can still matter (sent_history.cpp)
    uint32_t sent_count = 0;               // the number of the latest
    int64_t last_slot = WEND_NEVER;        // of those no longer in `sent`: the latest the gap counts from,
    int64_t last_message = WEND_NEVER;     // and the latest the floor counts from
    std::vector<OpenSignal> opened;        // by signal, then as they were opened
    std::vector<DeadAddress> dead;         // by attribute
    bool empty() const {
      return instances.empty() && watched.empty() && memories.empty() && deferred.empty() && sent.empty() && sent_count == 0 && opened.empty() &&
             dead.empty();
    }
  };
  More& more() { if (!more_) more_ = std::make_unique<More>(); return *more_; }
  const More* more_or_null() const { return more_.get(); }
  More* more_or_null() { return more_.get(); }

  OwnedRecord record;                  // Module::record_bytes, then the tail (Tables)
  int64_t first_sight = WEND_NEVER;
  int64_t now = WEND_NEVER;            // of the last input
  int64_t due = WEND_FOREVER;          // the next timer
  uint32_t unit = 0;                   // pool id of the id under which the user was first seen

 private:
  std::unique_ptr<More> more_;
};

// Values in records. Texts are pool ids there and views of the pool in a slot.
bool is_present(const uint8_t* record, const Field& field);
bool read_field(const uint8_t* record, const Field& field, ValueKind kind, const Context& context, wend_slot& out);
void write_field(uint8_t* record, const Field& field, ValueKind kind, const wend_slot& value, Context& context);
void clear_field(uint8_t* record, const Field& field);   // unknown; a field that is always known stays
wend_slot slot_of(const OwnedValue& value, ValueKind kind);   // a view of `value`
size_t field_bytes(ValueKind kind);

inline StateSlot* state_slot(const UserState& user, const ModuleStates& states) { return reinterpret_cast<StateSlot*>(user.record.bytes() + states.slot); }

}  // namespace wend
