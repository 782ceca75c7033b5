// The grammar's `literal` and `list`, from the other side.
#include "compiler/cli/wend_literal.h"

#include <cctype>

#include "runtime/abi/lists.h"
#include "runtime/abi/text_format.h"

namespace wend::cli {

namespace {

constexpr int64_t kSecond = 1'000'000, kMinute = 60 * kSecond, kHour = 60 * kMinute;

bool is_word(std::string_view text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text.front()))) return false;
  for (const char c : text) if (!std::isalnum(static_cast<unsigned char>(c)) && c != '_') return false;
  return true;
}

std::string two(int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); }

std::optional<std::string> clock(int64_t time_us) {
  if (time_us % kSecond != 0 || time_us < 0) return std::nullopt;
  const std::string minutes = two(time_us / kHour) + ":" + two(time_us / kMinute % 60);
  return time_us % kMinute == 0 ? minutes : minutes + ":" + two(time_us / kSecond % 60);
}

std::optional<std::string> duration(int64_t micros) {
  if (micros < 0) return std::nullopt;
  std::string out;
  if (micros % kHour == 0 && micros != 0) return std::to_string(micros / kHour) + " hours";
  if (micros % kMinute == 0 && micros != 0) return std::to_string(micros / kMinute) + " minutes";
  append_seconds(out, micros);
  return out + " seconds";
}

std::optional<std::string> weekday(int64_t day) {
  static constexpr const char* kDays[] = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  if (day < 0 || day > 6) return std::nullopt;
  return kDays[day];
}

std::optional<std::string> list(const ValueType& type, const wend_slot& value) {
  const ListView view(value);
  std::string out;
  for (uint32_t i = 0; i < view.count(); ++i) {
    std::string item;
    const bool plain = type.fields.size() == 1 && type.fields.front().name.empty();
    for (uint32_t f = 0; f < type.fields.size() && f < view.fields(); ++f) {
      wend_slot field{};
      if (!view.field(i, f, type.fields[f].type.kind, field)) continue;
      const std::optional<std::string> text = literal_of(type.fields[f].type, field);
      if (!text) return std::nullopt;
      item += plain ? *text : (item.empty() ? "" : ", ") + type.fields[f].name + ": " + *text;
    }
    out += (i > 0 ? ", " : "") + (plain ? item : "{ " + item + " }");
  }
  return "[" + out + "]";
}

}  // namespace

std::optional<std::string> quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\r') return std::nullopt;
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') out += "\\n";
    else out += c;
  }
  return out + "\"";
}

std::optional<std::string> literal_of(const ValueType& type, const wend_slot& value) {
  std::string out;
  switch (type.kind) {
    case ValueKind::boolean: return value.integer != 0 ? "true" : "false";
    case ValueKind::integer: append_int(out, value.integer); return out;
    case ValueKind::number: append_number(out, value.number); return out;
    case ValueKind::percent: append_decimal(out, value.integer * 100); return out + "%";
    case ValueKind::money: append_decimal(out, value.integer); return out + " " + type.currency;
    case ValueKind::duration: return duration(value.integer);
    case ValueKind::time: return format_instant(value.integer);
    case ValueKind::date: return format_date(static_cast<int32_t>(value.integer));
    case ValueKind::time_of_day: return clock(value.integer);
    case ValueKind::weekday: return weekday(value.integer);
    case ValueKind::one_of: {
      if (value.integer < 0 || static_cast<size_t>(value.integer) >= type.words.size()) return std::nullopt;
      const std::string& word = type.words[static_cast<size_t>(value.integer)];
      return is_word(word) ? word : quoted(word);
    }
    case ValueKind::list: case ValueKind::set: return list(type, value);
    case ValueKind::text: case ValueKind::html: case ValueKind::url: case ValueKind::email: case ValueKind::timezone:
      return quoted({value.data, static_cast<size_t>(value.size)});
  }
  return std::nullopt;
}

std::string time_of_test(const Zone& zone, int64_t at_us) {
  const LocalTime local = to_local(zone, at_us);
  const std::optional<std::string> time = clock(local.time_us);
  if (time && to_instant(zone, local.day, local.time_us) == at_us) return format_date(local.day) + " " + *time;
  return format_instant(at_us);
}

}  // namespace wend::cli
