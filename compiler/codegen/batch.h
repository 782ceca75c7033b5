// Rules over columns -> LLVM IR: audiences and states blocks of a program for 64 users at a time, without branches. The code is made for
// the very columns of one population: their widths, bases and scales are constants in it. What a rule means is what expressions.cpp and
// arithmetic.cpp make of it; tests/differential/sweep_test.cpp holds the two to each other.
#pragma once

#include <string>
#include <vector>

#include "compiler/plan/plan.h"
#include "runtime/abi/columns.h"

namespace llvm {
class Module;
}

namespace wend {

struct BatchCode {
  BatchModule batch;                       // all but the addresses of its functions:
  std::vector<std::string> functions;      // by BatchModule::functions
  std::vector<std::string> tests;          // by BatchModule::tests
  std::vector<std::string> missing;        // what the rules read and the columns do not have, as told; then there is no code to run
};

// Fills an empty module.
BatchCode generate_batch(const Program& program, const PopulationLayout& layout, llvm::Module& module);

}  // namespace wend
