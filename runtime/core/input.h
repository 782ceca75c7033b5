// One input on its way through the order of step.md: a helper of Step that lives while the input is handled. Its parts
// stand in input.cpp (order), feedback.cpp, states.cpp, clocks.cpp, journeys.cpp, entering.cpp, waiting.cpp, sending.cpp,
// sent_history.cpp, protection.cpp, permit.cpp and timers.cpp.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/core/bounds.h"
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

// A further input at the same instant: an event a signal or `emit` made, or a `set` (no event).
struct Raised {
  int32_t event = -1;
  int depth = 1;
  std::vector<FixedValue> values;   // of the event's properties
  std::vector<wend_slot> slots;     // views of them, while it is handled and until the sends of the input are decided
};

// Lists that keep their memory from input to input.
struct Scratch {
  std::vector<Move> moves;              // by block
  std::vector<uint8_t> fired;           // by watch
  std::vector<uint32_t> firing;         // those that did
  enum Rung : uint8_t { silent, rings, rang_before };   // in this input; in the one that raised it
  std::vector<Rung> rung;               // by clock
  bool rang = false;                    // some of them is not silent
  Bits ask, asked;                      // numbers of Asking: touched since the last were asked; asked within this input
  Bits entering;                        // journeys that may let in
  std::vector<GatheredSend> gathered;
  std::vector<Decision> withdrawn, messages;
  std::vector<uint32_t> channels;       // of one send
  std::deque<Raised> raised;            // first raised first
};

class Input {
 public:
  // `event` is null for timers.
  Input(Step& step, UserState& user, const EventInput* event, int64_t now, std::vector<Decision>& out);
  void handle();
  void merge(UserState& other);   // the event says when, and which identities are known

  // What a version has that the one before had not (migration.h), by index; cells by offset.
  struct Fresh {
    struct Block { uint32_t block; StateSlot shadow; };   // that means something new, and what it would have come to
    std::vector<Block> states;
    std::vector<uint32_t> watches, clocks, floors, cells;
    bool baselines = false;        // nothing has been counted yet: a baseline among the cells waits from now
  };
  void take_over(const Fresh& fresh);   // takes the present value of what is new; nothing fires
  Permit permit(const ClaimedSend& send);         // permit.cpp
  Decision given_up(const PendingSend& send) const;   // suppressed, since the version now live has no place for it

 private:
  struct Verdict {
    Decision::Reason reason = Decision::Reason::none;   // none: it may go
    bool defer = false;
    int64_t until = 0;
    bool held = false;       // deferred by a `never`
    int32_t instead = -1;    // the message to try
    int32_t channel = -1;
    int32_t rule = -1;
    std::vector<Decision::Used> used;
    std::vector<Decision::PassedOver> passed_over;
  };
  // What a rule of frequency says about a leg it blocks.
  struct Block { Decision::Reason reason; int64_t until; ThenKind then; uint32_t message; int32_t rule = -1; std::vector<Decision::Used> used = {}; };
  // Who sends a leg: its channels as written, and how one is chosen.
  struct Written { std::span<const uint32_t> channels; bool best = false; };

  // input.cpp: facts
  void begin();        // forgets what the input before left in the scratch
  void end();          // decides what was gathered and tells it
  void begin_user();
  void apply_attributes();
  void apply_measures();
  bool late() const { return event_ && event_->late; }
  void note_late();

  // asking.cpp: what is asked
  void begin_asking();
  void touch(const Bits& numbers) { add_bits(scratch_.ask, numbers); }
  void gather_asks();
  void done_asking();
  void leave_asks();
  void ask_again(uint32_t number);   // at the next input
  void ask_all();                    // likewise
  void forget_watches();             // of what stands to be asked again
  void note_next(uint32_t number, int64_t instant);
  void find_soonest();

  // feedback.cpp: what the built-in events do
  void apply_feedback();
  void unsubscribe();
  void sent_by_others();
  void note_bounce();
  SentStamp* sent_message(const FeedbackEvent& places, uint32_t of_latest) const;
  std::string_view said(int32_t property) const;   // a text of the event; empty when it does not say
  uint32_t address_of(uint32_t channel) const;     // a hash of the text; 0: none
  bool is_calm() const;    // nothing but a condition that turns can come of the event
  void conclude();         // states, watches, signals, live instances, entries

  // raised.cpp
  void handle_raised();
  void raise(Raised raised);
  void raise_signals();
  void raise_signal(const ModuleSignal& signal, std::vector<FixedValue> carried);
  void follow(uint32_t index, const ModuleSignal& signal);
  void open_signal(uint32_t index, const ModuleSignal& signal);
  void drop_passed(uint32_t index);
  void fall_deadlines();
  std::vector<FixedValue> carried_of(const ModuleSignal& signal) const;
  void set_attribute(Instance& instance, const ModuleNode& node);
  void emit_event(Instance& instance, const ModuleNode& node);
  void call_hook(Instance& instance, const ModuleNode& node);
  void begin_raised(Raised& raised);
  std::vector<FixedValue> arguments_of(Instance& instance, const ModuleNode& node, const std::vector<ModuleProperty>& properties);
  Decision effect_line(Decision::Kind kind, const Instance& instance, const ModuleNode& node) const;
  bool may_set(uint32_t attribute, bool known, const wend_slot& value) const;
  int64_t signal_deadline() const;
  void zone_changed();     // the next local date may come at another instant now

  // merge.cpp
  void join(UserState& other);
  void join_attributes(const UserState& older, const UserState& younger);
  void join_dead(UserState::More& older, const UserState::More& younger);
  void join_sent(UserState::More& older, UserState::More& younger);     // sent_history.cpp
  void join_opened(UserState::More& older, UserState::More& younger);   // raised.cpp
  void join_instances(UserState::More& older, UserState::More& younger);
  void join_sends(UserState::More& older, UserState::More& younger);
  void bound_deferrals(UserState::More& more);
  void note_written(uint32_t attribute, int64_t at) {
    int64_t& written = tail_value(user_.record.bytes(), tables_.tail.writes, attribute);
    written = std::max(written, at);
    touch(tables_.asking.by_attribute[attribute]);
  }
  // What is said of an earlier time than what has been said already changes nothing.
  bool outdated(uint32_t attribute) const { return tail_value(user_.record.bytes(), tables_.tail.writes, attribute) > facts_.at; }

  // states.cpp
  void evaluate_states();
  CadenceInstant cadence_behind(uint32_t block, int32_t nominal, int64_t at) const;
  bool evaluate(uint32_t block);   // whether it is what it was, and waits for nothing
  void take_value(const Fresh::Block& fresh);
  void take_state(uint32_t block, StateSlot& slot, int32_t found);
  bool test_watches();     // whether one fired
  bool watch_fires(uint32_t watch);
  void fire(uint32_t watch);
  bool ask_watch(const ModuleWatch& watch, const uint8_t* record, int64_t& value) const;   // whether it holds, or is known to be `value`
  void take_fresh_watches();   // at a first input: those that nothing touches
  void find_fresh_watches();
  int64_t next_of(NextFn next, const uint8_t* record, const uint8_t* instance) const;
  bool fires(const StateTrigger& trigger) const;

  // clocks.cpp
  void ring_clocks();
  int64_t set_clocks();    // the least instant at which one rings

  // journeys.cpp
  void watch_goals();      // of instances that have left
  void handle_instances();
  bool leaves_by_rule(Instance& instance);
  bool rule_holds(const Instance& instance, Decision::Leave& outcome, int32_t& rule) const;   // `rule`: the exit
  bool goal_open(const Instance& instance) const;   // it counts still
  uint32_t split_arm(const ModuleNode& node, const Instance& instance) const;
  void pass(const Instance& instance, const ModuleNode& node, size_t arm) const;   // tells whoever counts choices
  void watch_on(Instance& instance, Decision::Leave outcome);
  void run(Instance& instance, uint32_t node);
  void finish(Instance& instance, Decision::Leave outcome, bool sent);
  void leave(Instance& instance, Decision::Leave outcome, int32_t rule = -1);
  void drop_gone();
  Decision journey_line(Decision::Kind kind, const Instance& instance) const;

  // entering.cpp
  void enter_journeys();
  // `by`: the line that takes the event, null where a condition, a trigger or the clock lets in.
  bool wants_in(const ModuleJourney& journey, const ModuleEnter*& by, int32_t& first) const;   // `first`: of the lines that fire
  bool way_fires(const ModuleEnter& way) const;
  uint32_t key_of(const ModuleEnter& way);
  bool may_enter(uint32_t journey, uint32_t key) const;
  void enter(uint32_t journey, uint32_t key, const ModuleEnter* by, int32_t way);
  bool inside_too_often() const;
  JourneyMemory& memory_of(uint32_t journey);
  void remember_exit(const Instance& instance);

  // waiting.cpp
  enum class Begun : uint8_t { waits, over, leaves };
  Begun begin_wait(Instance& instance);
  Begun begin_date(Instance& instance, const ModuleNode& node);
  bool resumes(const Instance& instance, uint32_t& next);
  void go_on();            // instances whose sends are all decided

  // sending.cpp
  void gather(Instance& instance, const ModuleNode& node, uint32_t index);

  // experiments.cpp
  uint32_t experiment_arm(const ModuleNode& node, Instance& instance);
  bool unit_of(const ModuleUnit& unit, const uint8_t* record, std::string& text) const;   // false: unknown
  int32_t variant_of(uint32_t experiment, const ModuleUnit& unit, const uint8_t* record) const;   // -1: outside
  void expose(uint32_t experiment, int32_t variant, const ModuleUnit& unit, Instance& instance);
  bool finds_a_way(const ModuleJourney& journey, Instance& fresh);

  // protection.cpp
  void protect();
  void arbitrate();
  void settle(GatheredSend& gathered);
  void settle_instead(const PendingSend& blocked, uint32_t message);
  Verdict judge(const GatheredSend& gathered) const;
  bool find_channel(const PendingSend& send, Verdict& verdict) const;
  Decision::Reason channel_blocks(uint32_t channel, const ModuleMessage& message) const;
  bool is_better(uint32_t channel, uint32_t than) const;
  const ModuleNever* never_rule(const PendingSend& send, uint32_t channel) const;
  bool still_held(const PendingSend& send) const;
  bool find_block(const PendingSend& send, uint32_t channel, Block& block) const;
  bool cap_blocks(const ModuleCap& cap, const PendingSend& send, uint32_t channel, int64_t& until, std::vector<Decision::Used>& used) const;
  Decision::Used last_counted(int64_t at) const;
  bool past_a_cap(const ModuleCap& cap, const SentStamp& stamp) const;   // permit.cpp
  bool paused(const PendingSend& send) const;   // its journey is
  int32_t hold_out_of(uint32_t category) const;   // the rule; -1: none holds the user out
  bool held_out_of(uint32_t category) const { return hold_out_of(category) >= 0; }
  bool held_out_of_any() const;
  void defer(GatheredSend& gathered, int64_t until, int32_t channel);
  void take_slot(PendingSend& send, uint32_t channel, const std::string& id);
  uint32_t remember_sent(SentStamp stamp);   // its number
  void give_back(uint32_t number);
  void forget_sent();
  int64_t last_slot() const;
  int64_t last_message() const;
  void render(GatheredSend& gathered, uint32_t channel, Decision& line);
  void withdraw(const Instance& instance);
  void fire_floors();
  Decision message_line(const PendingSend& send) const;
  std::string message_id(const PendingSend& send) const;
  Written written_channels(const PendingSend& send) const;
  std::string call_id(const Instance& instance, const ModuleNode& node, uint32_t activation) const;
  const ModuleCategory& category_of(const PendingSend& send) const;

  // timers.cpp
  void begin_baselines();
  void begin_baseline(const ModuleBaseline& baseline);
  void sample_baselines();
  void schedule();         // user.due
  void schedule_watches(); // likewise, where nothing else can have moved it

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
  bool timers_ = false;                 // time alone: neither an event nor something raised
  bool soonest_passed_ = false;         // the least of what was noted may be another now
  bool quiet_ = false;                  // calm, and nothing turned
  int depth_ = 0;                       // of what is handled: 0 the input itself
  std::vector<Decision>& out_;
};

// Of an entry by an event (entering.cpp): its key as a text, and one of its properties as the instance keeps it.
std::string key_text(const ModuleEnter& way, const uint8_t* record, const wend_event& event, Context& context);
void write_entry(const ModuleEntryProperty& kept, const wend_event& event, uint8_t* record, Context& context);

// The instance's bytes as native code gets them.
inline uint8_t* bytes_of(const Instance& instance) { return instance.record.bytes(); }

}  // namespace wend
