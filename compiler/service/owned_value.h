// A constant of the Program as the runtime holds it: lists and sets become a block (runtime/abi/lists.h).
#pragma once

#include "compiler/sema/program.h"
#include "runtime/abi/module.h"

namespace wend {

OwnedValue owned_value(const Value& value, const ValueType& type);

}  // namespace wend
