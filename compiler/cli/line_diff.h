// The difference of two texts by lines, as `diff -u` shows it.
#pragma once

#include <string>
#include <string_view>

namespace wend::cli {

// Empty when they are equal. `path` stands in the heading.
std::string line_diff(std::string_view before, std::string_view after, std::string_view path);

}  // namespace wend::cli
