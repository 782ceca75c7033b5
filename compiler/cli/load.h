// Loading a project for a command, with its diagnostics told the way the command line asks for.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "compiler/cli/command.h"
#include "compiler/service/revision.h"
#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"

namespace wend::cli {

// A project without errors; nothing when it has some: they have been told then, and the command ends with `code`.
std::optional<Project> load_sound(const std::string& path, Terminal& terminal, int& code, const Former& former = {});

// Its native code, kept between runs (CodeCache): the fast tier, for what is soon over; or `rising`, for what may take long.
std::shared_ptr<const Module> fast_code(const Program& program);
std::shared_ptr<const Module> rising_code(const Project& project);

// Its errors, and how many there are; `where` stands behind the number.
void tell_errors(const Project& project, Terminal& terminal, const std::string& where = {});

// A project as `git:REVISION` has it; nothing: why has been told, and the command ends with `code`. Throws UsageError where no
// revision is named.
std::optional<Revision> revision_of(const Project& project, const std::string& against, Terminal& terminal, int& code);

// What a project with errors is to the caller of a command: 5 when a file could not be read, else 1.
int exit_code_of(const Diagnostics& diagnostics);

// Throws UsageError when `out`, which `option` names, is one of the files read: it would be emptied before it is read.
void keep_inputs(const std::string& out, const std::vector<InputFile>& inputs, const Project& project, const std::string& option = "--out");

// An instant as `--until` and `--at` take it: ISO 8601, or a date for its first instant; without a zone the project's.
int64_t instant_option(const std::string& option, const std::string& text, const std::string& time_zone);

}  // namespace wend::cli
