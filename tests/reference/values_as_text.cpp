// Values as a reader of a message sees them.
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "tests/reference/evaluate.h"

namespace wend::reference {
namespace {

const char* const kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};

// Millionths as a decimal with no zeros behind, but at least `least` places.
std::string decimal(int64_t micros, size_t least) {
  __int128 magnitude = micros < 0 ? -static_cast<__int128>(micros) : micros;
  std::string fraction = fmt::format("{:06}", static_cast<int64_t>(magnitude % 1'000'000));
  while (fraction.size() > least && fraction.back() == '0') fraction.pop_back();
  std::string text = (micros < 0 ? "-" : "") + fmt::format("{}", static_cast<int64_t>(magnitude / 1'000'000));
  return fraction.empty() ? text : text + "." + fraction;
}

std::string percent(int64_t millionths) {
  __int128 scaled = static_cast<__int128>(millionths) * 100;  // 10% is 100000
  int64_t held = saturate(scaled);
  return decimal(held, 0) + "%";
}

std::string duration(int64_t micros) {
  __int128 rest = micros < 0 ? -static_cast<__int128>(micros) : micros;
  std::string text = micros < 0 ? "-" : "";
  size_t begin = text.size();
  auto part = [&](int64_t unit, const char* word) {
    int64_t count = static_cast<int64_t>(rest / unit);
    rest %= unit;
    if (count) text += (text.size() > begin ? " " : "") + fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
  };
  part(kDay, "day");
  part(kHour, "hour");
  part(kMinute, "minute");
  if (rest || text.size() == begin) text += (text.size() > begin ? " " : "") + decimal(static_cast<int64_t>(rest), 0) + (rest == kSecond ? " second" : " seconds");
  return text;
}

bool is_script(const std::string& url) {
  std::string scheme;
  for (char c : url) {
    if (static_cast<unsigned char>(c) <= 32 || c == 127) continue;
    if (c == ':' || c == '&') return scheme == "javascript" || scheme == "vbscript" || scheme == "data";
    if (c == '/' || c == '?' || c == '#' || scheme.size() > 16) return false;
    scheme += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  }
  return scheme == "javascript" || scheme == "vbscript" || scheme == "data";
}

}  // namespace

std::string escaped(const std::string& text, Escape escape) {
  if (escape == Escape::none) return text;
  std::string out;
  if (escape == Escape::link || escape == Escape::link_markup) {
    if (is_script(text)) return "#";
    if (escape == Escape::link_markup) return text;
  }
  for (char c : text) {
    unsigned char byte = static_cast<unsigned char>(c);
    if (escape == Escape::line) {
      out += byte < 32 || byte == 127 ? ' ' : c;
      continue;
    }
    if (escape == Escape::url) {
      bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
      out += plain ? std::string(1, c) : fmt::format("%{:02X}", byte);
      continue;
    }
    if (c == '&') out += "&amp;";
    else if (c == '<') out += "&lt;";
    else if (c == '>') out += "&gt;";
    else if (c == '"') out += "&quot;";
    else if (c == '\'') out += "&#39;";
    else out += c;
  }
  return out;
}

std::string number_text(double number) {
  if (number == 0) return "0";
  char buffer[64];
  double size = std::fabs(number);
  bool plain = size >= 1e-6 && size < 1e15;  // beyond these the shorter of the two ways of writing it
  auto written = plain ? std::to_chars(buffer, buffer + sizeof buffer, number, std::chars_format::fixed) : std::to_chars(buffer, buffer + sizeof buffer, number);
  return std::string(buffer, written.ptr);
}

std::string value_text(const Program& program, Type type, const Value& value) {
  switch (type.kind) {
    case TypeKind::boolean: return value.integer ? "true" : "false";
    case TypeKind::number: return number_text(value.number);
    case TypeKind::percent: return percent(value.integer);
    case TypeKind::money: return decimal(value.integer, 2) + " " + program.currencies[type.of];
    case TypeKind::duration: return duration(value.integer);
    case TypeKind::time: return print_instant(value.integer);
    case TypeKind::date: return print_date(value.integer);
    case TypeKind::time_of_day: return print_time_of_day(value.integer);
    case TypeKind::weekday: return kDays[value.integer];
    case TypeKind::one_of: return program.one_ofs[type.of].values[static_cast<size_t>(value.integer)];
    case TypeKind::integer: return fmt::format("{}", value.integer);
    default: return value.text;
  }
}

// strftime's letters, in English.
std::string date_text(int64_t local_us, const std::string& pattern) {
  static const char* const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
  int64_t days = floor_div(local_us, kDay), time = local_us - days * kDay;
  Civil c = civil(days);
  int64_t hour = time / kHour, minute = time / kMinute % 60, second = time / kSecond % 60, twelve = (hour + 11) % 12 + 1;
  int weekday = weekday_of(days);
  std::string out;
  auto padded = [&](int64_t value, int width, char pad, bool bare) {
    std::string digits = fmt::format("{}", value);
    if (!bare) while (static_cast<int>(digits.size()) < width) digits.insert(digits.begin(), pad);
    out += digits;
  };
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] != '%' || i + 1 == pattern.size()) { out += pattern[i]; continue; }
    size_t begin = i++;
    bool bare = pattern[i] == '-' && i + 1 < pattern.size();
    if (bare) ++i;
    std::string name = capital(kDays[weekday]);
    switch (pattern[i]) {
      case 'Y': padded(c.year, 4, '0', bare); break;
      case 'y': padded(c.year % 100, 2, '0', bare); break;
      case 'm': padded(c.month, 2, '0', bare); break;
      case 'd': padded(c.day, 2, '0', bare); break;
      case 'e': padded(c.day, 2, ' ', bare); break;
      case 'j': padded(days - days_of(c.year, 1, 1) + 1, 3, '0', bare); break;
      case 'H': padded(hour, 2, '0', bare); break;
      case 'k': padded(hour, 2, ' ', bare); break;
      case 'I': padded(twelve, 2, '0', bare); break;
      case 'l': padded(twelve, 2, ' ', bare); break;
      case 'M': padded(minute, 2, '0', bare); break;
      case 'S': padded(second, 2, '0', bare); break;
      case 'L': padded(time / 1000 % 1000, 3, '0', bare); break;
      case 'p': out += hour < 12 ? "AM" : "PM"; break;
      case 'P': out += hour < 12 ? "am" : "pm"; break;
      case 'B': out += months[c.month - 1]; break;
      case 'b': case 'h': out += std::string(months[c.month - 1]).substr(0, 3); break;
      case 'A': out += name; break;
      case 'a': out += name.substr(0, 3); break;
      case 'u': padded(weekday + 1, 1, '0', bare); break;
      case 'w': padded((weekday + 1) % 7, 1, '0', bare); break;
      case 'F': out += print_date(days); break;
      case 'T': out += fmt::format("{:02}:{:02}:{:02}", hour, minute, second); break;
      case 'R': out += fmt::format("{:02}:{:02}", hour, minute); break;
      case 'D': out += fmt::format("{:02}/{:02}/{:02}", c.month, c.day, c.year % 100); break;
      case '%': out += '%'; break;
      default: out += pattern.substr(begin, i - begin + 1);
    }
  }
  return out;
}

}  // namespace wend::reference
