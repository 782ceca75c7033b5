// Populations as columns: what a program holds of its users, and its rules over what was held. What `wend snapshot --columns` and
// `wend sweep` call. Tested by tests/differential/sweep_test.cpp and tests/golden/cli.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "compiler/sema/program.h"
#include "runtime/abi/columns.h"

namespace wend {

HeldModule compile_held(const Program& program);

// `missing` is filled, and nothing comes back, where the population lacks something the rules read: a line each, for people.
std::shared_ptr<const BatchModule> compile_sweep(const Program& program, const PopulationLayout& population, std::vector<std::string>& missing);

}  // namespace wend
