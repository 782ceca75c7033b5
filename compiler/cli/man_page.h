// The manual, made from the table of commands: a page of section 1 a command, and one for `wend` itself. The build writes them, and the
// completions of the shells, with the hidden `wend __share FOLDER`, where an installation looks for them under `share`.
#pragma once

#include <string>

#include "compiler/cli/command.h"

namespace wend::cli {

std::string man_page(const Command& command);
std::string man_page_of_all();

// Exit code 0, or 5 where one could not be written.
int write_share(const std::string& folder, Terminal& terminal);

}  // namespace wend::cli
