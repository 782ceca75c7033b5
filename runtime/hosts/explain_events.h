// The same proof over files: what they say of one user is handled as a server would have, into a store in memory, and explain()
// is asked of that. Tested by tests/unit/hosts/explain_events_test.cpp.
#pragma once

#include <optional>

#include "runtime/hosts/batch.h"
#include "runtime/hosts/explain.h"

namespace wend {

// Exactly one is set. `until_us` of the options lets the clock run on behind the last event.
struct ExplainedEvents { std::optional<Proof> proof; std::optional<BatchError> error; };
ExplainedEvents explain_events(const Module& module, const BatchOptions& options, const ExplainQuestion& question);
ExplainedEvents explain_events_text(const Module& module, std::string_view ndjson, const BatchOptions& options, const ExplainQuestion& question);

}  // namespace wend
