// Narrowing, and the one message users meet most: a value that may be unknown, who would see the gap, and a default.
#include "compiler/liquid/unknowns.h"

#include "compiler/builtins/builtins.h"
#include "compiler/diagnostics/codes.h"
#include "compiler/liquid/lookup.h"

namespace wend::liquid {
namespace {

constexpr int64_t kEntriesMax = 50;              // a list keeps no more
constexpr uint64_t kOfEntry = uint64_t{1} << 63;   // a field of an entry, not of a variable

const char* unit_word(TimeUnit unit) {
  static constexpr const char* words[] = {"minute", "hour", "day", "week", "month"};
  return words[static_cast<size_t>(unit)];
}

std::string window_words(const Window& window) {
  if (window.kind != WindowKind::last_units) return window.kind == WindowKind::rolling ? " in that window" : "";
  const std::string unit = unit_word(window.unit);
  if (window.count == 0) return window.unit == TimeUnit::day ? " today" : " this " + unit;
  return " in the last " + (window.count == 1 ? unit : std::to_string(window.count) + " " + unit + "s");
}

// Who the value is unknown for: "a user without `play` in the last 12 weeks".
std::string who(const Context& context, const Term& name, const Expr& expr) {
  if (expr.kind == ExprKind::parameter) return "a message sent with `" + name.text + "` unknown";
  if (is_field_of_entry(expr)) return "a user whose `" + name.text + "` holds no such entry";
  if (expr.kind == ExprKind::field) return "an entry whose `" + name.written() + "` is not known";
  if (expr.kind == ExprKind::call) return "a user for whom there is none";
  if (expr.kind == ExprKind::local) return "a user for whom `" + name.text + "` was given no value";
  if (expr.kind == ExprKind::measure) {
    const Expr* value = context.program.measures[expr.id].value.get();
    if (value && value->kind == ExprKind::aggregate && value->id < context.program.aggregates.size()) {
      const Aggregate& aggregate = context.program.aggregates[value->id];
      if (aggregate.event.index() < context.program.events.size())
        return "a user without `" + context.program.events[aggregate.event.index()].name + "`" + window_words(aggregate.window);
    }
  }
  return "a user whose `" + name.text + "` is not known";
}

// A value of the type as a template writes it, or empty where none is harmless.
std::string sample(const Context& context, Type type) {
  switch (type.kind) {
    case TypeKind::text:
    case TypeKind::html:
    case TypeKind::url:
    case TypeKind::email: return "'…'";
    case TypeKind::integer:
    case TypeKind::number: return "0";
    case TypeKind::boolean: return "false";
    case TypeKind::percent: return "'0%'";
    case TypeKind::money:
      return type.of < context.program.currencies.size() ? "'0 " + context.program.currencies[type.of] + "'" : "";
    case TypeKind::duration: return "'0 days'";
    case TypeKind::one_of:
      return words_of(context.program, type).empty() ? "" : "'" + words_of(context.program, type)[0] + "'";
    default: return "";
  }
}

}  // namespace

std::optional<Subject> subject_of(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::unwrap: return subject_of(*expr.args[0]);
    case ExprKind::attribute:
    case ExprKind::measure: return Subject{expr.kind, expr.id};
    case ExprKind::field: {   // of a variable
      const Expr& record = *expr.args[0];
      if (const auto entry = subject_of(record); entry && entry->first == ExprKind::call) return Subject{expr.kind, kOfEntry | entry->second << 6 | expr.index};
      if (record.kind == ExprKind::unwrap) return record.args[0]->kind == ExprKind::local ? std::optional(Subject{expr.kind, record.args[0]->index << 6 | expr.index}) : std::nullopt;
      return record.kind == ExprKind::local ? std::optional(Subject{expr.kind, record.index << 6 | expr.index}) : std::nullopt;
    }
    case ExprKind::local:
    case ExprKind::parameter: return Subject{expr.kind, expr.index};
    case ExprKind::call: {
      const auto rows = builtins();
      const bool entry = expr.id < rows.size() && rows[expr.id].symbol == std::string_view("wend_fn_list_at") && expr.args[1]->kind == ExprKind::constant;
      return entry ? entry_subject(*expr.args[0], expr.args[1]->value.integer) : std::nullopt;
    }
    default: return std::nullopt;
  }
}

std::optional<Subject> entry_subject(const Expr& list, int64_t place) {
  if (place < -1 || place >= kEntriesMax) return std::nullopt;
  const Expr& whole = list.kind == ExprKind::unwrap ? *list.args[0] : list;
  const uint64_t at = static_cast<uint64_t>(place + 1);
  switch (whole.kind) {
    case ExprKind::attribute: return Subject{ExprKind::call, (uint64_t{whole.id} << 2 | 0) << 6 | at};
    case ExprKind::measure: return Subject{ExprKind::call, (uint64_t{whole.id} << 2 | 1) << 6 | at};
    case ExprKind::parameter: return Subject{ExprKind::call, (uint64_t{whole.index} << 2 | 2) << 6 | at};
    default: return std::nullopt;   // a variable may be another list later
  }
}

bool is_field_of_entry(const Expr& expr) { return expr.kind == ExprKind::conditional && expr.args[0]->kind == ExprKind::is_known; }

void Known::add(const Expr& expr) {
  if (is_field_of_entry(expr)) {
    add(*expr.args[0]->args[0]);
    return add(expr.args[1]->kind == ExprKind::to_optional ? *expr.args[1]->args[0] : *expr.args[1]);
  }
  if (auto subject = subject_of(expr)) subjects_.insert(*subject);
}

Known Known::both(const Known& a, const Known& b) {
  Known result;
  for (const Subject& subject : a.subjects_)
    if (b.subjects_.count(subject) > 0) result.subjects_.insert(subject);
  return result;
}

void report_shown_unknown(const Context& context, const Term& name, const Expr& expr) {
  auto& found = context.report(Code::template_may_be_unknown, name.range, name.written())
                    .label("of type `" + context.type(expr.type.maybe()) + "`")
                    .note(who(context, name, expr) + " would see nothing here");
  const std::string value = sample(context, expr.type);
  if (!value.empty()) {
    found.fix("give it a default", context.source.span({name.range.end, name.range.end}), " | default: " + value, false);
  } else {
    found.help("show it inside `{% if " + name.written() + " %} … {% endif %}`");
  }
}

void report_compared_unknown(const Context& context, const Term& name, const Expr& expr, std::string_view op, bool alone) {
  auto& found = context.report(Code::template_may_be_unknown, name.range, name.written())
                    .label("of type `" + context.type(expr.type.maybe()) + "`")
                    .note("`" + std::string(op) + "` has no answer for " + who(context, name, expr));
  if (alone) {
    found.fix("ask first if it is known", context.source.span({name.range.begin, name.range.begin}), name.written() + " and ", false);
  } else {
    found.help("test it first: `{% if " + name.written() + " %} … {% endif %}`");
  }
}

}  // namespace wend::liquid
