// Canonical texts of expressions, and descriptions of aggregates for people.
#include <fmt/format.h>

#include "compiler/plan/plan.h"
#include "runtime/abi/zones.h"

namespace wend {

std::string expression_key(const Expr& expr) {
  std::string key = fmt::format("({}:{}.{}.{}", static_cast<int>(expr.kind), static_cast<int>(expr.type.kind), expr.id, expr.index);
  if (expr.negated) key += "!";
  if (expr.kind == ExprKind::constant || expr.kind == ExprKind::matches || expr.kind == ExprKind::mentions)
    key += fmt::format("={}/{}/{}/{}:{}", expr.value.known, expr.value.integer, expr.value.number, expr.value.text.size(), expr.value.text);
  for (const ExprPtr& arg : expr.args) key += expression_key(*arg);
  return key + ")";
}

namespace {

const char* unit_word(TimeUnit unit) {
  static constexpr const char* words[] = {"minute", "hour", "day", "week", "month"};
  return words[static_cast<int>(unit)];
}

}  // namespace

std::string window_text(const Program& program, const Window& window) {
  switch (window.kind) {
    case WindowKind::none: return "";
    case WindowKind::ever: return " ever";
    case WindowKind::since_entry: return " since entry";
    case WindowKind::since_event: return fmt::format(" since {} {}", window.first ? "first" : "last", program.events[window.event.index()].name);
    case WindowKind::since_state: {
      const States& states = program.states[window.states.index()];
      return fmt::format(" since {} became {}", states.name, states.rules[window.state].name);
    }
    case WindowKind::ago: return fmt::format(" from {} to {} {}s ago", window.count, window.until, unit_word(window.unit));
    case WindowKind::dates: return fmt::format(" from {} to {}", format_date(window.from_day), format_date(window.to_day));
    case WindowKind::rolling:
      return fmt::format(" in rolling {} seconds, {} kept", window.length_us / 1'000'000, window.keep);
    case WindowKind::last_units:
      if (window.count == 0) return window.unit == TimeUnit::day ? " today" : fmt::format(" this {}", unit_word(window.unit));
      return fmt::format(" in last {} {}{}", window.count, unit_word(window.unit), window.count == 1 ? "" : "s");
  }
  return "";
}

std::string describe(const Program& program, const Aggregate& aggregate) {
  const EventDecl& event = program.events[aggregate.event.index()];
  std::string what = event.name;
  if (aggregate.has_property) what += "." + event.properties[aggregate.property].name;
  std::string head;
  switch (aggregate.kind) {
    case AggregateKind::count: head = "count of "; break;
    case AggregateKind::sum: head = "sum of "; break;
    case AggregateKind::average: head = "average of "; break;
    case AggregateKind::smallest: head = "smallest of "; break;
    case AggregateKind::largest: head = "largest of "; break;
    case AggregateKind::has: head = "has "; break;
    case AggregateKind::units_with: head = fmt::format("{}s with ", unit_word(aggregate.unit)); break;
    case AggregateKind::streak: head = fmt::format("streak of {}s with ", unit_word(aggregate.unit)); break;
    case AggregateKind::distinct: head = "distinct "; break;
    case AggregateKind::most_frequent: head = "most frequent "; break;
    case AggregateKind::last: head = "last "; break;
    case AggregateKind::first: head = "first "; break;
    case AggregateKind::time_since_last: head = "time since last "; break;
    case AggregateKind::time_since_first: head = "time since first "; break;
  }
  if (!aggregate.hops.empty()) {
    what = "(";
    for (const Hop& hop : aggregate.hops) what += (what.size() > 1 ? " then " : "") + program.events[hop.event.index()].name;
    what += aggregate.matching ? " matching " + event.properties[aggregate.hops.back().matching].name + ")" : ")";
  }
  return head + what + (aggregate.where ? " where …" : "") + window_text(program, aggregate.window);
}

}  // namespace wend
