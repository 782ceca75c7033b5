// Reads RFC 8536 files: the 64-bit block where there is one, and the POSIX rule of the last line. Every count and
// index is tested before it is used. Tested by tests/unit/zones.
#include "runtime/abi/zone_data.h"

#include <algorithm>
#include <utility>

#include "runtime/abi/zones.h"

namespace wend {

namespace {

constexpr int64_t kSecondsPerDay = 86'400;
constexpr int64_t kSecondsMax = 9'200'000'000'000;  // so that microseconds fit with room to spare
constexpr int32_t kOffsetMax = 26 * 3600;           // RFC 8536 3.2

// ---- bytes

struct Bytes {
  std::string_view rest;
  bool ok = true;

  std::string_view take(size_t count) {
    if (count > rest.size()) {
      ok = false;
      count = rest.size();
    }
    const std::string_view taken = rest.substr(0, count);
    rest.remove_prefix(count);
    return taken;
  }
  int64_t number(size_t size) {  // big-endian, two's complement
    const std::string_view taken = take(size);
    if (taken.empty()) return 0;
    uint64_t value = static_cast<signed char>(taken[0]) < 0 ? ~uint64_t{0} : 0;
    for (const char c : taken) value = value << 8 | static_cast<unsigned char>(c);
    return static_cast<int64_t>(value);
  }
};

struct Header {
  char version = 0;
  size_t utc_flags, standard_flags, leaps, changes, types, name_bytes;
};

bool read_header(Bytes& in, Header& header) {
  if (in.take(4) != "TZif") return false;
  const std::string_view version = in.take(1);
  in.take(15);
  for (size_t* field : {&header.utc_flags, &header.standard_flags, &header.leaps, &header.changes, &header.types,
                        &header.name_bytes}) {
    *field = static_cast<size_t>(in.number(4) & 0xFFFFFFFF);
  }
  if (!in.ok) return false;
  header.version = version[0];
  return header.types >= 1 && header.types <= 256;
}

void skip_block(Bytes& in, const Header& h, size_t time_size) {
  in.take(h.changes * (time_size + 1) + h.types * 6 + h.name_bytes + h.leaps * (time_size + 4) + h.standard_flags +
          h.utc_flags);
}

struct Change {
  int64_t at_s;
  int32_t offset;
};

bool read_block(Bytes& in, const Header& h, size_t time_size, int32_t& first_offset, std::vector<Change>& changes) {
  if (h.leaps != 0 || h.changes > in.rest.size() / (time_size + 1)) return false;
  changes.resize(h.changes);
  for (Change& change : changes) change.at_s = std::clamp(in.number(time_size), -kSecondsMax, kSecondsMax);
  const std::string_view indexes = in.take(h.changes);
  std::vector<int32_t> offsets(h.types);
  for (int32_t& offset : offsets) {
    offset = static_cast<int32_t>(in.number(4));
    in.take(2);  // summer or not, name: not needed
    if (offset < -kOffsetMax || offset > kOffsetMax) return false;
  }
  in.take(h.name_bytes + h.standard_flags + h.utc_flags);
  if (!in.ok) return false;
  first_offset = offsets[0];
  for (size_t i = 0; i < changes.size(); ++i) {
    const auto index = static_cast<unsigned char>(indexes[i]);
    if (index >= offsets.size() || (i > 0 && changes[i].at_s < changes[i - 1].at_s)) return false;
    changes[i].offset = offsets[index];
  }
  return true;
}

// ---- the POSIX rule, for example "CET-1CEST,M3.5.0,M10.5.0/3"

struct RuleDay {
  enum class Kind : uint8_t { month, julian, day_of_year } kind = Kind::month;
  int32_t month = 1, week = 1, weekday = 0;  // month: weekday 0 is Sunday, week 5 the last
  int32_t day = 0;                           // julian: 1..365 without 29 February; day_of_year: 0..365
  int32_t time_s = 2 * 3600;                 // by the clock before the change, -167..167 hours
};

struct Rule {
  int32_t standard_offset = 0;
  bool has_summer = false;
  int32_t summer_offset = 0;
  RuleDay start, end;
};

struct RuleText {
  std::string_view rest;
  bool ok = true;

  bool accept(char c) {
    if (rest.empty() || rest[0] != c) return false;
    rest.remove_prefix(1);
    return true;
  }
  void expect(char c) { ok = accept(c) && ok; }
  int32_t number(int32_t min, int32_t max) {
    int32_t value = 0;
    size_t digits = 0;
    while (!rest.empty() && rest[0] >= '0' && rest[0] <= '9' && digits < 4) {
      value = value * 10 + (rest[0] - '0');
      rest.remove_prefix(1);
      ++digits;
    }
    if (digits == 0 || value < min || value > max) ok = false;
    return value;
  }
  void name() {
    size_t length = 0;
    if (accept('<')) {
      while (length < rest.size() && rest[length] != '>') ++length;
      rest.remove_prefix(length);
      expect('>');
    } else {
      while (length < rest.size() && ((rest[length] | 32) >= 'a' && (rest[length] | 32) <= 'z')) ++length;
      rest.remove_prefix(length);
    }
    if (length < 3) ok = false;
  }
  int32_t time(int32_t hours_max) {
    const bool minus = accept('-');
    if (!minus) accept('+');
    int32_t seconds = number(0, hours_max) * 3600;
    if (accept(':')) {
      seconds += number(0, 59) * 60;
      if (accept(':')) seconds += number(0, 59);
    }
    return minus ? -seconds : seconds;
  }
  RuleDay day() {
    RuleDay day;
    if (accept('M')) {
      day.month = number(1, 12);
      expect('.');
      day.week = number(1, 5);
      expect('.');
      day.weekday = number(0, 6);
    } else if (accept('J')) {
      day.kind = RuleDay::Kind::julian;
      day.day = number(1, 365);
    } else {
      day.kind = RuleDay::Kind::day_of_year;
      day.day = number(0, 365);
    }
    if (accept('/')) day.time_s = time(167);
    return day;
  }
};

bool read_rule(std::string_view text, Rule& rule) {
  RuleText in{text};
  in.name();
  rule.standard_offset = -in.time(24);
  if (in.rest.empty()) return in.ok;
  rule.has_summer = true;
  in.name();
  const bool has_offset = !in.rest.empty() && in.rest[0] != ',';
  rule.summer_offset = has_offset ? -in.time(24) : rule.standard_offset + 3600;
  in.expect(',');
  rule.start = in.day();
  in.expect(',');
  rule.end = in.day();
  return in.ok && in.rest.empty();
}

// The day of a rule in a year, since 1970-01-01.
int32_t day_in_year(const RuleDay& rule, int32_t year) {
  if (rule.kind == RuleDay::Kind::day_of_year) return days_from_civil(year, 1, 1) + rule.day;
  if (rule.kind == RuleDay::Kind::julian) {
    const bool behind_leap_day = rule.day >= 60 && days_in_month(year, 2) == 29;
    return days_from_civil(year, 1, 1) + rule.day - 1 + (behind_leap_day ? 1 : 0);
  }
  const int32_t first = days_from_civil(year, rule.month, 1);
  const int32_t first_weekday = (weekday_of(first) + 1) % 7;  // 0 is Sunday
  int32_t day = (rule.weekday - first_weekday + 7) % 7 + (rule.week - 1) * 7;
  if (day >= days_in_month(year, rule.month)) day -= 7;
  return first + day;
}

// Appends the rule's changes behind the last that is written out, for a little more than a period.
void extend_by_rule(const Rule& rule, std::vector<Change>& changes, ZoneData& zone) {
  const int64_t behind = changes.empty() ? 0 : changes.back().at_s;
  const auto first_year = civil_from_days(static_cast<int32_t>(floor_div(behind, kSecondsPerDay))).year;
  std::vector<Change> more;
  for (int32_t year = first_year - 1; year <= first_year + 404; ++year) {
    const int64_t start = day_in_year(rule.start, year) * kSecondsPerDay + rule.start.time_s;
    const int64_t end = day_in_year(rule.end, year) * kSecondsPerDay + rule.end.time_s;
    more.push_back({start - rule.standard_offset, rule.summer_offset});
    more.push_back({end - rule.summer_offset, rule.standard_offset});
  }
  // Where summer time lasts all year its end and its next start are one instant: the start, pushed later, wins.
  std::stable_sort(more.begin(), more.end(), [](const Change& a, const Change& b) { return a.at_s < b.at_s; });
  for (const Change& change : more) {
    if (changes.empty() || change.at_s > behind) changes.push_back(change);
  }
  zone.repeats = true;
  zone.repeat_from_us = days_from_civil(first_year + 2, 1, 1) * kMicrosPerDay;
}

}  // namespace

bool read_zone_data(std::string_view bytes, ZoneData& zone) {
  Bytes in{bytes};
  Header header;
  if (!read_header(in, header)) return false;
  const bool wide = header.version >= '2';
  if (wide) {
    skip_block(in, header, 4);
    if (!in.ok || !read_header(in, header)) return false;
  }
  std::vector<Change> changes;
  zone = ZoneData{};
  if (!read_block(in, header, wide ? 8 : 4, zone.first_offset, changes)) return false;
  if (wide) {
    if (in.take(1) != "\n") return false;
    const size_t end = in.rest.find('\n');
    if (end == std::string_view::npos) return false;
    Rule rule;
    if (end > 0) {
      if (!read_rule(in.rest.substr(0, end), rule)) return false;
      if (rule.has_summer) extend_by_rule(rule, changes, zone);
    }
  }
  zone.largest_offset = zone.first_offset;
  for (size_t i = 0; i < changes.size(); ++i) {
    const bool overtaken = i + 1 < changes.size() && changes[i + 1].at_s == changes[i].at_s;
    const int32_t before = zone.offsets.empty() ? zone.first_offset : zone.offsets.back();
    if (overtaken || changes[i].offset == before) continue;
    zone.changes_us.push_back(changes[i].at_s * kMicrosPerSecond);
    zone.offsets.push_back(changes[i].offset);
    zone.largest_offset = std::max(zone.largest_offset, changes[i].offset);
  }
  zone.repeats = zone.repeats && !zone.changes_us.empty() && zone.changes_us.back() >= zone.repeat_from_us + kRepeatUs;
  return true;
}

}  // namespace wend
