// A project as a git revision has it, read through git's own objects: nothing is checked out, and the working tree is not touched.
// Tested by tests/unit/service/revision_test.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "runtime/engine/programs.h"

namespace wend {

struct Revision {
  ProgramFiles files;              // .wend files, and what they may name; paths from the project's root
  std::string commit;              // its full hash
};

struct RevisionFault {
  std::string message;             // what is wrong and what to do
  bool unknown = false;            // there is no such revision; else git, or the repository, is at fault
};

// Links and repositories inside the repository are read as the file system reads them, as of that revision. `root`: the project's folder as it is now; `revision`: whatever git takes for a commit (`main`, `HEAD~2`, `v1.4^`, `@{yesterday}`).
// Nothing: `fault` says why.
std::optional<Revision> read_revision(const std::string& root, const std::string& revision, RevisionFault& fault);

// Files below `root` that git ignores and has not; sorted paths from there. None where git cannot say.
std::vector<std::string> ignored_by_git(const std::string& root);

}  // namespace wend
