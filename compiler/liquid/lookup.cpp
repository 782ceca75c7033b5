// Innermost first: variables of the template, what the message is given, then what is known of the user.
#include "compiler/liquid/lookup.h"

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"

namespace wend::liquid {
namespace {

std::vector<std::string> candidates(const Context& context) {
  std::vector<std::string> words = context.names.all();
  for (std::string& name : context.scope.names()) words.push_back(std::move(name));
  for (const Parameter& parameter : context.message.parameters) words.push_back(parameter.name);
  words.push_back("now");
  words.push_back("today");
  return words;
}

// The event that has a property of this name, or null.
const EventDecl* event_with(const Program& program, const std::string& property) {
  for (const EventDecl& event : program.events) {
    if (event.builtin) continue;
    for (const Property& found : event.properties)
      if (found.name == property) return &event;
  }
  return nullptr;
}

void report_unknown_name(const Context& context, const Term& name) {
  const std::string written = name.written();
  auto& found = context.report(Code::template_unknown_name, name.range, written).label("unknown here");
  const Span span = context.source.span(name.range);
  const std::string last = name.steps.empty() || !name.steps.back().index.empty() ? "" : name.steps.back().field;
  if (!last.empty() && is_name(context, last)) {
    found.help("names stand alone in a template: did you mean `" + last + "`?").fix("write `" + last + "`", span, last);
    return;
  }
  const std::string near = nearest_name(context, written);
  if (!near.empty()) {
    found.help("did you mean `" + near + "`?").fix("write `" + near + "`", span, near);
    return;
  }
  const std::string& property = last.empty() ? name.text : last;
  if (const EventDecl* event = event_with(context.program, property)) {
    found.note("`" + property + "` is a property of the event `" + event->name + "`, and a message does not see events");
    found.help("hand it over with the message's `with`, or name it as a measure: `measure last_" + property + " = last " +
               event->name + "." + property + "`");
    return;
  }
  if (context.apart && context.scope.numbers().files.size() > 0)
    found.note("a file that is taken in sees what `render` gives it, and what is known of the user");
  found.note("a template sees attributes, measures, states, audiences, the message's parameters, `now` and `today`");
}

ExprPtr narrowed(ExprPtr expr, const Known& known) {
  if (!expr->type.optional || !known.has(*expr)) return expr;
  const Type type = expr->type.known();
  const Span span = expr->span;
  return make(ExprKind::unwrap, type, span, std::move(expr));
}

// `forloop.index`, `forloop.parentloop.index`: of the innermost loop, or of one around it.
ExprPtr read_loop(const Context& context, const Term& name) {
  struct Row { std::string_view word; LoopValue value; bool boolean; };
  static constexpr Row kRows[] = {{"index", LoopValue::index, false}, {"index0", LoopValue::index0, false},
                                  {"rindex", LoopValue::rindex, false}, {"rindex0", LoopValue::rindex0, false},
                                  {"first", LoopValue::first, true}, {"last", LoopValue::last, true},
                                  {"length", LoopValue::length, false}};
  const auto& loops = context.scope.loops();
  size_t up = 0;
  while (up < name.steps.size() && name.steps[up].field == "parentloop") ++up;
  if (up >= loops.size()) {
    context.report(Code::template_unknown_name, name.range, name.written()).label("there is no loop around this one");
    return nullptr;
  }
  if (up + 1 == name.steps.size()) {
    for (const Row& row : kRows) {
      if (row.word != name.steps[up].field) continue;
      ExprPtr expr = make(ExprKind::loop_value, {row.boolean ? TypeKind::boolean : TypeKind::integer}, context.source.span(name.range));
      expr->id = loops[loops.size() - 1 - up].number;
      expr->index = static_cast<uint32_t>(row.value);
      return expr;
    }
  }
  context.report(Code::template_unknown_name, name.range, name.written())
      .label("not told by a loop")
      .help("a loop tells `index`, `index0`, `rindex`, `rindex0`, `first`, `last` and `length`");
  return nullptr;
}

// For the index of names, where somebody asked for it. `written`: so much of the name as means it.
void note_use(const Context& context, const Term& name, const std::string& written, Symbol symbol) {
  const Range range{name.range.begin, name.range.begin + static_cast<uint32_t>(written.size())};
  if (context.uses && range.end <= name.range.end && context.source.text(range) == written) context.uses->note(context.source.span(range), symbol);
}

}  // namespace

bool is_name(const Context& context, const std::string& name) {
  for (const Parameter& parameter : context.message.parameters)
    if (parameter.name == name) return true;
  return context.names.find(name) || name == "now" || name == "today";
}

std::string nearest_name(const Context& context, const std::string& name) { return nearest(name, candidates(context)); }

ExprPtr look_up_outside(const Context& context, const Term& name, size_t& steps) {
  const Span span = context.source.span(name.range);
  const auto& parameters = context.message.parameters;
  // A dotted name may be one name as a whole: the longest that is one is meant.
  std::string whole = name.text;
  std::vector<std::string> prefixes{whole};
  for (const Step& step : name.steps) {
    if (!step.index.empty()) break;
    prefixes.push_back(whole += "." + step.field);
  }
  for (size_t count = prefixes.size(); count-- > 0;) {
    steps = count;
    for (size_t i = 0; i < parameters.size() && !context.apart; ++i) {
      if (parameters[i].name != prefixes[count]) continue;
      ExprPtr expr = make(ExprKind::parameter, parameters[i].type, span);
      expr->index = static_cast<uint32_t>(i);
      note_use(context, name, prefixes[count], {SymbolKind::parameter, static_cast<uint32_t>(&context.message - context.program.messages.data()), expr->index});
      return expr;
    }
    if (auto user_name = context.names.find(prefixes[count])) {
      static constexpr SymbolKind kKinds[] = {SymbolKind::attribute, SymbolKind::measure, SymbolKind::audience, SymbolKind::states};   // as UserName::Kind
      note_use(context, name, prefixes[count], {kKinds[static_cast<size_t>(user_name->kind)], user_name->id});
      return read_user_name(context.program, *user_name, span);
    }
  }
  if (name.text == "now") return make(ExprKind::now, {TypeKind::time}, span);
  if (name.text == "today") return make(ExprKind::today, {TypeKind::date}, span);
  return nullptr;
}

ExprPtr read_variable(const Variable& variable, Span span, const Known& known) {
  ExprPtr expr = make(ExprKind::local, variable.always ? variable.type : variable.type.maybe(), span);
  expr->index = variable.local;
  return narrowed(std::move(expr), known);
}

ExprPtr read(const Context& context, const Term& name, const Known& known) {
  if (name.kind != Term::Kind::name) return nullptr;   // broken: reported
  const Variable* variable = context.scope.find(name.text);
  if (!variable && name.text == "forloop" && !context.scope.loops().empty()) return read_loop(context, name);
  size_t steps = 0;
  ExprPtr expr = variable ? read_variable(*variable, context.source.span(name.range), known) : look_up_outside(context, name, steps);
  if (!expr) {
    report_unknown_name(context, name);
    return nullptr;
  }
  if (expr->type.kind == TypeKind::error) return nullptr;   // what is broken was reported where it stands
  expr = narrowed(std::move(expr), known);
  for (; steps < name.steps.size() && expr; ++steps) expr = take_step(context, name, name.steps[steps], std::move(expr), known);
  return expr;
}

const std::vector<std::string>& words_of(const Program& program, Type type) {
  static const std::vector<std::string> none;
  return type.kind == TypeKind::one_of && type.of < program.one_ofs.size() ? program.one_ofs[type.of].values : none;
}

ExprPtr make(ExprKind kind, Type type, Span span) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->type = type;
  expr->span = span;
  return expr;
}

ExprPtr make(ExprKind kind, Type type, Span span, ExprPtr a) {
  ExprPtr expr = make(kind, type, span);
  expr->args.push_back(std::move(a));
  return expr;
}

ExprPtr make(ExprKind kind, Type type, Span span, ExprPtr a, ExprPtr b) {
  ExprPtr expr = make(kind, type, span, std::move(a));
  expr->args.push_back(std::move(b));
  return expr;
}

ExprPtr make_constant(Type type, Value value, Span span) {
  ExprPtr expr = make(ExprKind::constant, type, span);
  expr->value = std::move(value);
  return expr;
}

ExprPtr make_bool(bool value, Span span) {
  Value constant;
  constant.integer = value;
  return make_constant({TypeKind::boolean}, constant, span);
}

ExprPtr clone(const Expr& expr) {
  ExprPtr copy = make(expr.kind, expr.type, expr.span);
  copy->id = expr.id;
  copy->index = expr.index;
  copy->negated = expr.negated;
  copy->value = expr.value;
  for (const ExprPtr& argument : expr.args) copy->args.push_back(clone(*argument));
  return copy;
}

}  // namespace wend::liquid
