// One filter: `default`, or a row of the builtin table that takes the piped value as its first parameter.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"
#include "compiler/liquid/literals.h"

namespace wend::liquid {
namespace {

// The kinds of runtime/abi/builtins.h.
int64_t kind_code(Type type) {
  if (type.is_text() || type.kind == TypeKind::timezone) return 0;
  if (type.kind == TypeKind::number) return 1;
  if (type.kind == TypeKind::record) return 3;
  return type.kind == TypeKind::boolean ? 4 : 2;
}

}  // namespace

int64_t entry_code(const Context& context, Type entry) {
  int64_t texts = 0;
  if (entry.kind == TypeKind::record) {
    const auto& fields = context.program.records[entry.of].fields;
    for (size_t i = 0; i < fields.size(); ++i)
      if (kind_code(fields[i].type) == 0) texts |= int64_t{1} << i;
  } else if (kind_code(entry) == 0) {
    texts = 1;
  }
  return texts << 8 | kind_code(entry);
}

namespace {

// Filters of Liquid that Wend names but does not have, and what to do instead.
struct RefusedFilter { std::string_view name, instead; };
constexpr RefusedFilter kRefusedFilters[] = {
    {"json", "a message is written for people: show the parts by name"},
    {"where_exp", "`where: 'field', value` takes the entries whose field has a value"},
    {"group_by", "go over the list with `{% for %}`"},
    {"map_exp", "`map: 'field'` takes one field of each entry"},
    {"img_url", "hand the address of the picture over with the message's `with`, as a `url`"},
    {"asset_url", "write the address of the file"},
    {"hash", "what identifies a user stays out of messages"},
    {"md5", "what identifies a user stays out of messages"},
    {"sha1", "what identifies a user stays out of messages"},
    {"sha256", "what identifies a user stays out of messages"},
    {"t", "a message says the same in another language with `in sv { … }`"},
    {"translate", "a message says the same in another language with `in sv { … }`"},
    {"time_zone", "`date` writes an instant in the project's zone"},
    {"number_with_delimiter", "`money` writes amounts with commas between thousands"}};

const char* type_word(BuiltinType type) {
  static constexpr const char* words[] = {"bool", "int", "number", "percent", "text", "money", "duration", "time", "date", "weekday", "timezone", "text", "html", "text",
                                          "a list", "", "the name of a field in quotes", "", "", "", "", "", ""};
  return words[static_cast<size_t>(type)];
}

TypeKind kind_of(BuiltinType type) {
  static constexpr TypeKind kinds[] = {TypeKind::boolean, TypeKind::integer, TypeKind::number, TypeKind::percent, TypeKind::text,
                                       TypeKind::money, TypeKind::duration, TypeKind::time, TypeKind::date, TypeKind::weekday,
                                       TypeKind::timezone, TypeKind::text, TypeKind::html, TypeKind::text, TypeKind::list, TypeKind::integer, TypeKind::integer,
                                       TypeKind::error, TypeKind::error, TypeKind::error, TypeKind::list, TypeKind::list, TypeKind::list};
  return kinds[static_cast<size_t>(type)];
}

// Whether a known value fits a parameter, at most by a conversion `convert` knows. Html is no text here: a filter
// would change its tags.
bool fits(Type type, BuiltinType wanted) {
  switch (wanted) {
    case BuiltinType::text:
      return (type.is_text() && type.kind != TypeKind::html) || type.kind == TypeKind::one_of || type.kind == TypeKind::timezone;
    case BuiltinType::list: return type.kind == TypeKind::list || type.kind == TypeKind::set;
    case BuiltinType::shown: return can_be_shown(type) && type.kind != TypeKind::html;
    case BuiltinType::number: return type.kind == TypeKind::number || type.kind == TypeKind::integer;
    default: return type.kind == kind_of(wanted);
  }
}

ExprPtr convert(ExprPtr value, BuiltinType wanted) {
  if (wanted == BuiltinType::number && value->type.kind == TypeKind::integer) {
    const Span span = value->span;
    return make(ExprKind::int_to_number, {TypeKind::number}, span, std::move(value));
  }
  if (wanted == BuiltinType::text || wanted == BuiltinType::shown) return as_shown(std::move(value));
  return value;
}

std::string counted(size_t count, const char* word) {
  return (count == 0 ? "no" : std::to_string(count)) + " " + word + (count == 1 ? "" : "s");
}

std::vector<std::string> filter_names() {
  std::vector<std::string> words = {"default", "join"};
  for (const Builtin& builtin : builtins())
    if (builtin.is_filter && std::find(words.begin(), words.end(), builtin.name) == words.end()) words.push_back(builtin.name);
  std::sort(words.begin(), words.end());
  return words;
}

void report_unknown_filter(const Context& context, const Filter& filter) {
  for (const RefusedFilter& refused : kRefusedFilters) {
    if (refused.name != filter.name) continue;
    context.report(Code::template_unsupported, filter.name_range, "filter", filter.name).label("not a filter of Wend").help(std::string(refused.instead));
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

// The parameters that are written behind the colon: all but the value before the `|` and the currency.
std::vector<BuiltinParameter> written_parameters(const Builtin& builtin) {
  std::vector<BuiltinParameter> out;
  for (size_t i = 1; i < builtin.parameters.size(); ++i)
    if (builtin.parameters[i].type != BuiltinType::currency && builtin.parameters[i].type != BuiltinType::entry) out.push_back(builtin.parameters[i]);
  return out;
}

// The type an argument has to have, behind a value of type `piped`: an amount is of the same currency.
Type wanted_type(BuiltinType type, Type piped) {
  Type wanted{kind_of(type)};
  if (type == BuiltinType::money) wanted.of = piped.of;
  return wanted;
}

bool fits_argument(Type found, BuiltinType parameter, Type piped) {
  if (parameter == BuiltinType::list) return found.known() == piped.known();
  return fits(found, parameter) && (parameter != BuiltinType::money || found.of == piped.of);
}

// Whether a term could be the argument; says nothing.
bool could_be(const Context& context, const Term& term, BuiltinType parameter, Type piped) {
  if (parameter == BuiltinType::key || parameter == BuiltinType::match) return true;
  if (term.kind == Term::Kind::number && parameter == BuiltinType::integer) return false;   // `7.0` asks for the row of numbers
  if (term.literal()) return parameter == BuiltinType::shown ? term.kind != Term::Kind::nil && term.kind != Term::Kind::blank : value_as(context, term, wanted_type(parameter, piped)).has_value();
  if (term.kind != Term::Kind::name || !term.steps.empty()) return true;
  const Variable* variable = context.scope.find(term.text);
  size_t steps = 0;
  const ExprPtr outside = variable ? nullptr : look_up_outside(context, term, steps);
  if (!variable && !outside) return true;
  return fits_argument((variable ? variable->type : outside->type).known(), parameter, piped);
}

// A literal or name as the argument for one parameter; null when reported.
ExprPtr argument(const Context& context, const Filter& filter, const Term& term, BuiltinType wanted, Type piped, const Known& known) {
  const Type type = wanted_type(wanted, piped);
  const auto refuse = [&](const std::string& found) {
    auto& report = context.report(Code::template_argument_type, term.range, filter.name, type_word(wanted), found);
    mend_literal(context, report, term, type);
    return nullptr;
  };
  if (term.literal() && wanted != BuiltinType::shown) {
    if (auto value = value_as(context, term, type)) return make_constant(type, *value, context.source.span(term.range));
    return refuse(term.kind == Term::Kind::text ? "`'" + term.text + "'`" : "`" + term.text + "`");
  }
  ExprPtr expr = check_term(context, term, known);
  if (!expr) return nullptr;
  if (expr->type.optional) {
    report_shown_unknown(context, term, *expr);
    return nullptr;
  }
  if (fits_argument(expr->type, wanted, piped)) return convert(std::move(expr), wanted);
  return refuse("`" + context.type(expr->type) + "`");
}

// ---- lists

Type entry_type(const Context& context, Type list) { return context.program.item_types[list.of]; }

ExprPtr code(int64_t value, Span span) { return make_constant({TypeKind::integer}, Value{true, value, 0, {}}, span); }

// The field a filter goes by, and its type: named where entries have fields, and only there. Null when reported.
ExprPtr key_argument(const Context& context, const Filter& filter, const Term* term, Type entry, Type& field) {
  const Span span = context.source.span(term ? term->range : filter.range);
  if (entry.kind != TypeKind::record) {
    if (term) {
      context.report(Code::template_argument_type, term->range, filter.name, "the name of a field", "`" + context.source.text_of(term->range) + "`")
          .label("an entry is of type `" + context.type(entry) + "`, which has no fields");
      return nullptr;
    }
    field = entry;
    return code(kind_code(entry), span);
  }
  const auto& fields = context.program.records[entry.of].fields;
  std::vector<std::string> names;
  for (const RecordField& one : fields) names.push_back(one.name);
  if (!term || term->kind != Term::Kind::text) {
    context.report(Code::template_argument_type, term ? term->range : filter.range, filter.name, "the name of a field in quotes",
                   term ? "`" + context.source.text_of(term->range) + "`" : "nothing")
        .help("an entry is `" + context.type(entry) + "`: for example `" + filter.name + ": '" + names[0] + "'`");
    return nullptr;
  }
  const auto found = std::find(names.begin(), names.end(), term->text);
  if (found == names.end()) {
    auto& report = context.report(Code::template_unknown_name, term->range, term->text).label("not a field of `" + context.type(entry) + "`");
    if (const std::string near = nearest(term->text, names); !near.empty())
      report.help("did you mean `'" + near + "'`?").fix("write `'" + near + "'`", context.source.span(term->range), "'" + near + "'");
    return nullptr;
  }
  field = fields[static_cast<size_t>(found - names.begin())].type;
  return code((found - names.begin()) << 8 | kind_code(field), span);
}

// A value of the field's type.
ExprPtr match_argument(const Context& context, const Filter& filter, const Term& term, Type field, const Known& known) {
  const Type wanted = field.known();
  const Span span = context.source.span(term.range);
  ExprPtr expr;
  if (term.literal()) {
    if (auto value = value_as(context, term, wanted)) return make_constant(wanted, *value, span);
  } else {
    expr = check_term(context, term, known);
    if (!expr) return nullptr;
    if (expr->type.optional) {
      report_shown_unknown(context, term, *expr);
      return nullptr;
    }
    if (expr->type == wanted || (expr->type.is_text() && wanted.is_text())) return expr;
  }
  auto& report = context.report(Code::template_argument_type, term.range, filter.name, context.type(wanted), "`" + context.source.text_of(term.range) + "`");
  mend_literal(context, report, term, wanted);
  return nullptr;
}

// Adds the arguments of a chosen row, defaults included, so that a call always has all its operands. `field`: the type of
// the field a filter over a list goes by.
bool add_arguments(const Context& context, Expr& call, const Builtin& builtin, const Filter& filter, Type piped, Type& field, const Known& known) {
  size_t written = 0;
  for (size_t i = 1; i < builtin.parameters.size(); ++i) {
    const BuiltinParameter& parameter = builtin.parameters[i];
    const Term* term = written < filter.arguments.size() ? &filter.arguments[written] : nullptr;
    ExprPtr next;
    switch (parameter.type) {
      case BuiltinType::currency: next = make_constant({TypeKind::text}, Value{true, 0, 0, context.program.currencies[piped.of]}, call.span); break;
      case BuiltinType::entry: next = code(entry_code(context, entry_type(context, piped)), call.span); break;
      case BuiltinType::key:
        next = key_argument(context, filter, term, entry_type(context, piped), field);
        ++written;
        break;
      case BuiltinType::match:
        next = match_argument(context, filter, *term, field, known);
        ++written;
        break;
      default:
        next = term ? argument(context, filter, *term, parameter.type, piped, known)
                    : make_constant({kind_of(parameter.type)}, Value{true, parameter.default_integer, 0, parameter.default_text}, call.span);
        ++written;
    }
    if (!next) return false;
    call.args.push_back(std::move(next));
  }
  return true;
}

// `join`: the entries as shown, one text.
bool apply_join(const Context& context, Piped& piped, const Filter& filter, const Known& known) {
  const Type list = piped.value->type;
  const Type entry = list.kind == TypeKind::list || list.kind == TypeKind::set ? entry_type(context, list) : Type{};
  if (!can_be_shown(entry) || entry.kind == TypeKind::record) {
    context.report(Code::template_filter_type, filter.name_range, filter.name, "a list of values that can be shown", context.type(list)).label("given `" + context.type(list) + "`");
    return false;
  }
  if (filter.arguments.size() > 1) {
    context.report(Code::template_filter_arguments, filter.range, filter.name, "0 to 1 argument", std::to_string(filter.arguments.size())).help("for example `{{ tags | join: ', ' }}`");
    return false;
  }
  const Span span = context.source.span({piped.blame->range.begin, filter.range.end});
  ExprPtr between = make_constant({TypeKind::text}, Value{true, 0, 0, " "}, span);
  if (!filter.arguments.empty()) between = argument(context, filter, filter.arguments[0], BuiltinType::shown, list, known);
  if (!between) return false;
  piped.value = make(ExprKind::to_text, {TypeKind::text}, span, std::move(piped.value), std::move(between));
  return true;
}

// What a row gives, behind a value of type `given` by a field of type `field`.
Type result_type(const Context& context, const Builtin& builtin, Type given, Type field) {
  Type type{kind_of(builtin.result), builtin.result_optional};
  switch (builtin.result) {
    case BuiltinType::money: type.of = given.of; break;
    case BuiltinType::list: type = given; break;
    case BuiltinType::item: type = entry_type(context, given).maybe(); break;
    case BuiltinType::total: type = field.maybe(); break;
    case BuiltinType::column: type = list_of(context, field.known()); break;
    case BuiltinType::texts: type = list_of(context, {TypeKind::text}); break;
    case BuiltinType::ints: type = list_of(context, {TypeKind::integer}); break;
    default: break;
  }
  return type;
}

bool check_count(const Context& context, const Builtin& builtin, const Filter& filter) {
  const std::vector<BuiltinParameter> parameters = written_parameters(builtin);
  const size_t most = parameters.size();
  const auto required = static_cast<size_t>(std::count_if(parameters.begin(), parameters.end(), [](const BuiltinParameter& p) { return !p.has_default; }));
  if (filter.arguments.size() >= required && filter.arguments.size() <= most) return true;
  const std::string takes = required == most ? counted(most, "argument") : std::to_string(required) + " to " + counted(most, "argument");
  context.report(Code::template_filter_arguments, filter.range, filter.name, takes, std::to_string(filter.arguments.size()))
      .help("for example `" + std::string(builtin.example) + "`");
  return false;
}

// The row that takes the value and the arguments; else the first that takes the value; else none.
const Builtin* choose_row(const Context& context, const Filter& filter, Type piped, bool& any) {
  const Builtin* first = nullptr;
  for (const Builtin& builtin : builtins()) {
    if (!builtin.is_filter || builtin.name != filter.name) continue;
    any = true;
    if (builtin.parameters.empty() || !fits(piped, builtin.parameters[0].type)) continue;
    if (!first) first = &builtin;
    const std::vector<BuiltinParameter> parameters = written_parameters(builtin);
    bool fit = filter.arguments.size() <= parameters.size();
    for (size_t i = 0; fit && i < filter.arguments.size(); ++i) fit = could_be(context, filter.arguments[i], parameters[i].type, piped);
    if (fit) return &builtin;
  }
  return first;
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
  ExprPtr expr = check_term(context, term, known);
  reported = !expr;
  if (expr && wanted.kind == TypeKind::number && expr->type == Type{TypeKind::integer})
    expr = make(ExprKind::int_to_number, wanted, span, std::move(expr));
  return expr && joined(wanted, expr->type.known()).kind != TypeKind::error ? std::move(expr) : nullptr;
}

// A value under guard as one that may be unknown.
void take_guard_off(Piped& piped, Span span) {
  const Type type = piped.value->type.maybe();
  ExprPtr test = make(ExprKind::is_known, {TypeKind::boolean}, span, std::move(piped.guard));
  if (!piped.value->type.optional) piped.value = make(ExprKind::to_optional, type, span, std::move(piped.value));
  piped.value = make(ExprKind::conditional, type, span, std::move(test), std::move(piped.value));
  piped.value->args.push_back(make_constant(type, Value{false, 0, 0, {}}, span));
  piped.guard = nullptr;
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
  const bool text = is_text_like(wanted);   // an empty text counts as unknown here
  const bool may_be_unknown = piped.value->type.optional || piped.guard;
  if (!may_be_unknown && !text) {
    context.report(Code::template_default_unneeded, filter.range, context.source.text(piped.blame->range))
        .label("never used: the value is of type `" + context.type(wanted) + "`")
        .fix("leave it out", context.source.span(extent_of(context, filter)), "");
    return term.literal() || check_term(context, term, known) != nullptr;
  }
  bool reported = false;
  ExprPtr other = substitute(context, term, wanted, known, reported);
  if (!other && !reported && wanted.kind == TypeKind::one_of && term.kind == Term::Kind::text) {
    // `{{ plan | default: 'no plan' }}`: no value of the one-of, so the whole becomes a text.
    if (!piped.guard) {
      piped.guard = clone(*piped.value);
      piped.value = make(ExprKind::unwrap, wanted, span, std::move(piped.value));
    }
    piped.value = as_shown(std::move(piped.value));
    other = make_constant({TypeKind::text}, Value{true, 0, 0, term.text}, context.source.span(term.range));
  }
  if (!other) {
    if (!reported) {
      auto& found = context.report(Code::template_default_type, term.range, context.source.text(piped.blame->range), context.type(wanted));
      mend_literal(context, found, term, wanted);
      found.help("other words go into a branch: `{% if " + piped.blame->written() + " %} … {% else %} … {% endif %}`");
    }
    return false;
  }
  Type type = joined(piped.value->type.known(), other->type.known());
  type.optional = other->type.optional;
  if (piped.guard) take_guard_off(piped, span);
  piped.value = make(ExprKind::or_else, type, span, std::move(piped.value), std::move(other));
  piped.value->negated = text;
  if (type.optional) piped.blame = &term;
  return true;
}

bool is_filter(const Context& context, const Filter& filter) {
  const auto rows = builtins();
  const bool known = filter.name == "default" || filter.name == "join" || std::any_of(rows.begin(), rows.end(), [&](const Builtin& row) { return row.is_filter && row.name == filter.name; });
  if (!known) report_unknown_filter(context, filter);
  return known;
}

namespace {

bool adds_up(Type type) {
  return type.kind == TypeKind::integer || type.kind == TypeKind::number || type.kind == TypeKind::money || type.kind == TypeKind::duration || type.kind == TypeKind::percent;
}

// A quotient by a literal is known; by zero there is none.
bool settle_divisor(const Context& context, const Filter& filter, Piped& piped) {
  const Expr& divisor = *piped.value->args.back();
  if (divisor.kind != ExprKind::constant) return true;
  if (divisor.type.kind == TypeKind::number ? divisor.value.number == 0 : divisor.value.integer == 0) {
    context.report(Code::template_divides_by_zero, filter.arguments[0].range, filter.name).label("zero");
    return false;
  }
  const Type known = piped.value->type.known();
  const Span span = piped.value->span;
  piped.value = make(ExprKind::unwrap, known, span, std::move(piped.value));
  return true;
}

}  // namespace

ExprPtr call_symbol(std::string_view symbol, Type result, Span span, ExprPtr a, ExprPtr b) {
  ExprPtr call = make(ExprKind::call, result, span, std::move(a));
  if (b) call->args.push_back(std::move(b));
  const auto rows = builtins();
  const auto row = std::find_if(rows.begin(), rows.end(), [&](const Builtin& builtin) { return builtin.symbol == symbol; });
  call->id = static_cast<uint32_t>(row - rows.begin());
  return call;
}

Type list_of(const Context& context, Type entry) {
  const auto& types = context.program.item_types;
  return {TypeKind::list, false, static_cast<uint32_t>(std::find(types.begin(), types.end(), entry) - types.begin())};
}

bool apply_builtin(const Context& context, Piped& piped, const Filter& filter, const Known& known) {
  if (filter.name == "join") return apply_join(context, piped, filter, known);
  bool any = false;
  const Type given = piped.value->type;
  const Builtin* builtin = choose_row(context, filter, given, any);
  if (!builtin) {
    if (any) report_wrong_type(context, filter, given);
    else report_unknown_filter(context, filter);
    return false;
  }
  if (!check_count(context, *builtin, filter)) return false;
  const Span span = context.source.span({piped.blame->range.begin, filter.range.end});
  piped.value = make(ExprKind::call, given, span, convert(std::move(piped.value), builtin->parameters[0].type));
  piped.value->id = static_cast<uint32_t>(builtin - builtins().data());
  Type field;
  if (!add_arguments(context, *piped.value, *builtin, filter, given, field, known)) return false;
  if (builtin->result == BuiltinType::total && !adds_up(field)) {
    report_wrong_type(context, filter, field);
    return false;
  }
  const Type type = result_type(context, *builtin, given, field);
  piped.value->type = type;
  if (builtin->result == BuiltinType::total) piped.value = make(ExprKind::unwrap, type.known(), span, std::move(piped.value));   // of nothing it is zero
  return (filter.name != "divided_by" && filter.name != "modulo") || settle_divisor(context, filter, piped);
}

}  // namespace wend::liquid
