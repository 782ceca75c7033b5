// One switch over the kinds.
#include "runtime/hosts/value_text.h"

#include "runtime/abi/lists.h"
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

// As JSON: numbers and truths bare, everything else a text; money as decimals, as in decision lines.
void append_item(std::string& out, const ValueType& type, const wend_slot& value) {
  const bool bare = type.kind == ValueKind::boolean || type.kind == ValueKind::integer || type.kind == ValueKind::number ||
                    type.kind == ValueKind::percent || type.kind == ValueKind::duration;
  if (bare) return append_value(out, type, value);
  std::string text;
  append_value(text, type, value);
  append_json_string(out, text);
}

void append_list(std::string& out, const ValueType& type, const wend_slot& value) {
  const ListView list(value);
  out += '[';
  for (uint32_t i = 0; i < list.count(); ++i) {
    wend_slot slot;
    if (i) out += ',';
    const bool plain = type.fields.size() == 1 && type.fields[0].name.empty();
    if (!plain) out += '{';
    for (uint32_t f = 0; f < type.fields.size(); ++f) {
      const ValueField& field = type.fields[f];
      if (f) out += ',';
      if (!plain) {
        append_json_string(out, field.name);
        out += ':';
      }
      if (list.field(i, f, field.type.kind, slot)) append_item(out, field.type, slot);
      else out += "null";
    }
    if (!plain) out += '}';
  }
  out += ']';
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
    case ValueKind::list: case ValueKind::set: append_list(out, type, value); break;
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
