// How the commands that deal with a store tell what is wrong with it.
#pragma once

#include <vector>

#include "compiler/cli/command.h"
#include "runtime/store/store.h"

namespace wend::cli {

// Each error in a line; the exit code.
inline int tell(const std::vector<StoreError>& errors, Terminal& terminal) {
  for (const StoreError& error : errors) terminal.fail(error.text());
  return errors.empty() ? exit_code::kWell : exit_code::kEnvironment;
}

inline void tell_notes(const std::vector<std::string>& notes, Terminal& terminal) {
  for (const std::string& note : notes) terminal.say("note: " + note + "\n");
}

inline std::string counted(uint64_t count, const char* one) { return std::to_string(count) + " " + one + (count == 1 ? "" : "s"); }

}  // namespace wend::cli
