// The same change on a running project: records in the order of their times at a desk, the new version from the same instant on.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace wend::changes {

using Files = std::vector<std::pair<std::string, std::string>>;

// All decision lines, sorted by (at, user) and else as they were made; nothing but `refused` where the new version is.
std::vector<std::string> run_live(const Files& before, const Files& after, int64_t at, const std::string& events, int64_t until);

}  // namespace wend::changes
