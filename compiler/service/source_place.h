// Where something is written, and its text in one line, for people.
#pragma once

#include "compiler/sema/program.h"
#include "runtime/abi/module.h"

namespace wend {

// `before`: the words in front of what the span holds. Empty where the program keeps no sources.
SourcePlace place_in(const Program& program, Span span, const char* before = "");

}  // namespace wend
