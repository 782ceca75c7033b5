// Literal tokens to values. Tested by tests/golden/syntax/literals.
#include "compiler/syntax/literals.h"

#include <charconv>
#include <cmath>

#include "compiler/diagnostics/codes.h"

namespace wend {
namespace {

int64_t days_from_civil(int64_t year, unsigned month, unsigned day) {
  // Eras of 400 years are equally long; the year is made to begin in March, so that the leap day is its last.
  year -= month <= 2;
  const int64_t era = year / 400;
  const auto year_of_era = static_cast<unsigned>(year - era * 400);
  const unsigned day_of_year = (153 * (month + (month > 2 ? -3u : 9u)) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146097 + static_cast<int64_t>(day_of_era) - 719468;
}

unsigned days_in_month(unsigned year, unsigned month) {
  constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : kDays[month - 1];
}

unsigned to_unsigned(std::string_view digits) {
  unsigned value = 0;
  for (char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

int64_t unit_micros(ast::Unit unit) {
  switch (unit) {
    case ast::Unit::microseconds: return 1;
    case ast::Unit::milliseconds: return 1000;
    case ast::Unit::seconds: return kSecondMicros;
    case ast::Unit::minutes: return 60 * kSecondMicros;
    case ast::Unit::hours: return 3600 * kSecondMicros;
    case ast::Unit::days: return kDayMicros;
    case ast::Unit::weeks: return 7 * kDayMicros;
    case ast::Unit::months: case ast::Unit::years: return 0;
  }
  return 0;
}

}  // namespace

int64_t Literals::integer(const Node& token) const {
  const std::string_view digits = spelled(token);
  int64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc()) return value;
  if (token.present()) {
    file.diagnostics.report(Code::number_out_of_range, span(token), digits, "whole numbers reach to 9223372036854775807");
  }
  return 0;
}

double Literals::number(const Node& token) const {
  const std::string_view digits = spelled(token);
  double value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec == std::errc() && std::isfinite(value)) return value;
  if (result.ec == std::errc::result_out_of_range && digits.find("e-") != std::string_view::npos) return 0;
  if (token.present()) {
    file.diagnostics.report(Code::number_out_of_range, span(token), digits, "numbers reach to about 1.8e308");
  }
  return 0;
}

// A decimal with at most `places` digits behind the point, exactly, in units of 10^-places.
int64_t Literals::scaled(std::string_view digits, Span where, int places, const char* limit) const {
  int64_t value = 0;
  int left = -1;  // places still to come; -1 before the point
  for (char c : digits) {
    if (c == '.') {
      left = places;
      continue;
    }
    if (c < '0' || c > '9') break;
    if (left == 0) {
      if (c == '0') continue;
      file.diagnostics.report(Code::number_out_of_range, where, digits, limit);
      return 0;
    }
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, c - '0', &value)) {
      file.diagnostics.report(Code::number_out_of_range, where, digits, limit);
      return 0;
    }
    if (left > 0) --left;
  }
  for (int i = left < 0 ? places : left; i > 0; --i) {
    if (__builtin_mul_overflow(value, 10, &value)) {
      file.diagnostics.report(Code::number_out_of_range, where, digits, limit);
      return 0;
    }
  }
  return value;
}

int64_t Literals::percent_millionths(const Node& token) const {
  std::string_view digits = spelled(token);
  if (digits.ends_with('%')) digits.remove_suffix(1);
  return scaled(digits, span(token), 4, "a percentage has at most four places behind the point");
}

int64_t Literals::money_micros(const Node& token) const {
  return scaled(spelled(token), span(token), 6, "money has at most six places behind the point");
}

int64_t Literals::clock_text(std::string_view text, Span where) const {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos) return 0;
  const unsigned hours = to_unsigned(text.substr(0, colon)), minutes = to_unsigned(text.substr(colon + 1, 2));
  const unsigned seconds = text.size() >= colon + 6 ? to_unsigned(text.substr(colon + 4, 2)) : 0;
  if (hours > 23 || minutes > 59 || seconds > 59) {
    Diagnostic& out = file.diagnostics.report(Code::bad_clock, where, text).label("not between 00:00 and 23:59");
    if (text == "24:00") out.fix("midnight is `00:00`", where, "00:00");
    return 0;
  }
  return static_cast<int64_t>(hours * 3600 + minutes * 60 + seconds) * kSecondMicros;
}

int64_t Literals::date_text(std::string_view text, Span where) const {
  if (text.size() < 10) return 0;
  const unsigned year = to_unsigned(text.substr(0, 4)), month = to_unsigned(text.substr(5, 2)), day = to_unsigned(text.substr(8, 2));
  if (year == 0 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) {
    Diagnostic& out = file.diagnostics.report(Code::bad_date, where, text).label("not a day of the calendar");
    if (year > 0 && month >= 1 && month <= 12 && day > 28 && where.end == where.begin + text.size()) {
      const std::string last = std::string(text.substr(0, 8)) + std::to_string(days_in_month(year, month));
      out.fix("the last day of that month is `" + last + "`", where, last, false);
    }
    return 0;
  }
  return days_from_civil(year, month, day);
}

int64_t Literals::clock(const Node& token) const {
  std::string_view text = spelled(token);
  if (token.type == tok::IDENT) {
    if (auto value = file.values.times_of_day.find(text); value != file.values.times_of_day.end()) return value->second;
    file.unknown_values.push_back({{std::string(text), span(token)}, true});
    return 0;
  }
  if (text.ends_with('Z')) text.remove_suffix(1);
  return clock_text(text, span(token));
}

int64_t Literals::date(const Node& token) const { return date_text(spelled(token), span(token)); }

int64_t Literals::instant(const Node& token, bool* has_zone) const {
  const std::string_view text = spelled(token);
  if (text.size() < 15) return 0;
  int64_t micros = date_text(text.substr(0, 10), span(token)) * kDayMicros;
  std::string_view time = text.substr(11);
  const size_t zone = time.find_first_of("Z+-");
  if (has_zone != nullptr) *has_zone = zone != std::string_view::npos;
  if (zone == std::string_view::npos && has_zone == nullptr) {
    file.diagnostics.report(Code::missing_zone, span(token), text).help("end it in `Z` for UTC, or in `+01:00`");
  }
  if (zone != std::string_view::npos && time[zone] != 'Z') {
    const std::string_view offset = time.substr(zone + 1);
    if (to_unsigned(offset.substr(0, 2)) > 14) {
      file.diagnostics.report(Code::bad_clock, span(token), text).label("no zone is that far from UTC");
    }
    const int64_t distance = clock_text(offset, span(token));
    micros += time[zone] == '+' ? -distance : distance;
  }
  time = time.substr(0, zone);
  const size_t point = time.find('.');
  micros += clock_text(time.substr(0, point), span(token));
  if (point != std::string_view::npos) {
    int64_t scale = kSecondMicros / 10;
    for (char c : time.substr(point + 1)) {
      micros += (c - '0') * scale;
      scale /= 10;
    }
  }
  return micros;
}

ast::Unit Literals::unit(const Node& node) {
  switch (node.first().type) {
    case tok::MILLISECONDS: return ast::Unit::milliseconds;
    case tok::SECONDS: return ast::Unit::seconds;
    case tok::MINUTES: return ast::Unit::minutes;
    case tok::HOURS: return ast::Unit::hours;
    case tok::WEEKS: return ast::Unit::weeks;
    case tok::MONTHS: return ast::Unit::months;
    case tok::YEARS: return ast::Unit::years;
    default: return ast::Unit::days;
  }
}

ast::Quantity Literals::quantity(const Node& node) const {
  ast::Quantity out;
  out.span = span(node);
  if (const Node& name = node.token(tok::IDENT)) {
    if (auto value = file.values.lengths.find(spelled(name)); value != file.values.lengths.end()) {
      out = value->second;
      out.span = span(node);
    } else {
      file.unknown_values.push_back({{std::string(spelled(name)), out.span}, false});
      out.count = 1;
      out.micros = kDayMicros;
    }
    out.value = spelled(name);
    return out;
  }
  out.unit = unit(node.child(rule::RuleTimeUnit));
  const int64_t each = unit_micros(out.unit);
  if (node.has(tok::INT)) {
    const int64_t count = integer(node.token(tok::INT));
    out.count = static_cast<double>(count);
    if (__builtin_mul_overflow(count, each, &out.micros)) out.micros = INT64_MAX;
    return out;
  }
  out.count = number(node.token(tok::NUMBER));
  out.whole = out.count == std::floor(out.count);
  const double micros = out.count * static_cast<double>(each);
  out.micros = micros < 9e18 ? static_cast<int64_t>(std::llround(micros)) : INT64_MAX;
  return out;
}

ast::Quantity Literals::duration(const Node& node) const {
  ast::Quantity out = quantity(node);
  if (!node.present() || node.broken) return out;
  if (out.unit == ast::Unit::months || out.unit == ast::Unit::years) {
    Diagnostic& told = file.diagnostics.report(Code::calendar_duration, out.span, spelled(node.has(tok::IDENT) ? node : node.child(rule::RuleTimeUnit)))
                           .label("not always equally long")
                           .help("say it in days or weeks");
    if (out.whole && out.count >= 1 && out.count <= 100) {
      const std::string days = std::to_string(static_cast<int>(out.count) * (out.unit == ast::Unit::years ? 365 : 30)) + " days";
      told.fix("write `" + days + "`", out.span, days, false);
    }
    out.unit = ast::Unit::days;
  } else if (out.micros > kDurationMaxMicros) {
    file.diagnostics.report(Code::duration_too_long, out.span, spelled(node)).label("too long").fix("make it two years", out.span, "730 days", false);
    out.micros = 0;   // no length: what it stands in has been refused
  }
  return out;
}

ast::Quantity Literals::span_of_window(const Node& node) const {
  ast::Quantity out = quantity(node);
  if (!node.present() || node.broken) return out;
  const double years = out.unit == ast::Unit::years ? out.count : out.unit == ast::Unit::months ? out.count / 12
                       : static_cast<double>(out.micros) / (365.25 * static_cast<double>(kDayMicros));
  if (years > 10.01) file.diagnostics.report(Code::duration_too_long, out.span, spelled(node));
  return out;
}

ast::Text Literals::text(const Node& node) const {
  ast::Text out;
  out.span = out.content = span(node);
  const Node& token = node.first();
  if (!token.present()) return out;
  out.triple = token.type == tok::TRIPLE || token.type == tok::UNCLOSED_TRIPLE;
  const bool closed = token.type == tok::TEXT || token.type == tok::TRIPLE;
  const uint32_t quote = out.triple ? 3 : 1;
  out.content.begin += quote;
  if (closed) out.content.end -= quote;
  const std::string_view source = file.text;
  for (uint32_t at = out.content.begin; at < out.content.end; ++at) {
    if (source[at] == '\r') continue;  // a line end is one line feed, wherever the file was written
    if (source[at] != '\\' || at + 1 >= out.content.end) {
      out.value += source[at];
      continue;
    }
    const char escaped = source[++at];
    if (escaped == 'n') {
      out.value += '\n';
    } else if (escaped == '"' || escaped == '\\') {
      out.value += escaped;
    } else {
      file.diagnostics.report(Code::bad_escape, Span{file.file, at - 1, at + 1}, std::string("\\") + escaped)
          .help("write `\\\\` for a backslash");
      out.value += escaped;
    }
  }
  return out;
}

}  // namespace wend
