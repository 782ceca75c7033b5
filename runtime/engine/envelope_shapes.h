// One event of an envelope as a line, by the shape it comes in. Only for envelope.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/envelope.h"

namespace wend {

// One member of an object, as slices of the body.
struct JsonMember {
  std::string name;
  std::string_view key;     // as written, with its quotes
  std::string_view value;   // as written
};

class JsonMembers {
 public:
  static constexpr size_t kMembersMax = 1000;   // as NdjsonReader takes

  JsonMembers() = default;
  explicit JsonMembers(std::string_view object);   // well-formed; anything but an object has no members

  const std::vector<JsonMember>& all() const { return members_; }
  // The value of that name; "" when there is none or it is null.
  std::string_view value(std::string_view name) const;
  // The value of that name if it is a text, unescaped; else "".
  std::string text(std::string_view name) const;
  std::vector<std::string_view> sorted_names() const;
  bool has_twice() const;
  bool has_too_many() const { return members_.size() > kMembersMax; }

 private:
  std::vector<JsonMember> members_;
};

inline bool is_json_object(std::string_view value) { return !value.empty() && value[0] == '{'; }
inline bool is_json_array(std::string_view value) { return !value.empty() && value[0] == '['; }
std::string json_text_of(std::string_view value);   // of a text, unescaped; else ""

// What a batch says once for all of its events.
struct EnvelopeShared {
  JsonMembers context, integrations;
  std::string_view sent_at;          // as written, or ""
};

// `item` is one value of well-formed JSON.
EnvelopeItem segment_item(std::string_view item, std::string_view call, const EnvelopeShared& shared, const EnvelopeRules& rules);   // call: "track", or "" when the event says it
EnvelopeItem posthog_item(std::string_view item, const EnvelopeShared& shared, const EnvelopeRules& rules);
EnvelopeItem cloudevents_item(std::string_view item, const EnvelopeRules& rules);
EnvelopeItem cloudevents_binary(const EnvelopeHeaders& headers, std::string_view data, const EnvelopeRules& rules);

}  // namespace wend
