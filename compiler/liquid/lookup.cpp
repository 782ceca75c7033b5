// Innermost first: what the message is given, then what is known of the user.
#include "compiler/liquid/lookup.h"

#include "compiler/diagnostics/codes.h"

namespace wend::liquid {
namespace {

std::vector<std::string> candidates(const Context& context) {
  std::vector<std::string> words = context.names.all();
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
  auto& found = context.report(Code::template_unknown_name, name.range, name.text).label("unknown here");
  const Span span = context.source.span(name.range);
  const size_t dot = name.text.rfind('.');
  const std::string last = dot == std::string::npos ? "" : name.text.substr(dot + 1);
  if (!last.empty() && is_name(context, last)) {
    found.help("names stand alone in a template: did you mean `" + last + "`?").fix("write `" + last + "`", span, last);
    return;
  }
  const std::string near = nearest_name(context, name.text);
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
  found.note("a template sees attributes, measures, states, audiences, the message's parameters, `now` and `today`");
}

}  // namespace

bool is_name(const Context& context, const std::string& name) {
  for (const Parameter& parameter : context.message.parameters)
    if (parameter.name == name) return true;
  return context.names.find(name) || name == "now" || name == "today";
}

std::string nearest_name(const Context& context, const std::string& name) { return nearest(name, candidates(context)); }

ExprPtr look_up(const Context& context, const Term& name) {
  const Span span = context.source.span(name.range);
  const auto& parameters = context.message.parameters;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name != name.text) continue;
    ExprPtr expr = make(ExprKind::parameter, parameters[i].type, span);
    expr->index = static_cast<uint32_t>(i);
    return expr;
  }
  if (auto user_name = context.names.find(name.text)) return read_user_name(context.program, *user_name, span);
  if (name.text == "now") return make(ExprKind::now, {TypeKind::time}, span);
  if (name.text == "today") return make(ExprKind::today, {TypeKind::date}, span);
  if (context.assigned.count(name.text) == 0) report_unknown_name(context, name);
  return nullptr;
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
