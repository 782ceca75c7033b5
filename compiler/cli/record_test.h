// `wend test --record USER`: a test out of what happened to somebody in a log. Its events are theirs, its expectations what was
// decided; it passes when it is written.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"

namespace wend::cli {

struct Recorded {
  std::string text;                     // a `test`, in the one style
  std::string name;
  size_t events = 0, expectations = 0;
  std::vector<std::string> notes;       // what of the log a test cannot say
  std::optional<BatchError> fault;
};

// `user`: any identity of theirs.
Recorded record_test(const Project& project, const Module& module, const std::vector<InputFile>& files, const std::string& user);

}  // namespace wend::cli
