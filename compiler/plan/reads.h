// What an expression reads, so that it is asked again only when some of that may have changed.
#pragma once

#include "compiler/sema/program.h"
#include "runtime/abi/module.h"

namespace wend {

// Of an expression outside of journeys. What time alone changes is not among it: that its `next` function says. Where that can only
// be asked from time to time, as of a value that moves with `now` itself, it is asked at every input.
Reads reads_of(const Program& program, const Expr& expr);
Reads reads_of(const Program& program, const States& states);   // of its rules

}  // namespace wend
