// Warnings silenced in the source: `# wend:allow W0123, W0124: reason`. Tested by tests/unit/diagnostics.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/source/source.h"

namespace wend {

// One code of one `wend:allow` comment. It covers the lines [first_line, last_line]: the line it stands on, or where
// the comment has the line to itself the next line that holds more than a comment; and with a line, the whole of
// any text over several lines that begins there.
struct Allowance {
  Span code_span;
  std::string code;        // as written
  bool has_reason = false;
  uint32_t first_line = 0;
  uint32_t last_line = 0;
};

// Comments are read in `.wend` files, and in other files (templates) in the comment tag `{% # … %}`.
std::vector<Allowance> find_allowances(const SourceFile& file, uint32_t file_index);

}  // namespace wend
