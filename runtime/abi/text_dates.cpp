// strftime for templates: English names, no locale, no zone. Tested by tests/unit/text_format.
#include "runtime/abi/text_format.h"

namespace wend {

namespace {

constexpr const char* kMonths[] = {"January", "February", "March", "April", "May", "June",
                                   "July", "August", "September", "October", "November", "December"};
constexpr const char* kDays[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};

// The fields of one local time that conversions read.
struct Fields {
  CivilDate date;
  int weekday;  // 0 is Monday
  int64_t day_of_year, hour, hour12, minute, second, millisecond;
};

Fields fields_of(const LocalTime& local) {
  const CivilDate date = civil_from_days(local.day);
  const int64_t hour = local.time_us / kMicrosPerHour % 24;
  return {.date = date,
          .weekday = weekday_of(local.day),
          .day_of_year = int64_t{local.day} - days_from_civil(date.year, 1, 1) + 1,
          .hour = hour,
          .hour12 = hour % 12 == 0 ? 12 : hour % 12,
          .minute = local.time_us / kMicrosPerMinute % 60,
          .second = local.time_us / kMicrosPerSecond % 60,
          .millisecond = local.time_us / 1'000 % 1'000};
}

void append_padded(std::string& out, int64_t value, size_t width, char pad) {
  std::string digits;
  append_int(digits, value);
  if (pad != '-' && digits.size() < width) out.append(width - digits.size(), pad);
  out += digits;
}

// What a conversion that stands for others is made of, or null.
const char* expansion(char conversion) {
  switch (conversion) {
    case 'F': return "%Y-%m-%d";
    case 'T': case 'X': return "%H:%M:%S";
    case 'R': return "%H:%M";
    case 'r': return "%I:%M:%S %p";
    case 'D': case 'x': return "%m/%d/%y";
    case 'c': return "%a %b %e %H:%M:%S %Y";
    default: return nullptr;
  }
}

// Writes one conversion; false when there is none of that letter. `bare`: the flag `-`, no padding.
bool append_conversion(std::string& out, const Fields& f, char conversion, bool bare) {
  const auto number = [&](int64_t value, size_t width, char pad) {
    append_padded(out, value, width, bare ? '-' : pad);
  };
  switch (conversion) {
    case 'Y': number(f.date.year, 4, '0'); break;
    case 'y': number(floor_div(f.date.year, 100) * -100 + f.date.year, 2, '0'); break;
    case 'm': number(f.date.month, 2, '0'); break;
    case 'd': number(f.date.day, 2, '0'); break;
    case 'e': number(f.date.day, 2, ' '); break;
    case 'j': number(f.day_of_year, 3, '0'); break;
    case 'H': number(f.hour, 2, '0'); break;
    case 'k': number(f.hour, 2, ' '); break;
    case 'I': number(f.hour12, 2, '0'); break;
    case 'l': number(f.hour12, 2, ' '); break;
    case 'M': number(f.minute, 2, '0'); break;
    case 'S': number(f.second, 2, '0'); break;
    case 'L': number(f.millisecond, 3, '0'); break;
    case 'u': number(f.weekday + 1, 1, '0'); break;
    case 'w': number((f.weekday + 1) % 7, 1, '0'); break;
    case 'p': out += f.hour < 12 ? "AM" : "PM"; break;
    case 'P': out += f.hour < 12 ? "am" : "pm"; break;
    case 'B': out += kMonths[f.date.month - 1]; break;
    case 'b': case 'h': out.append(kMonths[f.date.month - 1], 3); break;
    case 'A': out += kDays[f.weekday]; break;
    case 'a': out.append(kDays[f.weekday], 3); break;
    case '%': out += '%'; break;
    default: return false;
  }
  return true;
}

void append_fields(std::string& out, const Fields& fields, std::string_view format) {
  for (size_t at = 0; at < format.size(); ++at) {
    const bool bare = at + 2 < format.size() && format[at + 1] == '-';
    const size_t letter = at + (bare ? 2 : 1);
    if (format[at] != '%' || letter >= format.size()) {
      out += format[at];
    } else if (const char* parts = expansion(format[letter])) {
      append_fields(out, fields, parts);  // one level: expansions hold only single conversions
      at = letter;
    } else if (append_conversion(out, fields, format[letter], bare)) {
      at = letter;
    } else {
      out += '%';
    }
  }
}

}  // namespace

void append_date_format(std::string& out, const LocalTime& local, std::string_view format) {
  append_fields(out, fields_of(local), format);
}

}  // namespace wend
