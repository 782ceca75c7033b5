// A plan in a file: what was reported, and the version it would bring in. It is applied only to what it was made for. Tested by
// tests/golden/cli.
#pragma once

#include <optional>
#include <string>

#include "compiler/cli/command.h"
#include "runtime/engine/programs.h"

namespace wend::cli {

struct SavedPlan {
  std::string before_hash, after_hash;   // of the version it was made against, and of the one it brings in
  ProgramFiles before, files;
  std::string text, markdown, report;    // as it was told; `report` is JSON. The difference in them is what the files say
  bool changes = false;
};

std::string written(const SavedPlan& plan);
// Throws nothing; nothing: it is no plan, or was changed since, and `why` says so.
std::optional<SavedPlan> read_plan(const std::string& text, std::string& why);
// Of a file; nothing: why has been told, and the command ends with `code`.
std::optional<SavedPlan> saved_plan_at(const std::string& path, Terminal& terminal, int& code);

}  // namespace wend::cli
