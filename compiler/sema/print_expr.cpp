// Expressions, aggregates and constants as text. Every node is written as a call of its kind, so that what the
// checker inserted (unwrap, int_to_number, to_optional) can be seen.
#include <fmt/format.h>

#include <algorithm>

#include "compiler/builtins/builtins.h"
#include "compiler/sema/names.h"
#include "compiler/sema/print.h"
#include "compiler/syntax/text.h"
#include "runtime/abi/zones.h"

namespace wend {
namespace {

const char* const weekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
  }
  return out + "\"";
}

// Millionths as a decimal without needless zeros.
std::string decimal(int64_t millionths) {
  bool negative = millionths < 0;
  uint64_t size = negative ? uint64_t{0} - static_cast<uint64_t>(millionths) : static_cast<uint64_t>(millionths);
  std::string text = fmt::format("{}{}", negative ? "-" : "", size / 1'000'000);
  if (size % 1'000'000) {
    text += fmt::format(".{:06}", size % 1'000'000);
    while (text.back() == '0') text.pop_back();
  }
  return text;
}


const char* kind_name(ExprKind kind) {
  static constexpr const char* names[] = {
      "constant", "attribute", "property", "at", "entry", "parameter", "measure", "usual", "audience", "state", "aggregate", "now", "today",
      "unwrap", "to_optional", "int_to_number", "not", "and", "or", "if", "equal", "not_equal", "less", "less_equal", "greater", "greater_equal",
      "in_list", "in_range", "contains", "starts_with", "ends_with", "matches", "mentions", "is_known", "is_unknown", "or_else", "below_usual", "above_usual",
      "negate", "add", "subtract", "multiply", "divide", "call", "item", "any", "all", "count", "list_contains", "local", "loop_value", "to_text", "field"};
  return names[static_cast<size_t>(kind)];
}

// What a node that reads a name reads; empty for the others.
std::string read_name(const Program& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::attribute: return program.attributes[expr.id].name;
    case ExprKind::event_property:
    case ExprKind::entry_property: return program.events[expr.id].name + "." + (expr.index == kEntryAt ? "at" : program.events[expr.id].properties[expr.index].name);
    case ExprKind::local:
    case ExprKind::loop_value:
    case ExprKind::field:
    case ExprKind::parameter: return std::to_string(expr.index);
    case ExprKind::measure:
    case ExprKind::usual:
    case ExprKind::below_usual:
    case ExprKind::above_usual: return program.measures[expr.id].name;
    case ExprKind::audience: return program.audiences[expr.id].name;
    case ExprKind::state: return program.states[expr.id].name;
    case ExprKind::aggregate: return "#" + std::to_string(expr.id);
    case ExprKind::item: return expr.type.kind == TypeKind::error ? "" : fmt::format("{}.{}", expr.id, expr.index);
    case ExprKind::any_item:
    case ExprKind::all_items:
    case ExprKind::count_items: return std::to_string(expr.id);
    case ExprKind::matches: return quoted(expr.value.text);
    case ExprKind::mentions: {
      std::string text = expr.value.text;
      std::replace(text.begin(), text.end(), '\0', '"');
      return text;
    }
    case ExprKind::call: return builtins()[expr.id].name;
    default: return "";
  }
}

}  // namespace

std::string print_time_of_day(int64_t micros) {
  const std::string text = fmt::format("{:02}:{:02}", micros / 3'600'000'000, micros / 60'000'000 % 60);
  return micros % 60'000'000 ? text + ":" + decimal(micros % 60'000'000) : text;
}

std::string print_span_us(int64_t micros) {
  struct Unit { int64_t length; const char* word; };
  static constexpr Unit units[] = {{kMicrosPerDay, "day"}, {kMicrosPerHour, "hour"}, {kMicrosPerMinute, "minute"}, {kMicrosPerSecond, "second"}};
  for (const Unit& unit : units)
    if (micros != 0 && micros % unit.length == 0) {
      int64_t n = micros / unit.length;
      return fmt::format("{} {}{}", n, unit.word, n == 1 ? "" : "s");
    }
  return fmt::format("{} microseconds", micros);
}

std::string print_value(const Program& program, Type type, const Value& value) {
  if (!value.known) return "unknown";
  switch (type.kind) {
    case TypeKind::boolean: return value.integer ? "true" : "false";
    case TypeKind::number: return fmt::format("{}", value.number);
    case TypeKind::percent: return fmt::format("{}{}%", decimal(value.integer / 10'000 * 1'000'000 + value.integer % 10'000 * 100), "");
    case TypeKind::money: return decimal(value.integer) + " " + program.currencies[type.of];
    case TypeKind::duration: return print_span_us(value.integer);
    case TypeKind::time: return fmt::format("{}us", value.integer);
    case TypeKind::date: return format_date(static_cast<int32_t>(value.integer));
    case TypeKind::time_of_day: return print_time_of_day(value.integer);
    case TypeKind::weekday: return weekdays[value.integer % 7];
    case TypeKind::one_of: return written_value(program.one_ofs[type.of].values[static_cast<size_t>(value.integer)]);
    case TypeKind::integer: return std::to_string(value.integer);
    case TypeKind::list: case TypeKind::set: {
      std::string text = "[";
      for (const Value& item : value.items) text += (text.size() > 1 ? ", " : "") + print_value(program, program.item_types[type.of], item);
      return text + "]";
    }
    case TypeKind::record: {
      std::string text = "{";
      const auto& fields = program.records[type.of].fields;
      for (size_t i = 0; i < fields.size() && i < value.items.size(); ++i)
        text += (i ? ", " : "") + fields[i].name + ": " + print_value(program, fields[i].type, value.items[i]);
      return text + "}";
    }
    case TypeKind::error: return "error";
    default: return quoted(value.text);
  }
}

namespace {

// The same by the names things are kept under, and aggregates written out.
std::string kept_name(const Program& program, const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::aggregate: return print_whole(program, program.aggregates[expr.id]);
    case ExprKind::measure: case ExprKind::usual: case ExprKind::below_usual: case ExprKind::above_usual: return program.measures[expr.id].stored_name;
    case ExprKind::state: return program.states[expr.id].stored_name;
    case ExprKind::loop_value: return std::to_string(expr.id) + "." + std::to_string(expr.index);   // which loop's
    default: return read_name(program, expr);
  }
}

// A state by the first name it had; nothing: the constant is none.
const std::string* kept_state(const Program& program, const Expr& constant) {
  if (constant.type.kind != TypeKind::one_of || !constant.value.known) return nullptr;
  for (const States& states : program.states)
    if (states.one_of.valid() && states.one_of.value == constant.type.of && static_cast<size_t>(constant.value.integer) < states.rules.size())
      return &states.rules[static_cast<size_t>(constant.value.integer)].stored_name;
  return nullptr;
}

std::string print(const Program& program, const Expr& expr, bool whole, const Message* message = nullptr) {
  if (expr.kind == ExprKind::constant) {
    const std::string* state = whole ? kept_state(program, expr) : nullptr;
    return state ? *state : print_value(program, expr.type, expr.value);
  }
  std::string text = expr.negated ? "not_" : "";
  text += kind_name(expr.kind);
  std::string name = whole ? kept_name(program, expr) : read_name(program, expr);
  if (message && expr.kind == ExprKind::parameter) name = message->parameters[expr.index].name;
  if (!name.empty()) text += " " + name;
  if (expr.kind == ExprKind::below_usual || expr.kind == ExprKind::above_usual) text += expr.index ? " sigmas" : " share";
  if (expr.args.empty()) return text;
  text += "(";
  for (size_t i = 0; i < expr.args.size(); ++i) text += (i ? ", " : "") + print(program, *expr.args[i], whole, message);
  return text + ")";
}

}  // namespace

std::string print_expr(const Program& program, const Expr& expr) { return print(program, expr, false); }
std::string print_whole(const Program& program, const Expr& expr, const Message* message) { return print(program, expr, true, message); }

std::string print_window(const Window& window) {
  static constexpr const char* units[] = {"minute", "hour", "day", "week", "month"};
  switch (window.kind) {
    case WindowKind::none: return "";
    case WindowKind::last_units: return fmt::format("in last {} {}{}", window.count, units[static_cast<size_t>(window.unit)], window.count == 1 ? "" : "s");
    case WindowKind::rolling: return fmt::format("in rolling {} keeping {}", print_span_us(window.length_us), window.keep);
    case WindowKind::ever: return "ever";
    case WindowKind::since_entry: return "since entry";
    case WindowKind::since_event: return fmt::format("since {} event {}", window.first ? "first" : "last", window.event.value);
    case WindowKind::since_state: return fmt::format("since states {} became {}", window.states.value, window.state);
    case WindowKind::ago: return fmt::format("from {} to {} {}s ago", window.count, window.until, units[static_cast<size_t>(window.unit)]);
    case WindowKind::dates: return fmt::format("from {} to {}", format_date(window.from_day), format_date(window.to_day));
  }
  return "";
}

namespace {

// As print_window(), but by name.
std::string print_named(const Program& program, const Window& window) {
  if (window.kind == WindowKind::since_event) return std::string("since ") + (window.first ? "first " : "last ") + program.events[window.event.index()].name;
  if (window.kind != WindowKind::since_state) return print_window(window);
  const States& states = program.states[window.states.index()];
  return "since " + states.stored_name + " became " + states.rules[window.state].stored_name;
}

std::string print_hops(const Program& program, const Aggregate& aggregate) {
  std::string text;
  for (const Hop& hop : aggregate.hops) {
    const EventDecl& event = program.events[hop.event.index()];
    text += (text.empty() ? "" : " then ") + event.name;
    if (hop.where) text += " where " + print_expr(program, *hop.where);
    if (hop.within_us) text += " within " + print_span_us(hop.within_us);
    if (aggregate.matching) text += " matching " + event.properties[hop.matching].name;
  }
  return aggregate.matching ? text + fmt::format(" up to {}", aggregate.open_max) : text;
}

}  // namespace

namespace {

std::string print(const Program& program, const Aggregate& aggregate, bool whole) {
  static constexpr const char* kinds[] = {"count", "sum", "average", "smallest", "largest", "has", "units_with", "streak",
                                          "distinct", "most_frequent", "last", "first", "time_since_last", "time_since_first"};
  static constexpr const char* units[] = {"minutes", "hours", "days", "weeks", "months"};
  const EventDecl& event = program.events[aggregate.event.index()];
  std::string text = kinds[static_cast<size_t>(aggregate.kind)];
  bool by_unit = aggregate.kind == AggregateKind::units_with || aggregate.kind == AggregateKind::streak;
  if (by_unit) text += std::string(" ") + units[static_cast<size_t>(aggregate.unit)];
  if (!aggregate.hops.empty()) text += " (" + print_hops(program, aggregate) + ")";
  else text += " " + event.name;
  if (aggregate.has_property) text += "." + event.properties[aggregate.property].name;
  bool bounded = aggregate.kind == AggregateKind::distinct || aggregate.kind == AggregateKind::most_frequent;
  if (bounded) text += fmt::format(" up to {}", aggregate.up_to);
  if (aggregate.where) text += " where " + print_expr(program, *aggregate.where);
  std::string window = whole ? print_named(program, aggregate.window) : print_window(aggregate.window);
  if (!window.empty()) text += " " + window;
  if (aggregate.journey.valid() && !whole) {  // while the journeys are being checked only their number is known
    bool named = aggregate.journey.index() < program.journeys.size();
    text += " of " + (named ? program.journeys[aggregate.journey.index()].name : "journey " + std::to_string(aggregate.journey.value));
  }
  return text;
}

}  // namespace

std::string print_aggregate(const Program& program, const Aggregate& aggregate) { return print(program, aggregate, false); }
std::string print_whole(const Program& program, const Aggregate& aggregate) { return print(program, aggregate, true); }

}  // namespace wend
