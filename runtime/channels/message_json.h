// A message as JSON, as the file and the webhook connector give it out: keys in a fixed order, all present.
#pragma once

#include <string>

#include "runtime/channels/channel.h"

namespace wend {

// {"id":…,"channel":…,"to":…,"message":…,"category":…,"valid_until":…|null,"content":{…}}. The same in every attempt.
void append_message_json(std::string& out, const Delivery& delivery);

}  // namespace wend
