// One input of one user, from a frame to a frame, over a program. Whose an event is, and whether it has been seen before, is
// the caller's to know; all else is as in a shard (engine/shard.h), down to the bytes kept of a user (engine/user_row.h).
// Tested by tests/unit/embed.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/embed/event_line.h"
#include "runtime/embed/frame.h"
#include "runtime/embed/program.h"
#include "runtime/engine/user_row.h"

namespace wend {

class EmbeddedStep {
 public:
  enum class Fault : uint8_t { none, frame, state, event };

  explicit EmbeddedStep(const wend_prog& program);   // which must outlive it
  ~EmbeddedStep();

  // What comes of it is in result() until the next call. Throws for want of memory; then the next call begins anew.
  Fault handle(std::span<const uint8_t> frame);
  ResultFrame result() const;
  const std::string& said() const { return said_; }   // why the last one was a fault, else empty

 private:
  struct Person {
    UserRow row;
    UserState state;
    bool known = false;            // has been seen before, or now
  };
  struct Machine;

  Machine& machine(size_t bytes);
  bool load(Machine& machine, std::span<const uint8_t> bytes, int64_t at, Person& person);
  bool take_over(Machine& machine, int64_t at, Person& person);   // from the version before
  Fault run(Machine& machine, const InputFrame& frame);
  void advance(Machine& machine, Person& person, int64_t until);
  void join(Machine& machine, Person& person, Person& other, const std::optional<StoredEvent>& event, int64_t received);
  void handle_event(Machine& machine, Person& person, const StoredEvent& event, int64_t received);
  void link(Person& person, const StoredEvent& event, bool met) const;
  void tell_identities(Person& person);          // into changes_
  void gather(const Person& person) { gather(module_, person); }
  void gather(const Module& module, const Person& person);        // the lines of decisions_, as that version tells them
  void finish(Machine& machine, Person& person);

  const wend_prog& program_;
  const Module& module_;
  const std::vector<int32_t> attributes_;        // by rank
  EventLineReader reader_;
  std::unique_ptr<Machine> machine_;
  size_t fed_ = 0;                               // bytes since the machine was new
  std::vector<Decision> decisions_;
  std::vector<AttributeChange> changes_;
  std::string state_, told_;                     // told_: decisions as a result frames them
  uint32_t count_ = 0;
  int64_t next_due_ = WEND_FOREVER;
  std::string said_;
};

}  // namespace wend
