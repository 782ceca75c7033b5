// What connectors share that hear from their provider.
#include "runtime/channels/callback.h"

#include <algorithm>
#include <charconv>

#include "runtime/channels/channel.h"

namespace wend {

CallbackReading Connector::hear(const CallbackRequest&) {
  return not_heard(CallbackReading::How::none, "nobody calls back for a channel of this kind");
}

std::string_view CallbackRequest::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return {};
}

CallbackReading not_heard(CallbackReading::How how, std::string why) {
  CallbackReading reading;
  reading.how = how;
  reading.why = std::move(why);
  return reading;
}

bool is_message_id(std::string_view text) {
  return text.size() == 32 && std::all_of(text.begin(), text.end(), [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

std::string link_text(std::string link) {
  constexpr size_t kBytesMax = 2'048;
  return link.size() <= kBytesMax ? std::move(link) : "";
}

std::optional<int64_t> seconds_text(std::string_view text) {
  constexpr int64_t kLast = 253'402'300'799;   // 9999-12-31T23:59:59Z
  int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error != std::errc() || end != text.data() + text.size() || seconds < 0 || seconds > kLast) return std::nullopt;
  return seconds * 1'000'000;
}

}  // namespace wend
