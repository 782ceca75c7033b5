// Every runtime function that native code may call, by name: the one list the linker of compiled programs knows.
#pragma once

#include <utility>
#include <vector>

namespace wend {

const std::vector<std::pair<const char*, void*>>& runtime_symbols();

}  // namespace wend
