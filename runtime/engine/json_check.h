// Whether a text is JSON, and what is wrong if it is not. simdjson's DOM decides: UTF-8, escapes, numbers and depth included.
#pragma once

#include <cstddef>
#include <string_view>

namespace wend {

constexpr size_t kJsonDepthMax = 64, kJsonSlack = 64;

// "a text is not closed"; `code` is simdjson's.
const char* json_fault_words(int code);

// nullptr: it is JSON. `json` must have kJsonSlack readable bytes behind it. A number that is well written but larger than any
// type is no fault here: it is the fault of the event that it stands in, not of its neighbours.
const char* json_fault(std::string_view json);

}  // namespace wend
