// One filter: `default`, or a row of the builtin table that takes the piped value as its first parameter.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/literals.h"

namespace wend::liquid {
namespace {

// Filters of Liquid that this version names but does not have.
constexpr std::string_view kLaterFilters[] = {
    "append", "prepend", "replace", "replace_first", "replace_last", "remove", "remove_first", "remove_last", "strip",
    "lstrip", "rstrip", "strip_html", "strip_newlines", "newline_to_br", "truncate", "truncatewords", "size", "split",
    "join", "first", "last", "map", "where", "sort", "sort_natural", "uniq", "reverse", "concat", "compact", "sum",
    "slice", "plus", "minus", "times", "divided_by", "modulo", "abs", "at_least", "at_most", "ceil", "floor", "escape",
    "escape_once", "url_encode", "url_decode", "base64_encode", "base64_decode", "money", "pluralize", "json", "find",
    "has", "reject"};

const char* type_word(BuiltinType type) {
  static constexpr const char* words[] = {"bool", "int", "number", "percent", "text", "money", "duration", "time", "date", "weekday"};
  return words[static_cast<size_t>(type)];
}

TypeKind kind_of(BuiltinType type) {
  static constexpr TypeKind kinds[] = {TypeKind::boolean, TypeKind::integer, TypeKind::number, TypeKind::percent, TypeKind::text,
                                       TypeKind::money, TypeKind::duration, TypeKind::time, TypeKind::date, TypeKind::weekday};
  return kinds[static_cast<size_t>(type)];
}

// Whether a known value fits a parameter, at most by a conversion `convert` knows. Html is no text here: a filter
// would change its tags.
bool fits(Type type, BuiltinType wanted) {
  switch (wanted) {
    case BuiltinType::text:
      return (type.is_text() && type.kind != TypeKind::html) || type.kind == TypeKind::one_of || type.kind == TypeKind::timezone;
    case BuiltinType::number: return type.kind == TypeKind::number || type.kind == TypeKind::integer;
    default: return type.kind == kind_of(wanted);
  }
}

ExprPtr convert(const Context& context, ExprPtr value, BuiltinType wanted) {
  if (wanted == BuiltinType::number && value->type.kind == TypeKind::integer) {
    const Span span = value->span;
    return make(ExprKind::int_to_number, {TypeKind::number}, span, std::move(value));
  }
  if (wanted == BuiltinType::text && value->type.kind == TypeKind::one_of) return word_of(context, std::move(value));
  return value;
}

std::string counted(size_t count, const char* word) {
  return (count == 0 ? "no" : std::to_string(count)) + " " + word + (count == 1 ? "" : "s");
}

std::vector<std::string> filter_names() {
  std::vector<std::string> words = {"default"};
  for (const Builtin& builtin : builtins())
    if (builtin.is_filter && std::find(words.begin(), words.end(), builtin.name) == words.end()) words.push_back(builtin.name);
  std::sort(words.begin(), words.end());
  return words;
}

void report_unknown_filter(const Context& context, const Filter& filter) {
  if (std::find(std::begin(kLaterFilters), std::end(kLaterFilters), filter.name) != std::end(kLaterFilters)) {
    auto& found = context.report(Code::template_unsupported, filter.name_range, "filter", filter.name).label("not a filter of this version");
    if (filter.name.starts_with("escape")) found.help("leave it out: a field of type `html` escapes what it shows");
    if (filter.name == "url_encode") found.help("leave it out: a field of type `url` encodes what it shows");
    return;
  }
  auto& found = context.report(Code::template_unknown_filter, filter.name_range, filter.name).label("unknown here");
  const std::vector<std::string> names = filter_names();
  if (const std::string near = nearest(filter.name, names); !near.empty()) {
    found.help("did you mean `" + near + "`?").fix("write `" + near + "`", context.source.span(filter.name_range), near);
    return;
  }
  std::string all;
  for (const std::string& name : names) all += (all.empty() ? "`" : ", `") + name + "`";
  found.help("the filters are " + all);
}

// A filter with the blank before it.
Range extent_of(const Context& context, const Filter& filter) {
  Range extent = filter.range;
  if (extent.begin > 0 && context.source.text()[extent.begin - 1] == ' ') --extent.begin;
  return extent;
}

void report_wrong_type(const Context& context, const Filter& filter, Type type) {
  std::string takes;
  for (const Builtin& builtin : builtins()) {
    if (!builtin.is_filter || builtin.name != filter.name) continue;
    const std::string word = type_word(builtin.parameters[0].type);
    if (takes.find(word) == std::string::npos) takes += (takes.empty() ? "" : " or ") + word;
  }
  context.report(Code::template_filter_type, filter.name_range, filter.name, takes, context.type(type))
      .label("given `" + context.type(type) + "`")
      .fix("leave it out", context.source.span(extent_of(context, filter)), "", false);
}

// A literal or name as the argument for one parameter; null when reported.
ExprPtr argument(const Context& context, const Filter& filter, const Term& term, BuiltinType wanted, const Known& known) {
  const Type type{kind_of(wanted)};
  const auto refuse = [&](const std::string& found) {
    auto& report = context.report(Code::template_argument_type, term.range, filter.name, type_word(wanted), found);
    mend_literal(context, report, term, type);
    return nullptr;
  };
  if (term.literal()) {
    if (auto value = value_as(context, term, type)) return make_constant(type, *value, context.source.span(term.range));
    return refuse(term.kind == Term::Kind::text ? "`'" + term.text + "'`" : "`" + term.text + "`");
  }
  ExprPtr expr = read_shown(context, term, known);
  if (!expr) return nullptr;
  if (expr->type.optional) {
    report_shown_unknown(context, term, *expr);
    return nullptr;
  }
  const Type found = expr->type;
  if (fits(found, wanted)) expr = convert(context, std::move(expr), wanted);
  else expr = nullptr;
  return expr ? std::move(expr) : refuse("`" + context.type(found) + "`");
}

// Adds the arguments of a chosen row, defaults included, so that a call always has all its operands.
bool add_arguments(const Context& context, Expr& call, const Builtin& builtin, const Filter& filter, const Known& known) {
  for (size_t i = 1; i < builtin.parameters.size(); ++i) {
    const BuiltinParameter& parameter = builtin.parameters[i];
    ExprPtr next;
    if (i - 1 < filter.arguments.size()) {
      next = argument(context, filter, filter.arguments[i - 1], parameter.type, known);
    } else {
      next = make_constant({kind_of(parameter.type)}, Value{true, parameter.default_integer, 0, {}}, call.span);
    }
    if (!next) return false;
    call.args.push_back(std::move(next));
  }
  return true;
}

bool check_count(const Context& context, const Builtin& builtin, const Filter& filter) {
  const size_t most = builtin.parameters.size() - 1;
  const auto required = static_cast<size_t>(std::count_if(builtin.parameters.begin() + 1, builtin.parameters.end(),
                                                          [](const BuiltinParameter& p) { return !p.has_default; }));
  if (filter.arguments.size() >= required && filter.arguments.size() <= most) return true;
  const std::string takes = required == most ? counted(most, "argument") : std::to_string(required) + " to " + counted(most, "argument");
  context.report(Code::template_filter_arguments, filter.range, filter.name, takes, std::to_string(filter.arguments.size()))
      .help("for example `" + std::string(builtin.example) + "`");
  return false;
}

bool is_text_like(Type type) { return type.is_text() && type.kind != TypeKind::html; }

// The type of `a | default: b`, both known; of kind error where they do not go together.
Type joined(Type a, Type b) {
  if (a == b) return a;
  if (is_text_like(a) && is_text_like(b)) return {TypeKind::text};
  return {};
}

// What stands in for the unknown: a constant of the value's type, or a name. Null when it does not fit; `reported` says
// whether that has been told.
ExprPtr substitute(const Context& context, const Term& term, Type wanted, const Known& known, bool& reported) {
  const Span span = context.source.span(term.range);
  if (term.literal()) {
    auto value = value_as(context, term, wanted);
    return value ? make_constant(wanted, *value, span) : nullptr;
  }
  ExprPtr expr = read_shown(context, term, known);
  reported = !expr;
  if (expr && wanted.kind == TypeKind::number && expr->type == Type{TypeKind::integer})
    expr = make(ExprKind::int_to_number, wanted, span, std::move(expr));
  return expr && joined(wanted, expr->type.known()).kind != TypeKind::error ? std::move(expr) : nullptr;
}

// value (under guard) or else other.
ExprPtr choose(Piped& piped, ExprPtr other, Type type, Span span) {
  ExprPtr test = make(ExprKind::is_known, {TypeKind::boolean}, span, std::move(piped.guard));
  if (type.optional && !piped.value->type.optional) piped.value = make(ExprKind::to_optional, type, span, std::move(piped.value));
  ExprPtr result = make(ExprKind::conditional, type, span, std::move(test), std::move(piped.value));
  result->args.push_back(std::move(other));
  return result;
}

}  // namespace

bool apply_default(const Context& context, Piped& piped, const Filter& filter, const Known& known) {
  if (filter.arguments.size() != 1) {
    context.report(Code::template_filter_arguments, filter.range, filter.name, "1 argument", std::to_string(filter.arguments.size()))
        .help("for example `{{ first_name | default: 'friend' }}`");
    return false;
  }
  const Term& term = filter.arguments[0];
  const Span span = context.source.span(filter.range);
  const Type wanted = piped.value->type.known();
  const bool may_be_unknown = piped.value->type.optional || piped.guard;
  if (!may_be_unknown) {
    context.report(Code::template_default_unneeded, filter.range, context.source.text(piped.blame->range))
        .label("never used: the value is of type `" + context.type(wanted) + "`")
        .fix("leave it out", context.source.span(extent_of(context, filter)), "");
    return term.literal() || read_shown(context, term, known) != nullptr;
  }
  bool reported = false;
  ExprPtr other = substitute(context, term, wanted, known, reported);
  if (!other && !reported && wanted.kind == TypeKind::one_of && term.kind == Term::Kind::text) {
    // `{{ plan | default: 'no plan' }}`: no value of the one-of, so the whole becomes a text.
    if (!piped.guard) {
      piped.guard = clone(*piped.value);
      piped.value = make(ExprKind::unwrap, wanted, span, std::move(piped.value));
    }
    piped.value = word_of(context, std::move(piped.value));
    if (piped.value) other = make_constant({TypeKind::text}, Value{true, 0, 0, term.text}, context.source.span(term.range));
  }
  if (!other) {
    if (!reported) {
      auto& found = context.report(Code::template_default_type, term.range, context.source.text(piped.blame->range), context.type(wanted));
      mend_literal(context, found, term, wanted);
      found.help("other words go into a branch: `{% if " + piped.blame->text + " %} … {% else %} … {% endif %}`");
    }
    return false;
  }
  Type type = joined(piped.value->type.known(), other->type.known());
  type.optional = other->type.optional;
  piped.value = piped.guard ? choose(piped, std::move(other), type, span)
                            : make(ExprKind::or_else, type, span, std::move(piped.value), std::move(other));
  piped.guard = nullptr;
  if (type.optional) piped.blame = &term;
  return true;
}

bool is_filter(const Context& context, const Filter& filter) {
  const auto rows = builtins();
  const bool known = filter.name == "default" || std::any_of(rows.begin(), rows.end(), [&](const Builtin& row) { return row.is_filter && row.name == filter.name; });
  if (!known) report_unknown_filter(context, filter);
  return known;
}

bool apply_builtin(const Context& context, Piped& piped, const Filter& filter, const Known& known) {
  const auto rows = builtins();
  for (size_t row = 0; row < rows.size(); ++row) {
    const Builtin& builtin = rows[row];
    if (!builtin.is_filter || builtin.name != filter.name) continue;
    if (builtin.parameters.empty() || !fits(piped.value->type, builtin.parameters[0].type)) continue;
    if (!check_count(context, builtin, filter)) return false;
    const Type given = piped.value->type;
    const Span span = context.source.span({piped.blame->range.begin, filter.range.end});
    ExprPtr value = convert(context, std::move(piped.value), builtin.parameters[0].type);
    if (!value) {
      report_wrong_type(context, filter, given);
      return false;
    }
    Type type{kind_of(builtin.result), builtin.result_optional};
    if (type.kind == TypeKind::money) type.of = given.of;
    piped.value = make(ExprKind::call, type, span, std::move(value));
    piped.value->id = static_cast<uint32_t>(row);
    return add_arguments(context, *piped.value, builtin, filter, known);
  }
  report_wrong_type(context, filter, piped.value->type);
  return false;
}

}  // namespace wend::liquid
