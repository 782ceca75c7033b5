// A compiled program as the runtime sees it: tables of names, places and rules, and pointers to native code. Built once
// by compiler/service, immutable afterwards, shared by all threads. The runtime never sees the compiler's types.
//
// Native functions take the user's record, the journey instance's record (null outside a journey), the event being
// handled (null on timers) and the context. They allocate only in the context and cannot fail.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/bucketing.h"
#include "runtime/abi/cells.h"
#include "runtime/abi/context.h"
#include "runtime/abi/value.h"
#include "runtime/abi/zones.h"

namespace wend {

using UpdateFn = void (*)(uint8_t* record, uint8_t* instance, const wend_event* event, wend_ctx* ctx);
using ConditionFn = int32_t (*)(const uint8_t* record, const uint8_t* instance, const wend_event* event, wend_ctx* ctx);
// Writes the value and gives 1, or gives 0 when it is unknown.
using ValueFn = int32_t (*)(const uint8_t* record, const uint8_t* instance, const wend_event* event, wend_ctx* ctx, wend_slot* out);
// The next instant after ctx->now at which time alone may change what the condition reads; WEND_FOREVER if none.
using NextFn = int64_t (*)(const uint8_t* record, const uint8_t* instance, const wend_event* event, wend_ctx* ctx);
// The index of the state that the rules find; `current` is the present one, or -1 at the first evaluation.
using StatesFn = int32_t (*)(const uint8_t* record, wend_ctx* ctx, int32_t current);
// Appends a rendered field to *out (a std::string). Parameters are in ctx->parameters.
using RenderFn = void (*)(const uint8_t* record, wend_ctx* ctx, std::string* out);

enum class ValueKind : uint8_t {
  boolean, integer, number, percent, text, html, url, email, money, duration, time, date, time_of_day, weekday, timezone, one_of,
  list, set
};
inline bool is_text(ValueKind kind) { return kind >= ValueKind::text && kind <= ValueKind::email; }
// Held as bytes: a pool id in records, a view in a slot. Of lists and sets the bytes are a block of lists.h.
inline bool held_as_bytes(ValueKind kind) {
  return is_text(kind) || kind == ValueKind::timezone || kind == ValueKind::list || kind == ValueKind::set;
}

struct ValueField;

struct ValueType {
  ValueKind kind = ValueKind::integer;
  bool optional = false;
  std::vector<std::string> words;   // one_of
  std::string currency;             // money
  std::vector<ValueField> fields;   // list, set: of an item; one without a name where items are plain values
};
struct ValueField {
  std::string name;
  ValueType type;
};

// Where a rule or a statement is written, for people: "protect.wend:12" from the project's root, and its text in one line.
// Nothing is decided by it. Empty where a Module was not made from files.
struct SourcePlace { std::string at, text; };

// A constant that owns its text.
struct OwnedValue {
  bool known = false;
  int64_t integer = 0;
  double number = 0;
  std::string text;                 // text kinds and timezone; lists and sets: a block of lists.h
};

// Where a value stands in a record. Sizes by kind: boolean, weekday 1; one_of 2; date, and what is held as bytes, 4 (its
// pool id; of a timezone that of its name); all others 8. All little-endian and naturally aligned.
struct Field {
  uint32_t offset = 0;
  int32_t presence = -1;            // bit number in the record's (or instance's) presence words, at its start; -1: always known
};

struct ModuleAttribute {
  std::string name;
  ValueType type;
  OwnedValue initial;               // the default; not known for T?
  Field field;
  bool identity = false, many = false, sensitive = false;
};

struct ModuleProperty {
  std::string name;
  std::string path;                 // dotted place in `properties`
  ValueType type;
  OwnedValue initial;               // known: taken when the property is absent
  bool in_milliseconds = false;
};

struct ModuleEvent {
  std::string name;
  std::string source_name;
  std::vector<ModuleProperty> properties;   // at most 64
  bool builtin = false;
  bool signal = false;                      // raised by a signal; never taken from outside
  UpdateFn update = nullptr;                // the user's measures; null: none is touched
  // `since entry` state of live instances: (journey, function); the instance pointer is that instance's.
  std::vector<std::pair<uint32_t, UpdateFn>> instance_updates;
};

// One piece of measure state, for initialising, packing, freeing and the cost report.
struct ModuleCell {
  CellKind kind = CellKind::stamp;
  uint32_t offset = 0;
  uint32_t words = 0;               // bits
  uint32_t bound = 0;               // ring, values, pairs: how many entries are kept; sequence: of each hop
  int32_t anchor = -1;              // offset of the stamp cell since which it counts, which begins it anew
  bool text_value = false;          // value8s are pool ids
  bool number_value = false;        // value8s are doubles; sums are on the 2^-40 grid
  bool dated_pairs = false;         // pairs: each has a time of its own
  bool sums = true, extremes = true;   // panes, total: whether those are read
  PaneUnit unit = PaneUnit::day;    // of the panes it holds
  int32_t panes = -1;               // how many units back are read; -1: all that there are
  std::string what;                 // "count of play in last 7 days", for people
  uint64_t meaning = 0;             // of what it keeps, by name: equal in every version that keeps the same
  int32_t like = -1;                // bits, streak, panes: the counts, by index here, of the same events in the same panes, which go as far back
};

// What a condition or value reads, apart from time: it is asked again only when some of that may have changed, or when its
// next change by time has come. By index into the Module's tables, each once, in order.
struct Reads {
  std::vector<uint32_t> events;     // that feed what it reads
  std::vector<uint32_t> attributes, states;
  bool baselines = false;           // some baseline
  bool always = true;               // anything: to be asked at every input
};

// Makes an event from events; see Signal in compiler/sema/program.h.
struct ModuleSignal {
  std::string name;
  uint64_t meaning = 0;             // of what it waits with
  uint32_t event = 0;               // the one it makes
  uint32_t from = 0;
  ConditionFn where = nullptr;      // null: any
  ConditionFn when = nullptr;       // Follow::none
  enum class Follow : uint8_t { none, followed, not_followed } follow = Follow::none;
  uint32_t by = 0;
  ConditionFn by_where = nullptr;
  int64_t within_us = 0;
  bool latest = true;
  int32_t key_from = -1, key_by = -1;   // properties that must be equal; -1: one pending in all
  uint32_t up_to = 64;
  std::vector<uint32_t> carries;    // properties of `from`
};

struct ModuleHook { std::string name; std::vector<ModuleProperty> fields; };

struct ModuleStates {
  std::string name;
  std::vector<std::string> names;   // by state index
  std::string kept;                 // the first name it had, and those of its states
  std::vector<std::string> kept_names;
  uint64_t meaning = 0;             // of its rules, and of all they read
  bool ordered = false;
  enum class Cadence : uint8_t { hourly, daily, weekly, monthly, continuously } cadence = Cadence::daily;
  int64_t time_of_day_us = 0;
  int weekday = 0, day = 1;
  bool user_time = false;
  int32_t settle = 1;
  uint32_t slot = 0;                // offset of the StateSlot in the record
  StatesFn find = nullptr;
  NextFn next = nullptr;            // continuously
  Reads reads;                      // continuously
  // (state, function): begins anew what is counted since the block became that state; called when it is taken.
  std::vector<std::pair<uint32_t, UpdateFn>> anchors;
};

// What is kept of a states block. Native code reads `current`.
struct StateSlot {
  int64_t since;                    // the `now` at which it was taken
  int64_t due;                      // next cadence instant
  int32_t nominal;                  // the local date (hour, month) last evaluated, as days since 1970
  uint8_t current;                  // 0xff before the first evaluation
  uint8_t candidate;                // settle: the state found last, 0xff none
  uint16_t found;                   // settle: how often in a row
};

struct ModuleBaseline {
  std::string measure;
  uint32_t cell = 0;                // offset of the BaselineCell
  int32_t weeks = 8;
  ValueFn value = nullptr;          // number: already in the unit baselines count in
  // the whole window it waits for: calendar units, or a length, or neither
  bool calendar = false;
  PaneUnit unit = PaneUnit::day;
  int32_t count = 0;
  int64_t length_us = 0;
};

// A condition asked at every input and at its own next change; what fired stands for one input.
struct ModuleWatch {
  enum class Kind : uint8_t { edge, change } kind = Kind::edge;
  ConditionFn condition = nullptr;  // edge
  ValueFn value = nullptr;          // change
  ValueType type;
  NextFn next = nullptr;            // null: time alone changes nothing
  Reads reads;
  uint64_t meaning = 0;             // of what is watched, and of all it reads
};

struct StateTrigger {
  enum class Kind : uint8_t { moves, becomes, leaves, changes, drops, rises, stays } kind = Kind::changes;
  uint32_t states = 0;
  uint32_t from = 0, to = 0;        // moves: both; leaves, stays: `from`; becomes: `to`
  int64_t length_us = 0;
};

// What an experiment counts by. Without a function: the user.
struct ModuleUnit { ValueFn value = nullptr; ValueType type; };

struct ModuleEnter {
  enum class Kind : uint8_t { event, watch, trigger, clock } kind = Kind::event;
  uint32_t event = 0;
  ConditionFn where = nullptr;      // event; null: any
  ValueFn key = nullptr;            // event, of a keyed journey
  ValueType key_type;
  uint32_t clock = 0;
  uint32_t watch = 0;
  StateTrigger trigger;
  int32_t experiment = -1;          // set: open to users of `variant` only
  uint32_t variant = 0;             // the number of variants: those outside
  ModuleUnit unit;
  SourcePlace place;
};

// An entry by the clock: once for each local date it stands for.
struct ModuleClock {
  enum class Kind : uint8_t { every, once, date } kind = Kind::every;
  uint32_t weekdays = 0x7f;         // every; bit 0 = Monday
  int32_t day = 0;                  // once
  ValueFn date = nullptr;           // date: unknown: never
  Reads reads;                      // date: `always` where time alone may change it
  bool yearly = false;              // date: its anniversaries too
  int64_t time_of_day_us = 0;
  bool user_time = false;
  uint64_t meaning = 0;             // with that of the journey it lets into
};

struct ModuleExit {
  enum class Kind : uint8_t { condition, watch, trigger } kind = Kind::condition;
  ConditionFn condition = nullptr;
  NextFn next = nullptr;            // null: time alone changes nothing
  uint32_t watch = 0;
  StateTrigger trigger;
  SourcePlace place;
};

constexpr uint32_t kNoNode = 0xffffffffu;

// A statement of a journey, as a graph. `next` is kNoNode at the end of the journey.
struct ModuleNode {
  enum class Kind : uint8_t { step, send, wait, wait_until_time, wait_for, branch, experiment, go, finish, leave, wait_until_date, wait_until, split,
                              set, emit, call } kind = Kind::go;
  uint32_t next = kNoNode;          // what follows (branch: condition true; wait_for, wait_until: it came)
  uint32_t other = kNoNode;         // branch: false; wait_for, wait_until: timed out; experiment: otherwise
  uint32_t step = 0;                // the step it stands in
  // send
  uint32_t message = 0;
  bool all_channels = false;        // `by a and b`
  bool best_channel = false;        // `by best channel`
  bool not_before = false;          // `at T`: time_of_day_us, user_time
  std::vector<uint32_t> channels;
  std::vector<ValueFn> arguments;
  uint32_t site = 0;                // n-th send written in its step, from 1
  // waits
  int64_t length_us = 0;            // wait, wait_for, wait_until
  int64_t time_of_day_us = 0;       // wait_until_time, wait_until_date, send
  bool user_time = false;
  uint32_t weekdays = 0x7f;
  uint32_t event = 0;               // wait_for
  ConditionFn condition = nullptr;  // wait_for's where (may be null), wait_until, branch
  NextFn condition_next = nullptr;  // wait_until; null: time alone changes nothing
  ValueFn date = nullptr;           // wait_until_date
  bool leave_if_past = false, leave_if_unknown = false;
  bool removed = false;             // leave: stands for a step that is gone
  // split
  std::string chance;               // name of the hash
  bool per_entry = false;           // its salt is the number of the entry
  std::vector<int64_t> upto;        // running sums of the shares; the last is 1 000 000
  // experiment
  uint32_t experiment = 0;
  std::vector<uint32_t> arms;       // one node a variant, or share
  ModuleUnit unit;                  // experiment
  // set, emit, call: `arguments` hold the value, or one function a property or field (null: its default, or unknown);
  // call: `site` is its number among the calls of its step
  uint32_t target = 0;              // attribute, event, hook
  SourcePlace place;                // step: of its declaration
};

struct ModuleEntryProperty {
  static constexpr uint32_t kAt = 0xffffffff;   // in place of a property: the `at` of the entering event
  uint32_t event = 0, property = 0;
  Field field;
  ValueType type;
};

struct ModuleJourney {
  std::string name;
  std::string kept;                 // the first name it had
  int64_t priority = 0;
  bool closed = false, paused = false;
  bool keyed = false;               // one instance a key
  int64_t at_most = 0;              // instances at once; 0: unsaid
  int64_t goal_within_us = 0;       // of entry; 0: while inside
  std::vector<ModuleEnter> enters;
  ConditionFn only_if = nullptr;    // the instance pointer is the fresh one
  enum class ReEnter : uint8_t { never, after, always } re_enter = ReEnter::never;
  int64_t re_enter_after_us = 0;
  ConditionFn goal = nullptr;
  NextFn goal_next = nullptr;
  std::vector<ModuleExit> exits;
  std::vector<std::string> steps;   // those of earlier versions last, under the names they have now
  std::vector<std::string> kept_steps;          // the first names they had
  std::vector<std::vector<uint64_t>> origins;   // by step: where it was written, and is word for word the same
  std::vector<std::pair<std::string, uint32_t>> landings;   // a step of the version before -> the step its comers go to
  std::vector<ModuleNode> nodes;
  uint32_t first = kNoNode;
  // the instance's record
  uint32_t instance_bytes = 0;
  uint32_t instance_presence_words = 0;
  std::vector<ModuleCell> cells;
  std::vector<ModuleEntryProperty> entry;   // copied from the entering event
  SourcePlace place, only_if_place, goal_place;
};

struct ModuleField { std::string name; ValueKind kind = ValueKind::text; bool optional = false; };
struct ModuleChannel {
  std::string name;
  uint32_t reaches = 0;             // attribute
  int32_t consent = -1;             // attribute; -1: none asked
  bool consent_negated = false;
  std::vector<uint32_t> consent_except;   // categories
  std::vector<ModuleField> fields;
  SourcePlace place;
};
struct ModuleTopic { std::string name; uint32_t attribute = 0; SourcePlace place; };
struct ModuleCategory { std::string name; bool exempt = false; };   // highest first
struct ModuleParameter { std::string name; ValueType type; };
struct ModuleContent { uint32_t channel = 0; std::vector<RenderFn> fields; };  // null: absent
struct ModuleMessage {
  std::string name;
  uint32_t category = 0;
  int32_t topic = -1;               // the attribute that says whether the user takes it; -1: none
  int64_t valid_for_us = 0;
  std::vector<ModuleParameter> parameters;
  std::vector<ModuleContent> contents;
  SourcePlace place;
};

struct ModuleSubject {
  enum class Kind : uint8_t { messages, channel, category, message } kind = Kind::messages;
  uint32_t id = 0;
};
enum class ThenKind : uint8_t { drop, wait, send };
struct ModuleCap {
  int64_t count = 1; ModuleSubject subject;
  int64_t within_us = 0;            // 0: calendar
  PaneUnit per = PaneUnit::day; bool user_time = false;
  ThenKind then = ThenKind::drop; uint32_t message = 0;
  SourcePlace place;
};
struct ModuleGap { int64_t length_us = 0; ThenKind then = ThenKind::wait; uint32_t message = 0; SourcePlace place; };
struct ModuleQuiet { int64_t from_us = 0, to_us = 0; bool user_time = false; ThenKind then = ThenKind::wait; uint32_t message = 0; SourcePlace place; };
struct ModuleFloor {
  std::string protect; int64_t within_us = 0; uint32_t message = 0;
  bool all_channels = false, best_channel = false; std::vector<uint32_t> channels;
  SourcePlace place;
};
struct ModuleNever {
  ModuleSubject subject; ConditionFn condition = nullptr;
  NextFn next = nullptr;            // `then wait`; null: time alone changes nothing
  ThenKind then = ThenKind::drop; uint32_t message = 0;
  SourcePlace place;
};
struct ModuleHoldOut { int64_t millionths = 0; std::vector<uint32_t> categories; SourcePlace place; };

struct ModuleShare { ShareRange range; uint32_t variant = 0; };
struct ModuleGate { Bucketing bucketing = Bucketing::growthbook_v1; std::string seed; std::vector<ShareRange> ranges; };
struct ModuleExperiment {
  std::string name, hashed, salt, layer;   // hashed: the name chance goes by
  Bucketing bucketing = Bucketing::wend;
  std::string seed;                 // of a bucketing other than Wend's
  std::vector<ModuleGate> gates;    // a unit outside one is outside the experiment
  int64_t layer_from = 0, layer_to = 1'000'000;
  std::vector<std::string> variants;
  std::vector<ModuleShare> shares;  // which buckets are whose
  ConditionFn audience = nullptr;
};

struct ModuleReading { std::string name; ValueType type; ValueFn value = nullptr; };   // measure, audience

struct Module {
  std::string project;
  uint64_t version = 0;             // Program::version
  const Zone* zone = nullptr;
  int32_t user_time = -1;           // attribute of kind timezone; -1: the project's zone
  int64_t late_after_us = 0;
  int64_t duplicates_within_us = 0;
  std::vector<std::string> identities;        // strongest first; each an attribute of that name

  uint32_t record_bytes = 0;
  uint32_t presence_words = 0;      // 64-bit words at the record's start
  uint64_t layout_hash = 0;
  std::vector<ModuleAttribute> attributes;
  std::vector<ModuleEvent> events;
  std::vector<ModuleSignal> signals;          // by name
  std::vector<ModuleHook> hooks;
  std::vector<ModuleCell> cells;
  std::vector<WindowSpec> windows;
  std::vector<ModuleReading> measures, scores, audiences;
  std::vector<ModuleBaseline> baselines;
  std::vector<ModuleStates> states;           // by name
  std::vector<uint32_t> states_order;         // evaluation order
  std::vector<ModuleWatch> watches;
  std::vector<ModuleClock> clocks;
  std::vector<ModuleJourney> journeys;        // by name
  std::vector<ModuleChannel> channels;
  std::vector<ModuleCategory> categories;
  std::vector<ModuleTopic> topics;            // by name
  std::vector<ModuleMessage> messages;
  std::vector<ModuleCap> caps;
  std::vector<ModuleGap> gaps;
  std::vector<ModuleQuiet> quiets;
  std::vector<ModuleFloor> floors;
  std::vector<ModuleNever> nevers;
  std::vector<ModuleHoldOut> hold_outs;
  std::vector<ModuleExperiment> experiments;
  std::vector<ConditionFn> test_conditions;   // in the order in which the program's tests state them

  std::shared_ptr<void> code;       // keeps the native code alive
};

}  // namespace wend
