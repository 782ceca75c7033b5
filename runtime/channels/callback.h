// What a provider reports later of messages it took: a request as it came in, and what a connector makes of it. Who calls is
// known by a signature alone, so nothing of a request is read before that is checked. Tested by
// tests/unit/channels/callbacks_test.cpp.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wend {

// One report about one message of ours.
struct Callback {
  std::string id;                        // the message id: 32 hex digits
  std::string event;                     // delivered, failed, opened, clicked, bounced or unsubscribed
  std::string key;                       // what the provider calls this report, so that one that comes again is known; may be ""
  std::optional<int64_t> at_us;          // nothing: the provider does not say
  bool permanent = false;                // bounced: nothing will ever arrive at this address
  std::string link;                      // clicked; "": not said
  std::string topic;                     // unsubscribed; "": the channel
};

struct CallbackRequest {
  const std::vector<std::pair<std::string, std::string>>& headers;   // names in lower case
  std::string_view query, body;          // as they were sent

  std::string_view header(std::string_view name) const;
};

struct CallbackReading {
  //   heard       it is the provider's; `reports` has what concerns us
  //   unsigned_   no signature, a wrong one, or one that is too old
  //   unreadable  signed, and yet not what the provider sends
  //   unset       the provider can call back, but the settings do not say how that is checked
  //   none        it never does, or nothing of it could be checked
  //   trouble     ours: a secret cannot be read
  enum class How : uint8_t { heard, unsigned_, unreadable, unset, none, trouble } how = How::none;
  std::string why;                       // of all but `heard`; no secrets
  std::vector<Callback> reports;
  uint64_t passed_over = 0;              // reports that mean nothing to us, or are about messages that others sent
};

constexpr int64_t kCallbackOldestUs = 5 * 60 * 1'000'000LL;      // of a signed time, either way

// ---- for the connectors themselves
CallbackReading not_heard(CallbackReading::How how, std::string why);
bool is_message_id(std::string_view text);
// As it is, or "" when it is longer than links are kept.
std::string link_text(std::string link);
// Seconds since 1970 in digits, as microseconds; nothing when they are no such number, or lie behind the year 9999.
std::optional<int64_t> seconds_text(std::string_view text);

}  // namespace wend
