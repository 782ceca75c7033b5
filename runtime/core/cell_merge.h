// Two users' state of measures, joined when the users turn out to be one.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/abi/module.h"

namespace wend {

// Joins `younger` into `older`: afterwards it is as if one record had seen the events of both, where two happened at the
// same time those of the older first. Baselines stay the older's; past a bound (`up to N`, 64 units of a streak) what each
// has dropped stays dropped. What counts since an anchor is that of the later anchor, the older's at the same instant.
// What falls out of a bound by that is counted in the context.
void merge_cells(const std::vector<ModuleCell>& cells, uint8_t* older, uint8_t* younger, wend_ctx& context);

}  // namespace wend
