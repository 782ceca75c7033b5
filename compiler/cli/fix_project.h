// `wend check --fix`: the fixes that diagnostics carry, written into the project's files.
#pragma once

#include <optional>
#include <string>

#include "compiler/service/service.h"

namespace wend::cli {

struct Fixed {
  Project project;                      // as it is now
  size_t fixes = 0, files = 0;          // made, and in how many files
  size_t left = 0;                      // those of what is still told that only `--unsafe` makes
  std::optional<std::string> fault;     // a file that could not be written
};

// Safe fixes, with `unsafe` also those that want a look. Fixes that touch the same text are made one after the other, each time
// over what the checker then says; where they made the project worse, the files are put back as they were.
Fixed fix_project(const std::string& path, bool unsafe);

}  // namespace wend::cli
