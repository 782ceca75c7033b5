// Numbers, money and durations as text. Tested by tests/unit/text_format.
#include <algorithm>
#include <charconv>
#include <cmath>

#include "runtime/abi/text_format.h"

namespace wend {

namespace {

constexpr uint64_t kMicros = 1'000'000;
constexpr size_t kFixedMax = 400;  // the longest fixed text of a double has 309 digits before, or 326 behind the point

uint64_t magnitude(int64_t value) {
  const auto bits = static_cast<uint64_t>(value);
  return value < 0 ? ~bits + 1 : bits;
}

void append_uint(std::string& out, uint64_t value) {
  char text[20];
  out.append(text, static_cast<size_t>(std::to_chars(text, text + sizeof text, value).ptr - text));
}

// Millionths as decimal digits with at least `places_min` places; zeros behind those are dropped.
void append_micros(std::string& out, uint64_t micros, size_t places_min) {
  append_uint(out, micros / kMicros);
  char places[6];
  uint64_t rest = micros % kMicros;
  for (size_t i = 6; i-- > 0; rest /= 10) places[i] = static_cast<char>('0' + rest % 10);
  size_t count = 6;
  while (count > places_min && places[count - 1] == '0') --count;
  if (count > 0) out.append(1, '.').append(places, count);
}

struct DurationUnit {
  uint64_t micros;
  const char* one;
  const char* many;
};

constexpr DurationUnit kDurationUnits[] = {
    {86'400 * kMicros, " day", " days"}, {3'600 * kMicros, " hour", " hours"}, {60 * kMicros, " minute", " minutes"}};

}  // namespace

void append_int(std::string& out, int64_t value) {
  char text[20];
  out.append(text, static_cast<size_t>(std::to_chars(text, text + sizeof text, value).ptr - text));
}

void append_number(std::string& out, double value) {
  if (value == 0 || !std::isfinite(value)) {
    out += '0';
    return;
  }
  const double size = std::fabs(value);
  const bool fixed = size >= 1e-6 && size < 1e15;
  char text[kFixedMax];
  const auto end = fixed ? std::to_chars(text, text + sizeof text, value, std::chars_format::fixed)
                         : std::to_chars(text, text + sizeof text, value);
  out.append(text, static_cast<size_t>(end.ptr - text));
}

void append_money(std::string& out, int64_t micros) {
  if (micros < 0) out += '-';
  append_micros(out, magnitude(micros), 2);
}

void append_decimal(std::string& out, int64_t micros) {
  if (micros < 0) out += '-';
  append_micros(out, magnitude(micros), 0);
}

void append_duration(std::string& out, int64_t micros) {
  uint64_t rest = magnitude(micros);
  if (micros < 0) out += '-';
  const size_t start = out.size();
  for (const DurationUnit& unit : kDurationUnits) {
    const uint64_t count = rest / unit.micros;
    rest %= unit.micros;
    if (count == 0) continue;
    if (out.size() > start) out += ' ';
    append_uint(out, count);
    out += count == 1 ? unit.one : unit.many;
  }
  if (rest == 0 && out.size() > start) return;
  if (out.size() > start) out += ' ';
  append_micros(out, rest, 0);
  out += rest == kMicros ? " second" : " seconds";
}

// Rounds the shortest decimal text of the value, which is what a reader sees: 1.005 to two places is 1.01, though
// the double nearest to 1.005 lies a little below it.
double round_to(double value, int64_t digits) {
  if (!std::isfinite(value)) return 0;
  const auto places = static_cast<size_t>(std::clamp<int64_t>(digits, 0, 15));
  char text[kFixedMax + 1];
  text[0] = '0';  // room for a carry
  char* const end = std::to_chars(text + 1, text + sizeof text, std::fabs(value), std::chars_format::fixed).ptr;
  char* const point = std::find(text + 1, end, '.');
  if (static_cast<size_t>(end - point) <= places + 1) return value;
  char* const cut = point + 1 + places;
  if (*cut >= '5') {
    char* at = cut;
    while (true) {
      --at;
      if (*at == '.') continue;
      if (*at != '9') break;
      *at = '0';
    }
    ++*at;
  }
  double rounded = 0;
  std::from_chars(text, cut, rounded);
  return value < 0 && rounded != 0 ? -rounded : rounded;
}

}  // namespace wend
