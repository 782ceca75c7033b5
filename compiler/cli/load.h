// Loading a project for a command, with its diagnostics told the way the command line asks for.
#pragma once

#include <optional>
#include <string>

#include "compiler/cli/command.h"
#include "compiler/service/service.h"

namespace wend::cli {

// A project without errors; nothing when it has some: they have been told then, and the command ends with 1.
std::optional<Project> load_sound(const std::string& path, Terminal& terminal);

// An instant as `--until` and `--at` take it: ISO 8601, or a date for its first instant; without a zone the project's.
int64_t instant_option(const std::string& option, const std::string& text, const std::string& time_zone);

}  // namespace wend::cli
