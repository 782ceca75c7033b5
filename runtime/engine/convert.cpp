// One switch over the kinds of values for JSON, one for cells; both share what reads texts.
#include "runtime/engine/convert.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <limits>

#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"
#include "runtime/engine/decimal.h"

namespace wend {
namespace {

constexpr std::string_view kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
constexpr int64_t kLatest = 4'102'444'800'000'000;   // 2100-01-01

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool all_digits(std::string_view text) {
  for (char c : text) if (!is_digit(c)) return false;
  return !text.empty();
}
std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}
int two(std::string_view text, size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); }

// "2026-02-17T03:00:00Z", with or without a fraction up to six digits: what nearly every line has.
bool has_common_size(std::string_view t) { return t.size() >= 20 && t.size() <= 27; }

bool parse_common_day(std::string_view t, int64_t& day_us) {
  if (t[4] != '-' || t[7] != '-' || t[10] != 'T') return false;
  for (size_t i : {0, 1, 2, 3, 5, 6, 8, 9}) if (!is_digit(t[i])) return false;
  const int year = two(t, 0) * 100 + two(t, 2), month = two(t, 5), day = two(t, 8);
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 28) return false;
  day_us = days_from_civil(year, month, day) * kMicrosPerDay;
  return true;
}

bool parse_common_clock(std::string_view t, int64_t& of_day_us) {
  if (t.back() != 'Z' || t[13] != ':' || t[16] != ':') return false;
  for (size_t i : {11, 12, 14, 15, 17, 18}) if (!is_digit(t[i])) return false;
  const int hour = two(t, 11), minute = two(t, 14), second = two(t, 17);
  if (hour > 23 || minute > 59 || second > 59) return false;
  int64_t fraction = 0;
  if (t.size() > 20) {
    if (t[19] != '.' || t.size() == 21) return false;
    int64_t unit = 100'000;
    for (size_t i = 20; i + 1 < t.size(); ++i, unit /= 10) {
      if (!is_digit(t[i])) return false;
      fraction += (t[i] - '0') * unit;
    }
  }
  of_day_us = hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond + fraction;
  return true;
}

bool parse_common_instant(std::string_view t, int64_t& at_us) {
  int64_t day_us = 0, of_day_us = 0;
  if (!has_common_size(t) || !parse_common_day(t, day_us) || !parse_common_clock(t, of_day_us)) return false;
  at_us = day_us + of_day_us;
  return true;
}

bool parse_compact_date(std::string_view text, int32_t& days) {
  if (text.size() != 8 || !all_digits(text)) return false;
  const std::string dashed = std::string(text.substr(0, 4)) + "-" + std::string(text.substr(4, 2)) + "-" + std::string(text.substr(6));
  return parse_date(dashed, days);
}

bool parse_any_instant(std::string_view text, const Zone& zone, int64_t& at_us) {
  if (parse_common_instant(text, at_us) || parse_instant(text, zone, at_us)) return true;
  int32_t days = 0;
  if (!parse_date(text, days)) return false;
  at_us = start_of_day(zone, days);
  return true;
}

// Epoch seconds (a fraction allowed) or milliseconds, told apart by their size: seconds reach 99999999999 in the year 5138.
bool parse_epoch(std::string_view text, int64_t& at_us) {
  const size_t whole = text.substr(0, text.find('.')).size();
  if (!all_digits(text.substr(0, whole))) return false;
  return parse_decimal(text, whole > 11 ? 3 : 6, at_us);
}

bool parse_time_of_day(std::string_view t, int64_t& out) {
  if ((t.size() != 5 && t.size() != 8) || t[2] != ':' || (t.size() == 8 && t[5] != ':')) return false;
  for (size_t i = 0; i < t.size(); ++i) if (i % 3 != 2 && !is_digit(t[i])) return false;
  const int hour = two(t, 0), minute = two(t, 3), second = t.size() == 8 ? two(t, 6) : 0;
  if (hour > 23 || minute > 59 || second > 59) return false;
  out = hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond;
  return true;
}

bool parse_weekday(std::string_view text, int64_t& out) {
  const std::string word = lower(text);
  for (int i = 0; i < 7; ++i) if (word == kWeekdays[i]) return out = i, true;
  return false;
}

// What is a text in both formats.
bool convert_text(std::string_view text, bool cell, const Conversion& how, wend_slot& out) {
  int64_t value = 0;
  int32_t days = 0;
  switch (how.type.kind) {
    case ValueKind::text: case ValueKind::html: case ValueKind::url: case ValueKind::email:
      return out = text_slot(how.arena.keep(text)), true;
    case ValueKind::timezone:
      return text.size() < 256 && find_zone(text) != nullptr && (out = text_slot(how.arena.keep(text)), true);
    case ValueKind::time:
      return (parse_any_instant(text, how.zone, value) || (cell && parse_time(text, how.zone, true, value) == TimeFault::none)) &&
             (out = integer_slot(value), true);
    case ValueKind::date:
      return (parse_date(text, days) || (cell && parse_compact_date(text, days))) && (out = integer_slot(days), true);
    case ValueKind::time_of_day: return parse_time_of_day(text, value) && (out = integer_slot(value), true);
    case ValueKind::weekday: return parse_weekday(text, value) && (out = integer_slot(value), true);
    case ValueKind::one_of:
      for (size_t i = 0; i < how.type.words.size(); ++i) {
        if (how.type.words[i] == text) return out = integer_slot(static_cast<int64_t>(i)), true;
      }
      return false;
    default: return false;
  }
}

int scale_of(const Conversion& how) { return how.type.kind == ValueKind::duration && how.in_milliseconds ? 3 : 6; }

bool scaled(int64_t whole, int scale, int64_t& out) {
  return !__builtin_mul_overflow(whole, scale == 3 ? 1000 : 1'000'000, &out);
}

bool number_slot(double value, wend_slot& out) {
  if (!std::isfinite(value)) return false;
  out = wend_slot{};
  out.number = value == 0 ? 0.0 : value;   // -0 is 0
  return true;
}

bool parse_double(std::string_view text, double& value) {
  if (text.empty() || text.find_first_not_of("0123456789+-.eE") != std::string_view::npos) return false;
  if (text.front() == '+') text.remove_prefix(1);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

std::string cut(std::string_view text) {
  constexpr size_t kShown = 40;
  if (text.size() <= kShown) return std::string(text);
  size_t end = kShown;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace

wend_slot text_slot(std::string_view text) {
  wend_slot slot{};
  slot.data = text.data();
  slot.size = static_cast<int64_t>(text.size());
  return slot;
}

wend_slot integer_slot(int64_t value) {
  wend_slot slot{};
  slot.integer = value;
  return slot;
}

wend_slot owned_slot(const OwnedValue& value, ValueKind kind) {
  if (held_as_bytes(kind)) return text_slot(value.text);
  if (kind != ValueKind::number) return integer_slot(value.integer);
  wend_slot slot{};
  slot.number = value.number;
  return slot;
}

bool convert_json(const RawValue& value, const Conversion& how, wend_slot& out) {
  using Kind = RawValue::Kind;
  int64_t whole = 0;
  switch (how.type.kind) {
    case ValueKind::boolean: return value.kind == Kind::boolean && (out = integer_slot(value.truth ? 1 : 0), true);
    case ValueKind::integer:
      if (value.kind == Kind::integer) return out = integer_slot(value.integer), true;
      if (value.kind != Kind::number || std::abs(value.number) > 9007199254740992.0 || std::trunc(value.number) != value.number) return false;
      return out = integer_slot(static_cast<int64_t>(value.number)), true;
    case ValueKind::number:
      if (value.kind == Kind::integer) return number_slot(static_cast<double>(value.integer), out);
      return value.kind == Kind::number && number_slot(value.number, out);
    case ValueKind::money: case ValueKind::duration: case ValueKind::percent: {
      const bool read = value.kind == Kind::integer  ? scaled(value.integer, scale_of(how), whole)
                        : value.kind == Kind::number ? parse_decimal(value.digits, scale_of(how), whole)
                                                     : false;
      return read && (out = integer_slot(whole), true);
    }
    default: return value.kind == Kind::text && convert_text(value.text, false, how, out);
  }
}

bool convert_cell(std::string_view cell, const Conversion& how, wend_slot& out) {
  int64_t whole = 0;
  double number = 0;
  switch (how.type.kind) {
    case ValueKind::boolean: {
      const std::string word = lower(cell);
      const bool yes = word == "true" || word == "yes" || word == "1";
      if (!yes && word != "false" && word != "no" && word != "0") return false;
      return out = integer_slot(yes ? 1 : 0), true;
    }
    case ValueKind::integer: {
      if (!cell.empty() && cell.front() == '+') cell.remove_prefix(1);
      const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), whole);
      return error == std::errc() && end == cell.data() + cell.size() && !cell.empty() && (out = integer_slot(whole), true);
    }
    case ValueKind::number: return parse_double(cell, number) && number_slot(number, out);
    case ValueKind::percent:
      if (cell.ends_with("%")) return parse_decimal(cell.substr(0, cell.size() - 1), 4, whole) && (out = integer_slot(whole), true);
      [[fallthrough]];
    case ValueKind::money: case ValueKind::duration:
      return parse_decimal(cell, scale_of(how), whole) && (out = integer_slot(whole), true);
    default: return is_valid_utf8(cell) && convert_text(cell, true, how, out);
  }
}

TimeFault parse_time(std::string_view text, const Zone& zone, bool cell, int64_t& at_us) {
  int32_t days = 0;
  if (cell && parse_compact_date(text, days)) {
    at_us = start_of_day(zone, days);
  } else if (cell && parse_epoch(text, at_us)) {
  } else if (text.size() > 64 || !parse_any_instant(text, zone, at_us)) {
    return TimeFault::not_a_time;
  }
  return at_us < 0 || at_us >= kLatest ? TimeFault::out_of_range : TimeFault::none;
}

TimeFault TimeReader::read(std::string_view text, const Zone& zone, int64_t& at_us) {
  int64_t of_day_us = 0;
  const bool common = has_common_size(text);
  if (common && std::memcmp(text.data(), day_, sizeof day_) == 0 && parse_common_clock(text, of_day_us)) {
    at_us = day_us_ + of_day_us;
    return at_us >= kLatest ? TimeFault::out_of_range : TimeFault::none;
  }
  if (common && parse_common_day(text, day_us_)) std::memcpy(day_, text.data(), sizeof day_);
  return parse_time(text, zone, false, at_us);
}

namespace {

const char* word_of(ValueKind kind) {
  static constexpr const char* words[] = {"bool", "int", "number", "percent", "text", "html", "url", "email", "money", "duration",
                                          "time", "date", "time of day", "weekday", "timezone", "one of", "list", "set"};
  return words[static_cast<size_t>(kind)];
}

std::string list_words(const ValueType& type) {
  std::string words = type.kind == ValueKind::set ? "a set of " : "a list of ";
  if (type.fields.size() == 1 && type.fields[0].name.empty()) return words + word_of(type.fields[0].type.kind);
  words += "{ ";
  for (size_t i = 0; i < type.fields.size() && i < 12; ++i)
    words += (i ? ", " : "") + type.fields[i].name + " " + word_of(type.fields[i].type.kind) + (type.fields[i].type.optional ? "?" : "");
  return words + (type.fields.size() > 12 ? ", … }" : " }");
}

}  // namespace

std::string expected_words(const ValueType& type) {
  switch (type.kind) {
    case ValueKind::boolean: return "true or false";
    case ValueKind::integer: return "a whole number";
    case ValueKind::number: return "a number";
    case ValueKind::percent: return "a share such as 0.1";
    case ValueKind::text: return "a text";
    case ValueKind::html: return "a text (html)";
    case ValueKind::url: return "a text (url)";
    case ValueKind::email: return "a text (email)";
    case ValueKind::money: return "an amount of money";
    case ValueKind::duration: return "a duration as a number";
    case ValueKind::time: return "a time such as 2026-01-31T18:00:00Z";
    case ValueKind::date: return "a date such as 2026-01-31";
    case ValueKind::time_of_day: return "a time of day such as 22:00";
    case ValueKind::weekday: return "a weekday such as monday";
    case ValueKind::timezone: return "a time zone such as Europe/Stockholm";
    case ValueKind::list: case ValueKind::set: return list_words(type);
    case ValueKind::one_of: break;
  }
  std::string words = "one of ";
  for (size_t i = 0; i < type.words.size() && i < 12; ++i) words += (i ? ", " : "") + type.words[i];
  return type.words.size() > 12 ? words + " …" : words;
}

std::string found_words(const RawValue& value) {
  switch (value.kind) {
    case RawValue::Kind::null: return "null";
    case RawValue::Kind::boolean: return value.truth ? "true" : "false";
    case RawValue::Kind::integer: return std::to_string(value.integer);
    case RawValue::Kind::number: {
      if (!value.digits.empty()) return cut(value.digits);
      std::string out;
      append_number(out, value.number);
      return out;
    }
    case RawValue::Kind::text: return "the text \"" + cut(value.text) + "\"";
    case RawValue::Kind::list: return "a list";
    case RawValue::Kind::object: return "an object";
  }
  return "nothing";
}

std::string found_words(std::string_view cell) { return cell.empty() ? "an empty cell" : "`" + cut(cell) + "`"; }

}  // namespace wend
