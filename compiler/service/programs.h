// The compiler as a running project calls it: the texts of a version and of those before it, and where people stand, into a
// module. Tested by tests/changes.
#pragma once

#include "runtime/engine/programs.h"

namespace wend {

class CodeCache;
class Project;

// Ready as soon as code of the fast tier is, and rising from there (service.h).
CompiledProgram compile_program(const CompileRequest& request, const std::shared_ptr<CodeCache>& cache = nullptr);
// All that a version's meaning hangs on: its .wend files and the files its messages name.
ProgramFiles program_files(const Project& project);

}  // namespace wend
