// Files -> the events of a run: formats recognised, lines read, everything good kept, the rest counted with its reason.
// Tested by tests/unit/ingest/ingest_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/intake.h"

namespace wend {

struct EventFile {
  std::string path;                                 // "-" is standard input
  std::string as_event, user_column, time_column;   // any of them: the file is CSV
};

struct IngestOptions {
  std::vector<EventFile> files;
  bool strict = false;                              // stop at the first rejected event
  std::function<void(uint64_t done, uint64_t total)> progress;   // bytes of the files; may be empty
};

// Why reading stopped early; what was read before it stays.
struct IngestError {
  std::string message;
  bool content = false;   // the content is at fault, not the surroundings
};

// A file is CSV when an option says so, when it is named .csv (.csv.gz, .csv.zst), and newline-delimited JSON otherwise.
bool is_csv(const EventFile& file);

std::optional<IngestError> read_files(const IngestOptions& options, Intake& intake);
// A text in memory as newline-delimited JSON; lines are placed in `name`.
std::optional<IngestError> read_text(std::string_view ndjson, std::string_view name, bool strict, Intake& intake);

}  // namespace wend
