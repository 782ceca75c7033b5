// The product's side of a comparison: the decision lines of a compiled project over a stream.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/program.h"

namespace wend::differential {

// Decision lines without those of kind `rejected`, which the reference does not write. An error of the host is one line
// that begins with "error: ".
std::vector<std::string> run_product(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised);

// The same over a live stream: a line's `receivedAt` is its arrival, and every user rests as bytes between inputs.
std::vector<std::string> run_product_live(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised);

}  // namespace wend::differential
