// Calls of builtins, the user's own baseline (`usual m`, `m is below usual by 40%`), and triggers.
#include "compiler/builtins/builtins.h"
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"

namespace wend::sema {
namespace {

TypeKind kind_of(BuiltinType type) {
  static constexpr TypeKind kinds[] = {TypeKind::boolean, TypeKind::integer,  TypeKind::number, TypeKind::percent, TypeKind::text,
                                       TypeKind::money,   TypeKind::duration, TypeKind::time,   TypeKind::date,    TypeKind::weekday, TypeKind::timezone};
  return kinds[static_cast<size_t>(type)];
}

const char* word_of(BuiltinType type) {
  static constexpr const char* words[] = {"bool", "int", "number", "percent", "text", "money", "duration", "time", "date", "weekday", "timezone"};
  return words[static_cast<size_t>(type)];
}

std::string signature(const Builtin& builtin) {
  std::string text = std::string(builtin.name) + "(";
  for (size_t i = 0; i < builtin.parameters.size(); ++i) text += (i ? ", " : "") + std::string(word_of(builtin.parameters[i].type));
  return text + ")";
}

bool fits(const Builtin& builtin, const std::vector<ExprPtr>& arguments) {
  if (arguments.size() > builtin.parameters.size()) return false;
  for (size_t i = 0; i < builtin.parameters.size(); ++i) {
    const BuiltinParameter& parameter = builtin.parameters[i];
    if (i >= arguments.size()) {
      if (!parameter.has_default) return false;
      continue;
    }
    const Type& type = arguments[i]->type;
    TypeKind wanted = kind_of(parameter.type);
    bool text = wanted == TypeKind::text && type.is_text();
    bool widened = wanted == TypeKind::number && type.kind == TypeKind::integer;
    if (!text && !widened && type.kind != wanted) return false;
  }
  return true;
}

ExprPtr call(const Builtin& builtin, size_t row, std::vector<ExprPtr> arguments, Span span) {
  ExprPtr expr = make(ExprKind::call, Type{kind_of(builtin.result), builtin.result_optional}, span);
  expr->id = static_cast<uint32_t>(row);
  for (size_t i = 0; i < builtin.parameters.size(); ++i) {
    if (i < arguments.size()) {
      bool widen = kind_of(builtin.parameters[i].type) == TypeKind::number && arguments[i]->type.kind == TypeKind::integer;
      expr->args.push_back(widen ? convert(arguments[i], {TypeKind::number}) : std::move(arguments[i]));
    } else {
      Value value;
      value.integer = builtin.parameters[i].default_integer;
      expr->args.push_back(make_constant({TypeKind::integer}, std::move(value), span));
    }
  }
  return expr;
}

// The user's time zone, or the project's where it is not known.
ExprPtr user_zone(Context& context, Span span) {
  AttributeId id = context.program.project.user_time;
  ExprPtr zone = make(ExprKind::attribute, context.program.attributes[id.index()].type, span);
  zone->id = id.value;
  if (!zone->type.optional) return zone;
  Value project;
  project.text = context.program.project.time_zone;
  Type known{TypeKind::timezone};
  return make(ExprKind::or_else, known, span, std::move(zone), make_constant(known, std::move(project), span));
}

}  // namespace

ExprPtr check_call(Context& context, Scope& scope, const ast::CallExpr& written, Span span) {
  std::vector<ExprPtr> arguments;
  bool fine = true;
  for (const ast::ExprPtr& argument : written.arguments) {
    const auto* word = argument ? std::get_if<ast::NameExpr>(&argument->node) : nullptr;
    if (word && word->name.text == "user time") {
      if (scope.event_only) context.diagnostics.report(Code::funnel_reads_user, argument->span, "a user's time zone").label("of the user, not of the event");
      fine = has_user_time(context, true, argument->span) && fine && !scope.event_only;
      if (fine) arguments.push_back(user_zone(context, argument->span));
      continue;
    }
    arguments.push_back(need_known(context, check(context, scope, *argument), "a function takes a value that is known"));
    fine = fine && !is_error(arguments.back());
  }
  std::vector<std::string> names, signatures;
  for (size_t row = 0; row < builtins().size(); ++row) {
    const Builtin& builtin = builtins()[row];
    if (!builtin.is_function) continue;
    names.push_back(builtin.name);
    if (written.function.text != builtin.name) continue;
    if (fine && fits(builtin, arguments)) return call(builtin, row, std::move(arguments), span);
    signatures.push_back(signature(builtin));
  }
  if (signatures.empty()) {
    if (!written.function.present()) return make_error(span);
    auto& diagnostic = context.diagnostics.report(Code::unknown_function, written.function.span, written.function.text);
    diagnostic.label("no such function");
    suggest(diagnostic, written.function.span, written.function.text, names, "the functions are");
    return make_error(span);
  }
  if (!fine) return make_error(span);
  std::string given;
  for (const ExprPtr& argument : arguments) given += (given.empty() ? "" : ", ") + type_name(context.program, argument->type);
  auto& diagnostic = context.diagnostics.report(Code::no_fitting_function, span, written.function.text, given);
  diagnostic.label("does not take these").note("there is " + list_words(signatures));
  return make_error(span);
}

namespace {

// The measure of `usual m`; it must keep a baseline.
std::optional<MeasureId> baseline_of(Context& context, Scope& scope, const ast::Name& name) {
  if (!name.present()) return std::nullopt;
  auto user = find_user(context, name);
  if (!user || user->kind != UserName::Kind::measure) {
    std::vector<std::string> candidates;
    for (const std::string& word : visible_names(context, Space::user, name.span))
      if (auto found = find_user(context, {word, name.span}); found && found->kind == UserName::Kind::measure) candidates.push_back(word);
    auto& diagnostic = context.diagnostics.report(Code::unknown_name, name.span, "measure", name.text);
    diagnostic.label("not a measure");
    suggest(diagnostic, name.span, name.text, candidates, "the measures are");
    return std::nullopt;
  }
  if (scope.event_only) {
    context.diagnostics.report(Code::funnel_reads_user, name.span, "a measure, `" + name.text + "`").label("of the user, not of the event");
    return std::nullopt;
  }
  if (scope.attributes_only || scope.constants_only) {
    context.diagnostics.report(Code::where_reads_too_much, name.span, "a measure, `" + name.text + "`").label("not known when the event is handled");
    return std::nullopt;
  }
  const auto& node = context.declared.measures[user->id];
  if (!node.node->usual_over) {
    context.diagnostics.report(Code::usual_missing, name.span, name.text).label("keeps no baseline").also(node.node->name.span, "declared here")
        .fix("keep one over 8 weeks", Span{node.span.file, node.span.end, node.span.end}, ", usual over 8 weeks", false);
    return std::nullopt;
  }
  return MeasureId(user->id);
}

}  // namespace

ExprPtr check_usual(Context& context, Scope& scope, const ast::UsualExpr& usual, Span span) {
  auto measure = baseline_of(context, scope, usual.measure);
  if (!measure) return make_error(span);
  ExprPtr expr = make(ExprKind::usual, Type{TypeKind::number, true}, span);
  expr->id = measure->value;
  return narrowed(scope, std::move(expr));
}

ExprPtr check_against_usual(Context& context, Scope& scope, const ast::AgainstUsualExpr& against, Span span) {
  const std::optional<ast::Name> name = against.measure ? written_name(*against.measure) : std::nullopt;
  if (!name) {
    if (against.measure && !std::holds_alternative<ast::ErrorExpr>(against.measure->node))
      context.diagnostics.report(Code::usual_missing, against.measure->span, "this").label("not a measure").help("name it as a measure with `usual over 8 weeks`");
    return make_error(span);
  }
  auto measure = baseline_of(context, scope, *name);
  if (!measure) return make_error(span);
  if (!(against.amount >= 0) || (against.below && !against.sigmas && against.amount > 1)) {
    context.diagnostics.report(Code::usual_amount, span).label(against.amount > 1 ? "nothing is below its usual by more than 100%" : "negative");
    return make_error(span);
  }
  Value amount;
  amount.number = against.amount;
  ExprPtr expr = make(against.below ? ExprKind::below_usual : ExprKind::above_usual, Type{TypeKind::boolean}, span,
                      make_constant({TypeKind::number}, std::move(amount), span));
  expr->id = measure->value;
  expr->index = against.sigmas ? 1 : 0;
  return expr;
}

namespace {

std::string trigger_word(ast::TriggerKind kind) {
  static constexpr const char* words[] = {"moves", "becomes", "leaves", "changes", "drops", "rises", "stays"};
  return words[static_cast<size_t>(kind)];
}

std::optional<uint32_t> state_of(Context& context, const Type& type, const ast::Expr* expr) {
  if (!expr) return std::nullopt;
  Scope scope;
  scope.constants_only = true;
  ExprPtr checked = check_as(context, scope, *expr, type, "the state");
  if (is_error(checked) || !is_constant(checked)) return std::nullopt;
  return static_cast<uint32_t>(checked->value.integer);
}

std::unique_ptr<Trigger> states_trigger(Context& context, const ast::TriggerExpr& written, const Expr& subject, Span span) {
  auto trigger = std::make_unique<Trigger>();
  trigger->kind = static_cast<TriggerKind>(written.kind);
  trigger->states = StatesId(subject.id);
  trigger->span = span;
  const States& states = context.program.states[subject.id];
  bool needs_from = written.kind == ast::TriggerKind::moves || written.kind == ast::TriggerKind::leaves || written.kind == ast::TriggerKind::stays;
  bool needs_to = written.kind == ast::TriggerKind::moves || written.kind == ast::TriggerKind::becomes;
  std::optional<uint32_t> from = needs_from ? state_of(context, subject.type, written.from.get()) : 0;
  std::optional<uint32_t> to = needs_to ? state_of(context, subject.type, written.to.get()) : 0;
  if (!from || !to) return nullptr;
  trigger->from = *from;
  trigger->to = *to;
  if (written.kind == ast::TriggerKind::moves && *from == *to) {
    context.diagnostics.report(Code::moves_nowhere, span, states.rules[*from].name).label("from a state to itself")
        .fix("ask when it becomes `" + states.rules[*from].name + "`", Span{span.file, written.subject->span.end, written.to->span.begin}, " becomes ", false);
    return nullptr;
  }
  bool order = written.kind == ast::TriggerKind::drops || written.kind == ast::TriggerKind::rises;
  if (order && !states.ordered) {
    auto& diagnostic = context.diagnostics.report(Code::states_not_ordered, span, states.name).label("needs an order").also(states.span, "declared without `ordered`");
    diagnostic.help("list the states from best to worst and write `states " + states.name + " ordered`");
    offer_order(context, diagnostic, subject.id);
    return nullptr;
  }
  if (written.kind == ast::TriggerKind::stays) {
    auto length = positive_span(context, written.length, "`stays`");
    if (!length) return nullptr;
    trigger->length_us = *length;
  }
  return trigger;
}

std::unique_ptr<Trigger> value_trigger(Context& context, Scope& scope, const ast::TriggerExpr& written, ExprPtr subject, Span span) {
  if (written.kind != ast::TriggerKind::becomes && written.kind != ast::TriggerKind::changes) {
    context.diagnostics.report(Code::trigger_needs_states, span, trigger_word(written.kind)).label("not a states block")
        .note("`becomes` and `changes` work for any attribute, measure or audience");
    return nullptr;
  }
  bool named = subject->kind == ExprKind::attribute || subject->kind == ExprKind::measure || subject->kind == ExprKind::audience;
  if (!named) {
    context.diagnostics.report(Code::trigger_subject, subject->span, trigger_word(written.kind)).label("not something with a name").help("name it as a measure or an audience");
    return nullptr;
  }
  auto trigger = std::make_unique<Trigger>();
  trigger->kind = static_cast<TriggerKind>(written.kind);
  trigger->on_states = false;
  trigger->span = span;
  if (written.kind == ast::TriggerKind::changes) {
    trigger->value = std::move(subject);
    return trigger;
  }
  if (!written.to) return nullptr;
  ExprPtr to = check_as(context, scope, *written.to, subject->type.known(), "what it becomes");
  if (is_error(to)) return nullptr;
  trigger->value = make(ExprKind::equal, Type{TypeKind::boolean}, span, std::move(subject), std::move(to));
  return trigger;
}

}  // namespace

Condition check_watched(Context& context, Scope& scope, const ast::Expr& expr) {
  Condition condition;
  const auto* written = std::get_if<ast::TriggerExpr>(&expr.node);
  if (!written) {
    condition.expr = check_condition(context, scope, expr);
    if (is_error(condition.expr)) condition.expr = nullptr;
    return condition;
  }
  if (!written->subject) return condition;
  ExprPtr subject = check(context, scope, *written->subject);
  if (is_error(subject)) return condition;
  condition.trigger = subject->kind == ExprKind::state ? states_trigger(context, *written, *subject, expr.span)
                                                       : value_trigger(context, scope, *written, std::move(subject), expr.span);
  return condition;
}

}  // namespace wend::sema
