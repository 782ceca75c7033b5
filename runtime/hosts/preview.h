// The texts of one message for one made-up user: no log, no journey, no protection. For `wend render`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/abi/module.h"

namespace wend {

struct PreviewText {
  std::string channel;
  std::vector<std::pair<std::string, std::optional<std::string>>> fields;   // name, text; none: left out
};

struct Preview {
  std::vector<PreviewText> texts;      // in the order the message writes its channels
  std::vector<std::string> refused;    // traits whose value does not fit
};

// `traits`: name and JSON value. `message` is an index into the module's; only attributes stand in its texts.
Preview render_preview(const Module& module, uint32_t message, const std::vector<std::pair<std::string, std::string>>& traits, int64_t now_us);

}  // namespace wend
