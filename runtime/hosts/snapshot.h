// One CSV row a user: what is known of them at an instant.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/core/step.h"

namespace wend {

// `user`, the attributes in their order, then measures, states and audiences by name.
void append_snapshot_header(const Module& module, std::string& out);
// Moves the user's `now` to `at`; every timer due at it must have been handled.
void append_snapshot_row(Step& step, UserState& user, std::string_view name, int64_t at, std::string& out);

}  // namespace wend
