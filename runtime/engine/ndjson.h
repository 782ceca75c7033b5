// One line of newline-delimited JSON in the shape of the Segment spec -> one event of the log. Tested by
// tests/unit/ingest/ndjson_test.cpp.
//
// Taken: `type` track (the event is `event`), page and screen (events of those names), identify, and alias with its
// `previousId`. `group` is counted as not handled. `timestamp` says when, else `originalTimestamp`, `sentAt`, `receivedAt`. `userId` is the first
// identity, `anonymousId` the one of that name, a trait named like an identity sets that one. Traits also from
// `context.traits`. A property is looked for under its whole path as one key, then through nested objects.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/engine/intake.h"

namespace wend {

// When an event happened, in microseconds since 1970, as the one who took it in knows it. A time in the line that is none
// rejects the event all the same. Neither, as for files: the line must say.
struct LineTime {
  std::optional<int64_t> instead;     // of what the line says
  std::optional<int64_t> otherwise;   // where the line says nothing
};

class NdjsonReader {
 public:
  static constexpr size_t kDepthMax = 64, kKeysMax = 1000, kKeyBytesMax = 255;

  // `learns` false: every line goes through the parser, though its like has been read before (known_lines.h).
  explicit NdjsonReader(Intake& intake, bool learns = true);
  ~NdjsonReader();

  // `line` must have 64 readable bytes behind it. False when the line was rejected; `place` is made only then.
  bool line(std::string_view line, std::string_view file, uint64_t number, const LineTime& time = {});

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace wend
