// The typed, resolved program: what a project means, ready to be planned or executed. Every name is an id,
// every expression has a type, every unknown has been dealt with (narrowing has become `unwrap`), every
// duration is in microseconds. Two things execute it and must agree byte for byte: the native path
// (plan/ -> codegen/) and the reference evaluator (tests/reference).
//
// Tables whose order could show (journeys, states, measures, …) are sorted by name, so that the order of
// declarations and files means nothing.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "compiler/base/id.h"
#include "compiler/source/source.h"
#include "runtime/abi/bucketing.h"

namespace wend {

using AttributeId = Id<struct AttributeTag>;
using EventId = Id<struct EventTag>;
using MeasureId = Id<struct MeasureTag>;
using AudienceId = Id<struct AudienceTag>;
using StatesId = Id<struct StatesTag>;
using ChannelId = Id<struct ChannelTag>;
using CategoryId = Id<struct CategoryTag>;
using TopicId = Id<struct TopicTag>;
using MessageId = Id<struct MessageTag>;
using ExperimentId = Id<struct ExperimentTag>;
using JourneyId = Id<struct JourneyTag>;
using StepId = Id<struct StepTag>;             // index into Journey::steps
using AggregateId = Id<struct AggregateTag>;
using OneOfId = Id<struct OneOfTag>;
using CurrencyId = Id<struct CurrencyTag>;
using BuiltinId = Id<struct BuiltinTag>;       // row of builtins.def
using TriggerId = Id<struct TriggerTag>;
using SignalId = Id<struct SignalTag>;
using HookId = Id<struct HookTag>;

// ---- types ---------------------------------------------------------------------------------------

enum class TypeKind : uint8_t {
  error,        // has been reported; fits everything, so that nothing is reported twice
  boolean, integer, number, percent, text, html, url, email, money, duration, time, date, time_of_day,
  weekday, timezone, one_of, list, set,
  record        // an item of a `list of { … }`; never a value by itself
};

struct Type {
  TypeKind kind = TypeKind::error;
  bool optional = false;   // T?
  uint32_t of = 0;         // one_of: OneOfId; money: CurrencyId; list, set: index into Program::item_types;
                           // record: index into Program::records

  bool is_text() const {   // the kinds that are UTF-8 bytes
    return kind == TypeKind::text || kind == TypeKind::html || kind == TypeKind::url || kind == TypeKind::email;
  }
  Type known() const { Type t = *this; t.optional = false; return t; }
  Type maybe() const { Type t = *this; t.optional = true; return t; }
  friend bool operator==(const Type&, const Type&) = default;
};

// A set of words: `one of free, premium`, or the states of a block. Equal lists are one OneOf.
struct OneOf { std::vector<std::string> values; };

// The fields of a record, as written. Equal lists of fields are one RecordType.
struct RecordField {
  std::string name;
  Type type;
  friend bool operator==(const RecordField&, const RecordField&) = default;
};
struct RecordType { std::vector<RecordField> fields; };

constexpr size_t kListEntriesMax = 50;   // what a list or a set keeps

// A constant. How each kind is held:
//   boolean 0/1 · integer value · percent millionths · money micros · duration micros · time micros since 1970
//   date days since 1970 · time_of_day micros since midnight · weekday 0 = Monday · one_of index: in `integer`;
//   number: in `number`; text kinds and timezone (its name): in `text`; list: its items; set: its items by value,
//   each once; record: its fields: in `items`.
struct Value {
  bool known = true;
  int64_t integer = 0;
  double number = 0;
  std::string text;
  std::vector<Value> items;
};

// ---- expressions ---------------------------------------------------------------------------------
constexpr uint32_t kEntryAt = 0xffffffff;   // index of an entry_property: the `at` of the event

// Operands are args[0..]; ids and constants are named per kind. "Unknown" rules: unless said otherwise an
// operand is never optional (the checker has seen to it).
enum class ExprKind : uint8_t {
  constant,            // value
  // what can be read
  attribute,           // id: AttributeId
  event_property,      // id: EventId, index: property. The current event (inside where, and in `enter on … where`)
  event_at,            // `at` of the current event
  entry_property,      // id: EventId, index: property, or kEntryAt; the event that entered this instance (`entry.total`).
                       // Unknown (optional type) where another entry may have been taken.
  parameter,           // index: parameter of the message being rendered or sent
  measure,             // id
  usual,               // id: MeasureId; number?, unknown before three samples
  audience,            // id
  state,               // id: StatesId; type one_of its states. Never unknown: a user's first input evaluates it
  aggregate,           // id: AggregateId
  now, today,          // time; date in the project's zone
  // conversions
  unwrap,              // args[0] is optional and known here (narrowed)
  to_optional,         // T -> T?
  int_to_number,       // integer -> number
  // logic: `and`/`or` are short-circuit, which cannot be seen but in cost
  not_, and_, or_, conditional /* args: condition, then, else */,
  // tests. An operand args[0] that is optional and unknown makes every positive test false.
  equal,               // args[0] may be optional; args[1] not
  not_equal,           // neither optional
  less, less_equal, greater, greater_equal,   // same types, not optional; text by code point; one_of of an
                       // ordered states block: by place in the list, *later is less* (`engagement < core` is worse)
  in_list,             // args[0] (may be optional: false) in args[1..] (constants); `negated`: args[0] not optional
  in_range,            // args[0] within [args[1], args[2]], both included; may be optional as above; `negated`
  contains, starts_with, ends_with,           // text; args[0] may be optional
  matches,             // args[0] text (may be optional); value.text the RE2 pattern, found anywhere in it
  mentions,            // args[0] text (may be optional); value.text the query: `"words` NUL, `!Q`, `&Q…)`, `|Q…)`
  is_known, is_unknown,                       // args[0] optional
  or_else,             // args[0] optional; args[1] T (then the result is T) or T? (then T?). `negated`: texts, and an
                       // empty one (args[0] may then be known) counts as unknown
  below_usual, above_usual,                   // id: MeasureId; args[0] amount (number); `negated` false;
                       // index: 0 = share of the mean (0.4 for 40%), 1 = sigmas. False before three samples.
  // arithmetic: integer saturates (and is counted); number is clamped to ±the largest double, never NaN
  negate, add, subtract, multiply,
  divide,              // number? : unknown for a zero divisor; `number` where args[1] is a non-zero constant
  call,                // builtin: row of builtins.def
  // lists and sets
  item,                // id: the variable, 0 for the outermost loop around; the item itself, or field `index` of a record
  any_item, all_items, count_items,   // id: the variable; args[0] the list (any_item: may be optional, then false);
                       // args[1] the condition on an item (count_items, any_item: may be absent)
  list_contains,       // args[0] list or set, args[1] a value of its type; both may be optional: false. `negated`: neither
  // of templates only
  local,               // index: variable; of optional type where it may not have been given a value
  loop_value,          // id: number of a loop around it; index: LoopValue
  to_text,             // args[0] (not optional) as a template shows it; of a list its entries with args[1], a text, between
  field,               // args[0] an entry that is a record; index: its field
};

// What a template may ask of a loop it stands in: its turns counted from 1, from 0, and from the end.
enum class LoopValue : uint8_t { index, index0, rindex, rindex0, first, last, length };

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

struct Expr {
  ExprKind kind = ExprKind::constant;
  Type type;
  Span span;
  uint32_t id = 0;
  uint32_t index = 0;
  bool negated = false;     // in_list, in_range
  Value value;              // constant, matches
  std::vector<ExprPtr> args;
};

// ---- aggregates ----------------------------------------------------------------------------------

enum class AggregateKind : uint8_t {
  count, sum, average, smallest, largest, has, units_with, streak, distinct, most_frequent, last, first,
  time_since_last, time_since_first
};

enum class WindowKind : uint8_t {
  none,          // last, first, time since, streak without a window: all of time
  last_units,    // N + 1 panes of `unit`; today / this week / this month are N = 0
  rolling,       // (now - length_us, now]
  ever,
  since_entry,   // inputs handled after entry with an `at` not before it; only inside a journey
  since_event,   // inputs handled after the latest (or `first`) `event`, with an `at` not before its; nothing before one
  since_state,   // the same after the input in which `states` last became `state`, with an `at` not before its `now`
  ago,           // panes of `unit`: from `count` to `until` panes before the present one, both included
  dates,         // of the local dates `from_day` to `to_day`, both included
};

enum class TimeUnit : uint8_t { minute, hour, day, week, month };  // same order as PaneUnit in runtime/abi/zones.h

struct Window {
  WindowKind kind = WindowKind::none;
  TimeUnit unit = TimeUnit::day;   // last_units
  int32_t count = 0;               // last_units: N
  int64_t length_us = 0;           // rolling
  uint32_t keep = 0;               // rolling: how many latest events are kept (from the question, or `up to N`)
  EventId event;                   // since_event
  bool first = false;              // since_event: since the first one handled, not the latest
  StatesId states;                 // since_state
  uint32_t state = 0;
  int32_t until = 0;               // ago
  int32_t from_day = 0, to_day = 0;   // dates: days since 1970
};

// One event of a sequence. `within_us`: less than so long after the one before; 0: whenever.
struct Hop {
  EventId event;
  ExprPtr where;                   // may be null
  int64_t within_us = 0;
  uint32_t matching = 0;           // the property whose values must be equal, of this event
};

// One aggregate as written. Events whose property is unknown do not count for aggregates over that property.
struct Aggregate {
  AggregateKind kind = AggregateKind::count;
  EventId event;
  uint32_t property = 0;           // where the kind has one
  bool has_property = false;
  ExprPtr where;                   // bool; may be null; reads event properties, constants, profile attributes
  Window window;
  TimeUnit unit = TimeUnit::day;   // units_with, streak (day, week, month; hour for units_with)
  uint32_t up_to = 256;            // distinct, most_frequent
  std::vector<Hop> hops;           // count, has: of completed matches of these (two to eight), dated as their last event,
                                   // which is also `event`; else empty
  bool matching = false;           // hops: their `matching` properties must be equal
  uint32_t open_max = 64;          // hops: open values a hop keeps
  JourneyId journey;               // valid: the window is since_entry and the state stands in the instance
  Type type;                       // of the value
  Span span;
};

// ---- conditions and triggers ---------------------------------------------------------------------

enum class TriggerKind : uint8_t {
  moves,      // states: from -> to
  becomes,    // states: anything -> to (also at the first evaluation); others: a value turns into `to`
  leaves,     // states: from -> anything
  changes,    // states; others: the value differs from the one before (not at the first sight of it)
  drops, rises,   // ordered states
  stays,      // states: in `from` for `length_us`, reached at exactly that
};

// What `enter when` and `exit when` may name beside a condition.
struct Trigger {
  TriggerKind kind = TriggerKind::changes;
  bool on_states = true;
  StatesId states;
  uint32_t from = 0, to = 0;       // state indexes
  int64_t length_us = 0;
  ExprPtr value;                   // not on_states: what is watched; `becomes`: the condition value is to
  Span span;
};

// A condition (expr) or a trigger; exactly one is set.
struct Condition {
  ExprPtr expr;
  std::unique_ptr<Trigger> trigger;
  bool present() const { return expr || trigger; }
};

// ---- templates (Liquid) --------------------------------------------------------------------------

// How a value is written where it stands.
enum class Escape : uint8_t {
  none,
  html,        // & < > " ' become entities
  url,         // one part of a url: all but A-Z a-z 0-9 - . _ ~ becomes %XX
  line,        // on one line: line breaks and control characters become a space
  link,        // a whole url in an attribute: as html; one that would run as a script becomes `#`
  link_markup  // the same for what is escaped already
};

constexpr int64_t kRangeMax = 1000;          // entries of a range, and of any list a template makes
constexpr int64_t kTurnsMax = 10'000;        // of all loops of one field; then they end
constexpr int64_t kFieldBytesMax = 1 << 20;  // of one field; then nothing more is written
constexpr int64_t kTextBytesMax = 1 << 16;   // of a text that a filter or a `capture` makes; it is cut there
constexpr int64_t kMadeBytesMax = 1 << 24;   // of all of them in one field; then they are empty

struct TemplateNode;
using TemplateBody = std::vector<TemplateNode>;
struct TemplateBranch { ExprPtr condition; TemplateBody body; };  // condition null: else
struct TemplateNode {
  enum class Kind : uint8_t {
    text, output, branches,
    assign,     // the variable `local` becomes value
    capture,    // … becomes what branches[0] shows
    loop,       // branches[0] for each entry of value, or of the range args[0]..args[1]; branches[1], if there, when there is none
    leave,      // ends the turn of the loop `loop` that this stands in; `flag`: the loop
    count,      // shows the counter `local` and adds one; `flag`: takes one off and shows it
    cycle       // shows args[counter `local`] (none: nothing) and counts on; behind the last it begins again
  } kind = Kind::text;
  std::string text;                       // text
  ExprPtr value;                          // output: never optional; filters are `call`s of builtins. assign, loop
  Escape escape = Escape::none;           // output, cycle
  std::vector<TemplateBranch> branches;   // branches: the first that holds; capture, loop: bodies without condition
  uint32_t local = 0;                     // variables are numbered through a field; they begin unknown, counters at zero
  uint32_t loop = 0;                      // loop, leave: loops are numbered through a field too
  std::vector<ExprPtr> args;              // loop: from, to, offset, limit (int; null: none); cycle: values, none optional
  bool flag = false;                      // loop: the last entry first; leave, count
};

// ---- declarations --------------------------------------------------------------------------------

struct ProjectInfo {
  std::string name;
  std::string about;
  std::string time_zone = "UTC";
  CurrencyId currency;
  AttributeId user_time;                  // the attribute `user time` reads; not valid: the project's zone
  int64_t late_after_us = 3'600'000'000;
  int64_t duplicates_within_us = 7ll * 86'400'000'000;
  Span span;
};

struct Attribute {
  std::string name;
  Type type;
  Value default_value;                    // known == false for T?
  bool sensitive = false;
  bool identity = false;                  // text?; set from the event's identities, never by the program
  bool many = false;                      // identity: a user may have several (the latest is what is read)
  Span span;
};

struct Property {
  std::string name;
  Type type;
  std::optional<Value> default_value;
  std::string path;                       // where it is found in `properties`, dotted; the name unless `from`
  bool in_milliseconds = false;
  Span span;
};

struct EventDecl {
  std::string name;
  std::string source_name;                // the name on the wire; the name unless `from`
  std::vector<Property> properties;
  bool builtin = false;                   // delivered, failed, opened, clicked, bounced, unsubscribed, external_send
  SignalId signal;                        // valid: raised by that signal, never taken from outside
  Span span;
};

// Makes an event from events. `at` of the event made is the `now` at which it is raised.
struct Signal {
  std::string name;
  EventId event;                          // the one it makes; its properties are what it carries
  EventId from;
  ExprPtr where;                          // which of them; may be null
  ExprPtr when;                           // Follow::none: a condition; may be null
  enum class Follow : uint8_t { none, followed, not_followed } follow = Follow::none;
  EventId by;                             // followed, not_followed
  ExprPtr by_where;
  int64_t within_us = 0;
  bool latest = true;                     // else the first: what `within` counts from
  bool matching = false;                  // a pending one for each value of a property; else one in all
  uint32_t key_from = 0, key_by = 0;      // that property of `from` and of `by`
  uint32_t up_to = 64;
  std::vector<uint32_t> carries;          // properties of `from`, in the order of the event made
  Span span;
};

// Something outside that is told things.
struct Hook { std::string name; std::vector<Property> fields; Span span; };

struct Baseline { int32_t weeks = 8; };

struct Measure {
  std::string name;
  std::string stored_name;                // the first name it had: what is kept stands under it
  bool score = false;                     // declared as a `score`: always a number
  ExprPtr value;
  std::optional<Baseline> usual;          // only for integer, number, money, duration, percent measures
  // What a baseline waits for: the longest window of the measure, as calendar units or a length.
  Window usual_window;
  Span span;
};

struct Audience { std::string name; ExprPtr condition; Span span; };

enum class CadenceKind : uint8_t { hourly, daily, weekly, monthly, continuously };
struct Cadence {
  CadenceKind kind = CadenceKind::daily;
  int64_t time_of_day_us = 0;
  int weekday = 0;                        // weekly
  int day = 1;                            // monthly
  bool user_time = false;
};

struct StateRule { std::string name; std::string stored_name; ExprPtr when; ExprPtr until; Span span; };  // when null: otherwise
struct States {
  std::string name;
  std::string stored_name;
  bool ordered = false;
  Cadence cadence;
  int32_t settle = 1;
  std::vector<StateRule> rules;           // in the order written; the index is the state
  OneOfId one_of;
  Span span;
};

struct ContentField { std::string name; Type type; };   // text, html, url; optional
struct Channel {
  std::string name;
  AttributeId reaches;
  AttributeId consent;                    // not valid: none asked
  bool consent_negated = false;
  std::vector<CategoryId> consent_except;
  std::vector<ContentField> content;
  Span span;
};

struct Category { std::string name; bool exempt = false; };   // listed highest first

// Whether a user takes a topic is an attribute of its name: read, set and exported like any other.
struct Topic { std::string name; AttributeId attribute; Span span; };

struct FieldContent { uint32_t field = 0; TemplateBody body; };
struct ChannelContent { ChannelId channel; std::vector<FieldContent> fields; };  // fields in the channel's order
struct Parameter { std::string name; Type type; };
struct Message {
  std::string name;
  CategoryId category;
  TopicId topic;                          // not valid: none
  int64_t valid_for_us = 86'400'000'000;
  std::vector<Parameter> parameters;
  std::vector<ChannelContent> contents;   // in the order written
  Span span;
};

// Of the channels listed: the first that can be used, all of them, or of those that can be used the one the user answers best.
enum class ChannelChoice : uint8_t { in_order, all, best };

// What a rule's X is: all messages, a channel, a category or a message.
struct Subject {
  enum class Kind : uint8_t { messages, channel, category, message } kind = Kind::messages;
  uint32_t id = 0;
};
struct Then {
  enum class Kind : uint8_t { drop, wait, send } kind = Kind::drop;
  MessageId message;
};
struct CapRule {
  int64_t count = 1; Subject subject;
  int64_t within_us = 0;                  // rolling; 0: calendar
  TimeUnit per = TimeUnit::day; bool user_time = false;   // calendar: day, week, month
  Then then; Span span; };
struct GapRule { int64_t length_us = 0; Then then; Span span; };
struct QuietRule { int64_t from_us = 0, to_us = 0; bool user_time = false; Then then; Span span; };
struct FloorRule {
  std::string protect; int64_t within_us = 0; MessageId message;
  ChannelChoice choice = ChannelChoice::in_order; std::vector<ChannelId> by;   // empty: the message's order
  Span span; };
struct NeverRule { Subject subject; ExprPtr condition; Then then; Span span; };
struct HoldOutRule { int64_t millionths = 0; std::vector<CategoryId> categories; Span span; };
struct Protection {
  std::vector<CapRule> caps;
  std::vector<GapRule> gaps;
  std::vector<QuietRule> quiets;
  std::vector<FloorRule> floors;
  std::vector<NeverRule> nevers;
  std::vector<HoldOutRule> hold_outs;
};

// `millionths` as written; who has the variant says `ranges`, in the scheme's own buckets. With weights in Wend's own
// scheme they are one range a variant, exactly 1 000 000 in all.
struct Variant { std::string name; int64_t millionths = 0; std::vector<ShareRange> ranges; };
// Who is outside every one of its ranges is outside the experiment.
struct Gate { Bucketing bucketing = Bucketing::growthbook_v1; std::string seed; std::vector<ShareRange> ranges; };
// What is compared, a truth or a quantity of what follows the exposure. Kept for reports; nothing decides by it.
struct Metric { std::string name; ExprPtr value; bool guard = false; std::optional<double> points_worse; };
struct StopRule { std::optional<int64_t> after_us; uint32_t metric = 0; bool worse = false; };   // after a time, or when the metric is better or worse
struct Experiment {
  std::string name;
  std::string hashed;                     // the first name it had, which chance goes by
  std::string salt;
  Bucketing bucketing = Bucketing::wend;
  std::string seed;                       // of a bucketing other than Wend's
  std::vector<Gate> gates;
  std::string layer; int64_t layer_from = 0, layer_to = 1'000'000;
  std::vector<Variant> variants;
  ExprPtr audience;                       // may be null
  std::vector<Metric> metrics;            // and guards
  std::vector<Aggregate> aggregates;      // of the metrics; a `rolling` window is the time behind the exposure
  std::vector<StopRule> stops;
  Span span;
};

// ---- reports ---------------------------------------------------------------------------------------

// One step of a funnel. Its `where` reads the event, constants and the time it happened; never the user.
struct FunnelStep { EventId event; ExprPtr where; Span span; };
// How far users come on the way through the steps. Nothing decides by it, and no state is kept for it.
struct Report {
  std::string name;
  std::vector<FunnelStep> steps;          // two to kFunnelStepsMax; `without`: exactly two
  bool without = false;                   // the second is not to follow
  int64_t within_us = 0;                  // of the first step: less than so long after it
  Span span;
};
constexpr size_t kFunnelStepsMax = 8;

// ---- journeys ------------------------------------------------------------------------------------

struct Stmt;
using Block = std::vector<Stmt>;

struct Leg { ChannelId channel; };
struct SendStmt {
  MessageId message;
  using Choice = ChannelChoice;
  Choice choice = Choice::in_order;
  std::vector<ChannelId> channels;        // never empty: the message's own order where none was written
  std::vector<ExprPtr> arguments;         // one per parameter, in the message's order
  uint32_t site = 0;                      // 1-based number of this send within its step, as written
  std::optional<int64_t> at_us;           // `at T`: not before the next such time of day
  bool at_user_time = false;
};
struct WaitStmt { int64_t length_us = 0; };
struct WaitUntilTimeStmt { int64_t time_of_day_us = 0; bool user_time = false; uint32_t weekdays = 0x7f; };  // bit 0 = Monday
struct WaitForStmt { EventId event; ExprPtr where; int64_t up_to_us = 0; std::unique_ptr<Block> then, otherwise; };
// Until the condition holds, at most `up_to_us`. Asked like a goal: at each input, and when time alone changes it.
struct WaitUntilStmt { ExprPtr condition; int64_t up_to_us = 0; std::unique_ptr<Block> then, otherwise; };
struct WaitUntilDateStmt {
  enum class Else : uint8_t { skip, leave };
  ExprPtr date;                           // date?
  int64_t time_of_day_us = 0; bool user_time = false;
  Else past = Else::skip, unknown = Else::skip;   // the instant lies before the wait's begin; there is no date
};
struct IfStmt { ExprPtr condition; std::unique_ptr<Block> then, otherwise; };
struct ChooseFirstStmt {
  struct Arm { ExprPtr condition; std::unique_ptr<Block> body; };
  std::vector<Arm> arms;                      // the first whose condition holds
  std::unique_ptr<Block> otherwise;           // may be null
};
struct SplitStmt {
  struct Arm { int64_t millionths = 0; std::unique_ptr<Block> body; };
  std::string chance;                         // the name for the hash: `journey/text`, by the journey's first name
  bool per_entry = false;                     // drawn at each entry: its number is the salt
  std::vector<Arm> arms;                      // exactly 1 000 000 millionths in all; ranges in this order
};
struct ChooseExperimentStmt {
  ExperimentId experiment;
  ExprPtr unit;                               // null: the user. Unknown: outside the experiment
  std::vector<std::unique_ptr<Block>> arms;   // one per variant, null where not written
  std::unique_ptr<Block> otherwise;           // may be null
};
struct SetStmt { AttributeId attribute; ExprPtr value; };   // value null: unknown; its type is the attribute's
struct EmitStmt { EventId event; std::vector<ExprPtr> values; };   // one a property; null: its default, or unknown
struct CallStmt { HookId hook; std::vector<ExprPtr> values; uint32_t site = 0; };   // one a field; n-th call of its step, from 1
struct GoToStmt { StepId step; };
struct FinishStmt {};
struct LeaveStmt {};
struct Stmt {
  Span span;
  std::variant<SendStmt, WaitStmt, WaitUntilTimeStmt, WaitUntilDateStmt, WaitUntilStmt, WaitForStmt, IfStmt, ChooseFirstStmt,
               ChooseExperimentStmt, SplitStmt, SetStmt, EmitStmt, CallStmt, GoToStmt, FinishStmt, LeaveStmt> node;
};

struct EnterOn { EventId event; ExprPtr where; ExprPtr key; };   // key: `one per`, over the event; never unknown
struct EnterWhen { Condition condition; };
struct EnterEvery { uint32_t weekdays = 0x7f; int64_t time_of_day_us = 0; bool user_time = false; };   // bit 0 = Monday
struct EnterOnce { int32_t day = 0; int64_t time_of_day_us = 0; bool user_time = false; };
struct EnterOnDate { ExprPtr date; int64_t time_of_day_us = 0; bool user_time = false, yearly = false; };   // date?; unknown: never
struct Enter {
  std::variant<EnterOn, EnterWhen, EnterEvery, EnterOnce, EnterOnDate> node;
  Span span;
  ExperimentId experiment;                // valid: open to users of `variant` only
  uint32_t variant = 0;                   // the number of variants: otherwise
  ExprPtr unit;                           // of the experiment, as for a choice
};

// Where a step was written: a version of the project (Program::version), and its names there.
struct StepOrigin { uint64_t version = 0; std::string journey, step; };
struct JourneyStep {
  std::string name; std::string renamed_from; Block body; Span span;
  const std::string& first_name() const { return renamed_from.empty() ? name : renamed_from; }   // as in Journey
  enum class Kind : uint8_t {
    own,      // of this version
    former,   // as an earlier version has it; only who was in it then finishes it
    gone      // stands for the steps that are gone and whose comers leave
  } kind = Kind::own;
  uint32_t behind = 0;                    // former: the step that follows; Journey::steps.size(): the end
  std::vector<StepOrigin> origins;        // own: itself, then the same of earlier versions; former: where it was written
};
struct RemovedStep { std::string name; StepId go_to; Span span; };   // go_to not valid: they leave
struct ReEnter {
  enum class Kind : uint8_t { never, after, always } kind = Kind::never;
  int64_t after_us = 0;
};
struct Journey {
  std::string name;
  std::string about;
  std::string renamed_from;               // empty: never renamed
  // What chance, ids and what is kept go by, whatever it is called now.
  const std::string& first_name() const { return renamed_from.empty() ? name : renamed_from; }
  bool closed = false, paused = false;
  std::vector<Enter> enters;
  ExprPtr only_if;
  bool keyed = false;                     // `one per`: every enter is an EnterOn with a key
  int64_t at_most = 0;                    // instances of a user at once; 0: unsaid
  ReEnter re_enter;                       // of a keyed journey per key
  ExprPtr goal;                           // condition; may be null
  int64_t goal_within_us = 0;             // of entry, watched on after leaving by itself; 0: while inside only
  std::vector<Condition> exits;
  int64_t priority = 0;
  std::vector<JourneyStep> steps;         // its own first
  // A step of the version before -> where its comers go now, among `steps`. Read only where there was a version before.
  std::vector<std::pair<std::string, uint32_t>> landings;
  std::vector<RemovedStep> removed;
  Span span;

  size_t own_steps() const {
    size_t own = 0;
    while (own < steps.size() && steps[own].kind == JourneyStep::Kind::own) ++own;
    return own;
  }
  // The step that follows the i-th; steps.size(): the end.
  size_t behind(size_t i) const {
    if (steps[i].kind != JourneyStep::Kind::own) return steps[i].behind;
    return i + 1 < own_steps() ? i + 1 : steps.size();
  }
};

// ---- tests ---------------------------------------------------------------------------------------

// An instant of a test; one of user time is resolved against the test's user.
struct TestInstant { int64_t instant_us = 0; bool user_time = false; int32_t day = 0; int64_t time_of_day_us = 0; };

struct TestProperty { uint32_t property = 0; Value value; };
struct TestEvent {                        // an event, or an identify when `event` is not valid (then `property` is an AttributeId)
  EventId event;
  std::vector<TestProperty> properties;
  std::optional<TestInstant> at;          // `at: T`: happened then, arrives at the block's time
  std::string id;                         // `id: "x"`
  Span span;
};
struct Expectation {
  enum class Kind : uint8_t { condition, message, place, left, goal, raised, set, called } kind = Kind::condition;
  // condition: a bool expression over user names
  ExprPtr condition;
  // message
  enum class Outcome : uint8_t { sent, not_sent, deferred, suppressed } outcome = Outcome::sent;
  MessageId message;
  ChannelId channel;                      // may be not valid
  std::string reason;                     // may be empty
  std::optional<TestInstant> until;       // deferred
  int64_t times = -1;                     // -1: at least once
  std::vector<std::pair<std::string, std::string>> content;   // field, exact text
  // place, left, goal
  JourneyId journey;
  bool inside = true;                     // left, goal: it did
  StepId step;                            // place; may be not valid
  std::optional<std::string> key;         // of the instance; none: any
  std::string leave;                      // left: the outcome; empty: any
  // raised, set, called; `times` as above, `negated`: not once
  bool negated = false;
  EventId event;
  AttributeId attribute; bool any_value = false; Value value;   // set
  HookId hook;
  std::vector<TestProperty> properties;   // raised: of the event; called: of the hook
  Span span;
};
struct TestBlock {
  using At = TestInstant;
  std::vector<At> instants;               // that this block stands for, in order
  std::optional<int64_t> after_us;        // `after D`: instants is empty, D counted from the block above
  std::vector<std::variant<TestEvent, Expectation>> body;   // as written
  Span span;
};
struct Test {
  std::string name;
  std::string user_id = "user";
  std::vector<TestProperty> given;        // property is an AttributeId
  bool held_out = false;
  std::vector<std::pair<ExperimentId, uint32_t>> pinned;
  std::vector<TestBlock> blocks;          // as written
  Span span;
};

// ---- the whole -----------------------------------------------------------------------------------

struct Program {
  std::shared_ptr<const Sources> sources;       // what the spans are of; null where none were kept
  uint64_t version = 0;                         // of the texts it was read from, the standard library's among them
  ProjectInfo project;
  std::vector<OneOf> one_ofs;
  std::vector<std::string> currencies;          // "EUR"
  std::vector<Type> item_types;                 // of lists and sets
  std::vector<RecordType> records;
  std::vector<AttributeId> identities;          // strongest first
  std::vector<Attribute> attributes;            // as written
  std::vector<EventDecl> events;                // by name
  std::vector<Signal> signals;                  // by name
  std::vector<Hook> hooks;                      // by name
  std::vector<Aggregate> aggregates;
  std::vector<Measure> measures;                // by name
  std::vector<MeasureId> measure_order;         // a measure stands behind those it reads
  std::vector<Audience> audiences;              // by name
  std::vector<States> states;                   // by name
  std::vector<StatesId> states_order;           // in the order of what they read, then by name
  std::vector<Channel> channels;                // by name
  std::vector<Category> categories;             // highest first
  std::vector<Topic> topics;                    // by name
  std::vector<Message> messages;                // by name
  Protection protection;                        // of all blocks, blocks by name, rules as written
  std::vector<Experiment> experiments;          // by name
  std::vector<Report> reports;                  // by name
  std::vector<Journey> journeys;                // by name
  std::vector<Test> tests;                      // by file, as written
};

}  // namespace wend
