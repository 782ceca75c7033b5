// Conversion of JSON to typed values, one kind a case.
#include "tests/reference/intake.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "tests/reference/evaluate.h"
#include "tests/reference/json_tree.h"

namespace wend::reference {
namespace {

using Kind = Json::Kind;

// The digits of a JSON number times 10^scale, exactly; digits beyond that are rounded, halves away from zero.
std::optional<int64_t> scaled(const std::string& digits, int scale) {
  bool negative = false;
  __int128 value = 0;
  int exponent = 0, fraction = 0;
  size_t i = 0;
  if (i < digits.size() && digits[i] == '-') negative = true, ++i;
  std::string mantissa;
  bool after_point = false;
  for (; i < digits.size() && digits[i] != 'e' && digits[i] != 'E'; ++i) {
    if (digits[i] == '.') { after_point = true; continue; }
    mantissa += digits[i];
    fraction += after_point;
  }
  if (i < digits.size()) {
    const char* begin = digits.data() + i + 1;
    if (*begin == '+') ++begin;
    if (std::from_chars(begin, digits.data() + digits.size(), exponent).ec != std::errc()) return std::nullopt;
  }
  int shift = exponent - fraction + scale;
  if (shift > 40 || shift < -400) return mantissa.find_first_not_of('0') == std::string::npos ? std::optional<int64_t>(0) : std::nullopt;
  for (; shift > 0; --shift) mantissa += '0';
  bool up = false;
  for (; shift < 0; ++shift) {
    up = !mantissa.empty() && mantissa.back() >= '5';
    if (!mantissa.empty()) mantissa.pop_back();
  }
  for (char c : mantissa) {
    value = value * 10 + (c - '0');
    if (value > INT64_MAX) return std::nullopt;
  }
  value += up;
  if (negative) value = -value;
  if (value > INT64_MAX || value < INT64_MIN) return std::nullopt;
  return static_cast<int64_t>(value);
}

std::optional<Value> whole(int64_t value) {
  Value result;
  result.integer = value;
  return result;
}

std::optional<Value> number(const Json& json) {
  Value result;
  auto [end, error] = std::from_chars(json.text.data(), json.text.data() + json.text.size(), result.number);
  if (error != std::errc() || !std::isfinite(result.number)) return std::nullopt;
  return result;
}

// Whole numbers, also when written `3.0`.
std::optional<Value> whole_number(const Json& json) {
  if (json.text.find_first_of(".eE") == std::string::npos) {
    auto value = scaled(json.text, 0);
    return value ? whole(*value) : std::nullopt;
  }
  auto value = number(json);
  if (!value || std::trunc(value->number) != value->number || std::fabs(value->number) > 9007199254740992.0) return std::nullopt;
  return whole(static_cast<int64_t>(value->number));
}

std::optional<Value> words(const std::vector<std::string>& list, const std::string& word) {
  for (size_t i = 0; i < list.size(); ++i)
    if (list[i] == word) return whole(static_cast<int64_t>(i));
  return std::nullopt;
}

std::optional<Value> scaled_value(const Json& json, int scale) {
  auto value = scaled(json.text, scale);
  return value ? whole(*value) : std::nullopt;
}

std::optional<Value> from_number(Type type, const Json& json, bool in_milliseconds) {
  switch (type.kind) {
    case TypeKind::integer:
      return whole_number(json);
    case TypeKind::number: return number(json);
    case TypeKind::percent:
    case TypeKind::money: return scaled_value(json, 6);
    case TypeKind::duration: return scaled_value(json, in_milliseconds ? 3 : 6);
    default: return std::nullopt;
  }
}

std::optional<Value> from_text(const Program& program, const Zone& zone, Type type, const std::string& text) {
  static const std::vector<std::string> days = {"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"};
  Value result;
  result.text = text;
  switch (type.kind) {
    case TypeKind::text: case TypeKind::html: case TypeKind::url: case TypeKind::email: return result;
    case TypeKind::timezone: return Zone::find(text) ? std::optional<Value>(result) : std::nullopt;
    case TypeKind::one_of: return words(program.one_ofs[type.of].values, text);
    case TypeKind::weekday: return words(days, text);
    case TypeKind::date: result.text.clear(); return read_date(text, result.integer) ? std::optional<Value>(result) : std::nullopt;
    case TypeKind::time: result.text.clear(); return read_instant(text, zone, result.integer) ? std::optional<Value>(result) : std::nullopt;
    case TypeKind::time_of_day: result.text.clear(); return read_time_of_day(text, result.integer) ? std::optional<Value>(result) : std::nullopt;
    default: return std::nullopt;
  }
}

struct Reader {
  const Program& program;
  const Zone& zone;

  // Nothing: of the wrong type.
  std::optional<Value> convert(Type type, const Json& json, bool in_milliseconds) const {
    if (json.kind == Kind::array) return list(type, json, in_milliseconds);
    if (json.kind == Kind::boolean && type.kind == TypeKind::boolean) return whole(json.boolean);
    if (json.kind == Kind::number) return from_number(type, json, in_milliseconds);
    if (json.kind == Kind::text) return from_text(program, zone, type, json.text);
    return std::nullopt;
  }

  // The first 50 entries; of a set the first 50 different values, by value.
  std::optional<Value> list(Type type, const Json& json, bool in_milliseconds) const {
    if (type.kind != TypeKind::list && type.kind != TypeKind::set) return std::nullopt;
    Type item = program.item_types[type.of];
    Value result;
    for (const Json& each : json.items) {
      auto value = item.kind == TypeKind::record ? record(item, each, in_milliseconds) : convert(item, each, in_milliseconds);
      if (!value) return std::nullopt;
      bool twice = false;
      for (const Value& other : result.items) twice = twice || (type.kind == TypeKind::set && compare(program, item, other, *value) == 0);
      if (!twice && result.items.size() < 50) result.items.push_back(std::move(*value));
    }
    if (type.kind == TypeKind::set)
      std::sort(result.items.begin(), result.items.end(), [&](const Value& a, const Value& b) { return compare(program, item, a, b) < 0; });
    return result;
  }

  std::optional<Value> record(Type type, const Json& json, bool in_milliseconds) const {
    if (json.kind != Kind::object) return std::nullopt;
    Value result;
    for (const RecordField& field : program.records[type.of].fields) {
      const Json* found = json.member(field.name);
      if (!found || found->kind == Kind::null) {
        if (!field.type.optional) return std::nullopt;
        result.items.push_back(unknown());
        continue;
      }
      auto value = convert(field.type, *found, in_milliseconds);
      if (!value) return std::nullopt;
      result.items.push_back(std::move(*value));
    }
    return result;
  }

  static Value unknown() {
    Value value;
    value.known = false;
    return value;
  }

  bool read_properties(const EventDecl& event, const Json* json, std::vector<Value>& values) const {
    for (const Property& property : event.properties) {
      const Json* found = json ? json->path(property.path.empty() ? property.name : property.path) : nullptr;
      if (!found || found->kind == Kind::null) {
        if (property.default_value) values.push_back(*property.default_value);
        else if (property.type.optional) values.push_back(unknown());
        else return false;
        continue;
      }
      auto value = convert(property.type, *found, property.in_milliseconds);
      if (!value) return false;
      values.push_back(*value);
    }
    return true;
  }

  void read_traits(const Json* json, Input& input) const {
    if (!json) return;
    for (size_t i = 0; i < program.attributes.size(); ++i) {
      const Attribute& attribute = program.attributes[i];
      const Json* found = json->member(attribute.name);
      if (!found || attribute.identity) continue;
      if (found->kind == Kind::null) input.traits.emplace_back(AttributeId(i), attribute.default_value);
      else if (auto value = convert(attribute.type, *found, false)) input.traits.emplace_back(AttributeId(i), *value);
    }
  }

  // `userId` is the first identity, `anonymousId` the one of that name; a trait named like an identity gives it too.
  void read_identities(const Json& json, const Json* traits, Input& input) const {
    for (size_t i = 0; i < program.identities.size(); ++i) {
      AttributeId id = program.identities[i];
      const std::string& name = program.attributes[id.index()].name;
      const Json* found = i == 0 ? json.member("userId") : nullptr;
      if (name == "anonymous_id") found = json.member("anonymousId");
      if (!found && traits) found = traits->member(name);
      if (found && found->kind == Kind::text && !found->text.empty()) input.identities.emplace_back(id, found->text);
      if (found && i == 0 && found->kind == Kind::number) input.identities.emplace_back(id, found->text);
    }
  }

  EventId event_named(const std::string& name) const {
    for (size_t i = 0; i < program.events.size(); ++i)
      if (program.events[i].source_name == name && !program.events[i].signal.valid()) return EventId(i);
    return {};
  }

  std::optional<Input> read(const Json& json, bool arrivals) const {
    if (json.kind != Kind::object) return std::nullopt;
    Input input;
    const Json* type = json.member("type");
    if (!type || type->kind != Kind::text) return std::nullopt;
    const Json* time = json.member("timestamp");
    if (!time || time->kind != Kind::text || !read_instant(time->text, zone, input.at)) return std::nullopt;
    input.arrival = input.at;
    const Json* received = json.member("receivedAt");
    if (arrivals && received && received->kind == Kind::text) read_instant(received->text, zone, input.arrival);
    if (const Json* id = json.member("messageId"); id && id->kind == Kind::text) input.id = id->text;
    input.identify = type->text == "identify";
    const Json* traits = json.member("traits");
    if (!traits && json.member("context")) traits = json.member("context")->member("traits");
    input.alias = type->text == "alias";
    if (input.alias) {
      const Json* previous = json.member("previousId");
      if (!previous || previous->kind != Kind::text || previous->text.empty()) return std::nullopt;
      input.previous = previous->text;
    } else if (input.identify) {
      read_traits(traits, input);
    } else {
      std::string name = type->text;
      if (name == "track") {
        const Json* event = json.member("event");
        if (!event || event->kind != Kind::text) return std::nullopt;
        name = event->text;
      } else if (name != "page" && name != "screen") {
        return std::nullopt;
      }
      input.event = event_named(name);
      if (!input.event.valid()) return std::nullopt;
      if (!read_properties(program.events[input.event.index()], json.member("properties"), input.properties)) return std::nullopt;
    }
    read_identities(json, traits, input);
    if (input.identities.empty()) return std::nullopt;
    return input;
  }
};

}  // namespace

std::vector<Input> read_inputs(const Program& program, const Zone& zone, std::string_view ndjson, bool arrivals) {
  Reader reader{program, zone};
  std::vector<Input> inputs;
  while (!ndjson.empty()) {
    size_t end = ndjson.find('\n');
    std::string_view line = ndjson.substr(0, end);
    ndjson.remove_prefix(end == std::string_view::npos ? ndjson.size() : end + 1);
    auto json = read_json(line);
    if (!json) continue;
    if (auto input = reader.read(*json, arrivals)) inputs.push_back(std::move(*input));
  }
  std::stable_sort(inputs.begin(), inputs.end(), [](const Input& a, const Input& b) { return a.arrival < b.arrival; });
  return inputs;
}

}  // namespace wend::reference
