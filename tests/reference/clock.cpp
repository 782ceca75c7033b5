// Zones by the date library, calendar by its civil types. One answer is remembered per zone, since most questions
// fall between the same two changes of its clock.
#include "tests/reference/clock.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <map>
#include <memory>

namespace wend::reference {

int64_t floor_div(int64_t a, int64_t b) {
  int64_t q = a / b;
  return q * b > a ? q - 1 : q;
}

Civil civil(int64_t days) {
  date::year_month_day ymd{date::sys_days{date::days{static_cast<int>(days)}}};
  return {static_cast<int>(ymd.year()), static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

int64_t days_of(int64_t year, int month, int day) {
  date::year_month_day ymd{date::year{static_cast<int>(year)}, date::month{static_cast<unsigned>(month)}, date::day{static_cast<unsigned>(day)}};
  return date::sys_days{ymd}.time_since_epoch().count();
}

int days_in_month(int64_t year, int month) {
  date::year_month_day_last last{date::year{static_cast<int>(year)}, date::month_day_last{date::month{static_cast<unsigned>(month)}}};
  return static_cast<int>(static_cast<unsigned>(last.day()));
}

int weekday_of(int64_t days) {
  return static_cast<int>(date::weekday{date::sys_days{date::days{static_cast<int>(days)}}}.iso_encoding()) - 1;
}

const Zone* Zone::find(std::string_view name) {
  static std::map<std::string, std::unique_ptr<Zone>, std::less<>> known;
  auto found = known.find(name);
  if (found != known.end()) return found->second.get();
  auto zone = std::make_unique<Zone>();
  try {
    zone->zone_ = date::locate_zone(name);
  } catch (const std::exception&) {
    zone = nullptr;
  }
  return known.emplace(name, std::move(zone)).first->second.get();
}

int64_t Zone::local(int64_t instant_us) const {
  if (instant_us < from_ || instant_us >= until_) {
    auto at = date::sys_seconds{std::chrono::seconds{floor_div(instant_us, kSecond)}};
    date::sys_info info = static_cast<const date::time_zone*>(zone_)->get_info(at);
    auto micros = [](date::sys_seconds s) {
      int64_t seconds = s.time_since_epoch().count();
      if (seconds > INT64_MAX / kSecond) return INT64_MAX;
      if (seconds < INT64_MIN / kSecond) return INT64_MIN;
      return seconds * kSecond;
    };
    from_ = micros(info.begin);
    until_ = micros(info.end);
    offset_ = std::chrono::seconds(info.offset).count() * kSecond;
  }
  return instant_us + offset_;
}

int64_t Zone::instant(int64_t day, int64_t time_of_day_us) const {
  int64_t wall = day * kDay + time_of_day_us;
  auto seconds = date::local_seconds{std::chrono::seconds{floor_div(wall, kSecond)}};
  date::local_info info = static_cast<const date::time_zone*>(zone_)->get_info(seconds);
  if (info.result == date::local_info::nonexistent) return info.first.end.time_since_epoch().count() * kSecond;
  return wall - std::chrono::seconds(info.first.offset).count() * kSecond;
}

int64_t pane_of(const Zone& zone, TimeUnit unit, int64_t instant_us) {
  if (unit == TimeUnit::minute) return floor_div(instant_us, kMinute);
  if (unit == TimeUnit::hour) return floor_div(instant_us, kHour);
  int64_t day = zone.local_day(instant_us);
  if (unit == TimeUnit::day) return day;
  if (unit == TimeUnit::week) return floor_div(day + 3, 7);  // 1970-01-01 was a Thursday
  Civil c = civil(day);
  return c.year * 12 + c.month - 1;
}

int64_t pane_start(const Zone& zone, TimeUnit unit, int64_t pane) {
  if (unit == TimeUnit::minute) return pane * kMinute;
  if (unit == TimeUnit::hour) return pane * kHour;
  int64_t day = pane;
  if (unit == TimeUnit::week) day = pane * 7 - 3;
  if (unit == TimeUnit::month) day = days_of(floor_div(pane, 12), static_cast<int>(pane - floor_div(pane, 12) * 12) + 1, 1);
  return zone.instant(day, 0);
}

int64_t units_on(const Zone& zone, TimeUnit unit, int64_t count, int64_t instant_us) {
  if (unit == TimeUnit::minute) return instant_us + count * kMinute;
  if (unit == TimeUnit::hour) return instant_us + count * kHour;
  int64_t wall = zone.local(instant_us), day = floor_div(wall, kDay), time = wall - day * kDay;
  if (unit == TimeUnit::day) return zone.instant(day + count, time);
  if (unit == TimeUnit::week) return zone.instant(day + 7 * count, time);
  Civil c = civil(day);
  int64_t months = c.year * 12 + c.month - 1 + count, year = floor_div(months, 12);
  int month = static_cast<int>(months - year * 12) + 1;
  return zone.instant(days_of(year, month, std::min(c.day, days_in_month(year, month))), time);
}

std::string print_date(int64_t days) {
  Civil c = civil(days);
  return fmt::format("{:04}-{:02}-{:02}", c.year, c.month, c.day);
}

std::string print_time_of_day(int64_t micros) {
  int64_t minutes = micros / kMinute, seconds = micros % kMinute / kSecond;
  std::string text = fmt::format("{:02}:{:02}", minutes / 60, minutes % 60);
  return seconds ? text + fmt::format(":{:02}", seconds) : text;
}

std::string print_instant(int64_t instant_us) {
  int64_t day = floor_div(instant_us, kDay), rest = instant_us - day * kDay;
  std::string text = print_date(day) + fmt::format("T{:02}:{:02}:{:02}", rest / kHour, rest / kMinute % 60, rest / kSecond % 60);
  if (rest % kSecond) text += fmt::format(".{:06}", rest % kSecond);
  return text + "Z";
}

namespace {

// Exactly `count` digits from `at` on, or -1; moves `at` behind them.
int64_t digits(std::string_view text, size_t& at, size_t count) {
  if (at + count > text.size()) return -1;
  int64_t value = 0;
  for (size_t i = 0; i < count; ++i) {
    char c = text[at + i];
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  at += count;
  return value;
}

bool skip(std::string_view text, size_t& at, char c) { return at < text.size() && text[at] == c ? (++at, true) : false; }

bool read_date_part(std::string_view text, size_t& at, int64_t& days) {
  int64_t year = digits(text, at, 4);
  if (year < 1 || !skip(text, at, '-')) return false;
  int64_t month = digits(text, at, 2);
  if (month < 1 || month > 12 || !skip(text, at, '-')) return false;
  int64_t day = digits(text, at, 2);
  if (day < 1 || day > days_in_month(year, static_cast<int>(month))) return false;
  days = days_of(year, static_cast<int>(month), static_cast<int>(day));
  return true;
}

bool read_clock_part(std::string_view text, size_t& at, int64_t& micros) {
  int64_t hour = digits(text, at, 2);
  if (hour < 0 || hour > 23 || !skip(text, at, ':')) return false;
  int64_t minute = digits(text, at, 2), second = 0, fraction = 0;
  if (minute < 0 || minute > 59) return false;
  if (skip(text, at, ':')) {
    second = digits(text, at, 2);
    if (second < 0 || second > 59) return false;
    if (skip(text, at, '.')) {
      size_t begin = at;
      for (int64_t unit = kSecond / 10; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, unit /= 10) fraction += (text[at] - '0') * unit;
      if (at == begin) return false;
    }
  }
  micros = hour * kHour + minute * kMinute + second * kSecond + fraction;
  return true;
}

}  // namespace

bool read_date(std::string_view text, int64_t& days) {
  size_t at = 0;
  return read_date_part(text, at, days) && at == text.size();
}

bool read_time_of_day(std::string_view text, int64_t& micros) {
  size_t at = 0;
  return read_clock_part(text, at, micros) && at == text.size();
}

bool read_instant(std::string_view text, const Zone& zone, int64_t& instant_us) {
  size_t at = 0;
  int64_t day = 0, time = 0;
  if (!read_date_part(text, at, day)) return false;
  if (at == text.size()) return instant_us = zone.instant(day, 0), true;
  if (!skip(text, at, 'T') && !skip(text, at, ' ')) return false;
  if (!read_clock_part(text, at, time)) return false;
  if (at == text.size()) return instant_us = zone.instant(day, time), true;
  if (skip(text, at, 'Z')) return instant_us = day * kDay + time, at == text.size();
  int64_t sign = text[at] == '-' ? -1 : text[at] == '+' ? 1 : 0;
  if (sign == 0) return false;
  ++at;
  int64_t hours = digits(text, at, 2);
  skip(text, at, ':');
  int64_t minutes = digits(text, at, 2);
  if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59 || at != text.size()) return false;
  instant_us = day * kDay + time - sign * (hours * kHour + minutes * kMinute);
  return true;
}

}  // namespace wend::reference
