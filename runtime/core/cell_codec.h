// Cells of a record as bits; the inner part of the codec.
#pragma once

#include "runtime/core/packing.h"
#include "runtime/core/user_state.h"

namespace wend {

// `sizes`: by cell, the bits it takes are added.
void pack_cells(PackWriter& out, const Context& context, const std::vector<ModuleCell>& cells, const uint8_t* record, std::vector<uint64_t>* sizes = nullptr);
// `record` is fresh: its cells hold nothing yet.
void unpack_cells(PackReader& in, Context& context, const std::vector<ModuleCell>& cells, uint8_t* record);

// A cell into a record of another module or pool, where it is still as init_cells() left it; both keep the same.
void copy_cell(const Context& from, const ModuleCell& old, const uint8_t* record, Context& to, const ModuleCell& now, uint8_t* into);

}  // namespace wend
