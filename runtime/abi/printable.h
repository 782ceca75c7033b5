// Texts of others (names, values, lines of a file) as a terminal may show them.
#pragma once

#include <string>
#include <string_view>

namespace wend {

// One line of text that a terminal shows as it is: control and direction characters and ill-formed bytes become
// U+FFFD, a tab or a line end one space.
std::string printable(std::string_view text);

}  // namespace wend
