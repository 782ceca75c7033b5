// `wend serve` put together by hand: the store, the version that is live, the daemon, the channels, the two doors, and how it ends.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/engine/programs.h"
#include "runtime/settings/settings.h"

namespace wend {

struct ServeOptions {
  std::string version;                                       // of wend
  Compile compile;
  ProgramFiles named;                                        // the version that must be live; empty: the one that is
  std::function<ProgramFiles()> first;                       // for a store that has none yet; empty files: there is none
  bool channels_to_console = false;                          // those that no one has set up
  std::function<void(LogLevel, std::string_view)> log;       // any thread
  std::function<void(std::string_view line)> decision;       // once durable; may be empty
  std::function<void(uint16_t ingest, uint16_t admin)> ready;   // may be empty
};

struct ServeEnd {
  bool well = true;
  std::vector<std::string> problems;                         // it could not begin, or not go on
  bool input = false;                                        // settings or program are at fault, not the surroundings
};

// Runs until the process is told to end (SIGTERM, SIGINT): takes no more, stores what was taken, waits for attempts under way, at
// most ten seconds. The signals must not have been waited for elsewhere.
ServeEnd serve(const ServeSettings& settings, const ServeOptions& options);

}  // namespace wend
