// Durable events a second: records of examples/tidal_wave through a shard, from JSON to state, timer and duplicate rows and
// decision lines, a synced batch every so many; over the store on the disk and, as what all but the disk costs, over the one in
// memory. Beside it stands what tests/bench/store_bench.cpp measures: writes of such rows alone.
#include <algorithm>
#include <string>

#include "compiler/service/service.h"
#include "examples/tidal_wave/population.h"
#include "runtime/engine/ingest.h"
#include "runtime/engine/shard.h"
#include "runtime/store/memory_store.h"
#include "runtime/store/rocks_store.h"
#include "test_paths.h"
#include "tests/bench/bench.h"

namespace {

using namespace wend;

std::vector<std::string> stream() {
  tidal_wave::Request request;
  request.users = 2'000;
  request.days = 40;
  std::vector<tidal_wave::Event> events;
  for (uint32_t user = 0; user < request.users; ++user)
    for (tidal_wave::Event& event : tidal_wave::live(request, user)) events.push_back(std::move(event));
  std::stable_sort(events.begin(), events.end(), [](const auto& a, const auto& b) { return a.at_ms < b.at_ms; });
  std::vector<std::string> lines;
  for (const tidal_wave::Event& event : events) lines.push_back(event.json + "\n");
  return lines;
}

double seconds_of(const Module& module, Store& store, const std::vector<std::string>& lines, size_t from, size_t count, size_t batch) {
  return bench::seconds([&] {
    Shard shard(module, store, [](const Shard::Told&) {});
    for (size_t at = from; at < from + count; at += batch) {
      Intake intake(module);
      std::string text;
      for (size_t i = at; i < std::min(at + batch, from + count); ++i) text += lines[i];
      read_text(text, "-", false, intake);
      for (const StoredEvent& event : intake.log.events()) {
        while (shard.tick(event.at)) shard.commit();
        shard.handle(intake, event, event.at);
      }
      shard.commit();
    }
  });
}

}  // namespace

int main() {
  const Project project = Project::load(WEND_SOURCE_DIR "/examples/tidal_wave");
  if (!project.ok()) return 1;
  const auto module = compile(project.program());
  const std::vector<std::string> lines = stream();
  std::printf("events a second through a shard, each durable before it is told; median of 5 stretches\n");
  std::printf("  %-6s %16s %16s\n", "batch", "on the disk", "in memory");
  for (const size_t batch : {size_t{1}, size_t{32}, size_t{256}}) {
    const size_t count = batch == 1 ? 600 : batch == 32 ? 6'400 : 25'600;
    const auto rate = [&](Store& store) {
      std::vector<double> rates;
      size_t at = 0;
      for (int run = 0; run < 6 && at + count <= lines.size(); ++run, at += count) {
        const double rate = static_cast<double>(count) / seconds_of(*module, store, lines, at, count, batch);
        if (run > 0) rates.push_back(rate);
      }
      return bench::median(std::move(rates));
    };
    bench::Folder folder;
    OpenedStore opened = open_rocks_store({.folder = folder.path});
    if (!opened.store) return 1;
    const double disk = rate(*opened.store);
    const double memory = rate(*make_memory_store());
    std::printf("  %-6zu %14.0f/s %14.0f/s\n", batch, disk, memory);
  }
}
