// One switch over the kinds.
#include "runtime/hosts/value_text.h"

#include "runtime/abi/text_format.h"
#include "runtime/abi/zones.h"

namespace wend {

namespace {
void append_time_of_day(std::string& out, int64_t micros) {
  const auto two = [&out](int64_t value) {
    out += static_cast<char>('0' + value / 10 % 10);
    out += static_cast<char>('0' + value % 10);
  };
  const int64_t seconds = micros / kMicrosPerSecond;
  two(seconds / 3600);
  out += ':';
  two(seconds / 60 % 60);
  if (seconds % 60 == 0) return;
  out += ':';
  two(seconds % 60);
}
}  // namespace

void append_value(std::string& out, const ValueType& type, const wend_slot& value) {
  static constexpr const char* kWeekdays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  switch (type.kind) {
    case ValueKind::boolean: out += value.integer != 0 ? "true" : "false"; break;
    case ValueKind::integer: append_int(out, value.integer); break;
    case ValueKind::number: append_number(out, value.number); break;
    case ValueKind::percent: case ValueKind::money: append_decimal(out, value.integer); break;
    case ValueKind::duration: append_seconds(out, value.integer); break;
    case ValueKind::time: out += format_instant(value.integer); break;
    case ValueKind::date: out += format_date(static_cast<int32_t>(value.integer)); break;
    case ValueKind::time_of_day: append_time_of_day(out, value.integer); break;
    case ValueKind::weekday: out += kWeekdays[static_cast<size_t>(value.integer) % 7]; break;
    case ValueKind::one_of:
      if (static_cast<size_t>(value.integer) < type.words.size()) out += type.words[static_cast<size_t>(value.integer)];
      break;
    case ValueKind::text: case ValueKind::html: case ValueKind::url: case ValueKind::email: case ValueKind::timezone:
      out.append(value.data == nullptr ? "" : value.data, static_cast<size_t>(value.size));
      break;
  }
}

void append_csv_cell(std::string& out, std::string_view text) {
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out += text;
    return;
  }
  out += '"';
  for (char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

}  // namespace wend
