// Text of one file -> syntax tree. Never throws, never crashes, whatever the bytes; what is wrong is
// reported, once each, and the rest of the file is still read. ANTLR stays behind this header.
#pragma once

#include <map>
#include <string>

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

// The values given to a module, by the names it has for them. Where a literal is asked for they stand for one, so
// that nothing behind the parser ever sees their names there.
struct ModuleValues {
  std::map<std::string, ast::Quantity, std::less<>> lengths;   // `wait patience`
  std::map<std::string, int64_t, std::less<>> times_of_day;    // `at hour`: micros since midnight
};

ast::File parse(const Sources& sources, uint32_t file, Diagnostics& diagnostics, const ParseLimits& limits = {},
                const ModuleValues& values = {});

}  // namespace wend
