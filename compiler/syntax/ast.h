// The syntax tree: what was written, as plain data. Nothing is resolved here: a name is its spelling and
// its place. Literals are decoded (a text without its quotes, money in millionths), so that later phases
// never look at characters again. Written by parse.h, read by sema and the formatter's tests.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "compiler/source/source.h"

namespace wend::ast {

struct Name {
  std::string text;  // a name of a module is qualified: "cart.recovery"
  Span span;
  bool present() const { return !text.empty(); }
};

// A text literal. `content` is the range between the quotes; where no escape stands before a place,
// offset i of `value` is byte content.begin + i (syntax/text.h maps the others).
struct Text {
  std::string value;
  Span span;
  Span content;
  bool triple = false;
};

enum class Unit : uint8_t { microseconds, milliseconds, seconds, minutes, hours, days, weeks, months, years };

// `30 seconds`, `7 days`, `12 months`. `micros` is exact for units up to weeks, 0 for months and years.
struct Quantity {
  double count = 0;
  bool whole = true;       // the count is a whole number
  Unit unit = Unit::days;
  int64_t micros = 0;
  std::string value;       // written as a value of the module: its name
  Span span;
};

struct Expr;
using ExprPtr = std::unique_ptr<Expr>;

// ---- windows -------------------------------------------------------------------------------------

enum class WindowKind : uint8_t {
  none,               // nothing was written
  last,               // in last N units
  rolling,            // in rolling D
  today, this_week, this_month,
  ever,
  since_entry,
  since_last,         // since last E, since first E
  since_became,       // since S became V
  from_ago,           // from A to B units ago
  from_to,            // from DATE to DATE, both included (days since 1970-01-01)
  within_exposure,    // within D of exposure (experiment metrics only)
};

struct Window {
  WindowKind kind = WindowKind::none;
  Quantity length;            // last, rolling, within_exposure
  Name event;                 // since_last
  bool first = false;         // since_last: since first E
  Name subject, value;        // since_became
  int64_t from = 0, to = 0;   // from_ago (counts of length.unit), from_to (dates)
  std::optional<int64_t> up_to;  // `up to N` behind the window
  Span span;
};

// `play`, `play.genre`, `opened weekly_mix` (message), `count of play where …`.
struct EventRef {
  Name event;
  Name property;  // may be absent
  Name message;   // the short form for feedback events; may be absent
  Span span;
};

// ---- expressions ---------------------------------------------------------------------------------

struct BoolLiteral { bool value; };
struct IntLiteral { int64_t value; };
struct NumberLiteral { double value; };
struct PercentLiteral { int64_t millionths; };            // 10% is 100000
struct TextLiteral { Text text; };
struct MoneyLiteral { int64_t micros; Name currency; };   // 49.90 EUR is 49900000
struct DurationLiteral { Quantity quantity; };
struct DateLiteral { int64_t days; };                     // since 1970-01-01
struct TimeLiteral { int64_t micros; };                   // an instant, UTC
struct TimeOfDayLiteral { int64_t micros; };              // since midnight

struct NameExpr { Name name; };
struct MemberExpr { ExprPtr object; Name member; };       // play.genre, entry.total, item.price
struct NotExpr { ExprPtr operand; };
struct NegateExpr { ExprPtr operand; };

enum class BinaryOp : uint8_t { and_, or_, add, subtract, multiply, divide, or_else };
struct BinaryExpr { BinaryOp op; Span op_span; ExprPtr left, right; };

enum class CompareOp : uint8_t {
  is, is_not, less, less_equal, greater, greater_equal, contains, starts_with, ends_with, matches
};
struct CompareExpr { CompareOp op; Span op_span; ExprPtr left, right; };

struct InListExpr { ExprPtr value; bool negated; std::vector<ExprPtr> items; };        // x [not] in [a, b]
struct InRangeExpr { ExprPtr value; bool negated; ExprPtr low, high; };                // x in 4..11
struct InNameExpr { ExprPtr value; bool negated; ExprPtr collection; };                // x in favourite_genres
struct KnownExpr { ExprPtr value; bool known; };                                       // x is [un]known
struct IfExpr { ExprPtr condition, then, otherwise; };
struct CallExpr { Name function; std::vector<ExprPtr> arguments; };

enum class Quantifier : uint8_t { any, all, count };
struct QuantifierExpr { Quantifier quantifier; Name variable; ExprPtr list, where; };
struct ListLiteral { std::vector<ExprPtr> items; };                                     // ["a", "b"]: values of tests, defaults
struct RecordLiteral { std::vector<std::pair<Name, ExprPtr>> fields; };                 // { name: "a" }: in a list

enum class AggregateKind : uint8_t {
  count, sum, average, smallest, largest, has,
  units_with,          // days|hours|weeks|months with E
  streak,              // streak of days with E
  distinct, most_frequent, last, first,
  time_since_last, time_since_first,
  sequence,            // count of (A then B within D …)
};
struct SequenceHop { EventRef event; ExprPtr where; std::optional<Quantity> within; };
struct AggregateExpr {
  AggregateKind kind;
  EventRef event;                  // all but sequence
  Unit unit = Unit::days;          // units_with, streak
  ExprPtr where;                   // may be null
  Window window;
  std::optional<int64_t> up_to;    // distinct, most_frequent: `up to N` behind the property
  std::vector<SequenceHop> hops;   // sequence
  Name matching;                   // sequence; its bound is up_to
  bool has = false;                // sequence: `has ( … )`, not `count of ( … )`
};

struct UsualExpr { Name measure; };                                                     // usual m
struct AgainstUsualExpr {                                                               // m is below usual by 40%
  ExprPtr measure; bool below; bool sigmas; double amount; /* 0.4 or 2 */ };

enum class TriggerKind : uint8_t { moves, becomes, leaves, changes, drops, rises, stays };
struct TriggerExpr {
  TriggerKind kind;
  ExprPtr subject;
  ExprPtr from, to;         // moves: both; becomes: to; leaves, stays: from
  Quantity length;          // stays
};

struct TextQuery;  // mentions
using TextQueryPtr = std::unique_ptr<TextQuery>;
struct TextQuery {
  enum class Kind : uint8_t { phrase, and_, or_, not_ } kind;
  Text phrase;
  std::vector<TextQueryPtr> parts;
};
struct MentionsExpr { ExprPtr value; TextQueryPtr query; };

struct ErrorExpr {};  // stands where something was broken and has been reported

struct Expr {
  Span span;
  std::variant<ErrorExpr, BoolLiteral, IntLiteral, NumberLiteral, PercentLiteral, TextLiteral, MoneyLiteral,
               DurationLiteral, DateLiteral, TimeLiteral, TimeOfDayLiteral, NameExpr, MemberExpr, NotExpr,
               NegateExpr, BinaryExpr, CompareExpr, InListExpr, InRangeExpr, InNameExpr, KnownExpr, IfExpr,
               CallExpr, QuantifierExpr, ListLiteral, RecordLiteral, AggregateExpr, UsualExpr, AgainstUsualExpr, TriggerExpr, MentionsExpr>
      node;
};

// ---- types ---------------------------------------------------------------------------------------

struct TypeRef {
  Name name;                      // "text", "money", "one of", "list", "set"
  std::vector<Name> values;       // one of
  std::unique_ptr<TypeRef> item;  // list of T, set of T
  std::vector<std::pair<Name, std::unique_ptr<TypeRef>>> fields;  // list of { … }
  bool optional = false;          // T?
  Span span;
};

// ---- declarations --------------------------------------------------------------------------------

struct Project {
  Name name;
  std::optional<Text> about, time_zone;
  Name currency;
  Name user_time;                                   // user time from X
  std::optional<Quantity> late_after, duplicates_within;
};

struct Identity { Name name; bool many = false; };
struct Attribute {
  Name name;
  TypeRef type;
  ExprPtr default_value;  // may be null
  bool sensitive = false;
};
struct Profile { std::vector<Identity> identities; std::vector<Attribute> attributes; };

struct Property {
  Name name;
  TypeRef type;
  ExprPtr default_value;
  bool in_milliseconds = false;       // duration in milliseconds
  std::optional<Text> from;           // from "revenue.amount"
};
struct Event { Name name; std::optional<Text> from; std::vector<Property> properties; };

struct Measure {
  Name name;
  ExprPtr value;
  std::optional<Quantity> usual_over;  // , usual over 8 weeks
  Name renamed_from;
  bool score = false;                  // declared as a score
};
struct Audience { Name name; ExprPtr condition; };

enum class CadenceKind : uint8_t { missing, hourly, daily, weekly, monthly, continuously };
struct Cadence {
  CadenceKind kind = CadenceKind::missing;
  int64_t time_of_day = 0;     // micros since midnight
  int weekday = 0;             // weekly: 0 is Monday
  int day = 1;                 // monthly: 1..31
  bool user_time = false;
  Span span;
};
struct StateRule {
  Name name;
  ExprPtr when;    // null for otherwise
  ExprPtr until;   // may be null
  Name renamed_from;
  Span span;
};
struct States {
  Name name;
  bool ordered = false;
  Cadence evaluate;
  std::optional<int64_t> settle;  // settle for N evaluations
  std::vector<StateRule> rules;
  Name renamed_from;
};

// `when [not] followed by B [where …] within D of the latest|first [matching p] [up to N]`
struct FollowedBy {
  bool negated = false;
  EventRef event; ExprPtr where;
  Quantity within;
  enum class Counted : uint8_t { unsaid, latest, first } counted = Counted::unsaid;  // from which D counts
  Name matching;
  std::optional<int64_t> up_to;
  Span span;
};
struct Signal {                 // signal S from E [where …] { when …, carries … }
  Name name;
  EventRef event; ExprPtr where;
  ExprPtr when;                 // a condition; may be null
  std::optional<FollowedBy> followed;
  std::vector<Name> carries;
};
struct Hook { Name name; std::vector<Property> fields; };

// `report R = funnel of A then B … within D`; of a kind that there is not only its word is kept.
struct FunnelStep { EventRef event; ExprPtr where; bool negated = false; Span span; };
struct Report {
  Name name, kind;
  std::vector<FunnelStep> steps;
  std::optional<Quantity> within;
  Span span;                    // behind the name
};

struct ContentField { Name name; TypeRef type; };
struct Channel {
  Name name;
  Name reaches;
  Name consent;                 // absent: none is asked for
  bool consent_negated = false;  // consent not do_not_mail
  std::vector<Name> consent_except;
  std::vector<ContentField> content;
};

struct FieldText {
  Name field;
  std::optional<Text> text;     // written in place
  std::optional<Text> file;     // file "x.liquid", relative to the declaring file's folder
  ExprPtr value;                // neither: an expression (lists of records)
};
struct ChannelContent { Name channel; std::vector<FieldText> fields; Span span; };
struct Parameter { Name name; TypeRef type; };
struct Translation { Name language; std::vector<ChannelContent> contents; };
struct Message {
  Name name;
  Name category, topic;
  std::optional<Quantity> valid_for;
  std::vector<Parameter> parameters;
  std::vector<ChannelContent> contents;
  std::vector<Translation> translations;
};
struct Topic { Name name; bool subscribed = true; };

// What a rule that blocks does: drop, wait, or another message.
struct ThenDo { enum class Kind : uint8_t { unsaid, drop, wait, send } kind = Kind::unsaid; Name message; Span span; };

struct CapRule {           // at most N X in D | per day|week|month [user time]
  int64_t count; Name subject;  // "messages", a channel, a category, a message
  std::optional<Quantity> within; std::optional<Unit> per; bool user_time = false; ThenDo then; Span span; };
struct GapRule { Quantity length; ThenDo then; Span span; };                       // at least D between messages
struct QuietRule { int64_t from, to; bool user_time; ThenDo then; Span span; };    // quiet from T to T
enum class ChannelChoice : uint8_t { any, in_order, all, best };   // any: the message's own order
struct FloorRule { int64_t count; Quantity within; Name message; ChannelChoice choice; std::vector<Name> by; Span span; };
struct NeverRule { Name subject; ExprPtr condition; ThenDo then; Span span; };     // never X while C
struct HoldOutRule { int64_t millionths; std::vector<Name> categories; Span span; };
struct CategoriesRule { std::vector<Name> names; Span span; };                     // a > b > c
struct ExemptRule { std::vector<Name> names; Span span; };
using ProtectRule = std::variant<CategoriesRule, ExemptRule, CapRule, GapRule, QuietRule, FloorRule, NeverRule, HoldOutRule>;
struct Protect { Name name; std::vector<ProtectRule> rules; };

struct ShareRange { int64_t from = 0, to = 0; Span span; };   // millionths
struct Variant { Name name; std::optional<int64_t> millionths; std::vector<ShareRange> ranges; };
struct Metric { Name name; ExprPtr value; };
struct Guard { Name name; ExprPtr value; double points_worse = 0; bool limited = false; };
struct Gate { Text seed; std::vector<ShareRange> ranges; bool filter = false; Span span; };   // namespace, filter
struct StopRule {               // stop after 28 days · stop when returned is better
  std::optional<Quantity> after; Name metric; bool worse = false; Span span; };
struct Experiment {
  Name name;
  ExprPtr unit;                 // null: the user
  std::optional<Text> salt;
  Name bucketing, version;      // bucketing growthbook v2 seed "…"; absent: Wend's own
  std::optional<Text> seed;
  std::optional<int64_t> coverage;
  std::vector<Gate> gates;
  Name layer; int64_t layer_from = 0, layer_to = 1000000;
  std::vector<Variant> variants;
  ExprPtr audience;             // for …; may be null
  std::vector<Metric> metrics;
  std::vector<Guard> guards;
  std::vector<StopRule> stops;
  Name renamed_from;
};

// ---- journeys ------------------------------------------------------------------------------------

struct Stmt;
using Block = std::vector<Stmt>;

struct Argument { Name name; ExprPtr value; };
struct SendStmt {
  Name message;
  using Choice = ChannelChoice;
  Choice choice = Choice::any;
  std::vector<Name> channels;
  std::optional<int64_t> at; bool at_user_time = false;
  std::vector<Argument> arguments;
};
struct WaitStmt { Quantity length; };                                                   // wait 2 days
struct WaitUntilTimeStmt { int64_t time_of_day; bool user_time; std::vector<int> weekdays; };
struct WaitUntilDateStmt {
  ExprPtr date; int64_t time_of_day = 0; bool user_time = false;
  enum class Else : uint8_t { unsaid, skip, leave } past = Else::unsaid, unknown = Else::unsaid;
  Span span; };
struct WaitUntilStmt { ExprPtr condition; Quantity up_to; Block then, otherwise; };
struct WaitForStmt { EventRef event; ExprPtr where; Quantity up_to; Block then, otherwise; };
struct IfStmt { ExprPtr condition; Block then, otherwise; };
struct Arm { Name name; ExprPtr when; std::optional<int64_t> millionths; Block body; bool otherwise = false; Span span; };
struct ChooseFirstStmt { std::vector<Arm> arms; };
struct ChooseExperimentStmt { Name experiment; std::vector<Arm> arms; };
struct SplitStmt { Text name; bool per_entry = false; std::vector<Arm> arms; };
struct SetStmt { Name attribute; ExprPtr value; bool to_unknown = false; };               // to_unknown: no value
struct EmitStmt { Name event; std::vector<Argument> arguments; };
struct CallStmt { Name hook; std::vector<Argument> arguments; };
struct GoToStmt { Name step; };
struct FinishStmt {};
struct LeaveStmt {};

struct Stmt {
  Span span;
  std::variant<SendStmt, WaitStmt, WaitUntilTimeStmt, WaitUntilDateStmt, WaitUntilStmt, WaitForStmt, IfStmt,
               ChooseFirstStmt, ChooseExperimentStmt, SplitStmt, SetStmt, EmitStmt, CallStmt, GoToStmt, FinishStmt,
               LeaveStmt>
      node;
};

struct EnterOn { EventRef event; ExprPtr where; };
struct EnterWhen { ExprPtr condition; };                       // a condition or a trigger
struct EnterSchedule { std::vector<int> weekdays; int64_t time_of_day; bool user_time; };
struct EnterOnce { int64_t local_date; int64_t time_of_day; bool user_time; };
struct EnterOnDate { ExprPtr date; int64_t time_of_day; bool user_time; bool yearly; };
struct EnterArm;                                               // enter by experiment X { a { on … } b { when … } }
struct EnterByExperiment { Name experiment; std::vector<EnterArm> arms; };
struct Enter { std::variant<EnterOn, EnterWhen, EnterSchedule, EnterOnce, EnterOnDate, EnterByExperiment> node; Span span; };
struct EnterArm { Name variant; bool otherwise = false; std::vector<Enter> enters; Span span; };

struct Step { Name name; Block body; Name renamed_from; };
struct RemovedStep { Name name; Name go_to; Span span; };   // go_to absent: leave
struct ReEnter { enum class Kind : uint8_t { unsaid, never, after, always } kind = Kind::unsaid; Quantity after; Span span; };
struct Journey {
  Name name;
  bool closed = false, paused = false;
  std::optional<Text> about;
  std::vector<Enter> enters;
  ExprPtr only_if;
  ReEnter re_enter;
  ExprPtr one_per; std::optional<int64_t> at_most_at_once;
  ExprPtr goal; std::optional<Quantity> goal_within;
  std::vector<ExprPtr> exits;
  std::optional<int64_t> priority;
  std::vector<Step> steps;
  std::vector<RemovedStep> removed;
  Name renamed_from;
};

// ---- tests ---------------------------------------------------------------------------------------

struct When {                      // an instant as written in a test
  int64_t days = 0, time_of_day = 0;   // local date and time
  bool utc = false, user_time = false;
  Span span;
};
struct TestEvent {                 // also `identify { … }`
  Name event; std::vector<Argument> properties; Span span;
  std::optional<When> at;          // `at: 2026-01-01 10:00` among the properties; not kept there
};
enum class MessageOutcome : uint8_t { sent, not_sent, deferred, suppressed };
struct ExpectMessage {
  MessageOutcome outcome; Name message; Name channel; Name reason;
  std::optional<int64_t> times;          // once, twice, N times
  std::optional<When> until;             // deferred … until T
  std::vector<Argument> content;         // with subject: "…"
};
struct ExpectPlace { Name journey; bool inside = true; Name step; std::optional<Text> key; };
// left J by goal · goal of J (`goal`: either way of reaching it); `for "k"`: the instance of that key
struct ExpectLeft { Name journey; bool expected = true; bool goal = false; Name outcome; std::optional<Text> key; };
struct ExpectDone {                      // raised E · set A to V · called H
  enum class Kind : uint8_t { raised, set, called } kind = Kind::raised;
  bool negated = false;
  Name name;
  ExprPtr value; bool to_unknown = false;  // set
  std::optional<int64_t> times;
  std::vector<Argument> content;         // with total: 30 EUR
};
struct ExpectCondition { ExprPtr condition; };
struct Expectation { std::variant<ExpectMessage, ExpectPlace, ExpectLeft, ExpectCondition, ExpectDone> node; Span span; };
using TestStatement = std::variant<TestEvent, Expectation>;
struct TestBlock {
  enum class Kind : uint8_t { at, after, daily, hourly } kind = Kind::at;
  When at;                          // at
  Quantity after;                   // after
  int64_t time_of_day = 0; bool user_time = false; int64_t from = 0, to = 0;  // daily (dates)
  std::vector<TestStatement> body;
  Span span;
};
struct Test {
  Text name;
  std::vector<Argument> given;      // given user { … }
  std::optional<Text> user_id;
  bool held_out = false;
  std::vector<std::pair<Name, Name>> pinned;   // variant, experiment
  std::vector<TestBlock> blocks;
};

// ---- modules -------------------------------------------------------------------------------------

// What a module asks of the project that uses it: `needs event added { cart_id text }`.
struct Need {
  enum class Kind : uint8_t { event, message, channel, attribute, measure, value } kind = Kind::event;
  Name name;
  std::vector<std::pair<Name, std::unique_ptr<TypeRef>>> properties;  // event: what is read of it
  std::vector<Parameter> parameters;                                  // message: what it is sent with
  TypeRef type;                                                       // attribute, measure, value
  ExprPtr default_value;                                              // value; may be null
  Span span;
};
// Makes its file a module: every other declaration of the file belongs to it.
struct Module { Name name; std::optional<Text> about; std::vector<Need> needs; };

// `added: add_to_cart { cart_id: basket }`
struct Given { Name need; ExprPtr value; std::vector<std::pair<Name, Name>> properties; Span span; };
struct Use {
  Name module;
  Name as;                     // absent: the last word of the module's name
  std::vector<Given> with;
};

// Constructs of the language this version reads but does not compile yet (a trained score, choice): kept by
// their word and extent, so that sema can say so.
struct Unsupported { Name word; };

struct Decl {
  Span span;
  std::variant<Project, Profile, Event, Measure, Audience, States, Channel, Topic, Message, Protect, Experiment,
               Journey, Test, Signal, Hook, Report, Module, Use, Unsupported>
      node;
  bool broken = false;  // something in it could not be read, and has been reported: it may say more than stands here
};

// A name where a length of time or a time of day is written: a value of the module, and not known to the parser.
struct UnknownValue { Name name; bool time_of_day = false; };

// One file.
struct File {
  uint32_t file = 0;  // index in Sources
  std::vector<Decl> decls;
  std::vector<Span> unread;  // what is no declaration, and has been reported
  std::vector<UnknownValue> unknown_values;
};

}  // namespace wend::ast
