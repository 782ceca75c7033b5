// Fields and cells of a record as bytes; the inner part of the codec.
#pragma once

#include "runtime/core/bytes.h"
#include "runtime/core/user_state.h"

namespace wend {

// One value by its type. A read value has passed the checks that keep native code safe; its text is a view of the input,
// its list one of `block`.
void pack_value(ByteWriter& out, const ValueType& type, const wend_slot& value);
wend_slot unpack_value(ByteReader& in, const ValueType& type, std::string& block);

// `sizes`: by cell, the bytes it takes are added.
void pack_cells(ByteWriter& out, const Context& context, const std::vector<ModuleCell>& cells, const uint8_t* record, std::vector<uint64_t>* sizes = nullptr);
// `record` is fresh: its cells hold nothing yet.
void unpack_cells(ByteReader& in, Context& context, const std::vector<ModuleCell>& cells, uint8_t* record);

// A cell into a record of another module or pool, where it is still as init_cells() left it; both keep the same.
void copy_cell(const Context& from, const ModuleCell& old, const uint8_t* record, Context& to, const ModuleCell& now, uint8_t* into);

}  // namespace wend
