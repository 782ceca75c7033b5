// Types as written -> types of the Program, exact spans of time, and which types have an order or are quantities.
#include "compiler/diagnostics/codes.h"
#include "compiler/sema/context.h"
#include "compiler/sema/fixes.h"
#include "runtime/abi/zones.h"

namespace wend::sema {

OneOfId one_of(Context& context, std::vector<std::string> values) {
  auto& all = context.program.one_ofs;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].values == values) return OneOfId(i);
  all.push_back({std::move(values)});
  return OneOfId(all.size() - 1);
}

CurrencyId currency(Context& context, const std::string& code) {
  auto& all = context.program.currencies;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i] == code) return CurrencyId(i);
  all.push_back(code);
  return CurrencyId(all.size() - 1);
}

bool is_ordered(TypeKind kind) {
  switch (kind) {
    case TypeKind::boolean: case TypeKind::timezone: case TypeKind::one_of: case TypeKind::list: case TypeKind::set: case TypeKind::record: return false;
    default: return true;
  }
}

bool is_quantity(TypeKind kind) {
  return kind == TypeKind::integer || kind == TypeKind::number || kind == TypeKind::percent || kind == TypeKind::money ||
         kind == TypeKind::duration;
}

namespace {

struct SimpleType { const char* word; TypeKind kind; };
constexpr SimpleType simple_types[] = {
    {"bool", TypeKind::boolean}, {"int", TypeKind::integer},   {"number", TypeKind::number},
    {"percent", TypeKind::percent}, {"text", TypeKind::text},  {"html", TypeKind::html},
    {"url", TypeKind::url},      {"email", TypeKind::email},   {"money", TypeKind::money},
    {"duration", TypeKind::duration}, {"time", TypeKind::time}, {"date", TypeKind::date},
    {"time of day", TypeKind::time_of_day}, {"weekday", TypeKind::weekday}, {"timezone", TypeKind::timezone}};

Type one_of_type(Context& context, const ast::TypeRef& type) {
  std::vector<std::string> values;
  std::set<std::string> seen;
  for (const ast::Name& value : type.values) {
    if (!value.present()) continue;
    if (noted(context.diagnostics, seen, value, "value")) values.push_back(value.text);
  }
  if (values.empty()) return {};
  return {TypeKind::one_of, false, one_of(context, std::move(values)).value};
}

constexpr size_t kRecordFieldsMax = 32;

Type record_type(Context& context, const ast::TypeRef& type) {
  RecordType record;
  std::set<std::string> seen;
  bool fine = true;
  for (const auto& [name, written] : type.fields) {
    if (!name.present()) continue;
    if (!noted(context.diagnostics, seen, name, "field")) continue;
    Type field = resolve_type(context, *written);
    if (is_list(field)) {
      context.diagnostics.report(Code::bad_item_type, written->span, type_name(context.program, field)).label("cannot be in a record")
          .note("the fields of a record are single values");
      field = {};
    }
    fine = fine && field.kind != TypeKind::error;
    record.fields.push_back({name.text, field});
  }
  if (record.fields.size() > kRecordFieldsMax) {
    context.diagnostics.report(Code::bad_item_type, type.span, "a record of " + std::to_string(record.fields.size()) + " fields").label("too many")
        .note("a record has at most " + std::to_string(kRecordFieldsMax) + " fields");
    fine = false;
  }
  if (!fine || record.fields.empty()) return {};
  auto& all = context.program.records;
  for (size_t i = 0; i < all.size(); ++i)
    if (all[i].fields == record.fields) return {TypeKind::record, false, static_cast<uint32_t>(i)};
  all.push_back(std::move(record));
  return {TypeKind::record, false, static_cast<uint32_t>(all.size() - 1)};
}

Type item_type(Context& context, const ast::TypeRef& type) {
  TypeKind kind = type.name.text == "set" ? TypeKind::set : TypeKind::list;
  if (!type.item && type.fields.empty()) return {};
  Type item = type.item ? resolve_type(context, *type.item) : record_type(context, type);
  if (item.kind == TypeKind::error) return {};
  if (item.optional || is_list(item)) {
    context.diagnostics.report(Code::bad_item_type, type.item->span, type_name(context.program, item)).label("cannot be an item")
        .note("the items of a list or a set are single values, and none is unknown");
    return {};
  }
  auto& items = context.program.item_types;
  for (size_t i = 0; i < items.size(); ++i)
    if (items[i] == item) return {kind, false, static_cast<uint32_t>(i)};
  items.push_back(item);
  return {kind, false, static_cast<uint32_t>(items.size() - 1)};
}

// Once, with the place in `project` where it goes.
void report_no_currency(Context& context, Span money) {
  const auto& projects = context.declared.projects;
  if (context.no_currency_told || projects.empty() || projects[0].node->currency.present()) return;
  context.no_currency_told = true;
  auto& diagnostic = context.diagnostics.report(Code::currency_missing, money).label("in which currency?");
  const ast::Name& name = projects[0].node->name;
  if (!name.present()) return;
  diagnostic.also(name.span, "not said here");
  diagnostic.fixes.push_back({"say it", false, {last_member(context, name.span, "currency EUR")}});
}

}  // namespace

Type resolve_type(Context& context, const ast::TypeRef& type) {
  const std::string& word = type.name.text;
  if (word.empty()) return {};
  Type result;
  if (word == "one of") {
    result = one_of_type(context, type);
  } else if (word == "list" || word == "set") {
    result = item_type(context, type);
  } else {
    std::vector<std::string> words = {"one of", "list of", "set of"};
    for (const SimpleType& simple : simple_types) {
      if (word == simple.word) result.kind = simple.kind;
      words.push_back(simple.word);
    }
    if (result.kind == TypeKind::error) {
      auto& diagnostic = context.diagnostics.report(Code::unknown_type, type.name.span, word);
      diagnostic.label("not a type");
      struct Common { const char* said; const char* meant; };
      static constexpr Common common[] = {{"string", "text"}, {"boolean", "bool"}, {"integer", "int"}, {"float", "number"},
                                          {"double", "number"}, {"decimal", "money"}, {"timestamp", "time"}, {"datetime", "time"}, {"enum", "one of"}};
      for (const Common& row : common)
        if (word == row.said) {
          diagnostic.help(std::string("here it is called `") + row.meant + "`").fix(std::string("use `") + row.meant + "`", type.name.span, row.meant);
          return {};
        }
      suggest(diagnostic, type.name.span, word, words, "the types are");
      return {};
    }
    if (result.kind == TypeKind::money) {
      if (!context.program.project.currency.valid()) {
        report_no_currency(context, type.name.span);
        return {};
      }
      result.of = context.program.project.currency.value;
    }
  }
  if (result.kind != TypeKind::error) result.optional = type.optional;
  return result;
}

std::optional<int64_t> exact_span(Context&, const ast::Quantity& quantity) {
  // The parser has refused months, years, what is too long and what is not there, and left no length.
  if (quantity.micros == 0 && quantity.count != 0) return std::nullopt;
  if (quantity.span.begin == quantity.span.end) return std::nullopt;
  return quantity.micros;
}

std::optional<int64_t> positive_span(Context& context, const ast::Quantity& quantity, const std::string& what) {
  std::optional<int64_t> span = exact_span(context, quantity);
  if (!span) return std::nullopt;
  if (*span > 0) return span;
  context.diagnostics.report(Code::span_not_positive, quantity.span, what).label("takes no time");
  return std::nullopt;
}

std::string span_text(int64_t micros) {
  struct Unit { int64_t length; const char* word; };
  static constexpr Unit units[] = {{kDay, "day"}, {kHour, "hour"}, {kMinute, "minute"}, {kSecond, "second"}, {1000, "millisecond"}};
  if (micros > kHour && micros % kHour != 0 && micros % kMinute == 0) return counted(micros / kHour, "hour") + " " + counted(micros % kHour / kMinute, "minute");
  for (const Unit& unit : units)
    if (micros != 0 && micros % unit.length == 0) return counted(micros / unit.length, unit.word);
  return micros == 0 ? "0 seconds" : counted(micros, "microsecond");
}

std::string percent_text(int64_t millionths) {
  std::string text = std::to_string(millionths / 10'000);
  if (millionths % 10'000) {
    std::string rest = std::to_string(10'000 + millionths % 10'000).substr(1);
    while (rest.back() == '0') rest.pop_back();
    text += "." + rest;
  }
  return text + "%";
}

}  // namespace wend::sema
