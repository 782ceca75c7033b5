// The events `wend bench` measures with: lines of JSON in memory, in the order of their times. Read from files, of which rows of CSV
// become the lines a client would send; or made up from the events a project declares. Tested by tests/unit/hosts/bench_test.cpp.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/intake.h"
#include "runtime/hosts/batch.h"

namespace wend {

constexpr size_t kBenchEventsMax = 200'000;
constexpr size_t kBenchBytesMax = 256u << 20;   // of lines
constexpr uint64_t kBenchUsersMax = 200'000, kBenchDaysMax = 3650;

struct BenchEvents {
  struct Line { uint64_t begin = 0; uint32_t size = 0; uint32_t type = 0; int64_t at = 0; };   // type: as EventRecord has it
  std::string text;                  // the lines, with LineReader::kSlack readable bytes behind them
  std::vector<Line> lines;           // by time; equal times as they came
  bool made_up = false;
  bool more = false;                 // there were more than are used
  uint64_t ignored = 0;              // lines that mean nothing to the program
  uint64_t rejected = 0;
  std::string first_rejection;       // "plays.ndjson:17: …"; empty: none

  std::string_view line(const Line& line) const { return std::string_view(text).substr(line.begin, line.size); }
};

// At most `most` events, the first of the files. What cannot be read is told as by a run; under `strict` also what is rejected.
struct BenchReading { BenchEvents events; std::optional<BatchError> error; };
BenchReading read_bench_events(const Module& module, const std::vector<InputFile>& files, bool strict, size_t most = kBenchEventsMax);

// A population from the program alone: on their first day users say who they are (`identify`, every attribute), then on most days they do
// a few of the events the program takes from outside, in turn; every value is a hash of who, when and what. The same program and request
// give the same bytes. No lines: it declares no event, or no identity.
struct MadeUpRequest { uint64_t users = 1'000, days = 30; };
BenchEvents make_up_events(const Module& module, const MadeUpRequest& request, size_t most = kBenchEventsMax);

// An event of the log as a client sends it: one line of JSON, without its end. Aliases have none.
void append_event_line(const Intake& intake, const StoredEvent& event, std::string& out);

}  // namespace wend
