// Expressions and the small things they are made of, each on one line.
#include <cstdio>

#include "compiler/syntax/print.h"
#include "compiler/syntax/printer.h"
#include "compiler/syntax/text.h"

namespace wend {
namespace {

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};
template <class... Ts>
Overloaded(Ts...) -> Overloaded<Ts...>;

std::string padded(int64_t value, int width) {
  std::string out = std::to_string(value);
  if (out.size() < static_cast<size_t>(width)) out.insert(0, width - out.size(), '0');
  return out;
}

std::string print_instant(int64_t micros) {
  constexpr int64_t kDay = 86400000000;
  const int64_t days = micros / kDay - (micros % kDay < 0);
  return print_date(days) + "T" + print_clock(micros - days * kDay) + "Z";
}

std::string join(std::initializer_list<std::string> parts) {
  std::string out = "(";
  for (const std::string& part : parts) {
    if (part.empty()) continue;
    if (out.size() > 1) out += ' ';
    out += part;
  }
  return out + ")";
}

std::string money(const ast::MoneyLiteral& value) {
  const int64_t whole = value.micros / 1000000, rest = value.micros % 1000000;
  return std::to_string(whole) + (rest ? "." + padded(rest, 6) : "") + " " + value.currency.text;
}

constexpr const char* kBinary[] = {"and", "or", "+", "-", "*", "/", "or else"};
constexpr const char* kCompare[] = {"is", "is not", "<", "<=", ">", ">=", "contains", "starts with", "ends with", "matches"};
constexpr const char* kQuantifier[] = {"any", "all", "count"};
constexpr const char* kTrigger[] = {"moves", "becomes", "leaves", "changes", "drops", "rises", "stays"};
constexpr const char* kAggregate[] = {"count", "sum", "average", "smallest", "largest", "has", "with", "streak", "distinct",
                                      "most frequent", "last", "first", "time since last", "time since first", "sequence"};

std::string print_query(const ast::TextQuery& query) {
  constexpr const char* kWords[] = {"", "and", "or", "not"};
  if (query.kind == ast::TextQuery::Kind::phrase) return quoted(query.phrase.value);
  std::string out = std::string("(") + kWords[static_cast<size_t>(query.kind)];
  for (const auto& part : query.parts) out += " " + print_query(*part);
  return out + ")";
}

std::string where(const ast::ExprPtr& condition) { return condition ? "(where " + print_expr(condition) + ")" : ""; }

std::string hop(const ast::SequenceHop& hop) {
  return join({print_event(hop.event), where(hop.where), hop.within ? "within " + print_quantity(*hop.within) : ""});
}

std::string aggregate(const ast::AggregateExpr& e) {
  std::string out = std::string("(") + kAggregate[static_cast<size_t>(e.kind)] + (e.kind == ast::AggregateKind::sequence && e.has ? " has" : "");
  const auto add = [&](const std::string& part) {
    if (!part.empty()) out += " " + part;
  };
  if (e.kind == ast::AggregateKind::units_with || e.kind == ast::AggregateKind::streak) add(std::string(unit_word(e.unit)));
  add(print_event(e.event));
  for (const auto& one : e.hops) add(hop(one));
  if (e.matching.present()) add("matching " + e.matching.text);
  if (e.up_to) add("up to " + std::to_string(*e.up_to));
  add(where(e.where));
  add(print_window(e.window));
  return out + ")";
}

std::string list(const std::vector<ast::ExprPtr>& items) {
  std::string out;
  for (const auto& item : items) out += (out.empty() ? "" : " ") + print_expr(item);
  return out;
}

}  // namespace

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (char c : text) {
    if (c == '\n') out += "\\n";
    else if (c == '"' || c == '\\') (out += '\\') += c;
    else out += c;
  }
  return out + "\"";
}

std::string_view weekday_word(int weekday) {
  constexpr std::string_view kWords[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  return kWords[weekday % 7];
}

std::string_view unit_word(ast::Unit unit) {
  constexpr std::string_view kWords[] = {"microseconds", "milliseconds", "seconds", "minutes", "hours", "days", "weeks", "months", "years"};
  return kWords[static_cast<size_t>(unit)];
}

std::string print_number(double value) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.15g", value);
  return buffer;
}

std::string print_quantity(const ast::Quantity& quantity) {
  if (!quantity.value.empty()) return quantity.value;
  return print_number(quantity.count) + " " + std::string(unit_word(quantity.unit));
}

std::string print_percent(int64_t millionths) { return print_number(static_cast<double>(millionths) / 1e4) + "%"; }

std::string print_clock(int64_t micros) {
  const int64_t seconds = micros / 1000000, rest = micros % 1000000;
  std::string out = padded(seconds / 3600, 2) + ":" + padded(seconds / 60 % 60, 2);
  if (seconds % 60 || rest) out += ":" + padded(seconds % 60, 2);
  if (rest) out += "." + padded(rest, 6);
  return out;
}

std::string print_date(int64_t days) {
  // The civil date of a day number: eras of 400 years, each year beginning in March.
  days += 719468;
  const int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t shifted = (5 * day_of_year + 2) / 153;
  const int64_t month = shifted < 10 ? shifted + 3 : shifted - 9;
  const int64_t day = day_of_year - (153 * shifted + 2) / 5 + 1;
  return padded(year_of_era + era * 400 + (month <= 2), 4) + "-" + padded(month, 2) + "-" + padded(day, 2);
}

std::string print_names(const std::vector<ast::Name>& names) {
  std::string out;
  for (const ast::Name& name : names) out += (out.empty() ? "" : " ") + name.text;
  return out;
}

std::string print_type(const ast::TypeRef& type) {
  std::string out = type.name.text;
  if (type.name.text == "one of")
    for (const ast::Name& value : type.values) out += " " + written_value(value.text);
  if (type.item) out += " of " + print_type(*type.item);
  for (const auto& [name, field] : type.fields) out += " (" + name.text + " " + print_type(*field) + ")";
  return "<" + out + ">" + (type.optional ? "?" : "");
}

std::string print_event(const ast::EventRef& event) {
  if (!event.event.present()) return {};
  std::string out = event.event.text;
  if (event.property.present()) out += "." + event.property.text;
  if (event.message.present()) out += ":" + event.message.text;
  return out;
}

std::string print_window(const ast::Window& window) {
  using Kind = ast::WindowKind;
  std::string out;
  switch (window.kind) {
    case Kind::none: return {};
    case Kind::last: out = "in last " + print_quantity(window.length); break;
    case Kind::rolling: out = "in rolling " + print_quantity(window.length); break;
    case Kind::today: out = "today"; break;
    case Kind::this_week: out = "this week"; break;
    case Kind::this_month: out = "this month"; break;
    case Kind::ever: out = "ever"; break;
    case Kind::since_entry: out = "since entry"; break;
    case Kind::since_last: out = (window.first ? "since first " : "since last ") + window.event.text; break;
    case Kind::since_became: out = "since " + window.subject.text + " became " + window.value.text; break;
    case Kind::from_ago:
      out = "from " + std::to_string(window.from) + " to " + std::to_string(window.to) + " " + std::string(unit_word(window.length.unit)) + " ago";
      break;
    case Kind::from_to: out = "from " + print_date(window.from) + " to " + print_date(window.to); break;
    case Kind::within_exposure: out = "within " + print_quantity(window.length) + " of exposure"; break;
  }
  if (window.up_to) out += " up to " + std::to_string(*window.up_to);
  return "(" + out + ")";
}

std::string print_arguments(const std::vector<ast::Argument>& arguments) {
  std::string out;
  for (const ast::Argument& one : arguments) out += " (" + one.name.text + " " + print_expr(one.value) + ")";
  return out;
}

std::string print_expr(const ast::ExprPtr& expr) { return expr ? print_ast(*expr) : "-"; }

std::string print_ast(const ast::Expr& expr) {
  const auto p = [](const ast::ExprPtr& e) { return print_expr(e); };
  return std::visit(
      Overloaded{
          [](const ast::ErrorExpr&) { return std::string("<error>"); },
          [](const ast::BoolLiteral& e) { return std::string(e.value ? "true" : "false"); },
          [](const ast::IntLiteral& e) { return std::to_string(e.value); },
          [](const ast::NumberLiteral& e) { return "(number " + print_number(e.value) + ")"; },
          [](const ast::PercentLiteral& e) { return print_percent(e.millionths); },
          [](const ast::TextLiteral& e) { return quoted(e.text.value); },
          [](const ast::MoneyLiteral& e) { return "(" + money(e) + ")"; },
          [](const ast::DurationLiteral& e) { return "(" + print_quantity(e.quantity) + ")"; },
          [](const ast::DateLiteral& e) { return print_date(e.days); },
          [](const ast::TimeLiteral& e) { return print_instant(e.micros); },
          [](const ast::TimeOfDayLiteral& e) { return print_clock(e.micros); },
          [](const ast::NameExpr& e) { return e.name.text; },
          [&](const ast::MemberExpr& e) { return "(. " + p(e.object) + " " + e.member.text + ")"; },
          [&](const ast::NotExpr& e) { return "(not " + p(e.operand) + ")"; },
          [&](const ast::NegateExpr& e) { return "(negate " + p(e.operand) + ")"; },
          [&](const ast::BinaryExpr& e) { return join({kBinary[static_cast<size_t>(e.op)], p(e.left), p(e.right)}); },
          [&](const ast::CompareExpr& e) { return join({kCompare[static_cast<size_t>(e.op)], p(e.left), p(e.right)}); },
          [&](const ast::InListExpr& e) { return join({e.negated ? "not in" : "in", p(e.value), "[" + list(e.items) + "]"}); },
          [&](const ast::InRangeExpr& e) { return join({e.negated ? "not in" : "in", p(e.value), p(e.low) + ".." + p(e.high)}); },
          [&](const ast::InNameExpr& e) { return join({e.negated ? "not in" : "in", p(e.value), p(e.collection)}); },
          [&](const ast::KnownExpr& e) { return join({e.known ? "is known" : "is unknown", p(e.value)}); },
          [&](const ast::IfExpr& e) { return join({"if", p(e.condition), p(e.then), p(e.otherwise)}); },
          [&](const ast::CallExpr& e) { return join({"call", e.function.text, list(e.arguments)}); },
          [&](const ast::QuantifierExpr& e) {
            return join({kQuantifier[static_cast<size_t>(e.quantifier)], e.variable.text, "in", p(e.list), where(e.where)});
          },
          [&](const ast::ListLiteral& e) { return "[" + list(e.items) + "]"; },
          [&](const ast::RecordLiteral& e) {
            std::string out = "{";
            for (const auto& [name, value] : e.fields) out += (out.size() > 1 ? " (" : "(") + name.text + " " + p(value) + ")";
            return out + "}";
          },
          [](const ast::AggregateExpr& e) { return aggregate(e); },
          [](const ast::UsualExpr& e) { return "(usual " + e.measure.text + ")"; },
          [&](const ast::AgainstUsualExpr& e) {
            return join({e.below ? "below usual" : "above usual", p(e.measure), print_number(e.amount), e.sigmas ? "sigmas" : ""});
          },
          [&](const ast::TriggerExpr& e) {
            return join({kTrigger[static_cast<size_t>(e.kind)], p(e.subject), e.from ? "from " + p(e.from) : "",
                         e.to ? "to " + p(e.to) : "", e.kind == ast::TriggerKind::stays ? "for " + print_quantity(e.length) : ""});
          },
          [&](const ast::MentionsExpr& e) { return join({"mentions", p(e.value), print_query(*e.query)}); },
      },
      expr.node);
}

}  // namespace wend
