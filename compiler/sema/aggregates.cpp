// Aggregates: what each kind may stand over, its window, what it gives, and how much memory a rolling window needs.
#include <algorithm>
#include <cmath>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/print.h"

namespace wend::sema {
namespace {

using A = ast::AggregateKind;

constexpr int64_t kKeptMax = 10'000;      // entries a user may have in one aggregate
constexpr int64_t kPanesMax = 100'000;    // panes of a calendar window
constexpr int64_t kRollingMax = 3660 * kDay;

std::string kind_text(A kind) {
  static constexpr const char* words[] = {"count of", "sum of", "average of", "smallest of", "largest of", "has", "days with", "streak of",
                                          "distinct", "most frequent", "last", "first", "time since last", "time since first", "count of ( )"};
  return words[static_cast<size_t>(kind)];
}

bool wants_property(A kind) {
  switch (kind) {
    case A::sum: case A::average: case A::smallest: case A::largest: case A::distinct: case A::most_frequent: case A::last: case A::first: return true;
    default: return false;
  }
}

bool may_lack_window(A kind) {
  return kind == A::last || kind == A::first || kind == A::time_since_last || kind == A::time_since_first || kind == A::streak;
}

bool has_bound(A kind) { return kind == A::distinct || kind == A::most_frequent || kind == A::sequence; }

// The property of the event, fit for the kind; nothing when it was reported.
std::optional<uint32_t> check_property(Context& context, const ast::AggregateExpr& aggregate, const ast::Name& name, const EventDecl& event, Span span) {
  int index = find_property(context, event, name);
  if (index < 0) {
    auto& diagnostic = context.diagnostics.report(Code::unknown_property, name.span, event.name, name.text);
    diagnostic.label("no such property");
    suggest(diagnostic, name.span, name.text, property_names(context, event, name.span), "it has");
    return std::nullopt;
  }
  Type type = event.properties[index].type;
  bool sums = aggregate.kind == A::sum || aggregate.kind == A::average;
  bool orders = aggregate.kind == A::smallest || aggregate.kind == A::largest;
  bool list = is_list(type);
  bool instant = type.kind == TypeKind::time || type.kind == TypeKind::date || type.kind == TypeKind::time_of_day;
  if (type.kind != TypeKind::error && (list || (sums && !is_quantity(type.kind)) || (orders && !is_quantity(type.kind) && !instant))) {
    auto& diagnostic = context.diagnostics.report(Code::not_aggregated, name.span, kind_text(aggregate.kind), type_name(context.program, type));
    diagnostic.label("of type `" + type_name(context.program, type) + "`");
    if (list) diagnostic.note("what is in a list is asked of each event: `count of " + event.name + " where any x in " + name.text + " where …`");
    else if (sums) diagnostic.note("a sum or an average is of `int`, `number`, `percent`, `money` or `duration`");
    else if (orders) diagnostic.note("the smallest or largest is of quantities, dates and times");
    if (sums && !list) diagnostic.fix("ask for the most frequent", Span{name.span.file, span.begin, aggregate.event.span.begin}, "most frequent ", false);
    return std::nullopt;
  }
  return static_cast<uint32_t>(index);
}

Type value_type(A kind, Type property) {
  property.optional = false;
  bool whole = property.kind == TypeKind::integer;
  switch (kind) {
    case A::count: case A::units_with: case A::streak: case A::distinct: return {TypeKind::integer};
    case A::has: return {TypeKind::boolean};
    case A::sum: return property;
    case A::average: return whole ? Type{TypeKind::number, true} : property.maybe();
    case A::time_since_last: case A::time_since_first: return {TypeKind::duration, true};
    default: return property.kind == TypeKind::error ? property : property.maybe();
  }
}

std::optional<TimeUnit> calendar_unit(ast::Unit unit) {
  switch (unit) {
    case ast::Unit::minutes: return TimeUnit::minute;
    case ast::Unit::hours: return TimeUnit::hour;
    case ast::Unit::days: return TimeUnit::day;
    case ast::Unit::weeks: return TimeUnit::week;
    case ast::Unit::months: return TimeUnit::month;
    default: return std::nullopt;
  }
}

bool keeps_one(A kind) { return kind == A::has || kind == A::last || kind == A::time_since_last; }

bool last_units(Context& context, const ast::AggregateExpr& aggregate, Window& window) {
  const ast::Window& written = aggregate.window;
  const ast::Quantity& length = written.length;
  auto unit = calendar_unit(length.unit);
  if (!unit) {
    bool years = length.unit == ast::Unit::years;
    auto& diagnostic = context.diagnostics.report(Code::bad_window_unit, length.span, "in last", "`minutes`, `hours`, `days`, `weeks` or `months`");
    diagnostic.label(years ? "not a unit of the calendar here" : "finer than a pane of the calendar");
    if (years && length.whole && length.count < 100) {
      std::string months = counted(static_cast<int64_t>(length.count) * 12, "month");
      diagnostic.help("say it in months").fix("use `" + months + "`", length.span, months);
    } else if (!years) {
      const std::string exact = "in rolling " + std::string(context.sources.text(length.span)) + (keeps_one(aggregate.kind) ? "" : " up to 500");
      diagnostic.help("an exact span is `in rolling`").fix("write `" + exact + "`", written.span, exact, false);
    }
    return false;
  }
  if (!length.whole || length.count < 1 || length.count > kPanesMax) {
    context.diagnostics.report(Code::window_length, length.span, std::to_string(kPanesMax)).label(length.count < 1 ? "at least 1" : length.whole ? "too many" : "not a whole number");
    return false;
  }
  window.kind = WindowKind::last_units;
  window.unit = *unit;
  window.count = static_cast<int32_t>(length.count);
  return true;
}

// What a rolling window keeps: what the question needs, or `up to N`.
bool rolling(Context& context, Scope& scope, const ast::AggregateExpr& aggregate, Window& window) {
  const ast::Window& written = aggregate.window;
  if (written.length.unit < ast::Unit::seconds || written.length.unit > ast::Unit::days) {
    auto& diagnostic = context.diagnostics.report(Code::bad_window_unit, written.length.span, "in rolling", "`seconds`, `minutes`, `hours` or `days`");
    diagnostic.label("not an exact length here");
    if (written.length.unit == ast::Unit::weeks && written.length.whole && written.length.count < 500)
      diagnostic.fix("say it in days", written.length.span, counted(static_cast<int64_t>(written.length.count) * 7, "day"));
    return false;
  }
  auto length = positive_span(context, written.length, "a rolling window");
  if (!length) return false;
  if (*length > kRollingMax) {
    context.diagnostics.report(Code::window_length, written.length.span, "3660 days").label("too long");
    return false;
  }
  window.kind = WindowKind::rolling;
  window.length_us = *length;
  bool counts = aggregate.kind == A::count || (aggregate.kind == A::sequence && !aggregate.has);
  bool one = keeps_one(aggregate.kind) || (aggregate.kind == A::sequence && aggregate.has);
  if (written.up_to) window.keep = static_cast<uint32_t>(*written.up_to);
  else if (one) window.keep = 1;
  else if (counts && scope.rolling_keep) window.keep = scope.rolling_keep;
  else {
    auto& diagnostic = context.diagnostics.report(Code::rolling_unbounded, written.span, kind_text(aggregate.kind));
    diagnostic.label("how many events are kept is not said");
    if (counts) diagnostic.help("compare it here with a number, such as `>= 10`, or say how many are kept");
    diagnostic.fix("say how many are kept", Span{written.span.file, written.span.end, written.span.end}, " up to 500", false);
    return false;
  }
  return true;
}

bool check_up_to(Context& context, const std::optional<int64_t>& up_to, Span span) {
  if (!up_to || (*up_to >= 1 && *up_to <= kKeptMax)) return true;
  context.diagnostics.report(Code::up_to_out_of_range, span, std::to_string(kKeptMax)).label(*up_to < 1 ? "keeps nothing" : "keeps too much");
  return false;
}

bool since_became(Context& context, const ast::Window& written, Window& window) {
  if (!written.subject.present() || !written.value.present()) return false;
  auto user = find_user(context, written.subject);
  if (!user || user->kind != UserName::Kind::states) {
    std::vector<std::string> candidates;
    for (const std::string& word : visible_names(context, Space::user, written.subject.span))
      if (auto found = find_user(context, {word, written.subject.span}); found && found->kind == UserName::Kind::states) candidates.push_back(word);
    auto& diagnostic = context.diagnostics.report(Code::unknown_name, written.subject.span, "states block", written.subject.text);
    diagnostic.label("not a states block");
    suggest(diagnostic, written.subject.span, written.subject.text, candidates, "the states blocks are");
    return false;
  }
  const States& states = context.program.states[user->id];
  const auto& names = context.program.one_ofs[states.one_of.value].values;
  auto found = std::find(names.begin(), names.end(), written.value.text);
  if (found == names.end()) {
    auto& diagnostic = context.diagnostics.report(Code::unknown_value, written.value.span, written.value.text, states.name);
    diagnostic.label("not one of its states");
    suggest(diagnostic, written.value.span, written.value.text, names, "the states are");
    return false;
  }
  note_use(context, written.value, SymbolKind::value, states.one_of.value, static_cast<size_t>(found - names.begin()));
  window.kind = WindowKind::since_state;
  window.states = StatesId(user->id);
  window.state = static_cast<uint32_t>(found - names.begin());
  return true;
}

// `from 90 to 45 days ago`: panes of the calendar, as many ago.
bool from_ago(Context& context, const ast::AggregateExpr& aggregate, Span at, Window& window) {
  const ast::Window& written = aggregate.window;
  auto unit = calendar_unit(written.length.unit);
  if (!unit) {
    context.diagnostics.report(Code::bad_window_unit, at, "from … ago", "`minutes`, `hours`, `days`, `weeks` or `months`").label("another unit");
    return false;
  }
  if (written.from < written.to) {
    context.diagnostics.report(Code::window_backwards, at).label("the longer ago comes first");
    return false;
  }
  if (written.from < 1 || written.from > kPanesMax || written.to < 0) {
    context.diagnostics.report(Code::window_length, at, std::to_string(kPanesMax)).label("too far ago");
    return false;
  }
  static constexpr double kDaysOf[] = {1.0 / 1440, 1.0 / 24, 1, 7, 365.25 / 12};
  static constexpr const char* kWords[] = {"minute", "hour", "day", "week", "month"};
  if (static_cast<double>(written.from) * kDaysOf[static_cast<size_t>(*unit)] > 10.01 * 365.25) {
    auto& diagnostic = context.diagnostics.report(Code::duration_too_long, at, counted(written.from, kWords[static_cast<size_t>(*unit)])).label("reaches too far back");
    const auto most = static_cast<int64_t>(3652 / kDaysOf[static_cast<size_t>(*unit)]);
    const std::string text(context.sources.text(at)), from = std::to_string(written.from);
    const size_t place = text.find(from);
    if (written.to < most && place != std::string::npos) {
      const uint32_t begin = at.begin + static_cast<uint32_t>(place);
      diagnostic.fix("make it ten years", Span{at.file, begin, begin + static_cast<uint32_t>(from.size())}, std::to_string(most), false);
    }
    return false;
  }
  if (aggregate.kind == A::streak || (aggregate.kind == A::units_with && calendar_unit(aggregate.unit) != unit)) {
    context.diagnostics.report(Code::not_in_past_window, at, kind_text(aggregate.kind)).label("has passed");
    return false;
  }
  window.kind = WindowKind::ago;
  window.unit = *unit;
  window.count = static_cast<int32_t>(written.from);
  window.until = static_cast<int32_t>(written.to);
  return true;
}

bool check_window(Context& context, Scope& scope, const ast::AggregateExpr& aggregate, Span span, Window& window) {
  const ast::Window& written = aggregate.window;
  Span at = written.kind == ast::WindowKind::none ? span : written.span;
  if (!check_up_to(context, written.up_to, at)) return false;
  if (written.up_to && written.kind != ast::WindowKind::rolling) {
    context.diagnostics.report(Code::up_to_needless, at).label("keeps panes, not events");
    return false;
  }
  bool exposure = written.kind == ast::WindowKind::within_exposure;
  if (scope.exposure != exposure && (exposure || written.kind != ast::WindowKind::none)) {
    context.diagnostics.report(Code::exposure_window, at)
        .label(exposure ? "not in a metric" : "a metric counts from exposure").help("metrics and guards of an experiment say `within 7 days of exposure`, and only they");
    return false;
  }
  switch (written.kind) {
    case ast::WindowKind::none: return !aggregate.where && may_lack_window(aggregate.kind);  // else the parser has spoken
    case ast::WindowKind::last: return last_units(context, aggregate, window);
    case ast::WindowKind::rolling: return rolling(context, scope, aggregate, window);
    case ast::WindowKind::today:
    case ast::WindowKind::this_week:
    case ast::WindowKind::this_month:
      window.kind = WindowKind::last_units;
      window.unit = written.kind == ast::WindowKind::today ? TimeUnit::day : written.kind == ast::WindowKind::this_week ? TimeUnit::week : TimeUnit::month;
      return true;
    case ast::WindowKind::ever: window.kind = WindowKind::ever; return true;
    case ast::WindowKind::since_entry:
      if (!scope.journey || scope.before_entry) {
        context.diagnostics.report(Code::since_entry_outside, at).label(scope.journey ? "tested before there is an entry" : "no journey around it").note("`since entry` counts from the moment a user entered a journey").fix("count all time", at, "ever", false);
        return false;
      }
      window.kind = WindowKind::since_entry;
      return true;
    case ast::WindowKind::within_exposure: {
      auto length = positive_span(context, written.length, "a metric's window");
      window.kind = WindowKind::rolling;
      window.length_us = length.value_or(0);
      return length.has_value();
    }
    case ast::WindowKind::since_last:
      window.event.value = resolve(context, Space::event, written.event);
      window.kind = WindowKind::since_event;
      window.first = written.first;
      return window.event.valid();
    case ast::WindowKind::since_became: return since_became(context, written, window);
    case ast::WindowKind::from_ago: return from_ago(context, aggregate, at, window);
    case ast::WindowKind::from_to:
      if ((written.from == 0 || written.to == 0) && context.unread.any()) return false;   // a date that cannot be has been told
      if (written.from > written.to) {
        context.diagnostics.report(Code::window_backwards, at).label("the second date is the earlier one");
        return false;
      }
      window.kind = WindowKind::dates;
      window.from_day = static_cast<int32_t>(written.from);
      window.to_day = static_cast<int32_t>(written.to);
      return true;
  }
  return false;
}

// The first property of the event that the aggregate can be of; empty where there is none.
std::string fitting_property(const Context& context, const ast::AggregateExpr& aggregate) {
  const auto& events = context.table(Space::event);
  const auto found = events.find(aggregate.event.event.text);
  if (found == events.end()) return {};
  const bool quantity = aggregate.kind == A::sum || aggregate.kind == A::average || aggregate.kind == A::smallest || aggregate.kind == A::largest;
  for (const Property& property : context.program.events[found->second].properties)
    if (property.type.kind != TypeKind::error && (!quantity || is_quantity(property.type.kind))) return property.name;
  return {};
}

bool check_shape(Context& context, const ast::AggregateExpr& aggregate, Span span) {
  const ast::EventRef ref = settled(context, aggregate.event);
  if (wants_property(aggregate.kind) && !ref.property.present()) {
    auto& diagnostic = context.diagnostics.report(Code::property_missing, ref.span, kind_text(aggregate.kind), ref.event.text);
    diagnostic.label("an event, not a value of it");
    const std::string property = fitting_property(context, aggregate);
    if (property.empty()) diagnostic.help("name the property it is of");
    else diagnostic.help("name the property").fix("name the property", Span{ref.event.span.file, ref.event.span.end, ref.event.span.end}, "." + property, false);
    return false;
  }
  if (!wants_property(aggregate.kind) && ref.property.present()) {
    auto& diagnostic = context.diagnostics.report(Code::property_needless, ref.property.span, kind_text(aggregate.kind));
    diagnostic.label("a property").fix("count events", Span{ref.span.file, ref.event.span.end, ref.property.span.end}, "", false);
    if (aggregate.kind == A::count) diagnostic.help("how many different values there are is `distinct " + ref.event.text + "." + ref.property.text + "`");
    return false;
  }
  if (aggregate.up_to && !has_bound(aggregate.kind)) {
    context.diagnostics.report(Code::up_to_needless, span).label("only `distinct` and `most frequent` take it here");
    return false;
  }
  return check_up_to(context, aggregate.up_to, span);
}

std::optional<TimeUnit> unit_of(Context& context, const ast::AggregateExpr& aggregate, Span span) {
  if (aggregate.kind != A::units_with && aggregate.kind != A::streak) return TimeUnit::day;
  auto unit = calendar_unit(aggregate.unit);
  if (unit && *unit != TimeUnit::minute && !(aggregate.kind == A::streak && *unit == TimeUnit::hour)) return unit;
  bool streak = aggregate.kind == A::streak;
  context.diagnostics.report(Code::bad_window_unit, span, streak ? "streak of" : "with", streak ? "`days`, `weeks` or `months`" : "`hours`, `days`, `weeks` or `months`").label("another unit");
  return std::nullopt;
}

// The aggregate as a measure of its own, read in its place.
void offer_measure(const Context& context, Diagnostic& diagnostic, const ast::AggregateExpr& written, Span span) {
  diagnostic.help("name it as a measure and read the measure");
  std::string name = kind_text(written.kind) + " " + written.event.event.text + (written.event.property.present() ? " " + written.event.property.text : "");
  std::replace(name.begin(), name.end(), ' ', '_');
  while (context.user_names.find(name)) name += "_too";
  const Span place = before_declaration(context, span);
  diagnostic.fixes.push_back({"name it as a measure", false, {{place, "measure " + name + " = " + std::string(context.sources.text(span)) + "\n"}, {span, name}}});
}

// Equal aggregates are one: the printed form, without its place, is the key.
AggregateId enter(Context& context, Aggregate aggregate) {
  std::string key = print_aggregate(context.program, aggregate);
  auto [found, fresh] = context.aggregate_ids.emplace(key, AggregateId(context.program.aggregates.size()));
  if (fresh) context.program.aggregates.push_back(std::move(aggregate));
  return found->second;
}

// A metric's aggregates are the experiment's: they are no measure state.
void place(Context& context, Scope& scope, Aggregate aggregate, Expr& read) {
  if (!scope.exposure) {
    read.id = enter(context, std::move(aggregate)).value;
  } else if (scope.metric_aggregates) {
    read.id = static_cast<uint32_t>(scope.metric_aggregates->size());
    scope.metric_aggregates->push_back(std::move(aggregate));
  }
}

}  // namespace

EventId check_event_ref(Context& context, Scope& scope, const ast::EventRef& written, const ast::Expr* where, ExprPtr& checked_where) {
  const ast::EventRef ref = settled(context, written);
  EventId event;
  event.value = resolve(context, Space::event, ref.event);
  if (!event.valid()) return event;
  ExprPtr short_form;
  if (ref.message.present()) {
    const EventDecl& decl = context.program.events[event.index()];
    int index = decl.builtin ? find_property(context, decl, {"message", kNoPlace}) : -1;
    if (index < 0) {
      context.diagnostics.report(Code::message_short_form, ref.message.span, decl.name).label("not a message's event")
          .note("`opened weekly_mix` is short for a `where` on the message; it goes with `delivered`, `failed`, `opened`, `clicked`, `bounced` and `unsubscribed`");
      return {};
    }
    uint32_t message = resolve(context, Space::message, ref.message);
    if (message == MessageId::kNone) return {};
    ExprPtr read = make(ExprKind::event_property, decl.properties[index].type, ref.message.span);
    read->id = event.value;
    read->index = static_cast<uint32_t>(index);
    Value name;
    name.text = context.program.messages[message].name;
    short_form = make(ExprKind::equal, Type{TypeKind::boolean}, ref.message.span, std::move(read), make_constant({TypeKind::text}, std::move(name), ref.message.span));
  }
  if (where) {
    Scope inner = scope;
    inner.event = event;
    if (!inner.no_aggregates) inner.no_aggregates = "no aggregate stands inside a `where`";
    inner.rolling_keep = 0;
    checked_where = check_condition(context, inner, *where);
    if (is_error(checked_where)) return {};
  }
  if (short_form) {
    checked_where = checked_where ? make(ExprKind::and_, Type{TypeKind::boolean}, ref.span, std::move(short_form), std::move(checked_where)) : std::move(short_form);
  }
  return event;
}

uint32_t kept_by_comparison(const ast::Expr& counted, const ast::Expr& bound, ast::CompareOp op) {
  const auto* aggregate = std::get_if<ast::AggregateExpr>(&counted.node);
  const auto* number = std::get_if<ast::IntLiteral>(&bound.node);
  bool counts = aggregate && (aggregate->kind == A::count || (aggregate->kind == A::sequence && !aggregate->has));
  if (!counts || !number || aggregate->window.kind != ast::WindowKind::rolling) return 0;
  bool exact = op == ast::CompareOp::greater_equal || op == ast::CompareOp::less;  // decided by k events; others need one more
  if (number->value < 0 || number->value >= kKeptMax) return 0;
  int64_t keep = number->value + (exact ? 0 : 1);
  return static_cast<uint32_t>(keep < 1 ? 1 : keep);
}

namespace {

// What the `where` of an aggregate reads: the event, the profile, and what entered the journey when it is counted since then.
Scope where_scope(const Scope& scope, const ast::AggregateExpr& written) {
  Scope inner;
  inner.attributes_only = true;
  inner.depth = scope.depth;
  inner.journey = scope.journey;
  inner.not_since_entry = written.window.kind != ast::WindowKind::since_entry || scope.before_entry;
  for (const FactKey& key : scope.facts)
    if (key.kind == ExprKind::entry_property) inner.facts.insert(key);
  return inner;
}

// The property `matching` compares, of each event of the sequence; false: reported.
bool check_matching(Context& context, const ast::Name& name, std::vector<Hop>& hops) {
  std::optional<Type> common;
  for (Hop& hop : hops) {
    const EventDecl& event = context.program.events[hop.event.index()];
    int index = find_property(context, event, name);
    Type type = index < 0 ? Type{} : event.properties[index].type.known();
    if (index >= 0 && type.kind == TypeKind::error) return false;
    if (index < 0 || is_list(type) || (common && *common != type)) {
      context.diagnostics.report(Code::sequence_matching, name.span, name.text)
          .label(index < 0 ? "`" + event.name + "` has no such property" : is_list(type) ? "a list" : "of different types");
      return false;
    }
    common = type;
    hop.matching = static_cast<uint32_t>(index);
  }
  return true;
}

// `count of (A then B within 1 hour matching p)`: its completed matches are counted as events are.
ExprPtr check_sequence(Context& context, Scope& scope, const ast::AggregateExpr& written, Span span) {
  Aggregate aggregate;
  aggregate.kind = written.has ? AggregateKind::has : AggregateKind::count;
  aggregate.span = span;
  if (written.hops.size() < 2 || written.hops.size() > 8) {
    context.diagnostics.report(Code::sequence_length, span, counted(static_cast<int64_t>(written.hops.size()), "event")).label("a sequence");
    return make_error(span);
  }
  bool fine = true;
  for (const ast::SequenceHop& step : written.hops) {
    Hop hop;
    Scope inner = where_scope(scope, written);
    hop.event = check_event_ref(context, inner, step.event, step.where.get(), hop.where);
    if (const ast::Name property = settled(context, step.event).property; property.present()) {
      context.diagnostics.report(Code::property_needless, property.span, "count of").label("a property").help("which events belong together is said by `matching`");
      fine = false;
    }
    if (step.within && (&step == &written.hops.front() || step.within->micros <= 0)) {
      if (&step == &written.hops.front() || step.within->count == 0) context.diagnostics.report(Code::sequence_within, step.within->span).label(&step == &written.hops.front() ? "nothing comes before" : "takes no time");
      fine = false;
    } else if (step.within) {
      hop.within_us = step.within->micros;
    }
    fine = fine && hop.event.valid();
    aggregate.hops.push_back(std::move(hop));
  }
  if (!check_up_to(context, written.up_to, span)) fine = false;
  if (written.up_to && !written.matching.present()) {
    context.diagnostics.report(Code::up_to_needless, span).label("there is no `matching` to bound");
    fine = false;
  }
  if (!fine || (written.matching.present() && !check_matching(context, written.matching, aggregate.hops))) return make_error(span);
  if (!check_window(context, scope, written, span, aggregate.window)) return make_error(span);
  aggregate.event = aggregate.hops.back().event;
  aggregate.matching = written.matching.present();
  aggregate.open_max = written.up_to ? static_cast<uint32_t>(*written.up_to) : 64;
  if (!aggregate.matching) aggregate.open_max = 1;
  if (aggregate.window.kind == WindowKind::since_entry) aggregate.journey = scope.journey->id;
  aggregate.type = {written.has ? TypeKind::boolean : TypeKind::integer};
  ExprPtr expr = make(ExprKind::aggregate, aggregate.type, span);
  place(context, scope, std::move(aggregate), *expr);
  return expr;
}

}  // namespace

ExprPtr check_aggregate(Context& context, Scope& scope, const ast::AggregateExpr& written, Span span) {
  if (scope.no_aggregates || scope.constants_only) {
    auto& diagnostic = context.diagnostics.report(Code::aggregate_here, span).label(scope.no_aggregates ? scope.no_aggregates : "not a constant");
    if (scope.attributes_only) diagnostic.help("a `where` reads the event's own properties, constants and profile attributes");
    else if (scope.event_only) diagnostic.help("a report's `where` reads the event's own properties and constants");
    else offer_measure(context, diagnostic, written, span);
    return make_error(span);
  }
  if (written.kind == A::sequence) return check_sequence(context, scope, written, span);
  Aggregate aggregate;
  aggregate.kind = static_cast<AggregateKind>(written.kind);
  aggregate.span = span;
  Scope inner = where_scope(scope, written);
  aggregate.event = check_event_ref(context, inner, written.event, written.where.get(), aggregate.where);
  if (!aggregate.event.valid() || !check_shape(context, written, span)) return make_error(span);
  Type property;
  if (wants_property(written.kind)) {
    const EventDecl& event = context.program.events[aggregate.event.index()];
    auto index = check_property(context, written, settled(context, written.event).property, event, span);
    if (!index) return make_error(span);
    aggregate.property = *index;
    aggregate.has_property = true;
    property = event.properties[*index].type;
    if (property.kind == TypeKind::error) return make_error(span);
  }
  auto unit = unit_of(context, written, span);
  if (!unit || !check_window(context, scope, written, span, aggregate.window)) return make_error(span);
  aggregate.unit = *unit;
  if (written.up_to) aggregate.up_to = static_cast<uint32_t>(*written.up_to);
  if (aggregate.window.kind == WindowKind::since_entry) aggregate.journey = scope.journey->id;
  aggregate.type = value_type(written.kind, property);
  Type type = aggregate.type;
  ExprPtr expr = make(ExprKind::aggregate, type, span);
  place(context, scope, std::move(aggregate), *expr);
  return narrowed(scope, std::move(expr));
}

}  // namespace wend::sema
