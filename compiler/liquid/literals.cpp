// Reading literals by the type that is wanted. Everything is exact: decimals are read digit by digit.
#include "compiler/liquid/literals.h"

#include <algorithm>
#include <cmath>

#include "runtime/abi/zones.h"

namespace wend::liquid {
namespace {

// "-12.5" as units of 10^-places; nothing when it is no such number, has more digits, or does not fit.
std::optional<int64_t> decimal(std::string_view text, int places) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const std::string_view part = dot == std::string_view::npos ? std::string_view() : text.substr(dot + 1);
  if (whole.empty() || part.size() > static_cast<size_t>(places) || (dot != std::string_view::npos && part.empty())) return {};
  int64_t value = 0;
  const auto push = [&](char digit) {
    return digit >= '0' && digit <= '9' && !__builtin_mul_overflow(value, int64_t{10}, &value) &&
           !__builtin_add_overflow(value, int64_t{digit - '0'}, &value);
  };
  for (char digit : whole)
    if (!push(digit)) return {};
  for (int i = 0; i < places; ++i)
    if (!push(static_cast<size_t>(i) < part.size() ? part[i] : '0')) return {};
  return negative ? -value : value;
}

// "49.90 EUR" split at its last space.
bool split_unit(std::string_view text, std::string_view& count, std::string_view& unit) {
  const size_t space = text.rfind(' ');
  if (space == std::string_view::npos) return false;
  count = text.substr(0, space);
  unit = text.substr(space + 1);
  return true;
}

std::optional<int64_t> money(std::string_view text, const std::string& currency) {
  std::string_view count, unit;
  if (!split_unit(text, count, unit) || unit != currency) return {};
  return decimal(count, 6);
}

std::optional<int64_t> duration(std::string_view text) {
  struct Unit { std::string_view word; int64_t micros; };
  static constexpr Unit units[] = {{"millisecond", 1000}, {"second", kMicrosPerSecond}, {"minute", kMicrosPerMinute},
                                   {"hour", kMicrosPerHour}, {"day", kMicrosPerDay}, {"week", 7 * kMicrosPerDay}};
  std::string_view count, word;
  if (!split_unit(text, count, word)) return {};
  if (word.ends_with('s')) word.remove_suffix(1);
  const auto whole = decimal(count, 0);
  for (const Unit& unit : units) {
    int64_t micros = 0;
    if (unit.word == word && whole && !__builtin_mul_overflow(*whole, unit.micros, &micros)) return micros;
  }
  return {};
}

std::optional<int64_t> percent(std::string_view text) {
  if (!text.ends_with('%')) return {};
  text.remove_suffix(1);
  return decimal(text, 4);
}

// "09:00" or "09:00:30"
std::optional<int64_t> time_of_day(std::string_view text) {
  if ((text.size() != 5 && text.size() != 8) || text[2] != ':' || (text.size() == 8 && text[5] != ':')) return {};
  const auto part = [&](size_t at) { return decimal(text.substr(at, 2), 0).value_or(-1); };
  const int64_t hour = part(0), minute = part(3), second = text.size() == 8 ? part(6) : 0;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return {};
  return hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond;
}

template <class Words>
std::optional<int64_t> index_of(const Words& words, std::string_view text) {
  const auto found = std::find(std::begin(words), std::end(words), text);
  if (found == std::end(words)) return {};
  return found - std::begin(words);
}

std::optional<int64_t> instant(const Context& context, std::string_view text) {
  const Zone* zone = find_zone(context.program.project.time_zone);
  if (!zone) zone = find_zone("UTC");
  int64_t value = 0;
  if (!zone || !parse_instant(text, *zone, value)) return {};
  return value;
}

std::optional<int64_t> quoted(const Context& context, std::string_view text, Type want) {
  static constexpr std::string_view kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  const Program& program = context.program;
  switch (want.kind) {
    case TypeKind::percent: return percent(text);
    case TypeKind::money: return want.of < program.currencies.size() ? money(text, program.currencies[want.of]) : std::nullopt;
    case TypeKind::duration: return duration(text);
    case TypeKind::time: return instant(context, text);
    case TypeKind::time_of_day: return time_of_day(text);
    case TypeKind::weekday: return index_of(kWeekdays, text);
    case TypeKind::one_of:
      return index_of(words_of(program, want), text);
    case TypeKind::date: {
      int32_t days = 0;
      return parse_date(text, days) ? std::optional<int64_t>(days) : std::nullopt;
    }
    default: return {};
  }
}

// For the index of names, where somebody asked for it: the word between the quotes.
void note_value(const Context& context, const Term& literal, Type want, int64_t index) {
  if (!context.uses || want.kind != TypeKind::one_of || literal.range.end < literal.range.begin + 2) return;
  const Range inside{literal.range.begin + 1, literal.range.end - 1};
  if (context.source.text(inside) == literal.text) context.uses->note(context.source.span(inside), {SymbolKind::value, want.of, static_cast<uint32_t>(index)});
}

}  // namespace

std::optional<Value> value_as(const Context& context, const Term& literal, Type want) {
  Value value;
  value.integer = literal.integer;
  switch (literal.kind) {
    case Term::Kind::boolean: return want.kind == TypeKind::boolean ? std::optional(value) : std::nullopt;
    case Term::Kind::integer:
      if (want.kind == TypeKind::integer) return value;
      if (want.kind != TypeKind::number) return {};
      return Value{true, 0, literal.number, {}};
    case Term::Kind::number:
      if (want.kind == TypeKind::number) return Value{true, 0, literal.number, {}};
      if (want.kind != TypeKind::integer || literal.number != std::floor(literal.number) || std::fabs(literal.number) > 9e15) return {};
      value.integer = static_cast<int64_t>(literal.number);
      return value;
    case Term::Kind::text:
      if (want.is_text() || want.kind == TypeKind::timezone) return Value{true, 0, 0, literal.text};
      if (auto integer = quoted(context, literal.text, want)) {
        note_value(context, literal, want, *integer);
        return Value{true, *integer, 0, {}};
      }
      return {};
    default: return {};
  }
}

ExprPtr literal(const Context& context, const Term& term) {
  Type type{TypeKind::text};
  if (term.kind == Term::Kind::boolean) type.kind = TypeKind::boolean;
  if (term.kind == Term::Kind::integer) type.kind = TypeKind::integer;
  if (term.kind == Term::Kind::number) type.kind = TypeKind::number;
  return make_constant(type, value_as(context, term, type).value_or(Value{}), context.source.span(term.range));
}

std::string literal_example(const Context& context, Type type) {
  const Program& program = context.program;
  switch (type.kind) {
    case TypeKind::boolean: return "`true` or `false`";
    case TypeKind::integer: return "`3`";
    case TypeKind::number: return "`3.5`";
    case TypeKind::percent: return "`'10%'`";
    case TypeKind::money: return "`'49.90 " + (type.of < program.currencies.size() ? program.currencies[type.of] : "EUR") + "'`";
    case TypeKind::duration: return "`'7 days'`";
    case TypeKind::time: return "`'2026-01-31T18:00Z'`";
    case TypeKind::date: return "`'2026-01-31'`";
    case TypeKind::time_of_day: return "`'09:00'`";
    case TypeKind::weekday: return "`'monday'`";
    case TypeKind::timezone: return "`'Europe/Stockholm'`";
    default: return "`'…'`";
  }
}

void mend_literal(const Context& context, Diagnostic& found, const Term& term, Type wanted) {
  found.help("of type `" + context.type(wanted) + "` is, for example, " + literal_example(context, wanted));
  const bool number = term.kind == Term::Kind::integer || term.kind == Term::Kind::number;
  std::string better;
  if (number && wanted.is_text()) better = "'" + term.text + "'";
  if (number && wanted.kind == TypeKind::percent) better = "'" + term.text + "%'";
  if (number && wanted.kind == TypeKind::money && wanted.of < context.program.currencies.size())
    better = "'" + term.text + " " + context.program.currencies[wanted.of] + "'";
  if (term.kind == Term::Kind::text && wanted.kind == TypeKind::integer && decimal(term.text, 0)) better = term.text;
  if (term.kind == Term::Kind::text && wanted.kind == TypeKind::number && decimal(term.text, 15)) better = term.text;
  if (term.kind == Term::Kind::text && wanted.kind == TypeKind::boolean && (term.text == "true" || term.text == "false")) better = term.text;
  if (!better.empty()) found.fix("write `" + better + "`", context.source.span(term.range), better);
}

}  // namespace wend::liquid
