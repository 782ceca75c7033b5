// One input on its way through the order of step.md: a helper of Step that lives while the input is handled. Its parts
// stand in input.cpp (order), states.cpp, journeys.cpp, entering.cpp, waiting.cpp, sending.cpp, protection.cpp and timers.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/step.h"
#include "runtime/core/tables.h"

namespace wend {

// How a states block moved within this input.
struct Move { int32_t from = -1, to = -1; };   // to -1: it did not; from -1: its first evaluation

// A leg reached in this input or due again, with its parameters as native code reads them.
struct GatheredSend {
  PendingSend send;
  std::vector<wend_slot> slots;   // texts live as long as the input, or in send.parameters
  uint64_t known = 0;
};

// Lists that keep their memory from input to input.
struct Scratch {
  std::vector<Move> moves;              // by block
  std::vector<uint8_t> fired;           // by watch
  std::vector<GatheredSend> gathered;
  std::vector<Decision> withdrawn, messages;
  std::vector<uint32_t> channels;       // of one send
};

class Input {
 public:
  // `event` is null for timers.
  Input(Step& step, UserState& user, const EventInput* event, int64_t now, std::vector<Decision>& out);
  void handle();

 private:
  struct Verdict {
    Decision::Reason reason = Decision::Reason::none;   // none: it may go
    bool defer = false;
    int64_t until = 0;
    int32_t instead = -1;    // the message to try
    int32_t channel = -1;
  };
  // What a rule of frequency says about a leg it blocks.
  struct Block { Decision::Reason reason; int64_t until; ThenKind then; uint32_t message; };

  // input.cpp: facts
  void begin_user();
  void apply_attributes();
  void apply_feedback();
  void apply_measures();
  bool late() const { return event_ && event_->late; }
  void note_late();

  // states.cpp
  void evaluate_states();
  void evaluate(uint32_t block);
  void take_state(uint32_t block, StateSlot& slot, int32_t found);
  void test_watches();
  bool watch_fires(uint32_t watch);
  bool fires(const StateTrigger& trigger) const;

  // journeys.cpp
  void handle_instances();
  bool leaves_by_rule(Instance& instance);
  bool rule_holds(const ModuleJourney& journey, const uint8_t* record, Decision::Leave& outcome) const;
  void run(Instance& instance, uint32_t node);
  void finish(Instance& instance, Decision::Leave outcome, bool sent);
  void leave(Instance& instance, Decision::Leave outcome);
  uint32_t experiment_arm(const ModuleNode& node, const Instance& instance);
  void drop_gone();
  Decision journey_line(Decision::Kind kind, const Instance& instance) const;

  // entering.cpp
  void enter_journeys();
  bool wants_in(const ModuleJourney& journey, bool& by_event) const;
  bool may_enter(uint32_t journey) const;
  void enter(uint32_t journey, bool by_event);
  JourneyMemory& memory_of(uint32_t journey);

  // waiting.cpp
  void begin_wait(Instance& instance);
  bool resumes(const Instance& instance, uint32_t& next);
  void go_on();            // instances whose sends are all decided

  // sending.cpp
  void gather(Instance& instance, const ModuleNode& node, uint32_t index);

  // protection.cpp
  void protect();
  void arbitrate();
  void settle(GatheredSend& gathered);
  void settle_instead(const PendingSend& blocked, uint32_t message);
  Verdict judge(const GatheredSend& gathered) const;
  bool find_channel(const PendingSend& send, Verdict& verdict) const;
  bool never_allowed(const PendingSend& send, uint32_t channel) const;
  bool find_block(const PendingSend& send, uint32_t channel, Block& block) const;
  bool cap_blocks(const ModuleCap& cap, const PendingSend& send, uint32_t channel, int64_t& until) const;
  bool held_out_of(uint32_t category) const;
  bool held_out_of_any() const;
  void defer(GatheredSend& gathered, int64_t until, int32_t channel);
  void take_slot(const PendingSend& send, uint32_t channel);
  void remember_sent(const SentStamp& stamp);
  void render(GatheredSend& gathered, uint32_t channel, Decision& line);
  void withdraw(const Instance& instance);
  void fire_floors();
  Decision message_line(const PendingSend& send) const;
  std::string message_id(const PendingSend& send) const;
  std::span<const uint32_t> written_channels(const PendingSend& send) const;
  const ModuleCategory& category_of(const PendingSend& send) const;

  // timers.cpp
  void begin_baselines();
  void sample_baselines();
  void schedule();         // user.due

  const Zone& user_zone() const;
  const Zone& zone(bool user_time) const { return user_time ? user_zone() : *module_.zone; }
  int64_t floor_due(uint32_t floor) const;

  Step& step_;
  const Module& module_;
  Context& context_;
  Tables& tables_;
  Scratch& scratch_;
  UserState& user_;
  const EventInput* input_;
  const wend_event* event_ = nullptr;   // null on timers and identify
  wend_event facts_{};                  // a copy of the event, with `late` filled in
  const int64_t now_;
  int64_t before_;                      // the user's `now` before this input
  bool late_ = false;
  bool first_ = false;                  // the user's first input
  std::vector<Decision>& out_;
};

// The instance's bytes as native code gets them.
inline uint8_t* bytes_of(const Instance& instance) { return instance.record.bytes(); }

}  // namespace wend
