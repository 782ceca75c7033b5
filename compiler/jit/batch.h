// Batch code (codegen/batch.h) -> functions to call: compiled for this machine with all its vectors, each time a population is asked.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/sema/program.h"
#include "runtime/abi/columns.h"

namespace wend {

// `missing` is filled, and there is nothing to call, where the columns lack something the rules read: a line each, for people.
// Throws std::runtime_error when LLVM fails, which is a bug.
std::shared_ptr<const BatchModule> compile_batch(const Program& program, const PopulationLayout& layout, std::vector<std::string>& missing);

std::string print_batch_llvm(const Program& program, const PopulationLayout& layout);   // before it is optimised

}  // namespace wend
