// `.field` and `[index]` behind a name: parts of texts, lists and records; and ranges as values.
#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/check.h"

namespace wend::liquid {
namespace {

ExprPtr entry_at(const Context& context, ExprPtr list, ExprPtr index, Span span, const Known& known) {
  const Type entry = context.program.item_types[list->type.of];
  ExprPtr call = call_symbol("wend_fn_list_at", entry.maybe(), span, std::move(list), std::move(index));
  call->args.push_back(make_constant({TypeKind::integer}, Value{true, entry_code(context, entry), 0, {}}, span));
  return known.has(*call) ? make(ExprKind::unwrap, entry, span, std::move(call)) : std::move(call);
}

ExprPtr whole(int64_t value, Span span) { return make_constant({TypeKind::integer}, Value{true, value, 0, {}}, span); }

ExprPtr field_of(const Context& context, const Term& name, const Step& step, ExprPtr record, const Known& known) {
  const auto& fields = context.program.records[record->type.of].fields;
  const Span span = context.source.span(name.range);
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].name != step.field) continue;
    ExprPtr expr = make(ExprKind::field, fields[i].type, span, std::move(record));
    expr->index = static_cast<uint32_t>(i);
    if (!expr->type.optional || !known.has(*expr)) return expr;
    return make(ExprKind::unwrap, fields[i].type.known(), span, std::move(expr));
  }
  std::vector<std::string> names;
  for (const RecordField& field : fields) names.push_back(field.name);
  auto& found = context.report(Code::template_unknown_name, name.range, name.written()).label("not a field of `" + context.type(record->type) + "`");
  if (const std::string near = nearest(step.field, names); !near.empty()) {
    const Range range{step.range.end - static_cast<uint32_t>(step.field.size()), step.range.end};
    found.help("did you mean `" + near + "`?").fix("write `" + near + "`", context.source.span(range), near);
  }
  return nullptr;
}

// A field of an entry there may not be: unknown where there is none.
ExprPtr field_of_maybe(const Context& context, const Term& name, const Step& step, ExprPtr record, const Known& known) {
  const Span span = context.source.span(name.range);
  ExprPtr there = make(ExprKind::is_known, {TypeKind::boolean}, span, clone(*record));
  const Type entry = record->type.known();
  ExprPtr field = field_of(context, name, step, make(ExprKind::unwrap, entry, span, std::move(record)), known);
  if (!field) return nullptr;
  const Type maybe = field->type.maybe();
  if (!field->type.optional) field = make(ExprKind::to_optional, maybe, span, std::move(field));
  Value none;
  none.known = false;
  ExprPtr either = make(ExprKind::conditional, maybe, span, std::move(there), std::move(field));
  either->args.push_back(make_constant(maybe, std::move(none), span));
  return either;
}

}  // namespace

ExprPtr take_step(const Context& context, const Term& name, const Step& step, ExprPtr value, const Known& known) {
  const Span span = context.source.span(name.range);
  if (value->type.kind == TypeKind::record && value->type.optional && value->kind == ExprKind::call && step.index.empty())
    return field_of_maybe(context, name, step, std::move(value), known);
  if (value->type.optional) {
    report_compared_unknown(context, name, *value, step.index.empty() ? "." + step.field : "[ ]", false);
    return nullptr;
  }
  const bool list = value->type.kind == TypeKind::list || value->type.kind == TypeKind::set;
  if (list && !step.index.empty()) {
    ExprPtr index = check_whole(context, step.index[0], known);
    return index ? entry_at(context, std::move(value), std::move(index), span, known) : nullptr;
  }
  if (list && step.field == "size") return call_symbol("wend_fn_list_size", {TypeKind::integer}, span, std::move(value));
  if (list && step.field == "first") return entry_at(context, std::move(value), whole(0, span), span, known);
  if (list && step.field == "last") return entry_at(context, std::move(value), whole(-1, span), span, known);
  if (value->type.kind == TypeKind::record && step.index.empty()) return field_of(context, name, step, std::move(value), known);
  if (value->type.is_text() && step.field == "size") return call_symbol("wend_fn_length", {TypeKind::integer}, span, std::move(value));
  context.report(Code::template_unknown_name, name.range, name.written())
      .label("of type `" + context.type(value->type) + "`, which has no such part");
  return nullptr;
}

ExprPtr check_range(const Context& context, const Term& term, const Known& known) {
  ExprPtr from = check_whole(context, term.bounds[0], known);
  ExprPtr to = from ? check_whole(context, term.bounds[1], known) : nullptr;
  return to ? call_symbol("wend_fn_range", list_of(context, {TypeKind::integer}), context.source.span(term.range), std::move(from), std::move(to)) : nullptr;
}

}  // namespace wend::liquid
