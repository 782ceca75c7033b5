// Slices in, a line out. Members are passed on as they are written; only what is said in another way is said anew.
#include "runtime/engine/envelope_shapes.h"

#include <algorithm>

#include "runtime/abi/hash.h"
#include "runtime/abi/text_format.h"
#include "runtime/abi/utf8.h"
#include "runtime/abi/zones.h"
#include "runtime/engine/convert.h"
#include "runtime/engine/intake.h"
#include "runtime/engine/json_cursor.h"

namespace wend {

namespace {

EnvelopeItem no_line(std::string why) { return {{}, {}, {}, std::move(why)}; }

// An object, member by member. Outside of texts a line end is only white space.
class Line {
 public:
  void raw(std::string_view key, std::string_view value) {   // both as written
    if (value.empty()) return;
    start();
    append(key);
    text_ += ':';
    append(value);
  }
  void raw_as(std::string_view name, std::string_view value) {
    if (!value.empty()) raw('"' + std::string(name) + '"', value);
  }
  void text(std::string_view name, std::string_view value) {
    std::string quoted;
    append_json_string(quoted, value);
    raw_as(name, quoted);
  }
  std::string finish() { return (text_.empty() ? "{" : std::move(text_)) + "}"; }

 private:
  void start() { text_ += text_.empty() ? '{' : ','; }
  void append(std::string_view slice) {
    const size_t start = text_.size();
    text_ += slice;
    if (slice.find('\n') == std::string_view::npos && slice.find('\r') == std::string_view::npos) return;
    for (size_t i = start; i < text_.size(); ++i) if (text_[i] == '\n' || text_[i] == '\r') text_[i] = ' ';
  }
  std::string text_;
};

std::optional<int64_t> time_of(std::string_view value, const EnvelopeRules& rules) {
  static const Zone* const utc = find_zone("UTC");
  const Zone* const zone = rules.zone != nullptr ? rules.zone : utc;
  int64_t at = 0;
  const std::string text = json_text_of(value);
  if (zone == nullptr || text.empty() || parse_time(text, *zone, false, at) != TimeFault::none) return std::nullopt;
  return at;
}

// What stands in `own`, then what stands only in `shared`.
std::string merged(std::string_view own, const JsonMembers& shared) {
  if (shared.all().empty() || (!own.empty() && !is_json_object(own))) return std::string(own);
  const JsonMembers mine(own);
  if (mine.has_too_many()) return std::string(own);
  Line line;
  for (const JsonMember& member : mine.all()) line.raw(member.key, member.value);
  const std::vector<std::string_view> names = mine.sorted_names();
  for (const JsonMember& member : shared.all()) {
    if (!std::binary_search(names.begin(), names.end(), std::string_view(member.name))) line.raw(member.key, member.value);
  }
  return line.finish();
}

EnvelopeItem finished(Line& line, std::string_view timestamp, std::string_view sent_at, const EnvelopeRules& rules) {
  line.raw_as("timestamp", timestamp);
  return {line.finish(), time_of(timestamp, rules), time_of(sent_at, rules), {}};
}

// Why the object cannot become a line; "": it can.
std::string fault_of(std::string_view item, const JsonMembers& members, const EnvelopeRules& rules) {
  if (!is_json_object(item)) return "an event must be a JSON object";
  if (item.size() > rules.event_bytes_max) return "the event is larger than " + std::to_string(rules.event_bytes_max / 1024) + " KB";
  if (members.has_too_many()) return "an object has more than 1000 keys";
  if (members.has_twice()) return "a key stands twice in one object";
  return "";
}

std::string_view first_of(const JsonMembers& members, std::initializer_list<std::string_view> names) {
  for (std::string_view name : names) if (const std::string_view value = members.value(name); !value.empty()) return value;
  return {};
}

}  // namespace

JsonMembers::JsonMembers(std::string_view object) {
  if (!is_json_object(object)) return;
  JsonCursor at(object, 1);
  for (at.space(); at.peek() == '"'; at.space()) {
    const size_t start = at.at();
    const std::string_view raw = at.text();
    const std::string_view key = object.substr(start, at.at() - start);
    at.space();
    at.step();   // :
    members_.push_back({JsonCursor::unescape(raw), key, at.slice()});
    at.space();
    if (at.peek() != ',') return;
    at.step();
  }
}

std::string_view JsonMembers::value(std::string_view name) const {
  for (const JsonMember& member : members_) if (member.name == name) return member.value == "null" ? std::string_view() : member.value;
  return {};
}

std::string JsonMembers::text(std::string_view name) const { return json_text_of(value(name)); }

std::vector<std::string_view> JsonMembers::sorted_names() const {
  std::vector<std::string_view> names;
  for (const JsonMember& member : members_) names.push_back(member.name);
  std::sort(names.begin(), names.end());
  return names;
}

bool JsonMembers::has_twice() const {
  const std::vector<std::string_view> names = sorted_names();
  return std::adjacent_find(names.begin(), names.end()) != names.end();
}

std::string json_text_of(std::string_view value) {
  return value.size() < 2 || value[0] != '"' ? "" : JsonCursor::unescape(value.substr(1, value.size() - 2));
}

EnvelopeItem segment_item(std::string_view item, std::string_view call, const EnvelopeShared& shared, const EnvelopeRules& rules) {
  const JsonMembers members(item);
  if (std::string fault = fault_of(item, members, rules); !fault.empty()) return no_line(std::move(fault));
  // Said anew below, or of no use in an event; a key that lets one write is not kept.
  static constexpr std::string_view kLeft[] = {"timestamp", "originalTimestamp", "sentAt", "receivedAt", "context", "integrations",
                                               "writeKey", "api_key", "_metadata"};
  Line line;
  if (!call.empty()) line.text("type", call);
  for (const JsonMember& member : members.all()) {
    if (std::find(std::begin(kLeft), std::end(kLeft), member.name) != std::end(kLeft) || (member.name == "type" && !call.empty())) continue;
    line.raw(member.key, member.value);
  }
  line.raw_as("context", merged(members.value("context"), shared.context));
  line.raw_as("integrations", merged(members.value("integrations"), shared.integrations));
  const std::string_view sent_at = members.value("sentAt");
  return finished(line, first_of(members, {"timestamp", "originalTimestamp"}), sent_at.empty() ? shared.sent_at : sent_at, rules);
}

namespace {

// PostHog's `distinct_id` is what it knows a user by, before and after they have said who they are.
bool is_anonymous(std::string_view id, const JsonMembers& properties) {
  return properties.value("$is_identified") == "false" || (!id.empty() && properties.value("$device_id") == id);
}

// What the event is by its name, and what goes with that.
void posthog_call(Line& line, const JsonMembers& members, const JsonMembers& properties, std::string_view id) {
  const std::string name = members.text("event");
  const std::string_view set = properties.value("$set"), traits = set.empty() ? members.value("$set") : set;
  if (name == "$create_alias") {
    line.text("type", "alias");
    const std::string_view user = properties.value("distinct_id");
    line.raw_as("userId", user.empty() ? id : user);
    line.raw_as("previousId", properties.value("alias"));
    return;
  }
  if (name == "$groupidentify") {
    line.text("type", "group");
    line.raw_as("userId", id);
    line.raw_as("groupId", properties.value("$group_key"));
    line.raw_as("traits", properties.value("$group_set"));
    return;
  }
  const bool identify = name == "$identify" || name == "$set";
  line.raw_as(!identify && is_anonymous(id, properties) ? "anonymousId" : "userId", id);
  line.raw_as("traits", traits);
  if (identify) {
    line.text("type", "identify");
    line.raw_as("anonymousId", properties.value("$anon_distinct_id"));
    return;
  }
  line.text("type", name == "$pageview" ? "page" : name == "$screen" ? "screen" : "track");
  if (name == "$pageview") line.raw_as("name", properties.value("title"));
  else if (name == "$screen") line.raw_as("name", properties.value("$screen_name"));
  else line.raw_as("event", members.value("event"));
  line.raw_as("properties", members.value("properties"));
}

}  // namespace

EnvelopeItem posthog_item(std::string_view item, const EnvelopeShared& shared, const EnvelopeRules& rules) {
  const JsonMembers members(item);
  if (std::string fault = fault_of(item, members, rules); !fault.empty()) return no_line(std::move(fault));
  const JsonMembers properties(members.value("properties"));
  if (properties.has_twice()) return no_line("a key stands twice in one object");
  Line line;
  const std::string_view own = members.value("distinct_id"), id = own.empty() ? properties.value("distinct_id") : own;
  posthog_call(line, members, properties, id);
  line.raw_as("messageId", members.value("uuid"));
  return finished(line, members.value("timestamp"), shared.sent_at, rules);
}

namespace {

struct CloudEvent {
  std::string version, id, source, type, subject;
  std::string_view time;     // a JSON text, or ""
  std::string_view data;     // JSON, or ""
};

// `id` is unique in a source. Together they are the id, if short enough, and else its hash.
std::string id_of(const CloudEvent& event) {
  const std::string both = event.source + ' ' + event.id;
  if (count_scalars(both) <= kMessageIdCharactersMax) return both;
  static constexpr uint8_t kNoKey[kMessageKeyBytes] = {};
  return message_id(std::span<const uint8_t, kMessageKeyBytes>(kNoKey), {event.source, event.id});
}

EnvelopeItem item_of(const CloudEvent& event, const EnvelopeRules& rules) {
  if (event.version != "1.0") return no_line("`specversion` of a CloudEvent must be 1.0");
  if (event.id.empty() || event.source.empty() || event.type.empty()) return no_line("a CloudEvent must have `id`, `source` and `type`");
  if (event.data.size() > rules.event_bytes_max) return no_line("the event is larger than " + std::to_string(rules.event_bytes_max / 1024) + " KB");
  const JsonMembers data(event.data);
  if (data.has_twice()) return no_line("a key stands twice in one object");
  Line line;
  line.text("type", "track");
  line.text("event", event.type);
  line.text("messageId", id_of(event));
  const std::string_view user = rules.cloudevents_user.empty() ? std::string_view() : data.value(rules.cloudevents_user);
  if (!user.empty()) line.raw_as("userId", user);
  else if (!event.subject.empty()) line.text("userId", event.subject);
  if (is_json_object(event.data)) line.raw_as("properties", event.data);
  else if (!event.data.empty() && event.data != "null") line.raw_as("properties", "{\"data\":" + std::string(event.data) + "}");
  return finished(line, event.time, {}, rules);
}

// A header's value: UTF-8, with what is no printable ASCII as %XX.
std::string percent_decoded(std::string_view text) {
  const auto digit = [](char c) { return c >= '0' && c <= '9' ? c - '0' : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10 : -1; };
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0;
    out += escape ? static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])) : text[i];
    if (escape) i += 2;
  }
  return out;
}

}  // namespace

EnvelopeItem cloudevents_item(std::string_view item, const EnvelopeRules& rules) {
  const JsonMembers members(item);
  if (std::string fault = fault_of(item, members, rules); !fault.empty()) return no_line(std::move(fault));
  if (!members.value("data_base64").empty()) return no_line("`data_base64` of a CloudEvent is not taken, `data` was expected");
  return item_of({members.text("specversion"), members.text("id"), members.text("source"), members.text("type"), members.text("subject"),
                  members.value("time"), members.value("data")}, rules);
}

EnvelopeItem cloudevents_binary(const EnvelopeHeaders& headers, std::string_view data, const EnvelopeRules& rules) {
  const auto header = [&](std::string_view name) {
    for (const auto& [key, value] : headers) if (key == name) return percent_decoded(value);
    return std::string();
  };
  std::string time;
  if (const std::string said = header("ce-time"); !said.empty()) append_json_string(time, said);
  CloudEvent event{header("ce-specversion"), header("ce-id"), header("ce-source"), header("ce-type"), header("ce-subject"), time, data};
  for (const std::string* text : {&event.id, &event.source, &event.type, &event.subject}) {
    if (!is_valid_utf8(*text)) return no_line("a header of the CloudEvent is not UTF-8");
  }
  return item_of(event, rules);
}

}  // namespace wend
