// `wend explain --user`: why a message was or was not sent, over a running server, the store of one that has stopped, or files.
#pragma once

#include "compiler/cli/command.h"

namespace wend::cli {

int explain_user(const Arguments& arguments, Terminal& terminal);

}  // namespace wend::cli
