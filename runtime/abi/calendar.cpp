// The Gregorian calendar without zones, and dates and instants as text. Tested by tests/unit/zones.
#include <algorithm>
#include <limits>

#include "runtime/abi/zones.h"

namespace wend {

namespace {

constexpr int64_t kDaysPer400Years = 146'097;
constexpr int64_t kDaysToEra = 719'468;  // from 0000-03-01 to 1970-01-01
constexpr int64_t kFirstInstant = -62'135'596'800 * kMicrosPerSecond;        // 0001-01-01T00:00Z
constexpr int64_t kBehindLastInstant = 253'402'300'800 * kMicrosPerSecond;   // 10000-01-01T00:00Z

bool is_leap(int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int32_t to_int32(int64_t value) {
  using Limits = std::numeric_limits<int32_t>;
  return static_cast<int32_t>(std::clamp<int64_t>(value, Limits::min(), Limits::max()));
}

// The last `width` digits of a value that is not negative, zeros in front.
void append_digits(std::string& out, int64_t value, size_t width) {
  out.append(width, '0');
  for (size_t at = out.size(); width > 0; --width, value /= 10) out[--at] = static_cast<char>('0' + value % 10);
}

// A cursor over text; a failed step leaves `ok` false for good.
struct Reader {
  std::string_view rest;
  bool ok = true;

  bool accept(char c) {
    if (rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok = accept(c) && ok; }
  bool at_digit() const { return !rest.empty() && rest[0] >= '0' && rest[0] <= '9'; }
  // Exactly `width` digits with a value in [min, max].
  int64_t digits(int width, int64_t min, int64_t max) {
    int64_t value = 0;
    for (int i = 0; i < width; ++i) {
      if (!at_digit()) {
        ok = false;
        return min;
      }
      value = value * 10 + (rest[0] - '0');
      rest.remove_prefix(1);
    }
    if (value < min || value > max) {
      ok = false;
      return min;
    }
    return value;
  }
};

int32_t read_date(Reader& in) {
  const auto year = static_cast<int32_t>(in.digits(4, 1, 9999));
  in.expect('-');
  const auto month = static_cast<int32_t>(in.digits(2, 1, 12));
  in.expect('-');
  const auto day = static_cast<int32_t>(in.digits(2, 1, days_in_month(year, month)));
  return days_from_civil(year, month, day);
}

int64_t read_fraction(Reader& in) {
  int64_t micros = 0;
  int64_t unit = 100'000;
  if (!in.at_digit()) in.ok = false;
  while (in.at_digit()) {
    micros += (in.rest[0] - '0') * unit;
    unit /= 10;
    in.rest.remove_prefix(1);
  }
  return micros;
}

int64_t read_time_of_day(Reader& in) {
  int64_t time = in.digits(2, 0, 23) * kMicrosPerHour;
  in.expect(':');
  time += in.digits(2, 0, 59) * kMicrosPerMinute;
  if (in.accept(':')) {
    time += in.digits(2, 0, 59) * kMicrosPerSecond;
    if (in.accept('.') || in.accept(',')) time += read_fraction(in);
  }
  return time;
}

// What stands behind the sign of an offset: hh, hhmm or hh:mm.
int64_t read_offset(Reader& in) {
  int64_t offset = in.digits(2, 0, 23) * kMicrosPerHour;
  if (in.accept(':') || in.at_digit()) offset += in.digits(2, 0, 59) * kMicrosPerMinute;
  return offset;
}

}  // namespace

// Years are counted from March, so that the leap day is the last of its year and the months before it follow
// the pattern 31 30 31 30 31 of five months and 153 days.
CivilDate civil_from_days(int32_t days) {
  const int64_t since_era = days + kDaysToEra;
  const int64_t era = floor_div(since_era, kDaysPer400Years);
  const int64_t day_of_era = since_era - era * kDaysPer400Years;
  const int64_t leap_days = day_of_era / 1'460 - day_of_era / 36'524 + day_of_era / 146'096;
  const int64_t year_of_era = (day_of_era - leap_days) / 365;
  const int64_t day_of_year = day_of_era - (year_of_era * 365 + year_of_era / 4 - year_of_era / 100);
  const int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int64_t day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
  const int64_t month = month_from_march < 10 ? month_from_march + 3 : month_from_march - 9;
  const int64_t year = era * 400 + year_of_era + (month <= 2 ? 1 : 0);
  return {to_int32(year), static_cast<int32_t>(month), static_cast<int32_t>(day)};
}

int32_t days_from_civil(int32_t year, int32_t month, int32_t day) {
  const int64_t march_year = int64_t{year} - (month <= 2 ? 1 : 0);
  const int64_t era = floor_div(march_year, 400);
  const int64_t year_of_era = march_year - era * 400;
  const int64_t month_from_march = month > 2 ? month - 3 : month + 9;
  const int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return to_int32(era * kDaysPer400Years + day_of_era - kDaysToEra);
}

int32_t days_in_month(int32_t year, int32_t month) {
  if (month == 2) return is_leap(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int weekday_of(int32_t days) {  // 1970-01-01 was a Thursday
  const int64_t shifted = int64_t{days} + 3;
  return static_cast<int>(shifted - floor_div(shifted, 7) * 7);
}

std::string format_date(int32_t days) {
  const CivilDate date = civil_from_days(days);
  std::string out;
  append_digits(out, std::clamp(date.year, 0, 9999), 4);
  out += '-';
  append_digits(out, date.month, 2);
  out += '-';
  append_digits(out, date.day, 2);
  return out;
}

bool parse_date(std::string_view text, int32_t& days) {
  Reader in{text};
  const int32_t read = read_date(in);
  if (!in.ok || !in.rest.empty()) return false;
  days = read;
  return true;
}

std::string format_instant(int64_t instant_us) {
  const int64_t instant = std::clamp(instant_us, kFirstInstant, kBehindLastInstant - 1);
  const int64_t day = floor_div(instant, kMicrosPerDay);
  const int64_t time = instant - day * kMicrosPerDay;
  std::string out = format_date(static_cast<int32_t>(day));
  out += 'T';
  append_digits(out, time / kMicrosPerHour, 2);
  out += ':';
  append_digits(out, time / kMicrosPerMinute % 60, 2);
  out += ':';
  append_digits(out, time / kMicrosPerSecond % 60, 2);
  if (time % kMicrosPerSecond != 0) {
    out += '.';
    append_digits(out, time % kMicrosPerSecond, 6);
  }
  out += 'Z';
  return out;
}

bool parse_instant(std::string_view text, const Zone& zone, int64_t& instant_us) {
  constexpr size_t kLongest = 64;
  if (text.size() > kLongest) return false;
  Reader in{text};
  const int32_t day = read_date(in);
  if (!in.accept('T') && !in.accept('t')) in.expect(' ');
  const int64_t time = read_time_of_day(in);
  if (!in.ok) return false;
  int64_t instant = day * kMicrosPerDay + time;
  if (in.accept('+')) {
    instant -= read_offset(in);
  } else if (in.accept('-')) {
    instant += read_offset(in);
  } else if (!in.accept('Z') && !in.accept('z')) {
    instant = to_instant(zone, day, time);
  }
  if (!in.ok || !in.rest.empty() || instant < kFirstInstant || instant >= kBehindLastInstant) return false;
  instant_us = instant;
  return true;
}

}  // namespace wend
