// A message as JSON.
#include "runtime/channels/message_json.h"

#include "runtime/abi/text_format.h"
#include "runtime/abi/zones.h"

namespace wend {

void append_message_json(std::string& out, const Delivery& delivery) {
  const auto text = [&](std::string_view key, std::string_view value) {
    out += out.back() == '{' ? "\"" : ",\"";
    out.append(key).append("\":");
    append_json_string(out, value);
  };
  out += '{';
  text("id", delivery.id);
  text("channel", delivery.channel);
  text("to", delivery.address);
  text("message", delivery.message);
  text("category", delivery.category);
  if (delivery.valid_until_us == INT64_MAX) out += ",\"valid_until\":null";
  else text("valid_until", format_instant(delivery.valid_until_us));
  out += ",\"content\":{";
  for (const Delivery::Field& field : delivery.content) {
    if (out.back() != '{') out += ',';
    append_json_string(out, field.name);
    out += ':';
    append_json_string(out, field.text);
  }
  out += "}}";
}

}  // namespace wend
