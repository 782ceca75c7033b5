// The body as a whole: is it something we read, is it JSON, how large is it, and where are its events.
#include "runtime/engine/envelope.h"

#include <algorithm>
#include <cstring>

#include "runtime/engine/envelope_shapes.h"
#include "runtime/engine/json_check.h"
#include "runtime/engine/json_cursor.h"

namespace wend {

namespace {

std::string_view call_of(EnvelopeRoute route) {
  switch (route) {
    case EnvelopeRoute::track: return "track";
    case EnvelopeRoute::identify: return "identify";
    case EnvelopeRoute::page: return "page";
    case EnvelopeRoute::screen: return "screen";
    case EnvelopeRoute::group: return "group";
    case EnvelopeRoute::alias: return "alias";
    default: return "";
  }
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

std::string content_type(const EnvelopeHeaders& headers) {
  for (const auto& [name, value] : headers) if (name == "content-type") return lower(value);
  return "";
}

// The bytes decide what a body is, so of its type only what says that they are not UTF-8, or in parts, is looked at.
bool is_readable(std::string_view type) {
  if (type.starts_with("multipart/")) return false;
  const size_t at = type.find("charset=");
  if (at == std::string_view::npos) return true;
  std::string_view charset = type.substr(at + 8);
  if (!charset.empty() && charset[0] == '"') charset.remove_prefix(1);
  charset = charset.substr(0, charset.find_first_of("\"; \t"));
  return charset == "utf-8" || charset == "utf8" || charset == "us-ascii";
}

class Reading {
 public:
  Reading(const EnvelopeHeaders& headers, std::string_view body, const EnvelopeRules& rules) : headers_(headers), rules_(rules), padded_(body) {
    padded_.append(kJsonSlack, '\0');
    body_ = std::string_view(padded_).substr(0, body.size());
  }

  Envelope read(EnvelopeRoute route) {
    const std::string type = content_type(headers_);
    const std::string_view call = call_of(route);
    if (!is_readable(type)) return refuse(415, "the body must be JSON in UTF-8");
    if (body_.size() > (call.empty() ? rules_.body_bytes_max : rules_.event_bytes_max)) return refuse(413, "the body is too large");
    const bool blank = body_.find_first_not_of(" \t\r\n") == std::string_view::npos;
    if (route == EnvelopeRoute::cloudevents && is_binary(type)) return binary(blank);
    if (blank) return refuse(400, "the body is empty");
    if (route == EnvelopeRoute::import) return lines();
    if (const char* fault = json_fault(body_)) return refuse(400, std::string("the body is not JSON: ") + fault);
    const std::string_view root = JsonCursor(body_).slice();
    if (route == EnvelopeRoute::cloudevents) return cloudevents(root);
    if (!is_json_object(root)) return refuse(400, "the body must be a JSON object");
    if (call.empty()) return batch(root, route == EnvelopeRoute::posthog);
    out_.write_key = JsonMembers(root).text("writeKey");
    take(segment_item(root, call, {}, rules_));
    return std::move(out_);
  }

 private:
  Envelope refuse(int status, std::string detail) {
    Envelope refused;
    refused.status = status;
    refused.detail = std::move(detail);
    return refused;
  }

  // False when the lines have become too large together.
  bool take(EnvelopeItem item) {
    lines_bytes_ += item.line.size();
    out_.items.push_back(std::move(item));
    return lines_bytes_ <= rules_.lines_bytes_max;
  }

  // `make`: a slice -> an EnvelopeItem.
  template <class Make>
  bool each(std::string_view array, Make make) {
    JsonCursor at(array, 1);
    for (at.space(); at.peek() != ']' && at.peek() != '\0'; at.space()) {
      const std::string_view item = at.slice();
      if (out_.items.size() >= rules_.events_max) ++out_.dropped_past_limit;
      else if (!take(make(item))) return false;
      at.space();
      if (at.peek() == ',') at.step();
    }
    return true;
  }

  Envelope too_much() { return refuse(413, "what the batch says once for all of its events is too large for so many"); }

  Envelope batch(std::string_view root, bool posthog) {
    const JsonMembers members(root);
    if (members.has_too_many()) return refuse(400, "the body has more than 1000 keys");
    if (members.has_twice()) return refuse(400, "a key stands twice in the body");
    const std::string_view array = members.value("batch");
    if (!is_json_array(array)) return refuse(400, "the body must have an array `batch`");
    const std::string_view context = members.value("context"), integrations = members.value("integrations");
    if (context.size() + integrations.size() > rules_.event_bytes_max) return refuse(413, "`context` and `integrations` of the batch are too large");
    out_.write_key = members.text(posthog ? "api_key" : "writeKey");
    EnvelopeShared shared{JsonMembers(context), JsonMembers(integrations), members.value(posthog ? "sent_at" : "sentAt")};
    for (const JsonMembers* said : {&shared.context, &shared.integrations}) {
      if (said->has_twice()) return refuse(400, "a key stands twice in the body");
      if (said->has_too_many()) return refuse(413, "`context` and `integrations` of the batch are too large");
    }
    const bool fits = each(array, [&](std::string_view item) {
      if (out_.write_key.empty()) out_.write_key = JsonMembers(item).text(posthog ? "api_key" : "writeKey");
      return posthog ? posthog_item(item, shared, rules_) : segment_item(item, {}, shared, rules_);
    });
    return fits ? std::move(out_) : too_much();
  }

  bool is_binary(std::string_view type) const {
    if (type.starts_with("application/cloudevents")) return false;
    return std::any_of(headers_.begin(), headers_.end(), [](const auto& header) { return header.first == "ce-specversion" || header.first == "ce-id"; });
  }

  Envelope binary(bool blank) {
    const char* const fault = blank ? nullptr : json_fault(body_);
    if (fault != nullptr) return refuse(400, std::string("the body is not JSON: ") + fault);
    take(cloudevents_binary(headers_, blank ? std::string_view() : JsonCursor(body_).slice(), rules_));
    return std::move(out_);
  }

  Envelope cloudevents(std::string_view root) {
    if (is_json_object(root)) {
      take(cloudevents_item(root, rules_));
    } else if (!is_json_array(root)) {
      return refuse(400, "the body must be a CloudEvent or an array of them");
    } else if (!each(root, [&](std::string_view item) { return cloudevents_item(item, rules_); })) {
      return too_much();
    }
    return std::move(out_);
  }

  // Each line for itself: one that is no JSON is the problem of that line.
  Envelope lines() {
    for (std::string_view rest = body_; !rest.empty();) {
      const size_t end = std::min(rest.find('\n'), rest.size());
      const std::string_view line = rest.substr(0, end);
      rest.remove_prefix(std::min(end + 1, rest.size()));
      if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      if (out_.items.size() >= rules_.events_max) ++out_.dropped_past_limit;
      else take(line_item(line));
    }
    return std::move(out_);
  }

  EnvelopeItem line_item(std::string_view line) {
    if (line.size() > rules_.event_bytes_max) return {{}, {}, {}, "the event is larger than " + std::to_string(rules_.event_bytes_max / 1024) + " KB"};
    if (const char* fault = json_fault(line)) return {{}, {}, {}, std::string("the line is not JSON: ") + fault};
    const std::string_view item = JsonCursor(line).slice();
    if (out_.write_key.empty()) out_.write_key = JsonMembers(item).text("writeKey");
    return segment_item(item, {}, {}, rules_);
  }

  const EnvelopeHeaders& headers_;
  const EnvelopeRules& rules_;
  std::string padded_;
  std::string_view body_;
  Envelope out_;
  size_t lines_bytes_ = 0;
};

}  // namespace

Envelope read_envelope(EnvelopeRoute route, const EnvelopeHeaders& headers, std::string_view body, const EnvelopeRules& rules) {
  if (body.size() > 4 * std::max(rules.body_bytes_max, rules.event_bytes_max)) return {413, "the body is too large", {}, {}, 0};   // not even copied
  return Reading(headers, body, rules).read(route);
}

}  // namespace wend
