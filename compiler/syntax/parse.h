// Text of one file -> syntax tree. Never throws, never crashes, whatever the bytes; what is wrong is
// reported, once each, and the rest of the file is still read. ANTLR stays behind this header.
#pragma once

#include "compiler/diagnostics/diagnostics.h"
#include "compiler/source/source.h"
#include "compiler/syntax/ast.h"

namespace wend {

// Bounds of one source file; past one the file is refused before it is parsed (linear pre-scan).
struct ParseLimits {
  size_t bytes_max = 1 << 20;
  size_t lines_max = 65536;
  size_t tokens_max = 200000;
  size_t nesting_max = 64;
  size_t chain_max = 1000;
};

ast::File parse(const Sources& sources, uint32_t file, Diagnostics& diagnostics, const ParseLimits& limits = {});

}  // namespace wend
