// What the parts of the analysis share: the declarations of all files sorted by name, the name tables, the Program
// that grows, and where an expression stands (Scope). Internal to compiler/sema.
#pragma once

#include <array>
#include <compare>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "compiler/sema/analyze.h"
#include "compiler/sema/former.h"
#include "compiler/sema/modules.h"
#include "compiler/sema/names.h"
#include "compiler/sema/unread.h"
#include "compiler/sema/uses.h"

namespace wend::sema {

template <class T>
struct Declared {
  const T* node = nullptr;
  Span span;  // of the whole declaration
};

// The declarations of all files. Lists of named kinds are sorted by name and free of duplicates: row i is row i of
// the Program's table (events: behind the built-in ones are merged in, see `event_nodes`).
struct Declarations {
  std::vector<Declared<ast::Project>> projects;
  std::vector<Declared<ast::Profile>> profiles;
  std::vector<Declared<ast::Event>> events;
  std::vector<Declared<ast::Measure>> measures;
  std::vector<Declared<ast::Audience>> audiences;
  std::vector<Declared<ast::States>> states;
  std::vector<Declared<ast::Channel>> channels;
  std::vector<Declared<ast::Topic>> topics;
  std::vector<Declared<ast::Message>> messages;
  std::vector<Declared<ast::Protect>> protects;
  std::vector<Declared<ast::Experiment>> experiments;
  std::vector<Declared<ast::Journey>> journeys;
  std::vector<Declared<ast::Signal>> signals;
  std::vector<Declared<ast::Hook>> hooks;
  std::vector<Declared<ast::Report>> reports;
  std::vector<Declared<ast::Test>> tests;  // by file, as written
};

// The name spaces. Attributes, measures, audiences and states blocks share `user`.
enum class Space : uint8_t { user, event, channel, category, message, experiment, journey, topic, hook };
constexpr size_t kSpaces = 9;
const char* space_word(Space space);  // "event"

using NameTable = std::map<std::string, uint32_t, std::less<>>;

// A value that may be unknown, named by the node that reads it.
struct FactKey {
  ExprKind kind;
  uint32_t id, index;
  auto operator<=>(const FactKey&) const = default;
};
using Facts = std::set<FactKey>;  // what is known here although its type says `?`

// What entered an instance, as far as `entry.x` needs it.
struct JourneyScope {
  JourneyId id;
  std::vector<EventId> events;   // that may have entered it, each once
  bool other_entries = false;    // an entry without an event is possible
};

// The name an item goes by inside `any x in xs where …`.
struct ItemVariable { std::string name; Type item; };

// Where an expression stands, and what it may read there.
struct Scope {
  EventId event;                          // the current event: inside `where`
  const JourneyScope* journey = nullptr;  // inside a journey
  bool before_entry = false;              // `only if`: there is no instance yet to count since
  bool not_since_entry = false;           // inside the `where` of what is not counted `since entry`: no instance reads it
  const char* no_aggregates = nullptr;    // set: aggregates are refused, for this reason
  bool attributes_only = false;           // a measure's `where`: no measure, state or audience
  bool event_only = false;                // a report's `where`: nothing of the user
  bool constants_only = false;            // defaults and the values of tests
  bool exposure = false;                  // an experiment's metric: windows are `within D of exposure`
  std::vector<Aggregate>* metric_aggregates = nullptr;   // where a metric's go: they are not the user's measure state
  uint32_t rolling_keep = 0;              // what the comparison around a rolling count needs to keep
  int depth = 0;
  std::vector<ItemVariable> variables;    // of the loops over lists around, outermost first
  Facts facts;
};

// A send written in a journey, for the warnings about protection.
struct SendUse {
  MessageId message;
  bool all = false;                       // `by a and b`
  std::optional<int64_t> at_us;
  bool at_user_time = false;
  Span span;
};

// A step of an earlier version that people are in; it goes on as it was written (former.cpp).
struct FormerStep {
  struct Landing { enum class Kind : uint8_t { end, step, leave } kind = Kind::end; std::string step; };
  std::string journey;                          // what it is called now
  const ast::Journey* written_in = nullptr;
  const ast::Step* step = nullptr;
  StepOrigin origin;
  std::string shown;                            // the step's name now, or what it was where it is gone
  std::string kept;                             // the first it had
  std::map<std::string, Landing> targets;       // of its `go to`s
  Landing next;
};

struct Context {
  Sources& sources;
  const ReadFile& read_file;
  Diagnostics& diagnostics;
  Program program;
  std::vector<PendingTemplate> templates;
  Declarations declared;
  std::array<NameTable, kSpaces> names;
  UserNames user_names;
  std::vector<const ast::Event*> event_nodes;        // per Program event; null for built-in ones and signals
  std::map<std::string, AggregateId> aggregate_ids;  // by printed form, so that equal ones are one
  std::map<std::string, Span> category_spans;
  std::vector<SendUse> sends;
  Modules modules;
  std::set<const ast::Need*> needs_read;               // a need that nothing reads is told
  std::map<uint32_t, std::shared_ptr<const UserNames>> names_of_instance;
  bool no_currency_told = false;                       // told at the first `money`
  Unread unread;                                       // what could not be read, and has been told
  std::set<uint32_t> told_units;                     // experiments whose unit has been reported
  std::vector<FormerStep> former_steps;
  std::map<std::string, std::string> older_names;    // measures, states blocks and experiments: what each was called -> is
  std::map<std::string, std::map<std::string, FormerStep::Landing>> former_landings;   // journey now, step of the version before
  std::deque<std::vector<ast::File>> former_files;   // what they were read from
  std::deque<Modules> former_modules;
  uint32_t first_former_file = kNoFile;              // in Sources: from there on it is the text of earlier versions
  Uses* uses = nullptr;                              // null: nobody asks which name means what

  // Whether it stands in the text of an earlier version.
  bool is_former(Span span) const { return span.file != kNoFile && span.file >= first_former_file; }
  // What the text of an earlier version calls so, under the name it has now; the name itself where it is no older one.
  const std::string& name_now(Span place, const std::string& name) const {
    const auto found = is_former(place) ? older_names.find(name) : older_names.end();
    return found == older_names.end() ? name : found->second;
  }

  NameTable& table(Space space) { return names[static_cast<size_t>(space)]; }
  const NameTable& table(Space space) const { return names[static_cast<size_t>(space)]; }
};

// ---- names where they stand (scopes.cpp) ----------------------------------------------------------
// Every name is looked up by these, so that a module sees its own and what it needs, and nothing else.

inline constexpr Span kNoPlace{kNoFile, 0, 0};  // of a name the compiler makes: read as the project reads it
uint32_t instance_of(const Context& context, Span span);
std::optional<uint32_t> find_name(Context& context, Space space, const ast::Name& name);
std::optional<UserName> find_user(Context& context, const ast::Name& name);
int find_property(Context& context, const EventDecl& event, const ast::Name& name);  // -1: none
std::vector<std::string> property_names(Context& context, const EventDecl& event, Span place);
std::vector<std::string> visible_names(const Context& context, Space space, Span place);  // for suggestions
std::shared_ptr<const UserNames> user_names_at(Context& context, Span place);  // null: the project's own
// `cart.recovery` and `recovery`; nothing for what is no name.
std::optional<ast::Name> written_name(const ast::Expr& expr);
// The event and its property, told apart: `cart.abandoned` may be either.
ast::EventRef settled(Context& context, const ast::EventRef& ref);
bool is_unmet_need(Context& context, Space space, const ast::Name& name);  // told where the module is used
// What a use gives for a need, as a name in the file of the use.
ast::Name given_name(const Context& context, uint32_t instance, const Needed& needed);
ast::Name given_property(const Context& context, uint32_t instance, const Needed& needed, const std::string& property);
// A read, of the type the module has asked for.
ExprPtr as_needed(Context& context, const ast::TypeRef& wanted, ExprPtr read);
ExprPtr property_as_needed(Context& context, const EventDecl& event, const ast::Name& name, ExprPtr read);
ExprPtr user_as_needed(Context& context, const ast::Name& name, ExprPtr read);
ExprPtr needed_value(Context& context, const ast::Name& name);  // null: no value of the module
void check_uses(Context& context);  // needs.cpp
void lint_needs(Context& context);

// ---- the index of names (uses.cpp): nothing happens where nobody has asked for it ------------------

// The name was looked up and means this.
void note_use(Context& context, const ast::Name& name, SymbolKind kind, uint32_t id, size_t part = 0);
void finish_uses(Context& context);  // what is declared
// While it lives names are looked up to see what they could mean, not because they mean it here.
struct Trying {
  explicit Trying(Context& context) : context(context), uses(context.uses) { context.uses = nullptr; }
  ~Trying() { context.uses = uses; }
  Trying(const Trying&) = delete;
  Context& context;
  Uses* uses;
};

// ---- names (resolve.cpp) --------------------------------------------------------------------------

// The row of `name` in a name space, or Id::kNone after a report. An absent name is silent: the parser spoke of it.
uint32_t resolve(Context& context, Space space, const ast::Name& name);
void report_unknown(Context& context, Space space, const ast::Name& name);
// How many members one thing may have: what stands for them at run time has room for no more.
constexpr size_t kMembersMax = 64, kStatesMax = 255;
void check_count(Context& context, Span span, const std::string& name, size_t count, const char* what, size_t most = kMembersMax);
// Notes a name of a list; false: it stands there already, which is told (`how` it stood there before).
bool noted(Diagnostics& diagnostics, std::set<std::string>& seen, const ast::Name& name, const char* what, const char* how = "listed before");
// What `word` (`matches`, `mentions`, …) looks into is no text.
Diagnostic& report_not_text(Context& context, const Expr& value, const std::string& word);
// Adds "did you mean" with a fix when a candidate is near, else the list of what there is.
void suggest(Diagnostic& diagnostic, Span span, const std::string& word, const std::vector<std::string>& candidates,
             const std::string& what);
// The same for a value of a `one of`: what is written of it may stand in quotes.
void suggest_value(Diagnostic& diagnostic, Span span, const std::string& word, const std::vector<std::string>& values, const std::string& what);
std::string list_words(const std::vector<std::string>& words, size_t max = 8);  // `a`, `b` and `c`
std::string counted(int64_t n, const char* singular, const char* plural = nullptr);  // "1 step", "2 steps"
AttributeId resolve_attribute(Context& context, const ast::Name& name);
ExprPtr check_name(Context& context, Scope& scope, const ast::Name& name, Span span, const Type* hint);
ExprPtr check_member(Context& context, Scope& scope, const ast::MemberExpr& member, Span span);
bool names_something(Context& context, const Scope& scope, const ast::Name& name);
void report_not_compiled(Context& context, Span span, const std::string& what);

// ---- types and constants (types.cpp, quantities.cpp) ------------------------------------------------

Type resolve_type(Context& context, const ast::TypeRef& type);
OneOfId one_of(Context& context, std::vector<std::string> values);
CurrencyId currency(Context& context, const std::string& code);
// A constant of type `want` out of a literal, a value word, or arithmetic over those.
std::optional<Value> check_constant(Context& context, const ast::Expr& expr, Type want, const std::string& what);
// Microseconds of an exact span; nothing where the parser has refused it.
std::optional<int64_t> exact_span(Context& context, const ast::Quantity& quantity);
std::optional<int64_t> positive_span(Context& context, const ast::Quantity& quantity, const std::string& what);
std::string span_text(int64_t micros);  // "12 hours"
std::string percent_text(int64_t millionths);  // "12.5%"
constexpr int64_t kWhole = 1'000'000;          // all of it, in millionths: what weights and shares add up to
constexpr int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute, kDay = 24 * kHour;
bool is_ordered(TypeKind kind);   // has `<`
bool is_quantity(TypeKind kind);  // int, number, percent, money, duration

// ---- expressions ------------------------------------------------------------------------------------

template <class... Args>
ExprPtr make(ExprKind kind, Type type, Span span, Args... args) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->type = type;
  expr->span = span;
  (expr->args.push_back(std::move(args)), ...);
  return expr;
}
ExprPtr make_error(Span span);
ExprPtr make_constant(Type type, Value value, Span span);
bool is_error(const ExprPtr& expr);
bool is_constant(const ExprPtr& expr);

// Any type, may be optional. `hint`: the type it is compared with or given to; a bare word is a value of it first.
ExprPtr check(Context& context, Scope& scope, const ast::Expr& expr, const Type* hint = nullptr);
ExprPtr check_condition(Context& context, Scope& scope, const ast::Expr& expr);  // bool, known
// Exactly `want`; `what` names the receiver ("parameter `percent`").
ExprPtr check_as(Context& context, Scope& scope, const ast::Expr& expr, Type want, const std::string& what);
// T -> T?, int -> number, one text kind -> another. Null when the type does not fit; the argument is then kept.
ExprPtr convert(ExprPtr& expr, Type want);
// Reports an optional operand and replaces it by an error; others pass.
ExprPtr need_known(Context& context, ExprPtr expr, const std::string& why);
ExprPtr check_compare(Context& context, Scope& scope, const ast::CompareExpr& compare, Span span);
ExprPtr check_in_list(Context& context, Scope& scope, const ast::InListExpr& in, Span span);
ExprPtr check_in_range(Context& context, Scope& scope, const ast::InRangeExpr& in, Span span);
// lists.cpp: what is asked of lists and sets, and lists written out.
ExprPtr check_quantifier(Context& context, Scope& scope, const ast::QuantifierExpr& quantifier, Span span);
ExprPtr check_in_name(Context& context, Scope& scope, const ast::InNameExpr& in, Span span);
ExprPtr check_list_contains(Context& context, Scope& scope, ExprPtr list, const ast::Expr& value, bool negated, Span span);
ExprPtr check_list_literal(Context& context, Scope& scope, const ast::ListLiteral& list, Span span, const Type* hint);
ExprPtr read_item(Context& context, Scope& scope, size_t variable, const ast::Name* field, Span span);
// The loop variable of that name, or -1.
int find_variable(const Scope& scope, std::string_view name);
inline bool is_list(Type type) { return type.kind == TypeKind::list || type.kind == TypeKind::set; }
ExprPtr check_arithmetic(Context& context, Scope& scope, const ast::BinaryExpr& binary, Span span, const Type* hint);
ExprPtr check_negate(Context& context, Scope& scope, const ast::NegateExpr& negate, Span span, const Type* hint);
ExprPtr check_call(Context& context, Scope& scope, const ast::CallExpr& call, Span span);
ExprPtr check_aggregate(Context& context, Scope& scope, const ast::AggregateExpr& aggregate, Span span);
ExprPtr check_usual(Context& context, Scope& scope, const ast::UsualExpr& usual, Span span);
ExprPtr check_mentions(Context& context, Scope& scope, const ast::MentionsExpr& mentions, Span span);
ExprPtr check_against_usual(Context& context, Scope& scope, const ast::AgainstUsualExpr& against, Span span);
// What a comparison with a whole number needs kept of a rolling count; 0 when it does not decide it.
uint32_t kept_by_comparison(const ast::Expr& counted, const ast::Expr& bound, ast::CompareOp op);
// An event, and its `where` (with the short form `opened weekly_mix` made explicit).
EventId check_event_ref(Context& context, Scope& scope, const ast::EventRef& ref, const ast::Expr* where, ExprPtr& checked_where);
// A condition or a trigger, where both may stand.
Condition check_watched(Context& context, Scope& scope, const ast::Expr& expr);

// ---- narrowing (narrowing.cpp) ----------------------------------------------------------------------

std::optional<FactKey> fact_key(const Expr& expr);
void add_facts(const Expr& condition, bool holds, Facts& facts);  // what is known once `condition` is `holds`
ExprPtr narrowed(const Scope& scope, ExprPtr expr);               // unwraps a read that is known here

// ---- declarations, one file a construct -------------------------------------------------------------

void collect(Context& context);
void declare_project(Context& context, const std::vector<ast::File>& files);
void declare_profile(Context& context);
void declare_events(Context& context);
void declare_signals(Context& context);  // their events; before any name is read
void declare_hooks(Context& context);
void check_signals(Context& context);
void check_raising(Context& context);    // what can raise itself; behind signals and journeys
Property declare_property(Context& context, const ast::Property& node);
void finish_project(Context& context);  // what reads attributes: user time
void check_definitions(Context& context);  // measures, audiences, states, in the order of what they read
void check_measure(Context& context, uint32_t index);
void check_audience(Context& context, uint32_t index);
void declare_states(Context& context);  // names and values, before anything reads them
void check_states(Context& context, uint32_t index);
void lint_states(Context& context, const States& states);
void declare_topics(Context& context);  // and the attributes that hold them
void declare_categories(Context& context);
void declare_channels(Context& context);
void declare_messages(Context& context);
void check_message_bodies(Context& context);
void check_protection(Context& context);
void lint_protection(Context& context);
void declare_experiments(Context& context);
void check_experiments(Context& context);
void check_shares(Context& context, const ast::Experiment& node, Experiment& experiment);  // bucketing, gates, and whose buckets are whose
// What the experiment counts by, as it reads in this scope; null: the user, also after a report.
ExprPtr check_unit(Context& context, Scope& scope, ExperimentId experiment, Span use);
// The place of a variant by name, or -1 after a report.
int find_variant(Context& context, ExperimentId experiment, const std::string& name, Span span);
void check_reports(Context& context);
void read_former(Context& context, const Former& former);   // before the journeys are checked
void check_journeys(Context& context);
void check_flow(Context& context, const Journey& journey);  // cycles, unreachable steps and statements
void check_tests(Context& context);
bool has_user_time(Context& context, bool user_time, Span span);  // reports `user time` where no attribute can say it

}  // namespace wend::sema
