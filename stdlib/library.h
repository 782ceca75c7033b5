// The standard library: the text of its modules, kept in the program so that nothing is looked up when it runs.
#pragma once

#include <span>
#include <string_view>

namespace wend {

struct LibraryModule {
  std::string_view name;   // "std.lifecycle"
  std::string_view path;   // as it is shown in a message: "std/lifecycle.wend"
  std::string_view text;
};

std::span<const LibraryModule> standard_library();   // by name

}  // namespace wend
