// What a name refers to: the name spaces of declarations, and names inside expressions, innermost first
// (properties of the current event, `entry`, then user names), with suggestions when there is nothing.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/syntax/text.h"

namespace wend::sema {

const char* space_word(Space space) {
  static constexpr const char* words[] = {"name",    "event",   "channel",   "category",
                                          "message", "experiment", "journey", "topic", "hook"};
  return words[static_cast<size_t>(space)];
}

std::string list_words(const std::vector<std::string>& words, size_t max) {
  std::string text;
  size_t shown = std::min(words.size(), max);
  for (size_t i = 0; i < shown; ++i) {
    if (i) text += i + 1 == words.size() ? " and " : ", ";
    text += "`" + words[i] + "`";
  }
  if (shown < words.size()) text += ", …";
  return text;
}

std::string counted(int64_t n, const char* singular, const char* plural) {
  std::string word = n == 1 ? singular : plural ? plural : std::string(singular) + "s";
  return std::to_string(n) + " " + word;
}

void check_count(Context& context, Span span, const std::string& name, size_t count, const char* what, size_t most) {
  if (count > most) context.diagnostics.report(Code::too_many_members, span, name, std::to_string(count), what, std::to_string(most)).label("too many");
}

bool noted(Diagnostics& diagnostics, std::set<std::string>& seen, const ast::Name& name, const char* what, const char* how) {
  if (seen.insert(name.text).second) return true;
  diagnostics.report(Code::listed_twice, name.span, what, name.text).label(how);
  return false;
}

Diagnostic& report_not_text(Context& context, const Expr& value, const std::string& word) {
  const std::string type = type_name(context.program, value.type);
  return context.diagnostics.report(Code::type_mismatch, value.span, "text", type).label("of type `" + type + "`").note("`" + word + "` looks into a text");
}

void suggest(Diagnostic& diagnostic, Span span, const std::string& word, const std::vector<std::string>& candidates,
             const std::string& what) {
  std::string near = nearest(word, candidates);
  if (!near.empty()) {
    diagnostic.help("did you mean `" + near + "`?").fix("use `" + near + "`", span, near, false);
  } else if (!candidates.empty()) {
    diagnostic.note(what + ": " + list_words(candidates));
  }
}

void suggest_value(Diagnostic& diagnostic, Span span, const std::string& word, const std::vector<std::string>& values, const std::string& what) {
  const std::string near = nearest(word, values);
  std::vector<std::string> written;
  for (const std::string& value : values) written.push_back(written_value(value));
  if (!near.empty()) diagnostic.help("did you mean `" + written_value(near) + "`?").fix("use `" + written_value(near) + "`", span, written_value(near), false);
  else if (!written.empty()) diagnostic.note(what + ": " + list_words(written));
}

namespace {

// "`x` is a measure, not a channel"
void note_other_kind(Context& context, Diagnostic& diagnostic, const std::string& word, Space wanted) {
  for (size_t i = 1; i < kSpaces; ++i) {
    Space space = static_cast<Space>(i);
    if (space != wanted && context.table(space).count(word)) {
      diagnostic.note("`" + word + "` is " + (space == Space::event || space == Space::experiment ? "an " : "a ") + space_word(space));
      return;
    }
  }
  if (auto user = wanted == Space::user ? std::nullopt : context.user_names.find(word)) {
    const char* kind = kind_word(user->kind);
    diagnostic.note("`" + word + "` is " + (kind[0] == 'a' ? "an " : "a ") + kind);
  }
}

}  // namespace

void report_unknown(Context& context, Space space, const ast::Name& name) {
  // Where no category is declared at all, the missing `protect` or its missing list is the one thing to be told.
  if (space == Space::category && context.program.categories.empty() && !context.declared.messages.empty()) return;
  auto& diagnostic = context.diagnostics.report(Code::unknown_name, name.span, space_word(space), name.text);
  diagnostic.label("not declared");
  std::vector<std::string> candidates = visible_names(context, space, name.span);
  suggest(diagnostic, name.span, name.text, candidates,
          space == Space::category ? "the categories are" : std::string("declared ") + space_word(space) + "s");
  if (candidates.empty()) diagnostic.note(std::string("the project declares no ") + space_word(space));
  if (instance_of(context, name.span) != 0) diagnostic.note("a module sees its own declarations and what it needs");
  note_other_kind(context, diagnostic, name.text, space);
}

uint32_t resolve(Context& context, Space space, const ast::Name& name) {
  if (!name.present()) return EventId::kNone;
  if (auto found = find_name(context, space, name)) return *found;
  if (!is_unmet_need(context, space, name)) report_unknown(context, space, name);
  return EventId::kNone;
}

AttributeId resolve_attribute(Context& context, const ast::Name& name) {
  if (!name.present()) return {};
  // Before the user names are indexed (a module's `needs` apart) attributes are found by themselves.
  auto user = find_user(context, name);
  if (user && user->kind == UserName::Kind::attribute) return AttributeId(user->id);
  if (!user && is_unmet_need(context, Space::user, name)) return {};
  std::vector<std::string> candidates;
  for (const std::string& word : visible_names(context, Space::user, name.span))
    if (auto found = find_user(context, {word, name.span}); found && found->kind == UserName::Kind::attribute) candidates.push_back(word);
  auto& diagnostic = context.diagnostics.report(Code::unknown_name, name.span, "attribute", name.text);
  diagnostic.label("not in `profile`");
  suggest(diagnostic, name.span, name.text, candidates, "the attributes are");
  if (user)
    diagnostic.note("`" + name.text + "` is " + (user->kind == UserName::Kind::audience ? "an " : "a ") + kind_word(user->kind));
  return {};
}

void report_not_compiled(Context& context, Span span, const std::string& what) {
  context.diagnostics.report(Code::not_compiled_yet, span, what).label("read, but not compiled");
}

namespace {

ExprPtr property_of(Context& context, EventId event, int index, ExprKind kind, Span span) {
  ExprPtr expr = make(kind, context.program.events[event.index()].properties[index].type, span);
  expr->id = event.value;
  expr->index = static_cast<uint32_t>(index);
  return expr;
}

std::optional<uint32_t> value_index(const Context& context, const Type* hint, const std::string& word, Span place) {
  static constexpr const char* days[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  if (!hint) return std::nullopt;
  if (hint->kind == TypeKind::weekday) {
    for (uint32_t i = 0; i < 7; ++i)
      if (word == days[i]) return i;
  }
  if (hint->kind == TypeKind::one_of && hint->of < context.program.one_ofs.size()) {
    const auto& values = context.program.one_ofs[hint->of].values;
    for (uint32_t i = 0; i < values.size(); ++i)
      if (values[i] == word) return i;
    for (const States& states : context.program.states)   // a state that had another name when this was written
      for (uint32_t i = 0; i < states.rules.size() && context.is_former(place) && states.one_of.value == hint->of; ++i)
        if (states.rules[i].stored_name == word) return i;
  }
  return std::nullopt;
}

// `null` and its like as the unknown, `yes` as `true`, and what is no name at all as a text.
void offer_word(Context& context, Diagnostic& diagnostic, const std::string& word, Span span, const Type* hint) {
  static const std::set<std::string> nothing = {"null", "NULL", "nil", "none", "None", "undefined", "empty"};
  static const std::set<std::string> yes = {"yes", "on", "True", "TRUE"}, no = {"no", "off", "False", "FALSE"};
  if (nothing.count(word) > 0) {
    diagnostic.help("a value that nobody has said is `unknown`");
    const std::string& text = context.sources.file(span.file).text();
    const std::string before = text.substr(span.begin < 4 ? 0 : span.begin - 4, span.begin < 4 ? span.begin : 4);
    if (before.ends_with(" is ") || before.ends_with("is ") || before.ends_with("not ")) diagnostic.fix("write `unknown`", span, "unknown");
    return;
  }
  if (!hint) return;
  const bool truth = hint->kind == TypeKind::boolean && (yes.count(word) > 0 || no.count(word) > 0);
  if (truth) diagnostic.fix(yes.count(word) > 0 ? "write `true`" : "write `false`", span, yes.count(word) > 0 ? "true" : "false");
  if (hint->is_text() && diagnostic.fixes.empty()) diagnostic.help("a text is written in quotes").fix("put it in quotes", span, "\"" + word + "\"", false);
}

// Whether an event was not read whole, so that it may have properties nobody knows.
bool is_unread(const Context& context, EventId event) {
  const ast::Event* node = event.index() < context.event_nodes.size() ? context.event_nodes[event.index()] : nullptr;
  if (node) return context.unread.holds(node);
  const std::string& name = context.program.events[event.index()].name;
  return std::any_of(context.declared.signals.begin(), context.declared.signals.end(), [&](const auto& signal) { return signal.node->name.text == name && context.unread.holds(signal.node); });
}

ExprPtr unknown_word(Context& context, Scope& scope, const ast::Name& name, Span span, const Type* hint) {
  if (hint && hint->kind == TypeKind::error) return make_error(span);  // what it is compared with or given to has been told
  if (scope.event.valid() && is_unread(context, scope.event)) return make_error(span);
  if (hint && (hint->kind == TypeKind::one_of || hint->kind == TypeKind::weekday)) {
    static const std::vector<std::string> days = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
    const auto& values = hint->kind == TypeKind::weekday ? days : context.program.one_ofs[hint->of].values;
    auto& diagnostic = context.diagnostics.report(Code::unknown_value, span, name.text, type_name(context.program, hint->known()));
    diagnostic.label("not one of its values");
    suggest_value(diagnostic, span, name.text, values, "the values are");
    return make_error(span);
  }
  auto& diagnostic = context.diagnostics.report(Code::nothing_called, span, name.text);
  diagnostic.label("unknown here");
  std::vector<std::string> candidates;
  if (!scope.constants_only && !scope.event_only)
    for (const std::string& word : visible_names(context, Space::user, span)) {
      auto user = find_user(context, {word, span});
      if (!scope.attributes_only || (user && user->kind == UserName::Kind::attribute)) candidates.push_back(word);
    }
  if (scope.event.valid())
    for (std::string& word : property_names(context, context.program.events[scope.event.index()], span)) candidates.push_back(std::move(word));
  for (const ItemVariable& variable : scope.variables) candidates.push_back(variable.name);
  Diagnostic offered;
  offer_word(context, offered, name.text, span, hint);
  const bool meant = !offered.fixes.empty() && !(hint && hint->is_text() && !nearest(name.text, candidates).empty());
  if (!meant) suggest(diagnostic, span, name.text, candidates, "what can be read here");
  note_other_kind(context, diagnostic, name.text, Space::user);
  if (diagnostic.fixes.empty()) {
    diagnostic.helps.insert(diagnostic.helps.end(), offered.helps.begin(), offered.helps.end());
    diagnostic.fixes = std::move(offered.fixes);
  }
  return make_error(span);
}

ExprPtr user_name(Context& context, Scope& scope, UserName user, const ast::Name& name, Span span) {
  const std::string& word = name.text;
  bool refused = scope.constants_only || scope.event_only || (scope.attributes_only && user.kind != UserName::Kind::attribute);
  if (!refused) return narrowed(scope, user_as_needed(context, name, read_user_name(context.program, user, span)));
  std::string what = std::string(user.kind == UserName::Kind::attribute || user.kind == UserName::Kind::audience ? "an " : "a ") + kind_word(user.kind);
  if (scope.constants_only) {
    context.diagnostics.report(Code::constant_expected, span, "`" + word + "` is " + what).label("not a constant");
  } else if (scope.event_only) {
    context.diagnostics.report(Code::funnel_reads_user, span, what + ", `" + word + "`").label("of the user, not of the event");
  } else {
    context.diagnostics.report(Code::where_reads_too_much, span, what + ", `" + word + "`")
        .label("not known when the event is handled")
        .note("a `where` of a measure reads the event's properties, constants and profile attributes");
  }
  return make_error(span);
}

}  // namespace

bool names_something(Context& context, const Scope& scope, const ast::Name& name) {
  const Trying trying(context);
  if (find_variable(scope, name.text) >= 0) return true;
  if (scope.event.valid() && (name.text == "at" || find_property(context, context.program.events[scope.event.index()], name) >= 0)) return true;
  return name.text == "now" || name.text == "today" || find_user(context, name).has_value();
}

namespace {

// `now` or `today` was declared as well: that has been told, and what reads it means what was declared.
bool taken_for_a_name(const Context& context, const std::string& word) {
  const auto& all = context.diagnostics.all();
  const auto last = all.begin() + static_cast<std::ptrdiff_t>(std::min<size_t>(all.size(), 100));   // declarations come first
  return std::any_of(all.begin(), last, [&](const Diagnostic& told) { return told.code == Code::reserved_name && context.sources.text(told.primary.span) == word; });
}

}  // namespace

ExprPtr check_name(Context& context, Scope& scope, const ast::Name& name, Span span, const Type* hint) {
  if (!name.present()) return make_error(span);
  if (auto index = value_index(context, hint, name.text, span)) {
    if (hint->kind == TypeKind::one_of) note_use(context, name, SymbolKind::value, hint->of, *index);
    Value value;
    value.integer = *index;
    return make_constant(hint->known(), value, span);
  }
  if (int variable = find_variable(scope, name.text); variable >= 0) return read_item(context, scope, static_cast<size_t>(variable), nullptr, span);
  if (scope.event.valid()) {
    const EventDecl& event = context.program.events[scope.event.index()];
    int index = find_property(context, event, name);
    if (index >= 0) return narrowed(scope, property_as_needed(context, event, name, property_of(context, scope.event, index, ExprKind::event_property, span)));
    if (name.text == "at") return make(ExprKind::event_at, Type{TypeKind::time}, span);
  }
  if (!scope.constants_only && (name.text == "now" || name.text == "today"))
    return taken_for_a_name(context, name.text) ? make_error(span)
           : name.text == "now"                 ? make(ExprKind::now, Type{TypeKind::time}, span)
                                                : make(ExprKind::today, Type{TypeKind::date}, span);
  if (ExprPtr value = needed_value(context, name)) return value;
  if (auto user = find_user(context, name)) return user_name(context, scope, *user, name, span);
  if (is_unmet_need(context, Space::user, name)) return make_error(span);
  if (name.text == "entry" && scope.journey) {
    context.diagnostics.report(Code::nothing_called, span, name.text)
        .label("needs a property").help("`entry` is the event that entered the journey: write `entry.` and a property");
    return make_error(span);
  }
  return unknown_word(context, scope, name, span, hint);
}

namespace {

ExprPtr time_of_entry(EventId event, Span span) {
  ExprPtr expr = make(ExprKind::entry_property, Type{TypeKind::time}, span);
  expr->id = event.value;
  expr->index = kEntryAt;
  return expr;
}

// A way in by an event that is not there: what it would bring along is not known.
bool has_unknown_entry(const Context& context, const JourneyScope& journey) {
  const Span whole = context.program.journeys[journey.id.index()].span;
  const auto& told = context.diagnostics.all();
  return std::any_of(told.begin(), told.end(), [&](const Diagnostic& d) {
    const bool of_event = (d.code == Code::unknown_name && !d.words.empty() && d.words[0] == "event") || d.code == Code::message_short_form;
    return of_event && d.primary.span.file == whole.file && d.primary.span.begin >= whole.begin && d.primary.span.end <= whole.end;
  });
}

// `entry.total`: of every event that may have entered and has it. Where several have it, the first that is known.
ExprPtr check_entry(Context& context, Scope& scope, const ast::Name& member, Span span) {
  if (!scope.journey) {
    context.diagnostics.report(Code::entry_outside_journey, span).label("no journey around it");
    return make_error(span);
  }
  if (scope.not_since_entry) {
    context.diagnostics.report(Code::entry_not_counted, span, member.text).label("not counted since the entry").help("count the events `since entry`");
    return make_error(span);
  }
  const JourneyScope& journey = *scope.journey;
  std::vector<EventId> having;
  std::vector<std::string> candidates;
  for (EventId event : journey.events) {
    const EventDecl& decl = context.program.events[event.index()];
    if (find_property(context, decl, member) >= 0) having.push_back(event);
    for (std::string& word : property_names(context, decl, member.span)) candidates.push_back(std::move(word));
  }
  const bool at = having.empty() && member.text == "at";
  if (at) having = journey.events;
  if (having.empty() && has_unknown_entry(context, journey)) return make_error(span);
  if (having.empty() && std::any_of(journey.events.begin(), journey.events.end(), [&](EventId event) { return is_unread(context, event); })) return make_error(span);
  if (having.empty()) {
    auto& diagnostic = context.diagnostics.report(Code::unknown_entry_property, member.span, member.text);
    diagnostic.label("not a property of an entering event");
    if (journey.events.empty()) diagnostic.note("this journey is not entered by an event");
    else suggest(diagnostic, member.span, member.text, candidates, "the entering events have");
    return make_error(span);
  }
  bool every_event = !journey.other_entries && having.size() == journey.events.size();
  bool always_known = every_event;
  ExprPtr result;
  for (EventId event : having) {
    const EventDecl& decl = context.program.events[event.index()];
    ExprPtr read = at ? time_of_entry(event, span)
                      : property_as_needed(context, decl, member, property_of(context, event, find_property(context, decl, member), ExprKind::entry_property, span));
    always_known = always_known && !read->type.optional;
    if (!every_event || having.size() > 1) read->type = read->type.maybe();
    if (having.size() == 1) return narrowed(scope, std::move(read));
    if (!result) {
      result = std::move(read);
      continue;
    }
    if (result->type != read->type) {
      context.diagnostics.report(Code::not_comparable, span, type_name(context.program, result->type.known()), type_name(context.program, read->type.known()))
          .label("the entering events do not agree on its type");
      return make_error(span);
    }
    Type type = read->type;
    result = make(ExprKind::or_else, type, span, std::move(result), std::move(read));
  }
  if (always_known) {
    Type type = result->type.known();
    result = make(ExprKind::unwrap, type, span, std::move(result));
  }
  return result;
}

}  // namespace

ExprPtr check_member(Context& context, Scope& scope, const ast::MemberExpr& member, Span span) {
  const std::optional<ast::Name> object = member.object ? written_name(*member.object) : std::nullopt;
  if (!object || !object->present() || !member.member.present()) {
    if (object || !member.object || !std::holds_alternative<ast::ErrorExpr>(member.object->node))
      context.diagnostics.report(Code::value_without_members, member.member.span, member.member.text).label("of what?");
    return make_error(span);
  }
  const std::string& word = object->text;
  if (int variable = find_variable(scope, word); variable >= 0) return read_item(context, scope, static_cast<size_t>(variable), &member.member, span);
  if (scope.event.valid() && find_name(context, Space::event, *object) == scope.event.value) {
    const EventDecl& event = context.program.events[scope.event.index()];
    int index = find_property(context, event, member.member);
    if (index >= 0) return narrowed(scope, property_as_needed(context, event, member.member, property_of(context, scope.event, index, ExprKind::event_property, span)));
    auto& diagnostic = context.diagnostics.report(Code::unknown_property, member.member.span, event.name, member.member.text);
    diagnostic.label("no such property");
    suggest(diagnostic, member.member.span, member.member.text, property_names(context, event, member.member.span), "it has");
    return make_error(span);
  }
  if (word == "entry") return check_entry(context, scope, member.member, span);
  const ast::Name whole{word + "." + member.member.text, span};
  if (auto user = find_user(context, whole)) return user_name(context, scope, *user, whole, span);
  auto& diagnostic = context.diagnostics.report(Code::member_of_nothing, span, word, member.member.text);
  diagnostic.label("not a value");
  if (find_name(context, Space::event, *object)) {
    if (scope.journey) diagnostic.help("the event that entered the journey is `entry." + member.member.text + "`");
    diagnostic.help("a property of past events is read by an aggregate: `last " + word + "." + member.member.text + "`");
  }
  return make_error(span);
}

}  // namespace wend::sema
