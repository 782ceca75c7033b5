// A text as the formatter sees it: lines of tokens, each with the place it had and the place it gets.
// Private to this folder.
#pragma once

#include <string_view>
#include <vector>

#include "compiler/syntax/tree.h"

namespace wend {

// The block a line stands in, by what it aligns.
enum class BlockKind : uint8_t { top, project, profile, fields, states, message, texts, journey, experiment, module, arms, other };

struct Cell {
  Token token;
  uint32_t source_column = 0;  // in code points, from the start of the line
  uint32_t width = 0;
  uint32_t gap = 0;            // blanks before it, as written
  bool glued = false;          // stands without a blank behind its neighbour
  uint32_t column = 0;         // where it is put
};

struct Line {
  std::vector<Cell> cells;     // none: a blank line
  BlockKind block = BlockKind::other;
  uint32_t indent = 0;         // in blanks
  bool continues = false;      // goes on with what the line above began
  bool several = false;        // holds a text over several lines: not aligned
};

// Gives every cell its column: one blank between words, more where a run of adjacent lines is aligned.
void align(std::vector<Line>& lines);

}  // namespace wend
