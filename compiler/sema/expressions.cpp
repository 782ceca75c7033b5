// The checker of expressions: one case a form of the tree. Comparisons, arithmetic, aggregates and calls stand in
// files of their own; here are literals, logic, and what resolves an unknown.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/fixes.h"
#include "compiler/sema/habits.h"
#include "runtime/abi/zones.h"

namespace wend::sema {

constexpr int kDepthMax = 1100;  // a little above the longest chain the parser lets through

ExprPtr make_error(Span span) { return make(ExprKind::constant, Type{}, span); }

ExprPtr make_constant(Type type, Value value, Span span) {
  ExprPtr expr = make(ExprKind::constant, type, span);
  expr->value = std::move(value);
  return expr;
}

bool is_error(const ExprPtr& expr) { return !expr || expr->type.kind == TypeKind::error; }
bool is_constant(const ExprPtr& expr) { return expr && expr->kind == ExprKind::constant; }

namespace {

ExprPtr integer_constant(TypeKind kind, int64_t integer, Span span) {
  Value value;
  value.integer = integer;
  return make_constant({kind}, std::move(value), span);
}

ExprPtr text_constant(Context& context, const ast::TextLiteral& literal, Span span, const Type* hint) {
  Value value;
  value.text = literal.text.value;
  Type type{TypeKind::text};
  if (hint && hint->is_text()) type = hint->known();
  if (hint && hint->kind == TypeKind::timezone) {
    type = hint->known();
    if (!find_zone(value.text)) {
      report_unknown_zone(context, span, value.text);
      return make_error(span);
    }
  }
  if (hint && (hint->kind == TypeKind::one_of || hint->kind == TypeKind::weekday)) {
    Scope values;
    values.constants_only = true;
    return check_name(context, values, {value.text, span}, span, hint);
  }
  return make_constant(type, std::move(value), span);
}

ExprPtr check_or_else(Context& context, Scope& scope, const ast::BinaryExpr& binary, Span span, const Type* hint) {
  ExprPtr left = check(context, scope, *binary.left, hint);
  Type wanted = left->type.known();
  ExprPtr right = check(context, scope, *binary.right, &wanted);
  if (is_error(left) || is_error(right)) return make_error(span);
  if (!left->type.optional) {
    context.diagnostics.report(Code::or_else_needless, span).label("never unknown")
        .fix("drop the `or else`", Span{span.file, left->span.end, span.end}, "");
    return left;
  }
  Type fitting = right->type.optional ? wanted.maybe() : wanted;
  ExprPtr fitted = convert(right, fitting);
  if (!fitted) {
    context.diagnostics.report(Code::type_mismatch, right->span, type_name(context.program, wanted), type_name(context.program, right->type))
        .label("of type `" + type_name(context.program, right->type) + "`")
        .also(left->span, "of type `" + type_name(context.program, left->type) + "`")
        .note("`or else` gives a value of the same type");
    return make_error(span);
  }
  return make(ExprKind::or_else, fitting, span, std::move(left), std::move(fitted));
}

ExprPtr check_logic(Context& context, Scope& scope, const ast::BinaryExpr& binary, Span span) {
  if (report_joined_values(context, scope, binary)) return make_error(span);
  bool conjunction = binary.op == ast::BinaryOp::and_;
  ExprPtr left = check_condition(context, scope, *binary.left);
  Facts before = scope.facts;
  add_facts(*left, conjunction, scope.facts);
  ExprPtr right = check_condition(context, scope, *binary.right);
  scope.facts = std::move(before);
  if (is_error(left) || is_error(right)) return make_error(span);
  return make(conjunction ? ExprKind::and_ : ExprKind::or_, Type{TypeKind::boolean}, span, std::move(left), std::move(right));
}

ExprPtr check_known(Context& context, Scope& scope, const ast::KnownExpr& known, Span span) {
  ExprPtr value = check(context, scope, *known.value);
  if (is_error(value)) return make_error(span);
  if (!value->type.optional) {
    context.diagnostics.report(Code::known_needless, span, type_name(context.program, value->type))
        .label(value->kind == ExprKind::unwrap ? "already known here" : "never unknown");
    return integer_constant(TypeKind::boolean, known.known, span);
  }
  return make(known.known ? ExprKind::is_known : ExprKind::is_unknown, Type{TypeKind::boolean}, span, std::move(value));
}

// The type both branches can have, or nothing.
std::optional<Type> common_type(Type a, Type b) {
  bool optional = a.optional || b.optional;
  Type left = a.known(), right = b.known();
  if (left.kind == TypeKind::integer && right.kind == TypeKind::number && !a.optional) left = right;
  if (right.kind == TypeKind::integer && left.kind == TypeKind::number && !b.optional) right = left;
  if (left.is_text() && right.is_text() && left != right) left = right = {TypeKind::text};
  if (left != right) return std::nullopt;
  left.optional = optional;
  return left;
}

ExprPtr check_if(Context& context, Scope& scope, const ast::IfExpr& choice, Span span, const Type* hint) {
  ExprPtr condition = check_condition(context, scope, *choice.condition);
  Facts before = scope.facts;
  add_facts(*condition, true, scope.facts);
  ExprPtr then = check(context, scope, *choice.then, hint);
  scope.facts = before;
  add_facts(*condition, false, scope.facts);
  Type wanted = then->type.known();
  ExprPtr otherwise = check(context, scope, *choice.otherwise, hint || is_error(then) ? hint : &wanted);
  scope.facts = std::move(before);
  if (is_error(condition) || is_error(then) || is_error(otherwise)) return make_error(span);
  std::optional<Type> common = common_type(then->type, otherwise->type);
  if (!common) {
    context.diagnostics.report(Code::type_mismatch, otherwise->span, type_name(context.program, then->type), type_name(context.program, otherwise->type))
        .label("of type `" + type_name(context.program, otherwise->type) + "`")
        .also(then->span, "of type `" + type_name(context.program, then->type) + "`")
        .note("both branches of an `if` have one type");
    return make_error(span);
  }
  ExprPtr first = convert(then, *common), second = convert(otherwise, *common);
  return make(ExprKind::conditional, *common, span, std::move(condition), std::move(first), std::move(second));
}

ExprPtr check_not(Context& context, Scope& scope, const ast::NotExpr& negation, Span span) {
  ExprPtr operand = check_condition(context, scope, *negation.operand);
  if (is_error(operand)) return make_error(span);
  return make(ExprKind::not_, Type{TypeKind::boolean}, span, std::move(operand));
}

ExprPtr money_constant(Context& context, const ast::MoneyLiteral& money, Span span) {
  CurrencyId id = context.program.project.currency;
  if (money.currency.present()) {
    if (money.currency.text.size() != 3) {
      context.diagnostics.report(Code::unknown_currency, money.currency.span, money.currency.text).label("not three capital letters");
      return make_error(span);
    }
    id = currency(context, money.currency.text);
  }
  ExprPtr expr = integer_constant(TypeKind::money, money.micros, span);
  expr->type.of = id.valid() ? id.value : 0;
  return expr;
}

struct Checker {
  Context& context;
  Scope& scope;
  Span span;
  const Type* hint;

  ExprPtr operator()(const ast::ErrorExpr&) { return make_error(span); }
  ExprPtr operator()(const ast::BoolLiteral& e) { return integer_constant(TypeKind::boolean, e.value, span); }
  ExprPtr operator()(const ast::IntLiteral& e) { return integer_constant(TypeKind::integer, e.value, span); }
  ExprPtr operator()(const ast::NumberLiteral& e) {
    Value value;
    value.number = e.value;
    return make_constant({TypeKind::number}, std::move(value), span);
  }
  ExprPtr operator()(const ast::PercentLiteral& e) { return integer_constant(TypeKind::percent, e.millionths, span); }
  ExprPtr operator()(const ast::TextLiteral& e) { return text_constant(context, e, span, hint); }
  ExprPtr operator()(const ast::MoneyLiteral& e) { return money_constant(context, e, span); }
  ExprPtr operator()(const ast::DurationLiteral& e) {
    auto micros = exact_span(context, e.quantity);
    return micros ? integer_constant(TypeKind::duration, *micros, span) : make_error(span);
  }
  ExprPtr operator()(const ast::DateLiteral& e) { return integer_constant(TypeKind::date, e.days, span); }
  ExprPtr operator()(const ast::TimeLiteral& e) { return integer_constant(TypeKind::time, e.micros, span); }
  ExprPtr operator()(const ast::TimeOfDayLiteral& e) { return integer_constant(TypeKind::time_of_day, e.micros, span); }
  ExprPtr operator()(const ast::NameExpr& e) { return check_name(context, scope, e.name, span, hint); }
  ExprPtr operator()(const ast::MemberExpr& e) { return check_member(context, scope, e, span); }
  ExprPtr operator()(const ast::NotExpr& e) { return check_not(context, scope, e, span); }
  ExprPtr operator()(const ast::NegateExpr& e) { return check_negate(context, scope, e, span, hint); }
  ExprPtr operator()(const ast::BinaryExpr& e) {
    if (e.op == ast::BinaryOp::and_ || e.op == ast::BinaryOp::or_) return check_logic(context, scope, e, span);
    if (e.op == ast::BinaryOp::or_else) return check_or_else(context, scope, e, span, hint);
    return check_arithmetic(context, scope, e, span, hint);
  }
  ExprPtr operator()(const ast::CompareExpr& e) { return check_compare(context, scope, e, span); }
  ExprPtr operator()(const ast::InListExpr& e) { return check_in_list(context, scope, e, span); }
  ExprPtr operator()(const ast::InRangeExpr& e) { return check_in_range(context, scope, e, span); }
  ExprPtr operator()(const ast::InNameExpr& e) { return check_in_name(context, scope, e, span); }
  ExprPtr operator()(const ast::KnownExpr& e) { return check_known(context, scope, e, span); }
  ExprPtr operator()(const ast::IfExpr& e) { return check_if(context, scope, e, span, hint); }
  ExprPtr operator()(const ast::CallExpr& e) { return check_call(context, scope, e, span); }
  ExprPtr operator()(const ast::QuantifierExpr& e) { return check_quantifier(context, scope, e, span); }
  ExprPtr operator()(const ast::ListLiteral& e) { return check_list_literal(context, scope, e, span, hint); }
  ExprPtr operator()(const ast::RecordLiteral&) {
    context.diagnostics.report(Code::list_here, span).label("a record stands in a list");
    return make_error(span);
  }
  ExprPtr operator()(const ast::AggregateExpr& e) { return check_aggregate(context, scope, e, span); }
  ExprPtr operator()(const ast::UsualExpr& e) { return check_usual(context, scope, e, span); }
  ExprPtr operator()(const ast::AgainstUsualExpr& e) { return check_against_usual(context, scope, e, span); }
  ExprPtr operator()(const ast::MentionsExpr& e) { return check_mentions(context, scope, e, span); }
  ExprPtr operator()(const ast::TriggerExpr& e) {
    auto& diagnostic = context.diagnostics.report(Code::trigger_here, span).label("a trigger, not a condition")
                           .note("a trigger stands alone behind `enter when` or `exit when`; it happens, it does not hold");
    const ast::ExprPtr& state = e.kind == ast::TriggerKind::leaves ? e.from : e.to;
    if (state && e.subject) {
      const char* is = e.kind == ast::TriggerKind::leaves ? " is not " : " is ";
      diagnostic.help("what holds now is asked by `is`").fix("ask what holds", Span{span.file, e.subject->span.end, state->span.begin}, is, false);
    } else {
      diagnostic.help("what must hold besides is said by `only if`");
    }
    return make_error(span);
  }
};

}  // namespace

ExprPtr check(Context& context, Scope& scope, const ast::Expr& expr, const Type* hint) {
  if (scope.depth >= kDepthMax) {
    context.diagnostics.report(Code::expression_too_deep, expr.span).label("nested too deep");
    return make_error(expr.span);
  }
  ++scope.depth;
  ExprPtr checked = std::visit(Checker{context, scope, expr.span, hint}, expr.node);
  --scope.depth;
  return checked;
}

ExprPtr convert(ExprPtr& expr, Type want) {
  if (expr->type == want || expr->type.kind == TypeKind::error || want.kind == TypeKind::error) return std::move(expr);
  // The text kinds are all UTF-8 bytes and stand for one another; but only a constant becomes html, which is not escaped.
  if (expr->type.is_text() && want.is_text()) {
    if (want.kind == TypeKind::html && expr->type.kind != TypeKind::html && !is_constant(expr)) return nullptr;
    if (is_constant(expr)) expr->type.kind = want.kind;
    if (expr->type.optional == want.optional) return std::move(expr);
    if (expr->type.optional) return nullptr;
    Span at = expr->span;
    return make(ExprKind::to_optional, want, at, std::move(expr));
  }
  Span span = expr->span;
  if (!expr->type.optional && expr->type.kind == TypeKind::integer && want.kind == TypeKind::number) {
    if (is_constant(expr)) {
      expr->type = {TypeKind::number};
      expr->value.number = static_cast<double>(expr->value.integer);
      expr->value.integer = 0;
    } else {
      expr = make(ExprKind::int_to_number, Type{TypeKind::number}, span, std::move(expr));
    }
    if (!want.optional) return std::move(expr);
  }
  if (want.optional && expr->type == want.known()) return make(ExprKind::to_optional, want, span, std::move(expr));
  return nullptr;
}

ExprPtr need_known(Context& context, ExprPtr expr, const std::string& why) {
  if (is_error(expr) || !expr->type.optional) return expr;
  Span span = expr->span;
  std::string written(context.sources.text(span));
  if (written.size() > 40 || written.find('\n') != std::string::npos) written = "this value";
  auto& diagnostic = context.diagnostics.report(Code::optional_here, span, written);
  diagnostic.label("of type `" + type_name(context.program, expr->type) + "`").note(why);
  std::string example = example_value(context, expr->type.known());
  if (!example.empty()) {
    diagnostic.help("say what stands in for it, or test `is known` first")
        .fixes.push_back({"say what stands in for it", false, {{Span{span.file, span.begin, span.begin}, "("}, {Span{span.file, span.end, span.end}, " or else " + example + ")"}}});
  }
  return make_error(span);
}

ExprPtr check_condition(Context& context, Scope& scope, const ast::Expr& expr) {
  if (report_no_condition(context, scope, expr)) return make_error(expr.span);
  ExprPtr checked = check(context, scope, expr);
  if (is_error(checked)) return checked;
  if (checked->type.kind != TypeKind::boolean) {
    auto& diagnostic = context.diagnostics.report(Code::type_mismatch, expr.span, "bool", type_name(context.program, checked->type));
    diagnostic.label("of type `" + type_name(context.program, checked->type) + "`, neither true nor false").note("a condition is true or false");
    if (checked->type.optional) diagnostic.help("ask if there is a value: `is known`");
    else if (checked->type.kind == TypeKind::time_of_day) diagnostic.help("behind `wait until` a time of day is written out, or stands behind a date: `wait until date today at " + std::string(context.sources.text(expr.span)) + ", if past skip`");
    else diagnostic.help("compare it with something");
    return make_error(expr.span);
  }
  return need_known(context, std::move(checked), "a condition is true or false, never unknown");
}

namespace {

// `unknown` as the value of an argument: a word no name can be.
bool says_unknown(const ast::Expr& expr) {
  const auto* name = std::get_if<ast::NameExpr>(&expr.node);
  return name && name->name.text == "unknown";
}

void never_unknown(Context& context, const ast::Expr& expr, Type want, const std::string& what) {
  auto& diagnostic = context.diagnostics.report(Code::type_mismatch, expr.span, type_name(context.program, want), "unknown");
  diagnostic.label("always has a value").note(what + " is `" + type_name(context.program, want) + "`");
  const std::string example = example_value(context, want);
  if (!example.empty()) diagnostic.fix("give it a value", expr.span, example, false);
}

}  // namespace

ExprPtr check_as(Context& context, Scope& scope, const ast::Expr& expr, Type want, const std::string& what) {
  if (says_unknown(expr) && want.kind != TypeKind::error) {
    Value none;
    none.known = false;
    if (want.optional) return make_constant(want, std::move(none), expr.span);
    never_unknown(context, expr, want, what);
    return make_error(expr.span);
  }
  ExprPtr checked = check(context, scope, expr, &want);
  if (is_error(checked) || want.kind == TypeKind::error) return make_error(expr.span);
  bool only_unknown = checked->type.optional && !want.optional && checked->type.known() == want;
  if (only_unknown) return need_known(context, std::move(checked), what + " needs a value");
  if (ExprPtr fitted = convert(checked, want)) return fitted;
  auto& diagnostic = context.diagnostics.report(Code::type_mismatch, expr.span, type_name(context.program, want), type_name(context.program, checked->type));
  diagnostic.label("of type `" + type_name(context.program, checked->type) + "`").note(what + " is `" + type_name(context.program, want) + "`");
  mend_value(context, diagnostic, *checked, want.known());
  return make_error(expr.span);
}

std::optional<Value> check_constant(Context& context, const ast::Expr& expr, Type want, const std::string& what) {
  Scope scope;
  scope.constants_only = true;
  scope.no_aggregates = "a constant is written out";
  ExprPtr checked = check_as(context, scope, expr, says_unknown(expr) ? want : want.known(), what);
  if (is_error(checked)) return std::nullopt;
  if (!is_constant(checked)) {
    context.diagnostics.report(Code::constant_expected, expr.span, "this").label("not a constant");
    return std::nullopt;
  }
  return std::move(checked->value);
}

}  // namespace wend::sema
