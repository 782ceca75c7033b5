// The one style of Wend text. Comments are kept and never move across a token; a second run changes nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wend {

// The formatted text, or nothing when the text has syntax errors (then the file is left as it was).
std::optional<std::string> format(std::string_view text);

}  // namespace wend
