// NDJSON in the shape of the Segment spec -> typed inputs, by the conversions of the language's section 12. What is
// ignored or rejected is not in the result.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/sema/program.h"
#include "tests/reference/clock.h"

namespace wend::reference {

struct Input {
  int64_t at = 0;
  int64_t arrival = 0;                                              // when it is handled; `at` in a file
  std::vector<std::pair<AttributeId, std::string>> identities;      // strongest first
  bool identify = false;
  bool alias = false;
  std::string previous;                                             // of an alias
  EventId event;
  std::vector<Value> properties;
  std::vector<std::pair<AttributeId, Value>> traits;
  std::string id;                                                   // empty: none
};

// In the order in which they are handled.
std::vector<Input> read_inputs(const Program& program, const Zone& zone, std::string_view ndjson, bool arrivals);

}  // namespace wend::reference
