// Events a second through `wend run` without the disk: examples/tidal_wave over its own made-up listeners, from JSON text in
// memory to decision lines, on one thread. Parsing alone is measured beside it, by a project that declares no event.
#include <string>

#include "compiler/service/service.h"
#include "runtime/hosts/batch.h"
#include "tests/bench/bench.h"
#include "tests/bench/listeners.h"
#include "test_paths.h"

namespace bench {

void throughput() {
  constexpr uint32_t kUsers = 2000, kDays = 60;
  const std::vector<tidal_wave::Event> events = events_of(kUsers, kDays);
  std::string text;
  for (const tidal_wave::Event& event : events) text += event.json + "\n";

  wend::Project project = wend::Project::load(WEND_SOURCE_DIR "/examples/tidal_wave");
  auto module = wend::compile(project.program());
  uint64_t lines = 0;
  wend::BatchOptions options;
  options.line = [&](std::string_view) { ++lines; };
  wend::Summary summary;
  double whole = median_seconds(5, [&] {
    lines = 0;
    summary = wend::run_batch_text(*module, text, options).summary;
  });
  const double count = static_cast<double>(events.size());
  std::printf("\n`wend run` in memory, one thread: examples/tidal_wave, %zu events of %u users over %u days, %.0f MB of JSON\n",
              events.size(), kUsers, kDays, static_cast<double>(text.size()) / 1e6);
  std::printf("  %-34s %10.0f events/s   %6.0f ns an event   %lu decision lines\n", "parse, measures, states, journeys", count / whole,
              whole / count * 1e9, static_cast<unsigned long>(lines));
  wend::Project bare = wend::Project::from_texts({{"project.wend", "project bare {\n  time zone \"UTC\"\n  currency  EUR\n}\nprofile { identity user_id }\n"}});
  if (bare.ok()) {
    auto nothing = wend::compile(bare.program());
    double parsing = median_seconds(5, [&] { wend::run_batch_text(*nothing, text, options); });
    std::printf("  %-34s %10.0f events/s   %6.0f ns an event\n", "parsing alone (no event declared)", count / parsing, parsing / count * 1e9);
  }
}

}  // namespace bench
