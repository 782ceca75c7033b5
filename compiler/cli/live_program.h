// The program of a running server, as the admin door says and takes it.
#pragma once

#include <string>

#include "runtime/engine/programs.h"

namespace wend::cli {

// Of an answer of GET /v1/program; none: it has none.
ProgramFiles files_of_answer(const std::string& body);
// For POST /v1/apply. `against`: the version that must be live; empty: whichever is.
std::string apply_request(const ProgramFiles& files, bool check, const std::string& against = {});

}  // namespace wend::cli
