// The product's side of a comparison: the decision lines of a compiled project over a stream.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/program.h"
#include "runtime/abi/module.h"

namespace wend::differential {

// Decision lines without those of kind `rejected`, which the reference does not write. An error of the host is one line
// that begins with "error: ".
std::vector<std::string> run_product(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised);

// The same over a live stream: a line's `receivedAt` is its arrival, and every user rests as bytes between inputs.
std::vector<std::string> run_product_live(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us, bool optimised);

// The same of a module that is there; `decided` and `handled` are called on the way, at a decision and behind an event.
std::vector<std::string> run_module(const Module& module, std::string_view ndjson, std::optional<int64_t> until_us, const std::function<void()>& decided = {});
std::vector<std::string> run_module_live(const Module& module, std::string_view ndjson, std::optional<int64_t> until_us, const std::function<void()>& handled = {});

}  // namespace wend::differential
