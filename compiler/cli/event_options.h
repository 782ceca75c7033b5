// `--events` and what stands behind each of them, shared by the commands that read events.
#pragma once

#include <vector>

#include "compiler/cli/command.h"
#include "runtime/hosts/batch.h"

namespace wend::cli {

// The rows for a command's table.
std::vector<Option> with_event_options(std::vector<Option> more);
// One InputFile an `--events`; `--as`, `--user-column` and `--time-column` are of the one before them.
std::vector<InputFile> event_files(const Arguments& arguments);

}  // namespace wend::cli
