// Lines that one maker writes differ in their values and in little else. A shape is a line without them: the bytes in front of each
// value, the kind of value, and the bytes behind the last. A line of a known shape needs no parser: between bytes that are known to be
// well-formed stand values that are well-formed by themselves.
//
// Values taken: texts without escapes, numbers of at most 18 digits without an exponent, true, false and null.
// Whatever else a line has, it is of no known shape. Tested by tests/unit/ingest/known_lines_test.cpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/convert.h"

namespace wend {

class LineShapes {
 public:
  static constexpr size_t kNodesMax = 4096, kBranchesMax = 16;
  static constexpr int32_t kNone = -1;

  // Where a value stands in a line, a text with its quotes.
  struct Place { size_t begin = 0, end = 0; };

  LineShapes() : nodes_(1) {}

  // The number of the line's shape, counted from 0 as they were added, and its values in order (behind them stand those of longer lines
  // before); kNone where it has none.
  // `line` must have 64 readable bytes behind it.
  int32_t match(std::string_view line, std::vector<RawValue>& values);
  // Adds the shape of a line that is known to be well-formed; what is not among the places belongs to the shape. kNone: no room.
  int32_t add(std::string_view line, std::span<const Place> places);

 private:
  // The bytes in front of a value, and of which kind it is; `shape`: they end the line.
  struct Node {
    std::string bytes;
    char kind = 0;                  // the first of the value: " - t n, - for every number
    int32_t shape = kNone;
    std::vector<uint32_t> next;     // the one taken last in front
  };
  uint32_t child(uint32_t node, std::string_view bytes, char kind);   // 0: no room

  std::vector<Node> nodes_;         // the first is where lines begin
  int32_t shapes_ = 0;
};

}  // namespace wend
