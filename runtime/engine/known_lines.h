// Lines of NDJSON whose like has been read before: what was found out about the first, which value goes where, holds for all of its shape
// (line_shapes.h). Nothing is decided here that NdjsonReader's parser does not decide: whatever is not quite as it was, a value that does
// not fit, a name too long, is left to the parser. Tested by tests/unit/ingest/known_lines_test.cpp, which holds both to one another.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/engine/convert.h"
#include "runtime/engine/intake.h"
#include "runtime/engine/line_shapes.h"
#include "runtime/engine/ndjson.h"

namespace wend {

class KnownLines {
 public:
  explicit KnownLines(Intake& intake);

  // Takes the line in; false where its like is not known, and then `draft` and Intake::named are as good as new.
  bool take(std::string_view line, const LineTime& time, EventDraft& draft);
  // Of a line that the parser has just taken.
  void learn(std::string_view line);

 private:
  // Which value of a shape is what.
  struct Known {
    int32_t event = -1;                     // of a track call; -1: identify, or an event that the program does not have
    bool counted_only = false;              // such an event
    std::string event_name;
    int32_t at = -1, id = -1;
    struct Use { uint32_t value, what; };
    std::vector<Use> identities;            // rank; `userId` and `anonymousId`, then traits
    std::vector<Use> identity_traits;       // rank
    std::vector<Use> properties, traits;    // property, attribute
    std::vector<uint32_t> absent;           // properties
    std::vector<std::string> unknown_properties, unknown_traits;
  };
  class Student;

  bool fill(const Known& known, const LineTime& time, EventDraft& draft);
  bool fill_names(const Known& known, EventDraft& draft);

  Intake& intake_;
  LineShapes shapes_;
  std::vector<Known> known_;                // by shape
  std::vector<RawValue> values_;
  TimeReader times_;
  uint64_t taken_ = 0, left_ = 0, tries_ = 0;
};

}  // namespace wend
