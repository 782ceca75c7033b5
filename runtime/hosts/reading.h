// How the hosts over files read: their options as the engine takes them, and its faults as they tell them. Private to them.
#pragma once

#include "runtime/engine/ingest.h"
#include "runtime/hosts/batch.h"

namespace wend {

// "reading" takes this share of the progress bar, in thousandths; the run takes the rest.
constexpr uint64_t kReadingShare = 400;

// Views `options`.
IngestOptions reading_of(const BatchOptions& options);
BatchError error_of(const IngestError& fault);

}  // namespace wend
