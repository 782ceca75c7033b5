// The reference evaluator: the slow, obvious reading of what a Program means. It keeps every event of a user in a
// plain list and works every answer out of that list anew, so that the product's compact state has something to be
// compared with, byte for byte. It shares no evaluation code with the product. Tested by the files beside it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/sema/program.h"

namespace wend {

struct ReferenceResult {
  std::vector<std::string> lines;  // decision lines without their line ends; those of kind `rejected` are left out
  size_t users = 0;                // users that were begun
  size_t events = 0;               // events and identifies that were handled (not ignored, rejected or duplicate)
};

// How the stream is read. A file has no arrival of its own: every event arrives at its `at`, so none can be late.
// With `arrivals`, a line's `receivedAt` (where it has one) is its arrival, and lines are handled in that order:
// the way in which a test block or a live stream brings events that happened before.
struct ReferenceOptions {
  bool arrivals = false;
};

// `ndjson` is in the shape of the Segment spec. Without `until_us` the run ends at its last event.
ReferenceResult run_reference(const Program& program, std::string_view ndjson, std::optional<int64_t> until_us,
                              const ReferenceOptions& options = {});

// What a report says, by trying every way of every user. For streams without `alias` and without identities that clash: who shares
// an identity with somebody is that somebody.
struct ReferenceReport {
  std::vector<uint64_t> reached;                   // by step: users
  std::vector<std::optional<int64_t>> median_us;   // by step
  uint64_t began = 0, without = 0, open = 0, followed = 0;   // of `then not`
};
std::vector<ReferenceReport> report_reference(const Program& program, std::string_view ndjson);   // as Program::reports

}  // namespace wend
