// Lists and sets: `any`, `all` and `count of` over their items, `contains` and `in`, and lists written out in tests and
// defaults.
#include <algorithm>

#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"

namespace wend::sema {
namespace {

constexpr size_t kLoopsMax = 2;   // in one another: 50 × 50 questions

ExprPtr not_a_list(Context& context, const Expr& value) {
  context.diagnostics.report(Code::not_a_list, value.span, std::string(context.sources.text(value.span))).label("of type `" + type_name(context.program, value.type) + "`");
  return make_error(value.span);
}

// What else the name could mean where the list stands; empty: nothing.
std::string other_meaning(Context& context, const Scope& scope, const ast::Name& name) {
  const Trying trying(context);
  if (find_variable(scope, name.text) >= 0) return "an item of the list around";
  if (scope.event.valid() && find_property(context, context.program.events[scope.event.index()], name) >= 0)
    return "the property of `" + context.program.events[scope.event.index()].name + "`";
  if (name.text == "now" || name.text == "today" || name.text == "entry") return "`" + name.text + "`";
  auto user = find_user(context, name);
  return user ? std::string("the ") + kind_word(user->kind) : std::string();
}

}  // namespace

int find_variable(const Scope& scope, std::string_view name) {
  for (size_t i = scope.variables.size(); i-- > 0;)
    if (scope.variables[i].name == name) return static_cast<int>(i);
  return -1;
}

ExprPtr read_item(Context& context, Scope& scope, size_t variable, const ast::Name* field, Span span) {
  const ItemVariable& read = scope.variables[variable];
  if (read.item.kind == TypeKind::error) return make_error(span);
  ExprPtr expr = make(ExprKind::item, read.item, span);
  expr->id = static_cast<uint32_t>(variable);
  if (read.item.kind != TypeKind::record) {
    if (!field) return expr;
    context.diagnostics.report(Code::member_of_nothing, span, read.name, field->text).label("a `" + type_name(context.program, read.item) + "` has no fields");
    return make_error(span);
  }
  const auto& fields = context.program.records[read.item.of].fields;
  std::vector<std::string> names;
  for (const RecordField& each : fields) names.push_back(each.name);
  if (!field) {
    context.diagnostics.report(Code::record_as_value, span, read.name).label("which of its fields?").note("it has " + list_words(names));
    return make_error(span);
  }
  auto found = std::find(names.begin(), names.end(), field->text);
  if (found == names.end()) {
    auto& diagnostic = context.diagnostics.report(Code::unknown_record_field, field->span, type_name(context.program, read.item), field->text);
    diagnostic.label("no such field");
    suggest(diagnostic, field->span, field->text, names, "it has");
    return make_error(span);
  }
  expr->index = static_cast<uint32_t>(found - names.begin());
  expr->type = fields[expr->index].type;
  return narrowed(scope, std::move(expr));
}

ExprPtr check_quantifier(Context& context, Scope& scope, const ast::QuantifierExpr& written, Span span) {
  static constexpr ExprKind kinds[] = {ExprKind::any_item, ExprKind::all_items, ExprKind::count_items};
  static constexpr const char* words[] = {"any", "all", "count of"};
  const auto which = static_cast<size_t>(written.quantifier);
  ExprPtr list = written.list ? check(context, scope, *written.list) : make_error(span);
  if (!is_error(list) && !is_list(list->type)) list = not_a_list(context, *list);
  if (written.quantifier != ast::Quantifier::any) list = need_known(context, std::move(list), std::string("`") + words[which] + "` has no answer for a list that is unknown");
  if (scope.variables.size() >= kLoopsMax) {
    context.diagnostics.report(Code::loops_too_deep, span).label("the third");
    return make_error(span);
  }
  if (written.quantifier == ast::Quantifier::all && !written.where) {
    context.diagnostics.report(Code::all_without_where, span).label("needs a `where`");
    return make_error(span);
  }
  std::string other = other_meaning(context, scope, written.variable);
  if (!other.empty()) {
    context.diagnostics.report(Code::variable_hides, written.variable.span, written.variable.text, other).label("taken").help("give the item another name");
    return make_error(span);
  }
  if (is_error(list)) return make_error(span);
  ExprPtr where;
  if (written.where) {
    Facts before = scope.facts;
    scope.variables.push_back({written.variable.text, context.program.item_types[list->type.of]});
    where = check_condition(context, scope, *written.where);
    scope.variables.pop_back();
    scope.facts = std::move(before);
  }
  if (written.where && is_error(where)) return make_error(span);
  Type type{written.quantifier == ast::Quantifier::count ? TypeKind::integer : TypeKind::boolean};
  ExprPtr expr = make(kinds[which], type, span, std::move(list));
  expr->id = static_cast<uint32_t>(scope.variables.size());
  if (where) expr->args.push_back(std::move(where));
  return expr;
}

ExprPtr check_list_contains(Context& context, Scope& scope, ExprPtr list, const ast::Expr& value, bool negated, Span span) {
  Type item = context.program.item_types[list->type.of];
  if (item.kind == TypeKind::record) {
    context.diagnostics.report(Code::list_not_compared, span, type_name(context.program, item)).label("a record is compared field by field")
        .help("ask for an item: `any x in … where x." + context.program.records[item.of].fields[0].name + " is …`");
    return make_error(span);
  }
  ExprPtr sought = check(context, scope, value, &item);
  if (is_error(sought)) return make_error(span);
  if (negated) {
    list = need_known(context, std::move(list), "`not in` has no answer for a value that is unknown");
    sought = need_known(context, std::move(sought), "`not in` has no answer for a value that is unknown");
    if (is_error(list) || is_error(sought)) return make_error(span);
  }
  ExprPtr fitted = convert(sought, sought->type.optional ? item.maybe() : item);
  if (!fitted) {
    context.diagnostics.report(Code::not_comparable, span, type_name(context.program, list->type.known()), type_name(context.program, sought->type.known()))
        .label("no item is a `" + type_name(context.program, sought->type.known()) + "`").also(list->span, "of type `" + type_name(context.program, list->type) + "`");
    return make_error(span);
  }
  ExprPtr expr = make(ExprKind::list_contains, Type{TypeKind::boolean}, span, std::move(list), std::move(fitted));
  expr->negated = negated;
  return expr;
}

ExprPtr check_in_name(Context& context, Scope& scope, const ast::InNameExpr& in, Span span) {
  ExprPtr list = check(context, scope, *in.collection);
  if (!is_error(list) && !is_list(list->type)) list = not_a_list(context, *list);
  if (is_error(list)) return make_error(span);
  return check_list_contains(context, scope, std::move(list), *in.value, in.negated, span);
}

namespace {

std::optional<Value> record_value(Context& context, const ast::RecordLiteral& written, Type type, Span span) {
  const auto fields = context.program.records[type.of].fields;
  Value value;
  value.items.resize(fields.size());
  for (Value& field : value.items) field.known = false;
  std::set<std::string> seen;
  bool fine = true;
  for (const auto& [name, expr] : written.fields) {
    if (!name.present()) continue;
    if (!noted(context.diagnostics, seen, name, "field", "given before")) continue;
    auto found = std::find_if(fields.begin(), fields.end(), [&, &word = name.text](const RecordField& field) { return field.name == word; });
    if (found == fields.end()) {
      std::vector<std::string> names;
      for (const RecordField& each : fields) names.push_back(each.name);
      auto& diagnostic = context.diagnostics.report(Code::unknown_record_field, name.span, type_name(context.program, type), name.text);
      diagnostic.label("no such field");
      suggest(diagnostic, name.span, name.text, names, "it has");
      fine = false;
      continue;
    }
    auto constant = expr ? check_constant(context, *expr, found->type, "`" + name.text + "`") : std::nullopt;
    fine = fine && constant;
    if (constant) value.items[static_cast<size_t>(found - fields.begin())] = std::move(*constant);
  }
  std::vector<std::string> missing;
  for (const RecordField& field : fields)
    if (!field.type.optional && !seen.count(field.name)) missing.push_back(field.name);
  if (!missing.empty() && fine) {
    context.diagnostics.report(Code::test_property_missing, span, "the record", list_words(missing)).label("not all it has");
    fine = false;
  }
  return fine ? std::optional(std::move(value)) : std::nullopt;
}

// The order of two plain values of one type.
bool before(Type type, const Value& a, const Value& b) {
  if (type.is_text() || type.kind == TypeKind::timezone) return a.text < b.text;
  return type.kind == TypeKind::number ? a.number < b.number : a.integer < b.integer;
}

}  // namespace

ExprPtr check_list_literal(Context& context, Scope& scope, const ast::ListLiteral& written, Span span, const Type* hint) {
  bool fits = hint && is_list(*hint) && scope.constants_only && written.items.size() <= kListEntriesMax;
  if (!fits) {
    context.diagnostics.report(Code::list_here, span)
        .label(hint && hint->kind != TypeKind::error && !is_list(*hint) ? "where a `" + type_name(context.program, hint->known()) + "` stands"
               : written.items.size() > kListEntriesMax                 ? counted(static_cast<int64_t>(written.items.size()), "entry", "entries")
                                                                        : "a list");
    return make_error(span);
  }
  Type item = context.program.item_types[hint->of];
  Value value;
  bool fine = true;
  for (const ast::ExprPtr& each : written.items) {
    const auto* record = std::get_if<ast::RecordLiteral>(&each->node);
    std::optional<Value> constant;
    if (item.kind == TypeKind::record && !record) {
      if (!std::holds_alternative<ast::ErrorExpr>(each->node))
        context.diagnostics.report(Code::type_mismatch, each->span, type_name(context.program, item), "a single value").label("not a record").help("a record is written `{ " + context.program.records[item.of].fields[0].name + ": … }`");
    } else if (record && item.kind == TypeKind::record) {
      constant = record_value(context, *record, item, each->span);
    } else {
      constant = check_constant(context, *each, item, "an item");
    }
    fine = fine && constant;
    if (constant) value.items.push_back(std::move(*constant));
  }
  if (!fine) return make_error(span);
  if (hint->kind == TypeKind::set) {
    std::sort(value.items.begin(), value.items.end(), [&](const Value& a, const Value& b) { return before(item, a, b); });
    value.items.erase(std::unique(value.items.begin(), value.items.end(), [&](const Value& a, const Value& b) { return !before(item, a, b) && !before(item, b, a); }), value.items.end());
  }
  return make_constant(hint->known(), std::move(value), span);
}

}  // namespace wend::sema
